/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What one run came to: the value from which every report is made, and nothing else. It holds no secret. */
#pragma once

#include <glib.h>
#include <jansson.h>

#include "record/evidence.h"
#include "record/facts.h"
#include "record/posture.h"
#include "record/search.h"

typedef enum TfStatus {
	TF_STATUS_DONE,	   /* proven on the token, and nothing of it left on the PC that this run knew of */
	TF_STATUS_KEPT,	   /* proven on the token; the source stays on the PC */
	TF_STATUS_CLAIMED, /* on the token, evidence too weak to wipe */
	TF_STATUS_REFUTED, /* the token let the key out; what the run wrote was removed */
	TF_STATUS_PROVISIONED, /* proven on a token that a batch made; the member's own PC was not seen */
	TF_N_STATUSES
} TfStatus;

typedef enum TfKeptWhy {
	TF_KEPT_BACKUP,	      /* on removable media: the member's backup, for a locked cabinet */
	TF_KEPT_NETWORK,      /* on network media */
	TF_KEPT_OTHER_SECRET, /* the file holds another secret (law 3) */
	TF_KEPT_ASKED,	      /* --keep-source */
	TF_KEPT_NEEDED,	      /* the member files with a service that takes only the file */
	TF_KEPT_EVIDENCE,     /* evidence claimed or refuted */
	TF_KEPT_WIPE_REFUSED, /* W0; 'detail' says why */
	TF_KEPT_MOVED,	      /* moved to a removable medium by this run */
	TF_KEPT_WITHIN,	      /* the key lies in something: an archive, a mail, a text, a database */
	TF_KEPT_IN_STORE,     /* in the key store of a browser, from which 'migrate --from-nss' removes it */
	TF_KEPT_LOCKED,	      /* not opened, so that what else is in the file is not known (law 3) */
	TF_KEPT_SHARED, /* a snapshot or copy with the blocks of a wiped file; the path is that file's where
			   it was not found out which */
	TF_KEPT_WIPE_INCOMPLETE, /* its wipe began and could not be finished; 'detail' says why */
	TF_N_KEPT_WHYS
} TfKeptWhy;

typedef enum TfUnchecked {
	TF_UNCHECKED_COPIES,	   /* other copies on this PC were not searched for */
	TF_UNCHECKED_OTHER_PLACES, /* other PCs, disks, phones, mail */
	TF_UNCHECKED_POSTURE,	   /* the state of the PC (no 'posture' in the outcome) */
	TF_UNCHECKED_REVOCATION,   /* no revocation list was given, or none that could be verified */
	TF_UNCHECKED_GENERATIONS,  /* earlier generations of the wiped file */
	TF_UNCHECKED_NAME,	   /* no --name was given to compare with */
	TF_N_UNCHECKED
} TfUnchecked;

/* Who confirmed what against the rules; each is named in the report. */
typedef enum TfException {
	TF_EXCEPTION_ISSUER,
	TF_EXCEPTION_NAME,
	TF_EXCEPTION_EXPIRED,
	TF_EXCEPTION_VALIDITY,
	TF_EXCEPTION_REVOKED,
	TF_EXCEPTION_MODULE,	       /* an untrusted or leaky module was used */
	TF_EXCEPTION_CLAIMED,	       /* wiped on claimed evidence, the token's serial typed */
	TF_EXCEPTION_KEPT,	       /* reported as completed although the source stays on the PC */
	TF_EXCEPTION_BACKUP_WIPED,     /* --wipe-backup */
	TF_EXCEPTION_TOKEN_UNVERIFIED, /* nobody has tried this kind of token */
	TF_EXCEPTION_SPARE,	       /* a spare that an earlier run wrote is left unproven */
	TF_EXCEPTION_POSTURE,	       /* what is not in order about the PC; which, the posture says. Without
					  one: that nobody looked */
	TF_N_EXCEPTIONS
} TfException;

typedef struct TfWiped {
	gchar *path;		/* NULL in an outcome read from a public copy */
	gchar *kind;		/* "pkcs12" */
	guint level;		/* 0..4 of W0..W4 */
	gchar *suffixes;	/* "FG"; "" when none */
	gboolean name_may_stay; /* in the journal or in folders of the file system */
	gboolean is_shared;	/* a snapshot or another file holds the same content still */
	GPtrArray *references;	/* gchar: which; NULL when not found out, and in a public copy */
} TfWiped;

typedef struct TfKept {
	gchar *path;
	gchar *kind;
	TfKeptWhy why;
	gchar *detail; /* NULL when 'why' says all */
} TfKept;

/* The key on one token, with what proves it. */
typedef struct TfPlacement {
	TfTokenFacts *token;
	TfModuleFacts *module;
	gchar *key_id; /* CKA_ID, hexadecimal */
	TfEvidence *evidence;
	GBytes *statement; /* the challenge's statement (key/proof.h); NULL when there was none */
} TfPlacement;

