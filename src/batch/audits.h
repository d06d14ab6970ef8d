/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The audits of one group: asked at once, and one by one when the auditor dies of one of them. */
#pragma once

#include "batch-private.h"
#include "peer-private.h"

typedef struct TfAudits TfAudits;

/* Draws a challenge for each task of 'group' (borrowed, as are its tasks). TF_ERROR_SYSTEM. */
TfAudits *tf_audits_new(
	TfBatch *batch, GPtrArray *group, guint deadline_seconds, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void tf_audits_free(TfAudits *audits);

/* Every task has its result or its problem. */
gboolean tf_audits_is_over(const TfAudits *audits);

/* Asks for all that have none, or for the next one alone. A PIN that cannot be handed over fails its task. */
void tf_audits_ask(TfAudits *audits, TfPeer *auditor);

/* AUDITED, checked: the results come in the order that was asked, and the next message is awaited. One out of
 * this order, or one too many: the auditor is refused, and nothing counts of what it said since it was asked.
 */
void tf_audits_take(TfAudits *audits, TfPeer *auditor, const TfMessage *audited);

/* AUDIT_ENDED: who was asked and has no result has failed. */
void tf_audits_end(TfAudits *audits);

/* The auditor died or refused. Of one task: it has failed. Of several: they are asked one by one from now on.
 */
void tf_audits_fail(TfAudits *audits, const GError *problem);

/* Nobody is left to ask: who has no result yet has failed of 'problem', and its job goes back. */
void tf_audits_give_up(TfAudits *audits, const GError *problem);

/* Turns evidence into proofs and problems. */
void tf_audits_judge(TfAudits *audits);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfAudits, tf_audits_free)
