/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Private keys that lie about outside a PKCS#12: PKCS#8 (RFC 5958), PKCS#1 (RFC 8017, appendix A.1.2), SEC1
 * (RFC 5915), and PEM with a cipher of its own (RFC 1421). */
#pragma once

#include <glib.h>

#include "base/hex.h"
#include "base/secret.h"
#include "key/openssl.h"

typedef enum TfLooseForm {
	TF_LOOSE_PKCS8,
	TF_LOOSE_PKCS8_ENCRYPTED,
	TF_LOOSE_PKCS1,
	TF_LOOSE_SEC1,
	TF_LOOSE_PEM
} TfLooseForm;

/* What a key of that form must be, without its password: read to its end. Not for TF_LOOSE_PEM. */
gboolean tf_loose_key_is_whole(TfLooseForm form, const guint8 *der, gsize length);

/* Whether a password is needed to know which key it is. */
gboolean tf_loose_key_is_locked(TfLooseForm form);

/* Whether it is locked by 40-bit RC2 or RC4, or single DES. */
gboolean tf_loose_key_is_weak(TfLooseForm form, const TfSecret *bytes);

/*
 * The SHA-256 of the key's SubjectPublicKeyInfo. 'password' is as a person typed it, NULL for none; it is not
 * asked for where nothing is locked. '*ret_is_alone' (NULL: not asked) is FALSE when another secret may lie
 * in it: behind the key at whatever depth, or in attributes that are not of the usual ones.
 * TF_ERROR_PIN_CODE_WRONG, TF_ERROR_SOURCE_UNSUPPORTED, _TOO_COSTLY (more rounds than
 * TF_PKCS12_ITERATION_LIMIT), _DAMAGED.
 */
gboolean tf_loose_key_identify(TfLooseForm form, const TfSecret *bytes, const TfSecret *password,
	const TfLibrary *library, const gchar *name, guint8 ret_spki_sha256[TF_SHA256_SIZE],
	gboolean *ret_is_alone, GError **error);
