/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "base/error.h"
#include "open-token.h"
#include "token/pin-change.h"

#define NEW_PIN "864209"

static TfSecret *secret_of(const gchar *text)
{
	return tf_secret_new_copy(text, strlen(text));
}

static void unblock(TfOpenToken *token, TfPinKind kind, const gchar *text, gboolean insists, GError **error)
{
	g_autoptr(TfSession) session = tf_open_token_session(token);
	g_autoptr(TfSecret) secret = secret_of(text);
	g_autoptr(TfSecret) new = secret_of(NEW_PIN);

	(void)tf_unblock(session, kind, secret, new, insists, error);
}

/* A module of OpenSC takes the PUK for C_SetPIN without login; behind the mock, SoftHSM takes its user PIN
 * there, which so plays the PUK. */
#define PUK TF_SOFT_PIN

static TfOpenToken *load_opensc(const gchar *script, const gchar *style)
{
	g_autofree gchar *all = g_strconcat("says-opensc\n", script, NULL);
	TfOpenToken *token = tf_load_mock_token(all);
	g_autofree gchar *path = g_build_filename(token->soft->directory, "opensc.conf", NULL);
	g_autofree gchar *text =
		g_strdup_printf("app opensc-pkcs11 { pkcs11 { user_pin_unblock_style = %s; } }\n", style);

	g_assert_true(g_file_set_contents(path, text, -1, NULL));
	g_assert_true(g_setenv("OPENSC_CONF", path, TRUE));

	return token;
}

static void by_so_pin(void)
{
	g_autoptr(TfOpenToken) token = tf_load_mock_token("");
	g_autoptr(GError) error = NULL;

	unblock(token, TF_PIN_SO, TF_SOFT_SO_PIN, FALSE, &error);

	g_assert_no_error(error);
	g_assert_true(tf_open_token_takes(token, NEW_PIN));
}

static void by_puk(void)
{
	g_autoptr(TfOpenToken) token = load_opensc("", "set_pin_in_unlogged_session");
	g_autoptr(GError) error = NULL;

	unblock(token, TF_PIN_PUK, PUK, FALSE, &error);

	g_assert_no_error(error);
	g_assert_cmpuint(tf_open_token_n_calls(token, "C_Login"), ==, 0);
	g_assert_true(tf_open_token_takes(token, NEW_PIN));
}

static void kind_of_card(void)
{
	g_autoptr(TfOpenToken) token = load_opensc("", "set_pin_in_unlogged_session");
	g_autoptr(TfSession) session = tf_open_token_session(token);

	g_assert_cmpint(tf_unblock_kind(session), ==, TF_PIN_PUK);
}

static void kind_of_others(void)
{
	g_autoptr(TfOpenToken) token = tf_load_mock_token("");
	g_autoptr(TfSession) session = tf_open_token_session(token);

	g_assert_cmpint(tf_unblock_kind(session), ==, TF_PIN_SO);
}

/* Nothing was tried, or once and no more. */
static void assert_ends(TfOpenToken *token, const GError *error, TfErrorCode code, guint n_sent)
{
	g_assert_error(error, TF_ERROR, (gint)code);
	g_assert_cmpuint(tf_open_token_n_calls(token, "C_Login") + tf_open_token_n_calls(token, "C_SetPIN"),
		==, n_sent);
	g_assert_cmpuint(tf_open_token_n_calls(token, "C_InitPIN"), ==, 0);
}

static void wrong_so_pin(void)
{
	g_autoptr(TfOpenToken) token = tf_load_mock_token("");
	g_autoptr(GError) error = NULL;

	unblock(token, TF_PIN_SO, "00000000", FALSE, &error);

	assert_ends(token, error, TF_ERROR_SO_PIN_WRONG, 1);
}

static void so_pin_locked(void)
{
	g_autoptr(TfOpenToken) token = tf_load_mock_token("so-pin-locked\n");
	g_autoptr(GError) error = NULL;

	unblock(token, TF_PIN_SO, TF_SOFT_SO_PIN, TRUE, &error);

	assert_ends(token, error, TF_ERROR_SO_PIN_LOCKED, 0);
}

static void so_pin_locked_by_this(void)
{
	g_autoptr(TfOpenToken) token = tf_load_mock_token("fail=C_Login:1:CKR_PIN_LOCKED\n");
	g_autoptr(GError) error = NULL;

	unblock(token, TF_PIN_SO, TF_SOFT_SO_PIN, FALSE, &error);

	assert_ends(token, error, TF_ERROR_SO_PIN_LOCKED, 1);
}

static void so_pin_last_try(void)
{
	g_autoptr(TfOpenToken) token = tf_load_mock_token("so-final-try\n");
	g_autoptr(GError) error = NULL;

	unblock(token, TF_PIN_SO, TF_SOFT_SO_PIN, FALSE, &error);

	assert_ends(token, error, TF_ERROR_SO_PIN_LAST_TRY, 0);
}

