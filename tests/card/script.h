/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a card is told to do wrong. One line is one command, through the control socket; N counts from the
 * command on, 1 being the next APDU:
 *   insert | remove           put the card into the reader, pull it
 *   remove-at N               pull it instead of running the Nth APDU
 *   remove-after N            run the Nth APDU, pull the card before the answer
 *   hold-after N              run the Nth APDU, answer it when the card is healed and not before
 *   answer-at N SW            answer the Nth APDU with a status word, without running it
 *   latency MS                wait before each answer
 *   tries PIN N               set the retry counter of a PIN
 *   never-activated on|off    ACTIVATE says yes and does nothing
 *   leaky on|off              GET DATA tells private components
 *   identity on|contact|off   an identity card (contactless, or of a known ATR); MyEID again
 *   features HEX              feature bits of GET DATA 01AA
 *   rsa-bits N                longest RSA key
 *   blank                     a new card with the same serial number
 *   new N                     a new card, the Nth of its make
 *   save FILE | load FILE     the state of the card
 *   count | count-from-0      the number of APDUs so far; start again
 *   heal                      none of remove-at, remove-after, hold-after, answer-at, latency
 */
#pragma once

#include "card.h"

typedef struct CardScript {
	guint latency; /* milliseconds */
	guint remove_at;
	guint remove_after;
	guint hold_after;
	gboolean is_held;
	guint answer_at;
	guint16 answer;
	guint n_apdus;
	gboolean is_inserted;
} CardScript;

typedef enum CardFate {
	CARD_FATE_RUN,
	CARD_FATE_REMOVE,	/* do not run it */
	CARD_FATE_REMOVE_AFTER, /* run it and do not answer */
	CARD_FATE_HOLD,		/* run it and do not answer until is_held is over */
	CARD_FATE_ANSWER,	/* CardScript.answer instead of running it */
} CardFate;

/* Counts an APDU and says what becomes of it. */
CardFate card_script_count(CardScript *script);

/* Runs a command; the answer 'ok', 'ok VALUE' or 'error: why', without a newline. */
gchar *card_script_run(CardScript *script, Card *card, const gchar *line);
