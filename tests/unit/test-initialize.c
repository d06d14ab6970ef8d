/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "base/error.h"
#include "open-token.h"

static TfSecret *secret_of(const gchar *text)
{
	return tf_secret_new_copy(text, strlen(text));
}

static TfTokenStatus *blank_of(TfOpenToken *token)
{
	g_autoptr(GError) error = NULL;
	TfTokenStatus *blank = tf_open_token_choose(token->module, NULL, FALSE, &error);

	g_assert_no_error(error);

	return blank;
}

static TfTokenStatus *format(
	TfOpenToken *token, const TfTokenStatus *status, const gchar *label, GError **error)
{
	g_autoptr(TfSecret) so_pin = secret_of("41414141");
	g_autoptr(TfSecret) pin = secret_of("525252");

	return tf_token_initialize(token->module, status, FALSE, NULL, label, so_pin, pin, error);
}

static void formats(void)
{
	g_autoptr(TfOpenToken) token = tf_open_soft_token();
	g_autoptr(TfTokenStatus) blank = blank_of(token);
	g_autoptr(TfTokenStatus) formatted = NULL;
	g_autoptr(TfSession) session = NULL;
	g_autoptr(TfSecret) pin = secret_of("525252");
	g_autoptr(GError) error = NULL;

	formatted = format(token, blank, "社労士トークン", &error);
	g_assert_no_error(error);
	session = tf_session_open(token->module, formatted, TRUE, &error);
	g_assert_no_error(error);
	(void)tf_session_login(session, pin, FALSE, &error);

	g_assert_no_error(error);
	g_assert_cmpstr(formatted->facts->label, ==, "社労士トークン");
	g_assert_true(formatted->is_initialized);
	g_assert_cmpint(formatted->pin_state, ==, TF_PIN_FINE);
	g_assert_cmpstr(formatted->facts->serial, !=, token->status->facts->serial);
}

static void same_label(void)
{
	g_autoptr(TfOpenToken) token = tf_open_soft_token();
	g_autoptr(TfTokenStatus) blank = blank_of(token);
	g_autoptr(TfTokenStatus) formatted = NULL;
	g_autoptr(GError) error = NULL;

	formatted = format(token, blank, TF_SOFT_LABEL, &error);

	g_assert_no_error(error);
	g_assert_false(tf_token_facts_equal(formatted->facts, token->status->facts));
}

static void refuses_formatted(void)
{
	g_autoptr(TfOpenToken) token = tf_open_soft_token();
	g_autoptr(TfTokenStatus) formatted = NULL;
	g_autoptr(GError) error = NULL;

	formatted = format(token, token->status, "again", &error);

	g_assert_null(formatted);
	g_assert_error(error, TF_ERROR, TF_ERROR_TOKEN_ALREADY_INITIALIZED);
}

static void refuses_label(gconstpointer label)
{
	g_autoptr(TfOpenToken) token = tf_open_soft_token();
	g_autoptr(TfTokenStatus) blank = blank_of(token);
	g_autoptr(TfTokenStatus) formatted = NULL;
	g_autoptr(GError) error = NULL;

	formatted = format(token, blank, label, &error);

	g_assert_null(formatted);
	g_assert_error(error, TF_ERROR, TF_ERROR_USAGE);
}

static void refuses_short_pin(void)
{
	g_autoptr(TfOpenToken) token = tf_open_soft_token();
	g_autoptr(TfTokenStatus) blank = blank_of(token);
	g_autoptr(TfTokenStatus) formatted = NULL;
	g_autoptr(TfSecret) so_pin = secret_of("41414141");
	g_autoptr(TfSecret) pin = secret_of("5");
	g_autoptr(GError) error = NULL;

	formatted = tf_token_initialize(token->module, blank, FALSE, NULL, "label", so_pin, pin, &error);

	g_assert_null(formatted);
	g_assert_error(error, TF_ERROR, TF_ERROR_PIN_FORMAT);
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);

	g_test_add_func("/initialize/formats and sets the user PIN", formats);
	g_test_add_func("/initialize/finds the new one of two equal labels", same_label);
	g_test_add_func("/initialize/refuses a formatted token", refuses_formatted);
	g_test_add_data_func("/initialize/refuses an empty label", "", refuses_label);
	g_test_add_data_func("/initialize/refuses a label of 33 bytes", "123456789012345678901234567890123",
		refuses_label);
	g_test_add_data_func("/initialize/refuses a label that is no UTF-8", "\xff", refuses_label);
	g_test_add_func("/initialize/refuses a PIN of impossible length", refuses_short_pin);

	return g_test_run();
}
