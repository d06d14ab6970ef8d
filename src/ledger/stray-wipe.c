/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ledger/stray-wipe.h"

#include <glib/gi18n.h>

#include "base/error.h"
#include "column-private.h"
#include "record-private.h"
#include "trace-columns-private.h"

/* The first schemas that know of the salts of a source, and of strays as they are read here. */
#define EXPORTS_SCHEMA 7
#define STRAYS_SCHEMA  8

#define KIND_LIMIT 32u

enum {
	COLUMN_ID,
	COLUMN_CREATED,
	COLUMN_PATH,
	COLUMN_KIND,
	COLUMN_SHA256,
	COLUMN_SPKI_SHA256,
	COLUMN_DETAIL,
	COLUMN_EXPOSURES,
	COLUMN_WIPE
};

#define SELECT                                                                                               \
	"SELECT id, created, path, kind, sha256, spki_sha256, detail, exposures, " TF_TRACE_SQL_COLUMNS      \
	" FROM stray "

void tf_stray_wipe_free(TfStrayWipe *stray)
{
	if (stray == NULL)
		return;

	g_free(stray->path);
	g_free(stray->kind);
	g_free(stray->detail);
	tf_wipe_trace_free(stray->wipe);
	g_free(stray);
}

static void destroy(gpointer data)
{
	tf_stray_wipe_free(data);
}

gboolean tf_ledger_begin_stray_wipe(
	TfLedger *ledger, const TfStrayWipe *stray, gint64 *ret_id, GError **error)
{
	g_autoptr(TfTransaction) transaction = tf_transaction_begin(ledger, TRUE, error);
	TfParameter parameters[6 + TF_TRACE_COLUMNS] = {
		tf_parameter_integer(tf_ledger_now()),
		tf_parameter_path(stray->path),
		tf_parameter_text(stray->kind),
		tf_parameter_digest(stray->sha256),
		tf_parameter_digest(stray->spki_sha256),
		tf_parameter_integer(stray->exposures),
	};
	gint64 id = 0;

	tf_trace_columns_bind(stray->wipe, parameters + 6);
	if (transaction == NULL || !tf_ledger_change(ledger,
					   "INSERT INTO stray (created, path, kind, sha256, spki_sha256, "
					   "exposures, " TF_TRACE_SQL_COLUMNS ")"
					   " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
					   parameters, G_N_ELEMENTS(parameters), error))
		return FALSE;
	id = sqlite3_last_insert_rowid(ledger->database);
	if (!tf_transaction_commit(transaction, error))
		return FALSE;
	*ret_id = id;

	return TRUE;
}

static gboolean end(TfLedger *ledger, gint64 id, gboolean is_told, const gchar *detail, GError **error)
{
	g_autoptr(TfTransaction) transaction = tf_transaction_begin(ledger, TRUE, error);
	const TfParameter parameters[] = {
		tf_parameter_integer(tf_ledger_now()),
		is_told ? tf_parameter_integer(tf_ledger_now()) : tf_parameter_text(NULL),
		tf_parameter_text(detail),
		tf_parameter_integer(id),
	};

	if (transaction == NULL ||
		!tf_ledger_change(ledger,
			"UPDATE stray SET ended = ?, told = ?, detail = ? WHERE id = ? AND ended IS NULL",
			parameters, G_N_ELEMENTS(parameters), error))
		return FALSE;
	if (sqlite3_changes(ledger->database) != 1)
		return tf_raise(error, TF_ERROR_LEDGER_NO_RUN, ledger->path, NULL);

	return tf_transaction_commit(transaction, error);
}

gboolean tf_ledger_end_stray_wipe(TfLedger *ledger, gint64 id, const gchar *detail, GError **error)
{
	return end(ledger, id, FALSE, detail, error);
}

gboolean tf_ledger_drop_stray_wipe(TfLedger *ledger, gint64 id, GError **error)
{
	return end(ledger, id, TRUE, "W0", error);
}

