/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Waiting for pcscd, its readers, and the cards in them. */
#pragma once

#include <glib.h>

typedef enum CardPresence {
	CARD_ABSENT,
	CARD_PRESENT,
} CardPresence;

/* Until the reader says so; FALSE when it does not within 'seconds'. Waits for pcscd and the reader, too. */
gboolean card_wait(const gchar *reader, CardPresence presence, guint seconds);
