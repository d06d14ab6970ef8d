/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Real file systems on images, each mounted in a mount namespace of the test's own. */
#pragma once

#include "source.h"

#define TF_FIXTURE_MARKER "-TOKENFERRY-MARKER-OF-A-PRIVATE-KEY-"

typedef struct TfFixtureVolume {
	gchar *directory; /* temporary */
	gchar *image;
	gchar *mount_point;
	gchar *loop; /* what sysfs tells of its loop device as one, hidden while it plays a disk; NULL */
} TfFixtureVolume;

/* The first call of main(). As root, if need be by starting the test again through sudo; then with mounts
 * that nobody else sees and that end with the process. */
void tf_fixture_mount_namespace(int argc, char **argv);

/* An empty image, not mounted. Once it is, its loop device is a disk for whoever asks sysfs in this
 * namespace: where temporary files lie (overlay, btrfs or memory) tells nothing of what stands in the image.
 */
TfFixtureVolume *tf_fixture_volume_new(guint mebibytes);
void tf_fixture_volume_mount(TfFixtureVolume *volume, const gchar *type, const gchar *options);
void tf_fixture_volume_sync(const TfFixtureVolume *volume);
void tf_fixture_volume_unmount(TfFixtureVolume *volume);
void tf_fixture_volume_free(TfFixtureVolume *volume);

/* Made and mounted. */
TfFixtureVolume *tf_fixture_volume_ext4(const gchar *features, const gchar *options);
TfFixtureVolume *tf_fixture_volume_xfs(void);
TfFixtureVolume *tf_fixture_volume_btrfs(void);
TfFixtureVolume *tf_fixture_volume_ntfs(void); /* by ntfs-3g: FUSE on a block device */

/* ext4 on an image in the other one's file system, "inner", which is known to be one. */
TfFixtureVolume *tf_fixture_volume_within(const TfFixtureVolume *outer, guint mebibytes);

/* A source full of the marker in the folder, on the device already. */
TfFixtureSource *tf_fixture_marker(const gchar *directory, gsize size);

/* How often the text stands in the raw image. */
guint tf_fixture_volume_count(const TfFixtureVolume *volume, const gchar *text);

/* FS_*_FL of <linux/fs.h>. */
void tf_fixture_set_flag(const gchar *path, guint flag, gboolean is_set);

/* Makes sysfs say, in this mount namespace, that the volume's loop device is removable; and no longer. */
void tf_fixture_volume_declare_removable(const TfFixtureVolume *volume);
void tf_fixture_volume_withdraw_removable(const TfFixtureVolume *volume);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfFixtureVolume, tf_fixture_volume_free)
