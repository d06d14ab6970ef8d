/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Walks folders and looks at the first octets of every file there, whatever its name. It follows no link,
 * does not leave the PC's own disks unless a folder elsewhere was named, and leaves access times alone where
 * the kernel allows it. It runs in threads of its own; what it came upon is taken by one.
 */
#pragma once

#include <glib.h>

#include "disk/contents.h"

/* Not yet a find: what the first octets claim, or a mark in the rest of a small text (settings, notes, by its
 * name). */
typedef struct TfCandidate {
	gchar *path;
	TfForm form;	/* TF_FORM_NONE: only its name, or its spots, speak for it */
	TfSpots *spots; /* NULL: none */
} TfCandidate;
void tf_candidate_free(TfCandidate *candidate);

/* For reading, when it is still a regular file and no part of its path has become a link. -1 with errno. */
int tf_candidate_open(const TfCandidate *candidate);

typedef struct TfWalkOptions {
	guint n_threads;       /* 0: as many as suit this PC */
	gboolean refuses_ring; /* never io_uring */
	gboolean reads_whole;  /* every file from front to back, for keys anywhere in it */
	gboolean stays; /* on the file system of each path, whatever is mounted below; every one is named */
} TfWalkOptions;

typedef struct TfWalkProgress {
	guint64 n_folders;
	guint64 n_files;
	guint64 n_unreadable; /* files and folders that could not be looked at, for want of rights above all
			       */
} TfWalkProgress;

/* A folder that was not entered. */
typedef struct TfSkipped {
	gchar *path;
	gchar *file_system; /* "nfs4" */
	gboolean is_network;
} TfSkipped;

typedef struct TfWalk TfWalk;

/* 'paths' are absolute or from the working folder; a file is looked at by itself. TF_ERROR_SOURCE_MISSING
 * when one is not there, TF_ERROR_SYSTEM. */
TfWalk *tf_walk_new(
	const gchar *const *paths, const TfWalkOptions *options, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Waits for the next candidate, at most so long. NULL: none came, or the walk is over. The caller frees. */
TfCandidate *tf_walk_next(TfWalk *walk, gint64 milliseconds) G_GNUC_WARN_UNUSED_RESULT;
gboolean tf_walk_is_over(TfWalk *walk); /* and every candidate was taken */

void tf_walk_progress(TfWalk *walk, TfWalkProgress *ret_progress);

/* After its end, the caller's: TfSkipped, other file systems; gchar, the first of what could not be looked
 * at. */
GPtrArray *tf_walk_steal_skipped(TfWalk *walk) G_GNUC_WARN_UNUSED_RESULT;
GPtrArray *tf_walk_steal_unreadable(TfWalk *walk) G_GNUC_WARN_UNUSED_RESULT;

/* Ends the walk, wherever it is. Threads that wait in the kernel for more than a second, for a file system
 * that does not answer, are left to end with the process, and their memory with them. */
void tf_walk_free(TfWalk *walk);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfWalk, tf_walk_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfCandidate, tf_candidate_free)
