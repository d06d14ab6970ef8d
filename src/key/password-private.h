/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The forms in which programs may have turned one typed password into octets, likeliest first. */
#pragma once

#include <glib.h>

#include "base/secret.h"

typedef struct TfPasswordForms {
	/* For the key derivation of PKCS#12 (RFC 7292, appendix B), which takes a BMPString: here in UTF-8,
	 * for libcrypto to convert. NULL stands for no password at all, which differs from an empty one. */
	GPtrArray *texts;
	/* For PBES1, PBES2 and PBMAC1 (RFC 8018), which take octets. */
	GPtrArray *octets;
} TfPasswordForms;

/* 'typed' is UTF-8 as a person typed it, or NULL for none. NULL when the secure heap is exhausted. */
TfPasswordForms *tf_password_forms_new(const TfSecret *typed) G_GNUC_WARN_UNUSED_RESULT;
void tf_password_forms_free(TfPasswordForms *passwords);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfPasswordForms, tf_password_forms_free)
