/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "token/session.h"

#include <glib/gi18n.h>

#include "base/error.h"
#include "base/log.h"
#include "ckr.h"
#include "module-private.h"
#include "pin-private.h"
#include "session-private.h"

struct TfSession {
	TfModule *module; /* borrowed: outlives its sessions */
	TfTokenFacts *token;
	CK_SLOT_ID slot;
	CK_SESSION_HANDLE handle;
	gboolean is_logged_in; /* by this session */
};

/* The token of 'facts' in its slot as it is now. TF_ERROR_TOKEN_REMOVED when it is gone or another one. */
static TfTokenStatus *look_again(TfModule *module, CK_SLOT_ID slot, const TfTokenFacts *facts, GError **error)
{
	GError *failure = NULL;
	g_autoptr(TfTokenStatus) status = tf_token_look(module, slot, &failure);

	if (failure != NULL) {
		g_propagate_error(error, failure);
		return NULL;
	}
	if (status == NULL || !tf_token_facts_equal(status->facts, facts)) {
		tf_raise(error, TF_ERROR_TOKEN_REMOVED, "C_GetTokenInfo", NULL);
		return NULL;
	}

	return g_steal_pointer(&status);
}

static gboolean check_writable(const TfTokenStatus *status, gboolean for_writing, GError **error)
{
	if (for_writing && status->is_write_protected)
		return tf_raise(error, TF_ERROR_TOKEN_WRITE_PROTECTED, "C_GetTokenInfo", NULL);

	return TRUE;
}

static TfSession *open_session(
	TfModule *module, const TfTokenStatus *status, gboolean for_writing, GError **error)
{
	CK_FLAGS flags = CKF_SERIAL_SESSION | (for_writing ? CKF_RW_SESSION : 0);
	CK_SESSION_HANDLE handle = 0;
	CK_RV rv = tf_module_functions(module)->C_OpenSession(status->slot, flags, NULL, NULL, &handle);
	TfSession *session = NULL;

	if (!tf_ckr_check(rv, "C_OpenSession", error))
		return NULL;

	session = g_new0(TfSession, 1);
	session->module = module;
	session->token = tf_token_facts_copy(status->facts);
	session->slot = status->slot;
	session->handle = handle;

	return session;
}

TfSession *tf_session_open(
	TfModule *module, const TfTokenStatus *status, gboolean for_writing, GError **error)
{
	g_autoptr(TfTokenStatus) now = look_again(module, status->slot, status->facts, error);

	if (now == NULL || !check_writable(now, for_writing, error))
		return NULL;

	return open_session(module, status, for_writing, error);
}

TfSession *tf_session_open_unseen(
	TfModule *module, const TfTokenStatus *status, gboolean for_writing, GError **error)
{
	return check_writable(status, for_writing, error) ? open_session(module, status, for_writing, error)
							  : NULL;
}

void tf_session_free(TfSession *session)
{
	CK_FUNCTION_LIST *functions = NULL;

	if (session == NULL)
		return;

	functions = tf_module_functions(session->module);
	if (session->is_logged_in)
		(void)functions->C_Logout(session->handle);
	(void)functions->C_CloseSession(session->handle);
	tf_token_facts_free(session->token);
	g_free(session);
}

const TfTokenFacts *tf_session_token(const TfSession *session)
{
	return session->token;
}

CK_FUNCTION_LIST *tf_session_functions(const TfSession *session)
{
	return tf_module_functions(session->module);
}

CK_SESSION_HANDLE tf_session_handle(const TfSession *session)
{
	return session->handle;
}

CK_SLOT_ID tf_session_slot(const TfSession *session)
{
	return session->slot;
}

gboolean tf_session_is_logged_in(const TfSession *session)
{
	return session->is_logged_in;
}

TfTokenStatus *tf_session_look(const TfSession *session, GError **error)
{
	return look_again(session->module, session->slot, session->token, error);
}

/* A wrong PIN may have been the last one: the flags say so only now. */
static gboolean raise_wrong_pin(TfSession *session, GError **error)
{
	g_autoptr(TfTokenStatus) after = tf_token_look(session->module, session->slot, NULL);
	gboolean is_locked = after != NULL && after->pin_state == TF_PIN_LOCKED;

	return tf_raise(error, is_locked ? TF_ERROR_PIN_LOCKED : TF_ERROR_PIN_WRONG,
		tf_token_name(session->token), NULL);
}

static gboolean check_login(TfSession *session, CK_RV rv, GError **error)
{
	const gchar *name = tf_token_name(session->token);

	switch (rv) {
	case CKR_OK:
		session->is_logged_in = TRUE;
		return TRUE;
	case CKR_USER_ALREADY_LOGGED_IN:
		/* Login counts for all sessions of a process (2.40, 5.6.8): another session of ours did it.
		 */
		return TRUE;
	case CKR_PIN_INCORRECT:
	case CKR_PIN_INVALID:
	case CKR_PIN_LEN_RANGE:
		return raise_wrong_pin(session, error);
	case CKR_PIN_LOCKED:
		return tf_raise(error, TF_ERROR_PIN_LOCKED, name, NULL);
	case CKR_USER_PIN_NOT_INITIALIZED:
		return tf_raise(error, TF_ERROR_PIN_NOT_SET, name, NULL);
	case CKR_FUNCTION_CANCELED:
	case CKR_CANCEL:
		return tf_raise(error, TF_ERROR_DECLINED, _("the user PIN at the reader"), NULL);
	default:
		return tf_ckr_check(rv, "C_Login", error);
	}
}

gboolean tf_session_login(TfSession *session, const TfSecret *pin, gboolean insists, GError **error)
{
	g_autoptr(TfTokenStatus) status = tf_session_look(session, error);
	CK_RV rv = CKR_OK;

	if (status == NULL || !tf_pin_guard(status, pin, insists, error))
		return FALSE;

	rv = tf_session_functions(session)->C_Login(
		session->handle, CKU_USER, tf_pin_bytes(pin), tf_pin_length(pin));
	tf_log("login", "token", tf_token_name(session->token), "code", tf_ckr_name(rv), NULL);

	return check_login(session, rv, error);
}
