/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "layout.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <openssl/core_names.h>
#include <string.h>

#include "base/error.h"
#include "key/certificate.h"
#include "key/spki.h"

#define LABEL_LIMIT 64u

typedef struct Part {
	CK_ATTRIBUTE_TYPE type;
	const gchar *name; /* libcrypto's */
} Part;

/* OpenSC wants all of them, or answers CKR_TEMPLATE_INCOMPLETE. */
static const Part rsa_parts[] = {
	{ CKA_PRIVATE_EXPONENT, OSSL_PKEY_PARAM_RSA_D },
	{ CKA_PRIME_1, OSSL_PKEY_PARAM_RSA_FACTOR1 },
	{ CKA_PRIME_2, OSSL_PKEY_PARAM_RSA_FACTOR2 },
	{ CKA_EXPONENT_1, OSSL_PKEY_PARAM_RSA_EXPONENT1 },
	{ CKA_EXPONENT_2, OSSL_PKEY_PARAM_RSA_EXPONENT2 },
	{ CKA_COEFFICIENT, OSSL_PKEY_PARAM_RSA_COEFFICIENT1 },
};

/* Big-endian; 'size' 0: without leading zeros (2.40, "Big integer"), else padded to the left. */
static gboolean add_part(TfTemplate *template, CK_ATTRIBUTE_TYPE type, EVP_PKEY *key, const gchar *name,
	gsize size, GError **error)
{
	g_autoptr(BIGNUM) number = BN_secure_new();
	g_autoptr(TfSecret) secret = NULL;
	gsize length = 0;

	if (number == NULL)
		return tf_raise(error, TF_ERROR_SYSTEM, "BN_secure_new", g_strerror(ENOMEM), NULL);
	if (EVP_PKEY_get_bn_param(key, name, &number) != 1)
		return tf_raise(error, TF_ERROR_TOKEN_UNSUPPORTED, name, NULL);

	length = size > 0 ? size : (gsize)BN_num_bytes(number);
	secret = tf_secret_new(length);
	if (secret == NULL)
		return tf_raise(error, TF_ERROR_SYSTEM, "tf_secret_new", g_strerror(ENOMEM), NULL);
	if (length == 0 || BN_bn2binpad(number, tf_secret_buffer(secret), (int)length) < 0)
		return tf_raise(error, TF_ERROR_TOKEN_UNSUPPORTED, name, NULL);
	tf_secret_set_length(secret, length);
	tf_template_take_secret(template, type, g_steal_pointer(&secret));

	return TRUE;
}

static void add_subject(TfTemplate *template, CK_ATTRIBUTE_TYPE type, const X509_NAME *name)
{
	const guint8 *der = NULL;
	gsize length = 0;

	if (X509_NAME_get0_der(name, &der, &length) == 1)
		tf_template_add(template, type, der, length);
}

static void add_common(TfTemplate *template, gboolean is_private, GBytes *id, const gchar *label)
{
	tf_template_add_boolean(template, CKA_TOKEN, TRUE);
	tf_template_add_boolean(template, CKA_PRIVATE, is_private);
	tf_template_add_bytes(template, CKA_ID, id);
	tf_template_add(template, CKA_LABEL, label, strlen(label));
}

/*
 * Every flag is sent, because the unset ones become TRUE on some tokens. CKA_COPYABLE=FALSE is a second lock
 * where C_CopyObject would ease CKA_EXTRACTABLE. CKA_MODIFIABLE and CKA_DESTROYABLE keep their defaults,
 * TRUE: a label or CKA_ID may need mending, an expired key has to go, and neither eases CKA_EXTRACTABLE or
 * CKA_SENSITIVE, which cannot be turned back (2.40, 4.9).
 */
static void add_private_flags(TfTemplate *template, const TfKeyUsage *usage)
{
	tf_template_add_boolean(template, CKA_SENSITIVE, TRUE);
	tf_template_add_boolean(template, CKA_EXTRACTABLE, FALSE);
	tf_template_add_boolean(template, CKA_COPYABLE, FALSE);
	tf_template_add_boolean(template, CKA_SIGN, usage->may_sign);
	tf_template_add_boolean(template, CKA_DECRYPT, usage->may_decrypt);
	tf_template_add_boolean(template, CKA_DERIVE, usage->may_derive);
	tf_template_add_boolean(template, CKA_SIGN_RECOVER, FALSE);
	tf_template_add_boolean(template, CKA_UNWRAP, FALSE);
	/* Up, it would stop most clients, which have nobody to ask for the PIN each time. */
	tf_template_add_boolean(template, CKA_ALWAYS_AUTHENTICATE, FALSE);
}

static gboolean add_parts(TfTemplate *template, EVP_PKEY *key, const TfPublicHalf *half, GError **error)
{
	if (half->type == CKK_EC) {
		tf_template_add_bytes(template, CKA_EC_PARAMS, half->parameters);
		return add_part(template, CKA_VALUE, key, OSSL_PKEY_PARAM_PRIV_KEY, half->field_size, error);
	}

	tf_template_add_bytes(template, CKA_MODULUS, half->modulus);
	tf_template_add_bytes(template, CKA_PUBLIC_EXPONENT, half->exponent);
	for (gsize i = 0; i < G_N_ELEMENTS(rsa_parts); i++) {
		if (!add_part(template, rsa_parts[i].type, key, rsa_parts[i].name, 0, error))
			return FALSE;
	}

	return TRUE;
}

