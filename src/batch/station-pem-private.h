/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is in the file of a station's key. */
#pragma once

#include <glib.h>

#include "base/secret.h"
#include "key/openssl.h"

/* A new key on P-256; NULL when libcrypto cannot. */
EVP_PKEY *tf_station_key_make(void) G_GNUC_WARN_UNUSED_RESULT;

/* Its self-signed certificate for keyAgreement, which never expires (RFC 5280, section 4.1.2.5). */
X509 *tf_station_certificate_make(EVP_PKEY *key) G_GNUC_WARN_UNUSED_RESULT;

/* Both as PEM, the key encrypted; NULL when libcrypto cannot. */
GBytes *tf_station_pem_write(
	EVP_PKEY *key, X509 *certificate, const TfSecret *passphrase) G_GNUC_WARN_UNUSED_RESULT;

/* And back. FALSE when it is no such text; *ret_key is NULL when the passphrase does not open it. */
gboolean tf_station_pem_read(
	GBytes *pem, const TfSecret *passphrase, EVP_PKEY **ret_key, X509 **ret_certificate);
