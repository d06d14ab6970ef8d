/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ledger/ledger.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "job-private.h"
#include "sql-private.h"

#define SCHEME		    "sqlite:"
#define BUSY_TIMEOUT	    2000   /* milliseconds; a transaction of ours lasts a few */
#define DURABLE_SYNCHRONOUS 2	   /* FULL: the write-ahead log is synced at each commit */
#define TF_LEDGER_CACHE	    "8192" /* KiB: what a group of tokens changes, several times over */
#define WHOLE_CHECK_PAGES   16384  /* of 4 KiB */
#define UUID_LENGTH	    36

/* NULL with an error for an URL of another kind. */
static gchar *path_of(const gchar *url, GError **error)
{
	g_autofree gchar *path = NULL;

	if (url == NULL)
		return g_build_filename(g_get_user_state_dir(), PACKAGE, "ledger.db", NULL);
	if (!g_str_has_prefix(url, SCHEME) || url[strlen(SCHEME)] == '\0') {
		tf_raise(error, TF_ERROR_LEDGER_FAILED, url, _("it is not of the form sqlite:PATH"), NULL);
		return NULL;
	}
	path = g_canonicalize_filename(url + strlen(SCHEME), NULL);

	return g_steal_pointer(&path);
}

/* The directory by descriptor, and in ledger->path its real name: SQLite is to meet no symbolic link. */
static gboolean open_directory(TfLedger *ledger, GError **error)
{
	g_autofree gchar *directory = g_path_get_dirname(ledger->path);
	g_autofree gchar *name = g_path_get_basename(ledger->path);
	g_autofree gchar *link = NULL;
	g_autofree gchar *real = NULL;

	ledger->directory = tf_file_open_directory(directory, NULL);
	if (ledger->directory < 0)
		return tf_ledger_fail_because(ledger,
			_("its folder must be a real one, your own, and not writable by others"), error);
	link = g_strdup_printf("/proc/self/fd/%d", ledger->directory);
	real = g_file_read_link(link, NULL);
	if (real == NULL)
		return tf_ledger_fail_because(ledger, g_strerror(ENOENT), error);
	g_free(ledger->path);
	ledger->path = g_build_filename(real, name, NULL);

	return TRUE;
}

static gboolean check_file(const TfLedger *ledger, int fd, GError **error)
{
	struct stat status;

	if (fd < 0 || fstat(fd, &status) != 0)
		return tf_ledger_fail_because(
			ledger, errno == ELOOP ? _("it is a symbolic link") : g_strerror(errno), error);
	if (!S_ISREG(status.st_mode) || status.st_nlink != 1)
		return tf_ledger_fail_because(ledger, _("it is not a regular file"), error);
	if (status.st_uid != geteuid() || (status.st_mode & (S_IWGRP | S_IWOTH)) != 0)
		return tf_ledger_fail_because(
			ledger, _("it belongs to somebody else, or others may write to it"), error);

	return TRUE;
}

/*
 * Makes the file, or checks the one that is there, before SQLite opens it by name. The descriptor is closed
 * before that: closing it later would drop the POSIX locks that SQLite holds on the same file.
 */
static gboolean make_file(TfLedger *ledger, GError **error)
{
	g_autofree gchar *name = g_path_get_basename(ledger->path);
	TF_AUTO_FD int fd = openat(ledger->directory, name,
		O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, 0600);

	if (!check_file(ledger, fd, error))
		return FALSE;
	if (fchmod(fd, 0600) != 0 || fsync(fd) != 0 || fsync(ledger->directory) != 0)
		return tf_ledger_fail_because(ledger, g_strerror(errno), error);

	return TRUE;
}

