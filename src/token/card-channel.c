/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "card-channel.h"

#include <errno.h>

#include "base/error.h"
#include "pcsc.h"

#define RESPONSE_LIMIT	  258u /* short form: 256 bytes and the status word */
#define STATUS_SIZE	  2u
#define SW1_MORE	  0x61u
#define N_RESPONSES_LIMIT 64u

/* pcscd looks at each reader 2.5 times a second. */
#define REMOVAL_SECONDS 2
#define N_RESETS_LIMIT	4u

struct TfCardChannel {
	gchar *reader;
	SCARDCONTEXT context;
	SCARDHANDLE card;
	DWORD protocol;
	gboolean has_context;
	gboolean has_card;
	gboolean has_transaction;
	TfSecret *response;
};

/* Whether the reader is seen to be empty, or gone, before the deadline. */
static gboolean becomes_empty(const TfCardChannel *channel, gint64 deadline)
{
	SCARD_READERSTATE state = { .szReader = channel->reader, .dwCurrentState = SCARD_STATE_UNAWARE };

	for (;;) {
		gint64 left = (deadline - g_get_monotonic_time()) / G_TIME_SPAN_MILLISECOND;
		LONG rv = SCardGetStatusChange(channel->context, (DWORD)MAX(left, 0), &state, 1);

		if (rv == SCARD_E_UNKNOWN_READER || rv == SCARD_E_READER_UNAVAILABLE)
			return TRUE;
		if (rv != SCARD_S_SUCCESS)
			return FALSE;
		if ((state.dwEventState & SCARD_STATE_EMPTY) != 0)
			return TRUE;
		state.dwCurrentState = state.dwEventState & ~(DWORD)SCARD_STATE_CHANGED;
	}
}

/* An exchange with a card that is being pulled fails before the daemon knows why. */
static gboolean check(const TfCardChannel *channel, LONG rv, const gchar *call, GError **error)
{
	g_autoptr(GError) failure = NULL;

	if (tf_pcsc_check(rv, call, &failure))
		return TRUE;
	if (g_error_matches(failure, TF_ERROR, TF_ERROR_TOKEN_FAILED) &&
		becomes_empty(channel, g_get_monotonic_time() + REMOVAL_SECONDS * G_TIME_SPAN_SECOND))
		return tf_raise(error, TF_ERROR_TOKEN_REMOVED, call, NULL);
	g_propagate_error(error, g_steal_pointer(&failure));

	return FALSE;
}

/* Whoever shares a card that another program has reset, as OpenSC does when it leaves, is told so once. */
static gboolean begin(TfCardChannel *channel, GError **error)
{
	LONG rv = SCardBeginTransaction(channel->card);

	for (guint i = 0; i < N_RESETS_LIMIT && rv == SCARD_W_RESET_CARD; i++) {
		rv = SCardReconnect(channel->card, SCARD_SHARE_SHARED, SCARD_PROTOCOL_T0 | SCARD_PROTOCOL_T1,
			SCARD_LEAVE_CARD, &channel->protocol);
		if (rv == SCARD_S_SUCCESS)
			rv = SCardBeginTransaction(channel->card);
	}
	channel->has_transaction = rv == SCARD_S_SUCCESS;

	return check(channel, rv, "SCardBeginTransaction", error);
}

TfCardChannel *tf_card_channel_open(const gchar *reader, GError **error)
{
	g_autoptr(TfCardChannel) channel = g_new0(TfCardChannel, 1);
	LONG rv = SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &channel->context);

	if (!tf_pcsc_check(rv, "SCardEstablishContext", error))
		return NULL;
	channel->has_context = TRUE;
	channel->reader = g_strdup(reader);
	rv = SCardConnect(channel->context, reader, SCARD_SHARE_SHARED, SCARD_PROTOCOL_T0 | SCARD_PROTOCOL_T1,
		&channel->card, &channel->protocol);
	if (!check(channel, rv, "SCardConnect", error))
		return NULL;
	channel->has_card = TRUE;
	if (!begin(channel, error))
		return NULL;
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
	g_free(channel->reader);
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

	/* Some drivers answer nothing instead of failing. */
	if (rv == SCARD_S_SUCCESS && (received < STATUS_SIZE || received > RESPONSE_LIMIT))
		rv = SCARD_E_NOT_TRANSACTED;
	if (!check(channel, rv, "SCardTransmit", error))
		return FALSE;

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
