/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A batch of members on SoftHSM, run in this process, with the test itself executed again as its children:
 * they are the real ones, but for one role that misbehaves as long as the world says so. Everything asserts.
 */
#pragma once

#include "batch/batch.h"
#include "fixtures.h"

#define TF_BATCH_MEMBERS 3u

typedef enum TfMisconduct {
	TF_CONDUCT_GOOD,
	TF_MISCONDUCT_KILLED,	/* while it starts */
	TF_MISCONDUCT_DIES,	/* of any question, and then while it starts */
	TF_MISCONDUCT_BABBLES,	/* answers what is no message */
	TF_MISCONDUCT_EAGER,	/* gives the evidence of an auditor before it is asked */
	TF_MISCONDUCT_CHATTERS, /* an auditor that has one answer, for ever */
	TF_MISCONDUCT_LIES,	/* a worker whose tokens, after the first one, are all of the world's 'lie' */
	TF_MISCONDUCT_LITTERS,	/* a worker that makes a folder in its first token */
	TF_N_MISCONDUCTS
} TfMisconduct;

typedef struct TfBatchWorld {
	gchar *directory;
	gchar *script;	/* of the mock, through which tokens are made */
	gchar *conduct; /* the file that children read */
	gchar *lie;	/* serial number of a token */
	gchar *sources[TF_BATCH_MEMBERS];
	TfModuleFacts *module;
	gchar *module_arguments;
	TfTokenProfile *family;
	TfPasswords *passwords;
	TfStationKey *key;
	gchar *ledger_path;
	TfLedger *ledger;
	TfBatchPlan plan; /* tests change it */
	TfBatchResult result;
	guint n_told[TF_N_BATCH_NEWS];					   /* in the last run */
	void (*hook)(struct TfBatchWorld *world, const TfBatchNews *news); /* NULL: none */
} TfBatchWorld;

/* First in main(), after tf_secret_setup(): never returns when this process is a child of a batch. */
void tf_batch_world_main(int argc, char **argv);

/* As GTest's fixture. */
void tf_batch_world_set_up(TfBatchWorld *world, gconstpointer data);
void tf_batch_world_tear_down(TfBatchWorld *world, gconstpointer data);

/* From the next start of a child on, or its next question. 'role' as of TfRole. */
void tf_batch_world_misbehave(const TfBatchWorld *world, const gchar *role, TfMisconduct conduct);
void tf_batch_world_script(const TfBatchWorld *world, const gchar *text);

gboolean tf_batch_world_run(TfBatchWorld *world, GError **error);

/* The run ended in order with so many made and failed. */
void tf_batch_world_assert_run(TfBatchWorld *world, guint n_provisioned, guint n_failed);

/* Of the ledger. */
guint64 tf_batch_world_count(const TfBatchWorld *world, TfJobState state);

/* Tokens that are published, and sources that are whole. */
guint tf_batch_world_n_tokens(const TfBatchWorld *world);
guint tf_batch_world_n_sources(const TfBatchWorld *world);
