/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The card that is meant to be formatted below PKCS#11, where a blank one is no token yet. */
#pragma once

#include <glib.h>

#include "token/card.h"
#include "transfer/family.h"

typedef struct TfCardChoice {
	TfReader *reader;
	const TfTokenProfile *profile; /* borrowed from the families */
	TfCardState state;
} TfCardChoice;
void tf_card_choice_free(TfCardChoice *choice);

/* Formatted, by us or others, and in force: only to be destroyed when that was asked for. */
gboolean tf_card_state_is_formatted(TfCardState state);

/*
 * The card in 'reader' (PC/SC's name), or with NULL the only one there is of a family that pkcs15-init
 * formats; of several, the only one that is not formatted, unless 'takes_formatted'. NULL without error when
 * no reader was named and there is no such card, or no PC/SC service.
 *
 * TF_ERROR_TOKEN_MISSING, TF_ERROR_TOKEN_AMBIGUOUS, TF_ERROR_TOKEN_ALREADY_INITIALIZED (without
 * 'takes_formatted'), TF_ERROR_TOKEN_IDENTITY, TF_ERROR_TOKEN_FORMAT_UNSUPPORTED, TF_ERROR_READER_HOSTILE,
 * and those of tf_card_look().
 */
TfCardChoice *tf_card_choose(const TfFamilies *families, const gchar *reader, gboolean takes_formatted,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfCardChoice, tf_card_choice_free)
