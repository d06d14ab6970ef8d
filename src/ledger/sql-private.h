/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SQLite behind the ledger: statements with bound parameters, transactions that undo themselves, and its
 * codes made into ours. */
#pragma once

#include <glib.h>
#include <sqlite3.h>

#include "ledger/ledger.h"

/* Of one text or blob, read or written; SQLite itself refuses twice that. */
#define TF_LEDGER_VALUE_LIMIT (4 << 20)

struct TfLedger {
	gchar *path; /* absolute */
	gchar *uuid;
	sqlite3 *database;
	int directory;
	int lock;		/* -1 until tf_ledger_lock() */
	gint64 version;		/* of the schema; less than ours only in a ledger opened to read */
	gboolean is_grouping;	/* between tf_ledger_group_begin() and its end */
	GHashTable *statements; /* SQL text -> a prepared statement that nobody uses now */
};

/* A prepared statement, lent until it is freed: it then waits for the next query of the same text, because to
 * prepare one costs more than to run it. */
typedef struct TfQuery {
	TfLedger *ledger;
	sqlite3_stmt *handle;
	gboolean is_kept;
} TfQuery;
void tf_query_free(TfQuery *statement);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfQuery, tf_query_free)

/* One bound value; 'bytes' is borrowed until the statement is gone. */
typedef struct TfParameter {
	enum {
		TF_PARAMETER_NULL,
		TF_PARAMETER_INTEGER,
		TF_PARAMETER_TEXT,
		TF_PARAMETER_BYTES
	} type;
	gint64 integer;
	gconstpointer bytes;
	gsize length;
} TfParameter;

TfParameter tf_parameter_integer(gint64 integer);
TfParameter tf_parameter_text(const gchar *text);      /* NULL binds NULL */
TfParameter tf_parameter_path(const gchar *path);      /* as bytes: a path need not be UTF-8 */
TfParameter tf_parameter_bytes(GBytes *bytes);	       /* NULL binds NULL */
TfParameter tf_parameter_digest(const guint8 *digest); /* TF_SHA256_SIZE bytes */

/* Always FALSE. 'code' as the SQLite function gave it. */
gboolean tf_ledger_fail(const TfLedger *ledger, int code, GError **error);
gboolean tf_ledger_fail_because(const TfLedger *ledger, const gchar *reason, GError **error);

/* A statement with its parameters bound, ready for tf_ledger_next(). NULL is an error. */
TfQuery *tf_ledger_query(TfLedger *ledger, const gchar *sql, const TfParameter *parameters,
	guint n_parameters, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* *ret_has_row FALSE at the end. */
gboolean tf_ledger_next(TfLedger *ledger, TfQuery *statement, gboolean *ret_has_row, GError **error);

/* A statement that gives no rows; and several of them without parameters. */
gboolean tf_ledger_change(TfLedger *ledger, const gchar *sql, const TfParameter *parameters,
	guint n_parameters, GError **error);
gboolean tf_ledger_execute(TfLedger *ledger, const gchar *sql, GError **error);

/* The one integer, or the one text, that 'sql' gives. */
gboolean tf_ledger_integer(TfLedger *ledger, const gchar *sql, gint64 *ret_integer, GError **error);
gchar *tf_ledger_text(TfLedger *ledger, const gchar *sql, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* One snapshot from begin to commit, and the write lock where 'is_writing'; freeing what was not committed
 * rolls it back. Within another one, or within a group, it is a part of that: committed it becomes durable
 * with the whole, and freed it takes back its own part only. */
typedef struct TfTransaction TfTransaction;
TfTransaction *tf_transaction_begin(
	TfLedger *ledger, gboolean is_writing, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean tf_transaction_commit(TfTransaction *transaction, GError **error);
void tf_transaction_free(TfTransaction *transaction);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfTransaction, tf_transaction_free)

/* FALSE with an error when a failure, a full disk for one, has undone the group that is open: nothing more
 * may be written as a part of it. */
gboolean tf_ledger_check_group(const TfLedger *ledger, GError **error);

/* FALSE unless the database is empty or a ledger of this or an older version. TF_ERROR_LEDGER_NEWER. */
gboolean tf_ledger_check_schema(TfLedger *ledger, GError **error);

/* Brings an empty or older database to the current schema. */
gboolean tf_ledger_migrate(TfLedger *ledger, GError **error);
