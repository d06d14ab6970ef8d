/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * APDUs of our own (ISO 7816-4) to the card in one PC/SC reader: connected shared, in one transaction from
 * opening to closing, so that no other program's come between.
 */
#pragma once

#include <glib.h>

#include "base/secret.h"

/* Status words, ISO 7816-4 5.6. */
#define TF_SW_OK 0x9000u

typedef struct TfCardChannel TfCardChannel;

/* tf_pcsc_check()'s errors. */
TfCardChannel *tf_card_channel_open(const gchar *reader, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The card is left as it is, neither reset nor powered down. */
void tf_card_channel_free(TfCardChannel *channel);

/*
 * One command, complete with its Lc and Le. *ret_status: the status word; the data before it goes to
 * 'ret_data' (may be NULL), whose content it replaces and which takes at most its capacity: a response that
 * is longer is TF_ERROR_TOKEN_FAILED, as is one of less than two bytes. 61xx is followed by GET RESPONSE.
 * Nothing of either is left in memory of ours but in 'ret_data'.
 */
gboolean tf_card_channel_transmit(TfCardChannel *channel, const guint8 *command, gsize length,
	TfSecret *ret_data, guint16 *ret_status, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfCardChannel, tf_card_channel_free)
