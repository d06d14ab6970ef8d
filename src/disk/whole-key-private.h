/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a file is from its first octet to its last: one private key, or something in which one lies. */
#pragma once

#include "base/hex.h"
#include "base/secret.h"
#include "key/openssl.h"

typedef enum TfWhole {
	TF_WHOLE_KEY,	       /* one private key and nothing else but certificates */
	TF_WHOLE_OTHER_SECRET, /* a file of keys, opened: it holds more than this one */
	TF_WHOLE_WITHIN,       /* there is something round about it */
	TF_WHOLE_LOCKED,       /* it could not be opened, so that what is in it is not known */
} TfWhole;

/*
 * 'content' is the whole file. 'password' (NULL: none) is tried once, as a person typed it. A PKCS#12, a key
 * in DER without an octet behind it, and PEM that is one private key, certificates, blanks and what
 * OpenSSL writes between them are keys as a whole. *ret_spki_sha256 is set for TF_WHOLE_KEY only.
 */
TfWhole tf_whole_key_read(const TfSecret *content, const gchar *path, const TfSecret *password,
	const TfLibrary *library, guint8 ret_spki_sha256[TF_SHA256_SIZE]);
