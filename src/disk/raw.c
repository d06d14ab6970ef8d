/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "raw-private.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/file.h"
#include "base/secret.h"

#define PIECE 16384u

/* O_DIRECT wants memory, offset and length in multiples of the device's block; none is larger. */
#define ALIGNMENT 4096u

struct TfRaw {
	int fd;
	guint block;
};

/* What should stand at 'offset' of the file. */
typedef gboolean (*Expected)(gconstpointer source, guint64 offset, guint8 *bytes, gsize length);

/* The kernel's name of the device's node; NULL for a number without a device. */
static gchar *node_of(dev_t number)
{
	g_autofree gchar *path = g_strdup_printf("/sys/dev/block/%u:%u/uevent", major(number), minor(number));
	g_autofree gchar *text = NULL;
	g_auto(GStrv) lines = NULL;

	if (!g_file_get_contents(path, &text, NULL, NULL))
		return NULL;
	lines = g_strsplit(text, "\n", -1);
	for (gsize i = 0; lines[i] != NULL; i++)
		if (g_str_has_prefix(lines[i], "DEVNAME="))
			return g_strconcat("/dev/", lines[i] + strlen("DEVNAME="), NULL);

	return NULL;
}

TfRaw *tf_raw_open(int fd)
{
	g_autofree gchar *node = NULL;
	TF_AUTO_FD int device = -1;
	struct stat file;
	struct stat status;
	TfRaw *raw = NULL;
	int block = 0;

	if (fstat(fd, &file) != 0)
		return NULL;
	node = node_of(file.st_dev);
	if (node != NULL)
		device = open(node, O_RDONLY | O_DIRECT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (device < 0 || fstat(device, &status) != 0 || !S_ISBLK(status.st_mode) ||
		status.st_rdev != file.st_dev || ioctl(device, BLKSSZGET, &block) != 0 || block <= 0 ||
		ALIGNMENT % (guint)block != 0)
		return NULL;

	raw = g_new0(TfRaw, 1);
	raw->fd = tf_file_steal(&device);
	raw->block = (guint)block;

	return raw;
}

void tf_raw_free(TfRaw *raw)
{
	if (raw == NULL)
		return;

	tf_file_close(&raw->fd);
	g_free(raw);
}

static guint8 *aligned(guint8 *bytes)
{
	gsize over = (gsize)((guintptr)bytes % ALIGNMENT);

	return over == 0 ? bytes : bytes + (ALIGNMENT - over);
}

static gboolean read_device(const TfRaw *raw, guint64 at, guint8 *bytes, gsize length)
{
	gsize whole = (length + raw->block - 1) / raw->block * raw->block;

	return tf_overwrite_read(raw->fd, at, bytes, whole) == 0;
}

/* The device's piece may be what the file holds: neither is left in ordinary memory. */
static gboolean piece_agrees(const TfRaw *raw, const TfExtent *piece, Expected expected, gconstpointer source)
{
	g_autoptr(TfSecret) found = tf_secret_new(PIECE + ALIGNMENT);
	g_autoptr(TfSecret) wanted = tf_secret_new(PIECE);
	guint8 *bytes = NULL;

	if (found == NULL || wanted == NULL)
		return FALSE;
	bytes = aligned(tf_secret_buffer(found));

	return read_device(raw, piece->physical, bytes, (gsize)piece->length) &&
	       expected(source, piece->logical, tf_secret_buffer(wanted), (gsize)piece->length) &&
	       memcmp(bytes, tf_secret_buffer(wanted), (gsize)piece->length) == 0;
}

static gboolean run_agrees(
	const TfRaw *raw, const TfExtent *run, guint64 end, Expected expected, gconstpointer source)
{
	guint64 length = run->logical < end ? MIN(run->length, end - run->logical) : 0;

	for (guint64 at = 0; at < length; at += PIECE) {
		const TfExtent piece = { run->logical + at, run->physical + at, MIN(length - at, PIECE) };

		if (!piece_agrees(raw, &piece, expected, source))
			return FALSE;
	}

	return TRUE;
}

/* Of the first 'end' bytes of the file, all that is allocated. */
static gboolean agrees(
	const TfRaw *raw, const TfExtents *extents, guint64 end, Expected expected, gconstpointer source)
{
	if (!extents->is_known || !extents->is_plain ||
		g_array_index(extents->runs, TfExtent, 0).logical >= end)
		return FALSE;
	for (guint i = 0; i < extents->runs->len; i++)
		if (!run_agrees(raw, &g_array_index(extents->runs, TfExtent, i), end, expected, source))
			return FALSE;

	return TRUE;
}

static gboolean from_file(gconstpointer source, guint64 offset, guint8 *bytes, gsize length)
{
	const int *fd = source;

	return tf_overwrite_read(*fd, offset, bytes, length) == 0;
}

static gboolean from_pattern(gconstpointer source, guint64 offset, guint8 *bytes, gsize length)
{
	return tf_pattern_fill(source, offset, bytes, length);
}

gboolean tf_raw_holds_file(const TfRaw *raw, int fd, guint64 size, const TfExtents *extents)
{
	return agrees(raw, extents, size, from_file, &fd);
}

gboolean tf_raw_holds_pattern(
	const TfRaw *raw, const TfPattern *pattern, guint64 end, const TfExtents *extents)
{
	return agrees(raw, extents, end, from_pattern, pattern);
}
