/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "batch/manifest.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "manifest-private.h"
#include "manifest-rules.h"

#define NAME_LIMIT   300u  /* 100 characters of Japanese */
#define PATH_LIMIT   4095u /* PATH_MAX without the NUL */
#define SERIAL_LIMIT 64u

static const TfTableColumn columns[TF_N_MANIFEST_COLUMNS] = {
	[TF_MANIFEST_NUMBER] = { "number", TF_MANIFEST_NUMBER_LIMIT, TRUE, FALSE },
	[TF_MANIFEST_NAME] = { "name", NAME_LIMIT, TRUE, FALSE },
	[TF_MANIFEST_P12] = { "p12", PATH_LIMIT, TRUE, FALSE },
	[TF_MANIFEST_PASSWORD] = { "password", TF_MANIFEST_PASSWORD_LIMIT, FALSE, TRUE },
	[TF_MANIFEST_TOKEN_SERIAL] = { "token_serial", SERIAL_LIMIT, FALSE, FALSE },
};

typedef struct Reading {
	const gchar *path;
	const TfCampaign *campaign;
	TfManifestRowFunc row;
	TfManifestProblemFunc problem;
	gpointer user_data;
	TfTable *table;
	TfSecret *password;
	gboolean is_empty;
} Reading;

TfTable *tf_manifest_table(int fd, const gchar *path, GError **error)
{
	return tf_table_new(fd, path, columns, TF_N_MANIFEST_COLUMNS, error);
}

static gchar *text_of(const Reading *reading, TfManifestColumn column)
{
	TfTableCell cell = tf_table_cell(reading->table, column);

	return g_strndup(cell.text, cell.length);
}

static const TfSecret *take_password(const Reading *reading)
{
	TfTableCell cell = tf_table_cell(reading->table, TF_MANIFEST_PASSWORD);
	gboolean fits = FALSE;

	tf_secret_set_length(reading->password, 0);
	fits = tf_secret_append(reading->password, cell.text, cell.length);
	g_assert(fits);

	return cell.length > 0 ? reading->password : NULL;
}

/* Takes 'found'. */
static gboolean tell(const Reading *reading, GError *found, GError **error)
{
	g_autoptr(GError) problem = found;

	return reading->problem(tf_table_line(reading->table), problem, reading->user_data, error);
}

/* Every rule that the row breaks is told; *ret_is_good is FALSE then. */
static gboolean check_rules(
	const Reading *reading, const TfManifestRow *row, gboolean *ret_is_good, GError **error)
{
	const TfManifestPlace place = { reading->path, row->line };
	GError *found[] = { NULL, NULL, NULL };
	gboolean goes_on = TRUE;

	(void)tf_manifest_check_number(&place, reading->campaign, row->number, &found[0]);
	(void)tf_manifest_check_name(&place, row->name, &found[1]);
	(void)tf_manifest_check_path(&place, row->path, &found[2]);
	*ret_is_good = TRUE;
	for (guint i = 0; i < G_N_ELEMENTS(found); i++) {
		if (found[i] == NULL)
			continue;
		*ret_is_good = FALSE;
		if (goes_on)
			goes_on = tell(reading, found[i], error);
		else
			g_error_free(found[i]);
	}

	return goes_on;
}

static gboolean take_row(const Reading *reading, GError **error)
{
	g_autofree gchar *number = text_of(reading, TF_MANIFEST_NUMBER);
	g_autofree gchar *name = text_of(reading, TF_MANIFEST_NAME);
	g_autofree gchar *path = text_of(reading, TF_MANIFEST_P12);
	g_autofree gchar *token_serial = text_of(reading, TF_MANIFEST_TOKEN_SERIAL);
	const TfManifestRow row = {
		.line = tf_table_line(reading->table),
		.number = number,
		.name = name,
		.path = path,
		.password = take_password(reading),
		.token_serial = token_serial[0] != '\0' ? token_serial : NULL,
	};
	gboolean is_good = FALSE;

	if (!check_rules(reading, &row, &is_good, error))
		return FALSE;

	return !is_good || reading->row(&row, reading->user_data, error);
}

static gboolean tell_that_nothing_is_there(const Reading *reading, GError **error)
{
	GError *found = NULL;

	tf_raise(&found, TF_ERROR_MANIFEST_INVALID, reading->path, TF_NUMBER(tf_table_line(reading->table)),
		_("the list names nobody"), NULL);

	return tell(reading, found, error);
}

static gboolean read_rows(Reading *reading, GError **error)
{
	for (;;) {
		GError *found = NULL;
		gboolean goes_on = TRUE;

		switch (tf_table_next(reading->table, &found)) {
		case TF_TABLE_ROW:
			goes_on = take_row(reading, error);
			break;
		case TF_TABLE_PROBLEM:
			goes_on = tell(reading, found, error);
			break;
		case TF_TABLE_END:
			return !reading->is_empty || tell_that_nothing_is_there(reading, error);
		case TF_TABLE_FAILED:
			g_propagate_error(error, found);
			return FALSE;
		}
		if (!goes_on)
			return FALSE;
		reading->is_empty = FALSE;
	}
}

gboolean tf_manifest_read_descriptor(int fd, const gchar *path, const TfCampaign *campaign,
	TfManifestRowFunc row, TfManifestProblemFunc problem, gpointer user_data, GError **error)
{
	g_autoptr(TfTable) table = tf_manifest_table(fd, path, error);
	g_autoptr(TfSecret) password = tf_secret_new(TF_MANIFEST_PASSWORD_LIMIT);
	Reading reading = { path, campaign, row, problem, user_data, table, password, TRUE };

	if (table == NULL)
		return FALSE;
	if (password == NULL)
		return tf_raise(error, TF_ERROR_SOURCE_UNREADABLE, path, g_strerror(ENOMEM), NULL);

	return read_rows(&reading, error);
}

gboolean tf_manifest_read(const gchar *path, const TfCampaign *campaign, TfManifestRowFunc row,
	TfManifestProblemFunc problem, gpointer user_data, GError **error)
{
	TF_AUTO_FD int fd = tf_file_open(path, NULL, error);

	if (fd < 0)
		return FALSE;

	return tf_manifest_read_descriptor(fd, path, campaign, row, problem, user_data, error);
}
