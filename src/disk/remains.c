/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "remains-private.h"

#include <errno.h>
#include <linux/fs.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/statvfs.h>
#include <unistd.h>

/* Documentation/filesystems/ext4/journal.rst, since Linux 5.14; in no header of the C library or the kernel.
 */
#define CHECKPOINT	   _IOW('f', 43, guint32)
#define CHECKPOINT_ZEROOUT 2u
#define CHECKPOINT_DRY_RUN 4u

static gboolean is_one_of(const gchar *name, const gchar *const *names)
{
	return g_strv_contains(names, name);
}

static gboolean is_ext(const TfMedia *media)
{
	static const gchar *const names[] = { "ext2", "ext3", "ext4", NULL };

	return is_one_of(media->file_system, names);
}

/* These have no journal, or one in which no content is written, but for what is no plain extent. */
static gboolean journals_names_only(const TfMedia *media)
{
	static const gchar *const names[] = { "xfs", "btrfs", "vfat", "msdos", "exfat", NULL };

	return is_one_of(media->file_system, names);
}

static gboolean checkpoint(int directory, guint32 flags)
{
	return ioctl(directory, CHECKPOINT, &flags) == 0;
}

/*
 * Everything in the journal goes where it belongs, and the journal is filled with zeros. TRUE when nothing is
 * left of it, also because there is none; on an image the zeros are a hole, and what stood there is below it.
 * A kernel that knows this call clears folder entries, too, when they are deleted (since Linux 5.13).
 */
static gboolean empty_journal(int directory, const TfMedia *media)
{
	if (!checkpoint(directory, CHECKPOINT_DRY_RUN))
		return errno == ENODEV;

	return syncfs(directory) == 0 && checkpoint(directory, CHECKPOINT_ZEROOUT) && !media->is_on_image;
}

/* A block among others that are in use lies in no piece that is free as a whole. */
static gboolean reaches_each_block(int directory, const TfMedia *media)
{
	struct statvfs volume;

	return media->discard_granularity > 0 && fstatvfs(directory, &volume) == 0 &&
	       media->discard_granularity <= volume.f_frsize;
}

static gboolean discard(int directory)
{
	struct fstrim_range everything = { .len = G_MAXUINT64 };

	return syncfs(directory) == 0 && ioctl(directory, FITRIM, &everything) == 0;
}

gboolean tf_remains_empties_journal(const TfMedia *media, const TfWipeOptions *options)
{
	return options->checks_device && is_ext(media);
}

/* What a layer beneath keeps is emptied by nobody: then only less can be said. */
TfRemains tf_remains_clear(int directory, const TfMedia *media, const TfWipeOptions *options)
{
	gboolean is_emptied = tf_remains_empties_journal(media, options) && empty_journal(directory, media);

	return (TfRemains){
		.journal_may_hold_content = media->is_layered || !(is_emptied || journals_names_only(media)),
		.name_may_stay = media->is_layered || !is_emptied,
		.is_discarded = options->may_discard && discard(directory) && !media->is_on_image &&
				reaches_each_block(directory, media),
	};
}
