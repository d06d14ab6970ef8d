/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A card that is somebody's identity, as far as it shows itself to whoever may not use it: it has the JPKI
 * application of Japan's My Number card and two PINs that lock. No real card was seen; the commands are those
 * that OpenSC's driver sends.
 */
#pragma once

#include "apdu.h"

typedef enum CardIdentityKind {
	CARD_IDENTITY_NONE,
	CARD_IDENTITY_CONTACTLESS, /* its ATR is the reader's and tells nothing */
	CARD_IDENTITY_CONTACT,	   /* with the ATR that OpenSC knows */
} CardIdentityKind;

typedef struct CardIdentity {
	CardIdentityKind kind;
	gboolean is_selected;
	guint16 file;	 /* of a PIN; 0 for none */
	guint8 tries[2]; /* left, of the two PINs */
} CardIdentity;

/* Fresh, with all its tries. */
void card_identity_become(CardIdentity *identity, CardIdentityKind kind);
void card_identity_reset(CardIdentity *identity);

/* Static. */
const guint8 *card_identity_atr(const CardIdentity *identity, gsize *ret_length);

/* The status word; it never gives data. */
guint16 card_identity_run(CardIdentity *identity, const CardApdu *apdu);
