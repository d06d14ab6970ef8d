/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bags-private.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <openssl/err.h>
#include <openssl/objects.h>
#include <string.h>

#include "base/error.h"
#include "key-info-private.h"
#include "key/certificate.h"
#include "pbe-private.h"
#include "private-key.h"
#include "text-private.h"

#define NESTING_LIMIT 4

typedef X509_SIG LockedKey; /* EncryptedPrivateKeyInfo has the same form */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LockedKey, X509_SIG_free)

/* What lies around a bag. */
typedef enum Cover {
	COVER_NONE,
	COVER_WEAK, /* a cipher that can be broken */
	COVER_FULL
} Cover;

static gboolean walk_bags(TfBagWalk *walk, const TfBags *bags, Cover cover, guint depth, GError **error);

static gboolean damaged(const TfBagWalk *walk, const gchar *detail, GError **error)
{
	return tf_raise(error, TF_ERROR_SOURCE_DAMAGED, walk->path, detail, NULL);
}

gboolean tf_bag_walk_add_rounds(TfBagWalk *walk, guint64 rounds, GError **error)
{
	/* Both are at most G_MAXINT64. */
	guint64 sum = walk->rounds + rounds;

	walk->protection->most_iterations = MAX(walk->protection->most_iterations, rounds);
	if (sum > TF_PKCS12_ITERATION_LIMIT)
		return tf_raise(error, TF_ERROR_SOURCE_TOO_COSTLY, walk->path,
			TF_NUMBER(MIN(sum, (guint64)G_MAXINT64)), TF_NUMBER(TF_PKCS12_ITERATION_LIMIT), NULL);
	walk->rounds = sum;

	return TRUE;
}

/* The algorithm enters the description of the file; its price, the sum. */
static gboolean note_cipher(TfBagWalk *walk, const X509_ALGOR *algorithm, TfPbe *ret_pbe, GError **error)
{
	if (!tf_pbe_read(algorithm, ret_pbe))
		return damaged(walk, _("the parameters of a cipher cannot be read"), error);

	tf_names_add(walk->protection->ciphers, ret_pbe->name);

	return tf_bag_walk_add_rounds(walk, ret_pbe->rounds, error);
}

/* What was under a cipher. */
typedef struct OpenedSafe {
	TfBags *bags;
	gboolean has_tail;
} OpenedSafe;

static void opened_safe_free(OpenedSafe *safe)
{
	tf_bags_free(safe->bags);
	g_free(safe);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OpenedSafe, opened_safe_free)

static gpointer read_safe(const guint8 *bytes, gsize length)
{
	g_autoptr(OpenedSafe) safe = g_new0(OpenedSafe, 1);

	safe->bags = tf_bags_parse(bytes, length, &safe->has_tail);

	return safe->bags != NULL ? g_steal_pointer(&safe) : NULL;
}

/* What stands behind the bags is none of them, and taken for a secret. */
static void note_tail(TfBagWalk *walk, gboolean has_tail)
{
	walk->contents.n_secrets += has_tail ? 1 : 0;
}

static void free_key_entry(gpointer data)
{
	TfKeyEntry *entry = data;

	EVP_PKEY_free(entry->key);
	g_free(entry->algorithm);
	tf_labels_clear(&entry->labels);
	g_free(entry);
}

static void free_certificate_entry(gpointer data)
{
	TfCertificateEntry *entry = data;

	X509_free(entry->certificate);
	tf_labels_clear(&entry->labels);
	g_free(entry);
}

static gboolean holds_key(const TfBagWalk *walk, const TfKeyEntry *wanted)
{
	for (guint i = 0; i < walk->keys->len; i++) {
		const TfKeyEntry *entry = g_ptr_array_index(walk->keys, i);

		if (entry->key != NULL &&
			memcmp(entry->spki_sha256, wanted->spki_sha256, TF_SHA256_SIZE) == 0)
			return TRUE;
	}

	return FALSE;
}

/* A key that libcrypto cannot read is a secret of its own all the same; and so is what may lie beside a key.
 */
