/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/error.h"
#include "base/secret.h"
#include "pcsc.h"

static void success(void)
{
	g_autoptr(GError) error = NULL;

	g_assert_true(tf_pcsc_check(SCARD_S_SUCCESS, "SCardConnect", &error));

	g_assert_no_error(error);
}

static void codes(void)
{
	static const struct {
		LONG rv;
		TfErrorCode code;
		const gchar *word; /* in the message */
	} expected[] = {
		{ SCARD_E_NO_SERVICE, TF_ERROR_PCSC_UNAVAILABLE, "does not run" },
		{ SCARD_E_SERVICE_STOPPED, TF_ERROR_PCSC_UNAVAILABLE, "was stopped" },
		{ SCARD_W_REMOVED_CARD, TF_ERROR_TOKEN_REMOVED, "SCardConnect" },
		{ SCARD_W_RESET_CARD, TF_ERROR_TOKEN_REMOVED, "SCardConnect" },
		{ SCARD_E_UNKNOWN_READER, TF_ERROR_TOKEN_REMOVED, "SCardConnect" },
		{ SCARD_W_UNRESPONSIVE_CARD, TF_ERROR_TOKEN_FAILED, "SCARD_W_UNRESPONSIVE_CARD" },
		{ (LONG)0x8010FFFF, TF_ERROR_TOKEN_FAILED, "0x8010ffff" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(expected); i++) {
		g_autoptr(GError) error = NULL;

		g_assert_false(tf_pcsc_check(expected[i].rv, "SCardConnect", &error));
		g_assert_error(error, TF_ERROR, (gint)expected[i].code);
		g_assert_nonnull(g_strrstr(error->message, expected[i].word));
	}
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);

	g_test_add_func("/pcsc/success is no error", success);
	g_test_add_func("/pcsc/each code is the error a person can act on", codes);

	return g_test_run();
}
