/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The sealed PINs in the ledger: never new ones, and gone when they are not needed. */
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/secret.h"
#include "job-fixture.h"

#define N_JOBS 60

static void assert_holds(GBytes *bytes, const gchar *text)
{
	g_autoptr(GBytes) expected = text != NULL ? g_bytes_new(text, strlen(text)) : NULL;

	g_assert_cmpint(bytes != NULL, ==, expected != NULL);
	g_assert_true(bytes == NULL || g_bytes_equal(bytes, expected));
}

static void assert_envelopes(LedgerFixture *fixture, gint64 job, const gchar *resume, const gchar *escrow)
{
	g_autoptr(GBytes) resume_bytes = NULL;
	g_autoptr(GBytes) escrow_bytes = NULL;

	g_assert_true(tf_ledger_job_envelopes(fixture->ledger, job, &resume_bytes, &escrow_bytes, NULL));
	assert_holds(resume_bytes, resume);
	assert_holds(escrow_bytes, escrow);
}

static void test_come_back(LedgerFixture *fixture, gconstpointer data)
{
	g_autoptr(TfJob) job = NULL;

	(void)data;
	job_fixture_add(fixture, "00000001", NULL);
	assert_envelopes(fixture, 1, NULL, NULL);
	job = job_fixture_planned(fixture, "00000001", "S1");
	ledger_fixture_reopen(fixture);

	assert_envelopes(fixture, job->id, "resume 00000001", "escrow 00000001");
}

static void test_to_be_erased(LedgerFixture *fixture, gconstpointer data)
{
	g_autoptr(TfJob) job = NULL;
	gboolean erases = TRUE;

	(void)data;
	job_fixture_add(fixture, "00000001", NULL);
	job = job_fixture_planned(fixture, "00000001", "S1");
	g_assert_true(tf_ledger_job_erases(fixture->ledger, job->id, &erases, NULL));
	g_assert_false(erases);
	g_assert_true(tf_ledger_set_job_erases(fixture->ledger, job->id, TRUE, NULL));
	ledger_fixture_reopen(fixture);
	g_assert_true(tf_ledger_job_erases(fixture->ledger, job->id, &erases, NULL));
	g_assert_true(erases);
	g_assert_true(tf_ledger_set_job_erases(fixture->ledger, job->id, FALSE, NULL));

	g_assert_true(tf_ledger_job_erases(fixture->ledger, job->id, &erases, NULL));
	g_assert_false(erases);
}

static void test_never_new_ones(LedgerFixture *fixture, gconstpointer data)
{
	g_autoptr(TfJob) job = NULL;
	g_autoptr(TfLedgerRow) row = NULL;
	g_autoptr(GBytes) other = g_bytes_new_static("other", 5);
	TfJobIntent intent = { 0 };
	gint64 migration = 0;

	(void)data;
	job_fixture_add(fixture, "00000001", NULL);
	job = job_fixture_planned(fixture, "00000001", "S1");
	row = job_fixture_row(job, "S1");
	g_assert_true(tf_ledger_record_step(fixture->ledger, job->migration, TF_STEP_UNDONE, NULL, NULL));
	intent.plan = row;
	for (guint i = 0; i < 2; i++) {
		g_autoptr(GError) error = NULL;

		intent.resume = i == 0 ? other : NULL;
		intent.escrow = i == 1 ? other : NULL;
		g_assert_false(tf_ledger_plan_job(fixture->ledger, job->id, &intent, &migration, &error));
		g_assert_error(error, TF_ERROR, TF_ERROR_LEDGER_STEP);
	}
	intent.escrow = NULL;
	g_assert_true(tf_ledger_plan_job(fixture->ledger, job->id, &intent, &migration, NULL));

	assert_envelopes(fixture, job->id, "resume 00000001", "escrow 00000001");
}

static void test_escrow_stays_when_provisioned(LedgerFixture *fixture, gconstpointer data)
{
	(void)data;
	job_fixture_add(fixture, "00000001", NULL);
	job_fixture_provision(fixture, "00000001", "S1");

	assert_envelopes(fixture, 1, NULL, "escrow 00000001");
}

static void test_failure(LedgerFixture *fixture, gconstpointer data)
{
	g_autoptr(GError) problem = g_error_new(G_FILE_ERROR, G_FILE_ERROR_IO, "x");

	(void)data;
	for (guint i = 1; i <= 3; i++) {
		g_autofree gchar *number = g_strdup_printf("%08u", i);
		g_autoptr(TfJob) job = NULL;

		job_fixture_add(fixture, number, NULL);
		job = job_fixture_planned(fixture, number, number);
		if (i == 3)
			g_assert_true(tf_ledger_record_imported(fixture->ledger, job->migration, "[]", NULL));
		g_assert_true(tf_ledger_job_failed(fixture->ledger, job->id, problem, NULL, i == 1, NULL));
	}

	assert_envelopes(fixture, 1, "resume 00000001", "escrow 00000001");
	assert_envelopes(fixture, 2, NULL, NULL);
	/* Whatever the caller believed: its key is on the token. */
	assert_envelopes(fixture, 3, "resume 00000003", "escrow 00000003");
}