static void add_key(TfBagWalk *walk, const TfKeyInfo *read, const TfBag *bag)
{
	TfKeyEntry *entry = g_new0(TfKeyEntry, 1);
	const PKCS8_PRIV_KEY_INFO *info = read->info;
	const ASN1_OBJECT *algorithm = NULL;

	(void)PKCS8_pkey_get0(&algorithm, NULL, NULL, NULL, info);
	entry->algorithm = tf_text_of_object(algorithm);
	entry->key = tf_private_key_read(info);
	if (entry->key != NULL && !tf_key_spki_sha256(entry->key, entry->spki_sha256))
		g_clear_pointer(&entry->key, EVP_PKEY_free);
	if (!read->is_alone || !tf_labels_are_harmless(bag->attributes) ||
		(entry->key != NULL && !tf_key_info_is_named(entry->key)))
		walk->contents.n_secrets++;
	ERR_clear_error();
	tf_labels_init(&entry->labels);
	tf_labels_add(&entry->labels, bag->attributes);
	tf_labels_add(&entry->labels, PKCS8_pkey_get0_attrs(info));

	if (entry->key != NULL && holds_key(walk, entry))
		free_key_entry(entry);
	else
		g_ptr_array_add(walk->keys, entry);
}

static gboolean walk_key(TfBagWalk *walk, const TfBag *bag, Cover cover, GError **error)
{
	gsize length = 0;
	const guint8 *der = tf_any_der(bag->value, &length);
	g_autoptr(TfKeyInfo) info = der != NULL ? tf_key_info_read(der, length) : NULL;

	if (info == NULL)
		return damaged(walk, _("a private key cannot be read"), error);
	if (cover == COVER_NONE)
		walk->protection->has_unprotected_secret = TRUE;
	else if (cover == COVER_WEAK)
		walk->protection->has_weak_cipher = TRUE;
	add_key(walk, info, bag);

	return TRUE;
}

static gboolean unsupported(const TfBagWalk *walk, const gchar *what, GError **error)
{
	return tf_raise(error, TF_ERROR_SOURCE_UNSUPPORTED, walk->path, what, NULL);
}

/* Why a part stays closed. */
static gboolean raise_closed(const TfBagWalk *walk, TfUnlocked result, GError **error)
{
	if (result == TF_UNLOCKED_NO_ROOM)
		return tf_raise(error, TF_ERROR_SYSTEM, walk->path, g_strerror(ENOMEM), NULL);
	if (!walk->opener->has_mac)
		return tf_raise(error, TF_ERROR_PIN_CODE_WRONG, walk->path, NULL);
	if (result == TF_UNLOCKED_NONSENSE)
		return damaged(walk, _("a part of it cannot be read"), error);

	return unsupported(walk, _("a second password for a part of the file"), error);
}

static gboolean walk_locked_key(TfBagWalk *walk, const TfBag *bag, GError **error)
{
	gsize length = 0;
	const guint8 *der = tf_any_der(bag->value, &length);
	g_autoptr(LockedKey) locked = der != NULL ? d2i_X509_SIG(NULL, &der, (long)length) : NULL;
	g_autoptr(TfKeyInfo) info = NULL;
	g_auto(TfPbe) pbe = { 0 };
	const X509_ALGOR *algorithm = NULL;
	const ASN1_OCTET_STRING *ciphertext = NULL;
	gpointer value = NULL;
	TfUnlocked result = TF_UNLOCKED_NOT;

	ERR_clear_error();
	if (locked == NULL)
		return damaged(walk, _("a private key cannot be read"), error);
	X509_SIG_get0(locked, &algorithm, &ciphertext);
	if (!note_cipher(walk, algorithm, &pbe, error))
		return FALSE;
	walk->has_shrouded_key = TRUE;
	if (pbe.is_weak)
		walk->protection->has_weak_cipher = TRUE;
	if (walk->opener == NULL)
		return TRUE;
	if (!pbe.is_known)
		return unsupported(walk, pbe.name, error);

	result = tf_opener_unlock(walk->opener, algorithm, &pbe, ciphertext, tf_key_info_read, &value);
	if (result == TF_UNLOCKED_NO_ROOM)
		return raise_closed(walk, result, error);
	if (result != TF_UNLOCKED) {
		walk->n_locked++;
		return TRUE;
	}
	info = value;
	add_key(walk, info, bag);

	return TRUE;
}

