/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/secret.h"
#include "pc.h"
#include "site-private.h"

static void test_here(void)
{
	TfPostureSite site = tf_posture_site_here();

	g_assert_cmpstr(site.root, ==, "");
	g_assert_false(site.is_dumpable);
	g_assert_cmpint(site.now, >, 0);
}

/* As root only; the user "daemon" is everywhere. */
static void test_with_sudo(void)
{
	const gboolean is_root = geteuid() == 0;
	TfPostureSite site;

	g_setenv("SUDO_UID", "1", TRUE);
	site = tf_posture_site_here();
	g_assert_cmpstr(site.home, ==, is_root ? "/usr/sbin" : g_get_home_dir());

	g_setenv("SUDO_UID", "nobody", TRUE);
	site = tf_posture_site_here();
	g_assert_cmpstr(site.home, ==, g_get_home_dir());
	g_unsetenv("SUDO_UID");
}

static void test_whole(void)
{
	g_autoptr(TfFixturePc) pc = tf_fixture_pc_new();
	g_autofree gchar *text = NULL;
	TfSiteFile file;

	tf_fixture_pc_put(pc, "/etc/short", "short");
	text = tf_site_read(&pc->site, "/etc/short", 5, &file);

	g_assert_cmpstr(text, ==, "short");
	g_assert_true(file.is_whole);
	g_assert_cmpint(file.date, ==, TF_FIXTURE_NOW - 86400);
}

static void test_only_the_head(void)
{
	g_autoptr(TfFixturePc) pc = tf_fixture_pc_new();
	g_autofree gchar *text = NULL;
	TfSiteFile file;

	tf_fixture_pc_put(pc, "/etc/long", "0123456789");
	text = tf_site_read(&pc->site, "/etc/long", 4, &file);

	g_assert_cmpstr(text, ==, "0123");
	g_assert_false(file.is_whole);
}

static void test_odd_bytes(void)
{
	g_autoptr(TfFixturePc) pc = tf_fixture_pc_new();
	g_autofree gchar *text = NULL;
	TfSiteFile file;

	tf_fixture_pc_put(pc, "/etc/odd",
		"a\xff"
		"b");
	text = tf_site_read(&pc->site, "/etc/odd", 100, &file);

	g_assert_true(g_utf8_validate(text, -1, NULL));
	g_assert_true(g_str_has_prefix(text, "a"));
}

/* Would wait for a writer for ever. */
static void test_fifo(void)
{
	g_autoptr(TfFixturePc) pc = tf_fixture_pc_new();
	g_autofree gchar *path = g_strconcat(pc->root, "/fifo", NULL);
	TfSiteFile file;

	g_assert_cmpint(mkfifo(path, 0600), ==, 0);

	g_assert_null(tf_site_read(&pc->site, "/fifo", 100, &file));
}

static void test_nothing_there(void)
{
	g_autoptr(TfFixturePc) pc = tf_fixture_pc_new();
	TfSiteAccess access = TF_SITE_REFUSED;
	TfSiteFile file;

	g_assert_null(tf_site_read(&pc->site, "/etc", 100, &file));
	g_assert_false(file.is_refused);
	g_assert_null(tf_site_list(&pc->site, "/etc", 100, &access));
	g_assert_cmpint(access, ==, TF_SITE_NONE);
	g_assert_false(tf_site_has(&pc->site, "/etc"));
}

static void test_list(void)
{
	g_autoptr(TfFixturePc) pc = tf_fixture_pc_new();
	g_auto(GStrv) names = NULL;
	g_auto(GStrv) some = NULL;
	TfSiteAccess access = TF_SITE_NONE;

	tf_fixture_pc_put(pc, "/opt/b", "");
	tf_fixture_pc_put(pc, "/opt/a", "");
	tf_fixture_pc_put(pc, "/opt/c", "");
	names = tf_site_list(&pc->site, "/opt", 10, &access);
	some = tf_site_list(&pc->site, "/opt", 2, &access);

	g_assert_true(
		g_strv_equal((const gchar *const *)names, (const gchar *const[]){ "a", "b", "c", NULL }));
	g_assert_cmpuint(g_strv_length(some), ==, 2);
	g_assert_cmpint(access, ==, TF_SITE_READ);
}

static void test_end(void)
{
	g_autoptr(TfFixturePc) pc = tf_fixture_pc_new();
	TfSiteAccess access = TF_SITE_NONE;
	mode_t mode = 0;
	g_autofree gchar *end = NULL;

	tf_fixture_pc_put_program(pc, "/usr/lib/jvm/java-17/bin/java", "");
	tf_fixture_pc_link(pc, "/etc/alternatives/java", "/usr/lib/jvm/java-17/bin/java");
	tf_fixture_pc_link(pc, "/usr/local/bin/java", "/etc/alternatives/java");
	tf_fixture_pc_link(pc, "/usr/local/bin/none", "/none");
	end = tf_site_end(&pc->site, "/usr/local/bin/java", &mode, &access);

	g_assert_cmpstr(end, ==, "/usr/lib/jvm/java-17/bin/java");
	g_assert_cmpint(access, ==, TF_SITE_READ);
	g_assert_cmpuint(mode & 0777, ==, 0700);
	g_assert_null(tf_site_end(&pc->site, "/usr/local/bin/none", &mode, &access));
	g_assert_cmpint(access, ==, TF_SITE_NONE);
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/site/this PC is looked at by a process that leaves no core", test_here);
	g_test_add_func("/site/with sudo the home is that of whoever called it", test_with_sudo);
	g_test_add_func("/site/a file is read with its date", test_whole);
	g_test_add_func("/site/of a long file only the head is read", test_only_the_head);
	g_test_add_func("/site/bytes that are no text do no harm", test_odd_bytes);
	g_test_add_func("/site/a FIFO is no file, and nothing hangs", test_fifo);
	g_test_add_func("/site/what is not there is not refused", test_nothing_there);
	g_test_add_func("/site/links are followed to their end on that PC", test_end);
	g_test_add_func("/site/a directory is listed in order, and not beyond the limit", test_list);

	return g_test_run();
}
