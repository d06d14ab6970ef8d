/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Many records as one: all of them on the disk, or none. */
#include <signal.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/secret.h"
#include "job-fixture.h"

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

static void begin(LedgerFixture *fixture)
{
	g_autoptr(GError) error = NULL;

	tf_ledger_group_begin(fixture->ledger, &error);
	g_assert_no_error(error);
}

static void commit(LedgerFixture *fixture)
{
	g_autoptr(GError) error = NULL;

	tf_ledger_group_commit(fixture->ledger, &error);
	g_assert_no_error(error);
}

static void assert_count(const LedgerFixture *fixture, const gchar *table, const gchar *count)
{
	g_autofree gchar *sql = g_strdup_printf("SELECT count(*) FROM %s", table);
	g_autofree gchar *is = job_fixture_ask(fixture, sql);

	g_assert_cmpstr(is, ==, count);
}

static void test_one_sync(LedgerFixture *fixture, gconstpointer data)
{
	guint before = 0;
	guint within = 0;

	(void)data;
	begin(fixture);
	before = n_log_syncs;
	for (guint i = 0; i < 20; i++) {
		g_autofree gchar *number = g_strdup_printf("%08u", i);

		job_fixture_add(fixture, number, NULL);
		job_fixture_provision(fixture, number, number);
	}
	within = n_log_syncs;
	assert_count(fixture, "job", "0");
	commit(fixture);

	assert_count(fixture, "job WHERE state = 2", "20");
	g_assert_cmpuint(within, ==, before);
	g_assert_cmpuint(n_log_syncs, ==, before + 1);
}

static void test_outside_each_is_synced(LedgerFixture *fixture, gconstpointer data)
{
	guint before = 0;

	(void)data;
	begin(fixture);
	job_fixture_add(fixture, "00000001", NULL);
	commit(fixture);
	before = n_log_syncs;
	job_fixture_add(fixture, "00000002", NULL);

	g_assert_cmpuint(n_log_syncs, >, before);
	assert_count(fixture, "job", "2");
}

static void test_abandoned(LedgerFixture *fixture, gconstpointer data)
{
	(void)data;
	job_fixture_add(fixture, "00000001", NULL);
	begin(fixture);
	job_fixture_provision(fixture, "00000001", "S1");
	tf_ledger_group_abandon(fixture->ledger);
	tf_ledger_group_abandon(fixture->ledger);

	assert_count(fixture, "job WHERE state = 0", "1");
	assert_count(fixture, "migration", "0");
	job_fixture_provision(fixture, "00000001", "S1");
}

/* Refused after it had planned its row: there is an envelope already. */
static void test_failed_record_takes_back_its_own(LedgerFixture *fixture, gconstpointer data)
{
	g_autoptr(TfJob) job = NULL;
	g_autoptr(TfLedgerRow) row = NULL;
	g_autoptr(GBytes) other = g_bytes_new_static("other", 5);
	TfJobIntent intent = { .resume = other };
	gint64 migration = 0;
	g_autoptr(GError) error = NULL;

	(void)data;
	job_fixture_add(fixture, "00000001", NULL);
	job_fixture_add(fixture, "00000002", NULL);
	job = job_fixture_planned(fixture, "00000001", "S1");
	row = job_fixture_row(job, "S1");
	g_assert_true(tf_ledger_record_step(fixture->ledger, job->migration, TF_STEP_UNDONE, NULL, NULL));
	intent.plan = row;
	begin(fixture);
	g_assert_false(tf_ledger_plan_job(fixture->ledger, job->id, &intent, &migration, &error));
	g_assert_error(error, TF_ERROR, TF_ERROR_LEDGER_STEP);
	job_fixture_provision(fixture, "00000002", "S2");
	commit(fixture);

	assert_count(fixture, "migration", "2");
	assert_count(fixture, "attempt", "2");
	assert_count(fixture, "history WHERE step = 'intent'", "2");
	assert_count(fixture, "job WHERE state = 2", "1");
}

static void test_full_disk(LedgerFixture *fixture, gconstpointer data)
{
	struct rlimit before;
	struct rlimit full;
	guint i = 0;
	g_autoptr(GError) error = NULL;
	g_autoptr(GError) commit_error = NULL;
	g_autofree gchar *name = g_strnfill(50000, 'x');
	const TfJobPlan small = { "small", "x", "/a.p12", NULL, 2 };
	g_autoptr(TfTokenFacts) token = ledger_fixture_token("S1");
	g_autoptr(GBytes) bytes = g_bytes_new_static("bytes", 5);

	(void)data;
	(void)signal(SIGXFSZ, SIG_IGN);
	job_fixture_add(fixture, "first", NULL);
	g_assert_cmpint(getrlimit(RLIMIT_FSIZE, &before), ==, 0);
	full = before;
	full.rlim_cur = 400000;
	begin(fixture);
	g_assert_cmpint(setrlimit(RLIMIT_FSIZE, &full), ==, 0);
	/* More than SQLite's cache holds, so that it has to write before the commit. */
	for (i = 0; i < 200 && error == NULL; i++) {
		g_autofree gchar *number = g_strdup_printf("%08u", i);
		const TfJobPlan plan = { number, name, "/a.p12", NULL, i };

		tf_ledger_add_job(fixture->ledger, &plan, &error);
	}
	g_assert_error(error, TF_ERROR, TF_ERROR_LEDGER_FAILED);
	/* There is room again, but what was written together is not whole any more. */
	g_assert_cmpint(setrlimit(RLIMIT_FSIZE, &before), ==, 0);
	g_assert_false(tf_ledger_add_job(fixture->ledger, &small, NULL));
	g_assert_false(tf_ledger_note_failed_pin(fixture->ledger, token, TF_PIN_USER, bytes, bytes, NULL));
	g_assert_false(tf_ledger_group_commit(fixture->ledger, &commit_error));

	g_assert_error(commit_error, TF_ERROR, TF_ERROR_LEDGER_FAILED);
	assert_count(fixture, "job", "1");
	assert_count(fixture, "failed_pin", "0");
	job_fixture_add(fixture, "later", NULL);
	assert_count(fixture, "job", "2");
}

