/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The members of a batch, from their claim to the token. */
#include <string.h>

#include "base/secret.h"
#include "job-fixture.h"

static void assert_state(LedgerFixture *fixture, const gchar *number, TfJobState state)
{
	g_autoptr(TfJob) job = job_fixture_of_number(fixture, number);

	g_assert_cmpstr(tf_job_state_name(job->state), ==, tf_job_state_name(state));
}

static void test_way_to_the_token(LedgerFixture *fixture, gconstpointer data)
{
	g_autoptr(TfJob) planned = NULL;
	g_autoptr(TfJob) job = NULL;
	g_autoptr(TfLedgerRow) row = NULL;
	g_autofree gchar *attempt = NULL;
	g_autofree gchar *of_migration = NULL;

	(void)data;
	job_fixture_add(fixture, "00000001", NULL);
	planned = job_fixture_planned(fixture, "00000001", "S1");
	assert_state(fixture, "00000001", TF_JOB_CLAIMED);
	job_fixture_prove(fixture, planned);
	g_assert_true(tf_ledger_job_provisioned(
		fixture->ledger, planned->id, planned->migration, "{\"type\":1}", "{\"import\":12}", NULL));
	job = job_fixture_of_number(fixture, "00000001");
	row = tf_ledger_load(fixture->ledger, job->migration, NULL);
	attempt = job_fixture_ask(fixture,
		"SELECT job || ' ' || migration || ' ' || reader || ' ' || operator || ' ' || station || ' '"
		" || timings || ' ' || (ended >= started) || ' ' || json_extract(token, '$.serial') || ' '"
		" || length(certificate_sha256) || ' ' || (error IS NULL) || ' ' || confinement FROM "
		"attempt");
	of_migration = job_fixture_ask(fixture, "SELECT job FROM migration");

	g_assert_cmpint(job->state, ==, TF_JOB_PROVISIONED);
	g_assert_cmpint(job->migration, ==, planned->migration);
	g_assert_cmpuint(job->n_attempts, ==, 1);
	g_assert_cmpstr(job->operator, ==, "hanako");
	g_assert_cmpstr(job->station, ==, "desk 1");
	g_assert_cmpstr(job->reader, ==, "reader 1");
	g_assert_cmpint(row->step, ==, TF_STEP_PROVISIONED);
	g_assert_cmpstr(row->outcome, ==, "{\"type\":1}");
	g_assert_cmpstr(attempt, ==, "1 1 reader 1 hanako desk 1 {\"import\":12} 1 S1 32 1 no-core seccomp");
	g_assert_cmpstr(of_migration, ==, "1");
}

static void test_unproved_is_not_provisioned(LedgerFixture *fixture, gconstpointer data)
{
	g_autoptr(TfJob) job = NULL;
	g_autoptr(GError) error = NULL;

	(void)data;
	job_fixture_add(fixture, "00000001", NULL);
	job = job_fixture_planned(fixture, "00000001", "S1");
	g_assert_false(
		tf_ledger_job_provisioned(fixture->ledger, job->id, job->migration, "{}", NULL, &error));

	g_assert_error(error, TF_ERROR, TF_ERROR_LEDGER_STEP);
	assert_state(fixture, "00000001", TF_JOB_CLAIMED);
}

static void test_row_of_another_member_is_refused(LedgerFixture *fixture, gconstpointer data)
{
	g_autoptr(TfJob) first = NULL;
	g_autoptr(TfJob) second = NULL;
	g_autoptr(GError) error = NULL;

	(void)data;
	job_fixture_add(fixture, "00000001", NULL);
	job_fixture_add(fixture, "00000002", NULL);
	first = job_fixture_planned(fixture, "00000001", "S1");
	second = job_fixture_planned(fixture, "00000002", "S2");
	job_fixture_prove(fixture, first);
	g_assert_false(
		tf_ledger_job_provisioned(fixture->ledger, second->id, first->migration, "{}", NULL, &error));

	g_assert_error(error, TF_ERROR, TF_ERROR_LEDGER_STEP);
	assert_state(fixture, "00000002", TF_JOB_CLAIMED);
}

