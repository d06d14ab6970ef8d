/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/error.h"
#include "base/secret.h"
#include "fixtures.h"
#include "store-name.h"
#include "store-private.h"

#define UUID   "1edbc286-32f6-73e4-750f-0d766216282e"
#define SERIAL "750f0d766216282e"

static TfStore *find(const gchar *directory, const gchar *text, GError **error)
{
	g_autofree gchar *path = g_build_filename(directory, "softhsm2.conf", NULL);

	g_assert_true(g_file_set_contents(path, text, -1, NULL));
	g_assert_true(g_setenv("SOFTHSM2_CONF", path, TRUE));

	return tf_store_find(error);
}

static void test_the_last_directory_counts(void)
{
	g_autofree gchar *directory = tf_fixture_directory();
	g_autofree gchar *text =
		g_strdup_printf("# directories.tokendir = /nowhere\ndirectories.tokendir=/nowhere\n "
				"directories.tokendir = %s # ours\n",
			directory);
	g_autoptr(GError) error = NULL;
	g_autoptr(TfStore) store = find(directory, text, &error);

	g_assert_no_error(error);
	g_assert_cmpstr(tf_store_directory(store), ==, directory);

	tf_fixture_remove(directory);
}

static void test_a_store_that_is_no_folder_is_refused(void)
{
	static const gchar *const texts[] = { "", "directories.tokendir = tokens\n",
		"directories.tokendir = /nowhere\n",
		"directories.tokendir = /tmp\nobjectstore.backend = db\n" };
	g_autofree gchar *directory = tf_fixture_directory();

	for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(TfStore) store = find(directory, texts[i], &error);

		g_assert_null(store);
		g_assert_error(error, TF_ERROR, TF_ERROR_SYSTEM);
	}

	tf_fixture_remove(directory);
}

static void test_a_token_is_known_by_the_end_of_its_name(void)
{
	g_assert_true(tf_store_name_fits(UUID, SERIAL));
	g_assert_false(tf_store_name_fits(UUID, "750f0d766216282f"));
	g_assert_false(tf_store_name_fits(UUID, "850f0d766216282e"));
	g_assert_false(tf_store_name_fits(UUID, ""));
	g_assert_false(tf_store_name_fits("", SERIAL));
	g_assert_false(tf_store_name_fits(SERIAL, SERIAL));
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/store/the last directory counts", test_the_last_directory_counts);
	g_test_add_func(
		"/store/a store that is no folder is refused", test_a_store_that_is_no_folder_is_refused);
	g_test_add_func("/store/a token is known by the end of its name",
		test_a_token_is_known_by_the_end_of_its_name);

	return g_test_run();
}
