/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Formatting: C_InitToken, then C_InitPIN as the SO. */
#include <glib/gi18n.h>
#include <string.h>

#include "base/error.h"
#include "base/log.h"
#include "ckr.h"
#include "module-private.h"
#include "pin-private.h"
#include "session-private.h"

#define LABEL_SIZE 32u

static gboolean check_so(CK_RV rv, const gchar *call, const TfTokenFacts *token, GError **error)
{
	if (rv == CKR_PIN_INCORRECT || rv == CKR_PIN_LOCKED || rv == CKR_PIN_INVALID ||
		rv == CKR_PIN_LEN_RANGE)
		return tf_raise(error, TF_ERROR_SO_PIN_WRONG, tf_token_name(token), NULL);

	return tf_ckr_check(rv, call, error);
}

/* Blank padded, without a NUL (2.40, 5.5.7). */
static gboolean pad_label(const gchar *label, CK_UTF8CHAR ret_label[LABEL_SIZE], GError **error)
{
	gsize length = strlen(label);

	if (length == 0 || length > LABEL_SIZE || !g_utf8_validate(label, (gssize)length, NULL))
		return tf_raise(error, TF_ERROR_USAGE, _("a token label has 1 to 32 bytes of UTF-8"), NULL);

	memset(ret_label, ' ', LABEL_SIZE);
	memcpy(ret_label, label, length);

	return TRUE;
}

/* The token as it is right now; refuses a formatted one, or with 'destroys' another one. */
static gboolean check_token(TfModule *module, const TfTokenStatus *status, gboolean destroys, GError **error)
{
	GError *failure = NULL;
	g_autoptr(TfTokenStatus) now = tf_token_look(module, status->slot, &failure);

	if (failure != NULL) {
		g_propagate_error(error, failure);
		return FALSE;
	}
	if (now == NULL)
		return tf_raise(error, TF_ERROR_TOKEN_REMOVED, "C_GetTokenInfo", NULL);
	if (now->is_initialized && !destroys)
		return tf_raise(error, TF_ERROR_TOKEN_ALREADY_INITIALIZED, tf_token_name(now->facts), NULL);
	if (destroys && !tf_token_facts_equal(now->facts, status->facts))
		return tf_raise(error, TF_ERROR_TOKEN_REMOVED, "C_GetTokenInfo", NULL);

	return TRUE;
}

static gboolean was_there(const GPtrArray *before, const TfTokenStatus *status)
{
	for (guint i = 0; i < before->len; i++) {
		const TfTokenStatus *other = g_ptr_array_index(before, i);

		if (other->is_initialized && tf_token_facts_equal(other->facts, status->facts))
			return TRUE;
	}

	return FALSE;
}

static gboolean is_formatted_as(const TfTokenStatus *status, const gchar *label)
{
	return status->is_initialized && g_str_equal(status->facts->label, label);
}

/* Formatted now, with this label, and not among the formatted ones before: some modules give it another slot.
 */
static TfTokenStatus *find_moved(
	TfModule *module, const GPtrArray *before, const gchar *label, GError **error)
{
	g_autoptr(GPtrArray) after = tf_tokens(module, error);

	if (after == NULL)
		return NULL;

	for (guint i = 0; i < after->len; i++) {
		const TfTokenStatus *status = g_ptr_array_index(after, i);

		if (is_formatted_as(status, label) && !was_there(before, status))
			return g_ptr_array_steal_index(after, i);
	}
	tf_raise(error, TF_ERROR_TOKEN_FAILED, "C_InitToken", "CKR_OK", NULL);

	return NULL;
}

/* Mostly where the blank one was; all others are looked at only when it is not, which takes time that grows
 * with their number. */
static TfTokenStatus *find_new(
	TfModule *module, CK_SLOT_ID slot, const GPtrArray *before, const gchar *label, GError **error)
{
	GError *failure = NULL;
	g_autoptr(TfTokenStatus) here = tf_token_look(module, slot, &failure);

	if (failure != NULL) {
		g_propagate_error(error, failure);
		return NULL;
	}
	if (here != NULL && is_formatted_as(here, label) && !was_there(before, here))
		return g_steal_pointer(&here);

	return find_moved(module, before, label, error);
}

static gboolean set_pin(TfModule *module, const TfTokenStatus *status, const TfSecret *so_pin,
	const TfSecret *pin, GError **error)
{
	CK_FUNCTION_LIST *functions = tf_module_functions(module);
	g_autoptr(TfSession) session = tf_session_open_unseen(module, status, TRUE, error);
	CK_SESSION_HANDLE handle = 0;
	CK_RV rv = CKR_OK;

	if (session == NULL)
		return FALSE;

	handle = tf_session_handle(session);
	rv = functions->C_Login(
		handle, CKU_SO, (CK_UTF8CHAR *)tf_secret_peek(so_pin), tf_secret_length(so_pin));
	if (!check_so(rv, "C_Login", status->facts, error))
		return FALSE;
	rv = functions->C_InitPIN(handle, (CK_UTF8CHAR *)tf_secret_peek(pin), tf_secret_length(pin));
	(void)functions->C_Logout(handle);

	return tf_ckr_check(rv, "C_InitPIN", error);
}

TfTokenStatus *tf_token_initialize(TfModule *module, const TfTokenStatus *status, gboolean destroys,
	const GPtrArray *before, const gchar *label, const TfSecret *so_pin, const TfSecret *pin,
	GError **error)
{
	CK_UTF8CHAR padded[LABEL_SIZE];
	g_autoptr(GPtrArray) listed = NULL;
	g_autoptr(TfTokenStatus) formatted = NULL;
	CK_RV rv = CKR_OK;

	if (!pad_label(label, padded, error))
		return NULL;
	if (!tf_pin_suits(status, TF_TOKEN_PIN_SO, so_pin, error) ||
		!tf_pin_suits(status, TF_TOKEN_PIN_USER, pin, error))
		return NULL;
	if (!check_token(module, status, destroys, error))
		return NULL;
	if (before == NULL) {
		before = listed = tf_tokens(module, error);
		if (listed == NULL)
			return NULL;
	}

	rv = tf_module_functions(module)->C_InitToken(
		status->slot, (CK_UTF8CHAR *)tf_secret_peek(so_pin), tf_secret_length(so_pin), padded);
	tf_log("format", "label", label, "code", tf_ckr_name(rv), NULL);
	if (!check_so(rv, "C_InitToken", status->facts, error))
		return NULL;
	formatted = destroys ? tf_token_look(module, status->slot, error)
			     : find_new(module, status->slot, before, label, error);
	if (formatted == NULL || !set_pin(module, formatted, so_pin, pin, error))
		return NULL;

	return tf_token_look(module, formatted->slot, error);
}
