/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A stage whose key was moved, and a folder of its own for what is left of it. */
#pragma once

#include "stage.h"
#include "transfer/cleaning.h"

typedef struct TfCleaningCase {
	TfStage *stage;
	gchar *ledger_path;
	gchar *home;
	const gchar *paths[2];
	const gchar *roles[3];
	TfSecret *password;
	TfCleaningPlan plan;
	TfSweepListener listener; /* hears, and does nothing */
	TfSweepResult search;	  /* of the last run */
} TfCleaningCase;

void tf_cleaning_case_set_up(TfCleaningCase *it, const gchar *program);
void tf_cleaning_case_clear(TfCleaningCase *it);

/* A file below the folder. */
gchar *tf_cleaning_case_below(const TfCleaningCase *it, const gchar *name) G_GNUC_WARN_UNUSED_RESULT;
void tf_cleaning_case_plant(const TfCleaningCase *it, const gchar *name, GBytes *content);
gboolean tf_cleaning_case_has(const TfCleaningCase *it, const gchar *name);

/* As a run does that dies then: the trace is durable, and no octet is overwritten. The file lay in a folder
 * that is synced. */
void tf_cleaning_case_begin_wipe(const TfCleaningCase *it, const gchar *name);

/* One run, with a ledger opened and closed around it, as a process would. */
TfOutcome *tf_cleaning_case_run(TfCleaningCase *it, GError **error) G_GNUC_WARN_UNUSED_RESULT;
TfOutcome *tf_cleaning_case_run_well(TfCleaningCase *it) G_GNUC_WARN_UNUSED_RESULT;
