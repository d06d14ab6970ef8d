/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A card that answers as a MyEID 4.5 does to what OpenSC sends it. card.c looks up the instruction; the other
 * files each hold the instructions about one thing, declared below.
 */
#pragma once

#include <glib.h>

#include "apdu.h"
#include "file-system.h"
#include "identity.h"
#include "pin.h"

#define CARD_SERIAL_LENGTH 10

typedef enum CardFeature {
	CARD_FEATURE_RSA = 0x01,
	CARD_FEATURE_3DES = 0x02,
	CARD_FEATURE_AES = 0x04,
	CARD_FEATURE_ECC = 0x08,
} CardFeature;

/* What MANAGE SECURITY ENVIRONMENT has set: which key does what. */
typedef struct CardEnvironment {
	guint8 purpose; /* P2: B6 sign, B8 decipher, A4 agree; 0 for none */
	guint8 algorithm;
	gboolean is_output; /* P1 81: the key makes a cryptogram */
	guint16 key;
	guint16 target; /* to be wrapped; 0 for none */
	guint8 iv[16];
} CardEnvironment;

typedef struct Card {
	guint8 serial[CARD_SERIAL_LENGTH];
	guint16 features; /* CardFeature, or-ed */
	guint16 max_rsa_bits;
	guint16 n_changes;	   /* the change counter that GET DATA tells */
	gboolean is_activated;	   /* access conditions are in force */
	gboolean ignores_activate; /* says yes to ACTIVATE and stays as it is */
	gboolean is_leaky;	   /* GET DATA tells private components, too */
	gboolean is_dirty;	   /* differs from what was saved */
	CardIdentity identity;	   /* plays an identity card instead, unless CARD_IDENTITY_NONE */
	CardPin pins[CARD_N_PINS];
	CardFileSystem files;
	CardEnvironment environment;
	CardExchange exchange;
} Card;

void card_init(Card *card, guint number);
void card_clear(Card *card);

/* Power-on and reset: nobody is logged in, nothing is half-done. */
void card_reset(Card *card);

/* Answer to reset, static. */
const guint8 *card_atr(const Card *card, gsize *ret_length);

/* Appends data and status word to 'response'; returns the status word. */
guint16 card_transmit(Card *card, const guint8 *bytes, gsize length, GByteArray *response);

/* Whether an operation on the file is allowed now. */
gboolean card_allows(const Card *card, const CardFile *file, CardAccess access);

/* The instructions. Each returns a status word and may append to 'answer'. */
guint16 card_select(Card *card, const CardApdu *apdu, GByteArray *answer);
guint16 card_create_file(Card *card, const CardApdu *apdu, GByteArray *answer);
guint16 card_delete_file(Card *card, const CardApdu *apdu, GByteArray *answer);
guint16 card_read_binary(Card *card, const CardApdu *apdu, GByteArray *answer);
guint16 card_update_binary(Card *card, const CardApdu *apdu, GByteArray *answer);
guint16 card_verify(Card *card, const CardApdu *apdu, GByteArray *answer);
guint16 card_change_pin(Card *card, const CardApdu *apdu, GByteArray *answer);
guint16 card_unblock_pin(Card *card, const CardApdu *apdu, GByteArray *answer);
guint16 card_deauthenticate(Card *card, const CardApdu *apdu, GByteArray *answer);
guint16 card_activate(Card *card, const CardApdu *apdu, GByteArray *answer);
guint16 card_get_data(Card *card, const CardApdu *apdu, GByteArray *answer);
guint16 card_put_data(Card *card, const CardApdu *apdu, GByteArray *answer);
guint16 card_set_environment(Card *card, const CardApdu *apdu, GByteArray *answer);
guint16 card_perform(Card *card, const CardApdu *apdu, GByteArray *answer);
guint16 card_wrap(Card *card, const CardApdu *apdu, GByteArray *answer);
guint16 card_generate(Card *card, const CardApdu *apdu, GByteArray *answer);
guint16 card_agree(Card *card, const CardApdu *apdu, GByteArray *answer);
guint16 card_get_challenge(Card *card, const CardApdu *apdu, GByteArray *answer);
