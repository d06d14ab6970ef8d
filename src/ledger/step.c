/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ledger/step.h"

#include <string.h>

#define TO(step) (1u << TF_STEP_##step)

typedef struct StepRow {
	const gchar *name;
	gboolean is_on_token;
	guint successors;
} StepRow;

static const StepRow rows[TF_N_STEPS] = {
	[TF_STEP_INTENT] = { "intent", FALSE, TO(IMPORTED) | TO(UNDONE) | TO(REFUTED) | TO(REMOVING) },
	[TF_STEP_IMPORTED] = { "imported", TRUE, TO(PROVED) | TO(UNDONE) | TO(REFUTED) | TO(REMOVING) },
	[TF_STEP_PROVED] = { "proved", TRUE,
		TO(PROVED) | TO(WIPING) | TO(KEPT) | TO(DONE) | TO(PROVISIONED) | TO(UNDONE) | TO(REFUTED) |
			TO(REMOVING) },
	[TF_STEP_WIPING] = { "wiping", TRUE, TO(WIPING) | TO(WIPED) | TO(KEPT) },
	[TF_STEP_WIPED] = { "wiped", TRUE, TO(DONE) | TO(PROVISIONED) },
	[TF_STEP_DONE] = { "done", TRUE, TO(DONE) | TO(REMOVING) },
	[TF_STEP_KEPT] = { "kept", TRUE,
		TO(PROVED) | TO(WIPING) | TO(KEPT) | TO(PROVISIONED) | TO(UNDONE) | TO(REFUTED) |
			TO(REMOVING) },
	[TF_STEP_PROVISIONED] = { "provisioned", TRUE, TO(REMOVING) },
	[TF_STEP_UNDONE] = { "undone", FALSE, 0 },
	[TF_STEP_REFUTED] = { "refuted", FALSE, 0 },
	[TF_STEP_REMOVING] = { "removing", FALSE, TO(REMOVING) | TO(REMOVED) },
	[TF_STEP_REMOVED] = { "removed", FALSE, 0 },
};

gboolean tf_step_is_on_token(TfStep step)
{
	return rows[step].is_on_token;
}

gboolean tf_step_is_finished(TfStep step)
{
	return step == TF_STEP_DONE || step == TF_STEP_PROVISIONED;
}

gboolean tf_step_may_follow(TfStep from, TfStep to)
{
	return (rows[from].successors & (1u << to)) != 0;
}

const gchar *tf_step_name(TfStep step)
{
	return rows[step].name;
}

gboolean tf_step_from_name(const gchar *name, TfStep *ret_step)
{
	for (guint i = 0; name != NULL && i < TF_N_STEPS; i++) {
		if (strcmp(name, rows[i].name) == 0) {
			*ret_step = (TfStep)i;
			return TRUE;
		}
	}

	return FALSE;
}
