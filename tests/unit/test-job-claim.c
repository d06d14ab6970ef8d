/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Who is next, and that this is known without looking at the others. */
#include <sqlite3.h>
#include <string.h>

#include "base/secret.h"
#include "job-claim-private.h"
#include "job-fixture.h"

static void assert_claims(LedgerFixture *fixture, const gchar *serial, const gchar *number)
{
	g_autoptr(TfJob) job = job_fixture_claim(fixture, NULL, serial);

	g_assert_cmpstr(job != NULL ? job->number : NULL, ==, number);
}

static void test_oldest_first(LedgerFixture *fixture, gconstpointer data)
{
	(void)data;
	job_fixture_add(fixture, "00000009", NULL);
	job_fixture_add(fixture, "00000001", NULL);
	assert_claims(fixture, NULL, "00000009");
	assert_claims(fixture, NULL, "00000001");

	assert_claims(fixture, NULL, NULL);
}

static void test_claim_is_kept(LedgerFixture *fixture, gconstpointer data)
{
	g_autoptr(TfJob) claimed = NULL;
	g_autoptr(TfJob) job = NULL;

	(void)data;
	job_fixture_add(fixture, "00000001", NULL);
	claimed = job_fixture_claim(fixture, NULL, NULL);
	ledger_fixture_reopen(fixture);
	job = job_fixture_of_number(fixture, "00000001");

	g_assert_cmpint(claimed->state, ==, TF_JOB_CLAIMED);
	g_assert_cmpint(job->state, ==, TF_JOB_CLAIMED);
}

static void test_demanded_token_is_for_who_demands_it(LedgerFixture *fixture, gconstpointer data)
{
	(void)data;
	job_fixture_add(fixture, "00000001", "SER1");
	job_fixture_add(fixture, "00000002", NULL);
	job_fixture_add(fixture, "00000003", "SER3");
	job_fixture_add(fixture, "00000004", NULL);
	assert_claims(fixture, "SER3", "00000003");
	assert_claims(fixture, "SER3", "00000002");
	assert_claims(fixture, NULL, "00000004");
	assert_claims(fixture, NULL, NULL);

	assert_claims(fixture, "SER1", "00000001");
}

static void assert_demanding(const LedgerFixture *fixture, const gchar *serial, const gchar *number)
{
	g_autoptr(TfJob) job = NULL;
	g_autoptr(GError) error = NULL;

	g_assert_true(tf_ledger_job_demanding(fixture->ledger, serial, &job, &error));
	g_assert_no_error(error);
	g_assert_cmpstr(job != NULL ? job->number : NULL, ==, number);
}

static void fail(LedgerFixture *fixture, const TfJob *job, gboolean keeps_pins)
{
	g_autoptr(GError) problem = g_error_new(G_FILE_ERROR, G_FILE_ERROR_IO, "x");
	g_autoptr(GError) error = NULL;

	tf_ledger_job_failed(fixture->ledger, job->id, problem, NULL, keeps_pins, &error);
	g_assert_no_error(error);
}

static void test_demand_outlives_a_failure(LedgerFixture *fixture, gconstpointer data)
{
	g_autoptr(TfJob) job = NULL;

	(void)data;
	job_fixture_add(fixture, "00000001", "SER1");
	job_fixture_add(fixture, "00000002", NULL);
	assert_demanding(fixture, "SER1", NULL);
	job = job_fixture_claim(fixture, NULL, "SER1");
	assert_demanding(fixture, "SER1", "00000001");
	fail(fixture, job, FALSE);

	assert_demanding(fixture, "SER1", "00000001");
	assert_demanding(fixture, "SER2", NULL);
}

