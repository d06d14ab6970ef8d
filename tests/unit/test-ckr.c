/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/error.h"
#include "base/secret.h"
#include "ckr.h"

static void ok(void)
{
	g_autoptr(GError) error = NULL;

	g_assert_true(tf_ckr_check(CKR_OK, "C_Login", &error));

	g_assert_no_error(error);
}

static void codes(void)
{
	static const struct {
		CK_RV rv;
		TfErrorCode code;
	} expected[] = {
		{ CKR_DEVICE_REMOVED, TF_ERROR_TOKEN_REMOVED },
		{ CKR_TOKEN_NOT_PRESENT, TF_ERROR_TOKEN_REMOVED },
		{ CKR_SESSION_HANDLE_INVALID, TF_ERROR_TOKEN_REMOVED },
		{ CKR_DEVICE_MEMORY, TF_ERROR_TOKEN_FULL },
		{ CKR_TOKEN_WRITE_PROTECTED, TF_ERROR_TOKEN_WRITE_PROTECTED },
		{ CKR_MECHANISM_INVALID, TF_ERROR_TOKEN_UNSUPPORTED },
		{ CKR_CURVE_NOT_SUPPORTED, TF_ERROR_TOKEN_UNSUPPORTED },
		{ CKR_DEVICE_ERROR, TF_ERROR_TOKEN_FAILED },
		{ CKR_HOST_MEMORY, TF_ERROR_TOKEN_FAILED },
		{ CKR_FUNCTION_FAILED, TF_ERROR_TOKEN_FAILED },
		{ 0x80001234, TF_ERROR_TOKEN_FAILED },
		{ 0x7777, TF_ERROR_TOKEN_FAILED },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(expected); i++) {
		g_autoptr(GError) error = NULL;

		g_assert_false(tf_ckr_check(expected[i].rv, "C_CreateObject", &error));
		g_assert_error(error, TF_ERROR, (gint)expected[i].code);
		g_assert_nonnull(g_strrstr(error->message, "C_CreateObject"));
	}
}

static void names(void)
{
	g_assert_cmpstr(tf_ckr_name(CKR_OK), ==, "CKR_OK");
	g_assert_cmpstr(tf_ckr_name(CKR_ATTRIBUTE_SENSITIVE), ==, "CKR_ATTRIBUTE_SENSITIVE");
	g_assert_cmpstr(tf_ckr_name(0x80001234), ==, "CKR_VENDOR_DEFINED");
	g_assert_cmpstr(tf_ckr_name(0x7777), ==, "CKR_UNKNOWN");
}

static void number(void)
{
	g_autoptr(GError) error = NULL;

	g_assert_false(tf_ckr_check(0x80001234, "C_Sign", &error));

	g_assert_nonnull(g_strrstr(error->message, "0x80001234"));
}

static void removal(void)
{
	g_assert_true(tf_ckr_is_removal(CKR_DEVICE_REMOVED));
	g_assert_false(tf_ckr_is_removal(CKR_DEVICE_ERROR));
	g_assert_false(tf_ckr_is_removal(0x7777));
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);

	g_test_add_func("/ckr/takes CKR_OK for success", ok);
	g_test_add_func("/ckr/gives each code the error that people act on", codes);
	g_test_add_func("/ckr/names codes as the standard does", names);
	g_test_add_func("/ckr/gives the number of a code without a name", number);
	g_test_add_func("/ckr/knows which codes mean that the token is gone", removal);

	return g_test_run();
}
