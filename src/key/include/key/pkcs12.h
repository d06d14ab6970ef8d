/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * PKCS#12 (RFC 7292, RFC 9579 for PBMAC1) as the world makes it. Three stages, each with its own diagnosis:
 * the structure, readable by anyone; the opening with the PIN code; the pairing of keys and certificates.
 * Every bag is enumerated: PKCS12_parse() would silently return the first of two keys.
 */
#pragma once

#include <glib.h>

#include "base/secret.h"
#include "key/certificates.h"
#include "key/keypair.h"

#define TF_PKCS12_SIZE_LIMIT	  (1u << 20)
#define TF_PKCS12_ITERATION_LIMIT 10000000u
#define TF_PKCS12_BAG_LIMIT	  256u

typedef enum TfPkcs12Mac {
	TF_PKCS12_MAC_NONE,
	TF_PKCS12_MAC_PKCS12,
	TF_PKCS12_MAC_PBMAC1
} TfPkcs12Mac;

typedef struct TfPkcs12Protection {
	TfPkcs12Mac mac;
	gchar *mac_digest;	/* "SHA256"; NULL without MAC */
	guint64 mac_iterations; /* 0 without MAC */
	GPtrArray *ciphers;	/* gchar: each distinct cipher of keys and certificates, "PBES2 AES-256-CBC",
				   "RC2-40-CBC" */
	guint64 most_iterations;
	gboolean has_weak_cipher; /* 40-bit RC2 or RC4, single DES around a key; of what is closed: may be */
	gboolean has_unprotected_secret; /* a key lies in the file unencrypted */
} TfPkcs12Protection;

/* What a file holds besides key pairs; law 3 asks. */
typedef struct TfPkcs12Contents {
	guint n_keys; /* each key once, however often it is repeated */
	guint n_certificates;
	guint n_crls;
	guint n_secrets; /* secret bags, bags of unknown type, keys under another password, and what stands
			    after the file's end without being padding: taken for secrets */
} TfPkcs12Contents;

typedef struct TfPkcs12 TfPkcs12;

/*
 * Reads the structure of a file's content (BER, indefinite lengths and trailing padding allowed). 'content'
 * is not needed afterwards. The round counts of the MAC and of all ciphers are summed, and the sum is held
 * against TF_PKCS12_ITERATION_LIMIT. Errors: TF_ERROR_SOURCE_DAMAGED, TF_ERROR_SOURCE_TOO_COSTLY (before any
 * key derivation), TF_ERROR_SOURCE_UNSUPPORTED (public-key privacy or integrity modes). 'path' is for errors.
 */
TfPkcs12 *tf_pkcs12_new(const TfSecret *content, const gchar *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void tf_pkcs12_free(TfPkcs12 *pkcs12);

/* For a process that opens file after file: what opening would else set up and throw away each time. Both are
 * borrowed for as long as 'pkcs12' lives. */
void tf_pkcs12_share(TfPkcs12 *pkcs12, const TfLibrary *library, TfCertificates *certificates);

const TfPkcs12Protection *tf_pkcs12_protection(const TfPkcs12 *pkcs12);
void tf_pkcs12_sha256(
	const TfPkcs12 *pkcs12, guint8 ret_digest[TF_SHA256_SIZE]); /* of the content as it was read */

/*
 * Opens every bag. 'password' is UTF-8 as a person typed it, or NULL for none; it is tried in turn as it
 * stands, without stray blanks, with full-width characters halved, in ISO-8859-1 and CP932 form, and (when
 * empty) as empty and as absent. A failure changes nothing: try again with another PIN code; after a success
 * it is not called again. A key bag that this password does not open is taken for a secret, not for a
 * failure, when something else in the file did open. Without a MAC the decryption itself tells.
 * TF_ERROR_PIN_CODE_WRONG; TF_ERROR_SOURCE_UNSUPPORTED (the PIN code is right or unchecked, a cipher or MAC
 * is not known); TF_ERROR_SOURCE_DAMAGED (the PIN code is right, the content is not: the MAC does not fit,
 * yet a part of the file opens).
 */
gboolean tf_pkcs12_open(TfPkcs12 *pkcs12, const TfSecret *password, GError **error);

/* TRUE after tf_pkcs12_open(). What follows may be called then only. */
gboolean tf_pkcs12_is_open(const TfPkcs12 *pkcs12);
const TfPkcs12Contents *tf_pkcs12_contents(const TfPkcs12 *pkcs12);

/* Law 3: exactly one private key and no other secret; bags that repeat the same key count once. */
gboolean tf_pkcs12_holds_one_secret(const TfPkcs12 *pkcs12);

/*
 * The private keys, each with the certificate whose public key is its own, from 0. 'certificate' is for a
 * file that holds none (NULL otherwise); when given, it stands before the file's own. TF_ERROR_SOURCE_NO_KEY,
 * TF_ERROR_SOURCE_NO_CERTIFICATE, TF_ERROR_SOURCE_MISMATCH.
 */
TfKeypair *tf_pkcs12_keypair(
	TfPkcs12 *pkcs12, guint index, X509 *certificate, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The certificate that fits key 'index', NULL when none; borrowed. For showing the choice between several
 * keys. */
X509 *tf_pkcs12_certificate(const TfPkcs12 *pkcs12, guint index);
guint tf_pkcs12_n_keys(const TfPkcs12 *pkcs12);

void tf_pkcs12_key_spki_sha256(const TfPkcs12 *pkcs12, guint index, guint8 ret_digest[TF_SHA256_SIZE]);

/* Certificates that anyone can see, as long as it is not open; then all. */
guint tf_pkcs12_n_shown_certificates(const TfPkcs12 *pkcs12);
void tf_pkcs12_shown_spki_sha256(const TfPkcs12 *pkcs12, guint index, guint8 ret_digest[TF_SHA256_SIZE]);

/* The same for every copy of one export, without its password: the salts of MAC and bags, which a program
 * draws each time. FALSE when there are fewer than two. */
gboolean tf_pkcs12_export_sha256(const TfPkcs12 *pkcs12, guint8 ret_digest[TF_SHA256_SIZE]);

/* The bag attributes of key 'index' and its certificate: names ("friendlyName", "localKeyID",
 * "1.3.6.1.4.1.311.17.1"), gchar, the caller frees the array. Carried: those the token takes (friendlyName as
 * the label, localKeyID not). */
GPtrArray *tf_pkcs12_attributes(const TfPkcs12 *pkcs12, guint index) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfPkcs12, tf_pkcs12_free)
