/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "os-release-private.h"

#include "base/secret.h"
#include "pc.h"

static gchar *value(const gchar *text, const gchar *key)
{
	g_autoptr(TfFixturePc) pc = tf_fixture_pc_new();
	g_auto(GStrv) lines = NULL;
	const gchar *source = NULL;
	TfSiteFile file;

	tf_fixture_pc_put(pc, "/usr/lib/os-release", text);
	lines = tf_os_release_read(&pc->site, &source, &file);
	g_assert_cmpstr(source, ==, "/usr/lib/os-release");

	return lines != NULL ? tf_os_release_value((const gchar *const *)lines, key) : NULL;
}

static void values_are_read_as_a_shell_does(void)
{
	g_autofree gchar *quoted = value("ID=debian\nNAME=\"A 'b'\"\n", "NAME");
	g_autofree gchar *last = value("ID=debian\nID=ubuntu\n", "ID");

	g_assert_cmpstr(quoted, ==, "A 'b'");
	g_assert_cmpstr(last, ==, "ubuntu");
	g_assert_null(value("ID=debian\n", "NAME"));
	g_assert_null(value("IDEA=debian\n", "ID"));
}

static void what_is_too_long_is_no_value(void)
{
	g_autofree gchar *name = g_strnfill(300, 'a');
	g_autofree gchar *text = g_strconcat("ID=", name, "\n", NULL);
	g_autofree gchar *lines = g_strnfill(20000, '\n');
	g_autofree gchar *file = g_strconcat("ID=debian\n", lines, NULL);

	g_assert_null(value(text, "ID"));
	g_assert_null(value(file, "ID"));
}

static void the_administrators_file_comes_first(void)
{
	g_autoptr(TfFixturePc) pc = tf_fixture_pc_new();
	g_auto(GStrv) lines = NULL;
	g_autofree gchar *id = NULL;
	const gchar *source = NULL;
	TfSiteFile file;

	tf_fixture_pc_put(pc, "/usr/lib/os-release", "ID=debian\n");
	tf_fixture_pc_put(pc, "/etc/os-release", "ID=ours\n");
	lines = tf_os_release_read(&pc->site, &source, &file);
	id = tf_os_release_value((const gchar *const *)lines, "ID");

	g_assert_cmpstr(source, ==, "/etc/os-release");
	g_assert_cmpstr(id, ==, "ours");
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/os-release/values are read as a shell does", values_are_read_as_a_shell_does);
	g_test_add_func("/os-release/what is too long is no value", what_is_too_long_is_no_value);
	g_test_add_func(
		"/os-release/the administrator's file comes first", the_administrators_file_comes_first);

	return g_test_run();
}
