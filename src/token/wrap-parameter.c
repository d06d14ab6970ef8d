/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "wrap-parameter.h"

#include <string.h>

#define IV_BYTE	     0x54
#define COUNTER_BITS 128u
#define AES_BITS     256u

void tf_wrap_iv(guint8 iv[16])
{
	memset(iv, IV_BYTE, 16);
}

CK_RSA_PKCS_OAEP_PARAMS tf_oaep_parameters(void)
{
	return (CK_RSA_PKCS_OAEP_PARAMS){ CKM_SHA_1, CKG_MGF1_SHA1, CKZ_DATA_SPECIFIED, NULL, 0 };
}

CK_MECHANISM tf_wrap_parameter(const TfWrapMechanism *mechanism, TfWrapParameterForm *form)
{
	tf_wrap_iv(form->iv);
	switch (mechanism->parameter) {
	case TF_WRAP_NO_PARAMETER:
		break;
	case TF_WRAP_IV_8:
		return (CK_MECHANISM){ mechanism->type, form->iv, 8 };
	case TF_WRAP_IV_16:
		return (CK_MECHANISM){ mechanism->type, form->iv, 16 };
	case TF_WRAP_COUNTER:
		form->counter.counter_bits = COUNTER_BITS;
		memcpy(form->counter.cb, form->iv, sizeof(form->counter.cb));
		return (CK_MECHANISM){ mechanism->type, &form->counter, sizeof(form->counter) };
	case TF_WRAP_GCM:
		form->gcm = (CK_GCM_PARAMS){ form->iv, TF_WRAP_GCM_IV, TF_WRAP_GCM_IV * 8, NULL, 0,
			TF_WRAP_TAG_BYTES * 8 };
		return (CK_MECHANISM){ mechanism->type, &form->gcm, sizeof(form->gcm) };
	case TF_WRAP_OAEP:
		form->oaep = tf_oaep_parameters();
		return (CK_MECHANISM){ mechanism->type, &form->oaep, sizeof(form->oaep) };
	case TF_WRAP_RSA_AES:
		form->oaep = tf_oaep_parameters();
		form->rsa_aes = (TfRsaAesParameters){ AES_BITS, &form->oaep };
		return (CK_MECHANISM){ mechanism->type, &form->rsa_aes, sizeof(form->rsa_aes) };
	}

	return (CK_MECHANISM){ mechanism->type, NULL, 0 };
}
