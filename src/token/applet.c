/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "token/applet.h"

#include "card-channel.h"

#define AID_LIMIT 16u /* ISO/IEC 7816-4 clause 12.3.4 */

gboolean tf_applet_is_on_card(const gchar *reader, GBytes *applet, gboolean *ret_is_there, GError **error)
{
	gsize length = 0;
	const guint8 *identifier = g_bytes_get_data(applet, &length);
	const guint8 header[] = { 0x00, 0xA4, 0x04, 0x0C, (guint8)length };
	g_autoptr(GByteArray) command = g_byte_array_new();
	g_autoptr(TfCardChannel) channel = tf_card_channel_open(reader, error);
	guint16 status = 0;

	g_assert(length <= AID_LIMIT);
	if (channel == NULL)
		return FALSE;
	g_byte_array_append(command, header, sizeof header);
	g_byte_array_append(command, identifier, (guint)length);
	if (!tf_card_channel_transmit(channel, command->data, command->len, NULL, &status, error))
		return FALSE;
	*ret_is_there = status == TF_SW_OK;

	return TRUE;
}
