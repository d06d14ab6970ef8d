/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <sys/stat.h>
#include <unistd.h>

#include "base/secret.h"
#include "local-programs-private.h"
#include "pc.h"

#define LIST   "/var/lib/dpkg/info/a.list"
#define NOBODY 65534

static void expect(const TfFixturePc *pc, const gchar *names)
{
	g_auto(TfPrograms) programs = tf_programs_new(&pc->site);

	tf_local_programs_look(&programs);

	g_assert_cmpstr(programs.names->str, ==, names);
	g_assert_null(programs.refused);
	g_assert_null(programs.elsewhere);
}

/* Each alone on a PC that has nothing else. */
static void test_each_place(void)
{
	static const struct {
		const gchar *path;
		const gchar *name;
	} cases[] = {
		{ "/usr/local/bin/java", "/usr/local/bin/java" },
		{ "/usr/local/bin/acroread", "/usr/local/bin/acroread" },
		{ "/usr/local/sbin/script", "/usr/local/sbin/script" },
		{ "/usr/local/games/game", "/usr/local/games/game" },
		{ "/usr/local/firefox/firefox", "/usr/local/firefox" },
		{ "/usr/local/Adobe/Reader9/bin/acroread", "/usr/local/Adobe" },
		{ "/usr/local/lib/jvm/jdk-8/bin/java", "/usr/local/lib/jvm/jdk-8" },
		{ "/usr/local/share/jre/bin/java", "/usr/local/share/jre" },
		{ "/usr/lib/jvm/jdk-8u202/bin/java", "/usr/lib/jvm/jdk-8u202" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(TfFixturePc) pc = tf_fixture_pc_new();

		tf_fixture_pc_put(pc, LIST, "/.\n/usr\n/usr/lib/jvm\n");
		tf_fixture_pc_put_program(pc, cases[i].path, "");

		expect(pc, cases[i].name);
	}
}

static void test_nothing_to_run(void)
{
	g_autoptr(TfFixturePc) pc = tf_fixture_pc_new();
	g_autofree gchar *empty = g_strconcat(pc->root, "/usr/local/empty", NULL);

	tf_fixture_pc_put(pc, "/usr/local/bin/LICENSE.txt", "");
	tf_fixture_pc_put(pc, "/usr/local/README", "");
	tf_fixture_pc_put(pc, "/usr/local/etc/npmrc", "");
	tf_fixture_pc_put(pc, "/usr/local/lib/python3.11/dist-packages/a.py", "");
	tf_fixture_pc_link(pc, "/usr/local/man", "/usr/local/share/man");
	tf_fixture_pc_link(pc, "/usr/local/bin/gone", "/gone");
	g_assert_cmpint(mkdir(empty, 0700), ==, 0);

	expect(pc, "");
}

static void test_of_packages(void)
{
	g_autoptr(TfFixturePc) pc = tf_fixture_pc_new();

	tf_fixture_pc_put(pc, LIST,
		"/usr/lib/jvm/java-17\n/usr/lib/jvm/java-17/bin/java\n/usr/local/bin/of-the-distribution\n"
		"/bin/busybox\n");
	tf_fixture_pc_put_program(pc, "/usr/lib/jvm/java-17/bin/java", "");
	tf_fixture_pc_put_program(pc, "/usr/bin/busybox", "");
	tf_fixture_pc_put_program(pc, "/usr/local/bin/of-the-distribution", "");
	tf_fixture_pc_link(pc, "/etc/alternatives/java", "/usr/lib/jvm/java-17/bin/java");
	tf_fixture_pc_link(pc, "/usr/local/bin/java", "/etc/alternatives/java");
	tf_fixture_pc_link(pc, "/usr/local/bin/vi", "/usr/bin/busybox");
	tf_fixture_pc_link(pc, "/usr/lib/jvm/default", "/usr/lib/jvm/java-17");

	expect(pc, "");
}

static void test_links_past_them(void)
{
	g_autoptr(TfFixturePc) pc = tf_fixture_pc_new();

	tf_fixture_pc_put(pc, LIST, "/usr/bin/other\n");
	tf_fixture_pc_put_program(pc, "/srv/jdk/bin/java", "");
	tf_fixture_pc_put_program(pc, "/usr/bin/by-hand", "");
	tf_fixture_pc_link(pc, "/usr/local/bin/java", "/srv/jdk/bin/java");
	tf_fixture_pc_link(pc, "/usr/local/bin/tool", "/usr/bin/by-hand");

	expect(pc, "/usr/local/bin/java /usr/local/bin/tool");
}

static void test_other_packages(void)
{
	g_autoptr(TfFixturePc) pc = tf_fixture_pc_new();

	tf_fixture_pc_put_program(pc, "/usr/lib/jvm/java-17/bin/java", "");
	tf_fixture_pc_link(pc, "/usr/local/bin/java", "/usr/lib/jvm/java-17/bin/java");
	tf_fixture_pc_put_program(pc, "/usr/local/bin/script", "");

	expect(pc, "/usr/local/bin/script");
}

static void test_unread_lists(void)
{
	g_autoptr(TfFixturePc) pc = tf_fixture_pc_new();
	g_auto(TfPrograms) programs = tf_programs_new(&pc->site);

	tf_fixture_pc_put_program(pc, "/usr/local/bin/script", "");
	tf_fixture_pc_link(pc, "/var/lib/dpkg/info", "/var/lib/dpkg/info");
	tf_local_programs_look(&programs);

	g_assert_cmpuint(programs.n, ==, 0);
	g_assert_cmpstr(programs.elsewhere, ==, "/var/lib/dpkg/info");
}

static void let_in(const TfFixturePc *pc, const gchar *path, mode_t mode)
{
	g_autofree gchar *real = g_strconcat(pc->root, path, NULL);

	g_assert_cmpint(chmod(real, mode), ==, 0);
}

/* Root is refused nothing, and goes there as nobody. */
static void test_refused(void)
{
	g_autoptr(TfFixturePc) pc = tf_fixture_pc_new();
	g_auto(TfPrograms) programs = tf_programs_new(&pc->site);
	gboolean is_root = geteuid() == 0;

	tf_fixture_pc_put_program(pc, "/usr/local/bin/java", "");
	let_in(pc, "", 0755);
	let_in(pc, "/usr", 0755);
	let_in(pc, "/usr/local", 0755);
	let_in(pc, "/usr/local/bin", 0);
	g_assert_true(!is_root || seteuid(NOBODY) == 0);
	tf_local_programs_look(&programs);
	g_assert_true(!is_root || seteuid(0) == 0);
	let_in(pc, "/usr/local/bin", 0700);

	g_assert_cmpuint(programs.n, ==, 0);
	g_assert_cmpstr(programs.refused, ==, "/usr/local/bin");
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/local-programs/what is put into each place is named", test_each_place);
	g_test_add_func("/local-programs/what cannot be run is no program", test_nothing_to_run);
	g_test_add_func(
		"/local-programs/what came with a package, and links to it, are not named", test_of_packages);
	g_test_add_func("/local-programs/links past the packages are named", test_links_past_them);
	g_test_add_func(
		"/local-programs/without lists the place of packages is believed", test_other_packages);
	g_test_add_func("/local-programs/lists that cannot be read are no evidence", test_unread_lists);
	g_test_add_func("/local-programs/a place that cannot be read is told", test_refused);

	return g_test_run();
}