typedef struct TfOutcome {
	TfStatus status;
	gchar *run;	/* "LEDGER-UUID/ROW" */
	gint64 started; /* seconds since the epoch */
	gint64 finished;
	gint64 completed_at;  /* of a run that a later one completed: when; else 0 */
	gchar *campaign;      /* name of the campaign profile */
	gchar *member_name;   /* NULL when not given */
	gchar *member_number; /* NULL when not given */
	TfCertificateFacts *certificate;
	GBytes *certificate_der; /* public; lets anyone check the signature of 'statement' offline */
	gchar *source_sha256;	 /* hexadecimal */
	gchar *revocation;	 /* "unknown", "good" or "revoked" */
	TfSearch *search; /* of a supplement, that tells what became of left-over copies; NULL: it is none */
	gboolean knows_exposure; /* of a run that moved the key: where its source lay was looked at, and … */
	guint exposures;	 /* … these (1 << TfExposure) speak for others knowing it; 0: none seen */
	TfPosture *posture;	 /* the state of the PC; NULL: not looked at */
	GPtrArray *placements;	 /* TfPlacement: the token, then the spare */
	GPtrArray *wiped;	 /* TfWiped */
	GPtrArray *kept;	 /* TfKept */
	GPtrArray *carried;	 /* gchar: attributes of the file carried over to the token */
	GPtrArray *dropped;	 /* gchar: attributes of the file that were not */
	GArray *unchecked;	 /* TfUnchecked */
	GArray *exceptions;	 /* TfException */
	gchar *report_text;	 /* paths of the reports, NULL until written */
	gchar *report_json;
	gchar *report_mail;
} TfOutcome;

TfOutcome *tf_outcome_new(void);
void tf_outcome_free(TfOutcome *outcome);

TfPlacement *tf_placement_new(void);
void tf_placement_free(TfPlacement *placement);

/* The new entry, borrowed, for what else is known of it. */
TfWiped *tf_outcome_add_wiped(
	TfOutcome *outcome, const gchar *path, const gchar *kind, guint level, const gchar *suffixes);
void tf_outcome_add_kept(
	TfOutcome *outcome, const gchar *path, const gchar *kind, TfKeptWhy why, const gchar *detail);
void tf_outcome_add_unchecked(TfOutcome *outcome, TfUnchecked unchecked); /* once each */
gboolean tf_outcome_is_unchecked(const TfOutcome *outcome, TfUnchecked unchecked);
void tf_outcome_add_exception(TfOutcome *outcome, TfException exception); /* once each */
gboolean tf_outcome_has_exception(const TfOutcome *outcome, TfException exception);

/* What was found about the PC, in the place of what was there before, with its exception; it is not unchecked
 * any more. NULL: it was not looked at, and that is noted as unchecked. Copied. */
void tf_outcome_set_posture(TfOutcome *outcome, const TfPosture *posture);

/* The member reports completion whatever is not in order about the PC, or though nobody looked at it. */
void tf_outcome_accept_pc(TfOutcome *outcome);

/* The PC was not looked at, or an answer about it is no or unknown, and the member did not confirm it. */
gboolean tf_outcome_leaves_pc_open(const TfOutcome *outcome);

/* Whether others may know the key, as far as this run or search saw; FALSE: it did not look. */
gboolean tf_outcome_tells_exposure(const TfOutcome *outcome);
guint tf_outcome_exposures(const TfOutcome *outcome); /* of 1 << TfExposure */

/* The sentence 'completed' may stand only then: TF_STATUS_DONE, or TF_STATUS_KEPT with TF_EXCEPTION_KEPT; and
 * never of a supplement, when the certificate was revoked, the evidence is below 'claimed and confirmed', or
 * the PC is left open, as above. */
gboolean tf_outcome_may_claim_completion(const TfOutcome *outcome);

/* The day that a report bears: 'completed_at', where completion may be claimed only since then, else
 * 'finished'. */
gint64 tf_outcome_date(const TfOutcome *outcome);

const gchar *tf_status_name(TfStatus status);	       /* "done", "kept", "claimed", "refuted" */
const gchar *tf_kept_why_name(TfKeptWhy why);	       /* "backup" */
const gchar *tf_unchecked_name(TfUnchecked unchecked); /* "copies" */
const gchar *tf_exception_name(TfException exception); /* "issuer" */

/* The 'result' object of cli.md ("type":"result" included), with the fields above added: "spare" holds the
 * second placement, "certificate_der" and "statement" are base64, "completed" says whether completion may be
 * claimed. 'certificate', and token, module and evidence of each placement, must be there. */
json_t *tf_outcome_to_json(const TfOutcome *outcome);

/* The copy that is meant to be sent: files by kind, count and level or why, no paths and no 'report'; home
 * directories in the module's path are written as ~. */
json_t *tf_outcome_to_json_public(const TfOutcome *outcome);

/*
 * Reads both copies back, with every field bounded and checked: the text may come from anyone.
 * TF_ERROR_EVIDENCE_UNREADABLE, also when grade, status or completion contradict the evidence. 'path' of the
 * files of a public copy is NULL. That the facts are those of 'certificate_der' is not checked beyond its
 * SHA-256, nor is a signature: that is key/.
 */
TfOutcome *tf_outcome_from_json(const json_t *object, const gchar *name, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfOutcome, tf_outcome_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfPlacement, tf_placement_free)