static TfStrayWipe *read_stray(const TfLedger *ledger, TfQuery *from, GError **error)
{
	g_autoptr(TfStrayWipe) stray = g_new0(TfStrayWipe, 1);
	gint64 exposures = 0;

	if (tf_column_integer(from, COLUMN_ID, 1, G_MAXINT64, &stray->id) &&
		tf_column_integer(from, COLUMN_CREATED, 0, G_MAXINT64, &stray->created) &&
		tf_column_integer(from, COLUMN_EXPOSURES, 0, G_MAXUINT, &exposures) &&
		tf_column_digest(from, COLUMN_SHA256, stray->sha256) &&
		tf_column_digest(from, COLUMN_SPKI_SHA256, stray->spki_sha256)) {
		stray->exposures = (guint)exposures;
		stray->path = tf_column_path(from, COLUMN_PATH);
		stray->kind = tf_column_text(from, COLUMN_KIND, KIND_LIMIT);
		stray->detail = tf_column_text(from, COLUMN_DETAIL, TF_LEDGER_VALUE_LIMIT);
		stray->wipe = tf_trace_columns_read(from, COLUMN_WIPE);
	}
	if (stray->path != NULL && stray->kind != NULL && stray->wipe != NULL)
		return g_steal_pointer(&stray);
	tf_ledger_fail_because(ledger, _("a row in it is damaged"), error);

	return NULL;
}

static GPtrArray *read_strays(
	TfLedger *ledger, const gchar *sql, const TfParameter *parameters, guint n_parameters, GError **error)
{
	g_autoptr(GPtrArray) strays = g_ptr_array_new_with_free_func(destroy);
	g_autoptr(TfQuery) query = NULL;
	gboolean has_row = FALSE;

	if (ledger->version < STRAYS_SCHEMA)
		return g_steal_pointer(&strays);
	query = tf_ledger_query(ledger, sql, parameters, n_parameters, error);
	while (query != NULL && tf_ledger_next(ledger, query, &has_row, error)) {
		TfStrayWipe *stray = NULL;

		if (!has_row)
			return g_steal_pointer(&strays);
		stray = read_stray(ledger, query, error);
		if (stray == NULL)
			return NULL;
		g_ptr_array_add(strays, stray);
	}

	return NULL;
}

GPtrArray *tf_ledger_stray_wipes_left(TfLedger *ledger, GError **error)
{
	return read_strays(ledger, SELECT "WHERE ended IS NULL ORDER BY id", NULL, 0, error);
}

GPtrArray *tf_ledger_stray_wipes_untold(
	TfLedger *ledger, const guint8 spki_sha256[TF_SHA256_SIZE], GError **error)
{
	const TfParameter parameters[] = { tf_parameter_digest(spki_sha256) };

	return read_strays(ledger,
		SELECT "WHERE ended IS NOT NULL AND told IS NULL AND spki_sha256 = ? ORDER BY id", parameters,
		G_N_ELEMENTS(parameters), error);
}

gboolean tf_ledger_tell_stray_wipes(
	TfLedger *ledger, const guint8 spki_sha256[TF_SHA256_SIZE], GError **error)
{
	g_autoptr(TfTransaction) transaction = tf_transaction_begin(ledger, TRUE, error);
	const TfParameter parameters[] = { tf_parameter_integer(tf_ledger_now()),
		tf_parameter_digest(spki_sha256) };

	return transaction != NULL &&
	       tf_ledger_change(ledger,
		       "UPDATE stray SET told = ? WHERE ended IS NOT NULL AND told IS NULL AND spki_sha256 = "
		       "?",
		       parameters, G_N_ELEMENTS(parameters), error) &&
	       tf_transaction_commit(transaction, error);
}

GPtrArray *tf_ledger_exports(TfLedger *ledger, const guint8 *spki_sha256, GError **error)
{
	const TfParameter parameters[] = { spki_sha256 != NULL ? tf_parameter_digest(spki_sha256)
							       : tf_parameter_text(NULL) };
	g_autoptr(GPtrArray) exports = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
	g_autoptr(TfQuery) query = NULL;
	gboolean has_row = FALSE;

	if (ledger->version < EXPORTS_SCHEMA)
		return g_steal_pointer(&exports);
	query = tf_ledger_query(ledger,
		"SELECT DISTINCT source_export FROM migration"
		" WHERE source_export IS NOT NULL AND (?1 IS NULL OR spki_sha256 = ?1)",
		parameters, G_N_ELEMENTS(parameters), error);
	while (query != NULL && tf_ledger_next(ledger, query, &has_row, error)) {
		guint8 digest[TF_SHA256_SIZE];

		if (!has_row)
			return g_steal_pointer(&exports);
		if (!tf_column_digest(query, 0, digest)) {
			tf_ledger_fail_because(ledger, _("a row in it is damaged"), error);
			return NULL;
		}
		g_ptr_array_add(exports, g_bytes_new(digest, sizeof digest));
	}

	return NULL;
}
