/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The batch loop: every waiting job of the ledger gets a token. Members come out of the ledger one after the
 * other, their files are opened ahead, and each lane (a reader, or a staging store of SoftHSM) takes the next
 * ones.
 *
 *   claim ─► open ahead ─► PINs, letter ─► intent ─► format, import ─► audit ─► proof ─► publish ─► wipe ─►
 * provisioned
 *
 * SIGKILL at any point loses no key, provisions no token twice, mixes up no members and leaves no token whose
 * PINs nobody knows: the same call goes on (law 5).
 */
#pragma once

#include <glib.h>

#include "batch/passwords.h"
#include "batch/station-key.h"
#include "ledger/job.h"
#include "profile/campaign.h"
#include "profile/token-profile.h"
#include "record/facts.h"
#include "record/outcome.h"
#include "transfer/family.h"

/* Which member a card is for that nobody was begun with. */
typedef enum TfBatchAssign {
	TF_BATCH_ASSIGN_NEXT,	/* who demands it by its serial number, else the next one */
	TF_BATCH_ASSIGN_SERIAL, /* who demands it, and nobody else: the run ends without the others */
	TF_BATCH_ASSIGN_ASK,	/* whom the operator names */
	TF_N_BATCH_ASSIGNS
} TfBatchAssign;

typedef struct TfBatchPlan {
	const gchar *const *program; /* argv that a role's name is put behind */
	const TfModuleFacts *module;
	const gchar *module_arguments; /* NULL: none */
	const TfTokenProfile *family;  /* of the tokens; NULL: not known */
	const TfFamilies *families;    /* of all cards; NULL: the tokens are SoftHSM's */
	TfBatchAssign assign;	       /* of cards */
	gboolean reformats;	       /* cards that are not empty are erased */
	const TfSecret *so_pin;	       /* that such cards have; NULL: only those that ask for none */
	const TfCampaign *campaign;    /* NULL: none */
	const gchar *crl_path;	       /* NULL: revocation is unknown */
	TfPasswords *passwords;	       /* NULL: no file has one */
	const gchar *letters;	       /* directory; NULL: none are made */
	const gchar *language;	       /* of the letters */
	X509 *escrow;		       /* NULL: nothing is sealed to anybody */
	const TfStationKey *station_key;
	const gchar *operator;
	const gchar *station;
	gboolean keeps_source;
	gboolean skips_client; /* libp11 is not asked: for measuring */
	guint n_lanes;	       /* 0: one for each processor */
	guint answer_ms;       /* that a worker or auditor may take for an answer; 0: as long as is usual */
} TfBatchPlan;

typedef enum TfBatchNewsKind {
	TF_BATCH_CONFINED,    /* 'lane', 'names': which confinement its worker has */
	TF_BATCH_RESUMED,     /* 'job': a token that an earlier run began */
	TF_BATCH_STEP,	      /* 'lane', 'job', 'step' */
	TF_BATCH_PROVISIONED, /* 'lane', 'job', 'token'; 'label': still to be put on its card; NULL: no;
			       * 'kept': its file was not wiped; NULL: it was */
	TF_BATCH_FAILED,      /* 'job', 'problem'; 'lane' NULL before it had one */
	TF_BATCH_RESTARTED,   /* 'lane' (NULL: of what runs ahead), 'problem': a process is started again */
	TF_BATCH_GIVEN_UP,    /* 'lane', 'problem': makes no token any more in this run */
	TF_BATCH_INSERT,      /* 'lane' has no token; 'job': this member's is wanted, NULL: anybody's */
	TF_BATCH_HELD_UP,     /* 'problem': nothing can be put in now; goes on by itself */
	TF_BATCH_WARNED,      /* 'problem': of no member's token, and goes on */
	TF_BATCH_TAKE_OUT,    /* 'lane', 'label': its token is done and to be labelled, NULL: is not */
	TF_N_BATCH_NEWS
} TfBatchNewsKind;

typedef enum TfBatchStep {
	TF_BATCH_STEP_FORMAT,
	TF_BATCH_STEP_IMPORT,
	TF_BATCH_STEP_AUDIT,
	TF_BATCH_STEP_EMPTY, /* of a card that gave its key away */
	TF_BATCH_STEP_PUBLISH,
	TF_BATCH_STEP_WIPE,
	TF_N_BATCH_STEPS
} TfBatchStep;
const gchar *tf_batch_step_name(TfBatchStep step); /* "format" */

typedef struct TfBatchNews {
	TfBatchNewsKind kind;
	const gchar *lane; /* name of the reader or staging store */
	const TfJob *job;
	TfBatchStep step;
	const TfTokenFacts *token;
	const GError *problem;
	const gchar *const *names;
	const gchar *label;
	const TfKept *kept;
} TfBatchNews;

/* About the card in a reader, one question at a time: whose it is (a registration number), or whether it is
 * this one's. */
typedef struct TfBatchQuestion {
	const gchar *lane;
	const TfJob *job;		       /* NULL: whose is it? */
	const TfCertificateFacts *certificate; /* what goes onto the card for 'job' */
	const GError *problem;		       /* why the answer before did not do; NULL */
} TfBatchQuestion;

typedef struct TfBatchAnswer {
	gchar *text;
	gboolean is_yes;
	gboolean is_no;
	gboolean is_void; /* the line was begun before the question stood: asked again */
} TfBatchAnswer;
void tf_batch_answer_clear(TfBatchAnswer *answer);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(TfBatchAnswer, tf_batch_answer_clear)

typedef struct TfBatchListener {
	void (*tell)(const TfBatchNews *news, gpointer user_data);
	gboolean (*is_interrupted)(
		gpointer user_data); /* no further job is begun; those begun come to their end */
	int interrupt_fd;	     /* readable when that may have become so; -1: asked now and then */
	/* For TF_BATCH_ASSIGN_ASK: 'ask' does not wait, 'answers_fd' is readable when a line was typed,
	 * 'hear' takes it; FALSE: nobody answers any more, and the run ends. 'withdraw': the card of the
	 * question that stands was taken out of the reader 'lane', and the next line answers nothing. */
	void (*ask)(const TfBatchQuestion *question, gpointer user_data);
	void (*withdraw)(const gchar *lane, gpointer user_data);
	int answers_fd;
	gboolean (*hear)(TfBatchAnswer *ret_answer, gpointer user_data);
	gpointer user_data;
} TfBatchListener;

typedef struct TfBatchResult {
	guint64 n_provisioned; /* by this run */
	guint64 n_failed;
	gboolean was_interrupted;
} TfBatchResult;

/*
 * TRUE when every job that could be begun came to an end, failed ones included. FALSE: the run cannot go on
 * (ledger, letters, the module itself), and everything begun is resumed by the next one. TF_ERROR_LEDGER_BUSY
 * when another supervisor works on the ledger. TF_ERROR_WORKER_BROKEN, or what a child says that cannot be
 * set up: no lane is left, or nothing that opens files; whoever has no token waits.
 */
gboolean tf_batch_run(const TfBatchPlan *plan, TfLedger *ledger, const TfBatchListener *listener,
	TfBatchResult *ret_result, GError **error);
