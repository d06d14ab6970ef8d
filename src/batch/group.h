/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a lane does with a whole group of TfTask at once: each a transaction of the ledger, which is one sync.
 * A task that cannot go on gets its 'problem' and stays in the group; FALSE with an error is for what
 * concerns all: ledger, store, letters.
 */
#pragma once

#include "batch-private.h"

/* Ends what tf_ledger_group_begin() began: when all of it 'is_recorded' it is in the ledger as a whole, else
 * not at all, and FALSE. */
gboolean tf_group_commit(TfBatch *batch, gboolean is_recorded, GError **error);

/* Out of the group with those that have a problem: each is a failed job, told. 'keeps_pins': there is a token
 * that they open. */
void tf_group_drop_failed(TfBatch *batch, const gchar *lane, GPtrArray *group, gboolean keeps_pins);

/* Law 5: letter, envelopes and intent are durable before the first write. 'confinement': what holds the
 * process that will write. */
gboolean tf_group_plan(
	TfBatch *batch, const gchar *lane, const gchar *const *confinement, GPtrArray *group, GError **error);

/* The letter of the task, when one was drawn, gets its name. It is there before the intent: an intent without
 * a letter would be a token whose PIN nobody knows. A letter without an intent is replaced by the next run.
 */
gboolean tf_group_publish_letter(TfTask *task, GError **error);

/* Of a token that there is not: it would open nothing. */
void tf_group_remove_letter(const TfBatch *batch, const TfTask *task);
void tf_group_remove_letter_of(const TfBatch *batch, const TfJob *job);

/* Every object is written, and which token it is. One that is another member's as far as the ledger or the
 * group knows: TF_ERROR_TOKEN_PROVISIONED is that task's problem. */
gboolean tf_group_record_imported(TfBatch *batch, GPtrArray *group, GError **error);

/* The proven tokens come into being, durably. One that cannot be published has a problem of its own. */
gboolean tf_group_publish(
	TfBatch *batch, const gchar *lane, const TfStaging *staging, GPtrArray *group, GError **error);

/* The proofs only, of tokens that are where they should be. */
gboolean tf_group_prove(TfBatch *batch, GPtrArray *group, GError **error);

/* Sources: kept by the rules, or wiped, each with its proof (law 1). One that cannot be wiped is kept, and
 * said. */
gboolean tf_group_wipe(TfBatch *batch, const gchar *lane, GPtrArray *group, GError **error);

/* How it was wiped, into the task's outcome and the ledger. */
gboolean tf_group_record_wiped(TfBatch *batch, TfTask *task, const TfWipeResult *result, GError **error);

/* The end: escrow files, outcomes, 'provisioned'; counted and told. One whose letter is not there has failed,
 * and keeps its PINs. 'owes_label': of a card, no reader will
 * say how it is to be labelled. */
gboolean tf_group_provision(
	TfBatch *batch, const gchar *lane, GPtrArray *group, gboolean owes_label, GError **error);
