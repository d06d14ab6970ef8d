/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "batch/passwords.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "digest-index.h"
#include "manifest-private.h"

enum {
	COLUMN_NUMBER,
	COLUMN_PASSWORD,
	N_COLUMNS
};

static const TfTableColumn columns[N_COLUMNS] = {
	[COLUMN_NUMBER] = { "number", TF_MANIFEST_NUMBER_LIMIT, TRUE, FALSE },
	[COLUMN_PASSWORD] = { "password", TF_MANIFEST_PASSWORD_LIMIT, TRUE, TRUE },
};

/* The secure heap has no room for 100,000 passwords: each stays in the file until it is asked for. */
struct TfPasswords {
	gchar *path;
	int fd;
	TfTable *table;
	guint number, password; /* columns of it */
	TfDigestIndex *offsets; /* of rows with a password, by number */
	gboolean is_manifest;	/* who has none here may have one elsewhere, or none at all */
	TfPasswords *others;	/* NULL: none */
};

void tf_passwords_free(TfPasswords *passwords)
{
	if (passwords == NULL)
		return;

	tf_table_free(passwords->table);
	tf_digest_index_free(passwords->offsets);
	tf_file_close(&passwords->fd);
	tf_passwords_free(passwords->others);
	g_free(passwords->path);
	g_free(passwords);
}

static gboolean refuse(const TfPasswords *passwords, guint line, const gchar *reason, GError **error)
{
	return tf_raise(error, TF_ERROR_MANIFEST_INVALID, passwords->path, TF_NUMBER(line), reason, NULL);
}

static gboolean add_row(TfPasswords *passwords, GError **error)
{
	TfTableCell number = tf_table_cell(passwords->table, passwords->number);
	goffset offset = tf_table_offset(passwords->table);

	if (offset > G_MAXUINT32)
		return refuse(passwords, tf_table_line(passwords->table), g_strerror(EFBIG), error);
	tf_digest_index_add(passwords->offsets, number.text, number.length, (guint32)offset);

	return TRUE;
}

/* Puts every row's number into 'offsets', and into 'lines' as well. */
static gboolean read_numbers(TfPasswords *passwords, TfDigestIndex *lines, GError **error)
{
	TfTableAnswer answer = TF_TABLE_ROW;

	while ((answer = tf_table_next(passwords->table, error)) == TF_TABLE_ROW) {
		TfTableCell number = tf_table_cell(passwords->table, passwords->number);

		if (!add_row(passwords, error))
			return FALSE;
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

static TfPasswords *passwords_new(const gchar *path, GError **error)
{
	g_autoptr(TfPasswords) passwords = g_new0(TfPasswords, 1);

	passwords->path = g_strdup(path);
	passwords->offsets = tf_digest_index_new();
	passwords->fd = tf_file_open(path, NULL, error);

	return passwords->fd >= 0 ? g_steal_pointer(&passwords) : NULL;
}

TfPasswords *tf_passwords_open(const gchar *path, GError **error)
{
	g_autoptr(TfPasswords) passwords = passwords_new(path, error);
	g_autoptr(TfDigestIndex) lines = tf_digest_index_new();

	if (passwords == NULL)
		return NULL;
	passwords->number = COLUMN_NUMBER;
	passwords->password = COLUMN_PASSWORD;
	passwords->table = tf_table_new(passwords->fd, path, columns, N_COLUMNS, error);
	if (passwords->table == NULL || !read_numbers(passwords, lines, error))
		return NULL;
	if (!tf_digest_index_doubles(lines, refuse_double, passwords, error))
		return NULL;

	return g_steal_pointer(&passwords);
}

static gboolean read_manifest(TfPasswords *passwords, GError **error)
{
	TfTableAnswer answer = TF_TABLE_ROW;

	while ((answer = tf_table_next(passwords->table, error)) == TF_TABLE_ROW) {
		TfTableCell password = tf_table_cell(passwords->table, passwords->password);

		if (password.length > 0 && !add_row(passwords, error))
			return FALSE;
	}
	tf_digest_index_sort(passwords->offsets);

	return answer == TF_TABLE_END;
}

TfPasswords *tf_passwords_open_manifest(const gchar *path, TfPasswords *others, GError **error)
{
	g_autoptr(TfPasswords) passwords = passwords_new(path, error);

	if (passwords == NULL)
		return NULL;
	passwords->is_manifest = TRUE;
	passwords->number = TF_MANIFEST_NUMBER;
	passwords->password = TF_MANIFEST_PASSWORD;
	passwords->table = tf_manifest_table(passwords->fd, path, error);
	if (passwords->table == NULL || !read_manifest(passwords, error))
		return NULL;
	passwords->others = others;

	return g_steal_pointer(&passwords);
}

/* The row at that place, if it still is the number's. */
static gboolean find_row(TfPasswords *passwords, const gchar *number, guint32 offset)
{
	TfTableCell cell = { NULL, 0 };

	tf_table_seek(passwords->table, offset);
	if (tf_table_next(passwords->table, NULL) != TF_TABLE_ROW)
		return FALSE;
	cell = tf_table_cell(passwords->table, passwords->number);

	return cell.length == strlen(number) && memcmp(cell.text, number, cell.length) == 0;
}

static gboolean refuse_secret(const TfPasswords *passwords, const gchar *reason, GError **error)
{
	return tf_raise(error, TF_ERROR_SECRET_SOURCE, passwords->path, reason, NULL);
}

static gboolean ask_others(
	TfPasswords *passwords, const gchar *number, TfSecret **ret_password, GError **error)
{
	if (passwords->others != NULL)
		return tf_passwords_get(passwords->others, number, ret_password, error);
	if (passwords->is_manifest) {
		*ret_password = NULL;
		return TRUE;
	}

	return tf_raise(error, TF_ERROR_PIN_CODE_UNLISTED, passwords->path, number, NULL);
}

gboolean tf_passwords_get(
	TfPasswords *passwords, const gchar *number, TfSecret **ret_password, GError **error)
{
	guint32 offset = 0;
	TfTableCell cell = { NULL, 0 };
	TfSecret *password = NULL;

	if (!tf_digest_index_find(passwords->offsets, number, strlen(number), &offset))
		return ask_others(passwords, number, ret_password, error);
	if (!find_row(passwords, number, offset))
		return refuse_secret(passwords, _("it was changed meanwhile"), error);
	cell = tf_table_cell(passwords->table, passwords->password);
	password = tf_secret_new_copy(cell.text, cell.length);
	if (password == NULL)
		return refuse_secret(passwords, g_strerror(ENOMEM), error);
	*ret_password = password;

	return TRUE;
}
