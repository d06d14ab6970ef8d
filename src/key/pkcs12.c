/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "key/pkcs12.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <openssl/x509v3.h>
#include <string.h>

#include "bags-private.h"
#include "base/error.h"
#include "key/certificate.h"
#include "mac-private.h"
#include "salts-private.h"
#include "witness-private.h"

struct TfPkcs12 {
	gchar *path;
	guint8 sha256[TF_SHA256_SIZE];
	TfPfx *pfx;
	TfSafes *safes;
	TfMac mac;
	gboolean has_tail; /* after the structure, or in it after the safes, come bytes that are no padding */
	TfBagWalk *seen;   /* what anyone can see; once open, everything */
	gboolean is_open;
	const TfLibrary *library; /* both borrowed; NULL: nothing is shared */
	TfCertificates *authorities;
};

static gboolean damaged(const TfPkcs12 *pkcs12, const gchar *detail, GError **error)
{
	return tf_raise(error, TF_ERROR_SOURCE_DAMAGED, pkcs12->path, detail, NULL);
}

/* People take the .cer, or any file that was given the name, for the .p12. */
static gboolean explain(const TfPkcs12 *pkcs12, const guint8 *bytes, gsize length, GError **error)
{
	g_autoptr(GBytes) content = g_bytes_new_static(bytes, length);
	g_autoptr(X509) certificate = length > 0 ? tf_certificate_parse(content, pkcs12->path, NULL) : NULL;

	if (certificate != NULL)
		return tf_raise(error, TF_ERROR_SOURCE_NO_KEY, pkcs12->path, NULL);

	return damaged(pkcs12, length == 0 ? _("it is empty") : _("its structure cannot be read"), error);
}

static const ASN1_OCTET_STRING *content_of(const TfPkcs12 *pkcs12)
{
	return pkcs12->pfx->auth_safe->d.data;
}

static gboolean read_structure(TfPkcs12 *pkcs12, const guint8 *bytes, gsize length, GError **error)
{
	gboolean has_inner_tail = FALSE;

	if (length > TF_PKCS12_SIZE_LIMIT)
		return damaged(pkcs12, _("it is too large"), error);
	pkcs12->pfx = tf_pfx_parse(bytes, length, &pkcs12->has_tail);
	if (pkcs12->pfx == NULL)
		return explain(pkcs12, bytes, length, error);
	if (PKCS7_type_is_signed(pkcs12->pfx->auth_safe))
		return tf_raise(error, TF_ERROR_SOURCE_UNSUPPORTED, pkcs12->path,
			_("a signature in place of a MAC"), NULL);
	if (!PKCS7_type_is_data(pkcs12->pfx->auth_safe) || content_of(pkcs12) == NULL)
		return damaged(pkcs12, _("its structure cannot be read"), error);

	pkcs12->safes = tf_safes_parse(content_of(pkcs12), &has_inner_tail);
	if (pkcs12->safes == NULL)
		return damaged(pkcs12, _("its structure cannot be read"), error);
	pkcs12->has_tail = pkcs12->has_tail || has_inner_tail;
	if (pkcs12->pfx->mac_data != NULL && !tf_mac_read(pkcs12->pfx->mac_data, &pkcs12->mac))
		return damaged(pkcs12, _("the parameters of its MAC cannot be read"), error);

	return TRUE;
}

/* A walk that knows what the MAC says. */
static TfBagWalk *new_walk(const TfPkcs12 *pkcs12, TfOpener *opener)
{
	TfPkcs12Protection *protection = tf_protection_new();

	protection->mac = pkcs12->mac.kind;
	protection->mac_digest = g_strdup(pkcs12->mac.digest);
	protection->mac_iterations = pkcs12->mac.rounds;

	return tf_bag_walk_new(pkcs12->path, protection, 0, opener);
}

static TfBagWalk *walk_all(const TfPkcs12 *pkcs12, TfOpener *opener, GError **error)
{
	g_autoptr(TfBagWalk) walk = new_walk(pkcs12, opener);

	walk->authorities = pkcs12->authorities;
	if (!tf_bag_walk_add_rounds(walk, pkcs12->mac.rounds, error) ||
		!tf_bag_walk_safes(walk, pkcs12->safes, error))
		return NULL;
	if (pkcs12->has_tail)
		walk->contents.n_secrets++;

	return g_steal_pointer(&walk);
}

