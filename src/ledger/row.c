/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a run reads: rows, each field checked before it is believed. */
#include <glib/gi18n.h>
#include <string.h>

#include "base/error.h"
#include "column-private.h"
#include "trace-columns-private.h"

#define CERTIFICATE_LIMIT 65536u
#define SIGNATURE_LIMIT	  8192u
#define STATEMENT_LIMIT	  16384u
#define TOKEN_LIMIT	  65536u
#define KEY_ID_LIMIT	  255u
#define STEP_LIMIT	  16u

enum {
	COLUMN_ID,
	COLUMN_SPARE_OF,
	COLUMN_CREATED,
	COLUMN_STEP,
	COLUMN_SOURCE_PATH,
	COLUMN_SOURCE_SHA256,
	COLUMN_SOURCE_HOLDS_ONE_SECRET,
	COLUMN_CERTIFICATE,
	COLUMN_SPKI_SHA256,
	COLUMN_TOKEN,
	COLUMN_KEY_ID,
	COLUMN_N_FRAGMENTS,
	COLUMN_DROPPED,
	COLUMN_STATEMENT,
	COLUMN_SIGNATURE,
	COLUMN_EVIDENCE,
	COLUMN_WIPE_DIRECTORY,
	COLUMN_OUTCOME = COLUMN_WIPE_DIRECTORY + TF_TRACE_COLUMNS,
	COLUMN_DETAIL
};

/* The columns in the order above. */
#define SELECT                                                                                               \
	"SELECT id, spare_of, created, step, source_path, source_sha256, source_holds_one_secret,"           \
	" certificate, spki_sha256, token, key_id, n_fragments, dropped, statement, signature, "             \
	"evidence, " TF_TRACE_SQL_COLUMNS ", outcome, detail FROM migration "

static void row_destroy(gpointer data)
{
	tf_ledger_row_free(data);
}

void tf_ledger_row_free(TfLedgerRow *row)
{
	if (row == NULL)
		return;

	g_free(row->source_path);
	g_clear_pointer(&row->source_export, g_bytes_unref);
	g_clear_pointer(&row->certificate_der, g_bytes_unref);
	tf_token_facts_free(row->token);
	g_clear_pointer(&row->key_id, g_bytes_unref);
	g_free(row->dropped);
	g_clear_pointer(&row->statement, g_bytes_unref);
	g_clear_pointer(&row->signature, g_bytes_unref);
	g_free(row->evidence);
	tf_wipe_trace_free(row->wipe);
	g_free(row->outcome);
	g_free(row->detail);
	g_free(row);
}

static gboolean read_step(TfQuery *from, TfLedgerRow *row)
{
	g_autofree gchar *name = tf_column_text(from, COLUMN_STEP, STEP_LIMIT);

	return tf_step_from_name(name, &row->step);
}

static TfTokenFacts *read_token(TfQuery *from)
{
	g_autofree gchar *text = tf_column_text(from, COLUMN_TOKEN, TOKEN_LIMIT);
	g_autoptr(json_t) object = text != NULL ? json_loads(text, JSON_REJECT_DUPLICATES, NULL) : NULL;

	return tf_token_facts_from_json(object);
}

/* What every row has. */
static gboolean read_plan(TfQuery *from, TfLedgerRow *row)
{
	gint64 holds_one_secret = 0;
	gint64 n_fragments = 0;

	if (!tf_column_integer(from, COLUMN_ID, 1, G_MAXINT64, &row->id) ||
		!tf_column_integer(from, COLUMN_CREATED, 0, G_MAXINT64, &row->created) ||
		!tf_column_integer(from, COLUMN_SOURCE_HOLDS_ONE_SECRET, 0, 1, &holds_one_secret) ||
		!tf_column_integer(from, COLUMN_N_FRAGMENTS, 0, G_MAXUINT, &n_fragments) ||
		!read_step(from, row))
		return FALSE;
	if (!tf_column_is_null(from, COLUMN_SPARE_OF) &&
		!tf_column_integer(from, COLUMN_SPARE_OF, 1, G_MAXINT64, &row->spare_of))
		return FALSE;
	row->source_holds_one_secret = holds_one_secret != 0;
	row->n_fragments = (guint)n_fragments;
	if (!tf_column_digest(from, COLUMN_SOURCE_SHA256, row->source_sha256) ||
		!tf_column_digest(from, COLUMN_SPKI_SHA256, row->spki_sha256))
		return FALSE;
	row->source_path = tf_column_path(from, COLUMN_SOURCE_PATH);
	row->certificate_der = tf_column_bytes(from, COLUMN_CERTIFICATE, CERTIFICATE_LIMIT);
	row->key_id = tf_column_bytes(from, COLUMN_KEY_ID, KEY_ID_LIMIT);
	row->token = read_token(from);

	return row->source_path != NULL && row->certificate_der != NULL && row->key_id != NULL &&
	       row->token != NULL;
}

