/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The journey of one key:
 *   open source -> show whose certificate -> choose token -> module and leak check -> intent -> import ->
 * audit -> proof
 *   -> record -> wipe -> record -> outcome
 * and its resumption: the same call after a death at any point goes on from what ledger and token say.
 */
#pragma once

#include <glib.h>

#include "ledger/ledger.h"
#include "profile/campaign.h"
#include "record/outcome.h"
#include "transfer/choice.h"
#include "transfer/dialogue.h"
#include "transfer/touch.h"

typedef struct TfTransferPlan {
	const gchar *source;	       /* path of the .p12, or of the folder of a store */
	gboolean is_from_store;	       /* --from-nss: the key store of a browser */
	const gchar *certificate_file; /* --certificate; NULL */
	gint key_index;		       /* --key, from 0; -1: ask when there are several */
	const gchar *crl;	       /* --crl; NULL */
	TfModuleRequest module;
	const gchar *token_uri;	    /* --token; NULL: the only one there is */
	const gchar *spare_uri;	    /* --spare; NULL: none */
	const TfCampaign *campaign; /* NULL: the one whose issuer the certificate names, or none */
	const gchar *profiles;	    /* --profiles: where campaigns are looked for first; NULL */
	const gchar *member_name;
	const gchar *member_number;
	const TfPosture *posture;    /* the state of the PC, exceptions confirmed; NULL: not looked at */
	gboolean accepts_pc;	     /* the member reports completion even so */
	gboolean was_infected;	     /* the member says that malware was on this PC */
	gboolean keeps_source;	     /* --keep-source */
	const gchar *wipe_backup;    /* --wipe-backup: the path on removable media that may be wiped */
	gboolean may_discard;	     /* --discard */
	const gchar *const *auditor; /* argv of the auditor */
	guint client_seconds;	     /* how long libp11 may take to answer the challenge; 0: 30 */
} TfTransferPlan;

/* Where the key is when a run stops, for the sentence every stop ends with. */
typedef enum TfWhereabouts {
	TF_WHERE_SOURCE,		   /* in the file or store, whole; nothing of it on a token */
	TF_WHERE_SOURCE_AND_TOKEN,	   /* in the file, whole, and written to the token */
	TF_WHERE_SOURCE_AND_PERHAPS_TOKEN, /* in the file, whole; a write to the token did not end cleanly */
	TF_WHERE_TOKEN,			   /* on the token, proven; the file is wiped or being wiped */
	TF_WHERE_TOKEN_ALONE,		   /* on the token, not proven; the file is gone or changed */
	TF_WHERE_UNKNOWN,		   /* this run learnt nothing about it */
	TF_N_WHEREABOUTS
} TfWhereabouts;

/*
 * Runs the journey. Returns the outcome (done, kept, claimed), which the ledger holds too; or NULL with an
 * error: TF_ERROR_EVIDENCE_REFUTED for a token that let the key out. *ret_where is set in every case. The
 * ledger is locked for the run.
 */
TfOutcome *tf_transfer(const TfTransferPlan *plan, TfLedger *ledger, const TfDialogue *dialogue,
	TfWhereabouts *ret_where, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* TfTouch: what tf_transfer() would touch, in its order; touches nothing but the source, read. 'ledger' is
 * only read (tf_ledger_open_to_read()); NULL when there is none yet, at 'ledger_path'. */
GPtrArray *tf_transfer_rehearse(const TfTransferPlan *plan, const gchar *ledger_path, TfLedger *ledger,
	const TfDialogue *dialogue, GError **error) G_GNUC_WARN_UNUSED_RESULT;
