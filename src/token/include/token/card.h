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

/* Borrowed; none is NULL. */
typedef struct TfCardSecrets {
	const TfSecret *so_pin;
	const TfSecret *so_puk;
	const TfSecret *pin;
	const TfSecret *puk;
} TfCardSecrets;

/*
 * Formats: everything on the card is destroyed, its PINs set, the card activated; it is TF_CARD_READY then. A
 * card that holds an application (half formatted or whole) is erased first, with 'secrets->so_pin' where it
 * wants one. 'label': 1 to 32 bytes of printable ASCII. pkcs15-init gets its secrets by its prompts, matched
 * exactly, within 'deadline_seconds'. What a killed or failed formatting leaves is recognised and can be
 * formatted again. TF_ERROR_TOKEN_REMOVED, TF_ERROR_SO_PIN_WRONG, TF_ERROR_PIN_FORMAT, TF_ERROR_TOOL_MISSING,
 * TF_ERROR_TOKEN_FAILED.
 */
gboolean tf_card_format(const TfReader *reader, const TfTokenProfile *profile, const gchar *label,
	const TfCardSecrets *secrets, guint deadline_seconds, GError **error);
