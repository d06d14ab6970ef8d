/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "batch/manifest-check.h"

#include <malloc.h>

#include "manifest-case.h"

static gboolean add(const TfManifestRow *row, gpointer check, GError **error)
{
	(void)error;
	tf_manifest_check_add(check, row);

	return TRUE;
}

static gboolean no_problem(guint line, const GError *problem, gpointer check, GError **error)
{
	(void)line;
	(void)check;
	(void)error;
	g_assert_no_error(problem);

	return TRUE;
}

static void check_whole(ManifestCase *manifest)
{
	g_autoptr(TfManifestCheck) check = tf_manifest_check_new();
	g_autoptr(GError) error = NULL;

	g_assert_true(tf_manifest_read(manifest->path, NULL, add, no_problem, check, &error));
	g_assert_true(
		tf_manifest_check_end(check, manifest->path, manifest_case_add_problem, manifest, &error));
	g_assert_no_error(error);
}

static void assert_problem(const ManifestCase *manifest, guint index, const gchar *line, const gchar *end)
{
	g_assert_cmpuint(index, <, manifest->problems->len);
	g_assert_true(g_str_has_prefix(g_ptr_array_index(manifest->problems, index), line));
	g_assert_true(g_str_has_suffix(g_ptr_array_index(manifest->problems, index), end));
}

static void each_double_is_told_with_both_lines(ManifestCase *manifest, gconstpointer data)
{
	(void)data;
	manifest_case_write(manifest,
		"number,name,p12,token_serial\n"
		"2,n,a.p12,A\n"
		"1,n,b.p12,\n"
		"2,n,c.p12,\n"
		"1,n,d.p12,B\n"
		"2,n,x/.././a.p12,A\n",
		-1);
	check_whole(manifest);

	assert_problem(manifest, 0, "line 4: ", ": this number stands in line 2 already.");
	assert_problem(manifest, 1, "line 5: ", ": this number stands in line 3 already.");
	assert_problem(manifest, 2, "line 6: ", ": this number stands in line 2 already.");
	assert_problem(manifest, 3, "line 6: ", ": this .p12 stands in line 2 already.");
	assert_problem(manifest, 4, "line 6: ", ": this token_serial stands in line 2 already.");
	g_assert_cmpuint(manifest->problems->len, ==, 5);
}

static gboolean stop(guint line, const GError *problem, gpointer n_told, GError **error)
{
	(void)line;
	g_propagate_error(error, g_error_copy(problem));
	(*(guint *)n_told)++;

	return FALSE;
}

static void whoever_is_told_may_stop(ManifestCase *manifest, gconstpointer data)
{
	g_autoptr(TfManifestCheck) check = tf_manifest_check_new();
	g_autoptr(GError) error = NULL;
	guint n_told = 0;

	(void)data;
	manifest_case_write(manifest, "number,name,p12\n1,n,a\n1,n,a\n1,n,a\n", -1);
	g_assert_true(tf_manifest_read(manifest->path, NULL, add, no_problem, check, NULL));

	g_assert_false(tf_manifest_check_end(check, manifest->path, stop, &n_told, &error));
	g_assert_nonnull(error);
	g_assert_cmpuint(n_told, ==, 1);
}

static gsize memory_in_use(void)
{
	const struct mallinfo2 now = mallinfo2();

	return now.uordblks + now.hblkhd;
}

static void a_hundred_thousand_rows_take_a_few_mebibytes(ManifestCase *manifest, gconstpointer data)
{
	gsize before = 0;
	g_autoptr(TfManifestCheck) check = tf_manifest_check_new();

	(void)data;
	manifest_case_write_members(manifest, 100000);
	before = memory_in_use();
	g_assert_true(tf_manifest_read(manifest->path, NULL, add, no_problem, check, NULL));

	g_assert_cmpuint(memory_in_use(), <=, before + (8 << 20));
	g_assert_true(
		tf_manifest_check_end(check, manifest->path, manifest_case_add_problem, manifest, NULL));
	g_assert_cmpuint(manifest->problems->len, ==, 0);
}

#define ADD(name, test)                                                                                      \
	g_test_add(name, ManifestCase, NULL, manifest_case_set_up, test, manifest_case_tear_down)

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	ADD("/manifest-check/each double is told with both lines", each_double_is_told_with_both_lines);
	ADD("/manifest-check/whoever is told may stop", whoever_is_told_may_stop);
	ADD("/manifest-check/a hundred thousand rows take a few mebibytes",
		a_hundred_thousand_rows_take_a_few_mebibytes);

	return g_test_run();
}