/* In a process of its own: dies within a group, and with one that it committed. */
static void test_die(void)
{
	LedgerFixture fixture = { .ledger = tf_ledger_open(g_getenv("TF_LEDGER"), NULL) };

	begin(&fixture);
	job_fixture_add(&fixture, "00000001", NULL);
	job_fixture_add(&fixture, "00000002", NULL);
	commit(&fixture);
	begin(&fixture);
	job_fixture_provision(&fixture, "00000001", "S1");
	job_fixture_provision(&fixture, "00000002", "S2");
	job_fixture_add(&fixture, "00000003", NULL);
	(void)kill(getpid(), SIGKILL);
}

static void test_killed(LedgerFixture *fixture, gconstpointer data)
{
	(void)data;
	(void)g_setenv("TF_LEDGER", fixture->url, TRUE);
	g_test_trap_subprocess("/group/subprocess/die", 0, 0);
	g_test_trap_assert_failed();

	assert_count(fixture, "job WHERE state = 0", "2");
	assert_count(fixture, "job", "2");
	assert_count(fixture, "migration", "0");
	assert_count(fixture, "envelope", "0");
	job_fixture_provision(fixture, "00000001", "S1");
}

static void test_group_meets_a_writer(LedgerFixture *fixture, gconstpointer data)
{
	sqlite3 *other = NULL;
	g_autoptr(GError) error = NULL;

	(void)data;
	g_assert_cmpint(sqlite3_open(fixture->path, &other), ==, SQLITE_OK);
	g_assert_cmpint(sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL), ==, SQLITE_OK);
	g_assert_false(tf_ledger_group_begin(fixture->ledger, &error));
	g_assert_cmpint(sqlite3_close(other), ==, SQLITE_OK);

	g_assert_error(error, TF_ERROR, TF_ERROR_LEDGER_BUSY);
	begin(fixture);
	commit(fixture);
}

static void test_ledger_opened_to_read(LedgerFixture *fixture, gconstpointer data)
{
	TfLedger *ledger = NULL;
	const TfJobPlan plan = { "00000001", "x", "/a.p12", NULL, 2 };
	g_autoptr(TfJob) job = NULL;
	g_autoptr(GError) add_error = NULL;
	g_autoptr(GError) claim_error = NULL;

	(void)data;
	job_fixture_add(fixture, "00000002", NULL);
	g_clear_pointer(&fixture->ledger, tf_ledger_free);
	g_assert_true(tf_ledger_open_to_read(fixture->url, &ledger, NULL));
	g_assert_false(tf_ledger_add_job(ledger, &plan, &add_error));
	g_assert_false(tf_ledger_claim_job(ledger, NULL, NULL, &job, &claim_error));
	tf_ledger_free(ledger);

	g_assert_error(add_error, TF_ERROR, TF_ERROR_LEDGER_FAILED);
	g_assert_error(claim_error, TF_ERROR, TF_ERROR_LEDGER_FAILED);
	g_assert_null(job);
}

typedef struct TestRow {
	const gchar *path;
	void (*test)(LedgerFixture *fixture, gconstpointer data);
} TestRow;

static const TestRow tests[] = {
	{ "/group/a group is synced once", test_one_sync },
	{ "/group/outside a group each record is synced", test_outside_each_is_synced },
	{ "/group/an abandoned group leaves nothing", test_abandoned },
	{ "/group/a record that fails takes back its own part", test_failed_record_takes_back_its_own },
	{ "/group/a full disk leaves nothing of the group, nor takes more", test_full_disk },
	{ "/group/a killed process leaves nothing of its group", test_killed },
	{ "/group/a group that meets a writer is busy", test_group_meets_a_writer },
	{ "/group/a ledger opened to read takes no record", test_ledger_opened_to_read },
};

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(tests); i++)
		g_test_add(tests[i].path, LedgerFixture, NULL, ledger_fixture_set_up, tests[i].test,
			ledger_fixture_tear_down);
	g_test_add_func("/group/subprocess/die", test_die);

	return g_test_run();
}
