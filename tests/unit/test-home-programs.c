/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <sys/stat.h>
#include <unistd.h>

#include "base/secret.h"
#include "home-programs-private.h"
#include "pc.h"

#define HOME   "/home/hanako"
#define NOBODY 65534

static void expect(const TfFixturePc *pc, const gchar *names, const gchar *elsewhere)
{
	g_auto(TfPrograms) programs = tf_programs_new(&pc->site);

	tf_home_programs_look(&programs);

	g_assert_cmpstr(programs.names->str, ==, names);
	g_assert_cmpstr(programs.elsewhere, ==, elsewhere);
	g_assert_null(programs.refused);
}

/* Each alone in a home directory that has nothing else. */
static void test_unpacked(void)
{
	static const gchar *const places[] = { "firefox", "Downloads/firefox", "ダウンロード/firefox-128",
		"デスクトップ/x", "Desktop/x", "software/browser", ".hidden/browser", ".local/opt/firefox",
		".local/share/firefox" };

	for (gsize i = 0; i < G_N_ELEMENTS(places); i++) {
		g_autoptr(TfFixturePc) pc = tf_fixture_pc_new();
		g_autofree gchar *program = g_build_filename(HOME, places[i], "firefox", NULL);
		g_autofree gchar *beside = g_build_filename(HOME, places[i], "application.ini", NULL);
		g_autofree gchar *name = g_build_filename("~", places[i], NULL);

		tf_fixture_pc_put_program(pc, program, "");
		tf_fixture_pc_put(pc, beside, "");

		expect(pc, name, NULL);
	}
}

static void test_windows(void)
{
	static const gchar *const prefixes[] = { ".wine", ".wine32", ".local/share/wineprefixes/adobe",
		".local/share/bottles/bottles/Adobe",
		".var/app/com.usebottles.bottles/data/bottles/bottles/Adobe",
		".var/app/org.winehq.Wine/data/wine", ".cxoffice/Adobe_Reader",
		".PlayOnLinux/wineprefix/Reader", ".Phoenicis/containers/wineprefix/Reader", "Games/reader" };

	for (gsize i = 0; i < G_N_ELEMENTS(prefixes); i++) {
		g_autoptr(TfFixturePc) pc = tf_fixture_pc_new();
		g_autofree gchar *folder =
			g_build_filename(prefixes[i], "drive_c", "Program Files (x86)", NULL);
		g_autofree gchar *reader = g_build_filename(HOME, folder, "Adobe", "AcroRd32.exe", NULL);
		g_autofree gchar *of_wine =
			g_build_filename(HOME, folder, "Internet Explorer", "iexplore.exe", NULL);
		g_autofree gchar *name = g_build_filename("~", folder, "Adobe", NULL);

		tf_fixture_pc_put(pc, reader, "");
		tf_fixture_pc_put(pc, of_wine, "");

		expect(pc, name, NULL);
	}
}

static void test_no_programs(void)
{
	g_autoptr(TfFixturePc) pc = tf_fixture_pc_new();

	tf_fixture_pc_put(pc, HOME "/.mozilla/firefox/profiles.ini", "");
	tf_fixture_pc_put(pc, HOME "/firefox/notes", "");
	tf_fixture_pc_put(pc, HOME "/.wine/drive_c/Program Files/Common Files/x", "");
	tf_fixture_pc_put(pc, HOME "/Games/scores", "");

	expect(pc, "", NULL);
}

static void test_links(void)
{
	g_autoptr(TfFixturePc) folder = tf_fixture_pc_new();
	g_autoptr(TfFixturePc) deeper = tf_fixture_pc_new();
	g_autoptr(TfFixturePc) program = tf_fixture_pc_new();

	tf_fixture_pc_put(folder, "/data/browser/firefox", "");
	tf_fixture_pc_link(folder, HOME "/browser", "/data/browser");
	tf_fixture_pc_put(deeper, HOME "/a/b/c/d", "");
	tf_fixture_pc_link(deeper, HOME "/x", HOME "/a/b");
	tf_fixture_pc_put_program(program, "/data/java", "");
	tf_fixture_pc_link(program, HOME "/.local/bin/java", "/data/java");

	expect(folder, "", "~/browser");
	expect(deeper, "", "~/x");
	expect(program, "", "~/.local/bin/java");
}

static void test_links_of_no_matter(void)
{
	g_autoptr(TfFixturePc) pc = tf_fixture_pc_new();

	tf_fixture_pc_put(pc, "/data/bashrc", "");
	tf_fixture_pc_link(pc, HOME "/.bashrc", "/data/bashrc");
	tf_fixture_pc_put(pc, HOME "/デスクトップ/letter", "");
	tf_fixture_pc_link(pc, HOME "/Desktop", HOME "/デスクトップ");
	tf_fixture_pc_put(pc, "/usr/share/example-content/a", "");
	tf_fixture_pc_link(pc, HOME "/Examples", "/usr/share/example-content");
	tf_fixture_pc_put_program(pc, HOME "/tools/a", "");
	tf_fixture_pc_link(pc, HOME "/.local/bin/a", HOME "/tools/a");

	expect(pc, "", NULL);
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

	tf_fixture_pc_put(pc, HOME "/folder/browser/firefox", "");
	let_in(pc, "", 0755);
	let_in(pc, "/home", 0755);
	let_in(pc, HOME, 0755);
	let_in(pc, HOME "/folder", 0755);
	let_in(pc, HOME "/folder/browser", 0);
	g_assert_true(!is_root || seteuid(NOBODY) == 0);
	tf_home_programs_look(&programs);
	g_assert_true(!is_root || seteuid(0) == 0);
	let_in(pc, HOME "/folder/browser", 0700);

	g_assert_cmpuint(programs.n, ==, 0);
	g_assert_cmpstr(programs.refused, ==, "~/folder/browser");
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/home-programs/a browser unpacked in the home directory is named", test_unpacked);
	g_test_add_func(
		"/home-programs/programs of Windows are named, wherever Wine keeps them", test_windows);
	g_test_add_func("/home-programs/a name alone, and what Wine brings, are none", test_no_programs);
	g_test_add_func("/home-programs/behind a link nothing is green", test_links);
	g_test_add_func("/home-programs/some links hide nothing", test_links_of_no_matter);
	g_test_add_func("/home-programs/a folder that cannot be read is told", test_refused);

	return g_test_run();
}