/* A resume envelope as large as a real one, which occurs once. */
static GBytes *make_resume(guint i)
{
	g_autofree gchar *mark = g_strdup_printf("<resume of %04u>", i);
	g_autoptr(GString) text = g_string_new(NULL);

	while (text->len < 700 + i * 20)
		g_string_append(text, mark);

	return g_string_free_to_bytes(g_steal_pointer(&text));
}

static void plan_large(LedgerFixture *fixture, guint i)
{
	g_autofree gchar *number = g_strdup_printf("%08u", i);
	g_autoptr(TfJob) job = NULL;
	g_autoptr(TfLedgerRow) row = NULL;
	g_autoptr(GBytes) resume = make_resume(i);
	g_autoptr(GBytes) escrow = g_bytes_new_static("sealed", 6);
	TfJobIntent intent = { .resume = resume, .escrow = escrow };

	job_fixture_add(fixture, number, NULL);
	job = job_fixture_claim(fixture, number, NULL);
	row = job_fixture_row(job, number);
	intent.plan = row;
	g_assert_true(tf_ledger_plan_job(fixture->ledger, job->id, &intent, &job->migration, NULL));
}

static void finish_large(LedgerFixture *fixture, guint i)
{
	g_autofree gchar *number = g_strdup_printf("%08u", i);
	g_autoptr(TfJob) job = job_fixture_of_number(fixture, number);
	g_autoptr(GError) problem = g_error_new(G_FILE_ERROR, G_FILE_ERROR_IO, "x");

	if (i % 3 == 0) {
		g_assert_true(tf_ledger_job_failed(fixture->ledger, job->id, problem, NULL, FALSE, NULL));
		return;
	}
	job_fixture_prove(fixture, job);
	g_assert_true(tf_ledger_job_provisioned(fixture->ledger, job->id, job->migration, "{}", NULL, NULL));
}

static gboolean holds(const gchar *path, const gchar *text)
{
	g_autofree gchar *content = NULL;
	gsize length = 0;

	if (!g_file_get_contents(path, &content, &length, NULL))
		return FALSE;

	return memmem(content, length, text, strlen(text)) != NULL;
}

/* In all orders, so that SQLite moves them about between its pages; the last one stays. */
static void test_deleted_ones_are_nowhere(LedgerFixture *fixture, gconstpointer data)
{
	g_autofree gchar *log = g_strconcat(fixture->path, "-wal", NULL);

	(void)data;
	plan_large(fixture, 1);
	g_assert_true(holds(log, "<resume of 0001>"));
	for (guint i = 2; i <= N_JOBS; i++) {
		plan_large(fixture, i);
		if (i % 2 == 0)
			finish_large(fixture, i / 2);
	}
	for (guint i = N_JOBS / 2 + 1; i < N_JOBS; i++)
		finish_large(fixture, i * 7 % (N_JOBS / 2 - 1) + N_JOBS / 2 + 1);
	ledger_fixture_tamper(fixture, "PRAGMA wal_checkpoint(TRUNCATE)");

	for (guint i = 1; i < N_JOBS; i++) {
		g_autofree gchar *mark = g_strdup_printf("resume of %04u>", i);

		g_assert_false(holds(fixture->path, mark));
		g_assert_false(holds(log, mark));
	}
	g_assert_true(holds(fixture->path, "<resume of 0060>"));
}

typedef struct TestRow {
	const gchar *path;
	void (*test)(LedgerFixture *fixture, gconstpointer data);
} TestRow;

static const TestRow tests[] = {
	{ "/job-envelope/envelopes come back", test_come_back },
	{ "/job-envelope/whether a card is to be erased first is told again", test_to_be_erased },
	{ "/job-envelope/there are never new PINs", test_never_new_ones },
	{ "/job-envelope/the escrow stays when provisioned", test_escrow_stays_when_provisioned },
	{ "/job-envelope/a failure keeps them when the token may be written", test_failure },
	{ "/job-envelope/deleted ones are nowhere in the files", test_deleted_ones_are_nowhere },
};

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(tests); i++)
		g_test_add(tests[i].path, LedgerFixture, NULL, ledger_fixture_set_up, tests[i].test,
			ledger_fixture_tear_down);

	return g_test_run();
}
