/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "base/secret.h"
#include "job-fixture.h"

typedef struct Visit {
	TfLedger *ledger;
	GString *numbers;
	guint limit;
} Visit;

static gboolean note(const TfJob *job, gpointer user_data, GError **error)
{
	Visit *visit = user_data;

	g_string_append_printf(visit->numbers, "%s ", job->number);
	if (--visit->limit == 0)
		return tf_raise(error, TF_ERROR_INTERRUPTED, NULL);

	return TRUE;
}

static gboolean release(const TfJob *job, gpointer user_data, GError **error)
{
	Visit *visit = user_data;

	g_string_append_printf(visit->numbers, "%s ", job->number);

	return tf_ledger_release_job(visit->ledger, job->id, error);
}

static void assert_visits(LedgerFixture *fixture, TfJobState state, const gchar *numbers)
{
	g_autoptr(GString) seen = g_string_new(NULL);
	Visit visit = { fixture->ledger, seen, 100 };
	g_autoptr(GError) error = NULL;

	tf_ledger_visit_jobs(fixture->ledger, state, note, &visit, &error);
	g_assert_no_error(error);
	g_assert_cmpstr(seen->str, ==, numbers);
}

static void add_four(LedgerFixture *fixture)
{
	g_autoptr(TfJob) first = NULL;
	g_autoptr(TfJob) second = NULL;

	job_fixture_add(fixture, "00000004", NULL);
	job_fixture_add(fixture, "00000003", NULL);
	job_fixture_add(fixture, "00000002", NULL);
	job_fixture_add(fixture, "00000001", NULL);
	first = job_fixture_claim(fixture, NULL, NULL);
	second = job_fixture_claim(fixture, NULL, NULL);
}

static void test_in_order(LedgerFixture *fixture, gconstpointer data)
{
	(void)data;
	add_four(fixture);

	assert_visits(fixture, TF_N_JOB_STATES, "00000004 00000003 00000002 00000001 ");
	assert_visits(fixture, TF_JOB_CLAIMED, "00000004 00000003 ");
	assert_visits(fixture, TF_JOB_WAITING, "00000002 00000001 ");
	assert_visits(fixture, TF_JOB_FAILED, "");
}

static void test_stops(LedgerFixture *fixture, gconstpointer data)
{
	g_autoptr(GString) seen = g_string_new(NULL);
	Visit visit = { fixture->ledger, seen, 2 };
	g_autoptr(GError) error = NULL;

	(void)data;
	add_four(fixture);
	g_assert_false(tf_ledger_visit_jobs(fixture->ledger, TF_N_JOB_STATES, note, &visit, &error));

	g_assert_error(error, TF_ERROR, TF_ERROR_INTERRUPTED);
	g_assert_cmpstr(seen->str, ==, "00000004 00000003 ");
}

static void test_visitor_may_change_its_job(LedgerFixture *fixture, gconstpointer data)
{
	g_autoptr(GString) seen = g_string_new(NULL);
	Visit visit = { fixture->ledger, seen, 100 };

	(void)data;
	add_four(fixture);
	g_assert_true(tf_ledger_visit_jobs(fixture->ledger, TF_JOB_CLAIMED, release, &visit, NULL));

	g_assert_cmpstr(seen->str, ==, "00000004 00000003 ");
	assert_visits(fixture, TF_JOB_CLAIMED, "");
}

static void test_counts(LedgerFixture *fixture, gconstpointer data)
{
	guint64 counts[TF_N_JOB_STATES] = { 9, 9, 9, 9, 9 };

	(void)data;
	add_four(fixture);
	job_fixture_provision(fixture, "00000002", "S1");
	g_assert_true(tf_ledger_count_jobs(fixture->ledger, counts, NULL));

	g_assert_cmpuint(counts[TF_JOB_WAITING], ==, 1);
	g_assert_cmpuint(counts[TF_JOB_CLAIMED], ==, 2);
	g_assert_cmpuint(counts[TF_JOB_PROVISIONED], ==, 1);
	g_assert_cmpuint(counts[TF_JOB_FAILED], ==, 0);
	g_assert_cmpuint(counts[TF_JOB_SUPERSEDED], ==, 0);
}

/* In a process of its own: a supervisor holds the lock, and has a group open. */
static void test_status(void)
{
	TfLedger *ledger = NULL;
	guint64 counts[TF_N_JOB_STATES] = { 0 };
	g_autoptr(TfLedger) second = tf_ledger_open(g_getenv("TF_LEDGER"), NULL);
	g_autoptr(GError) error = NULL;

	g_assert_true(tf_ledger_open_to_read(g_getenv("TF_LEDGER"), &ledger, NULL));
	g_assert_true(tf_ledger_count_jobs(ledger, counts, NULL));
	g_assert_cmpuint(counts[TF_JOB_WAITING], ==, 2);
	g_assert_cmpuint(counts[TF_JOB_CLAIMED], ==, 2);
	tf_ledger_free(ledger);
	g_assert_false(tf_ledger_lock(second, &error));
	g_assert_error(error, TF_ERROR, TF_ERROR_LEDGER_BUSY);
}

static void test_another_process_reads(LedgerFixture *fixture, gconstpointer data)
{
	g_autoptr(TfJob) third = NULL;

	(void)data;
	add_four(fixture);
	g_assert_true(tf_ledger_lock(fixture->ledger, NULL));
	g_assert_true(tf_ledger_group_begin(fixture->ledger, NULL));
	third = job_fixture_claim(fixture, NULL, NULL);
	(void)g_setenv("TF_LEDGER", fixture->url, TRUE);
	g_test_trap_subprocess("/job-visit/subprocess/status", 0, 0);
	g_test_trap_assert_passed();

	g_assert_true(tf_ledger_group_commit(fixture->ledger, NULL));
}

typedef struct TestRow {
	const gchar *path;
	void (*test)(LedgerFixture *fixture, gconstpointer data);
} TestRow;

static const TestRow tests[] = {
	{ "/job-visit/members come in order", test_in_order },
	{ "/job-visit/a visit stops when told", test_stops },
	{ "/job-visit/a visitor may change its member", test_visitor_may_change_its_job },
	{ "/job-visit/members are counted by state", test_counts },
	{ "/job-visit/another process reads while a supervisor works", test_another_process_reads },
};

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(tests); i++)
		g_test_add(tests[i].path, LedgerFixture, NULL, ledger_fixture_set_up, tests[i].test,
			ledger_fixture_tear_down);
	g_test_add_func("/job-visit/subprocess/status", test_status);

	return g_test_run();
}
