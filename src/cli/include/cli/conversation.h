/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One run's talk with its person, behind the TfDialogue that a transfer knows. Secrets come from their
 * sources, and news are told, the same way for everybody; questions are asked on a terminal, or answered by
 * --yes and --accept.
 */
#pragma once

#include "batch/pins.h"
#include "cli/options.h"
#include "cli/terminal.h"
#include "profile/campaign.h"
#include "transfer/dialogue.h"

typedef struct TfConversation {
	const TfOptions *options;
	TfTerminal *terminal;		 /* NULL: there is none */
	guint accepted;			 /* of 1 << TfException: --accept */
	TfCertificateFacts *certificate; /* the last one that was asked about; NULL */
	TfCampaign *campaign;		 /* of --campaign, or of that certificate's issuer; NULL */
	gboolean asks_for_escrow_pin;	 /* the token is the one with the federation's key */
	TfPins *sealed;			 /* of --escrow, opened; NULL */
	gchar *sealed_number;		 /* whose they are; NULL */
} TfConversation;

/* Opens the terminal, if there is one. TF_ERROR_USAGE for an unknown rule of --accept. */
gboolean tf_conversation_init(TfConversation *conversation, const TfOptions *options, GError **error);
void tf_conversation_clear(TfConversation *conversation);

/* Questions go to a person: there is a terminal, and no --yes. */
gboolean tf_conversation_is_with_person(const TfConversation *conversation);

/* Notes whose certificate a question is about, and with it the campaign: for dates, and for whom to ask. */
void tf_conversation_note(TfConversation *conversation, const TfQuestionContext *context);

/* 'conversation' must stay where it is. */
TfDialogue tf_conversation_dialogue(TfConversation *conversation);

/* A secret from 'text' (SRC, NULL: tty), asked by 'prompt' on the terminal; 'what' names it where there is
 * none. TF_ERROR_NO_TERMINAL, TF_ERROR_SECRET_SOURCE (pinpad, too), TF_ERROR_INTERRUPTED. */
TfSecret *tf_conversation_secret(TfConversation *conversation, const gchar *text, const gchar *prompt,
	const gchar *what, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The same for a secret that is set anew: typed twice on a terminal, and compared. */
TfSecret *tf_conversation_new_secret(TfConversation *conversation, const gchar *text, const gchar *prompt,
	const gchar *again, const gchar *what, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The same for one of the token's secrets, which count wrong tries: what looks mistyped is asked for again.
 */
TfSecret *tf_conversation_counted_secret(TfConversation *conversation, const gchar *text, const gchar *prompt,
	const gchar *what, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Whether the secret of 'source' (SRC, NULL: not given) is typed on the reader of that token; and then asks
 * there by 'prompt'. TF_ERROR_SECRET_SOURCE when the reader has no PIN pad. */
gboolean tf_conversation_is_pinpad(const gchar *source, const TfTokenStatus *status);
gboolean tf_conversation_ask_pinpad(TfConversation *conversation, const gchar *source,
	const TfTokenStatus *status, const gchar *prompt, GError **error);

/* The secrets by which PINs are set; functions of TfDialogue. */
gboolean tf_dialogue_new_pin(gpointer data, const TfTokenStatus *status, TfSecret **ret_pin, GError **error);
gboolean tf_dialogue_unblock_secret(
	gpointer data, const TfTokenStatus *status, TfPinKind kind, TfSecret **ret_secret, GError **error);

/* What is removed from a token; functions of TfDialogue. --yes confirms no key whose certificate is valid. */
void tf_dialogue_show_removal(gpointer data, const struct TfRemoval *removal);
gboolean tf_dialogue_typed_removal(
	gpointer data, const struct TfRemoval *removal, gchar **ret_typed, GError **error);

/* The answers of a person and those of a script; functions of TfDialogue, 'data' is a TfConversation. */
gboolean tf_dialogue_terminal_confirm(gpointer data, TfQuestion question, const TfQuestionContext *context,
	gboolean *ret_yes, GError **error);
gboolean tf_dialogue_terminal_choose_key(gpointer data, const GPtrArray *certificates, const gchar *path,
	gboolean is_store, guint *ret_index, GError **error);
gboolean tf_dialogue_terminal_choose_token_key(gpointer data, const GPtrArray *certificates,
	const TfTokenFacts *token, guint *ret_index, GError **error);
gboolean tf_dialogue_terminal_removable_directory(
	gpointer data, const gchar *path, gchar **ret_directory, GError **error);
gboolean tf_dialogue_terminal_typed_serial(
	gpointer data, const TfTokenFacts *token, gchar **ret_serial, GError **error);

gboolean tf_dialogue_script_confirm(gpointer data, TfQuestion question, const TfQuestionContext *context,
	gboolean *ret_yes, GError **error);
gboolean tf_dialogue_script_choose_key(gpointer data, const GPtrArray *certificates, const gchar *path,
	gboolean is_store, guint *ret_index, GError **error);
gboolean tf_dialogue_script_removable_directory(
	gpointer data, const gchar *path, gchar **ret_directory, GError **error);
gboolean tf_dialogue_script_typed_serial(
	gpointer data, const TfTokenFacts *token, gchar **ret_serial, GError **error);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(TfConversation, tf_conversation_clear)
