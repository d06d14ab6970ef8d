/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * As many openers as there are processors, for whoever has many files to open: the run and its check. One
 * that dies of a file is replaced, and only that file has failed.
 */
#pragma once

#include "batch/role.h"

typedef struct TfOpeners TfOpeners;

typedef struct TfOpenersListener {
	/* 'item' came to its end: 'opened' (OPENED, borrowed), or NULL and why, which is the callee's. From
	 * the main loop; may ask for the next. */
	void (*heard)(gpointer item, TfMessage *opened, GError *problem, gpointer user_data);
	void (*ready)(gpointer user_data); /* one more can be asked; NULL: not wanted */
	/* One is started again, and why; NULL: not wanted. */
	void (*again)(const GError *problem, gpointer user_data);
	/* None of them can be started. */
	void (*broke)(const GError *problem, gpointer user_data);
	GDestroyNotify free_item; /* of what is never heard; NULL: items are somebody else's */
	gpointer user_data;
} TfOpenersListener;

/* 'program' is argv that a role's name is put behind; borrowed. 'listener' is copied. */
TfOpeners *tf_openers_new(
	const gchar *const *program, const TfOpenersListener *listener) G_GNUC_WARN_UNUSED_RESULT;
void tf_openers_free(TfOpeners *openers);

/* One of them is idle. */
gboolean tf_openers_have_room(const TfOpeners *openers);
guint tf_openers_n_busy(const TfOpeners *openers);

/* There must be room. 'path' is for errors; 'password' is NULL when there is none. FALSE with
 * TF_ERROR_SYSTEM: 'item' stays the caller's. 'file' stays the caller's, too. */
gboolean tf_openers_ask(TfOpeners *openers, gpointer item, const gchar *path, int file,
	const TfSecret *password, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfOpeners, tf_openers_free)
