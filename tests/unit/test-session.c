/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "base/error.h"
#include "open-token.h"

static TfSecret *secret_of(const gchar *text)
{
	return tf_secret_new_copy(text, strlen(text));
}

/* One attempt at a token that is not logged in yet. */
static void try_login(TfOpenToken *token, const TfSecret *pin, gboolean insists, GError **error)
{
	g_autoptr(TfSession) session = tf_session_open(token->module, token->status, TRUE, error);

	g_assert_nonnull(session);
	(void)tf_session_login(session, pin, insists, error);
}

static void right_pin(void)
{
	g_autoptr(TfOpenToken) token = tf_load_mock_token("");
	g_autoptr(TfSecret) pin = tf_open_token_pin();
	g_autoptr(GError) error = NULL;

	try_login(token, pin, FALSE, &error);

	g_assert_no_error(error);
	g_assert_cmpuint(tf_open_token_n_calls(token, "C_Login"), ==, 1);
}

static void wrong_pin(void)
{
	g_autoptr(TfOpenToken) token = tf_load_mock_token("");
	g_autoptr(TfSecret) pin = secret_of("000000");
	g_autoptr(GError) error = NULL;

	try_login(token, pin, FALSE, &error);

	g_assert_error(error, TF_ERROR, TF_ERROR_PIN_WRONG);
	g_assert_cmpuint(tf_open_token_n_calls(token, "C_Login"), ==, 1);
}

static void last_try(void)
{
	g_autoptr(TfOpenToken) token = tf_load_mock_token("final-try\n");
	g_autoptr(TfSecret) pin = tf_open_token_pin();
	g_autoptr(GError) error = NULL;

	try_login(token, pin, FALSE, &error);

	g_assert_error(error, TF_ERROR, TF_ERROR_PIN_LAST_TRY);
	g_assert_cmpuint(tf_open_token_n_calls(token, "C_Login"), ==, 0);
}

static void insisted_last_try(void)
{
	g_autoptr(TfOpenToken) token = tf_load_mock_token("final-try\n");
	g_autoptr(TfSecret) pin = tf_open_token_pin();
	g_autoptr(GError) error = NULL;

	try_login(token, pin, TRUE, &error);

	g_assert_no_error(error);
}

static void count_low(void)
{
	g_autoptr(TfOpenToken) token = tf_load_mock_token("count-low\n");

	g_assert_cmpint(token->status->pin_state, ==, TF_PIN_COUNT_LOW);
}

static void locked(void)
{
	g_autoptr(TfOpenToken) token = tf_load_mock_token("pin-locked\n");
	g_autoptr(TfSecret) pin = tf_open_token_pin();
	g_autoptr(GError) error = NULL;

	try_login(token, pin, TRUE, &error);

	g_assert_error(error, TF_ERROR, TF_ERROR_PIN_LOCKED);
	g_assert_cmpuint(tf_open_token_n_calls(token, "C_Login"), ==, 0);
}

static void locked_by_this(void)
{
	g_autoptr(TfOpenToken) token = tf_load_mock_token("fail=C_Login:1:CKR_PIN_LOCKED\n");
	g_autoptr(TfSecret) pin = tf_open_token_pin();
	g_autoptr(GError) error = NULL;

	try_login(token, pin, FALSE, &error);

	g_assert_error(error, TF_ERROR, TF_ERROR_PIN_LOCKED);
}

static void too_short(void)
{
	g_autoptr(TfOpenToken) token = tf_load_mock_token("");
	g_autoptr(TfSecret) pin = secret_of("1");
	g_autoptr(GError) error = NULL;

	try_login(token, pin, FALSE, &error);

	g_assert_error(error, TF_ERROR, TF_ERROR_PIN_FORMAT);
	g_assert_cmpuint(tf_open_token_n_calls(token, "C_Login"), ==, 0);
}

static void no_pin_pad(void)
{
	g_autoptr(TfOpenToken) token = tf_load_mock_token("");
	g_autoptr(GError) error = NULL;

	try_login(token, NULL, FALSE, &error);

	g_assert_error(error, TF_ERROR, TF_ERROR_SECRET_SOURCE);
	g_assert_cmpuint(tf_open_token_n_calls(token, "C_Login"), ==, 0);
}

static void pin_pad(void)
{
	g_autoptr(TfOpenToken) token = tf_load_mock_token("protected-path=" TF_SOFT_PIN "\n");
	g_autoptr(GError) error = NULL;

	g_assert_true(token->status->has_protected_path);
	try_login(token, NULL, FALSE, &error);

	g_assert_no_error(error);
}

static void removed(void)
{
	g_autoptr(TfOpenToken) token = tf_load_mock_token("fail-from=C_GetTokenInfo:3:CKR_DEVICE_REMOVED\n");
	g_autoptr(TfSession) session = NULL;
	g_autoptr(GError) error = NULL;

	session = tf_session_open(token->module, token->status, FALSE, &error);

	g_assert_null(session);
	g_assert_error(error, TF_ERROR, TF_ERROR_TOKEN_REMOVED);
}

static void exchanged(void)
{
	g_autoptr(TfOpenToken) token = tf_load_mock_token("wrong-token-serial-nth=3\n");
	g_autoptr(TfSession) session = NULL;
	g_autoptr(GError) error = NULL;

	session = tf_session_open(token->module, token->status, FALSE, &error);

	g_assert_null(session);
	g_assert_error(error, TF_ERROR, TF_ERROR_TOKEN_REMOVED);
}

static void write_protected(void)
{
	g_autoptr(TfOpenToken) token = tf_load_mock_token("write-protected\n");
	g_autoptr(TfSession) session = NULL;
	g_autoptr(GError) error = NULL;

	session = tf_session_open(token->module, token->status, TRUE, &error);

	g_assert_null(session);
	g_assert_error(error, TF_ERROR, TF_ERROR_TOKEN_WRITE_PROTECTED);
}

/* Login counts for the process: the second session finds it done. */
static void second_session(void)
{
	g_autoptr(TfOpenToken) token = tf_open_soft_token();
	g_autoptr(TfSession) second = NULL;
	g_autoptr(TfSecret) pin = tf_open_token_pin();
	g_autoptr(GError) error = NULL;

	second = tf_session_open(token->module, token->status, FALSE, &error);
	g_assert_no_error(error);
	(void)tf_session_login(second, pin, FALSE, &error);

	g_assert_no_error(error);
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);

	g_test_add_func("/session/logs in by the right PIN", right_pin);
	g_test_add_func("/session/sends a wrong PIN once", wrong_pin);
	g_test_add_func("/session/does not use the last try", last_try);
	g_test_add_func("/session/uses the last try when the person insists", insisted_last_try);
	g_test_add_func("/session/sees that a wrong PIN was given before", count_low);
	g_test_add_func("/session/sends nothing to a locked token", locked);
	g_test_add_func("/session/tells when this very PIN locked the token", locked_by_this);
	g_test_add_func("/session/sends no PIN of impossible length", too_short);
	g_test_add_func("/session/needs a PIN where there is no PIN pad", no_pin_pad);
	g_test_add_func("/session/leaves the PIN to the PIN pad", pin_pad);
	g_test_add_func("/session/notices a removed token", removed);
	g_test_add_func("/session/notices an exchanged token", exchanged);
	g_test_add_func("/session/does not write to a protected token", write_protected);
	g_test_add_func("/session/shares the login of another session", second_session);

	return g_test_run();
}
