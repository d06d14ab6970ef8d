/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The members of a batch, as the manifest says it, and as a person says it of a broken token. */
#include "base/secret.h"
#include "job-fixture.h"

static void assert_state(LedgerFixture *fixture, const gchar *number, TfJobState state)
{
	g_autoptr(TfJob) job = job_fixture_of_number(fixture, number);

	g_assert_cmpstr(tf_job_state_name(job->state), ==, tf_job_state_name(state));
}

static void test_line_comes_back(LedgerFixture *fixture, gconstpointer data)
{
	const TfJobPlan plan = { "01234567", "山田 太郎", "/m/\x8e\xd0.p12", "SER1", 17 };
	g_autoptr(TfJob) job = NULL;
	g_autoptr(TfJob) none = NULL;

	(void)data;
	g_assert_true(tf_ledger_add_job(fixture->ledger, &plan, NULL));
	ledger_fixture_reopen(fixture);
	job = job_fixture_of_number(fixture, "01234567");
	none = job_fixture_of_number(fixture, "1234567");

	g_assert_cmpstr(job->number, ==, plan.number);
	g_assert_cmpstr(job->name, ==, plan.name);
	g_assert_cmpstr(job->source_path, ==, plan.source_path);
	g_assert_cmpstr(job->token_serial, ==, plan.token_serial);
	g_assert_cmpuint(job->line, ==, 17);
	g_assert_cmpint(job->state, ==, TF_JOB_WAITING);
	g_assert_cmpint(job->migration, ==, 0);
	g_assert_cmpuint(job->n_attempts, ==, 0);
	g_assert_cmpint(job->changed, >, 1700000000);
	g_assert_null(job->error);
	g_assert_null(none);
}

static void test_second_reading_adds_nothing(LedgerFixture *fixture, gconstpointer data)
{
	g_autofree gchar *count = NULL;

	(void)data;
	job_fixture_add(fixture, "00000001", NULL);
	job_fixture_add(fixture, "00000001", NULL);
	count = job_fixture_ask(fixture, "SELECT count(*) FROM job");

	g_assert_cmpstr(count, ==, "1");
}

static void test_waiting_line_is_brought_up_to_date(LedgerFixture *fixture, gconstpointer data)
{
	const TfJobPlan plan = { "00000001", "山田 花子", "/elsewhere.p12", "SER2", 9 };
	g_autoptr(TfJob) job = NULL;

	(void)data;
	job_fixture_add(fixture, "00000001", NULL);
	g_assert_true(tf_ledger_add_job(fixture->ledger, &plan, NULL));
	job = job_fixture_of_number(fixture, "00000001");

	g_assert_cmpstr(job->name, ==, "山田 花子");
	g_assert_cmpstr(job->source_path, ==, "/elsewhere.p12");
	g_assert_cmpstr(job->token_serial, ==, "SER2");
	g_assert_cmpuint(job->line, ==, 9);
}

static void assert_does_not_change(LedgerFixture *fixture, const gchar *name, const gchar *path)
{
	const TfJobPlan plan = { "00000001", name, path, NULL, 2 };
	g_autoptr(GError) error = NULL;

	g_assert_false(tf_ledger_add_job(fixture->ledger, &plan, &error));
	g_assert_error(error, TF_ERROR, TF_ERROR_MANIFEST_CHANGED);
	g_assert_cmpstr(tf_error_arguments(error)[0], ==, "00000001");
}

static void test_made_token_keeps_its_line(LedgerFixture *fixture, gconstpointer data)
{
	const TfJobPlan moved = { "00000001", "山田 太郎", "/members/00000001.p12", "SER9", 99 };
	g_autoptr(TfJob) job = NULL;

	(void)data;
	job_fixture_add(fixture, "00000001", NULL);
	job = job_fixture_planned(fixture, "00000001", "S1");
	assert_does_not_change(fixture, "別の 人", "/members/00000001.p12");
	assert_does_not_change(fixture, "山田 太郎", "/other.p12");
	job_fixture_prove(fixture, job);
	g_assert_true(tf_ledger_job_provisioned(fixture->ledger, job->id, job->migration, "{}", NULL, NULL));
	assert_does_not_change(fixture, "別の 人", "/members/00000001.p12");

	g_assert_true(tf_ledger_add_job(fixture->ledger, &moved, NULL));
}

static void test_failed_line_is_bound_by_its_token(LedgerFixture *fixture, gconstpointer data)
{
	const TfJobPlan mended = { "00000001", "山田 太朗", "/members/00000001.p12", NULL, 2 };
	g_autoptr(TfJob) job = NULL;
	g_autoptr(GError) problem = g_error_new(G_FILE_ERROR, G_FILE_ERROR_IO, "x");

	(void)data;
	job_fixture_add(fixture, "00000001", NULL);
	job = job_fixture_planned(fixture, "00000001", "S1");
	g_assert_true(tf_ledger_job_failed(fixture->ledger, job->id, problem, NULL, TRUE, NULL));
	assert_does_not_change(fixture, "山田 太朗", "/members/00000001.p12");
	g_assert_true(tf_ledger_retry_failed_jobs(fixture->ledger, NULL));
	assert_does_not_change(fixture, "山田 太朗", "/members/00000001.p12");
	g_clear_pointer(&job, tf_job_free);
	job = job_fixture_claim(fixture, NULL, "S1");
	g_assert_true(tf_ledger_release_job(fixture->ledger, job->id, NULL));

	g_assert_true(tf_ledger_add_job(fixture->ledger, &mended, NULL));
}

/* Anew, or it was done before. */
static gboolean replaces(LedgerFixture *fixture, const gchar *reason)
{
	g_autoptr(GError) error = NULL;
	gboolean is_new = FALSE;

	(void)tf_ledger_replace_job(fixture->ledger, "00000001", reason, &is_new, &error);
	g_assert_no_error(error);

	return is_new;
}

