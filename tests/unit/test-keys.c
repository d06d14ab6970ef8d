/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "audit-case.h"
#include "token/keys.h"

static void test_keys(void)
{
	g_autoptr(TfAuditCase) audited = tf_audit_case_new(tf_open_soft_token(), "rsa2048");
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) keys = tf_token_keys(audited->token->session, NULL, &error);
	const TfTokenKey *key = NULL;

	g_assert_no_error(error);
	g_assert_cmpuint(keys->len, ==, 1);
	key = g_ptr_array_index(keys, 0);
	g_assert_true(g_bytes_equal(key->key_id, audited->key_id));
	g_assert_cmpstr(key->label, ==, "member");
	g_assert_cmpint(X509_cmp(key->certificate, audited->member->certificate), ==, 0);
}

int main(int argc, char **argv)
{
	tf_audit_case_setup(argc, argv);
	g_test_init(&argc, &argv, NULL);

	g_test_add_func("/keys/are found with their certificate", test_keys);

	return g_test_run();
}
