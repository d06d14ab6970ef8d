/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * SIGKILL at every step that root's wipe takes besides: reading the device, emptying the journal. The wipe
 * that resumes ends it, and neither the content nor the name is left in the raw image.
 */
#include "base/secret.h"
#include "volume.h"
#include "wiper.h"

#define SIZE 60000

/* Returns FALSE when the wipe has no n-th such call. */
static gboolean kill_once(const gchar *call, guint n)
{
	g_autoptr(TfFixtureVolume) volume = tf_fixture_volume_ext4("extent,has_journal", "rw");
	g_autoptr(TfFixtureSource) source = tf_fixture_marker(volume->mount_point, SIZE);
	TfFixtureEnding ending = TF_FIXTURE_ENDED;

	tf_fixture_source_save(source);
	ending = tf_fixture_wiper_kill(source, "wipe device", call, n);
	if (ending == TF_FIXTURE_ENDED)
		return FALSE;
	g_assert_cmpint(ending, ==, TF_FIXTURE_KILLED);
	if (!tf_fixture_has_trace(source)) {
		tf_fixture_assert_whole(source);
		return TRUE;
	}
	g_assert_cmpint(tf_fixture_wiper_run(source, "resume device", NULL), ==, TF_FIXTURE_ENDED);
	tf_fixture_assert_only_saved_left(source);
	tf_fixture_volume_unmount(volume);

	g_assert_cmpuint(tf_fixture_volume_count(volume, TF_FIXTURE_MARKER), ==, 0);

	return TRUE;
}

static void test_killed(gconstpointer call)
{
	guint n = 1;

	while (kill_once(call, n))
		n++;

	g_test_message("killed at each of %u %s", n - 1, (const gchar *)call);
	g_assert_cmpuint(n, >, 1);
}

static const struct {
	const gchar *path;
	const gchar *call;
} tests[] = {
	{ "/wipe-killed-device/killed at any ioctl nothing is left", "ioctl" },
	{ "/wipe-killed-device/killed at any pread64 nothing is left", "pread64" },
	{ "/wipe-killed-device/killed at any syncfs nothing is left", "syncfs" },
};

int main(int argc, char **argv)
{
	tf_fixture_mount_namespace(argc, argv);
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(tests); i++)
		g_test_add_data_func(tests[i].path, tests[i].call, test_killed);

	return g_test_run();
}
