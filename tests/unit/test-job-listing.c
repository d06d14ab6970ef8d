/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Two lists on one ledger: a run works for the members of its own. */
#include "base/error.h"
#include "base/secret.h"
#include "job-fixture.h"

/* The run that works for these: NULL ends them. */
static void list(LedgerFixture *fixture, const gchar *const *numbers)
{
	g_assert_true(tf_ledger_listing_begin(fixture->ledger, NULL));
	for (gsize i = 0; numbers[i] != NULL; i++) {
		job_fixture_add(fixture, numbers[i], NULL);
		g_assert_true(tf_ledger_listing_add(fixture->ledger, numbers[i], NULL));
	}
	g_assert_true(tf_ledger_listing_end(fixture->ledger, NULL));
}

static void list_one(LedgerFixture *fixture, const gchar *number)
{
	const gchar *const numbers[] = { number, NULL };

	list(fixture, numbers);
}

static void assert_state(LedgerFixture *fixture, const gchar *number, TfJobState state)
{
	g_autoptr(TfJob) job = job_fixture_of_number(fixture, number);

	g_assert_cmpstr(tf_job_state_name(job->state), ==, tf_job_state_name(state));
}

static void fail(LedgerFixture *fixture, const gchar *number)
{
	g_autoptr(TfJob) job = job_fixture_claim(fixture, number, NULL);
	g_autoptr(GError) problem = NULL;

	tf_raise(&problem, TF_ERROR_PIN_CODE_WRONG, "member.p12", NULL);
	g_assert_true(tf_ledger_job_failed(fixture->ledger, job->id, problem, NULL, FALSE, NULL));
}

static void who_is_not_listed_is_given_no_token(LedgerFixture *fixture, gconstpointer data)
{
	g_autoptr(TfJob) first = NULL;
	g_autoptr(TfJob) second = NULL;

	(void)data;
	list_one(fixture, "00000001");
	list_one(fixture, "00000002");
	first = job_fixture_claim(fixture, NULL, NULL);
	second = job_fixture_claim(fixture, NULL, NULL);

	g_assert_cmpstr(first->number, ==, "00000002");
	g_assert_null(second);
	assert_state(fixture, "00000001", TF_JOB_UNLISTED);
}

static void who_failed_and_is_not_listed_is_not_tried_again(LedgerFixture *fixture, gconstpointer data)
{
	(void)data;
	list_one(fixture, "00000001");
	fail(fixture, "00000001");
	list_one(fixture, "00000002");
	g_assert_true(tf_ledger_retry_failed_jobs(fixture->ledger, NULL));

	assert_state(fixture, "00000001", TF_JOB_UNLISTED);
}

static void who_is_listed_again_waits_again(LedgerFixture *fixture, gconstpointer data)
{
	(void)data;
	list_one(fixture, "00000001");
	list_one(fixture, "00000002");
	list_one(fixture, "00000001");

	assert_state(fixture, "00000001", TF_JOB_WAITING);
	assert_state(fixture, "00000002", TF_JOB_UNLISTED);
}

static void a_token_that_was_begun_is_finished_whoever_is_listed(LedgerFixture *fixture, gconstpointer data)
{
	g_autoptr(TfJob) begun = NULL;

	(void)data;
	list_one(fixture, "00000001");
	begun = job_fixture_planned(fixture, "00000001", "SER1");
	list_one(fixture, "00000002");

	assert_state(fixture, "00000001", TF_JOB_CLAIMED);
}

static void who_has_a_token_stays_provisioned(LedgerFixture *fixture, gconstpointer data)
{
	(void)data;
	list_one(fixture, "00000001");
	job_fixture_provision(fixture, "00000001", "SER1");
	list_one(fixture, "00000002");

	assert_state(fixture, "00000001", TF_JOB_PROVISIONED);
}

static void only_the_listed_are_counted(LedgerFixture *fixture, gconstpointer data)
{
	const gchar *const numbers[] = { "00000002", "00000003", "00000004", NULL };
	guint64 counts[TF_N_JOB_STATES] = { 0 };
	guint64 all[TF_N_JOB_STATES] = { 0 };
	g_autoptr(TfJob) begun = NULL;

	(void)data;
	list_one(fixture, "00000001");
	job_fixture_provision(fixture, "00000001", "SER1");
	list_one(fixture, "00000005");
	begun = job_fixture_planned(fixture, "00000005", "SER5");
	list_one(fixture, "00000006");
	list(fixture, numbers);
	job_fixture_provision(fixture, "00000002", "SER2");
	fail(fixture, "00000003");
	g_assert_true(tf_ledger_count_listed_jobs(fixture->ledger, counts, NULL));
	g_assert_true(tf_ledger_count_jobs(fixture->ledger, all, NULL));

	g_assert_cmpuint(counts[TF_JOB_PROVISIONED], ==, 1);
	g_assert_cmpuint(counts[TF_JOB_FAILED], ==, 1);
	g_assert_cmpuint(counts[TF_JOB_WAITING], ==, 1);
	/* That one is finished by this run. */
	g_assert_cmpuint(counts[TF_JOB_CLAIMED], ==, 1);
	g_assert_cmpuint(counts[TF_JOB_UNLISTED], ==, 0);
	g_assert_cmpuint(all[TF_JOB_PROVISIONED], ==, 2);
	g_assert_cmpuint(all[TF_JOB_UNLISTED], ==, 1);
}

static void add(const gchar *path, void (*test)(LedgerFixture *fixture, gconstpointer data))
{
	g_test_add(path, LedgerFixture, NULL, ledger_fixture_set_up, test, ledger_fixture_tear_down);
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	add("/job-listing/who is not listed is given no token", who_is_not_listed_is_given_no_token);
	add("/job-listing/who failed and is not listed is not tried again",
		who_failed_and_is_not_listed_is_not_tried_again);
	add("/job-listing/who is listed again waits again", who_is_listed_again_waits_again);
	add("/job-listing/a token that was begun is finished whoever is listed",
		a_token_that_was_begun_is_finished_whoever_is_listed);
	add("/job-listing/who has a token stays provisioned", who_has_a_token_stays_provisioned);
	add("/job-listing/only the listed are counted", only_the_listed_are_counted);

	return g_test_run();
}
