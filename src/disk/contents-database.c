/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A browser's key database, told by its tables and records; whether private keys are in it SQLite says, which
 * reads it in memory. Their values stay encrypted. */
#include <sqlite3.h>
#include <string.h>

#include "contents-private.h"

typedef sqlite3 Database;
typedef sqlite3_stmt Statement;
static void database_close(Database *database)
{
	(void)sqlite3_close(database);
}
static void statement_free(Statement *statement)
{
	(void)sqlite3_finalize(statement);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Database, database_close)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Statement, statement_free)

/* CKA_CLASS is CKO_PRIVATE_KEY: what browsers lock passwords with is there, too. TRUE when there is none for
 * sure. */
static gboolean is_without_keys(const guint8 *bytes, gsize length)
{
	static const char query[] =
		"SELECT count(*) FROM (SELECT 1 FROM nssPrivate WHERE a0 = x'00000003' LIMIT 1)";
	g_autoptr(Database) database = NULL;
	g_autoptr(Statement) statement = NULL;

	/* READONLY: it writes nothing to the octets. */
	return sqlite3_open(":memory:", &database) == SQLITE_OK &&
	       sqlite3_db_config(database, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL) == SQLITE_OK &&
	       sqlite3_deserialize(database, "main", (unsigned char *)bytes, (sqlite3_int64)length,
		       (sqlite3_int64)length, SQLITE_DESERIALIZE_READONLY) == SQLITE_OK &&
	       sqlite3_prepare_v2(database, query, -1, &statement, NULL) == SQLITE_OK &&
	       sqlite3_step(statement) == SQLITE_ROW && sqlite3_column_int(statement, 0) == 0;
}

static gboolean has(const guint8 *bytes, gsize length, const gchar *mark)
{
	return memmem(bytes, length, mark, strlen(mark)) != NULL;
}

void tf_search_database(
	TfSearch *search, const guint8 *bytes, gsize length, const gchar *member, G_GNUC_UNUSED guint depth)
{
	/* Of key4.db the table's name, of key3.db (Berkeley DB) its records'. */
	gboolean has_keys = has(bytes, length, "nssPrivate");
	gboolean has_salt = has(bytes, length, "global-salt");
	const TfPiece piece = { .form = TF_FORM_NSS, .member = member };

	search->has_store = search->has_store || has_keys || has_salt || has(bytes, length, "nssPublic");
	if (has_salt || (has_keys && !is_without_keys(bytes, length)))
		tf_search_tell(search, &piece);
}
