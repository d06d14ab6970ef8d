/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "base/error.h"
#include "open-token.h"

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfSoftToken, tf_soft_token_free)

static TfTokenStatus *choose(TfOpenToken *token, const gchar *uri, gboolean is_initialized, GError **error)
{
	return tf_open_token_choose(token->module, uri, is_initialized, error);
}

static void expect(const gchar *uri, gboolean is_initialized, TfErrorCode code)
{
	g_autoptr(TfOpenToken) token = tf_open_soft_token();
	g_autoptr(TfTokenStatus) status = NULL;
	g_autoptr(GError) error = NULL;

	status = choose(token, uri, is_initialized, &error);

	g_assert_null(status);
	g_assert_error(error, TF_ERROR, (gint)code);
}

static void only_one(void)
{
	g_autoptr(TfOpenToken) token = tf_open_soft_token();
	g_autoptr(TfTokenStatus) status = NULL;
	g_autoptr(GError) error = NULL;

	status = choose(token, NULL, TRUE, &error);

	g_assert_no_error(error);
	g_assert_cmpstr(status->facts->label, ==, TF_SOFT_LABEL);
	g_assert_true(status->is_initialized);
}

static void by_own_uri(void)
{
	g_autoptr(TfOpenToken) token = tf_open_soft_token();
	g_autoptr(TfTokenStatus) status = NULL;
	g_autoptr(GError) error = NULL;

	status = choose(token, token->status->facts->uri, TRUE, &error);

	g_assert_no_error(error);
	g_assert_true(tf_token_facts_equal(status->facts, token->status->facts));
}

static void by_slot(void)
{
	g_autoptr(TfOpenToken) token = tf_open_soft_token();
	g_autofree gchar *uri = g_strdup_printf("pkcs11:slot-id=%lu", token->status->slot);
	g_autoptr(TfTokenStatus) status = NULL;
	g_autoptr(GError) error = NULL;

	status = choose(token, uri, TRUE, &error);

	g_assert_no_error(error);
	g_assert_cmpuint(status->slot, ==, token->status->slot);
}

static void blank(void)
{
	g_autoptr(TfOpenToken) token = tf_open_soft_token();
	g_autoptr(TfTokenStatus) status = NULL;
	g_autoptr(TfTokenStatus) again = NULL;
	g_autoptr(GError) error = NULL;

	status = choose(token, NULL, FALSE, &error);
	g_assert_no_error(error);
	again = choose(token, status->facts->uri, FALSE, &error);

	g_assert_no_error(error);
	g_assert_false(again->is_initialized);
	g_assert_cmpuint(again->slot, ==, status->slot);
}

static void missing(void)
{
	expect("pkcs11:token=Another", TRUE, TF_ERROR_TOKEN_MISSING);
}

static void formatted(void)
{
	expect("pkcs11:token=Test%20Token", FALSE, TF_ERROR_TOKEN_ALREADY_INITIALIZED);
}

static void other_library(void)
{
	expect("pkcs11:library-manufacturer=Nobody", TRUE, TF_ERROR_TOKEN_MISSING);
}

static void malformed(void)
{
	expect("token=Test", TRUE, TF_ERROR_TOKEN_URI);
	expect("pkcs11:token=%zz", TRUE, TF_ERROR_TOKEN_URI);
}

static void unknown_attribute(void)
{
	expect("pkcs11:tokn=Test%20Token", TRUE, TF_ERROR_TOKEN_URI);
	expect("pkcs11:token=Test%20Token;object=key", TRUE, TF_ERROR_TOKEN_URI);
	expect("pkcs11:token=Test%20Token?pin-source=file:/etc/pin", TRUE, TF_ERROR_TOKEN_URI);
}

static void pin_in_uri(void)
{
	g_autoptr(TfOpenToken) token = tf_open_soft_token();
	g_autoptr(TfTokenStatus) status = NULL;
	g_autoptr(GError) error = NULL;

	status = choose(token, "pkcs11:token=Test%20Token?pin-value=739146", TRUE, &error);

	g_assert_null(status);
	g_assert_error(error, TF_ERROR, TF_ERROR_TOKEN_URI);
	g_assert_null(strstr(error->message, "739146"));
}

static void two_fit(void)
{
	g_autoptr(TfSoftToken) soft = tf_soft_token_new();
	g_autoptr(TfModule) module = NULL;
	g_autoptr(TfTokenStatus) status = NULL;
	g_autoptr(GError) error = NULL;

	tf_fixture_run(soft->directory, "softhsm2-util", "--module", TF_SOFT_MODULE, "--init-token", "--free",
		"--label", TF_SOFT_LABEL, "--pin", TF_SOFT_PIN, "--so-pin", TF_SOFT_SO_PIN, NULL);
	module = tf_load_module(TF_SOFT_MODULE, NULL);

	status = tf_open_token_choose(module, "pkcs11:token=Test%20Token", TRUE, &error);

	g_assert_null(status);
	g_assert_error(error, TF_ERROR, TF_ERROR_TOKEN_AMBIGUOUS);
}

static void not_formatted(void)
{
	g_autofree gchar *directory = tf_fixture_directory();
	g_autofree gchar *configuration = g_build_filename(directory, "softhsm2.conf", NULL);
	g_autofree gchar *text = g_strdup_printf("directories.tokendir = %s\n", directory);
	g_autoptr(TfTokenStatus) status = NULL;
	g_autoptr(GError) error = NULL;

	g_assert_true(g_file_set_contents(configuration, text, -1, NULL));
	g_assert_true(g_setenv("SOFTHSM2_CONF", configuration, TRUE));
	{
		g_autoptr(TfModule) module = tf_load_module(TF_SOFT_MODULE, NULL);

		status = tf_open_token_choose(module, NULL, TRUE, &error);
	}

	g_assert_null(status);
	g_assert_error(error, TF_ERROR, TF_ERROR_TOKEN_NOT_INITIALIZED);
	tf_fixture_remove(directory);
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);

	g_test_add_func("/choose/takes the only formatted token", only_one);
	g_test_add_func("/choose/finds a token by its own URI", by_own_uri);
	g_test_add_func("/choose/finds a token by its slot", by_slot);
	g_test_add_func("/choose/finds a token that is not formatted", blank);
	g_test_add_func("/choose/says that none fits", missing);
	g_test_add_func("/choose/says that the token is formatted already", formatted);
	g_test_add_func("/choose/says that the token is not formatted", not_formatted);
	g_test_add_func("/choose/compares the library too", other_library);
	g_test_add_func("/choose/refuses what is no URI", malformed);
	g_test_add_func("/choose/refuses attributes it would not follow", unknown_attribute);
	g_test_add_func("/choose/refuses a PIN in a URI and does not repeat it", pin_in_uri);
	g_test_add_func("/choose/does not guess between two", two_fit);

	return g_test_run();
}
