/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A user PIN that nobody knows is set anew, by the PUK or by the SO PIN. */
#include <glib/gi18n.h>
#include <string.h>

#include "base/error.h"
#include "base/log.h"
#include "ckr.h"
#include "pin-private.h"
#include "session-private.h"

/* What opensc.conf must say for C_SetPIN without login to take the PUK. */
#define PUK_STYLE "set_pin_in_unlogged_session"

static const gchar *const names[TF_N_PIN_KINDS] = {
	[TF_PIN_USER] = "user PIN",
	[TF_PIN_SO] = "SO PIN",
	[TF_PIN_PUK] = "PUK",
};

static gboolean is_opensc(TfSession *session)
{
	static const gchar maker[] = "OpenSC";
	CK_INFO info;

	memset(&info, 0, sizeof info);

	return tf_session_functions(session)->C_GetInfo(&info) == CKR_OK &&
	       memcmp(info.manufacturerID, maker, strlen(maker)) == 0;
}

/* Otherwise it would take the PUK for the user PIN, and count it there. */
static gboolean is_told_to_take_puk(void)
{
	const gchar *path = g_getenv("OPENSC_CONF");
	g_autofree gchar *text = NULL;

	return path != NULL && g_file_get_contents(path, &text, NULL, NULL) &&
	       strstr(text, PUK_STYLE) != NULL;
}

TfPinKind tf_unblock_kind(TfSession *session)
{
	return is_opensc(session) ? TF_PIN_PUK : TF_PIN_SO;
}

static gboolean raise_unsupported(const TfSession *session, TfPinKind kind, GError **error)
{
	return tf_raise(error, TF_ERROR_UNBLOCK_UNSUPPORTED, tf_token_name(tf_session_token(session)),
		names[kind], NULL);
}

/*
 * A locked user PIN has no try to lose, so that any module may be offered the PUK. OpenSC's C_InitPIN makes a
 * second user PIN beside the one that is there, so that it is never called.
 */
static gboolean check(TfSession *session, const TfTokenStatus *status, TfPinKind kind, GError **error)
{
	const gchar *name = tf_token_name(status->facts);

	if (kind == TF_PIN_SO && status->so_pin_state == TF_PIN_LOCKED)
		return tf_raise(error, TF_ERROR_SO_PIN_LOCKED, name, NULL);
	if (kind == TF_PIN_SO)
		return !is_opensc(session) || raise_unsupported(session, kind, error);
	if (status->pin_state == TF_PIN_UNSET)
		return tf_raise(error, TF_ERROR_PIN_NOT_SET, name, NULL);
	if (status->pin_state == TF_PIN_LOCKED)
		return TRUE;

	return (is_opensc(session) && is_told_to_take_puk()) || raise_unsupported(session, kind, error);
}

gboolean tf_unblock_check(TfSession *session, TfPinKind kind, GError **error)
{
	g_autoptr(TfTokenStatus) status = tf_session_look(session, error);

	return status != NULL && check(session, status, kind, error);
}

static gboolean check_puk(TfSession *session, CK_RV rv, GError **error)
{
	const TfTokenFacts *token = tf_session_token(session);

	if (rv == CKR_PIN_INCORRECT)
		return tf_raise(error, TF_ERROR_PUK_WRONG, tf_token_name(token), NULL);
	if (rv != CKR_PIN_LOCKED)
		return tf_pin_check_set(rv, "C_SetPIN", token, error);
	/* Of the PUK; or still of the user PIN, where the module knows no PUK. */
	if (!is_opensc(session) || !is_told_to_take_puk())
		return raise_unsupported(session, TF_PIN_PUK, error);

	return tf_raise(error, TF_ERROR_PUK_LOCKED, tf_token_name(token), NULL);
}

static gboolean unblock_by_puk(TfSession *session, const TfSecret *puk, const TfSecret *new, GError **error)
{
	CK_RV rv = tf_session_functions(session)->C_SetPIN(tf_session_handle(session), tf_pin_bytes(puk),
		tf_pin_length(puk), tf_pin_bytes(new), tf_pin_length(new));

	tf_log("unblock by PUK", "token", tf_token_name(tf_session_token(session)), "code", tf_ckr_name(rv),
		NULL);

	return check_puk(session, rv, error);
}

static gboolean check_so_login(TfSession *session, CK_RV rv, GError **error)
{
	const TfTokenFacts *token = tf_session_token(session);
	g_autoptr(TfTokenStatus) after = NULL;
	gboolean is_wrong = rv == CKR_PIN_INCORRECT || rv == CKR_PIN_INVALID || rv == CKR_PIN_LEN_RANGE;

	/* It may have been the last one: the flags say so only now. */
	if (is_wrong)
		after = tf_session_look(session, NULL);
	if (rv == CKR_PIN_LOCKED || (after != NULL && after->so_pin_state == TF_PIN_LOCKED))
		return tf_raise(error, TF_ERROR_SO_PIN_LOCKED, tf_token_name(token), NULL);
	if (is_wrong)
		return tf_raise(error, TF_ERROR_SO_PIN_WRONG, tf_token_name(token), NULL);
	if (rv == CKR_FUNCTION_CANCELED || rv == CKR_CANCEL)
		return tf_raise(error, TF_ERROR_DECLINED, _("the SO PIN at the reader"), NULL);

	return tf_ckr_check(rv, "C_Login", error);
}

static gboolean unblock_by_so_pin(
	TfSession *session, const TfSecret *so_pin, const TfSecret *new, GError **error)
{
	CK_FUNCTION_LIST *functions = tf_session_functions(session);
	CK_SESSION_HANDLE handle = tf_session_handle(session);
	const TfTokenFacts *token = tf_session_token(session);
	CK_RV rv = functions->C_Login(handle, CKU_SO, tf_pin_bytes(so_pin), tf_pin_length(so_pin));

	tf_log("unblock by SO PIN", "token", tf_token_name(token), "code", tf_ckr_name(rv), NULL);
	if (!check_so_login(session, rv, error))
		return FALSE;
	rv = functions->C_InitPIN(handle, tf_pin_bytes(new), tf_pin_length(new));
	(void)functions->C_Logout(handle);

	return tf_pin_check_set(rv, "C_InitPIN", token, error);
}

static gboolean guard(const TfTokenStatus *status, TfPinKind kind, const TfSecret *secret,
	const TfSecret *new, gboolean insists, GError **error)
{
	if (kind == TF_PIN_SO && status->so_pin_state == TF_PIN_LAST_TRY && !insists)
		return tf_raise(error, TF_ERROR_SO_PIN_LAST_TRY, tf_token_name(status->facts), NULL);

	return tf_pin_may_be_set(status, secret, error) && tf_pin_may_be_set(status, new, error);
}

gboolean tf_unblock(TfSession *session, TfPinKind kind, const TfSecret *secret, const TfSecret *new,
	gboolean insists, GError **error)
{
	g_autoptr(TfTokenStatus) status = tf_session_look(session, error);

	g_assert(kind == TF_PIN_PUK || kind == TF_PIN_SO);
	g_assert(!tf_session_is_logged_in(session));
	if (status == NULL || !check(session, status, kind, error) ||
		!guard(status, kind, secret, new, insists, error))
		return FALSE;

	return kind == TF_PIN_PUK ? unblock_by_puk(session, secret, new, error)
				  : unblock_by_so_pin(session, secret, new, error);
}
