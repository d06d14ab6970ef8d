/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sql-private.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <string.h>

#include "base/error.h"

struct TfTransaction {
	TfLedger *ledger;
	gboolean is_committed;
};

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

static int bind(TfStatement *statement, int index, const TfParameter *parameter)
{
	if (parameter->length > TF_LEDGER_VALUE_LIMIT)
		return SQLITE_TOOBIG;

	switch (parameter->type) {
	case TF_PARAMETER_NULL:
		return sqlite3_bind_null(statement, index);
	case TF_PARAMETER_INTEGER:
		return sqlite3_bind_int64(statement, index, parameter->integer);
	case TF_PARAMETER_TEXT:
		return sqlite3_bind_text(
			statement, index, parameter->bytes, (int)parameter->length, SQLITE_STATIC);
	case TF_PARAMETER_BYTES:
		/* A NULL pointer would bind NULL, not a blob of no bytes. */
		return sqlite3_bind_blob(statement, index, parameter->length > 0 ? parameter->bytes : "",
			(int)parameter->length, SQLITE_STATIC);
	}
	g_assert_not_reached();
}

TfStatement *tf_ledger_query(
	TfLedger *ledger, const gchar *sql, const TfParameter *parameters, guint n_parameters, GError **error)
{
	g_autoptr(TfStatement) statement = NULL;
	int code = sqlite3_prepare_v2(ledger->database, sql, -1, &statement, NULL);

	if (code != SQLITE_OK) {
		tf_ledger_fail(ledger, code, error);
		return NULL;
	}
	g_assert_cmpint(sqlite3_bind_parameter_count(statement), ==, (gint)n_parameters);
	for (guint i = 0; i < n_parameters; i++) {
		code = bind(statement, (int)i + 1, &parameters[i]);
		if (code != SQLITE_OK) {
			tf_ledger_fail(ledger, code, error);
			return NULL;
		}
	}

	return g_steal_pointer(&statement);
}

gboolean tf_ledger_next(TfLedger *ledger, TfStatement *statement, gboolean *ret_has_row, GError **error)
{
	int code = sqlite3_step(statement);

	if (code != SQLITE_ROW && code != SQLITE_DONE)
		return tf_ledger_fail(ledger, code, error);
	*ret_has_row = code == SQLITE_ROW;

	return TRUE;
}

gboolean tf_ledger_change(
	TfLedger *ledger, const gchar *sql, const TfParameter *parameters, guint n_parameters, GError **error)
{
	g_autoptr(TfStatement) statement = tf_ledger_query(ledger, sql, parameters, n_parameters, error);
	gboolean has_row = FALSE;

	return statement != NULL && tf_ledger_next(ledger, statement, &has_row, error);
}

gboolean tf_ledger_execute(TfLedger *ledger, const gchar *sql, GError **error)
{
	int code = sqlite3_exec(ledger->database, sql, NULL, NULL, NULL);

	return code == SQLITE_OK || tf_ledger_fail(ledger, code, error);
}

gboolean tf_ledger_integer(TfLedger *ledger, const gchar *sql, gint64 *ret_integer, GError **error)
{
	g_autoptr(TfStatement) statement = tf_ledger_query(ledger, sql, NULL, 0, error);
	gboolean has_row = FALSE;

	if (statement == NULL || !tf_ledger_next(ledger, statement, &has_row, error))
		return FALSE;
	if (!has_row || sqlite3_column_type(statement, 0) != SQLITE_INTEGER)
		return tf_ledger_fail(ledger, SQLITE_CORRUPT, error);
	*ret_integer = sqlite3_column_int64(statement, 0);

	return TRUE;
}

gchar *tf_ledger_text(TfLedger *ledger, const gchar *sql, GError **error)
{
	g_autoptr(TfStatement) statement = tf_ledger_query(ledger, sql, NULL, 0, error);
	gboolean has_row = FALSE;

	if (statement == NULL || !tf_ledger_next(ledger, statement, &has_row, error))
		return NULL;
	if (!has_row || sqlite3_column_type(statement, 0) != SQLITE_TEXT) {
		tf_ledger_fail(ledger, SQLITE_CORRUPT, error);
		return NULL;
	}

	return g_strdup((const gchar *)sqlite3_column_text(statement, 0));
}

TfTransaction *tf_transaction_begin(TfLedger *ledger, gboolean is_writing, GError **error)
{
	TfTransaction *transaction = NULL;

	/* IMMEDIATE: a read that is followed by a write must not be overtaken between the two. */
	if (!tf_ledger_execute(ledger, is_writing ? "BEGIN IMMEDIATE" : "BEGIN", error))
		return NULL;
	transaction = g_new0(TfTransaction, 1);
	transaction->ledger = ledger;

	return transaction;
}

gboolean tf_transaction_commit(TfTransaction *transaction, GError **error)
{
	if (!tf_ledger_execute(transaction->ledger, "COMMIT", error))
		return FALSE;
	transaction->is_committed = TRUE;

	return TRUE;
}

void tf_transaction_free(TfTransaction *transaction)
{
	if (transaction == NULL)
		return;

	/* Fails only where SQLite has rolled back by itself already. */
	if (!transaction->is_committed)
		(void)tf_ledger_execute(transaction->ledger, "ROLLBACK", NULL);
	g_free(transaction);
}