static gboolean read_optional_text(TfQuery *from, int column, gchar **ret_text)
{
	if (tf_column_is_null(from, column))
		return TRUE;
	*ret_text = tf_column_text(from, column, TF_LEDGER_VALUE_LIMIT);

	return *ret_text != NULL;
}

static gboolean read_optional_bytes(TfQuery *from, int column, gsize limit, GBytes **ret_bytes)
{
	if (tf_column_is_null(from, column))
		return TRUE;
	*ret_bytes = tf_column_bytes(from, column, limit);

	return *ret_bytes != NULL;
}

static gboolean read_trace(TfQuery *from, TfLedgerRow *row)
{
	if (tf_column_is_null(from, COLUMN_WIPE_DIRECTORY))
		return row->step != TF_STEP_WIPING && row->step != TF_STEP_WIPED;
	row->wipe = tf_trace_columns_read(from, COLUMN_WIPE_DIRECTORY);

	return row->wipe != NULL;
}

/* What a row cannot be without at its step. */
static gboolean is_whole(const TfLedgerRow *row)
{
	switch (row->step) {
	case TF_STEP_INTENT:
	case TF_STEP_IMPORTED:
	case TF_STEP_UNDONE:
	case TF_STEP_REFUTED:
	case TF_STEP_REMOVING:
	case TF_STEP_REMOVED:
		return TRUE;
	case TF_STEP_PROVED:
		return row->evidence != NULL;
	case TF_STEP_WIPING:
	case TF_STEP_WIPED:
	case TF_STEP_DONE:
	case TF_STEP_KEPT:
	case TF_STEP_PROVISIONED:
		return row->evidence != NULL && row->outcome != NULL;
	case TF_N_STEPS:
		break;
	}
	g_assert_not_reached();
}

static TfLedgerRow *read_row(const TfLedger *ledger, TfQuery *from, GError **error)
{
	g_autoptr(TfLedgerRow) row = g_new0(TfLedgerRow, 1);

	if (!read_plan(from, row) || !read_trace(from, row) ||
		!read_optional_text(from, COLUMN_DROPPED, &row->dropped) ||
		!read_optional_bytes(from, COLUMN_STATEMENT, STATEMENT_LIMIT, &row->statement) ||
		!read_optional_bytes(from, COLUMN_SIGNATURE, SIGNATURE_LIMIT, &row->signature) ||
		!read_optional_text(from, COLUMN_EVIDENCE, &row->evidence) ||
		!read_optional_text(from, COLUMN_OUTCOME, &row->outcome) ||
		!read_optional_text(from, COLUMN_DETAIL, &row->detail) || !is_whole(row)) {
		tf_ledger_fail_because(ledger, _("a row in it is damaged"), error);
		return NULL;
	}

	return g_steal_pointer(&row);
}

static GPtrArray *read_rows(
	TfLedger *ledger, const gchar *sql, const TfParameter *parameters, guint n_parameters, GError **error)
{
	g_autoptr(TfQuery) statement = tf_ledger_query(ledger, sql, parameters, n_parameters, error);
	g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func(row_destroy);
	gboolean has_row = FALSE;

	if (statement == NULL)
		return NULL;
	while (tf_ledger_next(ledger, statement, &has_row, error)) {
		TfLedgerRow *row = NULL;

		if (!has_row)
			return g_steal_pointer(&rows);
		row = read_row(ledger, statement, error);
		if (row == NULL)
			return NULL;
		g_ptr_array_add(rows, row);
	}

	return NULL;
}

TfLedgerRow *tf_ledger_load(TfLedger *ledger, gint64 id, GError **error)
{
	const TfParameter parameters[] = { tf_parameter_integer(id) };
	g_autoptr(GPtrArray) rows = read_rows(ledger, SELECT "WHERE id = ?", parameters, 1, error);

	if (rows == NULL)
		return NULL;
	if (rows->len == 0) {
		tf_raise(error, TF_ERROR_LEDGER_NO_RUN, ledger->path, NULL);
		return NULL;
	}

	return g_ptr_array_steal_index(rows, 0);
}

