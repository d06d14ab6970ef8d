/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the files of 'init-token' share. */
#pragma once

#include "cli/conversation.h"
#include "transfer/card-choice.h"
#include "transfer/choice.h"

/* The name for the token: --label, or asked for. TF_ERROR_USAGE without either. */
gchar *tf_init_label(TfConversation *conversation, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * Shows what is about to be destroyed, certificates with their dates, and has the person type 'name'; --yes
 * does not answer that. 'objects' (TfTokenObject) may be NULL: they could not be read. TF_ERROR_DECLINED,
 * TF_ERROR_NO_TERMINAL, TF_ERROR_INTERRUPTED.
 */
gboolean tf_init_consent(
	TfConversation *conversation, const gchar *name, const GPtrArray *objects, GError **error);

/* Formats a card by pkcs15-init, or says what --dry-run says. 'has_consent': that was asked for already. */
gboolean tf_init_card(
	TfConversation *conversation, const TfCardChoice *card, gboolean has_consent, GError **error);

/* "done" or "dry-run", with 'title' for people. 'reader' and 'state' are NULL for what is no card. */
void tf_init_tell(const TfOptions *options, const gchar *title, const TfTokenFacts *token,
	const gchar *reader, const gchar *state);
