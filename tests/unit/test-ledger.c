/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/secret.h"
#include "job-fixture.h"

#define NOBODY 65534

/* SQLite's syncs of the write-ahead log, seen from outside. */
static guint n_log_syncs;

int fdatasync(int fd)
{
	g_autofree gchar *link = g_strdup_printf("/proc/self/fd/%d", fd);
	g_autofree gchar *path = g_file_read_link(link, NULL);

	if (path != NULL && g_str_has_suffix(path, "-wal"))
		n_log_syncs++;

	return (int)syscall(SYS_fdatasync, fd);
}

static void test_uuid_stays(LedgerFixture *fixture, gconstpointer data)
{
	g_autofree gchar *uuid = g_strdup(tf_ledger_uuid(fixture->ledger));

	(void)data;
	ledger_fixture_reopen(fixture);

	g_assert_true(g_uuid_string_is_valid(uuid));
	g_assert_cmpstr(tf_ledger_uuid(fixture->ledger), ==, uuid);
}

static void test_file_is_private(LedgerFixture *fixture, gconstpointer data)
{
	const gchar *const suffixes[] = { "", "-wal", "-shm" };

	(void)data;
	(void)ledger_fixture_plan(fixture, "/a");
	for (gsize i = 0; i < G_N_ELEMENTS(suffixes); i++) {
		g_autofree gchar *path = g_strconcat(fixture->path, suffixes[i], NULL);
		struct stat status;

		g_assert_cmpint(stat(path, &status), ==, 0);
		g_assert_cmpuint(status.st_mode & 07777, ==, 0600);
	}
}

static void test_every_write_is_synced(LedgerFixture *fixture, gconstpointer data)
{
	gint64 id = ledger_fixture_plan(fixture, "/a");
	guint before = n_log_syncs;

	(void)data;
	g_assert_cmpuint(before, >, 0);
	g_assert_true(tf_ledger_record_imported(fixture->ledger, id, "[]", NULL));
	g_assert_cmpuint(n_log_syncs, >, before);
	before = n_log_syncs;
	g_assert_true(tf_ledger_record_step(fixture->ledger, id, TF_STEP_UNDONE, NULL, NULL));
	g_assert_cmpuint(n_log_syncs, >, before);
}

static void test_newer_schema_is_refused(LedgerFixture *fixture, gconstpointer data)
{
	(void)data;
	g_clear_pointer(&fixture->ledger, tf_ledger_free);
	ledger_fixture_tamper(fixture, "PRAGMA user_version = 99");

	assert_ledger_does_not_open(fixture->url, TF_ERROR_LEDGER_NEWER);
}

static void test_other_programs_database_is_left_alone(LedgerFixture *fixture, gconstpointer data)
{
	g_autofree gchar *path = g_build_filename(fixture->directory, "other.db", NULL);
	g_autofree gchar *url = g_strconcat("sqlite:", path, NULL);
	LedgerFixture other = { .path = path };
	g_autofree gchar *before = NULL;
	g_autofree gchar *after = NULL;
	gsize length_before = 0;
	gsize length_after = 0;

	(void)data;
	ledger_fixture_tamper(&other, "CREATE TABLE bookmarks (url TEXT)");
	g_assert_cmpint(g_chmod(path, 0600), ==, 0);
	g_assert_true(g_file_get_contents(path, &before, &length_before, NULL));
	assert_ledger_does_not_open(url, TF_ERROR_LEDGER_FAILED);
	g_assert_true(g_file_get_contents(path, &after, &length_after, NULL));

	g_assert_cmpuint(length_before, ==, length_after);
	g_assert_cmpint(memcmp(before, after, length_before), ==, 0);
}

static void test_text_file_is_refused(LedgerFixture *fixture, gconstpointer data)
{
	g_autofree gchar *path = g_build_filename(fixture->directory, "notes.txt", NULL);
	g_autofree gchar *url = g_strconcat("sqlite:", path, NULL);
	g_autofree gchar *text = g_strnfill(5000, 'x');

	(void)data;
	g_assert_true(g_file_set_contents(path, text, -1, NULL));
	g_assert_cmpint(g_chmod(path, 0600), ==, 0);

	assert_ledger_does_not_open(url, TF_ERROR_LEDGER_FAILED);
}

