/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "loop-private.h"

#include <fcntl.h>

#include "base/file.h"
#include "base/secret.h"
#include "volume.h"

/* The first one hides its loop device, as the disk beneath all. */
static TfTristate lies_on(const TfFixtureVolume *inner, const gchar *file)
{
	const gchar *argv[] = { "findmnt", "-n", "-o", "SOURCE", inner->mount_point, NULL };
	g_autofree gchar *output = NULL;
	g_autofree gchar *name = NULL;
	TF_AUTO_FD int fd = open(file, O_RDONLY | O_CLOEXEC);

	g_assert_true(g_spawn_sync(
		NULL, (gchar **)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &output, NULL, NULL, NULL));
	name = g_path_get_basename(g_strchomp(output));

	return tf_loop_lies_on(name, fd);
}

static void a_loop_device_lies_on_its_file_and_on_no_other(void)
{
	g_autoptr(TfFixtureVolume) outer = tf_fixture_volume_ext4("has_journal", "rw");
	g_autoptr(TfFixtureVolume) inner = tf_fixture_volume_within(outer, 4);

	g_assert_cmpint(lies_on(inner, inner->image), ==, TF_YES);
	g_assert_cmpint(lies_on(inner, outer->image), ==, TF_NO);
}

static void what_is_no_loop_device_does_not_tell(void)
{
	static const gchar *const names[] = { "null", "none", "" };
	TF_AUTO_FD int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);

	for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
		g_assert_cmpint(tf_loop_lies_on(names[i], fd), ==, TF_UNKNOWN);
}

int main(int argc, char **argv)
{
	tf_fixture_mount_namespace(argc, argv);
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/loop/a loop device lies on its file and on no other",
		a_loop_device_lies_on_its_file_and_on_no_other);
	g_test_add_func("/loop/what is no loop device does not tell", what_is_no_loop_device_does_not_tell);

	return g_test_run();
}
