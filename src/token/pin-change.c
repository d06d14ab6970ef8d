/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "token/pin-change.h"

#include <glib/gi18n.h>

#include "base/error.h"
#include "base/log.h"
#include "ckr.h"
#include "pin-private.h"
#include "session-private.h"

gboolean tf_pin_may_be_set(const TfTokenStatus *status, const TfSecret *new, GError **error)
{
	if (new != NULL)
		return tf_pin_fits(status, new, error);
	if (!status->has_protected_path)
		return tf_raise(error, TF_ERROR_SECRET_SOURCE, "pinpad", _("the token has none"), NULL);

	return TRUE;
}

gboolean tf_pin_check_set(CK_RV rv, const gchar *call, const TfTokenFacts *token, GError **error)
{
	switch (rv) {
	case CKR_PIN_INVALID:
	case CKR_PIN_LEN_RANGE:
	case CKR_PIN_TOO_WEAK:
		return tf_raise(error, TF_ERROR_PIN_REFUSED, tf_token_name(token), tf_ckr_name(rv), NULL);
	case CKR_FUNCTION_CANCELED:
	case CKR_CANCEL:
		return tf_raise(error, TF_ERROR_DECLINED, _("the PIN at the reader"), NULL);
	default:
		return tf_ckr_check(rv, call, error);
	}
}

gboolean tf_pin_change(TfSession *session, const TfSecret *old, const TfSecret *new, GError **error)
{
	const TfTokenFacts *token = tf_session_token(session);
	g_autoptr(TfTokenStatus) status = tf_session_look(session, error);
	CK_RV rv = CKR_OK;

	g_assert(tf_session_is_logged_in(session));
	g_assert((old == NULL) == (new == NULL));
	if (status == NULL || !tf_pin_may_be_set(status, new, error))
		return FALSE;

	rv = tf_session_functions(session)->C_SetPIN(tf_session_handle(session), tf_pin_bytes(old),
		tf_pin_length(old), tf_pin_bytes(new), tf_pin_length(new));
	tf_log("change PIN", "token", tf_token_name(token), "code", tf_ckr_name(rv), NULL);
	if (rv == CKR_PIN_INCORRECT)
		return tf_raise(error, TF_ERROR_PIN_WRONG, tf_token_name(token), NULL);
	if (rv == CKR_PIN_LOCKED)
		return tf_raise(error, TF_ERROR_PIN_LOCKED, tf_token_name(token), NULL);

	return tf_pin_check_set(rv, "C_SetPIN", token, error);
}