static void test_damaged_pages_are_refused(LedgerFixture *fixture, gconstpointer data)
{
	g_autofree gchar *content = NULL;
	gsize length = 0;

	(void)data;
	(void)ledger_fixture_planned_to(fixture, TF_STEP_DONE);
	g_clear_pointer(&fixture->ledger, tf_ledger_free);
	g_assert_true(g_file_get_contents(fixture->path, &content, &length, NULL));
	memset(content + 4096, 0xA5, length - 4096);
	g_assert_true(g_file_set_contents(fixture->path, content, (gssize)length, NULL));
	g_assert_cmpint(g_chmod(fixture->path, 0600), ==, 0);

	assert_ledger_does_not_open(fixture->url, TF_ERROR_LEDGER_FAILED);
}

/* One page, by its number in the table of the schema. */
static void damage_page(const LedgerFixture *fixture, const gchar *number)
{
	g_autofree gchar *noise = g_strnfill(4096, '\xA5');
	TF_AUTO_FD int fd = open(fixture->path, O_WRONLY | O_CLOEXEC);
	off_t at = (off_t)(g_ascii_strtoull(number, NULL, 10) - 1) * 4096;

	g_assert_cmpint(pwrite(fd, noise, 4096, at), ==, 4096);
}

/* 72 MiB: a batch of ten thousands is not read through at each look at it. */
static void test_members_of_a_large_ledger_are_checked(LedgerFixture *fixture, gconstpointer data)
{
	g_autofree gchar *pins = NULL;
	g_autofree gchar *members = NULL;

	(void)data;
	ledger_fixture_tamper(fixture,
		"WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 24)"
		" INSERT INTO failed_pin (manufacturer, model, serial, at, salt, digest)"
		" SELECT '', '', i, 0, zeroblob(3 << 20), x'00' FROM n");
	pins = job_fixture_ask(fixture, "SELECT rootpage FROM sqlite_master WHERE name = 'failed_pin'");
	members = job_fixture_ask(fixture, "SELECT rootpage FROM sqlite_master WHERE name = 'job'");
	g_clear_pointer(&fixture->ledger, tf_ledger_free);
	damage_page(fixture, pins);
	ledger_fixture_reopen(fixture);
	g_clear_pointer(&fixture->ledger, tf_ledger_free);
	damage_page(fixture, members);

	assert_ledger_does_not_open(fixture->url, TF_ERROR_LEDGER_FAILED);
}

static void test_unsafe_places_are_refused(LedgerFixture *fixture, gconstpointer data)
{
	g_autofree gchar *link = g_build_filename(fixture->directory, "link.db", NULL);
	g_autofree gchar *link_url = g_strconcat("sqlite:", link, NULL);
	g_autofree gchar *hard = g_build_filename(fixture->directory, "hard.db", NULL);

	(void)data;
	g_assert_cmpint(symlink("ledger.db", link), ==, 0);
	assert_ledger_does_not_open(link_url, TF_ERROR_LEDGER_FAILED);
	g_assert_cmpint(g_chmod(fixture->path, 0660), ==, 0);
	assert_ledger_does_not_open(fixture->url, TF_ERROR_LEDGER_FAILED);
	g_assert_cmpint(g_chmod(fixture->path, 0600), ==, 0);
	g_assert_cmpint(linkat(AT_FDCWD, fixture->path, AT_FDCWD, hard, 0), ==, 0);
	assert_ledger_does_not_open(fixture->url, TF_ERROR_LEDGER_FAILED);
	g_assert_cmpint(g_remove(hard), ==, 0);
	g_assert_cmpint(g_chmod(fixture->directory, 0770), ==, 0);
	assert_ledger_does_not_open(fixture->url, TF_ERROR_LEDGER_FAILED);
}

static void test_other_urls_are_refused(LedgerFixture *fixture, gconstpointer data)
{
	(void)fixture;
	(void)data;
	assert_ledger_does_not_open("postgresql://host/ledger", TF_ERROR_LEDGER_FAILED);
	assert_ledger_does_not_open("sqlite:", TF_ERROR_LEDGER_FAILED);
	assert_ledger_does_not_open("/tmp/ledger.db", TF_ERROR_LEDGER_FAILED);
}

