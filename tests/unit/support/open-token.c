/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "open-token.h"

#include <dlfcn.h>
#include <string.h>

/* softokn and the libraries below it never free their tables, not even in C_Finalize. LeakSanitizer, where
 * the tests are built with it, asks this function; the leaks of everything else still count. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
	return "leak:libsoftokn3\nleak:libfreebl\nleak:libnssutil3\nleak:libnssdbm3\nleak:libnspr4\n";
}

TfSecret *tf_open_token_pin(void)
{
	TfSecret *pin = tf_secret_new_copy(TF_SOFT_PIN, strlen(TF_SOFT_PIN));

	g_assert_nonnull(pin);

	return pin;
}

TfModule *tf_load_module(const gchar *path, const gchar *arguments)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TfModuleChoice) choice = tf_module_named(path, &error);
	g_autoptr(TfModuleFacts) facts = NULL;
	TfModule *module = NULL;

	g_assert_no_error(error);
	facts = tf_module_describe(choice, &error);
	g_assert_no_error(error);
	module = tf_module_load(facts, arguments, &error);
	g_assert_no_error(error);

	return module;
}

TfTokenStatus *tf_open_token_choose(
	TfModule *module, const gchar *uri, gboolean is_initialized, GError **error)
{
	g_autoptr(GPtrArray) tokens = tf_tokens(module, error);

	return tokens != NULL ? tf_token_choose(module, tokens, uri, is_initialized, error) : NULL;
}

static void load(TfOpenToken *token, const gchar *path)
{
	g_autoptr(GError) error = NULL;
	const gchar *uri =
		token->soft != NULL ? "pkcs11:token=Test%20Token" : "pkcs11:token=NSS%20Certificate%20DB";

	token->module = tf_load_module(path, token->arguments);
	token->status = tf_open_token_choose(token->module, uri, TRUE, &error);
	g_assert_no_error(error);
}

static void log_in(TfOpenToken *token)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TfSecret) pin = tf_open_token_pin();

	token->session = tf_session_open(token->module, token->status, TRUE, &error);
	g_assert_no_error(error);
	(void)tf_session_login(token->session, pin, FALSE, &error);
	g_assert_no_error(error);
}

TfOpenToken *tf_open_soft_token(void)
{
	TfOpenToken *token = g_new0(TfOpenToken, 1);

	token->soft = tf_soft_token_new();
	load(token, TF_SOFT_MODULE);
	log_in(token);

	return token;
}

TfOpenToken *tf_load_mock_token(const gchar *script)
{
	TfOpenToken *token = g_new0(TfOpenToken, 1);

	token->soft = tf_soft_token_new();
	token->arguments = tf_soft_token_mock_arguments(token->soft, script);
	load(token, g_getenv("TF_MOCK_MODULE"));

	return token;
}

TfOpenToken *tf_open_mock_token(const gchar *script)
{
	TfOpenToken *token = tf_load_mock_token(script);

	log_in(token);

	return token;
}

TfOpenToken *tf_open_nss_token(void)
{
	TfOpenToken *token = g_new0(TfOpenToken, 1);
	g_autofree gchar *password = NULL;
	g_autofree gchar *database = NULL;

	/* It stays loaded, so that a leak can be told to be its own. */
	g_assert_nonnull(dlopen(TF_NSS_MODULE, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE));
	token->directory = tf_fixture_directory();
	password = g_build_filename(token->directory, "password", NULL);
	database = g_strconcat("sql:", token->directory, NULL);
	g_assert_true(g_file_set_contents(password, TF_SOFT_PIN "\n", -1, NULL));
	tf_fixture_run(token->directory, "certutil", "-N", "-d", database, "-f", password, NULL);
	token->arguments = g_strdup_printf(
		"configdir='%s' certPrefix='' keyPrefix='' secmod='secmod.db' flags= ", database);
	load(token, TF_NSS_MODULE);
	log_in(token);

	return token;
}

TfSession *tf_open_token_session(TfOpenToken *token)
{
	g_autoptr(GError) error = NULL;
	TfSession *session = tf_session_open(token->module, token->status, TRUE, &error);

	g_assert_no_error(error);

	return session;
}

gboolean tf_open_token_takes(TfOpenToken *token, const gchar *pin)
{
	g_autoptr(TfSession) session = tf_open_token_session(token);
	g_autoptr(TfSecret) secret = tf_secret_new_copy(pin, strlen(pin));

	return tf_session_login(session, secret, FALSE, NULL);
}

guint tf_open_token_n_calls(const TfOpenToken *token, const gchar *function)
{
	g_autofree gchar *path = g_build_filename(token->soft->directory, "mock.log", NULL);
	g_autofree gchar *log = NULL;
	guint n = 0;

	g_assert_true(g_file_get_contents(path, &log, NULL, NULL));
	for (const gchar *at = log; (at = strstr(at, function)) != NULL; at++)
		n++;

	return n;
}

void tf_open_token_close(TfOpenToken *token)
{
	if (token->module != NULL) {
		g_free(token->path);
		token->path = g_strdup(tf_module_facts(token->module)->path);
	}
	g_clear_pointer(&token->session, tf_session_free);
	g_clear_pointer(&token->status, tf_token_status_free);
	g_clear_pointer(&token->module, tf_module_free);
}

void tf_open_token_again(TfOpenToken *token)
{
	tf_open_token_close(token);
	load(token, token->path);
	log_in(token);
}

void tf_open_token_free(TfOpenToken *token)
{
	if (token == NULL)
		return;

	tf_open_token_close(token);
	tf_soft_token_free(token->soft);
	if (token->directory != NULL)
		tf_fixture_remove(token->directory);
	g_free(token->directory);
	g_free(token->arguments);
	g_free(token->path);
	g_free(token);
}
