/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "volume.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/file.h"

TfFixtureVolume *tf_fixture_volume_new(guint mebibytes)
{
	TfFixtureVolume *volume = g_new0(TfFixtureVolume, 1);
	TF_AUTO_FD int fd = -1;

	volume->directory = tf_fixture_directory();
	volume->image = g_build_filename(volume->directory, "image", NULL);
	volume->mount_point = g_build_filename(volume->directory, "mounted", NULL);
	g_assert_cmpint(mkdir(volume->mount_point, 0700), ==, 0);
	fd = open(volume->image, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	g_assert_cmpint(ftruncate(fd, (off_t)mebibytes << 20), ==, 0);

	return volume;
}

/* "/sys/block/loop0/loop", by what the table of mounts says is mounted there. */
static gchar *loop_of(const gchar *mount_point)
{
	g_autofree gchar *text = NULL;
	g_auto(GStrv) lines = NULL;
	g_autofree gchar *name = NULL;

	g_assert_true(g_file_get_contents("/proc/self/mountinfo", &text, NULL, NULL));
	lines = g_strsplit(text, "\n", -1);
	for (guint i = 0; lines[i] != NULL && lines[i][0] != '\0'; i++) {
		g_auto(GStrv) fields = g_strsplit(lines[i], " ", -1);
		guint at = 6;

		if (strcmp(fields[4], mount_point) != 0)
			continue;
		while (strcmp(fields[at], "-") != 0)
			at++;
		g_free(name);
		name = g_path_get_basename(fields[at + 2]);
	}
	g_assert_nonnull(name);

	return g_strdup_printf("/sys/block/%s/loop", name);
}

static void play_disk(TfFixtureVolume *volume)
{
	volume->loop = loop_of(volume->mount_point);
	g_assert_cmpint(mount("none", volume->loop, "tmpfs", 0, NULL), ==, 0);
}

static void stop_playing(TfFixtureVolume *volume)
{
	if (volume->loop != NULL)
		(void)umount2(volume->loop, MNT_DETACH);
	g_clear_pointer(&volume->loop, g_free);
}

void tf_fixture_volume_mount(TfFixtureVolume *volume, const gchar *type, const gchar *options)
{
	g_autofree gchar *with_loop = g_strconcat("loop,", options, NULL);

	tf_fixture_run(volume->directory, "mount", "-t", type, "-o", with_loop, volume->image,
		volume->mount_point, NULL);
	if (g_str_has_prefix(volume->image, volume->directory))
		play_disk(volume);
}

TfFixtureVolume *tf_fixture_volume_ext4(const gchar *features, const gchar *options)
{
	TfFixtureVolume *volume = tf_fixture_volume_new(32);

	tf_fixture_run(volume->directory, "mkfs.ext4", "-q", "-b", "4096", "-I", "256", "-O", features,
		volume->image, NULL);
	tf_fixture_volume_mount(volume, "ext4", options);

	return volume;
}

TfFixtureVolume *tf_fixture_volume_xfs(void)
{
	TfFixtureVolume *volume = tf_fixture_volume_new(320);

	tf_fixture_run(volume->directory, "mkfs.xfs", "-q", volume->image, NULL);
	tf_fixture_volume_mount(volume, "xfs", "rw");

	return volume;
}

TfFixtureVolume *tf_fixture_volume_btrfs(void)
{
	TfFixtureVolume *volume = tf_fixture_volume_new(128);

	tf_fixture_run(volume->directory, "mkfs.btrfs", "-q", "--mixed", volume->image, NULL);
	tf_fixture_volume_mount(volume, "btrfs", "rw");

	return volume;
}

TfFixtureVolume *tf_fixture_volume_ntfs(void)
{
	TfFixtureVolume *volume = tf_fixture_volume_new(8);

	tf_fixture_run(volume->directory, "mkfs.ntfs", "-q", "-F", volume->image, NULL);
	tf_fixture_volume_mount(volume, "ntfs-3g", "rw");

	return volume;
}

TfFixtureVolume *tf_fixture_volume_within(const TfFixtureVolume *outer, guint mebibytes)
{
	TfFixtureVolume *inner = tf_fixture_volume_new(1);
	g_autofree gchar *size = g_strdup_printf("%uM", mebibytes);

	g_free(inner->image);
	inner->image = g_build_filename(outer->mount_point, "inner", NULL);
	tf_fixture_run(outer->mount_point, "truncate", "-s", size, "inner", NULL);
	tf_fixture_run(outer->mount_point, "mkfs.ext4", "-q", "inner", NULL);
	tf_fixture_volume_mount(inner, "ext4", "rw");

	return inner;
}

void tf_fixture_volume_sync(const TfFixtureVolume *volume)
{
	tf_fixture_run(volume->mount_point, "sync", "-f", ".", NULL);
}

void tf_fixture_volume_unmount(TfFixtureVolume *volume)
{
	stop_playing(volume);
	g_assert_cmpint(umount2(volume->mount_point, 0), ==, 0);
}

void tf_fixture_volume_free(TfFixtureVolume *volume)
{
	stop_playing(volume);
	(void)umount2(volume->mount_point, MNT_DETACH);
	/* What is still mounted there must not be removed with the folder. */
	g_assert_cmpint(rmdir(volume->mount_point), ==, 0);
	tf_fixture_remove(volume->directory);
	g_free(volume->directory);
	g_free(volume->image);
	g_free(volume->mount_point);
	g_free(volume);
}

static guint count_in(const gchar *at, gsize length, const gchar *text)
{
	const gchar *end = at + length;
	guint count = 0;

	while ((at = memmem(at, (gsize)(end - at), text, strlen(text))) != NULL) {
		at += strlen(text);
		count++;
	}

	return count;
}

/* Most of an image is holes, in which nothing stands. */
guint tf_fixture_volume_count(const TfFixtureVolume *volume, const gchar *text)
{
	TF_AUTO_FD int fd = open(volume->image, O_RDONLY | O_CLOEXEC);
	g_autoptr(GMappedFile) file = g_mapped_file_new_from_fd(fd, FALSE, NULL);
	off_t start = 0;
	guint count = 0;

	g_assert_nonnull(file);
	while ((start = lseek(fd, start, SEEK_DATA)) >= 0) {
		off_t end = lseek(fd, start, SEEK_HOLE);

		g_assert_cmpint(end, >, start);
		count += count_in(g_mapped_file_get_contents(file) + start, (gsize)(end - start), text);
		start = end;
	}
	g_assert_cmpint(errno, ==, ENXIO);

	return count;
}

/* The marker's file in the folder, on the device already. */
TfFixtureSource *tf_fixture_marker(const gchar *directory, gsize size)
{
	TfFixtureSource *source = tf_fixture_source(directory);
	TF_AUTO_FD int fd = -1;

	tf_fixture_source_fill(source, TF_FIXTURE_MARKER, size);
	fd = open(source->path, O_RDONLY | O_CLOEXEC);
	g_assert_cmpint(syncfs(fd), ==, 0);

	return source;
}

void tf_fixture_set_flag(const gchar *path, guint flag, gboolean is_set)
{
	TF_AUTO_FD int fd = open(path, O_RDONLY | O_CLOEXEC);
	guint flags = 0;

	g_assert_cmpint(ioctl(fd, FS_IOC_GETFLAGS, &flags), ==, 0);
	flags = is_set ? flags | flag : flags & ~flag;
	g_assert_cmpint(ioctl(fd, FS_IOC_SETFLAGS, &flags), ==, 0);
}

/* Sysfs says 1 for this loop device from now on, in this namespace. */
void tf_fixture_volume_declare_removable(const TfFixtureVolume *volume)
{
	g_autofree gchar *value = g_build_filename(volume->directory, "removable", NULL);
	g_autofree gchar *attribute = NULL;
	struct stat status;

	g_assert_cmpint(stat(volume->mount_point, &status), ==, 0);
	attribute =
		g_strdup_printf("/sys/dev/block/%u:%u/removable", major(status.st_dev), minor(status.st_dev));
	g_assert_true(g_file_set_contents(value, "1\n", -1, NULL));
	g_assert_cmpint(mount(value, attribute, NULL, MS_BIND, NULL), ==, 0);
}

void tf_fixture_volume_withdraw_removable(const TfFixtureVolume *volume)
{
	g_autofree gchar *attribute = NULL;
	struct stat status;

	g_assert_cmpint(stat(volume->mount_point, &status), ==, 0);
	attribute =
		g_strdup_printf("/sys/dev/block/%u:%u/removable", major(status.st_dev), minor(status.st_dev));
	g_assert_cmpint(umount2(attribute, 0), ==, 0);
}

/* Comes back only as root. */
static void become_root(int argc, char **argv)
{
	g_autoptr(GPtrArray) command = g_ptr_array_new();

	if (geteuid() == 0)
		return;
	g_ptr_array_add(command, (gpointer) "sudo");
	g_ptr_array_add(command, (gpointer) "-nE");
	for (int i = 0; i < argc; i++)
		g_ptr_array_add(command, argv[i]);
	g_ptr_array_add(command, NULL);
	(void)execvp("sudo", (char *const *)command->pdata);
	g_error("mounting needs root, and sudo cannot be run: %s", g_strerror(errno));
}

void tf_fixture_mount_namespace(int argc, char **argv)
{
	become_root(argc, argv);
	g_assert_cmpint(unshare(CLONE_NEWNS), ==, 0);
	g_assert_cmpint(mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL), ==, 0);
}
