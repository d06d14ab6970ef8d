/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Password-based encryption: of PKCS#12 (RFC 7292, appendix C), PBES1 and PBES2 (RFC 8018). */
#pragma once

#include <glib.h>
#include <openssl/x509.h>

#include "base/secret.h"
#include "key/openssl.h"

/* What an algorithm identifier says, before anything is derived. */
typedef struct TfPbe {
	gchar *name;	    /* "PBES2 AES-256-CBC", "RC2-40-CBC" */
	guint64 rounds;	    /* of key derivation; for scrypt N*r*p, which costs about as much each */
	gboolean is_weak;   /* 40 bits, or single DES */
	gboolean is_known;  /* can be done here */
	gboolean is_octets; /* the password is taken as octets, not as BMPString */
} TfPbe;

/* FALSE when the parameters are not those of the algorithm. */
gboolean tf_pbe_read(const X509_ALGOR *algorithm, TfPbe *ret_pbe) G_GNUC_WARN_UNUSED_RESULT;
void tf_pbe_clear(TfPbe *pbe);

/*
 * Fills 'plaintext', whose capacity is tf_pbe_plaintext_size() or more. FALSE when the password does not fit
 * (one wrong password in 256 passes the padding: the caller looks at what came out). 'password' NULL: none.
 * Only for what tf_pbe_read() found known and cheap enough.
 */
gboolean tf_pbe_decrypt(const TfLibrary *library, const X509_ALGOR *algorithm, const TfSecret *password,
	const ASN1_OCTET_STRING *ciphertext, TfSecret *plaintext) G_GNUC_WARN_UNUSED_RESULT;
gsize tf_pbe_plaintext_size(const ASN1_OCTET_STRING *ciphertext);

/* A round count out of a file: G_MAXINT64 when larger than any. FALSE when negative or zero. */
gboolean tf_pbe_read_rounds(const ASN1_INTEGER *integer, guint64 *ret_rounds) G_GNUC_WARN_UNUSED_RESULT;

/* The digest of "HMAC with digest" (a PRF of PBKDF2, a MAC of PBMAC1), as libcrypto names it; NULL when it is
 * none. */
const gchar *tf_pbe_hmac_digest(const X509_ALGOR *algorithm);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(TfPbe, tf_pbe_clear)