TfPkcs12 *tf_pkcs12_new(const TfSecret *content, const gchar *path, GError **error)
{
	g_autoptr(TfPkcs12) pkcs12 = g_new0(TfPkcs12, 1);

	pkcs12->path = g_strdup(path);
	tf_sha256(tf_secret_peek(content), tf_secret_length(content), pkcs12->sha256);
	if (!read_structure(pkcs12, tf_secret_peek(content), tf_secret_length(content), error))
		return NULL;
	pkcs12->seen = walk_all(pkcs12, NULL, error);
	if (pkcs12->seen == NULL)
		return NULL;

	return g_steal_pointer(&pkcs12);
}

void tf_pkcs12_free(TfPkcs12 *pkcs12)
{
	if (pkcs12 == NULL)
		return;

	tf_bag_walk_free(pkcs12->seen);
	tf_mac_clear(&pkcs12->mac);
	tf_safes_free(pkcs12->safes);
	tf_pfx_free(pkcs12->pfx);
	g_free(pkcs12->path);
	g_free(pkcs12);
}

void tf_pkcs12_share(TfPkcs12 *pkcs12, const TfLibrary *library, TfCertificates *certificates)
{
	pkcs12->library = library;
	pkcs12->authorities = certificates;
}

const TfPkcs12Protection *tf_pkcs12_protection(const TfPkcs12 *pkcs12)
{
	return pkcs12->seen->protection;
}

void tf_pkcs12_sha256(const TfPkcs12 *pkcs12, guint8 ret_digest[TF_SHA256_SIZE])
{
	memcpy(ret_digest, pkcs12->sha256, TF_SHA256_SIZE);
}

static gboolean unsupported_mac(const TfPkcs12 *pkcs12, GError **error)
{
	g_autofree gchar *what = g_strdup_printf("MAC %s", pkcs12->mac.digest);

	return tf_raise(error, TF_ERROR_SOURCE_UNSUPPORTED, pkcs12->path, what, NULL);
}

/* The MAC fits no form of the password: another password, or another content than was written. */
static gboolean explain_mac(const TfPkcs12 *pkcs12, TfOpener *opener, GError **error)
{
	TfUnlocked result = tf_witness_hear(pkcs12->safes, opener);

	if (result == TF_UNLOCKED_NO_ROOM)
		return tf_raise(error, TF_ERROR_SYSTEM, pkcs12->path, g_strerror(ENOMEM), NULL);
	if (result == TF_UNLOCKED)
		return damaged(pkcs12,
			_("the PIN code fits, but the content does not fit its check value (MAC)"), error);

	return tf_raise(error, TF_ERROR_PIN_CODE_WRONG, pkcs12->path, NULL);
}

/* The MAC comes first: it tells a wrong PIN code from everything else. */
static gboolean check_mac(const TfPkcs12 *pkcs12, TfOpener *opener, GError **error)
{
	const TfMac *mac = &pkcs12->mac;
	const GPtrArray *candidates = mac->is_octets ? opener->passwords->octets : opener->passwords->texts;

	if (mac->kind == TF_PKCS12_MAC_NONE)
		return TRUE;
	if (!mac->is_known)
		return unsupported_mac(pkcs12, error);

	for (guint i = 0; i < candidates->len; i++) {
		TfMacVerdict verdict = tf_mac_verify(
			mac, opener->library, g_ptr_array_index(candidates, i), content_of(pkcs12));

		if (verdict == TF_MAC_NO_ROOM)
			return tf_raise(error, TF_ERROR_SYSTEM, pkcs12->path, g_strerror(ENOMEM), NULL);
		if (verdict == TF_MAC_UNSUPPORTED)
			return unsupported_mac(pkcs12, error);
		if (verdict == TF_MAC_OTHER)
			continue;
		*(mac->is_octets ? &opener->likely_octets : &opener->likely_text) = i;
		opener->has_mac = TRUE;
		opener->is_proven = TRUE;
		return TRUE;
	}

	return explain_mac(pkcs12, opener, error);
}