static void test_number_is_claimed_by_name(LedgerFixture *fixture, gconstpointer data)
{
	g_autoptr(TfJob) second = NULL;
	g_autoptr(TfJob) again = NULL;
	g_autoptr(TfJob) other_token = NULL;
	g_autoptr(TfJob) any_token = NULL;
	g_autoptr(TfJob) its_token = NULL;

	(void)data;
	job_fixture_add(fixture, "00000001", NULL);
	job_fixture_add(fixture, "00000002", NULL);
	job_fixture_add(fixture, "00000003", "SER3");
	second = job_fixture_claim(fixture, "00000002", "SER9");
	again = job_fixture_claim(fixture, "00000002", NULL);
	other_token = job_fixture_claim(fixture, "00000003", "SER9");
	any_token = job_fixture_claim(fixture, "00000003", NULL);
	its_token = job_fixture_claim(fixture, "00000003", "SER3");

	g_assert_cmpstr(second->number, ==, "00000002");
	g_assert_null(again);
	g_assert_null(other_token);
	g_assert_null(any_token);
	g_assert_cmpstr(its_token->number, ==, "00000003");
}

static void test_failed_job_waits_for_the_next_run(LedgerFixture *fixture, gconstpointer data)
{
	g_autoptr(TfJob) job = NULL;

	(void)data;
	job_fixture_add(fixture, "00000001", NULL);
	job = job_fixture_claim(fixture, NULL, NULL);
	fail(fixture, job, FALSE);
	assert_claims(fixture, NULL, NULL);
	g_assert_true(tf_ledger_retry_failed_jobs(fixture->ledger, NULL));

	assert_claims(fixture, NULL, "00000001");
}

static void test_half_written_token_goes_on_with_its_member(LedgerFixture *fixture, gconstpointer data)
{
	g_autoptr(TfJob) job = NULL;

	(void)data;
	job_fixture_add(fixture, "00000001", NULL);
	job_fixture_add(fixture, "00000002", NULL);
	job_fixture_add(fixture, "00000003", NULL);
	job = job_fixture_planned(fixture, "00000001", "S1");
	fail(fixture, job, TRUE);
	g_assert_true(tf_ledger_retry_failed_jobs(fixture->ledger, NULL));
	assert_claims(fixture, NULL, "00000002");
	assert_claims(fixture, "S9", "00000003");

	assert_claims(fixture, "S1", "00000001");
}

static void assert_bound(LedgerFixture *fixture, const gchar *serial, const gchar *number)
{
	g_autoptr(TfJob) job = NULL;
	g_autoptr(GError) error = NULL;

	g_assert_true(tf_ledger_claim_bound_job(fixture->ledger, serial, &job, &error));
	g_assert_no_error(error);
	g_assert_cmpstr(job != NULL ? job->number : NULL, ==, number);
}

static void test_token_that_comes_back_is_for_its_member_in_the_same_run(
	LedgerFixture *fixture, gconstpointer data)
{
	g_autoptr(TfJob) job = NULL;

	(void)data;
	job_fixture_add(fixture, "00000001", NULL);
	job_fixture_add(fixture, "00000002", "S2");
	job_fixture_add(fixture, "00000003", NULL);
	job = job_fixture_planned(fixture, "00000001", "S1");
	fail(fixture, job, TRUE);

	assert_bound(fixture, "S9", NULL);
	assert_bound(fixture, "S2", "00000002");
	assert_bound(fixture, "S1", "00000001");
	assert_bound(fixture, "S1", NULL);
}

