/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One key on one token: chosen, written, proven, or undone. A transfer has one destination, and a second for
 * --spare. */
#pragma once

#include "key/proof.h"
#include "ledger/ledger.h"
#include "source.h"
#include "token/audit.h"
#include "transfer/choice.h"
#include "transfer/dialogue.h"
#include "transfer/transfer.h"

typedef struct TfDestination {
	gboolean is_spare;
	TfTokenFacts *token;
	TfModuleFacts *module;
	gchar *module_arguments;      /* that it was initialised with */
	gboolean is_exception;	      /* the module was confirmed against the rules */
	gboolean is_unverified;	      /* nobody had tried this kind of token, which was confirmed */
	const TfTokenProfile *family; /* borrowed from the plan's cards; NULL: not known */
	const TfReader *reader;	      /* the same; where the token lies */
	TfSecret *pin;		      /* that succeeded in this run; NULL for the protected path */
	gint64 row;		      /* of the ledger */
	GBytes *key_id;
	GPtrArray *dropped; /* attributes the token refused to take */
	TfEvidence *evidence;
	GBytes *statement;
	GBytes *signature;
	TfProof *proof;
} TfDestination;

/* What the functions below need of the run. */
typedef struct TfRun {
	const TfTransferPlan *plan;
	TfLedger *ledger;
	const TfDialogue *dialogue;
	TfWhereabouts where;
	guint n_holders; /* tokens that this run left the key on: the first stays when a spare fails */
	/* TfLoadedModule, loaded when first needed. To initialise a module costs a smart card as much as all
	 * that is written to it, so they stay, until another process has to have the tokens. */
	GPtrArray *modules;
	guint exposures; /* what a run that died knew of the same file, as in TfOutcome */
} TfRun;

/* Finalises the modules. */
void tf_run_close_modules(TfRun *run);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(TfRun, tf_run_close_modules)

/* The source is whole and the last token looked at holds nothing of it: where the key is then. */
TfWhereabouts tf_run_where_without(const TfRun *run);

/* Chooses the token of 'uri' and looks at it. */
TfDestination *tf_destination_choose(
	TfRun *run, const gchar *uri, gboolean is_spare, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Finalises the modules that none of 'destinations' is in: they need not be there while a key is in memory.
 */
void tf_run_keep_modules(TfRun *run, const GPtrArray *destinations);

/* That its card, if it is one, is formatted to the end and its access rules are in force, whatever the module
 * says: TF_ERROR_TOKEN_NOT_ACTIVATED, TF_ERROR_TOKEN_NOT_INITIALIZED. */
gboolean tf_destination_check_card(const TfDestination *destination, GError **error);

/* That the token's family takes the key, and takes it from whoever has the user PIN, before anything is
 * written: TF_ERROR_TOKEN_UNSUPPORTED. A family that is not known, or whose sizes are not, takes any. */
gboolean tf_destination_check_key(const TfDestination *destination, const TfKeypair *keypair, GError **error);

/* The destination that a ledger row describes, for a proof or an undoing without the source. */
TfDestination *tf_destination_of_row(
	TfRun *run, const TfLedgerRow *row, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void tf_destination_free(TfDestination *destination);

/* What the ledger knows of a key on a token. */
typedef struct TfEarlier {
	gboolean is_ours;	 /* a run of ours planned the key under this CKA_ID and did not undo it */
	gboolean is_unfinished;	 /* and did not come to the end of its write */
	gboolean owns_fragments; /* before which no fragment lay on the token */
	gboolean is_there;	 /* the key itself lies on the token, whole */
	guint n_fragments;	 /* on the token before the write, none of them ours */
	gint64 row;		 /* the row to go on with; 0: a new one */
	TfStep step;		 /* of that row */
} TfEarlier;

/* By the ledger alone (nothing 'is_there'), for the key_id of 'destination'; 'spare_of' as below. */
gboolean tf_destination_look_up(TfLedger *ledger, const TfDestination *destination, const TfSource *source,
	gint64 spare_of, TfEarlier *ret_earlier, GError **error);

/*
 * Intent, import, record. 'spare_of' is the row of the first destination, 0 for the first destination itself.
 * A row of an earlier run for this source and token is gone on with; a key on the token that no row of ours
 * planned is not touched.
 */
gboolean tf_destination_write(
	TfRun *run, TfDestination *destination, const TfSource *source, gint64 spare_of, GError **error);

/* What a challenge is bound to; the strings are borrowed from run and destination. */
typedef struct TfSubject {
	X509 *certificate;
	const TfX509Stack *chain; /* NULL when unknown */
	const TfSource *source;	  /* where the key lies besides; NULL when that is not known */
	guint8 source_sha256[TF_SHA256_SIZE];
} TfSubject;
TfChallengeContext tf_destination_context(
	const TfRun *run, const TfDestination *destination, const TfSubject *subject);

/*
 * Audit, proof, record. The key must not be held by this process any more. When the token let the key out, or
 * cannot answer for it, what was written is removed: TF_ERROR_EVIDENCE_REFUTED, TF_ERROR_PROOF_INVALID.
 */
gboolean tf_destination_prove(
	TfRun *run, TfDestination *destination, const TfSubject *subject, GError **error);

/* The same for a source that is half wiped already: nothing is recorded, and nothing is ever removed from the
 * token, which may hold the only key. */
gboolean tf_destination_prove_again(
	TfRun *run, TfDestination *destination, const TfSubject *subject, GError **error);

/* For the outcome. */
TfPlacement *tf_destination_describe(const TfDestination *destination) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfDestination, tf_destination_free)
