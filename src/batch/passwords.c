/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "batch/passwords.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "digest-index.h"
#include "table.h"

#define NUMBER_LIMIT   128u
#define PASSWORD_LIMIT 1024u

enum {
	COLUMN_NUMBER,
	COLUMN_PASSWORD,
	N_COLUMNS
};

static const TfTableColumn columns[N_COLUMNS] = {
	[COLUMN_NUMBER] = { "number", NUMBER_LIMIT, TRUE, FALSE },
	[COLUMN_PASSWORD] = { "password", PASSWORD_LIMIT, TRUE, TRUE },
};

/* The secure heap has no room for 100,000 passwords: each stays in the file until it is asked for. */
struct TfPasswords {
	gchar *path;
	int fd;
	TfTable *table;
	TfDigestIndex *offsets; /* of rows, by number */
};

void tf_passwords_free(TfPasswords *passwords)
{
	if (passwords == NULL)
		return;

	tf_table_free(passwords->table);
	tf_digest_index_free(passwords->offsets);
	tf_file_close(&passwords->fd);
	g_free(passwords->path);
	g_free(passwords);
}

static gboolean refuse(const TfPasswords *passwords, guint line, const gchar *reason, GError **error)
{
	return tf_raise(error, TF_ERROR_MANIFEST_INVALID, passwords->path, TF_NUMBER(line), reason, NULL);
}

/* Puts every row's number into 'offsets', and into 'lines' as well. */
static gboolean read_numbers(TfPasswords *passwords, TfDigestIndex *lines, GError **error)
{
	TfTableAnswer answer = TF_TABLE_ROW;

	while ((answer = tf_table_next(passwords->table, error)) == TF_TABLE_ROW) {
		TfTableCell number = tf_table_cell(passwords->table, COLUMN_NUMBER);
		goffset offset = tf_table_offset(passwords->table);

		if (offset > G_MAXUINT32)
			return refuse(passwords, tf_table_line(passwords->table), g_strerror(EFBIG), error);
		tf_digest_index_add(passwords->offsets, number.text, number.length, (guint32)offset);
		tf_digest_index_add(lines, number.text, number.length, tf_table_line(passwords->table));
	}
	tf_digest_index_sort(passwords->offsets);
	tf_digest_index_sort(lines);

	return answer == TF_TABLE_END;
}

static gboolean refuse_double(guint32 first, guint32 repetition, gpointer user_data, GError **error)
{
	g_autofree gchar *reason = g_strdup_printf(_("this number stands in line %u already"), first);

	return refuse(user_data, repetition, reason, error);
}

TfPasswords *tf_passwords_open(const gchar *path, GError **error)
{
	g_autoptr(TfPasswords) passwords = g_new0(TfPasswords, 1);
	g_autoptr(TfDigestIndex) lines = tf_digest_index_new();

	passwords->path = g_strdup(path);
	passwords->offsets = tf_digest_index_new();
	passwords->fd = tf_file_open(path, NULL, error);
	if (passwords->fd < 0)
		return NULL;
	passwords->table = tf_table_new(passwords->fd, path, columns, N_COLUMNS, error);
	if (passwords->table == NULL || !read_numbers(passwords, lines, error))
		return NULL;
	if (!tf_digest_index_doubles(lines, refuse_double, passwords, error))
		return NULL;

	return g_steal_pointer(&passwords);
}

/* The row at that place, if it still is the number's. */
static gboolean find_row(TfPasswords *passwords, const gchar *number, guint32 offset)
{
	TfTableCell cell = { NULL, 0 };

	tf_table_seek(passwords->table, offset);
	if (tf_table_next(passwords->table, NULL) != TF_TABLE_ROW)
		return FALSE;
	cell = tf_table_cell(passwords->table, COLUMN_NUMBER);

	return cell.length == strlen(number) && memcmp(cell.text, number, cell.length) == 0;
}

static TfSecret *refuse_secret(const TfPasswords *passwords, const gchar *reason, GError **error)
{
	tf_raise(error, TF_ERROR_SECRET_SOURCE, passwords->path, reason, NULL);

	return NULL;
}

TfSecret *tf_passwords_get(TfPasswords *passwords, const gchar *number, GError **error)
{
	guint32 offset = 0;
	TfTableCell cell = { NULL, 0 };
	TfSecret *password = NULL;

	if (!tf_digest_index_find(passwords->offsets, number, strlen(number), &offset)) {
		g_autofree gchar *reason = g_strdup_printf(_("it has no PIN code for %s"), number);

		return refuse_secret(passwords, reason, error);
	}
	if (!find_row(passwords, number, offset))
		return refuse_secret(passwords, _("it was changed meanwhile"), error);
	cell = tf_table_cell(passwords->table, COLUMN_PASSWORD);
	password = tf_secret_new_copy(cell.text, cell.length);

	return password != NULL ? password : refuse_secret(passwords, g_strerror(ENOMEM), error);
}
