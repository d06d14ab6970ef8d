/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A new user PIN for one token: changed by whoever knows the old one, or unblocked by PUK or SO PIN. */
#pragma once

#include <glib.h>

#include "record/pin.h"
#include "transfer/choice.h"
#include "transfer/dialogue.h"

typedef struct TfPinPlan {
	TfModuleRequest module;
	const gchar *token_uri;
	/* Where PINs that failed are remembered, when it exists; made only to remember the first. NULL:
	 * nowhere. */
	const gchar *ledger_path;
	TfPinKind unblocks_by; /* TF_PIN_PUK or TF_PIN_SO; TF_N_PIN_KINDS: whichever the token takes */
	gboolean is_dry_run;   /* nobody is asked for a secret, nothing is sent */
} TfPinPlan;

/* The token whose PIN was (or would be) set. Errors of choosing a token, of tf_login(), tf_pin_change(). */
TfTokenFacts *tf_pin_setting_change(
	const TfPinPlan *plan, const TfDialogue *dialogue, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The same. Errors of tf_unblock(); TF_ERROR_UNBLOCK_FAILED_BEFORE. */
TfTokenFacts *tf_pin_setting_unblock(
	const TfPinPlan *plan, const TfDialogue *dialogue, GError **error) G_GNUC_WARN_UNUSED_RESULT;
