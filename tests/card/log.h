/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One line per APDU: its number, the command, '>', the answer; in hexadecimal. Nothing in it is secret. */
#pragma once

#include <glib.h>

typedef struct CardLog CardLog;

/* NULL when the file cannot be created. */
CardLog *card_log_open(const gchar *path, GError **error);
void card_log_close(CardLog *log);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CardLog, card_log_close)

/* 'answer' is NULL when the card was pulled. Nothing happens when 'log' is NULL. */
void card_log_write(
	CardLog *log, guint number, const guint8 *command, gsize length, const GByteArray *answer);