static void test_failure_is_remembered(LedgerFixture *fixture, gconstpointer data)
{
	g_autoptr(TfJob) claimed = NULL;
	g_autoptr(TfJob) job = NULL;
	g_autoptr(GError) problem = NULL;
	g_autofree gchar *attempt = NULL;

	(void)data;
	job_fixture_add(fixture, "00000001", NULL);
	claimed = job_fixture_claim(fixture, NULL, NULL);
	tf_raise(&problem, TF_ERROR_OUTPUT_FAILED, "/\xff\"x", "full", NULL);
	g_assert_true(
		tf_ledger_job_failed(fixture->ledger, claimed->id, problem, "{\"open\":3}", FALSE, NULL));
	job = job_fixture_of_number(fixture, "00000001");
	attempt = job_fixture_ask(fixture,
		"SELECT error || ' ' || (ended >= started) || ' ' || (migration IS NULL) || ' ' || timings"
		" FROM attempt");

	g_assert_cmpint(job->state, ==, TF_JOB_FAILED);
	g_assert_cmpstr(job->error, ==, "output-failed");
	g_assert_cmpstr(job->error_arguments, ==, "[\"/\xef\xbf\xbd\\\"x\",\"full\"]");
	g_assert_cmpuint(job->n_attempts, ==, 1);
	g_assert_cmpstr(attempt, ==, "output-failed 1 1 {\"open\":3}");
}

static void test_success_ends_the_error(LedgerFixture *fixture, gconstpointer data)
{
	g_autoptr(TfJob) claimed = NULL;
	g_autoptr(TfJob) job = NULL;
	g_autoptr(GError) problem = g_error_new(G_FILE_ERROR, G_FILE_ERROR_IO, "x");

	(void)data;
	job_fixture_add(fixture, "00000001", NULL);
	claimed = job_fixture_claim(fixture, NULL, NULL);
	g_assert_true(tf_ledger_job_failed(fixture->ledger, claimed->id, problem, NULL, FALSE, NULL));
	g_assert_true(tf_ledger_retry_failed_jobs(fixture->ledger, NULL));
	job_fixture_provision(fixture, "00000001", "S1");
	job = job_fixture_of_number(fixture, "00000001");

	g_assert_null(job->error);
	g_assert_cmpuint(job->n_attempts, ==, 2);
}

static void test_only_a_claimed_job_goes_on(LedgerFixture *fixture, gconstpointer data)
{
	g_autoptr(TfJob) job = NULL;
	g_autoptr(TfLedgerRow) row = NULL;
	g_autoptr(GError) problem = g_error_new(G_FILE_ERROR, G_FILE_ERROR_IO, "x");
	TfJobIntent intent = { 0 };
	gint64 migration = 0;

	(void)data;
	job_fixture_add(fixture, "00000001", NULL);
	job = job_fixture_of_number(fixture, "00000001");
	row = job_fixture_row(job, "S1");
	intent.plan = row;

	for (guint i = 0; i < 5; i++) {
		g_autoptr(GError) error = NULL;
		const gboolean is_done[] = {
			i == 0 && tf_ledger_plan_job(fixture->ledger, job->id, &intent, &migration, &error),
			i == 1 && tf_ledger_release_job(fixture->ledger, job->id, &error),
			i == 2 &&
				tf_ledger_job_failed(fixture->ledger, job->id, problem, NULL, FALSE, &error),
			i == 3 && tf_ledger_job_provisioned(fixture->ledger, job->id, 1, "{}", NULL, &error),
			i == 4 && tf_ledger_resume_job(
					  fixture->ledger, job->id, NULL, NULL, NULL, NULL, &error),
		};

		g_assert_false(is_done[i]);
		g_assert_error(error, TF_ERROR, TF_ERROR_LEDGER_STEP);
	}
}

