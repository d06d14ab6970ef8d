/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A block device as sysfs tells it, through partitions and the devices beneath (LUKS, LVM, RAID). */
#pragma once

#include <glib.h>

#include "disk/media.h"

/* Of a loop device. */
typedef struct TfImage {
	gchar *path; /* of the file, as whoever set the device up saw it */
	gchar *loop; /* the device's name, "loop0" */
} TfImage;

typedef struct TfDevice {
	gchar *name;   /* the kernel's, "sda1" */
	TfPlace place; /* of several devices beneath, the one that asks for most care */
	TfTristate is_flash;
	TfTristate is_encrypted; /* YES: dm-crypt; NO: none found (a drive may encrypt itself unseen);
				    UNKNOWN: a layer of device-mapper that is not known here */
	gboolean is_read_only;
	gboolean is_layered; /* a layer beneath may keep what is overwritten: snapshot, thin, cache, bcache,
				zvol, zram, dm-integrity, an array with a journal, one that is not known here;
				or a disk that belongs to it is missing, and keeps what was written before */
	guint64 discard_granularity; /* octets: what is free is discarded in whole pieces of that size; 0: it
					is not, or not on each of its disks */
	GPtrArray *images;	     /* TfImage: of all loop devices beneath; NULL: there are none */
} TfDevice;

/* 'sysfs' is where sysfs is mounted. NULL when it does not know the device. */
TfDevice *tf_device_of(const gchar *sysfs, guint device_major, guint device_minor) G_GNUC_WARN_UNUSED_RESULT;

/* All disks of the btrfs that this one belongs to, as one. NULL when sysfs does not know the btrfs, or one of
 * its disks. */
TfDevice *tf_device_of_btrfs(
	const gchar *sysfs, guint device_major, guint device_minor) G_GNUC_WARN_UNUSED_RESULT;
void tf_device_free(TfDevice *device);

/* Of two places the one that asks for more care: removable, network, unknown, local. */
TfPlace tf_place_careful(TfPlace a, TfPlace b);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfDevice, tf_device_free)