GPtrArray *tf_ledger_rows(TfLedger *ledger, const guint8 *spki_sha256, GError **error)
{
	TfParameter parameters[1];

	if (spki_sha256 == NULL)
		return read_rows(ledger, SELECT "ORDER BY id DESC", NULL, 0, error);

	parameters[0] = tf_parameter_digest(spki_sha256);

	return read_rows(ledger, SELECT "WHERE spki_sha256 = ? ORDER BY id DESC", parameters, 1, error);
}

GPtrArray *tf_ledger_rows_of_key_id(TfLedger *ledger, GBytes *key_id, GError **error)
{
	const TfParameter parameters[] = { tf_parameter_bytes(key_id) };

	return read_rows(ledger, SELECT "WHERE key_id = ? ORDER BY id DESC", parameters, 1, error);
}

gboolean tf_ledger_visit_rows(TfLedger *ledger, TfLedgerVisitor visit, gpointer user_data, GError **error)
{
	g_autoptr(TfQuery) statement = tf_ledger_query(ledger, SELECT "ORDER BY id DESC", NULL, 0, error);
	gboolean has_row = FALSE;

	if (statement == NULL)
		return FALSE;
	while (tf_ledger_next(ledger, statement, &has_row, error)) {
		g_autoptr(TfLedgerRow) row = NULL;

		if (!has_row)
			return TRUE;
		row = read_row(ledger, statement, error);
		if (row == NULL || !visit(row, user_data, error))
			return FALSE;
	}

	return FALSE;
}

/* 'rows' is taken over. */
static gboolean take_first(GPtrArray *rows, TfLedgerRow **ret_row)
{
	g_autoptr(GPtrArray) all = rows;

	if (all == NULL)
		return FALSE;
	*ret_row = all->len > 0 ? g_ptr_array_steal_index(all, 0) : NULL;

	return TRUE;
}

gboolean tf_ledger_newest_of_source(
	TfLedger *ledger, const gchar *source_path, TfLedgerRow **ret_row, GError **error)
{
	const TfParameter parameters[] = { tf_parameter_path(source_path) };

	return take_first(
		read_rows(ledger,
			SELECT "WHERE source_path = ? AND spare_of IS NULL ORDER BY id DESC LIMIT 1",
			parameters, 1, error),
		ret_row);
}

gboolean tf_ledger_newest_with_report(TfLedger *ledger, TfLedgerRow **ret_row, GError **error)
{
	return take_first(
		read_rows(ledger,
			SELECT "WHERE step IN ('done', 'provisioned', 'kept') AND outcome IS NOT NULL"
			       " AND spare_of IS NULL ORDER BY id DESC LIMIT 1",
			NULL, 0, error),
		ret_row);
}

GPtrArray *tf_ledger_unfinished(TfLedger *ledger, const gchar *source_path, GError **error)
{
	const TfParameter parameters[] = { tf_parameter_path(source_path) };

	return read_rows(ledger,
		SELECT "WHERE source_path = ?"
		       " AND step NOT IN ('done', 'provisioned', 'undone', 'refuted', 'removing', 'removed')"
		       " ORDER BY id DESC",
		parameters, 1, error);
}

GPtrArray *tf_ledger_wipes_left(TfLedger *ledger, const guint8 *spki_sha256, GError **error)
{
	const TfParameter parameters[] = { spki_sha256 != NULL ? tf_parameter_digest(spki_sha256)
							       : tf_parameter_text(NULL) };

	return read_rows(ledger,
		SELECT "WHERE step IN ('wiping', 'wiped') AND (?1 IS NULL OR spki_sha256 = ?1) ORDER BY id",
		parameters, G_N_ELEMENTS(parameters), error);
}

TfOutcome *tf_ledger_row_outcome(const TfLedger *ledger, const TfLedgerRow *row, GError **error)
{
	g_autoptr(json_t) object =
		row->outcome != NULL ? json_loads(row->outcome, JSON_REJECT_DUPLICATES, NULL) : NULL;

	if (object == NULL) {
		tf_ledger_fail_because(ledger, _("a row in it is damaged"), error);
		return NULL;
	}

	return tf_outcome_from_json(object, ledger->path, error);
}