static void insisted_last_try(void)
{
	g_autoptr(TfOpenToken) token = tf_load_mock_token("so-final-try\n");
	g_autoptr(GError) error = NULL;

	unblock(token, TF_PIN_SO, TF_SOFT_SO_PIN, TRUE, &error);

	g_assert_no_error(error);
}

static void wrong_puk(void)
{
	g_autoptr(TfOpenToken) token = load_opensc("", "set_pin_in_unlogged_session");
	g_autoptr(GError) error = NULL;

	unblock(token, TF_PIN_PUK, "00000000", FALSE, &error);

	assert_ends(token, error, TF_ERROR_PUK_WRONG, 1);
}

static void puk_locked(void)
{
	g_autoptr(TfOpenToken) token =
		load_opensc("fail=C_SetPIN:1:CKR_PIN_LOCKED\n", "set_pin_in_unlogged_session");
	g_autoptr(GError) error = NULL;

	unblock(token, TF_PIN_PUK, PUK, FALSE, &error);

	assert_ends(token, error, TF_ERROR_PUK_LOCKED, 1);
}

/* It would be counted as a wrong user PIN. */
static void puk_not_configured(void)
{
	g_autoptr(TfOpenToken) token = load_opensc("", "none");
	g_autoptr(GError) error = NULL;

	unblock(token, TF_PIN_PUK, PUK, FALSE, &error);

	assert_ends(token, error, TF_ERROR_UNBLOCK_UNSUPPORTED, 0);
}

static void puk_elsewhere(void)
{
	g_autoptr(TfOpenToken) token = tf_load_mock_token("");
	g_autoptr(GError) error = NULL;

	unblock(token, TF_PIN_PUK, PUK, FALSE, &error);

	assert_ends(token, error, TF_ERROR_UNBLOCK_UNSUPPORTED, 0);
}

/* No try of the user PIN is left to lose, so that the PUK is offered; the module says what it thinks of it.
 */
static void puk_elsewhere_when_locked(void)
{
	g_autoptr(TfOpenToken) token = tf_load_mock_token("pin-locked\nfail=C_SetPIN:1:CKR_PIN_LOCKED\n");
	g_autoptr(GError) error = NULL;

	unblock(token, TF_PIN_PUK, PUK, FALSE, &error);

	assert_ends(token, error, TF_ERROR_UNBLOCK_UNSUPPORTED, 1);
}

/* OpenSC's C_InitPIN would make a second user PIN. */
static void so_pin_of_opensc(void)
{
	g_autoptr(TfOpenToken) token = load_opensc("", "set_pin_in_unlogged_session");
	g_autoptr(GError) error = NULL;

	unblock(token, TF_PIN_SO, TF_SOFT_SO_PIN, FALSE, &error);

	assert_ends(token, error, TF_ERROR_UNBLOCK_UNSUPPORTED, 0);
}

static void short_new_pin(void)
{
	g_autoptr(TfOpenToken) token = tf_load_mock_token("");
	g_autoptr(TfSession) session = tf_open_token_session(token);
	g_autoptr(TfSecret) so_pin = secret_of(TF_SOFT_SO_PIN);
	g_autoptr(TfSecret) new = secret_of("1");
	g_autoptr(GError) error = NULL;

	(void)tf_unblock(session, TF_PIN_SO, so_pin, new, FALSE, &error);

	assert_ends(token, error, TF_ERROR_PIN_FORMAT, 0);
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);

	g_test_add_func("/unblock/sets a user PIN with the SO PIN", by_so_pin);
	g_test_add_func("/unblock/sets a user PIN with the PUK", by_puk);
	g_test_add_func("/unblock/asks a card for the PUK", kind_of_card);
	g_test_add_func("/unblock/asks another token for the SO PIN", kind_of_others);
	g_test_add_func("/unblock/sends a wrong SO PIN once", wrong_so_pin);
	g_test_add_func("/unblock/sends nothing to a locked SO PIN", so_pin_locked);
	g_test_add_func("/unblock/tells when this very SO PIN locked it", so_pin_locked_by_this);
	g_test_add_func("/unblock/does not use the last try of the SO PIN", so_pin_last_try);
	g_test_add_func("/unblock/uses the last try when the person insists", insisted_last_try);
	g_test_add_func("/unblock/sends a wrong PUK once", wrong_puk);
	g_test_add_func("/unblock/tells that the PUK is locked as well", puk_locked);
	g_test_add_func("/unblock/sends no PUK that would count as a user PIN", puk_not_configured);
	g_test_add_func("/unblock/sends no PUK to a token that has none", puk_elsewhere);
	g_test_add_func(
		"/unblock/offers the PUK where a locked PIN has nothing to lose", puk_elsewhere_when_locked);
	g_test_add_func("/unblock/makes no second user PIN on a card", so_pin_of_opensc);
	g_test_add_func("/unblock/sends no new PIN of impossible length", short_new_pin);

	return g_test_run();
}
