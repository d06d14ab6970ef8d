/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "base/secret.h"
#include "pc.h"
#include "programs-private.h"

static void test_first_names(void)
{
	g_autoptr(TfFixturePc) pc = tf_fixture_pc_new();
	g_auto(TfPrograms) programs = tf_programs_new(&pc->site);

	for (guint i = 0; i < 7; i++)
		tf_programs_add(&programs, "/opt/\xff");

	g_assert_cmpuint(programs.n, ==, 7);
	g_assert_true(g_utf8_validate(programs.names->str, -1, NULL));
	g_assert_true(g_str_has_suffix(programs.names->str, " …"));
}

static void test_what_hinders(void)
{
	g_autoptr(TfFixturePc) pc = tf_fixture_pc_new();
	g_auto(TfPrograms) programs = tf_programs_new(&pc->site);

	tf_programs_note(&programs, "/a", TF_SITE_NONE);
	tf_programs_note(&programs, "/b", TF_SITE_READ);
	tf_programs_note(&programs, "/c", TF_SITE_REFUSED);
	tf_programs_note(&programs, "/d", TF_SITE_REFUSED);
	tf_programs_note(&programs, "/e", TF_SITE_ELSEWHERE);

	g_assert_cmpstr(programs.refused, ==, "/c");
	g_assert_cmpstr(programs.elsewhere, ==, "/e");
}

static void test_both_kinds_of_places(void)
{
	g_autoptr(TfFixturePc) pc = tf_fixture_pc_new();
	g_auto(TfPrograms) programs = tf_programs_new(&pc->site);
	g_auto(GStrv) own = NULL;
	g_auto(GStrv) of_system = NULL;

	tf_fixture_pc_put(pc, "/home/hanako/bin/a", "");
	tf_fixture_pc_put(pc, "/opt/b/c", "");
	own = tf_programs_list(&programs, "~/bin");
	of_system = tf_programs_list(&programs, "/opt");

	g_assert_cmpstr(own[0], ==, "a");
	g_assert_cmpstr(of_system[0], ==, "b");
	g_assert_cmpint(tf_programs_look(&programs, "~/bin/a"), ==, TF_SITE_READ);
	g_assert_cmpint(tf_programs_look(&programs, "/opt/b"), ==, TF_SITE_READ);
	g_assert_cmpint(tf_programs_look(&programs, "/opt/d"), ==, TF_SITE_NONE);
	g_assert_null(programs.elsewhere);
}

static void test_too_much(void)
{
	g_autoptr(TfFixturePc) pc = tf_fixture_pc_new();
	g_auto(TfPrograms) programs = tf_programs_new(&pc->site);
	g_auto(GStrv) names = NULL;

	tf_fixture_pc_put(pc, "/opt/a", "");
	programs.n_listed = 100000;
	names = tf_programs_list(&programs, "/opt");

	g_assert_cmpstr(programs.elsewhere, ==, "/opt");
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/programs/the first ones are named, as text", test_first_names);
	g_test_add_func("/programs/the first place that hinders is named", test_what_hinders);
	g_test_add_func(
		"/programs/places of the system and of the person are looked at", test_both_kinds_of_places);
	g_test_add_func("/programs/what is too much is said", test_too_much);

	return g_test_run();
}
