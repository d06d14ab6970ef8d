/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sql-private.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <string.h>

#include "base/error.h"

typedef struct CodeRow {
	int code;
	int failure; /* errno value that says the same; 0: the sentence of damage */
} CodeRow;

static const CodeRow codes[] = {
	{ SQLITE_PERM, EACCES },
	{ SQLITE_AUTH, EACCES },
	{ SQLITE_NOMEM, ENOMEM },
	{ SQLITE_READONLY, EROFS },
	{ SQLITE_IOERR, EIO },
	{ SQLITE_FULL, ENOSPC },
	{ SQLITE_CANTOPEN, EACCES },
	{ SQLITE_TOOBIG, EFBIG },
	{ SQLITE_PROTOCOL, EDEADLK },
};

TfParameter tf_parameter_integer(gint64 integer)
{
	return (TfParameter){ .type = TF_PARAMETER_INTEGER, .integer = integer };
}

TfParameter tf_parameter_text(const gchar *text)
{
	return (TfParameter){ .type = text != NULL ? TF_PARAMETER_TEXT : TF_PARAMETER_NULL,
		.bytes = text,
		.length = text != NULL ? strlen(text) : 0 };
}

TfParameter tf_parameter_path(const gchar *path)
{
	TfParameter parameter = tf_parameter_text(path);

	if (parameter.type == TF_PARAMETER_TEXT)
		parameter.type = TF_PARAMETER_BYTES;

	return parameter;
}

TfParameter tf_parameter_bytes(GBytes *bytes)
{
	TfParameter parameter = { .type = bytes != NULL ? TF_PARAMETER_BYTES : TF_PARAMETER_NULL };

	if (bytes != NULL)
		parameter.bytes = g_bytes_get_data(bytes, &parameter.length);

	return parameter;
}

TfParameter tf_parameter_digest(const guint8 *digest)
{
	return (TfParameter){ .type = TF_PARAMETER_BYTES, .bytes = digest, .length = TF_SHA256_SIZE };
}

gboolean tf_ledger_fail_because(const TfLedger *ledger, const gchar *reason, GError **error)
{
	return tf_raise(error, TF_ERROR_LEDGER_FAILED, ledger->path, reason, NULL);
}

gboolean tf_ledger_fail(const TfLedger *ledger, int code, GError **error)
{
	int primary = code & 0xFF;

	if (primary == SQLITE_BUSY || primary == SQLITE_LOCKED)
		return tf_raise(error, TF_ERROR_LEDGER_BUSY, ledger->path, NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(codes); i++) {
		if (codes[i].code == primary)
			return tf_ledger_fail_because(ledger, g_strerror(codes[i].failure), error);
	}

	return tf_ledger_fail_because(ledger, _("it is damaged, or not a ledger of this program"), error);
}

static int bind(TfQuery *statement, int index, const TfParameter *parameter)
{
	if (parameter->length > TF_LEDGER_VALUE_LIMIT)
		return SQLITE_TOOBIG;

	switch (parameter->type) {
	case TF_PARAMETER_NULL:
		return sqlite3_bind_null(statement->handle, index);
	case TF_PARAMETER_INTEGER:
		return sqlite3_bind_int64(statement->handle, index, parameter->integer);
	case TF_PARAMETER_TEXT:
		return sqlite3_bind_text(
			statement->handle, index, parameter->bytes, (int)parameter->length, SQLITE_STATIC);
	case TF_PARAMETER_BYTES:
		/* A NULL pointer would bind NULL, not a blob of no bytes. */
		return sqlite3_bind_blob(statement->handle, index,
			parameter->length > 0 ? parameter->bytes : "", (int)parameter->length, SQLITE_STATIC);
	}
	g_assert_not_reached();
}

void tf_query_free(TfQuery *statement)
{
	if (statement == NULL)
		return;

	(void)sqlite3_reset(statement->handle);
	(void)sqlite3_clear_bindings(statement->handle);
	/* Two of one text were in use at once: one is enough to keep. */
	if (statement->is_kept &&
		!g_hash_table_contains(statement->ledger->statements, sqlite3_sql(statement->handle)))
		(void)g_hash_table_insert(statement->ledger->statements,
			(gpointer)sqlite3_sql(statement->handle), statement->handle);
	else
		(void)sqlite3_finalize(statement->handle);
	g_free(statement);
}

