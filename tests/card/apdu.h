/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Command and response APDUs of T=1, short length fields only: ISO/IEC 7816-4 clauses 5.1 to 5.3. */
#pragma once

#include <glib.h>

#define CARD_MAX_APDU 261 /* header, Lc, 255 bytes, Le */

typedef struct CardApdu {
	guint8 cla;
	guint8 ins;
	guint8 p1;
	guint8 p2;
	const guint8 *data; /* borrowed */
	gsize length;
	gsize expected; /* Le; 0 when no data is wanted */
} CardApdu;

/* FALSE when the bytes are none of the four cases. */
gboolean card_apdu_parse(const guint8 *bytes, gsize length, CardApdu *ret_apdu);

/* One data object of a BER-TLV list with one-byte tags; FALSE when there is none or the list is broken. */
gboolean card_tlv_find(
	const guint8 *list, gsize length, guint8 tag, const guint8 **ret_value, gsize *ret_length);

/* Appends tag, length and value; at most 65535 bytes of value. */
void card_tlv_add(GByteArray *list, guint8 tag, gconstpointer value, gsize length);

/* The parts of a command whose data came in several APDUs, and the rest of a response that did not fit. */
typedef struct CardExchange {
	GByteArray *command;
	GByteArray *rest;
	guint8 chained[3]; /* INS, P1, P2 of an open chain */
	gboolean is_chaining;
} CardExchange;

void card_exchange_init(CardExchange *exchange);
void card_exchange_clear(CardExchange *exchange);
void card_exchange_reset(CardExchange *exchange);

/* What to do with a command: run it, or answer with *ret_status because it was only a part of one. A chain
 * that is complete is put into the command, CLA without its chaining bit. */
gboolean card_exchange_collect(CardExchange *exchange, CardApdu *apdu, guint16 *ret_status);

/* Appends to 'response' what of 'data' the reader asked for; the rest waits for GET RESPONSE. */
guint16 card_exchange_answer(
	CardExchange *exchange, const CardApdu *apdu, const GByteArray *data, GByteArray *response);

/* GET RESPONSE, clause 11.7.1 of ISO/IEC 7816-4:2020. */
guint16 card_exchange_continue(CardExchange *exchange, const CardApdu *apdu, GByteArray *response);
