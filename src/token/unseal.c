/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "token/unseal.h"

#include "base/error.h"
#include "key/envelope.h"
#include "signer.h"

TfSecret *tf_token_unseal(const TfUnsealing *unsealing, const TfSecret *pin, GBytes *envelope,
	const gchar *name, GError **error)
{
	const gchar *failure = NULL;
	g_autoptr(TfSigner) signer = tf_signer_new(unsealing->module, unsealing->arguments, &failure);

	if (signer == NULL || !tf_signer_take(signer, unsealing->token, unsealing->key_id, pin, &failure)) {
		tf_raise(error, TF_ERROR_TOKEN_FAILED, failure, "libp11", NULL);
		return NULL;
	}

	return tf_envelope_open(envelope, tf_signer_key(signer), unsealing->recipient, name, error);
}
