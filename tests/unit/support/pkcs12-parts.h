/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* PKCS#12 files that no program at hand writes, put together from their parts; and how tests open any file.
 * Arguments of type GBytes are taken (unreferenced), so that parts nest. Everything asserts. */
#pragma once

#include <glib.h>
#include <openssl/x509.h>

#include "key/pkcs12.h"

/* A DER value of the tag over its parts, ended by NULL. */
GBytes *tf_part_der(guint tag, ...) G_GNUC_NULL_TERMINATED;
GBytes *tf_part_oid(const gchar *dotted);
GBytes *tf_part_octets(GBytes *content); /* OCTET STRING */

/* SafeBag of a type by its number below 1.2.840.113549.1.12.10.1 (1 key … 6 nested). 'value' is what stands
 * under [0]. */
GBytes *tf_part_bag(guint type, GBytes *value);

/* Values of bags. */
GBytes *tf_part_key(EVP_PKEY *key);
/* With octets behind the key in its own OCTET STRING (NULL: none), and an attribute of the type (NULL: none)
 * that is an OCTET STRING of 'value'. Both are borrowed. */
GBytes *tf_part_key_with_more(EVP_PKEY *key, GBytes *behind, const gchar *type, GBytes *value);
GBytes *tf_part_certificate(X509 *certificate);
GBytes *tf_part_secret(void);
GBytes *tf_part_locked_key(EVP_PKEY *key, X509_ALGOR *algorithm, const gchar *password);

/* EncryptedPrivateKeyInfo of any octets, under AES. */
GBytes *tf_part_locked(GBytes *plaintext, const gchar *password);

/* EncryptedPrivateKeyInfo that says it is encrypted by 'algorithm' and holds nothing of use. */
GBytes *tf_part_locked_nonsense(X509_ALGOR *algorithm);

/* A whole file of one plain safe with these bags, ended by NULL, without a MAC. */
GBytes *tf_part_file(GBytes *bag, ...) G_GNUC_NULL_TERMINATED;

/* The same file with a MAC (RFC 7292). */
GBytes *tf_part_with_mac(GBytes *file, const gchar *password, const gchar *digest, int iterations);

/* The same file with a MAC that names so many iterations and fits nothing. */
GBytes *tf_part_with_costly_mac(GBytes *file, int iterations);

/* What tests do with a file. 'password' NULL: absent. */
TfPkcs12 *tf_part_read(GBytes *file, GError **error);
gboolean tf_part_open(TfPkcs12 *pkcs12, const gchar *password, GError **error);

/* Reads and opens; asserts that both succeed. */
TfPkcs12 *tf_part_opened(GBytes *file, const gchar *password);

/* Reads and opens; returns the code of the error, or -1 when it opened. */
gint tf_part_failure(GBytes *file, const gchar *password);

/* The content of a file of the file system. */
GBytes *tf_part_load(const gchar *directory, const gchar *name);