gboolean tf_pkcs12_open(TfPkcs12 *pkcs12, const TfSecret *password, GError **error)
{
	g_autoptr(TfLibrary) own = pkcs12->library == NULL ? tf_library_new(error) : NULL;
	g_autoptr(TfPasswordForms) passwords = NULL;
	TfBagWalk *walk = NULL;
	TfOpener opener = { .library = own != NULL ? own : pkcs12->library };

	g_assert(!pkcs12->is_open);
	if (opener.library == NULL)
		return FALSE;
	passwords = tf_password_forms_new(password);
	if (passwords == NULL)
		return tf_raise(error, TF_ERROR_SYSTEM, pkcs12->path, g_strerror(ENOMEM), NULL);

	opener.passwords = passwords;
	if (!check_mac(pkcs12, &opener, error))
		return FALSE;
	walk = walk_all(pkcs12, &opener, error);
	if (walk == NULL)
		return FALSE;

	walk->opener = NULL;
	tf_bag_walk_free(pkcs12->seen);
	pkcs12->seen = walk;
	pkcs12->is_open = TRUE;

	return TRUE;
}

gboolean tf_pkcs12_is_open(const TfPkcs12 *pkcs12)
{
	return pkcs12->is_open;
}

const TfPkcs12Contents *tf_pkcs12_contents(const TfPkcs12 *pkcs12)
{
	g_assert(pkcs12->is_open);

	return &pkcs12->seen->contents;
}

gboolean tf_pkcs12_holds_one_secret(const TfPkcs12 *pkcs12)
{
	const TfPkcs12Contents *contents = tf_pkcs12_contents(pkcs12);

	return contents->n_keys == 1 && contents->n_secrets == 0;
}

guint tf_pkcs12_n_keys(const TfPkcs12 *pkcs12)
{
	return tf_pkcs12_contents(pkcs12)->n_keys;
}

static const TfKeyEntry *key_at(const TfPkcs12 *pkcs12, guint index)
{
	g_assert_cmpuint(index, <, tf_pkcs12_n_keys(pkcs12));

	return g_ptr_array_index(pkcs12->seen->keys, index);
}

void tf_pkcs12_key_spki_sha256(const TfPkcs12 *pkcs12, guint index, guint8 ret_digest[TF_SHA256_SIZE])
{
	memcpy(ret_digest, key_at(pkcs12, index)->spki_sha256, TF_SHA256_SIZE);
}

guint tf_pkcs12_n_shown_certificates(const TfPkcs12 *pkcs12)
{
	return pkcs12->seen->certificates->len;
}

void tf_pkcs12_shown_spki_sha256(const TfPkcs12 *pkcs12, guint index, guint8 ret_digest[TF_SHA256_SIZE])
{
	const TfCertificateEntry *entry = g_ptr_array_index(pkcs12->seen->certificates, index);

	tf_certificate_spki_sha256(entry->certificate, ret_digest);
}

gboolean tf_pkcs12_export_sha256(const TfPkcs12 *pkcs12, guint8 ret_digest[TF_SHA256_SIZE])
{
	return tf_salts_sha256(pkcs12->pfx, pkcs12->safes, ret_digest);
}

static gboolean fits(const TfKeyEntry *key, const TfCertificateEntry *entry)
{
	guint8 digest[TF_SHA256_SIZE];

	tf_certificate_spki_sha256(entry->certificate, digest);

	return key->key != NULL && memcmp(digest, key->spki_sha256, TF_SHA256_SIZE) == 0;
}

static gboolean has_same_id(const TfKeyEntry *key, const TfCertificateEntry *entry)
{
	return key->labels.local_key_id != NULL && entry->labels.local_key_id != NULL &&
	       g_bytes_equal(key->labels.local_key_id, entry->labels.local_key_id);
}

/* By public key; of several (a renewed certificate for an old key) by localKeyID, then the one that lasts
 * longest. */
