/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gstdio.h>
#include <string.h>

#include "base/error.h"
#include "base/secret.h"
#include "profile/profile.h"

static const gchar *const colours[] = { "red", "green", NULL };

static const TfField fields[] = {
	{ "one", "Line", TF_FIELD_LINE, TRUE, 1, 10, NULL },
	{ "one", "Text", TF_FIELD_TEXT, FALSE, 0, 20, NULL },
	{ "one", "Switch", TF_FIELD_BOOLEAN, FALSE, 0, 0, NULL },
	{ "two", "Number", TF_FIELD_INTEGER, FALSE, -5, 5, NULL },
	{ "two", "Day", TF_FIELD_DATE, FALSE, 0, 0, NULL },
	{ "two", "Colour", TF_FIELD_CHOICE, FALSE, 0, 0, colours },
	{ "two", "List", TF_FIELD_LIST, FALSE, 1, 2, NULL },
};

static TfProfile *parse(const gchar *text, GError **error)
{
	g_autoptr(GBytes) bytes = g_bytes_new_static(text, strlen(text));

	return tf_profile_parse(bytes, "x.profile", fields, G_N_ELEMENTS(fields), error);
}

static void test_every_type_is_read(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TfProfile) profile =
		parse("# comment\n\n[one]\nLine=a b\nText=x\\ny\nSwitch=yes\n[two]\nNumber=-5\n"
		      "Day=2024-02-29\nColour=green\nList=a;b\n",
			&error);

	g_assert_no_error(error);
	g_assert_cmpstr(tf_profile_text(profile, "one", "Line", NULL), ==, "a b");
	g_assert_cmpstr(tf_profile_text(profile, "one", "Text", "ja"), ==, "x\ny");
	g_assert_true(tf_profile_boolean(profile, "one", "Switch"));
	g_assert_cmpint(tf_profile_integer(profile, "two", "Number"), ==, -5);
	g_assert_cmpstr(tf_profile_text(profile, "two", "Day", NULL), ==, "2024-02-29");
	g_assert_cmpstr(tf_profile_text(profile, "two", "Colour", NULL), ==, "green");
	g_assert_cmpstr(tf_profile_list(profile, "two", "List")[1], ==, "b");
}

static void test_absent_fields_are_empty(void)
{
	g_autoptr(TfProfile) profile = parse("[one]\nLine=a\n", NULL);

	g_assert_null(tf_profile_text(profile, "one", "Text", "ja"));
	g_assert_false(tf_profile_boolean(profile, "one", "Switch"));
	g_assert_cmpint(tf_profile_integer(profile, "two", "Number"), ==, 0);
	g_assert_null(tf_profile_list(profile, "two", "List")[0]);
	g_assert_false(tf_profile_has(profile, "two", "List"));
}

static void test_language_prefers_its_variant(void)
{
	g_autoptr(TfProfile) profile = parse("[one]\nLine=hello\nLine[ja]=今日は\n", NULL);

	g_assert_cmpstr(tf_profile_text(profile, "one", "Line", "ja"), ==, "今日は");
	g_assert_cmpstr(tf_profile_text(profile, "one", "Line", "en"), ==, "hello");
	g_assert_cmpstr(tf_profile_text(profile, "one", "Line", NULL), ==, "hello");
}

