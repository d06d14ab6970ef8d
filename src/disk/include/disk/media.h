/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where a file really lies. Every answer is what was established by descriptor; what was not is 'unknown'. */
#pragma once

#include <glib.h>

#include "base/tristate.h"
#include "disk/mounts.h"

typedef enum TfPlace {
	TF_PLACE_LOCAL,	    /* a fixed disk of this PC, or its memory */
	TF_PLACE_REMOVABLE, /* USB, MMC, optical: the member's backup (law 4) */
	TF_PLACE_NETWORK,
	TF_PLACE_UNKNOWN, /* fuse, or a file system not known here; treated like removable: kept unless named
			   */
} TfPlace;

typedef struct TfMedia {
	gchar *mount_point;
	gchar *file_system; /* "ext4" */
	gchar *source;	    /* "/dev/sda1" */
	TfPlace place;
	gboolean is_read_only;
	gboolean is_layered; /* what is beneath (snapshots, thin, cached, an image on copy-on-write) may keep
				what is overwritten; overwrites_in_place is not YES then */
	guint64 discard_granularity; /* octets: what is free is discarded in whole pieces of that size; 0:
					not, or not everywhere */
	gboolean is_on_image; /* beneath is a loop device, which cuts what is zeroed or discarded out of its
				 image: that stays in the file system below */
	TfTristate overwrites_in_place; /* NO: copy-on-write, overlay, compressed, journalled data */
	TfTristate is_flash;		/* not rotational, or not known: suffix F unless NO */
	TfTristate is_encrypted;	/* suffix E only when YES */
} TfMedia;

/* What is said of a file system by its name ("nfs4") alone, before it is touched: that it lies on the network
 * (a server that is gone answers nobody), or is none that is known here. LOCAL: it is worth a look. */
TfPlace tf_media_place_named(const gchar *file_system);

/* Of the open file 'fd' (its mount by STATX_MNT_ID, its device by /sys/dev/block). 'mounts' is for whoever
 * asks for many; NULL: they are read for this one answer. TF_ERROR_SYSTEM. */
TfMedia *tf_media_of(int fd, TfMounts *mounts, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void tf_media_free(TfMedia *media);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfMedia, tf_media_free)
