/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How the locked parts of a file are opened: each by whichever form of the password fits. */
#pragma once

#include <glib.h>

#include "key/openssl.h"
#include "password-private.h"
#include "pbe-private.h"

typedef struct TfOpener {
	const TfLibrary *library;   /* borrowed */
	TfPasswordForms *passwords; /* borrowed */
	guint likely_text;	    /* index of the form that worked last */
	guint likely_octets;
	gboolean has_mac;   /* and the MAC fits: the content is as it was written */
	gboolean is_proven; /* by the MAC, or by something that was unlocked */
} TfOpener;

typedef enum TfUnlocked {
	TF_UNLOCKED,
	TF_UNLOCKED_NONSENSE, /* the padding was right, what came out was not */
	TF_UNLOCKED_NOT,
	TF_UNLOCKED_NO_ROOM /* the secure heap is exhausted */
} TfUnlocked;

/* Reads a plaintext; NULL when it is not one. */
typedef gpointer (*TfReader)(const guint8 *bytes, gsize length);

/* 'pbe' is known. *ret_value is what 'reader' made, the caller's; untouched unless TF_UNLOCKED. */
TfUnlocked tf_opener_unlock(TfOpener *opener, const X509_ALGOR *algorithm, const TfPbe *pbe,
	const ASN1_OCTET_STRING *ciphertext, TfReader reader, gpointer *ret_value);
