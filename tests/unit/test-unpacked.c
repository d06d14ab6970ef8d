/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/secret.h"
#include "pc.h"
#include "unpacked-private.h"

static TfSiteAccess look(const TfFixturePc *pc, const gchar *path)
{
	g_auto(TfPrograms) programs = tf_programs_new(&pc->site);

	return tf_unpacked_look(&programs, path);
}

static void test_content(void)
{
	static const struct {
		const gchar *first;
		const gchar *second;
	} cases[] = {
		{ "bin/java", "release" },
		{ "firefox", "application.ini" },
		{ "thunderbird", "application.ini" },
		{ "omni.ja", "application.ini" },
		{ "Browser/firefox", "Browser/application.ini" },
		{ "icudtl.dat", "resources.pak" },
		{ "bin/acroread", "Reader" },
		{ "Reader9/bin/acroread", "Reader9/Reader" },
		{ "Adobe/Reader9/bin/acroread", "README" },
		{ "ILINXR.TAR", "COMMON.TAR" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(TfFixturePc) pc = tf_fixture_pc_new();
		g_autofree gchar *own = g_build_filename("/home/hanako/x", cases[i].first, NULL);
		g_autofree gchar *beside = g_build_filename("/home/hanako/x", cases[i].second, NULL);
		g_autofree gchar *of_system = g_build_filename("/srv/x", cases[i].first, NULL);
		g_autofree gchar *beside_it = g_build_filename("/srv/x", cases[i].second, NULL);

		tf_fixture_pc_put(pc, own, "");
		tf_fixture_pc_put(pc, beside, "");
		tf_fixture_pc_put(pc, of_system, "");
		tf_fixture_pc_put(pc, beside_it, "");

		g_assert_cmpint(look(pc, "~/x"), ==, TF_SITE_READ);
		g_assert_cmpint(look(pc, "/srv/x"), ==, TF_SITE_READ);
	}
}

static void test_name_alone(void)
{
	g_autoptr(TfFixturePc) pc = tf_fixture_pc_new();

	tf_fixture_pc_put(pc, "/home/hanako/firefox/firefox", "");
	tf_fixture_pc_put(pc, "/home/hanako/thunderbird/notes", "");
	tf_fixture_pc_put(pc, "/home/hanako/jdk-17.tar.gz", "");

	g_assert_cmpint(look(pc, "~/firefox"), ==, TF_SITE_NONE);
	g_assert_cmpint(look(pc, "~/thunderbird"), ==, TF_SITE_NONE);
	g_assert_cmpint(look(pc, "~/jdk-17.tar.gz"), ==, TF_SITE_NONE);
	g_assert_cmpint(look(pc, "~/nothing"), ==, TF_SITE_NONE);
}

static void test_image(void)
{
	g_assert_true(tf_unpacked_is_image("Reader.appimage"));
	g_assert_false(tf_unpacked_is_image(".AppImage"));
	g_assert_false(tf_unpacked_is_image("AppImage"));
}

static void test_links(void)
{
	g_autoptr(TfFixturePc) pc = tf_fixture_pc_new();

	tf_fixture_pc_link(pc, "/home/hanako/folder", "/data/folder");
	tf_fixture_pc_link(pc, "/home/hanako/jre8/bin/java", "/data/java");
	tf_fixture_pc_link(pc, "/home/hanako/browser/Browser", "/data/Browser");
	tf_fixture_pc_link(pc, "/home/hanako/tools/bin", "/data/tools");

	g_assert_cmpint(look(pc, "~/folder"), ==, TF_SITE_ELSEWHERE);
	g_assert_cmpint(look(pc, "~/jre8"), ==, TF_SITE_READ);
	g_assert_cmpint(look(pc, "~/browser"), ==, TF_SITE_ELSEWHERE);
	g_assert_cmpint(look(pc, "~/tools"), ==, TF_SITE_ELSEWHERE);
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/unpacked/a program is known by what lies in its folder", test_content);
	g_test_add_func("/unpacked/a name alone is no program", test_name_alone);
	g_test_add_func("/unpacked/an AppImage is known by its name", test_image);
	g_test_add_func("/unpacked/what a link hides is not taken for nothing", test_links);

	return g_test_run();
}
