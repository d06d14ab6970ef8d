/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Looks into hostile files without parsing them: a looker (disk/looker.h) does. What it answers is bounded
 * and checked, and believed no further than the file itself would be: a looker that a file took over may hide
 * keys, and make some up, in that file and in those after it. Nothing may be destroyed on its word.
 */
#pragma once

#include "disk/contents.h"

typedef struct TfLookingOptions {
	const gchar *const *program; /* argv that the role's name is put behind; borrowed */
	/* Asked several times a second while a looker is at work, and after each key; FALSE ends that. NULL:
	 * nobody is asked. */
	gboolean (*go_on)(gpointer user_data, GError **error);
	gpointer user_data;
	guint milliseconds; /* that one file may take, its keys included; 0: as long as one in memory is due.
			       A large one gets more, by its size */
} TfLookingOptions;

typedef struct TfLooking TfLooking;

/* The looker is started when the first file is to be looked into. */
TfLooking *tf_looking_new(const TfLookingOptions *options) G_GNUC_WARN_UNUSED_RESULT;
void tf_looking_free(TfLooking *looking);

/*
 * tf_contents_visit() by a looker. One that dies, takes too long or says what it may not say costs this file
 * only: TRUE with is_unanswered, and another one takes the next file. FALSE with TF_ERROR_LOOKER_BROKEN when
 * none can be started, and with what 'go_on' gave.
 */
gboolean tf_looking_visit(TfLooking *looking, int fd, const TfSpots *spots, TfPieceFunc func,
	gpointer user_data, TfContentsLimits *ret_limits, GError **error);

/* What confines it (process/confine.h); NULL before the first visit. */
const gchar *const *tf_looking_confinement(const TfLooking *looking);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfLooking, tf_looking_free)
