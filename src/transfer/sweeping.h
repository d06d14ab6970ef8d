/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One search while it runs, and what each of its parts does. */
#pragma once

#include "disk/looking.h"
#include "disk/sharing.h"
#include "transfer/sweep.h"

typedef struct TfSweeping {
	const TfSweepPlan *plan;
	const TfSweepListener *listener;
	TfSweepResult *result;
	TfLibrary *library;
	TfMounts *mounts;
	TfSharing *sharing;
	TfLooking *looking;
	GPtrArray *unopened; /* gchar, the first of them */
	guint n_unopened;
	GPtrArray *locked; /* TfLocked, the first of them; stays empty when nobody is asked */
	gint64 told;	   /* monotonic, of the last progress */
} TfSweeping;

/* A key in a file. */
typedef struct TfSeen {
	TfStray *stray;
	gboolean is_locked; /* a further password may tell more of it */
} TfSeen;

/* A file in which some are. */
typedef struct TfLocked {
	TfCandidate *candidate;
	GPtrArray *seen; /* TfSeen: all its keys, as they come */
} TfLocked;
void tf_locked_free(TfLocked *locked);

/* Looks into the file, which is taken over (sweep-look.c). */
gboolean tf_sweep_look(TfSweeping *sweeping, TfCandidate *candidate, GError **error);

/* Holds the open file 'fd' of that form, when one of the keys seen in it is the moved one; in the place of
 * what was held of its path before (sweep-look.c). */
void tf_sweep_catch(
	TfSweeping *sweeping, int fd, TfForm form, const GPtrArray *seen, const TfSecret *password);

/* Asks for what opens the files that stayed locked, and ranks their keys again (sweep-locked.c). */
gboolean tf_sweep_open_locked(TfSweeping *sweeping, GError **error);