static void test_full_disk_changes_nothing(LedgerFixture *fixture, gconstpointer data)
{
	gint64 id = ledger_fixture_planned_to(fixture, TF_STEP_IMPORTED);
	g_autofree gchar *evidence = g_strnfill(200000, 'x');
	struct rlimit before;
	struct rlimit full;
	gboolean is_recorded = TRUE;
	g_autoptr(GError) error = NULL;
	g_autoptr(TfLedgerRow) row = NULL;

	(void)data;
	(void)signal(SIGXFSZ, SIG_IGN);
	g_assert_cmpint(getrlimit(RLIMIT_FSIZE, &before), ==, 0);
	full = before;
	full.rlim_cur = 100000;
	g_assert_cmpint(setrlimit(RLIMIT_FSIZE, &full), ==, 0);
	is_recorded = tf_ledger_record_proved(fixture->ledger, id, NULL, NULL, evidence, &error);
	g_assert_cmpint(setrlimit(RLIMIT_FSIZE, &before), ==, 0);
	ledger_fixture_reopen(fixture);
	row = tf_ledger_load(fixture->ledger, id, NULL);

	g_assert_false(is_recorded);
	g_assert_error(error, TF_ERROR, TF_ERROR_LEDGER_FAILED);
	g_assert_cmpint(row->step, ==, TF_STEP_IMPORTED);
	g_assert_null(row->evidence);
}

/* Root may write anywhere; so the test becomes somebody who may not, for as long as it takes. */
static void test_unwritable_folder_is_said(LedgerFixture *fixture, gconstpointer data)
{
	gboolean is_root = geteuid() == 0;
	g_autofree gchar *url = g_strconcat("sqlite:", fixture->directory, "/new.db", NULL);

	(void)data;
	g_assert_cmpint(g_chmod(fixture->directory, 0500), ==, 0);
	if (is_root) {
		g_assert_cmpint(chown(fixture->directory, NOBODY, NOBODY), ==, 0);
		g_assert_cmpint(seteuid(NOBODY), ==, 0);
	}
	assert_ledger_does_not_open(url, TF_ERROR_LEDGER_FAILED);
	if (is_root)
		g_assert_cmpint(seteuid(0), ==, 0);
}

static void test_second_lock_is_busy(LedgerFixture *fixture, gconstpointer data)
{
	g_autoptr(TfLedger) second = tf_ledger_open(fixture->url, NULL);
	g_autoptr(GError) error = NULL;

	(void)data;
	g_assert_true(tf_ledger_lock(fixture->ledger, NULL));
	g_assert_true(tf_ledger_lock(fixture->ledger, NULL));
	g_assert_false(tf_ledger_lock(second, &error));
	g_assert_error(error, TF_ERROR, TF_ERROR_LEDGER_BUSY);
	g_clear_pointer(&fixture->ledger, tf_ledger_free);

	g_assert_true(tf_ledger_lock(second, NULL));
}

/* In a process of its own: takes the lock, plans a row, and is killed with both. */
static void test_die(void)
{
	g_autoptr(TfLedger) ledger = tf_ledger_open(g_getenv("TF_LEDGER"), NULL);
	g_autoptr(TfLedgerRow) row = ledger_fixture_plan_for("/home/taro/killed.p12");
	gint64 id = 0;

	g_assert_true(tf_ledger_lock(ledger, NULL));
	g_assert_true(tf_ledger_plan(ledger, row, &id, NULL));
	(void)kill(getpid(), SIGKILL);
}

static void test_killed_run_leaves_its_row_and_no_lock(LedgerFixture *fixture, gconstpointer data)
{
	g_autoptr(GPtrArray) rows = NULL;

	(void)data;
	(void)g_setenv("TF_LEDGER", fixture->url, TRUE);
	g_test_trap_subprocess("/ledger/subprocess/die", 0, 0);
	g_test_trap_assert_failed();
	rows = tf_ledger_unfinished(fixture->ledger, "/home/taro/killed.p12", NULL);

	g_assert_cmpuint(rows->len, ==, 1);
	g_assert_true(tf_ledger_lock(fixture->ledger, NULL));
}

/* In a process of its own: the lock is held by the parent. */
static void test_try(void)
{
	g_autoptr(TfLedger) ledger = tf_ledger_open(g_getenv("TF_LEDGER"), NULL);
	g_autoptr(GError) error = NULL;

	g_assert_false(tf_ledger_lock(ledger, &error));
	g_assert_error(error, TF_ERROR, TF_ERROR_LEDGER_BUSY);
}

