/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "key/keypair.h"

#include <glib/gi18n.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/objects.h>
#include <openssl/x509v3.h>

#include "base/error.h"
#include "key/certificate.h"
#include "keypair-private.h"
#include "rsa-parts.h"

#define RSA_BITS_MINIMUM 1024
#define RSA_BITS_STRONG	 2048
#define RSA_BITS_MAXIMUM 4096
#define EXPONENT_BYTES	 8u

static gboolean has_number(const EVP_PKEY *key, const gchar *name)
{
	g_autoptr(TfSecret) number = tf_rsa_parts_number(key, name);

	return number != NULL;
}

/* Tokens want all of them. */
static gboolean has_all_numbers(const EVP_PKEY *key)
{
	static const gchar *const names[] = { OSSL_PKEY_PARAM_RSA_FACTOR1, OSSL_PKEY_PARAM_RSA_FACTOR2,
		OSSL_PKEY_PARAM_RSA_EXPONENT1, OSSL_PKEY_PARAM_RSA_EXPONENT2,
		OSSL_PKEY_PARAM_RSA_COEFFICIENT1 };

	for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
		if (!has_number(key, names[i]))
			return FALSE;
	}

	return TRUE;
}

/* With e = 1 a signature is what was to be signed: it proves nothing. Tokens take 64 bits at most. */
static gboolean has_usual_exponent(const EVP_PKEY *key)
{
	g_autoptr(TfSecret) exponent = tf_rsa_parts_number(key, OSSL_PKEY_PARAM_RSA_E);
	gsize length = exponent != NULL ? tf_secret_length(exponent) : 0;
	guint8 last = length > 0 ? tf_secret_buffer(exponent)[length - 1] : 0;

	return length <= EXPONENT_BYTES && last % 2 == 1 && (length > 1 || last > 1);
}

/* What stands against an RSA key; NULL when nothing does. */
static const gchar *rsa_objection(const EVP_PKEY *key)
{
	int bits = EVP_PKEY_get_bits(key);

	if (bits < RSA_BITS_MINIMUM || bits > RSA_BITS_MAXIMUM)
		return _("an RSA key below 1024 or above 4096 bits");
	if (!has_all_numbers(key))
		return _("an RSA key that lacks some of its numbers");
	if (has_number(key, OSSL_PKEY_PARAM_RSA_FACTOR3))
		return _("an RSA key of more than two primes");
	if (!has_usual_exponent(key))
		return _("an RSA key whose public exponent is even, 1 or longer than 64 bits");

	return NULL;
}

static const gchar *ec_objection(const EVP_PKEY *key)
{
	gchar group[64] = "";
	int is_explicit = 0;
	int nid = NID_undef;

	if (EVP_PKEY_get_int_param(key, OSSL_PKEY_PARAM_EC_DECODED_FROM_EXPLICIT_PARAMS, &is_explicit) == 1 &&
		is_explicit)
		return _("an EC key that spells its curve out instead of naming it");
	if (EVP_PKEY_get_utf8_string_param(key, OSSL_PKEY_PARAM_GROUP_NAME, group, sizeof group, NULL) == 1)
		nid = OBJ_sn2nid(group);
	if (nid != NID_X9_62_prime256v1 && nid != NID_secp384r1)
		return _("an EC key on another curve than P-256 or P-384");

	return NULL;
}

static const gchar *objection(const EVP_PKEY *key)
{
	const gchar *what = NULL;

	if (EVP_PKEY_is_a(key, "RSA"))
		what = rsa_objection(key);
	else if (EVP_PKEY_is_a(key, "EC"))
		what = ec_objection(key);
	else
		what = _("a private key that is neither RSA nor EC");
	ERR_clear_error();

	return what;
}

/* The parts of the private key fit each other: all of them go to the token. */
static gboolean is_consistent(EVP_PKEY *key)
{
	g_autoptr(EVP_PKEY_CTX) context = NULL;

	if (EVP_PKEY_is_a(key, "RSA"))
		return tf_rsa_parts_fit(key);
	context = EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);

	return context != NULL && EVP_PKEY_pairwise_check(context) == 1;
}

/* What the private half signs, the certificate's public half verifies. An RSA key that is consistent does so
 * for everybody who has its public numbers. */
static gboolean belong_together(EVP_PKEY *key, X509 *certificate)
{
	static const guint8 message[] = "tokenferry: do these belong together?";
	EVP_PKEY *public_key = X509_get0_pubkey(certificate);
	g_autoptr(EVP_MD_CTX) signing = EVP_MD_CTX_new();
	g_autoptr(EVP_MD_CTX) verifying = EVP_MD_CTX_new();
	guint8 signature[RSA_BITS_MAXIMUM / 8];
	gsize length = sizeof signature;

	if (EVP_PKEY_is_a(key, "RSA"))
		return public_key != NULL && EVP_PKEY_eq(key, public_key) == 1;

	return public_key != NULL && signing != NULL && verifying != NULL &&
	       EVP_DigestSignInit_ex(signing, NULL, "SHA256", NULL, NULL, key, NULL) == 1 &&
	       EVP_DigestSign(signing, signature, &length, message, sizeof message) == 1 &&
	       EVP_DigestVerifyInit_ex(verifying, NULL, "SHA256", NULL, NULL, public_key, NULL) == 1 &&
	       EVP_DigestVerify(verifying, signature, length, message, sizeof message) == 1;
}

