/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The file a wipe is about to destroy, by descriptor and in its folder, after every check that could still
 * refuse it. Freeing it undoes what opening changed: the mode of an own file without write permission.
 */
#pragma once

#include <glib.h>
#include <sys/stat.h>

#include "disk/media.h"

typedef struct TfTarget {
	int directory;
	int fd; /* for reading; for reading and writing after tf_target_prepare() */
	gchar *path;
	gchar *directory_path;
	gchar *name;
	struct stat status; /* as it was opened */
	TfMedia *media;
	gboolean undo_mode;
} TfTarget;

/* The file 'fd' (duplicated), which is to be 'name' in the folder; 'mounts' as tf_media_of() takes them.
 * TF_ERROR_WIPE_REFUSED, and TF_ERROR_SOURCE_MISSING when there is no such folder. */
TfTarget *tf_target_new(int fd, const gchar *directory_path, const gchar *name, TfMounts *mounts,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;
void tf_target_free(TfTarget *target);

/*
 * Refuses (TF_ERROR_WIPE_REFUSED, nothing changed) a file on read-only media, immutable or append-only, with
 * further names, open elsewhere, or in a folder that may not be written to.
 */
gboolean tf_target_is_free_to_go(const TfTarget *target, GError **error);

/*
 * The same, and opens it for writing.
 * "Open elsewhere" is asked by a lease, which counts the descriptors of this process too: there may be none
 * but the one given to tf_target_new() and its duplicates.
 */
gboolean tf_target_prepare(TfTarget *target, GError **error);

/* Keeps others from opening the file from now on, where the file system has leases (the kernel gives them up
 * after /proc/sys/fs/lease-break-time). No descriptor but the target's and its duplicates may be left. */
gboolean tf_target_hold(TfTarget *target, GError **error);

/* Is the name in the folder still that of the file we hold? */
gboolean tf_target_is_at(const TfTarget *target, const gchar *name);

/* Opens 'path' as a folder, following no link at all. -1 with errno. */
int tf_target_open_directory(const gchar *path);

/* A file of the folder, following no link and staying in it. -1 with errno. */
int tf_target_open_file(int directory, const gchar *name, int flags);

gboolean tf_target_refuse(const gchar *path, const gchar *reason, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfTarget, tf_target_free)