static void test_other_process_is_busy_but_reads(LedgerFixture *fixture, gconstpointer data)
{
	(void)data;
	(void)g_setenv("TF_LEDGER", fixture->url, TRUE);
	g_assert_true(tf_ledger_lock(fixture->ledger, NULL));
	g_test_trap_subprocess("/ledger/subprocess/try", 0, 0);

	g_test_trap_assert_passed();
}

static void test_writer_meets_a_writer(LedgerFixture *fixture, gconstpointer data)
{
	sqlite3 *other = NULL;
	g_autoptr(TfLedgerRow) row = ledger_fixture_plan_for("/a");
	g_autoptr(GError) error = NULL;
	gint64 id = 0;

	(void)data;
	g_assert_cmpint(sqlite3_open(fixture->path, &other), ==, SQLITE_OK);
	g_assert_cmpint(sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL), ==, SQLITE_OK);
	g_assert_false(tf_ledger_plan(fixture->ledger, row, &id, &error));
	g_assert_cmpint(sqlite3_close(other), ==, SQLITE_OK);

	g_assert_error(error, TF_ERROR, TF_ERROR_LEDGER_BUSY);
	g_assert_cmpint(id, ==, 0);
}

/* XDG_STATE_HOME is set by main(), before GLib reads it. */
static void test_default_place(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TfLedger) ledger = tf_ledger_open(NULL, &error);
	g_autofree gchar *expected =
		g_build_filename(g_getenv("XDG_STATE_HOME"), "tokenferry", "ledger.db", NULL);

	g_assert_no_error(error);
	g_assert_cmpstr(tf_ledger_path(ledger), ==, expected);
	(void)g_remove(expected);
}

typedef struct TestRow {
	const gchar *path;
	void (*test)(LedgerFixture *fixture, gconstpointer data);
} TestRow;

static const TestRow tests[] = {
	{ "/ledger/the UUID stays", test_uuid_stays },
	{ "/ledger/the files are private", test_file_is_private },
	{ "/ledger/every write is synced", test_every_write_is_synced },
	{ "/ledger/a newer schema is refused", test_newer_schema_is_refused },
	{ "/ledger/another program's database is left alone", test_other_programs_database_is_left_alone },
	{ "/ledger/a text file is refused", test_text_file_is_refused },
	{ "/ledger/damaged pages are refused", test_damaged_pages_are_refused },
	{ "/ledger/the members of a large ledger are checked", test_members_of_a_large_ledger_are_checked },
	{ "/ledger/unsafe places are refused", test_unsafe_places_are_refused },
	{ "/ledger/other URLs are refused", test_other_urls_are_refused },
	{ "/ledger/a full disk changes nothing", test_full_disk_changes_nothing },
	{ "/ledger/a folder that cannot be written is said", test_unwritable_folder_is_said },
	{ "/ledger/a second lock is busy until the first is gone", test_second_lock_is_busy },
	{ "/ledger/a killed run leaves its row and no lock", test_killed_run_leaves_its_row_and_no_lock },
	{ "/ledger/another process is told that a run is busy", test_other_process_is_busy_but_reads },
	{ "/ledger/a writer that meets a writer is busy", test_writer_meets_a_writer },
};

int main(int argc, char **argv)
{
	g_autofree gchar *state = g_dir_make_tmp("tf-state-XXXXXX", NULL);
	g_autofree gchar *ours = g_build_filename(state, "tokenferry", NULL);
	int status = 0;

	tf_secret_setup();
	(void)g_setenv("XDG_STATE_HOME", state, TRUE);
	g_test_init(&argc, &argv, NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(tests); i++)
		g_test_add(tests[i].path, LedgerFixture, NULL, ledger_fixture_set_up, tests[i].test,
			ledger_fixture_tear_down);
	g_test_add_func("/ledger/without an URL it lies in the state folder", test_default_place);
	g_test_add_func("/ledger/subprocess/die", test_die);
	g_test_add_func("/ledger/subprocess/try", test_try);
	status = g_test_run();
	(void)g_rmdir(ours);
	(void)g_rmdir(state);

	return status;
}
