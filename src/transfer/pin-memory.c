/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "transfer/pin-memory.h"

#include "token/session.h"

gboolean tf_pin_has_failed(TfLedger *ledger, const TfTokenFacts *token, TfPinKind kind, const TfSecret *pin,
	gboolean *ret_has_failed, GError **error)
{
	g_autoptr(GPtrArray) failed = tf_ledger_failed_pins(ledger, token, kind, error);
	gboolean is_among = FALSE;

	if (failed == NULL)
		return FALSE;
	for (guint i = 0; i < failed->len && !is_among; i++) {
		const TfFailedPin *earlier = g_ptr_array_index(failed, i);
		g_autoptr(GBytes) digest = tf_pin_digest(pin, earlier->salt);

		is_among = g_bytes_equal(digest, earlier->digest);
	}
	*ret_has_failed = is_among;

	return TRUE;
}

gboolean tf_pin_note_failed(
	TfLedger *ledger, const TfTokenFacts *token, TfPinKind kind, const TfSecret *pin, GError **error)
{
	g_autoptr(GBytes) salt = tf_pin_salt();
	g_autoptr(GBytes) digest = tf_pin_digest(pin, salt);

	return tf_ledger_note_failed_pin(ledger, token, kind, salt, digest, error);
}
