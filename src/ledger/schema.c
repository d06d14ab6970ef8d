/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/error.h"
#include "base/hex.h"
#include "job-private.h"
#include "sql-private.h"

/* "tfry", in the file's header: this database is a ledger of ours. */
#define APPLICATION_ID 0x74667279

#define NUMBER_(n) #n
#define NUMBER(n)  NUMBER_(n)

/* Element n brings schema n to n + 1. A row is never deleted and an id never used again: challenges name it.
 * Paths are blobs, because they need not be UTF-8. */
static const gchar *const migrations[] = {
	"CREATE TABLE ledger (id INTEGER PRIMARY KEY CHECK (id = 1), uuid TEXT NOT NULL);"
	"CREATE TABLE migration ("
	" id INTEGER PRIMARY KEY AUTOINCREMENT,"
	" spare_of INTEGER REFERENCES migration (id),"
	" created INTEGER NOT NULL,"
	" step TEXT NOT NULL,"
	" source_path BLOB NOT NULL,"
	" source_sha256 BLOB NOT NULL,"
	" source_holds_one_secret INTEGER NOT NULL,"
	" certificate BLOB NOT NULL,"
	" spki_sha256 BLOB NOT NULL,"
	" token TEXT NOT NULL,"
	" key_id BLOB NOT NULL,"
	" n_fragments INTEGER NOT NULL,"
	" dropped TEXT,"
	" statement BLOB,"
	" signature BLOB,"
	" evidence TEXT,"
	" wipe_directory BLOB,"
	" wipe_name BLOB,"
	" wipe_new_name BLOB,"
	" wipe_device INTEGER,"
	" wipe_inode INTEGER,"
	" wipe_size INTEGER,"
	" outcome TEXT,"
	" detail TEXT);"
	"CREATE INDEX migration_of_key ON migration (spki_sha256, id);"
	"CREATE INDEX migration_of_source ON migration (source_path, id)"
	" WHERE step NOT IN ('done', 'undone', 'refuted');"
	"CREATE TABLE history ("
	" id INTEGER PRIMARY KEY,"
	" migration INTEGER NOT NULL REFERENCES migration (id),"
	" at INTEGER NOT NULL,"
	" step TEXT NOT NULL,"
	" detail TEXT);"
	"CREATE TABLE failed_pin ("
	" id INTEGER PRIMARY KEY,"
	" manufacturer TEXT NOT NULL,"
	" model TEXT NOT NULL,"
	" serial TEXT NOT NULL,"
	" at INTEGER NOT NULL,"
	" salt BLOB NOT NULL,"
	" digest BLOB NOT NULL);"
	"CREATE INDEX failed_pin_of_token ON failed_pin (manufacturer, model, serial);"
	"PRAGMA application_id = " NUMBER(APPLICATION_ID) ";"
							  "PRAGMA user_version = 1;",
	"ALTER TABLE failed_pin ADD COLUMN kind TEXT NOT NULL DEFAULT 'user';"
	"DROP INDEX migration_of_source;"
	"CREATE INDEX migration_of_source ON migration (source_path, id)"
	" WHERE step NOT IN ('done', 'undone', 'refuted', 'removing', 'removed');"
	"PRAGMA user_version = 2;",
	/* Envelopes have a table of their own, that a job's row stays small: members are listed by the ten
	 * thousands. No token and no certificate is that of two jobs, but for what a later one replaced. */
	"CREATE TABLE job ("
	" id INTEGER PRIMARY KEY AUTOINCREMENT,"
	" number TEXT NOT NULL,"
	" name TEXT NOT NULL,"
	" source_path BLOB NOT NULL,"
	" demanded_serial TEXT,"
	" line INTEGER NOT NULL,"
	" state INTEGER NOT NULL,"
	" migration INTEGER REFERENCES migration (id),"
	" token_manufacturer TEXT,"
	" token_model TEXT,"
	" token_serial TEXT,"
	" certificate_sha256 BLOB,"
	" attempt INTEGER,"
	" n_attempts INTEGER NOT NULL DEFAULT 0,"
	" error TEXT,"
	" error_arguments TEXT,"
	" changed INTEGER NOT NULL,"
	" operator TEXT,"
	" station TEXT,"
	" reader TEXT,"
	" replaces_reason TEXT);"
	"CREATE UNIQUE INDEX job_of_number ON job (number) WHERE state <> " TF_JOB_SQL_SUPERSEDED ";"
	"CREATE UNIQUE INDEX job_of_token ON job (token_serial, token_manufacturer, token_model)"
	" WHERE state <> " TF_JOB_SQL_SUPERSEDED " AND token_serial IS NOT NULL;"
	"CREATE UNIQUE INDEX job_of_certificate ON job (certificate_sha256)"
	" WHERE state <> " TF_JOB_SQL_SUPERSEDED " AND certificate_sha256 IS NOT NULL;"
	"CREATE INDEX job_of_state ON job (state);"
	"CREATE INDEX job_waiting ON job (id)"
	" WHERE state = " TF_JOB_SQL_WAITING " AND demanded_serial IS NULL AND token_serial IS NULL;"
	"CREATE INDEX job_demanding ON job (demanded_serial, id)"
	" WHERE state = " TF_JOB_SQL_WAITING " AND demanded_serial IS NOT NULL AND token_serial IS NULL;"
	"CREATE TABLE envelope ("
	" job INTEGER PRIMARY KEY REFERENCES job (id),"
	" resume BLOB,"
	" escrow BLOB);"
	"CREATE TABLE attempt ("
	" id INTEGER PRIMARY KEY,"
	" job INTEGER NOT NULL REFERENCES job (id),"
	" migration INTEGER REFERENCES migration (id),"
	" started INTEGER NOT NULL,"
	" ended INTEGER,"
	" reader TEXT,"
	" operator TEXT,"
	" station TEXT,"
	" token TEXT,"
	" certificate_sha256 BLOB,"
	" error TEXT,"
	" error_arguments TEXT,"
	" timings TEXT);"
	"CREATE INDEX attempt_of_job ON attempt (job, id);"
	"ALTER TABLE migration ADD COLUMN job INTEGER REFERENCES job (id);"
	"DROP INDEX migration_of_source;"
	"CREATE INDEX migration_of_source ON migration (source_path, id)"
	" WHERE step NOT IN ('done', 'provisioned', 'undone', 'refuted', 'removing', 'removed');"
	"PRAGMA user_version = 3;",
	"ALTER TABLE attempt ADD COLUMN confinement TEXT; PRAGMA user_version = 4;",
	/* A station's ledger has 100,000 rows: each is found by its source, whatever its step, and by its
	 * key.
	 */
	"DROP INDEX migration_of_source;"
	"CREATE INDEX migration_of_source ON migration (source_path, id);"
	"CREATE INDEX migration_of_key_id ON migration (key_id, id);"
	"PRAGMA user_version = 5;",
	/* Beside the PINs that a card is to get: they are not on it before what it holds is erased. */
	"ALTER TABLE envelope ADD COLUMN erases INTEGER NOT NULL DEFAULT 0; PRAGMA user_version = 6;",
	/* Copies of a moved key that a search destroys, and by what it knows those of the moved file. */
	"ALTER TABLE migration ADD COLUMN source_export BLOB;"
	"CREATE TABLE stray ("
	" id INTEGER PRIMARY KEY AUTOINCREMENT,"
	" created INTEGER NOT NULL,"
	" ended INTEGER,"
	" told INTEGER,"
	" path BLOB NOT NULL,"
	" kind TEXT NOT NULL,"
	" sha256 BLOB NOT NULL,"
	" spki_sha256 BLOB NOT NULL,"
	" wipe_directory BLOB NOT NULL,"
	" wipe_name BLOB NOT NULL,"
	" wipe_new_name BLOB NOT NULL,"
	" wipe_device INTEGER NOT NULL,"
	" wipe_inode INTEGER NOT NULL,"
	" wipe_size INTEGER NOT NULL,"
	" detail TEXT);"
	"CREATE INDEX stray_left ON stray (id) WHERE ended IS NULL;"
	"PRAGMA user_version = 7;",
	/* Once it is wiped nobody sees any more who may have read it. */
	"ALTER TABLE stray ADD COLUMN exposures INTEGER NOT NULL DEFAULT 0; PRAGMA user_version = 8;",
	/* A member may be unlisted, which older programs do not know. */
	"PRAGMA user_version = 9;",
	"CREATE TABLE supplement ("
	" id INTEGER PRIMARY KEY AUTOINCREMENT,"
	" created INTEGER NOT NULL,"
	" outcome TEXT NOT NULL);"
	"PRAGMA user_version = 10;",
};

