/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The challenge answered by the key through Cryptoki. Nothing is verified here: whoever makes the proof does
 * (key/proof.h). */
#pragma once

#include "subject-private.h"

/*
 * The signature over 'statement': PKCS#1 v1.5 with SHA-256, or ECDSA of the SHA-256 in DER. NULL, and what
 * failed in *ret_failure ("C_Sign: CKR_DEVICE_ERROR"). *ret_mechanism is static.
 */
GBytes *tf_response_sign(
	const TfSubject *subject, GBytes *statement, const gchar **ret_mechanism, gchar **ret_failure);

/* The plain text of an OAEP cipher text (SHA-1). */
GBytes *tf_response_decrypt(
	const TfSubject *subject, GBytes *ciphertext, const gchar **ret_mechanism, gchar **ret_failure);
