/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/secret.h"
#include "packages-private.h"
#include "pc.h"

#define LIST "/var/lib/dpkg/info/a.list"

static GHashTable *set_of(const gchar *path)
{
	GHashTable *paths = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	(void)g_hash_table_add(paths, g_strdup(path));

	return paths;
}

static void expect(const TfFixturePc *pc, const gchar *path, TfSiteAccess access, gboolean is_left)
{
	g_autoptr(GHashTable) paths = set_of(path);

	g_assert_cmpint(tf_packages_take_out(&pc->site, paths), ==, access);

	g_assert_cmpint(g_hash_table_contains(paths, path), ==, is_left);
}

static void test_named(void)
{
	g_autoptr(TfFixturePc) pc = tf_fixture_pc_new();

	tf_fixture_pc_put(pc, "/var/lib/dpkg/info/a.list", "/.\n/usr\n/usr/bin/a\n");
	tf_fixture_pc_put(pc, "/var/lib/dpkg/info/b:amd64.list", "/.\n/usr/local/bin/b\n/bin/c");
	tf_fixture_pc_put(pc, "/var/lib/dpkg/info/d.conffiles", "/etc/d\n");

	expect(pc, "/usr/bin/a", TF_SITE_READ, FALSE);
	expect(pc, "/usr/local/bin/b", TF_SITE_READ, FALSE);
	expect(pc, "/usr/local/bin", TF_SITE_READ, TRUE);
	expect(pc, "/usr/local/bin/bb", TF_SITE_READ, TRUE);
	expect(pc, "/etc/d", TF_SITE_READ, TRUE);
}

static void test_merged(void)
{
	g_autoptr(TfFixturePc) pc = tf_fixture_pc_new();

	tf_fixture_pc_put(pc, LIST, "/bin/busybox\n/lib64/ld.so\n/opt/x\n");

	expect(pc, "/usr/bin/busybox", TF_SITE_READ, FALSE);
	expect(pc, "/usr/lib64/ld.so", TF_SITE_READ, FALSE);
	expect(pc, "/usr/opt/x", TF_SITE_READ, TRUE);
}

static void test_none(void)
{
	g_autoptr(TfFixturePc) none = tf_fixture_pc_new();
	g_autoptr(TfFixturePc) empty = tf_fixture_pc_new();

	tf_fixture_pc_put(empty, "/var/lib/dpkg/info/format", "1\n");

	expect(none, "/usr/bin/a", TF_SITE_NONE, TRUE);
	expect(empty, "/usr/bin/a", TF_SITE_NONE, TRUE);
}

static void test_unread(void)
{
	g_autofree gchar *huge = g_strnfill((16u << 20) + 1, 'x');
	g_autoptr(TfFixturePc) too_much = tf_fixture_pc_new();
	g_autoptr(TfFixturePc) in_a_circle = tf_fixture_pc_new();

	tf_fixture_pc_put(too_much, LIST, huge);
	tf_fixture_pc_link(in_a_circle, "/var/lib/dpkg/info", "/var/lib/dpkg/info");

	expect(too_much, "/usr/bin/a", TF_SITE_ELSEWHERE, TRUE);
	expect(in_a_circle, "/usr/bin/a", TF_SITE_ELSEWHERE, TRUE);
}

static void test_place(void)
{
	g_assert_true(tf_packages_have_place("/usr/bin/java"));
	g_assert_false(tf_packages_have_place("/usr/local/bin/java"));
	g_assert_false(tf_packages_have_place("/usrx/java"));
	g_assert_false(tf_packages_have_place("/opt/java"));
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/packages/what a list names came with a package", test_named);
	g_test_add_func("/packages/names from before the folders were merged count", test_merged);
	g_test_add_func("/packages/a PC without dpkg has no lists", test_none);
	g_test_add_func("/packages/lists that could not be read whole are told", test_unread);
	g_test_add_func("/packages/packages have their place below /usr", test_place);

	return g_test_run();
}
