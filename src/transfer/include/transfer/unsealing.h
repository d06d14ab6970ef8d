/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* An envelope (key/envelope.h) opened by whoever has the token with its key. */
#pragma once

#include <glib.h>

#include "key/openssl.h"
#include "transfer/choice.h"
#include "transfer/dialogue.h"

typedef struct TfUnsealPlan {
	TfModuleRequest module;
	const gchar *token_uri;	  /* of the token with the key */
	const gchar *ledger_path; /* where PINs that failed are remembered, when it exists; NULL: nowhere */
	GBytes *envelope;
	const gchar *name; /* of the envelope, for errors */
	X509 *certificate; /* to which it was sealed; NULL: the token holds it */
} TfUnsealPlan;

/*
 * What is in it. The key is the one for whose certificate the envelope is; the PIN is asked by dialogue->pin,
 * once. No module is loaded any more in the end. TF_ERROR_TOKEN_KEY_MISSING when the token has no such key,
 * errors of tf_choose(), tf_login() and tf_token_unseal().
 */
TfSecret *tf_unseal(
	const TfUnsealPlan *plan, const TfDialogue *dialogue, GError **error) G_GNUC_WARN_UNUSED_RESULT;