static void test_suspended_job_waits_for_its_token_with_all_it_has(LedgerFixture *fixture, gconstpointer data)
{
	g_autoptr(TfJob) job = NULL;
	g_autoptr(TfJob) waiting = NULL;
	g_autoptr(TfLedgerRow) row = NULL;
	g_autoptr(GBytes) resume = NULL;
	g_autoptr(GBytes) escrow = NULL;
	gboolean has_waiting = FALSE;

	(void)data;
	job_fixture_add(fixture, "00000001", NULL);
	job = job_fixture_planned(fixture, "00000001", "S1");
	g_assert_true(tf_ledger_has_waiting_jobs(fixture->ledger, &has_waiting, NULL));
	g_assert_false(has_waiting);
	g_assert_true(tf_ledger_suspend_job(fixture->ledger, job->id, NULL));
	g_assert_true(tf_ledger_job_of_serial(fixture->ledger, "S1", &waiting, NULL));
	g_assert_true(tf_ledger_job_envelopes(fixture->ledger, job->id, &resume, &escrow, NULL));
	g_assert_true(tf_ledger_has_waiting_jobs(fixture->ledger, &has_waiting, NULL));
	row = tf_ledger_load(fixture->ledger, job->migration, NULL);

	g_assert_true(has_waiting);
	g_assert_cmpint(waiting->state, ==, TF_JOB_WAITING);
	g_assert_cmpint(row->step, ==, TF_STEP_INTENT);
	g_assert_nonnull(resume);
	assert_claims(fixture, NULL, NULL);
	assert_bound(fixture, "S1", "00000001");
}

static gboolean has_bound(const LedgerFixture *fixture)
{
	gboolean has_waiting = FALSE;

	g_assert_true(tf_ledger_has_waiting_bound_jobs(fixture->ledger, &has_waiting, NULL));

	return has_waiting;
}

static void test_whoever_waits_for_a_token_of_its_own_is_known(LedgerFixture *fixture, gconstpointer data)
{
	g_autoptr(TfJob) begun = NULL;
	g_autoptr(TfJob) demanding = NULL;

	(void)data;
	job_fixture_add(fixture, "00000001", NULL);
	g_assert_false(has_bound(fixture));

	job_fixture_add(fixture, "00000002", "SER2");
	g_assert_true(has_bound(fixture));
	demanding = job_fixture_claim(fixture, "00000002", "SER2");
	g_assert_false(has_bound(fixture));

	begun = job_fixture_planned(fixture, "00000001", "S1");
	g_assert_true(tf_ledger_suspend_job(fixture->ledger, begun->id, NULL));
	g_assert_true(has_bound(fixture));
}

static void test_released_job_leaves_nothing_behind(LedgerFixture *fixture, gconstpointer data)
{
	g_autoptr(TfTokenFacts) token = ledger_fixture_token("S1");
	g_autoptr(TfJob) job = NULL;
	g_autoptr(TfJob) of_token = NULL;
	g_autoptr(TfLedgerRow) row = NULL;
	g_autoptr(GBytes) resume = NULL;
	g_autoptr(GBytes) escrow = NULL;
	g_autofree gchar *attempts = NULL;

	(void)data;
	job_fixture_add(fixture, "00000001", NULL);
	job = job_fixture_planned(fixture, "00000001", "S1");
	g_assert_true(tf_ledger_release_job(fixture->ledger, job->id, NULL));
	g_assert_true(tf_ledger_job_of_token(fixture->ledger, token, &of_token, NULL));
	g_assert_true(tf_ledger_job_envelopes(fixture->ledger, job->id, &resume, &escrow, NULL));
	row = tf_ledger_load(fixture->ledger, job->migration, NULL);
	attempts = job_fixture_ask(fixture, "SELECT count(*) FROM attempt WHERE ended IS NOT NULL");

	g_assert_null(of_token);
	g_assert_null(resume);
	g_assert_null(escrow);
	g_assert_cmpint(row->step, ==, TF_STEP_UNDONE);
	g_assert_cmpstr(attempts, ==, "1");
	assert_claims(fixture, NULL, "00000001");
}

static void test_job_with_its_key_on_a_token_is_not_released(LedgerFixture *fixture, gconstpointer data)
{
	g_autoptr(TfJob) job = NULL;
	g_autoptr(GError) error = NULL;

	(void)data;
	job_fixture_add(fixture, "00000001", NULL);
	job = job_fixture_planned(fixture, "00000001", "S1");
	g_assert_true(tf_ledger_record_imported(fixture->ledger, job->migration, "[]", NULL));
	g_assert_false(tf_ledger_release_job(fixture->ledger, job->id, &error));

	g_assert_error(error, TF_ERROR, TF_ERROR_LEDGER_STEP);
}

