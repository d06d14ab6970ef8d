/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "card-channel.h"

#include <errno.h>

#include "base/error.h"
#include "pcsc.h"

#define RESPONSE_LIMIT	  258u /* short form: 256 bytes and the status word */
#define STATUS_SIZE	  2u
#define SW1_MORE	  0x61u
#define N_RESPONSES_LIMIT 64u

struct TfCardChannel {
	SCARDCONTEXT context;
	SCARDHANDLE card;
	DWORD protocol;
	gboolean has_context;
	gboolean has_card;
	gboolean has_transaction;
	TfSecret *response;
};

TfCardChannel *tf_card_channel_open(const gchar *reader, GError **error)
{
	g_autoptr(TfCardChannel) channel = g_new0(TfCardChannel, 1);
	LONG rv = SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &channel->context);

	if (!tf_pcsc_check(rv, "SCardEstablishContext", error))
		return NULL;
	channel->has_context = TRUE;
	rv = SCardConnect(channel->context, reader, SCARD_SHARE_SHARED, SCARD_PROTOCOL_T0 | SCARD_PROTOCOL_T1,
		&channel->card, &channel->protocol);
	if (!tf_pcsc_check(rv, "SCardConnect", error))
		return NULL;
	channel->has_card = TRUE;
	rv = SCardBeginTransaction(channel->card);
	if (!tf_pcsc_check(rv, "SCardBeginTransaction", error))
		return NULL;
	channel->has_transaction = TRUE;
	channel->response = tf_secret_new(RESPONSE_LIMIT);
	if (channel->response == NULL) {
		tf_raise(error, TF_ERROR_SYSTEM, "SCardTransmit", g_strerror(ENOMEM), NULL);
		return NULL;
	}

	return g_steal_pointer(&channel);
}

void tf_card_channel_free(TfCardChannel *channel)
{
	if (channel == NULL)
		return;

	if (channel->has_transaction)
		(void)SCardEndTransaction(channel->card, SCARD_LEAVE_CARD);
	if (channel->has_card)
		(void)SCardDisconnect(channel->card, SCARD_LEAVE_CARD);
	if (channel->has_context)
		(void)SCardReleaseContext(channel->context);
	tf_secret_free(channel->response);
	g_free(channel);
}

/* One command and its response; *ret_status is cut off it. */
static gboolean exchange(
	TfCardChannel *channel, const guint8 *command, gsize length, guint16 *ret_status, GError **error)
{
	const SCARD_IO_REQUEST *protocol =
		channel->protocol == SCARD_PROTOCOL_T0 ? SCARD_PCI_T0 : SCARD_PCI_T1;
	guint8 *bytes = tf_secret_buffer(channel->response);
	DWORD received = RESPONSE_LIMIT;
	LONG rv = SCardTransmit(channel->card, protocol, command, length, NULL, bytes, &received);

	if (!tf_pcsc_check(rv, "SCardTransmit", error))
		return FALSE;
	if (received < STATUS_SIZE || received > RESPONSE_LIMIT)
		return tf_raise(error, TF_ERROR_TOKEN_FAILED, "SCardTransmit", "SW", NULL);

	*ret_status = (guint16)(bytes[received - 2] << 8 | bytes[received - 1]);
	tf_secret_set_length(channel->response, received - STATUS_SIZE);

	return TRUE;
}

static gboolean keep(const TfCardChannel *channel, TfSecret *data, GError **error)
{
	if (data == NULL || tf_secret_append(data, tf_secret_peek(channel->response),
				    tf_secret_length(channel->response)))
		return TRUE;

	return tf_raise(error, TF_ERROR_TOKEN_FAILED, "SCardTransmit", "Le", NULL);
}

gboolean tf_card_channel_transmit(TfCardChannel *channel, const guint8 *command, gsize length,
	TfSecret *ret_data, guint16 *ret_status, GError **error)
{
	guint8 get_response[] = { 0x00, 0xC0, 0x00, 0x00, 0x00 };
	guint16 status = 0;

	if (ret_data != NULL)
		tf_secret_set_length(ret_data, 0);
	if (!exchange(channel, command, length, &status, error) || !keep(channel, ret_data, error))
		return FALSE;
	for (guint i = 0; i < N_RESPONSES_LIMIT && status >> 8 == SW1_MORE; i++) {
		get_response[4] = (guint8)(status & 0xffu);
		if (!exchange(channel, get_response, sizeof get_response, &status, error) ||
			!keep(channel, ret_data, error))
			return FALSE;
	}
	tf_secret_set_length(channel->response, 0);
	*ret_status = status;

	return TRUE;
}
