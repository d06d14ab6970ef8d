/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A finished wipe, in the outcome and in the ledger's detail of the step 'wiped' ("W3 FG name-may-stay"). */
#pragma once

#include "disk/wipe.h"
#include "record/outcome.h"
#include "transfer/dialogue.h"

gchar *tf_wiped_detail(const TfWipeResult *result) G_GNUC_WARN_UNUSED_RESULT;

/* How reports call a source. */
#define TF_KIND_FILE  "pkcs12"
#define TF_KIND_STORE "nss"

/* Adds the file, or the store that the key was removed from, and what its suffixes leave unchecked. What
 * shares its blocks is kept; an outcome that is done is not so then. */
void tf_wiped_add(TfOutcome *outcome, const gchar *path, const gchar *kind, const TfWipeResult *result);

/* What shared its blocks and was deleted since is kept no more; an outcome that was not done for nothing else
 * is so then. TRUE when there was such. */
gboolean tf_wiped_review(TfOutcome *outcome);

/* The file that was added last, and what was kept for it: of those kept, all but the first 'n_kept'. */
void tf_wiped_tell(const TfDialogue *dialogue, const TfOutcome *outcome, const gchar *path, guint n_kept);

/* The same from the detail of a row that a dead run left at 'wiped'. Without a readable record of what was
 * reached, only "the name is gone" is claimed. */
void tf_wiped_add_recorded(TfOutcome *outcome, const gchar *path, const gchar *kind, const gchar *detail);

/* What 'from' says was wiped is told by 'to', and by 'from' no more. */
void tf_wiped_move(TfOutcome *to, TfOutcome *from);