static void test_resumed_job_has_a_new_attempt(LedgerFixture *fixture, gconstpointer data)
{
	g_autoptr(TfJob) planned = NULL;
	g_autoptr(TfJob) job = NULL;
	g_autofree gchar *attempts = NULL;
	g_autofree gchar *same = NULL;

	(void)data;
	job_fixture_add(fixture, "00000001", NULL);
	planned = job_fixture_planned(fixture, "00000001", "S1");
	ledger_fixture_reopen(fixture);
	g_assert_true(
		tf_ledger_resume_job(fixture->ledger, planned->id, "jiro", "desk 2", "reader 2", NULL, NULL));
	job_fixture_prove(fixture, planned);
	g_assert_true(tf_ledger_job_provisioned(
		fixture->ledger, planned->id, planned->migration, "{}", "{}", NULL));
	job = job_fixture_of_number(fixture, "00000001");
	attempts = job_fixture_ask(fixture,
		"SELECT group_concat(operator || (ended IS NULL) || (migration = 1), ' ') FROM attempt");
	same = job_fixture_ask(fixture,
		"SELECT count(DISTINCT token || hex(certificate_sha256) || confinement) || count(token)"
		" || count(certificate_sha256) || count(confinement) FROM attempt");

	g_assert_cmpuint(job->n_attempts, ==, 2);
	g_assert_cmpstr(job->operator, ==, "jiro");
	g_assert_cmpstr(attempts, ==, "hanako11 jiro01");
	g_assert_cmpstr(same, ==, "1222");
}

/* Each choice goes straight to its row: no walk through the members, nothing sorted. */
static void test_claim_looks_at_nobody_else(LedgerFixture *fixture, gconstpointer data)
{
	static const struct {
		const gchar *sql;
		const gchar *plan;
	} choices[] = {
		{ TF_CLAIM_BY_NUMBER, "SEARCH job USING INDEX job_of_number (number=?)" },
		{ TF_CLAIM_BY_TOKEN, "SEARCH job USING INDEX job_of_token (token_serial=?)" },
		{ TF_CLAIM_FAILED, "SEARCH job USING INDEX job_of_token (token_serial=?)" },
		{ TF_CLAIM_DEMANDING, "SEARCH job USING INDEX job_demanding (demanded_serial=?)" },
		{ TF_CLAIM_DEMANDED, "SEARCH job USING INDEX job_of_state (state=?)" },
		/* Its first entry: the index holds none but those that may be taken. */
		{ TF_CLAIM_NEXT, "SCAN job USING INDEX job_waiting" },
	};
	sqlite3 *database = NULL;

	(void)data;
	g_assert_cmpint(sqlite3_open(fixture->path, &database), ==, SQLITE_OK);
	for (gsize i = 0; i < G_N_ELEMENTS(choices); i++) {
		g_autofree gchar *sql = g_strconcat("EXPLAIN QUERY PLAN ", choices[i].sql, NULL);
		sqlite3_stmt *statement = NULL;

		g_assert_cmpint(sqlite3_prepare_v2(database, sql, -1, &statement, NULL), ==, SQLITE_OK);
		g_assert_cmpint(sqlite3_step(statement), ==, SQLITE_ROW);
		g_assert_cmpstr((const gchar *)sqlite3_column_text(statement, 3), ==, choices[i].plan);
		g_assert_cmpint(sqlite3_step(statement), ==, SQLITE_DONE);
		(void)sqlite3_finalize(statement);
	}
	g_assert_cmpint(sqlite3_close(database), ==, SQLITE_OK);
}

/* Steps of SQLite's machine that 'sql' takes to its first row, with SER1 and 00000001 as they are asked for.
 */
