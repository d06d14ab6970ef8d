/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Every mounted file system that lies on this PC or on a medium in it, each once, and why the others are not
 * among them. */
#pragma once

#include <glib.h>

typedef enum TfVolumeStanding {
	TF_VOLUME_HERE,
	TF_VOLUME_NETWORK,
	TF_VOLUME_UNKNOWN,     /* FUSE, or a kind that is not known here */
	TF_VOLUME_TWICE,       /* a bind mount, or an overlay: its files are those of volumes that are HERE */
	TF_VOLUME_UNREACHABLE, /* another one is mounted over it, or this person may not go there */
	TF_N_VOLUME_STANDINGS
} TfVolumeStanding;

typedef struct TfVolume {
	gchar *path;	    /* where it is mounted */
	gchar *file_system; /* "ext4" */
	TfVolumeStanding standing;
	gboolean is_removable;
} TfVolume;

/*
 * TfVolume, as they are mounted now; those without files of anybody (proc, sysfs ...) are left out. Nothing
 * on the network is touched. TF_ERROR_SYSTEM when the table of mounts cannot be read.
 */
GPtrArray *tf_volumes_find(GError **error) G_GNUC_WARN_UNUSED_RESULT;
void tf_volume_free(TfVolume *volume);

const gchar *tf_volume_standing_name(TfVolumeStanding standing); /* "network", for --json */