static gboolean give_uuid(TfLedger *ledger, GError **error)
{
	g_autofree gchar *uuid = tf_uuid();
	const TfParameter parameters[] = { tf_parameter_text(uuid) };

	return tf_ledger_change(ledger, "INSERT INTO ledger (id, uuid) VALUES (1, ?)", parameters, 1, error);
}

/* A database that is not empty must say that it is ours. Nothing is written to one that is not. */
gboolean tf_ledger_check_schema(TfLedger *ledger, GError **error)
{
	g_autoptr(TfTransaction) transaction = tf_transaction_begin(ledger, FALSE, error);
	gint64 version = 0;
	gint64 application = 0;
	gint64 n_tables = 0;

	if (transaction == NULL || !tf_ledger_integer(ledger, "PRAGMA user_version", &version, error) ||
		!tf_ledger_integer(ledger, "PRAGMA application_id", &application, error) ||
		!tf_ledger_integer(ledger, "SELECT count(*) FROM sqlite_master", &n_tables, error))
		return FALSE;
	ledger->version = version;
	if (version == 0 && application == 0 && n_tables == 0)
		return TRUE;
	if (version <= 0 || application != APPLICATION_ID)
		return tf_ledger_fail(ledger, SQLITE_NOTADB, error);
	if (version > (gint64)G_N_ELEMENTS(migrations))
		return tf_raise(error, TF_ERROR_LEDGER_NEWER, ledger->path, TF_NUMBER(version), NULL);

	return TRUE;
}

gboolean tf_ledger_migrate(TfLedger *ledger, GError **error)
{
	g_autoptr(TfTransaction) transaction = NULL;
	gint64 version = 0;

	/* Without the write lock first: nearly always there is nothing to do, and a report may be read while
	 * a run writes. */
	if (!tf_ledger_integer(ledger, "PRAGMA user_version", &version, error))
		return FALSE;
	if (version == G_N_ELEMENTS(migrations))
		return TRUE;

	transaction = tf_transaction_begin(ledger, TRUE, error);
	/* Another process may have been here first. */
	if (transaction == NULL || !tf_ledger_integer(ledger, "PRAGMA user_version", &version, error))
		return FALSE;
	for (gint64 i = version; i < (gint64)G_N_ELEMENTS(migrations); i++) {
		if (!tf_ledger_execute(ledger, migrations[i], error))
			return FALSE;
	}
	if (version == 0 && !give_uuid(ledger, error))
		return FALSE;

	if (!tf_transaction_commit(transaction, error))
		return FALSE;
	ledger->version = G_N_ELEMENTS(migrations);

	return TRUE;
}
