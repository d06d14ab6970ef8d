/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "opener-private.h"

TfUnlocked tf_opener_unlock(TfOpener *opener, const X509_ALGOR *algorithm, const TfPbe *pbe,
	const ASN1_OCTET_STRING *ciphertext, TfReader reader, gpointer *ret_value)
{
	const GPtrArray *candidates = pbe->is_octets ? opener->passwords->octets : opener->passwords->texts;
	guint *likely = pbe->is_octets ? &opener->likely_octets : &opener->likely_text;
	g_autoptr(TfSecret) plaintext = tf_secret_new(tf_pbe_plaintext_size(ciphertext));
	TfUnlocked result = plaintext != NULL ? TF_UNLOCKED_NOT : TF_UNLOCKED_NO_ROOM;

	/* The form that worked last comes first. */
	for (guint i = 0; plaintext != NULL && i < candidates->len; i++) {
		guint index = (*likely + i) % candidates->len;
		gpointer value = NULL;

		if (!tf_pbe_decrypt(opener->library, algorithm, g_ptr_array_index(candidates, index),
			    ciphertext, plaintext))
			continue;
		value = reader(tf_secret_peek(plaintext), tf_secret_length(plaintext));
		if (value != NULL) {
			*likely = index;
			opener->is_proven = TRUE;
			*ret_value = value;
			return TF_UNLOCKED;
		}
		result = TF_UNLOCKED_NONSENSE;
	}

	return result;
}
