/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* An expired or retired key is destroyed on its token, with its certificates, after it was shown. */
#pragma once

#include <glib.h>

#include "record/facts.h"
#include "transfer/choice.h"
#include "transfer/dialogue.h"

typedef struct TfRemovalPlan {
	TfModuleRequest module;
	const gchar *token_uri;
	const gchar *id;	  /* --id, hexadecimal; NULL: the only expired one */
	const gchar *ledger_path; /* gets its record when it exists and knows the key; NULL: none */
	gboolean is_dry_run;	  /* shown, and left as it is */
} TfRemovalPlan;

typedef struct TfRemoval {
	TfTokenFacts *token;
	gchar *key_id; /* CKA_ID, hexadecimal */
	gboolean has_private_key;
	gboolean is_valid;	   /* a certificate of the key is valid today */
	GPtrArray *certificates;   /* TfCertificateFacts; the one that is valid longest is the first */
	GPtrArray *intermediates;  /* TfCertificateFacts: go with it, since nothing else there needs them */
	gboolean is_known;	   /* the ledger knows the key on this token */
	gboolean source_was_wiped; /* as far as the ledger knows: this may be the only copy */
	gboolean is_elsewhere;	   /* as far as the ledger knows, another token holds the key, too */
} TfRemoval;
void tf_removal_free(TfRemoval *removal);

/*
 * What was (or would be) removed. A key whose certificate is still valid goes only when the person types the
 * token's label or the CKA_ID; an expired one after a yes. TF_ERROR_TOKEN_KEY_MISSING,
 * TF_ERROR_TOKEN_SEVERAL_KEYS, TF_ERROR_TOKEN_KEY_UNCLEAR, TF_ERROR_DECLINED; TF_ERROR_LEDGER_STEP while a
 * migration of the key is wiping its file; errors of tf_login().
 */
TfRemoval *tf_remove(
	const TfRemovalPlan *plan, const TfDialogue *dialogue, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfRemoval, tf_removal_free)