/* A certificate that cannot be read is counted and left: it is no secret, and another one may fit the key. */
static void walk_certificate(TfBagWalk *walk, const TfBag *bag)
{
	g_autoptr(TfTypedValue) typed = tf_typed_value_parse(bag->value);
	g_autoptr(X509) certificate = NULL;
	const guint8 *der = NULL;
	TfCertificateEntry *entry = NULL;

	walk->contents.n_certificates++;
	if (typed == NULL || OBJ_obj2nid(typed->type) != NID_x509Certificate ||
		typed->value->type != V_ASN1_OCTET_STRING)
		return;

	der = ASN1_STRING_get0_data(typed->value->value.octet_string);
	certificate = tf_certificates_read(
		walk->authorities, &der, (gsize)ASN1_STRING_length(typed->value->value.octet_string));
	if (certificate == NULL)
		return;

	entry = g_new0(TfCertificateEntry, 1);
	entry->certificate = g_steal_pointer(&certificate);
	tf_labels_init(&entry->labels);
	tf_labels_add(&entry->labels, bag->attributes);
	g_ptr_array_add(walk->certificates, entry);
}

static gboolean walk_nested(TfBagWalk *walk, const TfBag *bag, Cover cover, guint depth, GError **error)
{
	gsize length = 0;
	const guint8 *der = tf_any_der(bag->value, &length);
	gboolean has_tail = FALSE;
	g_autoptr(TfBags) bags = tf_bags_parse(der, length, &has_tail);

	note_tail(walk, has_tail);
	if (bags == NULL && length > 0)
		return damaged(walk, _("a part of it cannot be read"), error);
	if (depth >= NESTING_LIMIT)
		return damaged(walk, _("its parts are nested too deeply"), error);

	return walk_bags(walk, bags, cover, depth + 1, error);
}

static gboolean walk_bag(TfBagWalk *walk, const TfBag *bag, Cover cover, guint depth, GError **error)
{
	if (++walk->n_bags > TF_PKCS12_BAG_LIMIT)
		return damaged(walk, _("it has too many parts"), error);

	switch (OBJ_obj2nid(bag->type)) {
	case NID_keyBag:
		return walk_key(walk, bag, cover, error);
	case NID_pkcs8ShroudedKeyBag:
		return walk_locked_key(walk, bag, error);
	case NID_certBag:
		walk_certificate(walk, bag);
		return TRUE;
	case NID_crlBag:
		walk->contents.n_crls++;
		return TRUE;
	case NID_safeContentsBag:
		return walk_nested(walk, bag, cover, depth, error);
	default:
		/* Secret bags, and what nobody knows. */
		walk->contents.n_secrets++;
		if (cover == COVER_NONE && OBJ_obj2nid(bag->type) != NID_secretBag)
			walk->protection->has_unprotected_secret = TRUE;
		return TRUE;
	}
}

static gboolean walk_bags(TfBagWalk *walk, const TfBags *bags, Cover cover, guint depth, GError **error)
{
	for (int i = 0; i < sk_TfBag_num(bags); i++) {
		if (!walk_bag(walk, sk_TfBag_value(bags, i), cover, depth, error))
			return FALSE;
	}

	return TRUE;
}

static gboolean walk_plain_safe(TfBagWalk *walk, const ASN1_OCTET_STRING *content, GError **error)
{
	gboolean has_tail = FALSE;
	g_autoptr(TfBags) bags =
		tf_bags_parse(ASN1_STRING_get0_data(content), (gsize)ASN1_STRING_length(content), &has_tail);

	note_tail(walk, has_tail);
	if (bags == NULL)
		return damaged(walk, _("a part of it cannot be read"), error);

	return walk_bags(walk, bags, COVER_NONE, 0, error);
}

