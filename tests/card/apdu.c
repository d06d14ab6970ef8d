/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "apdu.h"

#include <string.h>

#include "status.h"

#define CHAINING_BIT  0x10
#define MAX_CHAINED   4096 /* no command of this card has more data */
#define MORE_DATA(n)  ((guint16)(0x6100 | ((n) < 256 ? (n) : 0)))
#define HEADER_LENGTH 4

static gsize decode_le(guint8 le)
{
	return le == 0 ? 256 : le;
}

gboolean card_apdu_parse(const guint8 *bytes, gsize length, CardApdu *ret_apdu)
{
	CardApdu apdu = { 0 };
	gsize lc = 0;

	if (length < HEADER_LENGTH || length > CARD_MAX_APDU)
		return FALSE;

	apdu.cla = bytes[0];
	apdu.ins = bytes[1];
	apdu.p1 = bytes[2];
	apdu.p2 = bytes[3];
	if (length == HEADER_LENGTH + 1) {
		apdu.expected = decode_le(bytes[4]);
	} else if (length > HEADER_LENGTH + 1) {
		lc = bytes[4];
		if (lc == 0 || (length != HEADER_LENGTH + 1 + lc && length != HEADER_LENGTH + 2 + lc))
			return FALSE;
		apdu.data = bytes + HEADER_LENGTH + 1;
		apdu.length = lc;
		if (length == HEADER_LENGTH + 2 + lc)
			apdu.expected = decode_le(bytes[length - 1]);
	}
	*ret_apdu = apdu;

	return TRUE;
}

/* Reads a length field; returns its own size or 0 when it is broken. */
static gsize read_length(const guint8 *at, gsize left, gsize *ret_length)
{
	gsize n_bytes = 0;

	if (left == 0)
		return 0;
	if (at[0] < 0x80) {
		*ret_length = at[0];
		return 1;
	}

	n_bytes = at[0] & 0x7F;
	if (n_bytes == 0 || n_bytes > 2 || left < 1 + n_bytes)
		return 0;
	*ret_length = n_bytes == 1 ? at[1] : (gsize)(at[1] << 8 | at[2]);

	return 1 + n_bytes;
}

gboolean card_tlv_find(
	const guint8 *list, gsize length, guint8 tag, const guint8 **ret_value, gsize *ret_length)
{
	for (gsize at = 0; at < length;) {
		gsize value_length = 0;
		gsize size = read_length(list + at + 1, length - at - 1, &value_length);

		if (size == 0 || length - at - 1 - size < value_length)
			return FALSE;
		if (list[at] == tag) {
			*ret_value = list + at + 1 + size;
			*ret_length = value_length;
			return TRUE;
		}
		at += 1 + size + value_length;
	}

	return FALSE;
}

void card_tlv_add(GByteArray *list, guint8 tag, gconstpointer value, gsize length)
{
	const guint8 longer[] = { 0x82, (guint8)(length >> 8), (guint8)length };
	const guint8 head[] = { tag, 0x81, (guint8)length };

	g_assert(length <= G_MAXUINT16);
	g_byte_array_append(list, &tag, 1);
	if (length < 0x80)
		g_byte_array_append(list, head + 2, 1);
	else if (length < 0x100)
		g_byte_array_append(list, head + 1, 2);
	else
		g_byte_array_append(list, longer, sizeof longer);
	g_byte_array_append(list, value, (guint)length);
}

void card_exchange_init(CardExchange *exchange)
{
	exchange->command = g_byte_array_new();
	exchange->rest = g_byte_array_new();
	exchange->is_chaining = FALSE;
}

void card_exchange_clear(CardExchange *exchange)
{
	g_clear_pointer(&exchange->command, g_byte_array_unref);
	g_clear_pointer(&exchange->rest, g_byte_array_unref);
}

void card_exchange_reset(CardExchange *exchange)
{
	g_byte_array_set_size(exchange->command, 0);
	g_byte_array_set_size(exchange->rest, 0);
	exchange->is_chaining = FALSE;
}

gboolean card_exchange_collect(CardExchange *exchange, CardApdu *apdu, guint16 *ret_status)
{
	const guint8 header[] = { apdu->ins, apdu->p1, apdu->p2 };
	gboolean is_part = (apdu->cla & CHAINING_BIT) != 0;
	gboolean continues = exchange->is_chaining && memcmp(exchange->chained, header, sizeof header) == 0;

	if (exchange->is_chaining && !continues) {
		card_exchange_reset(exchange);
		*ret_status = CARD_CHAIN_EXPECTED;
		return FALSE;
	}
	if (!is_part && !continues)
		return TRUE;
	if (!continues)
		g_byte_array_set_size(exchange->command, 0);
	if (exchange->command->len + apdu->length > MAX_CHAINED) {
		card_exchange_reset(exchange);
		*ret_status = CARD_WRONG_LENGTH;
		return FALSE;
	}

	g_byte_array_append(exchange->command, apdu->data, (guint)apdu->length);
	memcpy(exchange->chained, header, sizeof header);
	exchange->is_chaining = is_part;
	if (is_part) {
		*ret_status = CARD_SUCCESS;
		return FALSE;
	}
	apdu->cla &= (guint8)~CHAINING_BIT;
	apdu->data = exchange->command->data;
	apdu->length = exchange->command->len;

	return TRUE;
}

guint16 card_exchange_answer(
	CardExchange *exchange, const CardApdu *apdu, const GByteArray *data, GByteArray *response)
{
	gsize n_now = MIN(apdu->expected, data->len);

	g_byte_array_set_size(exchange->rest, 0);
	if (apdu->expected == 0)
		return CARD_SUCCESS;
	g_byte_array_append(response, data->data, (guint)n_now);
	if (n_now == data->len)
		return CARD_SUCCESS;

	g_byte_array_append(exchange->rest, data->data + n_now, (guint)(data->len - n_now));

	return MORE_DATA(exchange->rest->len);
}

guint16 card_exchange_continue(CardExchange *exchange, const CardApdu *apdu, GByteArray *response)
{
	gsize n_now = MIN(apdu->expected, exchange->rest->len);

	if (exchange->rest->len == 0)
		return CARD_NOT_SATISFIED;
	if (apdu->length != 0 || apdu->expected == 0)
		return CARD_WRONG_LENGTH;

	g_byte_array_append(response, exchange->rest->data, (guint)n_now);
	g_byte_array_remove_range(exchange->rest, 0, (guint)n_now);

	return exchange->rest->len == 0 ? CARD_SUCCESS : MORE_DATA(exchange->rest->len);
}
