/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* PINs 1 to 14 of a card, each with a PUK, and retry counters that count before they compare. */
#pragma once

#include <glib.h>

#define CARD_PIN_LENGTH 8
#define CARD_N_PINS	15 /* number 0 is none */

typedef struct CardPin {
	gboolean exists;
	gboolean is_verified; /* since power-on */
	guint8 value[CARD_PIN_LENGTH];
	guint8 puk[CARD_PIN_LENGTH];
	guint8 tries_left;
	guint8 max_tries;
	guint8 puk_tries_left;
	guint8 max_puk_tries;
} CardPin;

/* From the 19 bytes of PUT DATA: PIN, PUK, tries, PUK tries, and a byte we do not use. */
void card_pin_create(CardPin *pin, const guint8 record[19]);

/* Each returns a status word. A wrong value costs a try and takes the verification back. */
guint16 card_pin_query(const CardPin *pin);
guint16 card_pin_verify(CardPin *pin, const guint8 value[CARD_PIN_LENGTH]);
guint16 card_pin_change(
	CardPin *pin, const guint8 old_value[CARD_PIN_LENGTH], const guint8 new_value[CARD_PIN_LENGTH]);
guint16 card_pin_unblock(
	CardPin *pin, const guint8 puk[CARD_PIN_LENGTH], const guint8 new_value[CARD_PIN_LENGTH]);