static gboolean walk_locked_safe(TfBagWalk *walk, const PKCS7_ENC_CONTENT *locked, GError **error)
{
	g_auto(TfPbe) pbe = { 0 };
	g_autoptr(OpenedSafe) safe = NULL;
	gpointer value = NULL;
	TfUnlocked result = TF_UNLOCKED_NOT;

	if (locked->enc_data == NULL)
		return damaged(walk, _("a part of it cannot be read"), error);
	if (!note_cipher(walk, locked->algorithm, &pbe, error))
		return FALSE;
	if (walk->opener == NULL) {
		walk->has_weak_safe = walk->has_weak_safe || pbe.is_weak;
		return TRUE;
	}
	if (!pbe.is_known)
		return unsupported(walk, pbe.name, error);

	result = tf_opener_unlock(walk->opener, locked->algorithm, &pbe, locked->enc_data, read_safe, &value);
	if (result != TF_UNLOCKED)
		return raise_closed(walk, result, error);
	safe = value;
	note_tail(walk, safe->has_tail);

	return walk_bags(walk, safe->bags, pbe.is_weak ? COVER_WEAK : COVER_FULL, 0, error);
}

static gboolean walk_safe(TfBagWalk *walk, const PKCS7 *safe, GError **error)
{
	if (++walk->n_bags > TF_PKCS12_BAG_LIMIT)
		return damaged(walk, _("it has too many parts"), error);
	if (PKCS7_type_is_enveloped(safe))
		return unsupported(walk, _("encryption to a public key"), error);
	if (safe->d.ptr == NULL || !(PKCS7_type_is_data(safe) || PKCS7_type_is_encrypted(safe)))
		return damaged(walk, _("a part of it cannot be read"), error);
	if (PKCS7_type_is_encrypted(safe))
		return walk_locked_safe(walk, safe->d.encrypted->enc_data, error);

	return walk_plain_safe(walk, safe->d.data, error);
}

gboolean tf_bag_walk_safes(TfBagWalk *walk, const TfSafes *safes, GError **error)
{
	for (int i = 0; i < sk_PKCS7_num(safes); i++) {
		if (!walk_safe(walk, sk_PKCS7_value(safes, i), error))
			return FALSE;
	}
	walk->contents.n_keys = walk->keys->len;
	/* The key lies in what is closed when it is nowhere else. Many programs hide the certificates, which
	 * are no secret, under a cipher of 40 bits, and the key under a better one. */
	if (walk->has_weak_safe && !walk->has_shrouded_key && walk->keys->len == 0)
		walk->protection->has_weak_cipher = TRUE;
	if (walk->opener == NULL || walk->n_locked == 0)
		return TRUE;

	/* Keys that stay locked are other secrets; if nothing opened, it is the PIN code. */
	walk->contents.n_secrets += walk->n_locked;
	if (!walk->opener->is_proven)
		return tf_raise(error, TF_ERROR_PIN_CODE_WRONG, walk->path, NULL);
	if (walk->keys->len == 0)
		return unsupported(walk, _("a second password for a part of the file"), error);

	return TRUE;
}

TfPkcs12Protection *tf_protection_new(void)
{
	TfPkcs12Protection *protection = g_new0(TfPkcs12Protection, 1);

	protection->ciphers = g_ptr_array_new_with_free_func(g_free);

	return protection;
}

void tf_protection_free(TfPkcs12Protection *protection)
{
	if (protection == NULL)
		return;

	g_free(protection->mac_digest);
	g_ptr_array_unref(protection->ciphers);
	g_free(protection);
}

TfBagWalk *tf_bag_walk_new(
	const gchar *path, TfPkcs12Protection *protection, guint64 rounds, TfOpener *opener)
{
	TfBagWalk *walk = g_new0(TfBagWalk, 1);

	walk->path = path;
	walk->opener = opener;
	walk->protection = protection;
	walk->rounds = rounds;
	walk->keys = g_ptr_array_new_with_free_func(free_key_entry);
	walk->certificates = g_ptr_array_new_with_free_func(free_certificate_entry);

	return walk;
}

void tf_bag_walk_free(TfBagWalk *walk)
{
	if (walk == NULL)
		return;

	tf_protection_free(walk->protection);
	g_ptr_array_unref(walk->keys);
	g_ptr_array_unref(walk->certificates);
	g_free(walk);
}