static void test_no_token_is_given_twice(LedgerFixture *fixture, gconstpointer data)
{
	g_autoptr(TfJob) second = NULL;
	g_autoptr(TfLedgerRow) row = NULL;
	TfJobIntent intent = { 0 };
	gint64 migration = 0;
	g_autoptr(GError) error = NULL;

	(void)data;
	job_fixture_add(fixture, "00000001", NULL);
	job_fixture_add(fixture, "00000002", NULL);
	job_fixture_provision(fixture, "00000001", "S1");
	second = job_fixture_claim(fixture, NULL, NULL);
	row = job_fixture_row(second, "S1");
	intent.plan = row;
	g_assert_false(tf_ledger_plan_job(fixture->ledger, second->id, &intent, &migration, &error));

	g_assert_error(error, TF_ERROR, TF_ERROR_TOKEN_PROVISIONED);
	g_assert_cmpstr(tf_error_arguments(error)[1], ==, "00000001");
}

static void test_no_certificate_is_used_twice(LedgerFixture *fixture, gconstpointer data)
{
	g_autoptr(TfJob) first = NULL;
	g_autoptr(TfJob) second = NULL;
	g_autoptr(TfLedgerRow) row = NULL;
	TfJobIntent intent = { 0 };
	gint64 migration = 0;
	g_autoptr(GError) error = NULL;

	(void)data;
	job_fixture_add(fixture, "00000001", NULL);
	job_fixture_add(fixture, "00000002", NULL);
	first = job_fixture_planned(fixture, "00000001", "S1");
	second = job_fixture_claim(fixture, NULL, NULL);
	row = job_fixture_row(first, "S2");
	intent.plan = row;
	g_assert_false(tf_ledger_plan_job(fixture->ledger, second->id, &intent, &migration, &error));

	g_assert_error(error, TF_ERROR, TF_ERROR_MANIFEST_CHANGED);
	g_assert_cmpstr(tf_error_arguments(error)[0], ==, "00000001");
}

static void test_second_key_is_not_begun(LedgerFixture *fixture, gconstpointer data)
{
	g_autoptr(TfJob) job = NULL;
	g_autoptr(TfLedgerRow) row = NULL;
	TfJobIntent intent = { 0 };
	gint64 migration = 0;
	g_autoptr(GError) error = NULL;

	(void)data;
	job_fixture_add(fixture, "00000001", NULL);
	job = job_fixture_planned(fixture, "00000001", "S1");
	row = job_fixture_row(job, "S1");
	intent.plan = row;
	g_assert_false(tf_ledger_plan_job(fixture->ledger, job->id, &intent, &migration, &error));
	g_assert_error(error, TF_ERROR, TF_ERROR_LEDGER_STEP);
	g_assert_true(tf_ledger_record_step(fixture->ledger, job->migration, TF_STEP_UNDONE, NULL, NULL));

	g_assert_true(tf_ledger_plan_job(fixture->ledger, job->id, &intent, &migration, NULL));
	g_assert_cmpint(migration, >, job->migration);
}

static void test_formatting_tells_the_serial(LedgerFixture *fixture, gconstpointer data)
{
	g_autoptr(TfTokenFacts) token = ledger_fixture_token("S1");
	g_autoptr(TfJob) job = NULL;
	g_autoptr(TfJob) found = NULL;
	g_autoptr(TfJob) before = NULL;
	g_autoptr(TfLedgerRow) row = NULL;
	g_autofree gchar *attempt = NULL;
	g_autoptr(GError) error = NULL;

	(void)data;
	job_fixture_add(fixture, "00000001", NULL);
	job = job_fixture_planned(fixture, "00000001", "");
	g_assert_true(tf_ledger_job_of_token(fixture->ledger, token, &before, NULL));
	g_assert_true(tf_ledger_job_formatted(fixture->ledger, job->id, job->migration, token, NULL));
	g_assert_true(tf_ledger_job_of_token(fixture->ledger, token, &found, NULL));
	row = tf_ledger_load(fixture->ledger, job->migration, NULL);
	attempt = job_fixture_ask(fixture, "SELECT json_extract(token, '$.serial') FROM attempt");

	g_assert_null(before);
	g_assert_cmpint(found->id, ==, job->id);
	g_assert_true(tf_token_facts_equal(row->token, token));
	g_assert_cmpstr(attempt, ==, "S1");
	g_assert_true(tf_ledger_record_imported(fixture->ledger, job->migration, "[]", NULL));
	g_assert_false(tf_ledger_job_formatted(fixture->ledger, job->id, job->migration, token, &error));
	g_assert_error(error, TF_ERROR, TF_ERROR_LEDGER_STEP);
}

