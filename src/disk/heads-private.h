/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The first octets of very many files, many at once, because a cold disk answers many questions in the time
 * of one: through io_uring where the kernel lets us, else with plain calls. Access times stay, where the
 * kernel allows that (O_NOATIME: own files, or root).
 */
#pragma once

#include <glib.h>

/* A folder that files are opened in; it stays open as long as one of them waits. Of one thread. */
typedef struct TfFolder {
	int fd;
	gchar *path;
	guint n_references;
} TfFolder;
TfFolder *tf_folder_new(int fd, gchar *path) G_GNUC_WARN_UNUSED_RESULT; /* takes both over */
TfFolder *tf_folder_ref(TfFolder *folder);
void tf_folder_unref(TfFolder *folder);

/* All of it is gone after the call. */
typedef struct TfHead {
	const TfFolder *folder;
	const gchar *name;
	int fd; /* -1: it could not be opened */
	const guint8 *octets;
	gsize length;
	int failure; /* 0, or an errno value */
} TfHead;
typedef void (*TfHeadFunc)(const TfHead *head, gpointer user_data);

typedef struct TfHeads TfHeads;

/* Of one thread. Without 'may_use_ring' the ring is not tried; it is given up when nothing comes out of it
 * for 'patience_ms'. */
TfHeads *tf_heads_new(gboolean may_use_ring, guint patience_ms, TfHeadFunc func,
	gpointer user_data) G_GNUC_WARN_UNUSED_RESULT;
gboolean tf_heads_use_ring(const TfHeads *heads);

/* Calls the function for this file, or for others that were given before, now or at one of the next calls. */
void tf_heads_add(TfHeads *heads, TfFolder *folder, const gchar *name);

/* Calls the function for all that are left. */
void tf_heads_finish(TfHeads *heads);

/* What was read is cleared: it may have been keys. */
void tf_heads_free(TfHeads *heads);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfHeads, tf_heads_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfFolder, tf_folder_unref)
