/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The station's own key, to which the PINs of tokens in work are sealed until they are provisioned. It lies
 * beside the ledger, encrypted with the operator's passphrase; sealing needs the certificate only. */
#pragma once

#include <glib.h>

#include "base/secret.h"
#include "key/openssl.h"

typedef struct TfStationKey TfStationKey;

/*
 * The file LEDGER.station.pem beside the ledger file 'ledger_path': encrypted PKCS#8 (PBES2 with scrypt, N
 * 2^14, r 8, p 5, and AES-256-CBC), then a self-signed certificate (P-256, keyAgreement, without a date of
 * expiry). Made when missing: 0600, fsynced, whole or not at all. 'passphrase' opens it:
 * TF_ERROR_PASSPHRASE_WRONG. An empty passphrase is refused: TF_ERROR_USAGE. TF_ERROR_LEDGER_FAILED with the
 * file's path when it cannot be read, is damaged, or its certificate is not the key's;
 * TF_ERROR_OUTPUT_UNSAFE, TF_ERROR_OUTPUT_FAILED, TF_ERROR_SYSTEM when it cannot be made.
 */
TfStationKey *tf_station_key_open(
	const gchar *ledger_path, const TfSecret *passphrase, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void tf_station_key_free(TfStationKey *key);

/* The file's path. The caller frees. */
gchar *tf_station_key_path(const gchar *ledger_path) G_GNUC_WARN_UNUSED_RESULT;

/* Borrowed. */
X509 *tf_station_key_certificate(const TfStationKey *key);
EVP_PKEY *tf_station_key_private(const TfStationKey *key);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfStationKey, tf_station_key_free)
