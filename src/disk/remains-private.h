/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is left of a file that has no name any more: copies in the journal, its name, its free blocks. */
#pragma once

#include <glib.h>

#include "disk/media.h"
#include "disk/wipe.h"

typedef struct TfRemains {
	gboolean journal_may_hold_content; /* FALSE only where there is none that could, or it was emptied */
	gboolean name_may_stay;		   /* FALSE only where journal and folder are known to be rid of it */
	gboolean is_discarded;		   /* the device was told to discard all free blocks, and agreed */
} TfRemains;

/* Whether the journal would be emptied. */
gboolean tf_remains_empties_journal(const TfMedia *media, const TfWipeOptions *options);

/* Removes what the options allow, of what was in the folder; says what is known then. The folder is synced.
 */
TfRemains tf_remains_clear(int directory, const TfMedia *media, const TfWipeOptions *options);
