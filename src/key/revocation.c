/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "key/certificate.h"

#include <glib/gi18n.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <time.h>

#include "base/error.h"

#define SIZE_LIMIT (64u << 20)

typedef X509_CRL RevocationList;
typedef ISSUING_DIST_POINT Scope;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RevocationList, X509_CRL_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Scope, ISSUING_DIST_POINT_free)

X509_CRL *tf_crl_parse(GBytes *bytes, const gchar *path, GError **error)
{
	gsize length = 0;
	const guint8 *data = g_bytes_get_data(bytes, &length);
	const guint8 *end = data;
	g_autoptr(RevocationList) list = NULL;
	g_autoptr(BIO) bio = NULL;

	if (data != NULL && length <= SIZE_LIMIT)
		list = d2i_X509_CRL(NULL, &end, (long)length);
	if (list == NULL && data != NULL && length <= SIZE_LIMIT) {
		bio = BIO_new_mem_buf(data, (int)length);
		list = PEM_read_bio_X509_CRL(bio, NULL, NULL, (void *)"");
	}
	ERR_clear_error();
	if (list == NULL)
		tf_raise(error, TF_ERROR_CRL_UNUSABLE, path, _("it cannot be read"), NULL);

	return g_steal_pointer(&list);
}

/* RFC 5280, 5.2: a list with a critical extension that is not understood must not be used, and one of limited
 * scope says nothing about the certificates outside it. */
static gboolean covers_everything(const RevocationList *list)
{
	g_autoptr(Scope) scope = NULL;
	int is_critical = 0;

	for (int i = 0; i < X509_CRL_get_ext_count(list); i++) {
		X509_EXTENSION *extension = X509_CRL_get_ext(list, i);
		int nid = OBJ_obj2nid(X509_EXTENSION_get_object(extension));

		if (nid == NID_delta_crl)
			return FALSE;
		if (X509_EXTENSION_get_critical(extension) && nid != NID_issuing_distribution_point)
			return FALSE;
	}

	scope = X509_CRL_get_ext_d2i(list, NID_issuing_distribution_point, &is_critical, NULL);
	if (scope == NULL)
		return is_critical == -1;

	return !scope->onlyCA && !scope->onlyattr && !scope->indirectCRL && scope->onlysomereasons == NULL;
}

typedef enum Signature {
	SIGNATURE_UNCHECKED, /* no certificate of the issuer's name is there */
	SIGNATURE_GOOD,
	SIGNATURE_BAD
} Signature;

static Signature check_signature(RevocationList *list, const TfX509Stack *chain)
{
	Signature signature = SIGNATURE_UNCHECKED;

	for (int i = 0; chain != NULL && i < sk_X509_num(chain); i++) {
		X509 *issuer = sk_X509_value(chain, i);
		EVP_PKEY *key = X509_get0_pubkey(issuer);

		if (X509_NAME_cmp(X509_get_subject_name(issuer), X509_CRL_get_issuer(list)) != 0)
			continue;
		signature = SIGNATURE_BAD;
		if (key != NULL && (X509_get_key_usage(issuer) & KU_CRL_SIGN) != 0 &&
			X509_CRL_verify(list, key) == 1)
			return SIGNATURE_GOOD;
	}

	return signature;
}

static gboolean is_past(const ASN1_TIME *time, gint64 now)
{
	return time != NULL && ASN1_TIME_cmp_time_t(time, (time_t)now) < 0;
}

static const gchar *objection(RevocationList *list, X509 *certificate, Signature signature, gint64 now)
{
	if (X509_NAME_cmp(X509_get_issuer_name(certificate), X509_CRL_get_issuer(list)) != 0)
		return _("it is of another issuer");
	if (!covers_everything(list))
		return _("it covers only a part of the certificates");
	if (signature == SIGNATURE_BAD)
		return _("its signature is not the issuer's");
	if (is_past(X509_CRL_get0_nextUpdate(list), now))
		return _("it is out of date");

	return NULL;
}

gboolean tf_certificate_check_crl(X509 *certificate, const TfX509Stack *chain, X509_CRL *crl,
	const gchar *path, gint64 now, TfRevocation *ret_revocation, gint64 *ret_revoked_at, GError **error)
{
	Signature signature = check_signature(crl, chain);
	const gchar *reason = objection(crl, certificate, signature, now);
	X509_REVOKED *entry = NULL;
	struct tm revoked_at = { 0 };

	ERR_clear_error();
	if (reason != NULL)
		return tf_raise(error, TF_ERROR_CRL_UNUSABLE, path, reason, NULL);

	/* 2 means "removed from the list", which only a delta list may say. */
	if (X509_CRL_get0_by_cert(crl, &entry, certificate) != 1) {
		*ret_revocation = signature == SIGNATURE_GOOD ? TF_REVOCATION_GOOD : TF_REVOCATION_UNKNOWN;
		*ret_revoked_at = 0;
		return TRUE;
	}
	if (ASN1_TIME_to_tm(X509_REVOKED_get0_revocationDate(entry), &revoked_at) != 1) {
		ERR_clear_error();
		return tf_raise(error, TF_ERROR_CRL_UNUSABLE, path, _("it cannot be read"), NULL);
	}
	*ret_revocation = TF_REVOCATION_REVOKED;
	*ret_revoked_at = (gint64)timegm(&revoked_at);

	return TRUE;
}