static void test_broken_token_is_replaced(LedgerFixture *fixture, gconstpointer data)
{
	g_autoptr(TfTokenFacts) broken = ledger_fixture_token("S1");
	g_autoptr(TfJob) found = NULL;
	g_autoptr(TfJob) job = NULL;

	(void)data;
	job_fixture_add(fixture, "00000001", NULL);
	job_fixture_provision(fixture, "00000001", "S1");
	g_assert_true(replaces(fixture, "踏まれた"));
	job = job_fixture_of_number(fixture, "00000001");
	g_assert_true(tf_ledger_job_of_token(fixture->ledger, broken, &found, NULL));

	g_assert_cmpint(job->id, ==, 2);
	g_assert_cmpint(job->state, ==, TF_JOB_WAITING);
	g_assert_cmpstr(job->replaces_reason, ==, "踏まれた");
	g_assert_null(found);
	job_fixture_provision(fixture, "00000001", "S2");
	assert_state(fixture, "00000001", TF_JOB_PROVISIONED);
}

/* Of a card that was pulled for good: its PINs were kept to go on with it. */
static void test_replaced_token_forgets_its_pins(LedgerFixture *fixture, gconstpointer data)
{
	g_autoptr(TfJob) job = NULL;
	g_autofree gchar *left = NULL;

	(void)data;
	job_fixture_add(fixture, "00000001", NULL);
	job = job_fixture_planned(fixture, "00000001", "S1");
	g_assert_true(tf_ledger_suspend_job(fixture->ledger, job->id, NULL));
	g_assert_true(replaces(fixture, "無くした"));
	left = job_fixture_ask(fixture, "SELECT count(resume) || count(escrow) FROM envelope");

	g_assert_cmpstr(left, ==, "01");
}

static void assert_same_replacement(LedgerFixture *fixture, const gchar *reason)
{
	g_autoptr(TfJob) job = NULL;

	g_assert_false(replaces(fixture, reason));
	job = job_fixture_of_number(fixture, "00000001");
	g_assert_cmpint(job->id, ==, 2);
}

static void test_same_replacement_is_made_once(LedgerFixture *fixture, gconstpointer data)
{
	g_autoptr(TfJob) job = NULL;

	(void)data;
	job_fixture_add(fixture, "00000001", NULL);
	job_fixture_provision(fixture, "00000001", "S1");
	g_assert_true(replaces(fixture, "踏まれた"));
	assert_same_replacement(fixture, "踏まれた");
	job_fixture_provision(fixture, "00000001", "S2");
	assert_same_replacement(fixture, "踏まれた");
	assert_state(fixture, "00000001", TF_JOB_PROVISIONED);

	g_assert_true(replaces(fixture, "また踏まれた"));
	job = job_fixture_of_number(fixture, "00000001");
	g_assert_cmpint(job->id, ==, 3);
	g_assert_cmpint(job->state, ==, TF_JOB_WAITING);
}

static void test_earlier_reason_makes_no_second_one(LedgerFixture *fixture, gconstpointer data)
{
	g_autoptr(TfJob) job = NULL;

	(void)data;
	job_fixture_add(fixture, "00000001", NULL);
	job_fixture_provision(fixture, "00000001", "S1");
	g_assert_true(replaces(fixture, "A"));
	job_fixture_provision(fixture, "00000001", "S2");
	g_assert_true(replaces(fixture, "B"));
	job_fixture_provision(fixture, "00000001", "S3");

	g_assert_false(replaces(fixture, "A"));
	job = job_fixture_of_number(fixture, "00000001");
	g_assert_cmpint(job->id, ==, 3);
	g_assert_cmpint(job->state, ==, TF_JOB_PROVISIONED);
}

static void test_nothing_to_replace_is_said(LedgerFixture *fixture, gconstpointer data)
{
	static const struct {
		const gchar *number;
		TfErrorCode code;
	} cases[] = { { "00000001", TF_ERROR_MEMBER_WITHOUT_TOKEN },
		{ "99999999", TF_ERROR_MEMBER_UNKNOWN } };

	(void)data;
	job_fixture_add(fixture, "00000001", NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;
		gboolean is_new = FALSE;

		g_assert_false(tf_ledger_replace_job(fixture->ledger, cases[i].number, "x", &is_new, &error));
		g_assert_error(error, TF_ERROR, (gint)cases[i].code);
		g_assert_cmpstr(tf_error_arguments(error)[0], ==, cases[i].number);
	}
}

typedef struct TestRow {
	const gchar *path;
	void (*test)(LedgerFixture *fixture, gconstpointer data);
} TestRow;

static const TestRow tests[] = {
	{ "/job-add/a line of the manifest comes back", test_line_comes_back },
	{ "/job-add/a second reading of the manifest adds nothing", test_second_reading_adds_nothing },
	{ "/job-add/a waiting line is brought up to date", test_waiting_line_is_brought_up_to_date },
	{ "/job-add/a member with a token keeps name and file", test_made_token_keeps_its_line },
	{ "/job-add/a member whose token may be written keeps name and file",
		test_failed_line_is_bound_by_its_token },
	{ "/job-add/a broken token is replaced", test_broken_token_is_replaced },
	{ "/job-add/the PINs of a token that is replaced are forgotten",
		test_replaced_token_forgets_its_pins },
	{ "/job-add/the same replacement again is the same one, begun or done",
		test_same_replacement_is_made_once },
	{ "/job-add/a reason that was given before makes no second replacement, whatever came between",
		test_earlier_reason_makes_no_second_one },
	{ "/job-add/nothing to replace is said", test_nothing_to_replace_is_said },
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