/* A pragma is not kept: some do their work while they are prepared. */
static TfQuery *prepare(TfLedger *ledger, const gchar *sql, gboolean is_kept, GError **error)
{
	TfQuery *statement = NULL;
	gpointer handle = NULL;

	if (!is_kept || !g_hash_table_steal_extended(ledger->statements, sql, NULL, &handle)) {
		sqlite3_stmt *fresh = NULL;
		int code = sqlite3_prepare_v3(
			ledger->database, sql, -1, is_kept ? SQLITE_PREPARE_PERSISTENT : 0, &fresh, NULL);

		if (code != SQLITE_OK) {
			tf_ledger_fail(ledger, code, error);
			return NULL;
		}
		handle = fresh;
	}
	statement = g_new0(TfQuery, 1);
	statement->ledger = ledger;
	statement->handle = handle;
	statement->is_kept = is_kept;

	return statement;
}

TfQuery *tf_ledger_query(
	TfLedger *ledger, const gchar *sql, const TfParameter *parameters, guint n_parameters, GError **error)
{
	g_autoptr(TfQuery) statement = prepare(ledger, sql, TRUE, error);

	if (statement == NULL)
		return NULL;
	g_assert_cmpint(sqlite3_bind_parameter_count(statement->handle), ==, (gint)n_parameters);
	for (guint i = 0; i < n_parameters; i++) {
		int code = bind(statement, (int)i + 1, &parameters[i]);

		if (code != SQLITE_OK) {
			tf_ledger_fail(ledger, code, error);
			return NULL;
		}
	}

	return g_steal_pointer(&statement);
}

gboolean tf_ledger_next(TfLedger *ledger, TfQuery *statement, gboolean *ret_has_row, GError **error)
{
	int code = sqlite3_step(statement->handle);

	if (code != SQLITE_ROW && code != SQLITE_DONE)
		return tf_ledger_fail(ledger, code, error);
	*ret_has_row = code == SQLITE_ROW;

	return TRUE;
}

gboolean tf_ledger_change(
	TfLedger *ledger, const gchar *sql, const TfParameter *parameters, guint n_parameters, GError **error)
{
	g_autoptr(TfQuery) statement = NULL;
	gboolean has_row = FALSE;

	if (!tf_ledger_check_group(ledger, error))
		return FALSE;
	statement = tf_ledger_query(ledger, sql, parameters, n_parameters, error);

	return statement != NULL && tf_ledger_next(ledger, statement, &has_row, error);
}

gboolean tf_ledger_execute(TfLedger *ledger, const gchar *sql, GError **error)
{
	int code = sqlite3_exec(ledger->database, sql, NULL, NULL, NULL);

	return code == SQLITE_OK || tf_ledger_fail(ledger, code, error);
}

gboolean tf_ledger_integer(TfLedger *ledger, const gchar *sql, gint64 *ret_integer, GError **error)
{
	g_autoptr(TfQuery) statement = prepare(ledger, sql, FALSE, error);
	gboolean has_row = FALSE;

	if (statement == NULL || !tf_ledger_next(ledger, statement, &has_row, error))
		return FALSE;
	if (!has_row || sqlite3_column_type(statement->handle, 0) != SQLITE_INTEGER)
		return tf_ledger_fail(ledger, SQLITE_CORRUPT, error);
	*ret_integer = sqlite3_column_int64(statement->handle, 0);

	return TRUE;
}

gchar *tf_ledger_text(TfLedger *ledger, const gchar *sql, GError **error)
{
	g_autoptr(TfQuery) statement = prepare(ledger, sql, FALSE, error);
	gboolean has_row = FALSE;

	if (statement == NULL || !tf_ledger_next(ledger, statement, &has_row, error))
		return NULL;
	if (!has_row || sqlite3_column_type(statement->handle, 0) != SQLITE_TEXT) {
		tf_ledger_fail(ledger, SQLITE_CORRUPT, error);
		return NULL;
	}

	return g_strdup((const gchar *)sqlite3_column_text(statement->handle, 0));
}
