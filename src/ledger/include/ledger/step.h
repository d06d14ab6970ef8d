/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The steps of one migration and their lawful successors: one table, which the ledger enforces in the same
 * transaction. */
#pragma once

#include <glib.h>

typedef enum TfStep {
	TF_STEP_INTENT,	  /* the token may be written from now on; the planned CKA_ID is durable */
	TF_STEP_IMPORTED, /* every object was written */
	TF_STEP_PROVED,	  /* audited; statement, signature and evidence are in the row */
	TF_STEP_WIPING,	  /* the source may be destroyed from now on; where and under which name is durable */
	TF_STEP_WIPED,	  /* it is */
	TF_STEP_DONE,	  /* the outcome is in the row */
	TF_STEP_KEPT,	  /* proven, the source kept; a later run may still wipe it */
	TF_STEP_PROVISIONED, /* all that a batch does for a member; the outcome is in the row */
	TF_STEP_UNDONE,	     /* nothing of this row is on the token any more */
	TF_STEP_REFUTED,     /* the token let the key out; nothing of this row is on it any more */
	TF_STEP_REMOVING,    /* somebody wants the retired key gone: it may be destroyed from now on */
	TF_STEP_REMOVED,     /* it is, and nothing of this row is on the token any more */
	TF_N_STEPS
} TfStep;

/*
 * intent -> imported, undone, refuted; imported -> proved, undone, refuted; proved -> proved (audited again),
 * wiping, kept, done (a spare's row), undone, refuted; wiping -> wiping, wiped, kept; wiped -> done; kept ->
 * proved, wiping, kept, undone, refuted; done -> done (the report written again). undone and refuted are
 * final. In a batch proved, kept and wiped -> provisioned, and not done: the member's own PC is still to be
 * swept. A key may be removed from intent, imported, proved, done, kept and provisioned, but not while its
 * file is being wiped: -> removing; removing -> removing, removed, which is final.
 */
gboolean tf_step_may_follow(TfStep from, TfStep to);

/* Whether the key of a row at this step is on its token, as far as the ledger knows. */
gboolean tf_step_is_on_token(TfStep step);

/* done or provisioned: nothing is left to do for the row, and its outcome is no draft. */
gboolean tf_step_is_finished(TfStep step);

const gchar *tf_step_name(TfStep step); /* "intent" */
gboolean tf_step_from_name(const gchar *name, TfStep *ret_step);