/* The error names the line. */
static void test_bad_profiles_are_refused(void)
{
	const struct {
		const gchar *text;
		const gchar *line;
	} rows[] = {
		{ "", "line 0, [one] Line" },
		{ "[one]\nText=x\n", "line 2, [one] Line" },
		{ "[one]\nLine=a\n[three]\n", "line 3, [three]" },
		{ "[one]\nLine=a\nOther=b\n", "line 3, [one] Other" },
		{ "[one]\nLine=a\nLine=b\n", "line 3, [one] Line" },
		{ "[one]\nLine=a\nLine[ja]=b\nLine[ja]=b\n", "line 4, [one] Line" },
		{ "[one]\nLine=a\n[two]\n[one]\n", "line 4, [one]" },
		{ "Line=a\n", "line 1" },
		{ "[one]\nLine=a\nnonsense\n", "line 3" },
		{ "[one\nLine=a\n", "line 1" },
		{ "[]\n", "line 1" },
		{ "[one]\n=a\n", "line 2" },
		{ "[one]\n Line=a\n", "line 2" },
		{ "[one]\nLine=a\r\n", "line 2" },
		{ "[one]\nLine=a\x1b[1m\n", "line 2" },
		{ "[one]\nLine=\xff\n", "line 0" },
		{ "[one]\nLine=\n", "line 2, [one] Line" },
		{ "[one]\nLine=12345678901\n", "line 2, [one] Line" },
		{ "[one]\nLine=a\\nb\n", "line 2, [one] Line" },
		{ "[one]\nLine=a\\qb\n", "line 2, [one] Line" },
		{ "[one]\nLine=a\nText=a\\rb\n", "line 3, [one] Text" },
		{ "[one]\nLine[ja]=a\nLine[en]=b\n", "line 2, [one] Line" },
		{ "[one]\nLine=a\nText[ja]=b\n", "line 3, [one] Text" },
		{ "[one]\nLine=a\nSwitch=1\n", "line 3, [one] Switch" },
		{ "[one]\nLine=a\nSwitch=true\nSwitch[ja]=true\n", "line 4, [one] Switch" },
		{ "[one]\nLine=a\n[two]\nNumber=6\n", "line 4, [two] Number" },
		{ "[one]\nLine=a\n[two]\nNumber=0x1\n", "line 4, [two] Number" },
		{ "[one]\nLine=a\n[two]\nNumber=99999999999999999999\n", "line 4, [two] Number" },
		{ "[one]\nLine=a\n[two]\nDay=2023-02-29\n", "line 4, [two] Day" },
		{ "[one]\nLine=a\n[two]\nDay=2023-2-9\n", "line 4, [two] Day" },
		{ "[one]\nLine=a\n[two]\nColour=blue\n", "line 4, [two] Colour" },
		{ "[one]\nLine=a\n[two]\nList=a;b;c\n", "line 4, [two] List" },
		{ "[one]\nLine=a\n[two]\nList=a;;\n", "line 4, [two] List" },
		{ "[one]\nLine=a\n[two]\nList=\n", "line 4, [two] List" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) error = NULL;

		g_assert_null(parse(rows[i].text, &error));
		g_assert_error(error, TF_ERROR, TF_ERROR_PROFILE_INVALID);
		if (strstr(error->message, rows[i].line) == NULL)
			g_error("row %" G_GSIZE_FORMAT ": %s", i, error->message);
	}
}

static void test_a_nul_byte_is_refused(void)
{
	g_autoptr(GBytes) bytes = g_bytes_new_static("[one]\nLine=a\0b\n", 15);
	g_autoptr(GError) error = NULL;

	g_assert_null(tf_profile_parse(bytes, "x.profile", fields, G_N_ELEMENTS(fields), &error));
	g_assert_error(error, TF_ERROR, TF_ERROR_PROFILE_INVALID);
}

static void test_a_huge_profile_is_refused(void)
{
	g_autofree gchar *text = g_strnfill(TF_PROFILE_SIZE_LIMIT + 1, '\n');
	g_autoptr(GError) error = NULL;

	g_assert_null(parse(text, &error));
	g_assert_error(error, TF_ERROR, TF_ERROR_PROFILE_INVALID);
}

static gchar *make_file(const gchar *root, const gchar *kind, const gchar *name)
{
	g_autofree gchar *directory = g_build_filename(root, kind, NULL);
	gchar *path = g_build_filename(directory, name, NULL);

	g_assert_cmpint(g_mkdir_with_parents(directory, 0700), ==, 0);
	g_assert_true(g_file_set_contents(path, "", 0, NULL));

	return path;
}