static int count_steps(const LedgerFixture *fixture, const gchar *sql)
{
	sqlite3 *database = NULL;
	sqlite3_stmt *statement = NULL;
	int n_steps = 0;

	g_assert_cmpint(sqlite3_open(fixture->path, &database), ==, SQLITE_OK);
	g_assert_cmpint(sqlite3_prepare_v2(database, sql, -1, &statement, NULL), ==, SQLITE_OK);
	for (int i = 1; i <= sqlite3_bind_parameter_count(statement); i++)
		g_assert_cmpint(sqlite3_bind_text(statement, i, i == 1 ? "SER1" : "SER9", -1, SQLITE_STATIC),
			==, SQLITE_OK);
	(void)sqlite3_step(statement);
	n_steps = sqlite3_stmt_status(statement, SQLITE_STMTSTATUS_VM_STEP, 0);
	g_assert_cmpint(sqlite3_stmt_status(statement, SQLITE_STMTSTATUS_SORT, 0), ==, 0);
	(void)sqlite3_finalize(statement);
	g_assert_cmpint(sqlite3_close(database), ==, SQLITE_OK);

	return n_steps;
}

static void test_claim_costs_the_same_among_many(LedgerFixture *fixture, gconstpointer data)
{
	const gchar *const choices[] = { TF_CLAIM_BY_NUMBER, TF_CLAIM_BY_TOKEN, TF_CLAIM_DEMANDING,
		TF_CLAIM_NEXT };

	(void)data;
	/* Before those who may be taken stand many who demand another token, or wait for theirs. */
	ledger_fixture_tamper(fixture,
		"WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)"
		" INSERT INTO job (number, name, source_path, line, changed, state, demanded_serial,"
		" token_serial) SELECT 'x' || i, 'x', x'2f', i, 0, i % 4 / 3 * 3, 'D' || i,"
		" iif(i % 2, 'T' || i, NULL) FROM n");
	job_fixture_add(fixture, "SER1", "SER1");
	job_fixture_add(fixture, "00000001", NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(choices); i++)
		g_assert_cmpint(count_steps(fixture, choices[i]), <, 60);
}

typedef struct TestRow {
	const gchar *path;
	void (*test)(LedgerFixture *fixture, gconstpointer data);
} TestRow;

static const TestRow tests[] = {
	{ "/job-claim/the oldest is first", test_oldest_first },
	{ "/job-claim/a claim is kept", test_claim_is_kept },
	{ "/job-claim/a token is for the member who demands it", test_demanded_token_is_for_who_demands_it },
	{ "/job-claim/a token stays that of the member who demands it and failed",
		test_demand_outlives_a_failure },
	{ "/job-claim/a member is claimed by number", test_number_is_claimed_by_name },
	{ "/job-claim/a failed member waits for the next run", test_failed_job_waits_for_the_next_run },
	{ "/job-claim/a half-written token goes on with its member",
		test_half_written_token_goes_on_with_its_member },
	{ "/job-claim/a token that comes back is for its member, in the same run",
		test_token_that_comes_back_is_for_its_member_in_the_same_run },
	{ "/job-claim/a suspended member waits for its token with all it has",
		test_suspended_job_waits_for_its_token_with_all_it_has },
	{ "/job-claim/whoever waits for a token of its own is known",
		test_whoever_waits_for_a_token_of_its_own_is_known },
	{ "/job-claim/a released member leaves nothing behind", test_released_job_leaves_nothing_behind },
	{ "/job-claim/a member with a key on a token is not released",
		test_job_with_its_key_on_a_token_is_not_released },
	{ "/job-claim/a resumed member has a new attempt", test_resumed_job_has_a_new_attempt },
	{ "/job-claim/a claim looks at nobody else", test_claim_looks_at_nobody_else },
	{ "/job-claim/a claim costs the same among many", test_claim_costs_the_same_among_many },
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