/* A ledger is an input: nothing in its schema may run, and nothing in it may be larger than we write. */
static gboolean harden(TfLedger *ledger, GError **error)
{
	sqlite3 *database = ledger->database;

	(void)sqlite3_extended_result_codes(database, 1);
	(void)sqlite3_busy_timeout(database, BUSY_TIMEOUT);
	(void)sqlite3_limit(database, SQLITE_LIMIT_LENGTH, 2 * TF_LEDGER_VALUE_LIMIT);
	(void)sqlite3_limit(database, SQLITE_LIMIT_ATTACHED, 0);
	(void)sqlite3_db_config(database, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	(void)sqlite3_db_config(database, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
	(void)sqlite3_db_config(database, SQLITE_DBCONFIG_ENABLE_VIEW, 0, NULL);
	(void)sqlite3_db_config(database, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	(void)sqlite3_db_config(database, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
	(void)sqlite3_db_config(database, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);

	/* Savepoints keep their undo in memory, not in a file of a common folder. */
	return tf_ledger_execute(ledger,
		"PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0; PRAGMA secure_delete = ON;"
		"PRAGMA temp_store = MEMORY; PRAGMA cache_size = -" TF_LEDGER_CACHE ";",
		error);
}

/* Law 5 stands on these; what SQLite could not do it says only when asked. */
static gboolean make_durable(TfLedger *ledger, GError **error)
{
	g_autofree gchar *journal = NULL;
	gint64 synchronous = 0;
	gint64 foreign_keys = 0;

	journal = tf_ledger_text(ledger, "PRAGMA journal_mode = WAL", error);
	if (journal == NULL ||
		!tf_ledger_execute(ledger, "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;", error) ||
		!tf_ledger_integer(ledger, "PRAGMA synchronous", &synchronous, error) ||
		!tf_ledger_integer(ledger, "PRAGMA foreign_keys", &foreign_keys, error))
		return FALSE;
	if (strcmp(journal, "wal") != 0 || synchronous != DURABLE_SYNCHRONOUS || foreign_keys != 1)
		return tf_ledger_fail_because(ledger, _("its file system cannot keep it durably"), error);

	return TRUE;
}

/*
 * All of a ledger whose pages are read in a moment. Of a larger one, which a batch of ten thousands leaves,
 * the members only, because they decide who gets a token: the rest is evidence, of which each page and each
 * value is checked when it is read.
 */
static gboolean check_integrity(TfLedger *ledger, GError **error)
{
	g_autofree gchar *answer = NULL;
	gint64 n_pages = 0;

	if (!tf_ledger_integer(ledger, "PRAGMA page_count", &n_pages, error))
		return FALSE;
	answer = tf_ledger_text(ledger,
		n_pages > WHOLE_CHECK_PAGES && tf_job_has_table(ledger) ? "PRAGMA quick_check(job)"
									: "PRAGMA quick_check(1)",
		error);
	if (answer == NULL)
		return FALSE;

	return strcmp(answer, "ok") == 0 || tf_ledger_fail(ledger, SQLITE_CORRUPT, error);
}

static gboolean read_uuid(TfLedger *ledger, GError **error)
{
	g_autofree gchar *uuid = tf_ledger_text(ledger, "SELECT uuid FROM ledger WHERE id = 1", error);

	if (uuid == NULL)
		return FALSE;
	if (strlen(uuid) != UUID_LENGTH || !g_uuid_string_is_valid(uuid))
		return tf_ledger_fail(ledger, SQLITE_CORRUPT, error);
	ledger->uuid = g_steal_pointer(&uuid);

	return TRUE;
}

static void finalize(gpointer statement)
{
	(void)sqlite3_finalize(statement);
}

static TfLedger *ledger_new(const gchar *url, GError **error)
{
	g_autoptr(TfLedger) ledger = g_new0(TfLedger, 1);

	ledger->directory = -1;
	ledger->lock = -1;
	ledger->statements = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, finalize);
	ledger->path = path_of(url, error);

	return ledger->path != NULL ? g_steal_pointer(&ledger) : NULL;
}

static gboolean open_database(TfLedger *ledger, const gchar *name, int flags, GError **error)
{
	int code = sqlite3_open_v2(
		name, &ledger->database, flags | SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_PRIVATECACHE, NULL);

	return code == SQLITE_OK || tf_ledger_fail(ledger, code, error);
}

TfLedger *tf_ledger_open(const gchar *url, GError **error)
{
	g_autoptr(TfLedger) ledger = ledger_new(url, error);

	if (ledger == NULL || !open_directory(ledger, error) || !make_file(ledger, error) ||
		!open_database(ledger, ledger->path, SQLITE_OPEN_READWRITE, error))
		return NULL;
	if (!harden(ledger, error) || !tf_ledger_check_schema(ledger, error) ||
		!check_integrity(ledger, error) || !make_durable(ledger, error) ||
		!tf_ledger_migrate(ledger, error) || !read_uuid(ledger, error))
		return NULL;

	return g_steal_pointer(&ledger);
}

/*
 * The name by which SQLite opens the file and leaves no trace of having read it. A write-ahead log that a
 * killed run left, or a running one keeps, is read through an index in memory, the file of which is not
 * written ("readonly_shm"); without a log there is nothing but the file itself to read, and no lock to take.
 */
static gchar *name_for_reading(const TfLedger *ledger)
{
	g_autofree gchar *log = g_strconcat(ledger->path, "-wal", NULL);
	g_autofree gchar *escaped = g_uri_escape_string(ledger->path, "/", FALSE);

	return g_strdup_printf(
		"file:%s?mode=ro&%s=1", escaped, access(log, F_OK) == 0 ? "readonly_shm" : "immutable");
}

static gboolean open_for_reading(TfLedger *ledger, GError **error)
{
	g_autofree gchar *base = g_path_get_basename(ledger->path);
	TF_AUTO_FD int fd =
		openat(ledger->directory, base, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	g_autofree gchar *name = NULL;

	if (!check_file(ledger, fd, error))
		return FALSE;
	tf_file_close(&fd);
	name = name_for_reading(ledger);
	if (!open_database(ledger, name, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, error))
		return FALSE;
	(void)sqlite3_db_config(ledger->database, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);

	return TRUE;
}

gboolean tf_ledger_open_to_read(const gchar *url, TfLedger **ret_ledger, GError **error)
{
	g_autoptr(TfLedger) ledger = ledger_new(url, error);
	gint64 version = 0;

	if (ledger == NULL)
		return FALSE;
	/* First, because opening the folder would make it. */
	if (access(ledger->path, F_OK) != 0 && errno == ENOENT)
		return TRUE;
	if (!open_directory(ledger, error) || !open_for_reading(ledger, error) || !harden(ledger, error) ||
		!tf_ledger_check_schema(ledger, error) || !check_integrity(ledger, error) ||
		!tf_ledger_integer(ledger, "PRAGMA user_version", &version, error))
		return FALSE;
	if (version == 0)
		return TRUE;
	if (!read_uuid(ledger, error))
		return FALSE;
	*ret_ledger = g_steal_pointer(&ledger);

	return TRUE;
}

void tf_ledger_free(TfLedger *ledger)
{
	if (ledger == NULL)
		return;

	g_hash_table_unref(ledger->statements);
	(void)sqlite3_close(ledger->database);
	tf_file_close(&ledger->lock);
	tf_file_close(&ledger->directory);
	g_free(ledger->uuid);
	g_free(ledger->path);
	g_free(ledger);
}

const gchar *tf_ledger_uuid(const TfLedger *ledger)
{
	return ledger->uuid;
}

const gchar *tf_ledger_path(const TfLedger *ledger)
{
	return ledger->path;
}

gboolean tf_ledger_lock(TfLedger *ledger, GError **error)
{
	g_autofree gchar *base = g_path_get_basename(ledger->path);
	g_autofree gchar *name = g_strconcat(base, ".lock", NULL);
	TF_AUTO_FD int fd = -1;

	if (ledger->lock >= 0)
		return TRUE;

	fd = openat(ledger->directory, name, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600);
	if (fd < 0)
		return tf_ledger_fail_because(ledger, g_strerror(errno), error);
	if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
		if (errno == EWOULDBLOCK)
			return tf_raise(error, TF_ERROR_LEDGER_BUSY, ledger->path, NULL);
		return tf_ledger_fail_because(ledger, g_strerror(errno), error);
	}
	ledger->lock = tf_file_steal(&fd);

	return TRUE;
}
