/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "silence.h"

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

TfFixtureSilence *tf_fixture_silence_new(const gchar *path, const gchar *type)
{
	TfFixtureSilence *silence = g_new0(TfFixtureSilence, 1);
	g_autofree gchar *options = NULL;
	struct stat status;

	g_assert_cmpint(stat(path, &status), ==, 0);
	silence->path = g_strdup(path);
	silence->device = open("/dev/fuse", O_RDWR | O_CLOEXEC);
	g_assert_cmpint(silence->device, >=, 0);
	options = g_strdup_printf("fd=%d,rootmode=%o,user_id=0,group_id=0,allow_other", silence->device,
		status.st_mode & S_IFMT);
	g_assert_cmpint(mount("gone", path, type, 0, options), ==, 0);

	return silence;
}

void tf_fixture_silence_free(TfFixtureSilence *silence)
{
	(void)close(silence->device);
	(void)umount2(silence->path, MNT_DETACH);
	g_free(silence->path);
	g_free(silence);
}
