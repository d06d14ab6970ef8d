/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "token/pin-change.h"

#include <string.h>

#include "base/error.h"
#include "open-token.h"

#define NEW_PIN "864209"

static TfSecret *secret_of(const gchar *text)
{
	return text != NULL ? tf_secret_new_copy(text, strlen(text)) : NULL;
}

/* Logs in by 'old', and changes it to 'new'; NULL for both: on the reader. */
static void change(TfOpenToken *token, const gchar *old_text, const gchar *new_text, GError **error)
{
	g_autoptr(TfSession) session = tf_open_token_session(token);
	g_autoptr(TfSecret) old = secret_of(old_text);
	g_autoptr(TfSecret) new = secret_of(new_text);

	g_assert_true(tf_session_login(session, old, FALSE, NULL));
	(void)tf_pin_change(session, old, new, error);
}

static void changes(void)
{
	g_autoptr(TfOpenToken) token = tf_load_mock_token("");
	g_autoptr(GError) error = NULL;

	change(token, TF_SOFT_PIN, NEW_PIN, &error);

	g_assert_no_error(error);
	g_assert_cmpuint(tf_open_token_n_calls(token, "C_SetPIN"), ==, 1);
	g_assert_false(tf_open_token_takes(token, TF_SOFT_PIN));
	g_assert_true(tf_open_token_takes(token, NEW_PIN));
}

static void too_short(void)
{
	g_autoptr(TfOpenToken) token = tf_load_mock_token("");
	g_autoptr(GError) error = NULL;

	change(token, TF_SOFT_PIN, "1", &error);

	g_assert_error(error, TF_ERROR, TF_ERROR_PIN_FORMAT);
	g_assert_cmpuint(tf_open_token_n_calls(token, "C_SetPIN"), ==, 0);
}

static void on_the_reader(void)
{
	g_autoptr(TfOpenToken) token = tf_load_mock_token("protected-path=" TF_SOFT_PIN "\n");
	g_autoptr(GError) error = NULL;

	change(token, NULL, NULL, &error);

	g_assert_no_error(error);
	g_assert_cmpuint(tf_open_token_n_calls(token, "C_SetPIN"), ==, 1);
}

typedef struct Answer {
	const gchar *script;
	TfErrorCode code;
} Answer;

static void is_answered(gconstpointer data)
{
	const Answer *answer = data;
	g_autoptr(TfOpenToken) token = tf_load_mock_token(answer->script);
	g_autoptr(GError) error = NULL;

	change(token, TF_SOFT_PIN, NEW_PIN, &error);

	g_assert_error(error, TF_ERROR, (gint)answer->code);
	g_assert_cmpuint(tf_open_token_n_calls(token, "C_SetPIN"), ==, 1);
	g_assert_true(tf_open_token_takes(token, TF_SOFT_PIN));
}

int main(int argc, char **argv)
{
	static const Answer weak = { "fail=C_SetPIN:1:CKR_PIN_TOO_WEAK\n", TF_ERROR_PIN_REFUSED };
	static const Answer wrong = { "fail=C_SetPIN:1:CKR_PIN_INCORRECT\n", TF_ERROR_PIN_WRONG };
	static const Answer locked = { "fail=C_SetPIN:1:CKR_PIN_LOCKED\n", TF_ERROR_PIN_LOCKED };
	static const Answer cancelled = { "fail=C_SetPIN:1:CKR_FUNCTION_CANCELED\n", TF_ERROR_DECLINED };
	static const Answer removed = { "fail=C_SetPIN:1:CKR_DEVICE_REMOVED\n", TF_ERROR_TOKEN_REMOVED };

	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);

	g_test_add_func("/pin-change/makes the new PIN the only one that counts", changes);
	g_test_add_func("/pin-change/sends no new PIN of impossible length", too_short);
	g_test_add_func("/pin-change/leaves both PINs to the PIN pad", on_the_reader);
	g_test_add_data_func("/pin-change/tells that the token refuses the new PIN", &weak, is_answered);
	g_test_add_data_func("/pin-change/tells a wrong old PIN, and does not repeat", &wrong, is_answered);
	g_test_add_data_func("/pin-change/tells a locked PIN", &locked, is_answered);
	g_test_add_data_func("/pin-change/tells that the person cancelled", &cancelled, is_answered);
	g_test_add_data_func("/pin-change/notices a removed token", &removed, is_answered);

	return g_test_run();
}