static void test_files_are_listed_by_name(void)
{
	g_autofree gchar *root = g_dir_make_tmp("tf-profile-XXXXXX", NULL);
	g_autofree gchar *directory = g_build_filename(root, "tokens", NULL);
	g_autofree gchar *b = make_file(root, "tokens", "b.profile");
	g_autofree gchar *a = make_file(root, "tokens", "a.profile");
	g_autofree gchar *backup = make_file(root, "tokens", "a.profile~");
	g_autofree gchar *hidden = make_file(root, "tokens", ".c.profile");
	g_autoptr(GPtrArray) paths = NULL;
	g_autofree gchar *empty = g_build_filename(root, "campaigns", NULL);
	g_autoptr(GPtrArray) none = NULL;

	g_assert_cmpint(g_mkdir(empty, 0700), ==, 0);
	paths = tf_profile_list_files("tokens", root);
	none = tf_profile_list_files("campaigns", root);

	g_assert_cmpuint(paths->len, ==, 2);
	g_assert_cmpstr(g_ptr_array_index(paths, 0), ==, a);
	g_assert_cmpstr(g_ptr_array_index(paths, 1), ==, b);
	g_assert_cmpuint(none->len, ==, 0);
	(void)g_remove(a);
	(void)g_remove(b);
	(void)g_remove(backup);
	(void)g_remove(hidden);
	(void)g_rmdir(empty);
	(void)g_rmdir(directory);
	(void)g_rmdir(root);
}

/* A folder given for campaigns does not make the identity cards among the tokens unknown. */
static void test_a_kind_without_folder_stays_as_it_is(void)
{
	g_autofree gchar *root = g_dir_make_tmp("tf-profile-XXXXXX", NULL);
	g_autoptr(GPtrArray) given = tf_profile_list_files("tokens", root);
	g_autoptr(GPtrArray) usual = tf_profile_list_files("tokens", NULL);

	g_assert_cmpuint(given->len, ==, usual->len);
	(void)g_rmdir(root);
}

/* XDG_CONFIG_HOME is set by main(), before GLib reads it. */
static void test_ones_own_profiles_come_first(void)
{
	g_autofree gchar *root =
		g_build_filename(g_getenv("XDG_CONFIG_HOME"), "tokenferry", "profiles", NULL);
	g_autofree gchar *mine = make_file(root, "campaigns", "demo.profile");
	g_autofree gchar *directory = g_path_get_dirname(mine);
	g_autoptr(GPtrArray) paths = NULL;
	guint n_demo = 0;

	paths = tf_profile_list_files("campaigns", NULL);

	g_assert_cmpstr(g_ptr_array_index(paths, 0), ==, mine);
	for (guint i = 0; i < paths->len; i++)
		n_demo += g_str_has_suffix(g_ptr_array_index(paths, i), "/demo.profile") ? 1 : 0;
	g_assert_cmpuint(n_demo, ==, 1);
	(void)g_remove(mine);
	(void)g_rmdir(directory);
	(void)g_rmdir(root);
}

int main(int argc, char **argv)
{
	g_autofree gchar *config = g_dir_make_tmp("tf-profile-XXXXXX", NULL);
	g_autofree gchar *ours = g_build_filename(config, "tokenferry", NULL);
	int status = 0;

	tf_secret_setup();
	(void)g_setenv("XDG_CONFIG_HOME", config, TRUE);
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/profile/every type of field is read", test_every_type_is_read);
	g_test_add_func("/profile/absent fields are empty", test_absent_fields_are_empty);
	g_test_add_func("/profile/a language prefers its variant", test_language_prefers_its_variant);
	g_test_add_func("/profile/bad profiles are refused with their line", test_bad_profiles_are_refused);
	g_test_add_func("/profile/a NUL byte is refused", test_a_nul_byte_is_refused);
	g_test_add_func("/profile/a huge profile is refused", test_a_huge_profile_is_refused);
	g_test_add_func("/profile/files are listed by name", test_files_are_listed_by_name);
	g_test_add_func("/profile/a folder without a kind leaves that kind as it is",
		test_a_kind_without_folder_stays_as_it_is);
	g_test_add_func(
		"/profile/one's own profiles come first and hide others", test_ones_own_profiles_come_first);
	status = g_test_run();
	(void)g_rmdir(ours);
	(void)g_rmdir(config);

	return status;
}
