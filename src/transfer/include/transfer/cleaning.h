/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The left-over copies of one key are destroyed, whose own PC this may not be:
 *   fresh proof by the token -> finish what a dead run began -> search -> decide -> ask -> record -> wipe
 *   -> record -> outcome
 */
#pragma once

#include "transfer/sweep.h"
#include "transfer/transfer.h"
#include "transfer/verification.h"

typedef struct TfCleaningPlan {
	TfVerificationPlan verification; /* which token, and what its key is held against */
	const gchar *key_id; /* --id: which of the token's keys, in hexadecimal; NULL: the only one, or the
				only one that a run of this ledger moved, or the one that somebody chooses */
	const gchar *const *paths; /* where to search; wipe_backup is looked at besides */
	TfSweepScope scope;
	const gchar *const *program; /* argv of our children (disk/looking.h) */
	const TfSecret *password;    /* the PIN code, tried once on each file; NULL: none */
	const gchar
		*wipe_backup; /* --wipe-backup: the one path that may be wiped on removable or network media
			       */
	gboolean may_discard; /* --discard */
	const TfCampaign *campaign; /* NULL: the one whose issuer the certificate names, or none */
	const gchar *profiles;	    /* --profiles; NULL */
	const gchar
		*member_name; /* NULL: as the ledger's report of this key has it, or none; so the number */
	const gchar *member_number;
	const GPtrArray *elsewhere; /* gchar: where else the file ever was, in the member's words */
	gboolean was_infected;	    /* the member says that malware was on this PC */
} TfCleaningPlan;

/*
 * The outcome, a supplement: wiped and kept are what was found of the key that the token proved to hold. Only
 * a file that as a whole is that key is wiped, and only when it is what it was when the search read it. The
 * ledger is locked for the run. TF_ERROR_TOKEN_SEVERAL_KEYS when nothing says which of the token's keys
 * it is; TF_ERROR_EVIDENCE_REFUTED, TF_ERROR_PROOF_INVALID; TF_ERROR_WIPE_INCOMPLETE, after which the next
 * run goes on; errors of tf_verify() and tf_sweep().
 */
TfOutcome *tf_clean(const TfCleaningPlan *plan, TfLedger *ledger, const TfDialogue *dialogue,
	const TfSweepListener *listener, TfSweepResult *ret_search, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Its report is written: the ledger remembers it, and what it says was wiped is not told again. Until then
 * the next run's outcome says it, too. */
gboolean tf_clean_told(const TfOutcome *outcome, TfLedger *ledger, GError **error);

/* TfTouch: what tf_clean() would touch, as far as that is known without the token. 'known' is what a key is
 * held against; 'ledger' is only read, NULL when there is none yet at 'ledger_path'. */
GPtrArray *tf_clean_rehearse(const TfCleaningPlan *plan, TfKnown *known, const gchar *ledger_path,
	TfLedger *ledger, const TfSweepListener *listener, TfSweepResult *ret_search,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;
