/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/secret.h"
#include "batch/role.h"

static void test_each_role_is_found_by_its_name(void)
{
	for (guint i = 0; i < TF_N_ROLES; i++) {
		TfRole role = TF_N_ROLES;

		g_assert_true(tf_role_from_name(tf_role_name((TfRole)i), &role));

		g_assert_cmpuint(role, ==, i);
	}
}

static void test_what_is_no_role_is_none(void)
{
	TfRole role = TF_N_ROLES;

	g_assert_false(tf_role_from_name("supervisor", &role));
	g_assert_false(tf_role_from_name("", &role));
	g_assert_cmpuint(role, ==, TF_N_ROLES);
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/role/each role is found by its name", test_each_role_is_found_by_its_name);
	g_test_add_func("/role/what is no role is none", test_what_is_no_role_is_none);

	return g_test_run();
}
