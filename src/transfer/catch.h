/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A file in which a search came upon the moved key, held as it was then until it is decided about. */
#pragma once

#include "disk/known.h"
#include "disk/recognise.h"
#include "record/outcome.h"
#include "record/stray.h"

typedef struct TfCatch {
	TfStray *stray;
	TfFound *found;	   /* NULL: it may not be destroyed */
	TfKeptWhy why;	   /* then */
	gchar *detail;	   /* NULL when 'why' says all */
	const gchar *kind; /* borrowed: of the key, or of what it lies in */
} TfCatch;
void tf_catch_free(TfCatch *caught);

/*
 * Of the open file 'fd' (left open), in which 'stray' (taken over) was seen. The file is read and opened
 * again: what the search said of it is not believed. 'mounts' must live as long. 'is_full': one more than are
 * held at once.
 */
TfCatch *tf_catch_new(int fd, TfStray *stray, const TfKnown *known, const TfSecret *password,
	TfMounts *mounts, gboolean is_full) G_GNUC_WARN_UNUSED_RESULT;

/* The key lies in something of this form, at 'members', for people. No change where the file may be
 * destroyed.
 */
void tf_catch_within(TfCatch *caught, TfForm form, const gchar *members);

/* How many may be held: each has an open descriptor, and so has the search. What is beyond is left to the
 * next run, and said. */
guint tf_catch_limit(void);

/* The same file, by one name of it: whatever paths lead there. */
gboolean tf_catch_is_same(const TfCatch *a, const TfCatch *b);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfCatch, tf_catch_free)