static gboolean is_issued_by(X509 *certificate, X509 *issuer)
{
	EVP_PKEY *key = X509_get0_pubkey(issuer);

	/* Names, authority key identifier and keyCertSign; then the signature itself. */
	return key != NULL && X509_check_issued(issuer, certificate) == X509_V_OK &&
	       X509_verify(certificate, key) == 1;
}

static gboolean holds(const TfX509Stack *chain, const X509 *certificate)
{
	for (int i = 0; i < sk_X509_num(chain); i++) {
		if (X509_cmp(sk_X509_value(chain, i), certificate) == 0)
			return TRUE;
	}

	return FALSE;
}

/* Of several that fit (a renewed authority) the one that lasts longest. */
static X509 *find_issuer(X509 *certificate, const TfX509Stack *others, const TfX509Stack *chain)
{
	X509 *best = NULL;

	for (int i = 0; i < sk_X509_num(others); i++) {
		X509 *other = sk_X509_value(others, i);

		if (holds(chain, other) || !is_issued_by(certificate, other))
			continue;
		if (best == NULL ||
			ASN1_TIME_compare(X509_get0_notAfter(other), X509_get0_notAfter(best)) > 0)
			best = other;
	}

	return best;
}

/* Ends at a self-signed certificate, or where no issuer is held; each certificate is used once, so loops of
 * cross-certificates end too. */
static TfX509Stack *order_chain(X509 *certificate, const TfX509Stack *others)
{
	g_autoptr(TfX509Stack) chain = sk_X509_new_null();
	X509 *at = certificate;

	g_assert(chain != NULL);
	while (others != NULL && at != NULL && !tf_certificate_is_self_signed(at)) {
		at = find_issuer(at, others, chain);
		if (at == NULL || X509_cmp(at, certificate) == 0)
			break;
		if (X509_up_ref(at) != 1 || sk_X509_push(chain, at) <= 0)
			g_error("out of memory");
	}
	ERR_clear_error();

	return g_steal_pointer(&chain);
}

TfKeypair *tf_keypair_new(EVP_PKEY *key, X509 *certificate, const TfX509Stack *others,
	const gchar *friendly_name, const gchar *name, GError **error)
{
	const gchar *what = objection(key);
	gboolean is_fit = FALSE;

	if (what != NULL) {
		tf_raise(error, TF_ERROR_SOURCE_UNSUPPORTED, name, what, NULL);
		return NULL;
	}
	is_fit = is_consistent(key) && belong_together(key, certificate);
	ERR_clear_error();
	if (!is_fit) {
		tf_raise(error, TF_ERROR_SOURCE_MISMATCH, name, NULL);
		return NULL;
	}

	return tf_keypair_assemble(key, certificate, order_chain(certificate, others), friendly_name);
}

TfKeypair *tf_keypair_assemble(
	EVP_PKEY *key, X509 *certificate, TfX509Stack *chain, const gchar *friendly_name)
{
	TfKeypair *keypair = g_new0(TfKeypair, 1);

	(void)EVP_PKEY_up_ref(key);
	keypair->key = key;
	(void)X509_up_ref(certificate);
	keypair->certificate = certificate;
	keypair->chain = chain;
	keypair->friendly_name = g_strdup(friendly_name);

	return keypair;
}

void tf_keypair_free(TfKeypair *keypair)
{
	if (keypair == NULL)
		return;

	EVP_PKEY_free(keypair->key);
	X509_free(keypair->certificate);
	tf_x509_stack_free(keypair->chain);
	g_free(keypair->friendly_name);
	g_free(keypair);
}

EVP_PKEY *tf_keypair_key(const TfKeypair *keypair)
{
	return keypair->key;
}

TfSecret *tf_keypair_number(const TfKeypair *keypair, const gchar *name)
{
	TfSecret *number = tf_rsa_parts_number(keypair->key, name);

	ERR_clear_error();

	return number;
}

X509 *tf_keypair_certificate(const TfKeypair *keypair)
{
	return keypair->certificate;
}

const TfX509Stack *tf_keypair_chain(const TfKeypair *keypair)
{
	return keypair->chain;
}

const gchar *tf_keypair_friendly_name(const TfKeypair *keypair)
{
	return keypair->friendly_name;
}

void tf_keypair_spki_sha256(const TfKeypair *keypair, guint8 ret_digest[TF_SHA256_SIZE])
{
	tf_certificate_spki_sha256(keypair->certificate, ret_digest);
}

gboolean tf_keypair_is_weak(const TfKeypair *keypair)
{
	return EVP_PKEY_is_a(keypair->key, "RSA") && EVP_PKEY_get_bits(keypair->key) < RSA_BITS_STRONG;
}

gboolean tf_keypair_check_purpose(const TfKeypair *keypair, const gchar *name, GError **error)
{
	TfKeyUsage usage = tf_certificate_key_usage(keypair->certificate);

	if (usage.may_sign || usage.may_decrypt)
		return TRUE;

	return tf_raise(error, TF_ERROR_SOURCE_UNSUPPORTED, name,
		_("a certificate that allows neither signing nor decrypting"), NULL);
}
