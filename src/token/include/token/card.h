/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A smart card in a PC/SC reader, below PKCS#11: in what state it is, and formatting it by pkcs15-init on a
 * pseudo-terminal. PKCS#11 has no word for either: C_InitToken leaves such a card half formatted, and a card
 * that was never activated signs without any PIN under the same flags.
 */
#pragma once

#include <glib.h>

#include "base/secret.h"
#include "profile/token-profile.h"
#include "token/reader.h"

typedef enum TfCardState {
	TF_CARD_UNKNOWN,	/* the profile has no way to tell */
	TF_CARD_BLANK,		/* never formatted, or erased; access rules are not in force */
	TF_CARD_HALF_FORMATTED, /* formatting was begun and not finished, which leaves nothing to lose */
	TF_CARD_NOT_ACTIVATED,	/* formatted, and its access rules are not in force: it signs without a PIN */
	TF_CARD_READY,		/* formatted, and its access rules are in force */
	TF_CARD_FOREIGN,	/* access rules are in force over something that is no PKCS#15 application */
	TF_N_CARD_STATES
} TfCardState;

/*
 * By at most 4 APDUs in one transaction, no PIN among them; who is logged in stays so, and what is selected
 * changes, which OpenSC expects from others. Whatever a broken formatting leaves is TF_CARD_HALF_FORMATTED,
 * or TF_CARD_NOT_ACTIVATED when only the last step is missing, and never TF_CARD_READY.
 * TF_ERROR_TOKEN_REMOVED, TF_ERROR_TOKEN_FAILED (also when another program keeps the card to itself),
 * TF_ERROR_PCSC_UNAVAILABLE.
 */
gboolean tf_card_look(
	const TfReader *reader, const TfTokenProfile *profile, TfCardState *ret_state, GError **error);

const gchar *tf_card_state_name(TfCardState state); /* "half-formatted" */

/* FALSE when 'name' is none. */
gboolean tf_card_state_from_name(const gchar *name, TfCardState *ret_state);

/*
 * The serial number that a module will show of it once it is formatted, by which it is the same card before
 * and after; NULL when the profile has no way to tell. The caller frees. By one APDU; errors as
 * tf_card_look().
 */
gboolean tf_card_serial(
	const TfReader *reader, const TfTokenProfile *profile, gchar **ret_serial, GError **error);

#define TF_PIN_TRIES_UNKNOWN G_MAXUINT

/*
 * How many tries are left for the user PIN, 0 when it is locked. TF_PIN_TRIES_UNKNOWN when the profile has no
 * way to tell, when the card does not say (to whoever is logged in it says nothing), or when it cannot be
 * asked. By one APDU, which costs no try.
 */
guint tf_card_pin_tries(const gchar *reader, const TfTokenProfile *profile);

/* Borrowed; none is NULL. */
typedef struct TfCardSecrets {
	const TfSecret *so_pin;
	const TfSecret *so_puk;
	const TfSecret *pin;
	const TfSecret *puk;
} TfCardSecrets;

/* Length and characters of one of them: TF_ERROR_PIN_FORMAT, TF_ERROR_PIN_REFUSED, in which 'reader' names
 * the token.
 */
gboolean tf_card_check_pin(const TfReader *reader, const TfTokenProfile *profile, TfTokenPin kind,
	const TfSecret *pin, GError **error);

/* The label (TF_ERROR_USAGE: 1 to 32 bytes of printable ASCII) and all PINs, before anything is touched. */
gboolean tf_card_check_plan(const TfReader *reader, const TfTokenProfile *profile, const gchar *label,
	const TfCardSecrets *secrets, GError **error);

/*
 * Formats: everything on the card is destroyed, its PINs set, the card activated; it is TF_CARD_READY then,
 * and its label is 'label'. 'found' is what tf_card_look() saw: a card that is not TF_CARD_BLANK is erased
 * first, which takes the SO PIN of a card that is activated, one attempt, and never its last
 * (TF_ERROR_SO_PIN_LAST_TRY, TF_ERROR_SO_PIN_LOCKED). The card must have stayed in the reader since
 * tf_readers() listed it (TF_ERROR_TOKEN_REMOVED): another one may have been put in.
 *
 * pkcs15-init does it, and gets its secrets by its prompts, matched exactly, until 'deadline_seconds' are
 * over. What a killed or failed formatting leaves is recognised and can be formatted again; a card with
 * anything missing is never activated. TF_ERROR_TOKEN_REMOVED, TF_ERROR_SO_PIN_WRONG, TF_ERROR_TOOL_MISSING,
 * TF_ERROR_READER_HOSTILE, TF_ERROR_TOKEN_NOT_ACTIVATED (the card said that it was activated, and is not),
 * TF_ERROR_TOKEN_FAILED, and those of tf_card_check_plan().
 */
gboolean tf_card_format(const TfReader *reader, const TfTokenProfile *profile, TfCardState found,
	const gchar *label, const TfCardSecrets *secrets, guint deadline_seconds, GError **error);

/*
 * Erases only, with the SO PIN that the card has (asked for by a card that is activated or says nothing of
 * it; one attempt, and never its last): everything on it is destroyed, and it is TF_CARD_BLANK then. As
 * tf_card_format() for the rest.
 */
gboolean tf_card_erase(const TfReader *reader, const TfTokenProfile *profile, TfCardState found,
	const TfSecret *so_pin, guint deadline_seconds, GError **error);
