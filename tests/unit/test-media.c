/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "disk/media.h"

#include <fcntl.h>

#include "base/file.h"
#include "base/secret.h"

static TfMedia *media_of(const gchar *path)
{
	g_autoptr(GError) error = NULL;
	TF_AUTO_FD int fd = open(path, O_RDONLY | O_CLOEXEC);
	TfMedia *media = NULL;

	g_assert_cmpint(fd, >=, 0);
	media = tf_media_of(fd, NULL, &error);
	g_assert_no_error(error);

	return media;
}

static void test_memory(void)
{
	g_autoptr(TfMedia) media = media_of("/dev/shm");

	g_assert_cmpstr(media->file_system, ==, "tmpfs");
	g_assert_cmpstr(media->mount_point, ==, "/dev/shm");
	g_assert_cmpint(media->place, ==, TF_PLACE_LOCAL);
	g_assert_cmpint(media->overwrites_in_place, ==, TF_UNKNOWN);
	g_assert_cmpint(media->is_flash, ==, TF_UNKNOWN);
	g_assert_false(media->is_read_only);
}

static void test_unlisted_file_system(void)
{
	g_autoptr(TfMedia) media = media_of("/proc/self/status");

	g_assert_cmpstr(media->file_system, ==, "proc");
	g_assert_cmpint(media->place, ==, TF_PLACE_UNKNOWN);
	g_assert_cmpint(media->overwrites_in_place, ==, TF_UNKNOWN);
}

/* A pipe lies on a mount that no mount table shows. */
static void test_unlisted_mount(void)
{
	g_autoptr(TfMedia) media = NULL;
	int ends[2] = { -1, -1 };

	g_assert_cmpint(pipe2(ends, O_CLOEXEC), ==, 0);
	media = tf_media_of(ends[0], NULL, NULL);

	g_assert_nonnull(media);
	g_assert_cmpstr(media->file_system, ==, "");
	g_assert_cmpint(media->place, ==, TF_PLACE_UNKNOWN);
	tf_file_close(&ends[0]);
	tf_file_close(&ends[1]);
}

static void test_closed_descriptor(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TfMedia) media = tf_media_of(-1, NULL, &error);

	g_assert_null(media);
	g_assert_nonnull(error);
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/media/tmpfs is memory of this PC", test_memory);
	g_test_add_func(
		"/media/a file system not listed lies at an unknown place", test_unlisted_file_system);
	g_test_add_func("/media/a mount not listed lies at an unknown place", test_unlisted_mount);
	g_test_add_func("/media/a bad descriptor is an error", test_closed_descriptor);

	return g_test_run();
}
