/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Cryptoki (PKCS #11, OASIS 2.40) by its standard names, as p11-kit's header gives them by default. */
#pragma once

#include <glib.h>
#include <p11-kit/pkcs11.h>

/* Most attributes, objects and slots that are taken from one module: it may answer without end. */
#define TF_TOKEN_OBJECT_LIMIT	 4096u
#define TF_TOKEN_SLOT_LIMIT	 256u
#define TF_TOKEN_ATTRIBUTE_LIMIT (64u << 10)

/* 4.6.2, values of CKA_CERTIFICATE_CATEGORY. */
#define TF_CERTIFICATE_CATEGORY_TOKEN_USER 1UL
#define TF_CERTIFICATE_CATEGORY_AUTHORITY  2UL