static void test_tokens_without_a_serial_are_not_compared(LedgerFixture *fixture, gconstpointer data)
{
	g_autoptr(TfTokenFacts) token = ledger_fixture_token("");
	g_autoptr(TfJob) found = NULL;

	(void)data;
	job_fixture_add(fixture, "00000001", NULL);
	job_fixture_add(fixture, "00000002", NULL);
	job_fixture_provision(fixture, "00000001", "");
	job_fixture_provision(fixture, "00000002", "");
	g_assert_true(tf_ledger_job_of_token(fixture->ledger, token, &found, NULL));

	g_assert_null(found);
}

static void test_member_is_found_by_certificate(LedgerFixture *fixture, gconstpointer data)
{
	guint8 sha256[TF_SHA256_SIZE];
	g_autoptr(TfJob) found = NULL;
	g_autoptr(TfJob) none = NULL;

	(void)data;
	job_fixture_add(fixture, "00000001", NULL);
	job_fixture_provision(fixture, "00000001", "S1");
	tf_sha256("00000001", 8, sha256);
	g_assert_true(tf_ledger_job_of_certificate(fixture->ledger, sha256, &found, NULL));
	sha256[0] ^= 1;
	g_assert_true(tf_ledger_job_of_certificate(fixture->ledger, sha256, &none, NULL));

	g_assert_cmpstr(found->number, ==, "00000001");
	g_assert_null(none);
}

/* Each row is one lie in an otherwise good ledger. */
static void test_tampered_jobs_are_refused(LedgerFixture *fixture, gconstpointer data)
{
	const gchar *const lies[] = {
		"name = x'00'",
		"name = CAST(x'ff' AS TEXT)",
		"name = hex(zeroblob(40000))",
		"source_path = 'text'",
		"source_path = x''",
		"line = -1",
		"line = 'x'",
		"state = 2",
		"state = 'x'",
		"n_attempts = -1",
		"changed = 'now'",
		"migration = 0",
		"error = x'00'",
	};

	(void)data;
	for (gsize i = 0; i < G_N_ELEMENTS(lies); i++) {
		g_autofree gchar *number = g_strdup_printf("%08" G_GSIZE_FORMAT, i);
		g_autofree gchar *sql =
			g_strdup_printf("UPDATE job SET %s WHERE number = '%s'", lies[i], number);
		TfJob *job = NULL;
		g_autoptr(GError) error = NULL;

		job_fixture_add(fixture, number, NULL);
		ledger_fixture_tamper(fixture, sql);
		g_assert_false(tf_ledger_job_of_number(fixture->ledger, number, &job, &error));
		g_assert_error(error, TF_ERROR, TF_ERROR_LEDGER_FAILED);
	}
}

typedef struct TestRow {
	const gchar *path;
	void (*test)(LedgerFixture *fixture, gconstpointer data);
} TestRow;

static const TestRow tests[] = {
	{ "/job/the way to the token is remembered", test_way_to_the_token },
	{ "/job/what is not proved is not provisioned", test_unproved_is_not_provisioned },
	{ "/job/a row of another member provisions nobody", test_row_of_another_member_is_refused },
	{ "/job/a failure is remembered", test_failure_is_remembered },
	{ "/job/success ends the error", test_success_ends_the_error },
	{ "/job/only a claimed member goes on", test_only_a_claimed_job_goes_on },
	{ "/job/no token is given to two members", test_no_token_is_given_twice },
	{ "/job/no certificate is that of two members", test_no_certificate_is_used_twice },
	{ "/job/a second key is not begun while the first may be there", test_second_key_is_not_begun },
	{ "/job/formatting tells the serial", test_formatting_tells_the_serial },
	{ "/job/tokens without a serial are not compared", test_tokens_without_a_serial_are_not_compared },
	{ "/job/a member is found by certificate", test_member_is_found_by_certificate },
	{ "/job/tampered rows are refused", test_tampered_jobs_are_refused },
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
