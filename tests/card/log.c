/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "log.h"

#include <errno.h>
#include <stdio.h>

#include "base/hex.h"

struct CardLog {
	FILE *stream;
};

CardLog *card_log_open(const gchar *path, GError **error)
{
	FILE *stream = fopen(path, "ae");
	CardLog *log = NULL;

	if (stream == NULL) {
		g_set_error(error, G_FILE_ERROR, g_file_error_from_errno(errno), "%s: %s", path,
			g_strerror(errno));
		return NULL;
	}

	setvbuf(stream, NULL, _IOLBF, 0);
	log = g_new0(CardLog, 1);
	log->stream = stream;

	return log;
}

void card_log_close(CardLog *log)
{
	if (log == NULL)
		return;

	fclose(log->stream);
	g_free(log);
}

void card_log_write(CardLog *log, guint number, const guint8 *command, gsize length, const GByteArray *answer)
{
	g_autofree gchar *sent = NULL;
	g_autofree gchar *received = NULL;

	if (log == NULL)
		return;

	sent = tf_hex(command, length);
	received = answer != NULL ? tf_hex(answer->data, answer->len) : g_strdup("pulled");
	fprintf(log->stream, "%u %s > %s\n", number, sent, received);
}
