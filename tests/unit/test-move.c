/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "disk/move.h"

#include <unistd.h>

#include "base/error.h"
#include "volume.h"

static void assert_moves_to(const TfFixtureVolume *volume)
{
	g_autoptr(TfFixtureSource) source = tf_fixture_source(NULL);
	g_autoptr(TfFound) found = tf_fixture_found(source);
	g_autoptr(TfFound) copy = NULL;
	g_autoptr(GError) error = NULL;
	g_autofree gchar *path = NULL;

	tf_fixture_volume_declare_removable(volume);
	g_assert_true(tf_move_to_medium(found, volume->mount_point, &path, &error));

	g_assert_no_error(error);
	copy = tf_recognise_recorded(path, source->sha256, source->spki_sha256, TRUE, NULL, NULL);
	g_assert_nonnull(copy);
	g_assert_cmpint(tf_found_media(copy)->place, ==, TF_PLACE_REMOVABLE);
	g_assert_true(g_file_test(source->path, G_FILE_TEST_EXISTS));
	g_assert_true(tf_move_to_medium(found, volume->mount_point, NULL, NULL)); /* it is there already */
	tf_fixture_volume_withdraw_removable(volume);
}

static void test_move(void)
{
	g_autoptr(TfFixtureVolume) volume = tf_fixture_volume_ext4("has_journal", "rw");

	assert_moves_to(volume);
}

static void test_move_to_ntfs(void)
{
	g_autoptr(TfFixtureVolume) volume = tf_fixture_volume_ntfs();

	assert_moves_to(volume);
}

static void test_move_over_another(void)
{
	g_autoptr(TfFixtureVolume) volume = tf_fixture_volume_ext4("has_journal", "rw");
	g_autoptr(TfFixtureSource) source = tf_fixture_source(NULL);
	g_autoptr(TfFound) found = tf_fixture_found(source);
	g_autoptr(GError) error = NULL;
	g_autofree gchar *other = g_build_filename(volume->mount_point, "key.p12", NULL);
	g_autofree gchar *content = NULL;

	tf_fixture_volume_declare_removable(volume);
	g_assert_true(g_file_set_contents(other, "another", -1, NULL));
	g_assert_false(tf_move_to_medium(found, volume->mount_point, NULL, &error));

	g_assert_error(error, TF_ERROR, TF_ERROR_OUTPUT_FAILED);
	g_assert_true(g_file_get_contents(other, &content, NULL, NULL));
	g_assert_cmpstr(content, ==, "another");
	tf_fixture_volume_withdraw_removable(volume);
}

static void test_move_once_more(void)
{
	g_autoptr(TfFixtureVolume) volume = tf_fixture_volume_ext4("has_journal", "rw");
	g_autoptr(TfFixtureSource) source = tf_fixture_source(NULL);
	g_autoptr(TfFound) found = tf_fixture_found(source);
	g_autoptr(TfFound) copy = NULL;
	g_autoptr(GError) error = NULL;
	g_autofree gchar *begun = g_build_filename(volume->mount_point, "key.p12", NULL);
	g_autofree gchar *content = NULL;

	tf_fixture_volume_declare_removable(volume);
	g_assert_true(g_file_get_contents(source->path, &content, NULL, NULL));
	g_assert_true(g_file_set_contents(begun, content, 100, NULL));
	g_assert_true(tf_move_to_medium(found, volume->mount_point, NULL, &error));

	g_assert_no_error(error);
	copy = tf_recognise_recorded(begun, source->sha256, source->spki_sha256, TRUE, NULL, NULL);
	g_assert_nonnull(copy);
	tf_fixture_volume_withdraw_removable(volume);
}

/* Taken for a copy, it would be wiped as the original, and nothing would be left. */
static void test_move_onto_itself(void)
{
	g_autoptr(TfFixtureVolume) volume = tf_fixture_volume_ext4("has_journal", "rw");
	g_autoptr(TfFixtureSource) source = tf_fixture_source(volume->mount_point);
	g_autoptr(TfFound) found = tf_fixture_found(source);
	g_autoptr(GError) error = NULL;

	tf_fixture_volume_declare_removable(volume);
	g_assert_false(tf_move_to_medium(found, volume->mount_point, NULL, &error));

	g_assert_error(error, TF_ERROR, TF_ERROR_OUTPUT_FAILED);
	tf_fixture_volume_withdraw_removable(volume);
}

static void test_move_to_a_full_medium(void)
{
	g_autoptr(TfFixtureVolume) volume = tf_fixture_volume_ext4("has_journal", "rw");
	g_autoptr(TfFixtureSource) source = tf_fixture_source(NULL);
	g_autoptr(TfFound) found = NULL;
	g_autoptr(GError) error = NULL;
	g_autofree gchar *copy = g_build_filename(volume->mount_point, "key.p12", NULL);

	tf_fixture_source_fill(source, TF_FIXTURE_MARKER, 40 << 20);
	found = tf_fixture_found(source);
	tf_fixture_volume_declare_removable(volume);
	g_assert_false(tf_move_to_medium(found, volume->mount_point, NULL, &error));

	g_assert_error(error, TF_ERROR, TF_ERROR_OUTPUT_FAILED);
	g_assert_false(g_file_test(copy, G_FILE_TEST_EXISTS));
	tf_fixture_volume_withdraw_removable(volume);
}

static void test_move_to_a_fixed_disk(void)
{
	g_autoptr(TfFixtureVolume) volume = tf_fixture_volume_ext4("has_journal", "rw");
	g_autoptr(TfFixtureSource) source = tf_fixture_source(NULL);
	g_autoptr(TfFound) found = tf_fixture_found(source);
	g_autoptr(GError) error = NULL;

	g_assert_false(tf_move_to_medium(found, volume->mount_point, NULL, &error));

	g_assert_error(error, TF_ERROR, TF_ERROR_OUTPUT_UNSAFE);
}

static const struct {
	const gchar *path;
	void (*test)(void);
} tests[] = {
	{ "/move/a copy on a removable medium is compared and kept", test_move },
	{ "/move/a stick formatted with NTFS takes it, through FUSE", test_move_to_ntfs },
	{ "/move/another file of that name is left alone", test_move_over_another },
	{ "/move/what a killed run had begun is completed", test_move_once_more },
	{ "/move/the source is no copy of itself", test_move_onto_itself },
	{ "/move/a full medium leaves nothing half-written", test_move_to_a_full_medium },
	{ "/move/a fixed disk is refused", test_move_to_a_fixed_disk },
};

int main(int argc, char **argv)
{
	tf_fixture_mount_namespace(argc, argv);
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(tests); i++)
		g_test_add_func(tests[i].path, tests[i].test);

	return g_test_run();
}
