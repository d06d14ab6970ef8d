/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The mechanism parameters of C_WrapKey and C_Decrypt. The wrapping keys are used once: constant
 * initialisation vectors do. */
#pragma once

#include "cryptoki-private.h"
#include "wrapping-key.h"

#define TF_WRAP_TAG_BYTES 16u
#define TF_WRAP_GCM_IV	  12u

/* CK_RSA_AES_KEY_WRAP_PARAMS (2.40, Mechanisms 2.1.21), which p11-kit's header lacks. */
typedef struct TfRsaAesParameters {
	CK_ULONG aes_key_bits;
	CK_RSA_PKCS_OAEP_PARAMS *oaep;
} TfRsaAesParameters;

typedef struct TfWrapParameterForm {
	guint8 iv[16];
	CK_AES_CTR_PARAMS counter;
	CK_GCM_PARAMS gcm;
	CK_RSA_PKCS_OAEP_PARAMS oaep;
	TfRsaAesParameters rsa_aes;
} TfWrapParameterForm;

/* The initialisation vector that every form is given, also for unwrapping. */
void tf_wrap_iv(guint8 iv[16]);

/* OAEP with SHA-1 and MGF1 of it: the one form that tokens share. */
CK_RSA_PKCS_OAEP_PARAMS tf_oaep_parameters(void);

/* 'form' must live as long as the result is used. */
CK_MECHANISM tf_wrap_parameter(const TfWrapMechanism *mechanism, TfWrapParameterForm *form);