static const TfCertificateEntry *certificate_of(const TfPkcs12 *pkcs12, const TfKeyEntry *key)
{
	const TfCertificateEntry *best = NULL;

	for (guint i = 0; i < pkcs12->seen->certificates->len; i++) {
		const TfCertificateEntry *entry = g_ptr_array_index(pkcs12->seen->certificates, i);
		gint preference = 0;

		if (!fits(key, entry))
			continue;
		if (best != NULL) {
			preference = has_same_id(key, entry) - has_same_id(key, best);
			if (preference == 0)
				preference = ASN1_TIME_compare(X509_get0_notAfter(entry->certificate),
					X509_get0_notAfter(best->certificate));
		}
		if (best == NULL || preference > 0)
			best = entry;
	}

	return best;
}

X509 *tf_pkcs12_certificate(const TfPkcs12 *pkcs12, guint index)
{
	const TfCertificateEntry *entry = certificate_of(pkcs12, key_at(pkcs12, index));

	return entry != NULL ? entry->certificate : NULL;
}

/* The file means a certificate for this key, by localKeyID or by holding no authority's, but it does not fit.
 */
static gboolean has_misfit(const TfPkcs12 *pkcs12, const TfKeyEntry *key)
{
	for (guint i = 0; i < pkcs12->seen->certificates->len; i++) {
		const TfCertificateEntry *entry = g_ptr_array_index(pkcs12->seen->certificates, i);

		if (has_same_id(key, entry) ||
			(pkcs12->seen->keys->len == 1 && X509_check_ca(entry->certificate) == 0))
			return TRUE;
	}

	return FALSE;
}

static TfX509Stack *all_certificates(const TfPkcs12 *pkcs12)
{
	TfX509Stack *all = sk_X509_new_null();

	for (guint i = 0; i < pkcs12->seen->certificates->len; i++) {
		const TfCertificateEntry *entry = g_ptr_array_index(pkcs12->seen->certificates, i);

		if (X509_up_ref(entry->certificate) != 1 || sk_X509_push(all, entry->certificate) <= 0)
			g_error("out of memory");
	}

	return all;
}

static TfKeypair *make_keypair(const TfPkcs12 *pkcs12, const TfKeyEntry *key, const TfCertificateEntry *entry,
	X509 *certificate, GError **error)
{
	g_autoptr(TfX509Stack) others = all_certificates(pkcs12);
	const gchar *friendly_name = key->labels.friendly_name;

	if (friendly_name == NULL && entry != NULL)
		friendly_name = entry->labels.friendly_name;

	return tf_keypair_new(key->key, certificate, others, friendly_name, pkcs12->path, error);
}

TfKeypair *tf_pkcs12_keypair(TfPkcs12 *pkcs12, guint index, X509 *certificate, GError **error)
{
	const TfKeyEntry *key = NULL;
	const TfCertificateEntry *entry = NULL;
	g_autofree gchar *what = NULL;

	if (index >= tf_pkcs12_n_keys(pkcs12)) {
		tf_raise(error, TF_ERROR_SOURCE_NO_KEY, pkcs12->path, NULL);
		return NULL;
	}
	key = key_at(pkcs12, index);
	if (key->key == NULL) {
		what = g_strdup_printf(_("a private key of type %s"), key->algorithm);
		tf_raise(error, TF_ERROR_SOURCE_UNSUPPORTED, pkcs12->path, what, NULL);
		return NULL;
	}

	entry = certificate_of(pkcs12, key);
	if (certificate == NULL && entry != NULL)
		certificate = entry->certificate;
	if (certificate == NULL) {
		tf_raise(error,
			has_misfit(pkcs12, key) ? TF_ERROR_SOURCE_MISMATCH : TF_ERROR_SOURCE_NO_CERTIFICATE,
			pkcs12->path, NULL);
		return NULL;
	}

	return make_keypair(pkcs12, key, entry, certificate, error);
}

GPtrArray *tf_pkcs12_attributes(const TfPkcs12 *pkcs12, guint index)
{
	const TfKeyEntry *key = key_at(pkcs12, index);
	const TfCertificateEntry *entry = certificate_of(pkcs12, key);
	GPtrArray *names = g_ptr_array_new_with_free_func(g_free);

	for (guint i = 0; i < key->labels.names->len; i++)
		tf_names_add(names, g_ptr_array_index(key->labels.names, i));
	for (guint i = 0; entry != NULL && i < entry->labels.names->len; i++)
		tf_names_add(names, g_ptr_array_index(entry->labels.names, i));

	return names;
}
