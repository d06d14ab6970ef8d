/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One member's token in work: what is known of it so far, and everything that is let go with it. */
#pragma once

#include "base/hex.h"
#include "batch/letter.h"
#include "batch/pins.h"
#include "disk/wipe.h"
#include "key/openssl.h"
#include "key/proof.h"
#include "ledger/job.h"
#include "record/evidence.h"
#include "record/outcome.h"

typedef enum TfStage {
	TF_STAGE_OPEN,
	TF_STAGE_LETTER,
	TF_STAGE_READY, /* waiting for a lane */
	TF_STAGE_FORMAT,
	TF_STAGE_IMPORT,
	TF_STAGE_AUDIT,
	TF_STAGE_PUBLISH,
	TF_STAGE_WIPE,
	TF_N_STAGES
} TfStage;

typedef struct TfTask {
	TfJob *job;
	/* what the opener said */
	guint8 sha256[TF_SHA256_SIZE];
	guint8 spki_sha256[TF_SHA256_SIZE];
	X509 *certificate; /* NULL: not opened yet */
	TfX509Stack *chain;
	TfCertificateFacts *facts;
	gchar *label;
	gboolean holds_one_secret;
	gboolean is_weak;
	GPtrArray *carried;
	GPtrArray *dropped_of_file;
	gchar *revocation;
	int key; /* pipe with the private key; -1: handed on, or not there */
	/* PINs */
	TfPins *pins;
	GBytes *resume; /* envelopes that are not in the ledger yet */
	GBytes *escrow;
	TfLetterFile *letter;
	/* on the token */
	gboolean erases;      /* the card held something, which is not erased yet */
	gint64 row;	      /* of the ledger; 0: no intent yet */
	gboolean is_imported; /* in the ledger, too */
	gboolean is_adopted;  /* by a run before this one */
	const gchar *reader;  /* that the card lies in, borrowed; NULL: no card */
	GBytes *key_id;
	TfTokenFacts *token;
	guint64 slot;
	GPtrArray *dropped;
	/* proven */
	TfChallenge *challenge;
	TfEvidence *evidence;
	GBytes *statement;
	GBytes *signature;
	TfProof *proof;
	/* wiped */
	gboolean is_wiping; /* since a run that died: the ledger has its trace */
	TfFound *found;
	TfWiping *wiping;
	TfOutcome *outcome;

	GError *problem;    /* it has failed */
	gboolean goes_back; /* the job waits again: nothing of it was tried in vain */
	TfStage stage;
	gint64 stage_began;	   /* monotonic microseconds */
	gint64 spent[TF_N_STAGES]; /* microseconds */
} TfTask;

/* Takes 'job' over. */
TfTask *tf_task_new(TfJob *job) G_GNUC_WARN_UNUSED_RESULT;
void tf_task_free(TfTask *task);

/* From one stage to the next; the time spent is added up. */
void tf_task_enter(TfTask *task, TfStage stage);

/* Milliseconds by stage as JSON, for the ledger. The caller frees. */
gchar *tf_task_timings(const TfTask *task) G_GNUC_WARN_UNUSED_RESULT;

/* What the token of the task has to sign for, in this ledger (law 1). Borrows from the task. */
TfChallengeContext tf_task_challenge_context(const TfTask *task, const gchar *ledger_uuid);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfTask, tf_task_free)
