/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The secrets of a token that count their wrong tries, each for itself. */
#pragma once

typedef enum TfPinKind {
	TF_PIN_USER,
	TF_PIN_SO,
	TF_PIN_PUK, /* unblocks the user PIN; PKCS#11 has no word for it */
	TF_N_PIN_KINDS
} TfPinKind;
