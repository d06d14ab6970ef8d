/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "witness-private.h"

#include <openssl/err.h>
#include <openssl/objects.h>

typedef X509_SIG LockedKey; /* EncryptedPrivateKeyInfo has the same form */
typedef PKCS8_PRIV_KEY_INFO KeyInfo;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LockedKey, X509_SIG_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(KeyInfo, PKCS8_PRIV_KEY_INFO_free)

/* What the readers answer in place of what they read. */
static gchar is_well_formed;

static gboolean is_bag_type(int nid)
{
	return nid == NID_keyBag || nid == NID_pkcs8ShroudedKeyBag || nid == NID_certBag ||
	       nid == NID_crlBag || nid == NID_secretBag || nid == NID_safeContentsBag;
}

/* One SEQUENCE from the first byte to the last, as programs write it. */
static gboolean is_one_sequence(const guint8 *bytes, gsize length)
{
	const guint8 *at = bytes;
	long inner = 0;
	int tag = 0;
	int class = 0;
	int form = 0;

	if (length > G_MAXLONG)
		return FALSE;
	form = ASN1_get_object(&at, &inner, &tag, &class, (long)length);
	ERR_clear_error();

	return form == V_ASN1_CONSTRUCTED && class == V_ASN1_UNIVERSAL && tag == V_ASN1_SEQUENCE &&
	       (gsize)(at - bytes) + (gsize)inner == length;
}

static gpointer recognize_bags(const guint8 *bytes, gsize length)
{
	g_autoptr(TfBags) bags = is_one_sequence(bytes, length) ? tf_bags_parse(bytes, length, NULL) : NULL;

	if (bags == NULL || sk_TfBag_num(bags) == 0)
		return NULL;
	for (int i = 0; i < sk_TfBag_num(bags); i++) {
		if (!is_bag_type(OBJ_obj2nid(sk_TfBag_value(bags, i)->type)))
			return NULL;
	}

	return &is_well_formed;
}

static gpointer recognize_key(const guint8 *bytes, gsize length)
{
	const guint8 *at = bytes;
	g_autoptr(KeyInfo) info =
		is_one_sequence(bytes, length) ? d2i_PKCS8_PRIV_KEY_INFO(NULL, &at, (long)length) : NULL;

	ERR_clear_error();

	return info != NULL ? &is_well_formed : NULL;
}

static TfUnlocked try_part(
	TfOpener *opener, const X509_ALGOR *algorithm, const ASN1_OCTET_STRING *ciphertext, TfReader reader)
{
	g_auto(TfPbe) pbe = { 0 };
	gpointer value = NULL;

	if (ciphertext == NULL || !tf_pbe_read(algorithm, &pbe) || !pbe.is_known)
		return TF_UNLOCKED_NOT;

	return tf_opener_unlock(opener, algorithm, &pbe, ciphertext, reader, &value);
}

static TfUnlocked try_key(TfOpener *opener, const TfBag *bag)
{
	gsize length = 0;
	const guint8 *der = tf_any_der(bag->value, &length);
	g_autoptr(LockedKey) locked = der != NULL ? d2i_X509_SIG(NULL, &der, (long)length) : NULL;
	const X509_ALGOR *algorithm = NULL;
	const ASN1_OCTET_STRING *ciphertext = NULL;

	ERR_clear_error();
	if (locked == NULL)
		return TF_UNLOCKED_NOT;
	X509_SIG_get0(locked, &algorithm, &ciphertext);

	return try_part(opener, algorithm, ciphertext, recognize_key);
}

/* No file is known that nests its keys; in one that does, the safes beside them speak, or nobody. */
static TfUnlocked try_bags(TfOpener *opener, const ASN1_OCTET_STRING *content)
{
	g_autoptr(TfBags) bags =
		tf_bags_parse(ASN1_STRING_get0_data(content), (gsize)ASN1_STRING_length(content), NULL);
	TfUnlocked result = TF_UNLOCKED_NOT;

	for (int i = 0; i < sk_TfBag_num(bags); i++) {
		const TfBag *bag = sk_TfBag_value(bags, i);

		if (OBJ_obj2nid(bag->type) != NID_pkcs8ShroudedKeyBag)
			continue;
		result = try_key(opener, bag);
		if (result == TF_UNLOCKED || result == TF_UNLOCKED_NO_ROOM)
			return result;
	}

	return TF_UNLOCKED_NOT;
}

static TfUnlocked try_safe(TfOpener *opener, const PKCS7 *safe)
{
	const PKCS7_ENC_CONTENT *locked = NULL;

	if (safe->d.ptr == NULL)
		return TF_UNLOCKED_NOT;
	if (PKCS7_type_is_data(safe))
		return try_bags(opener, safe->d.data);
	if (!PKCS7_type_is_encrypted(safe))
		return TF_UNLOCKED_NOT;
	locked = safe->d.encrypted->enc_data;

	return try_part(opener, locked->algorithm, locked->enc_data, recognize_bags);
}

TfUnlocked tf_witness_hear(const TfSafes *safes, TfOpener *opener)
{
	for (int i = 0; i < sk_PKCS7_num(safes); i++) {
		TfUnlocked result = try_safe(opener, sk_PKCS7_value(safes, i));

		if (result == TF_UNLOCKED || result == TF_UNLOCKED_NO_ROOM)
			return result;
	}

	return TF_UNLOCKED_NOT;
}