TfTemplate *tf_layout_private_key(
	const TfKeypair *keypair, const TfPublicHalf *half, GBytes *id, const gchar *label, GError **error)
{
	g_autoptr(TfTemplate) template = tf_template_new(N_("private key"), CKO_PRIVATE_KEY);
	X509 *certificate = tf_keypair_certificate(keypair);
	TfKeyUsage usage = tf_certificate_key_usage(certificate);
	g_autoptr(GBytes) information = tf_spki_of_key(tf_keypair_key(keypair));

	g_assert(information != NULL);
	tf_template_add_number(template, CKA_KEY_TYPE, half->type);
	add_common(template, TRUE, id, label);
	add_subject(template, CKA_SUBJECT, X509_get_subject_name(certificate));
	add_private_flags(template, &usage);
	/* Where a token takes it, it checks by this that the halves belong together (2.40, 4.9). */
	tf_template_add_bytes(template, CKA_PUBLIC_KEY_INFO, information);
	if (!add_parts(template, tf_keypair_key(keypair), half, error))
		return NULL;

	return g_steal_pointer(&template);
}

TfTemplate *tf_layout_public_key(
	const TfKeypair *keypair, const TfPublicHalf *half, GBytes *id, const gchar *label)
{
	TfTemplate *template = tf_template_new(N_("public key"), CKO_PUBLIC_KEY);
	X509 *certificate = tf_keypair_certificate(keypair);
	TfKeyUsage usage = tf_certificate_key_usage(certificate);

	tf_template_add_number(template, CKA_KEY_TYPE, half->type);
	add_common(template, FALSE, id, label);
	add_subject(template, CKA_SUBJECT, X509_get_subject_name(certificate));
	tf_template_add_boolean(template, CKA_VERIFY, usage.may_sign);
	tf_template_add_boolean(template, CKA_ENCRYPT, usage.may_decrypt);
	tf_template_add_boolean(template, CKA_DERIVE, usage.may_derive);
	tf_template_add_boolean(template, CKA_VERIFY_RECOVER, FALSE);
	tf_template_add_boolean(template, CKA_WRAP, FALSE);
	if (half->type == CKK_RSA) {
		tf_template_add_bytes(template, CKA_MODULUS, half->modulus);
		tf_template_add_bytes(template, CKA_PUBLIC_EXPONENT, half->exponent);
	} else {
		tf_template_add_bytes(template, CKA_EC_PARAMS, half->parameters);
		tf_template_add_bytes(template, CKA_EC_POINT, half->wrapped_point);
	}

	return template;
}

static void add_serial(TfTemplate *template, X509 *certificate)
{
	guint8 *der = NULL;
	int length = i2d_ASN1_INTEGER(X509_get0_serialNumber(certificate), &der);

	if (length > 0)
		tf_template_add(template, CKA_SERIAL_NUMBER, der, (gsize)length);
	OPENSSL_free(der);
}

TfTemplate *tf_layout_certificate(
	const gchar *name, X509 *certificate, CK_ULONG category, GBytes *id, const gchar *label)
{
	TfTemplate *template = tf_template_new(name, CKO_CERTIFICATE);
	g_autoptr(GBytes) der = tf_certificate_der(certificate);

	tf_template_add_number(template, CKA_CERTIFICATE_TYPE, CKC_X_509);
	tf_template_add_number(template, CKA_CERTIFICATE_CATEGORY, category);
	add_common(template, FALSE, id, label);
	add_subject(template, CKA_SUBJECT, X509_get_subject_name(certificate));
	add_subject(template, CKA_ISSUER, X509_get_issuer_name(certificate));
	add_serial(template, certificate);
	tf_template_add_bytes(template, CKA_VALUE, der);

	return template;
}

gboolean tf_layout_is_plain_label(const gchar *text)
{
	gsize length = text != NULL ? strlen(text) : 0;

	for (gsize i = 0; i < length; i++) {
		if (!g_ascii_isprint(text[i]))
			return FALSE;
	}

	return length > 0 && length <= LABEL_LIMIT;
}

gchar *tf_layout_label(const gchar *wanted, X509 *certificate, GBytes *id)
{
	g_autoptr(TfCertificateFacts) facts = NULL;
	g_autofree gchar *digest = NULL;

	if (tf_layout_is_plain_label(wanted))
		return g_strdup(wanted);
	facts = tf_certificate_describe(certificate);
	if (tf_layout_is_plain_label(facts->common_name))
		return g_strdup(facts->common_name);
	digest = tf_hex(g_bytes_get_data(id, NULL), MIN(g_bytes_get_size(id), 4));

	return g_strconcat("key-", digest, NULL);
}
