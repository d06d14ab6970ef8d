/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "manifest-case.h"

#include <glib/gstdio.h>
#include <string.h>

#include "base/error.h"
#include "fixtures.h"

void manifest_case_set_up(ManifestCase *manifest, gconstpointer data)
{
	(void)data;
	manifest->directory = tf_fixture_directory();
	manifest->path = g_build_filename(manifest->directory, "members.csv", NULL);
	manifest->rows = g_ptr_array_new_with_free_func(g_free);
	manifest->problems = g_ptr_array_new_with_free_func(g_free);
}

void manifest_case_tear_down(ManifestCase *manifest, gconstpointer data)
{
	(void)data;
	tf_fixture_remove(manifest->directory);
	g_ptr_array_unref(manifest->rows);
	g_ptr_array_unref(manifest->problems);
	g_free(manifest->path);
	g_free(manifest->directory);
}

void manifest_case_write(const ManifestCase *manifest, const gchar *content, gssize length)
{
	g_assert_true(g_file_set_contents_full(
		manifest->path, content, length, G_FILE_SET_CONTENTS_CONSISTENT, 0600, NULL));
}

void manifest_case_write_members(const ManifestCase *manifest, guint n_rows)
{
	g_autoptr(GString) content = g_string_new("number,name,p12,token_serial\n");

	for (guint i = 1; i <= n_rows; i++)
		g_string_append_printf(content, "%08u,山田太郎,members/%08u.p12,SERIAL%08u\n", i, i, i);
	manifest_case_write(manifest, content->str, (gssize)content->len);
}

static gboolean add_row(const TfManifestRow *row, gpointer user_data, GError **error)
{
	ManifestCase *manifest = user_data;
	g_autofree gchar *password = row->password != NULL
					     ? g_strndup((const gchar *)tf_secret_peek(row->password),
						       tf_secret_length(row->password))
					     : g_strdup("-");

	(void)error;
	g_ptr_array_add(manifest->rows,
		g_strdup_printf("%u|%s|%s|%s|%s|%s", row->line, row->number, row->name, row->path, password,
			row->token_serial != NULL ? row->token_serial : "-"));

	return TRUE;
}

gboolean manifest_case_add_problem(guint line, const GError *problem, gpointer manifest, GError **error)
{
	ManifestCase *told = manifest;

	(void)error;
	g_assert_true(g_error_matches(problem, TF_ERROR, TF_ERROR_MANIFEST_INVALID) ||
		      g_error_matches(problem, TF_ERROR, TF_ERROR_NUMBER_FORMAT));
	g_ptr_array_add(told->problems, g_strdup_printf("line %u: %s", line, problem->message));

	return TRUE;
}

void manifest_case_read(ManifestCase *manifest, const TfCampaign *campaign)
{
	g_autoptr(GError) error = NULL;
	gboolean is_read = FALSE;

	g_ptr_array_set_size(manifest->rows, 0);
	g_ptr_array_set_size(manifest->problems, 0);
	is_read = tf_manifest_read(
		manifest->path, campaign, add_row, manifest_case_add_problem, manifest, &error);
	g_assert_no_error(error);
	g_assert_true(is_read);
}

static void assert_rows(const GPtrArray *found, const gchar *const *wanted)
{
	for (guint i = 0; i < found->len && wanted[i] != NULL; i++)
		g_assert_cmpstr(g_ptr_array_index(found, i), ==, wanted[i]);
	g_assert_cmpuint(found->len, ==, g_strv_length((gchar **)wanted));
}

static void assert_problems(const GPtrArray *found, const gchar *const *wanted)
{
	for (guint i = 0; i < found->len; i++) {
		const gchar *problem = g_ptr_array_index(found, i);

		if (wanted[i] == NULL || strstr(problem, wanted[i]) == NULL)
			g_error("'%s' was told, not '%s'", problem,
				wanted[i] != NULL ? wanted[i] : "nothing");
	}
	g_assert_cmpuint(found->len, ==, g_strv_length((gchar **)wanted));
}

void manifest_case_assert(ManifestCase *manifest, const TfCampaign *campaign, const gchar *content,
	const gchar *const *rows, const gchar *const *problems)
{
	manifest_case_write(manifest, content, -1);
	manifest_case_read(manifest, campaign);
	assert_rows(manifest->rows, rows);
	assert_problems(manifest->problems, problems);
}
