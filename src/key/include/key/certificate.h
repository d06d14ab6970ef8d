/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* X.509 certificates (RFC 5280) as far as the journey asks about them. */
#pragma once

#include <glib.h>

#include "base/hex.h"
#include "key/openssl.h"
#include "record/facts.h"

/* What the certificate lets the key do (RFC 5280, 4.2.1.3). Without the extension everything the type can. */
typedef struct TfKeyUsage {
	gboolean may_sign;    /* digitalSignature, nonRepudiation, keyCertSign or cRLSign */
	gboolean may_decrypt; /* keyEncipherment or dataEncipherment; RSA only */
	gboolean may_derive;  /* keyAgreement; EC only */
} TfKeyUsage;

typedef enum TfRevocation {
	TF_REVOCATION_UNKNOWN,
	TF_REVOCATION_GOOD,
	TF_REVOCATION_REVOKED
} TfRevocation;

/* One certificate, PEM or DER. TF_ERROR_CERTIFICATE_UNREADABLE; 'path' is for the error. */
X509 *tf_certificate_parse(GBytes *bytes, const gchar *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;

GBytes *tf_certificate_der(X509 *certificate) G_GNUC_WARN_UNUSED_RESULT;
void tf_certificate_sha256(X509 *certificate, guint8 ret_digest[TF_SHA256_SIZE]);

/* SHA-256 of the DER SubjectPublicKeyInfo: what "the same key" means everywhere in this program. */
void tf_certificate_spki_sha256(X509 *certificate, guint8 ret_digest[TF_SHA256_SIZE]);
gboolean tf_key_spki_sha256(EVP_PKEY *key, guint8 ret_digest[TF_SHA256_SIZE]);

TfCertificateFacts *tf_certificate_describe(X509 *certificate) G_GNUC_WARN_UNUSED_RESULT;
TfKeyUsage tf_certificate_key_usage(X509 *certificate);
gboolean tf_certificate_is_self_signed(X509 *certificate); /* the signature itself is checked */

/* A revocation list in PEM or DER. TF_ERROR_CRL_UNUSABLE: it is none. X509_CRL_free(). */
X509_CRL *tf_crl_parse(GBytes *bytes, const gchar *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* 'crl' is checked against the issuer's certificate. Where 'chain' does not hold it, anybody may have made
 * the list: what it lists is revoked, and of what it does not list nothing is known. TF_ERROR_CRL_UNUSABLE:
 * of another issuer, signature bad, or past its nextUpdate at 'now'.
 */
gboolean tf_certificate_check_crl(X509 *certificate, const TfX509Stack *chain, X509_CRL *crl,
	const gchar *path, gint64 now, TfRevocation *ret_revocation, gint64 *ret_revoked_at, GError **error);
