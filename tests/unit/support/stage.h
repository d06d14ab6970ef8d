/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * All that one journey needs: a member's .p12 and a SoftHSM token in one private directory, a ledger,
 * answers, a plan. A program that uses it calls tf_stage_main() first, which also serves as the auditor it
 * executes.
 */
#pragma once

#include <glib.h>

#include "answers.h"
#include "fixtures.h"
#include "soft-token.h"
#include "transfer/transfer.h"

#define TF_STAGE_PASSWORD "PIN-kodo 4711"

typedef struct TfStage {
	gchar *directory;
	gchar *source; /* path of the .p12 */
	GBytes *content;
	TfFixtureMember *member;
	TfSoftToken *token;
	gchar *ledger_url;
	TfAnswers answers;
	TfTransferPlan plan; /* of the SoftHSM token; tests change it */
	const gchar *auditor[3];
	TfWhereabouts where; /* of the last run */
} TfStage;

/* Call in main() after tf_secret_setup(): never returns when this process was executed as the auditor,
 * or as one that looks into files (PROGRAM --role looker). */
void tf_stage_main(int argc, char **argv);

/* With a member of 'key_type' (fixtures.h). */
TfStage *tf_stage_new(const gchar *key_type, const gchar *program);
void tf_stage_free(TfStage *stage);

/* The member's certificate is another one from now on, for this keyUsage (fixtures.h). */
void tf_stage_use(TfStage *stage, const gchar *usage);

/* One run of the journey with a ledger opened and closed around it, as a process would. */
TfOutcome *tf_stage_run(TfStage *stage, GError **error);

/* The source is there, byte for byte. */
gboolean tf_stage_source_is_whole(const TfStage *stage);
gboolean tf_stage_source_is_gone(const TfStage *stage);

/* Private keys on the token, counted by raw Cryptoki in a look of its own. */
guint tf_stage_count_private_keys(const TfStage *stage);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfStage, tf_stage_free)
