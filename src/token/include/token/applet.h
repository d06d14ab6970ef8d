/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Whether a card has a certain application: the one question that may be put to an identity card. */
#pragma once

#include <glib.h>

/*
 * One APDU, SELECT by the application's identifier (ISO/IEC 7816-4 clause 11.2.2: P1 04, P2 0C, no data asked
 * for); the card is not reset. A card that answers anything but 9000 has it not. TF_ERROR_PCSC_UNAVAILABLE,
 * TF_ERROR_TOKEN_REMOVED, TF_ERROR_TOKEN_FAILED.
 */
gboolean tf_applet_is_on_card(const gchar *reader, GBytes *applet, gboolean *ret_is_there, GError **error);
