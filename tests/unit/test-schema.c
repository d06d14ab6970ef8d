/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A ledger that an earlier version wrote: tests/unit/support/ledger/ledger-2.sql is one. */
#include <glib/gstdio.h>
#include <string.h>

#include "base/secret.h"
#include "job-fixture.h"
#include "ledger/stray-wipe.h"

static void become_schema_2(LedgerFixture *fixture)
{
	g_autofree gchar *path =
		g_test_build_filename(G_TEST_DIST, "support", "ledger", "ledger-2.sql", NULL);
	g_autofree gchar *sql = NULL;

	g_assert_true(g_file_get_contents(path, &sql, NULL, NULL));
	g_clear_pointer(&fixture->ledger, tf_ledger_free);
	g_assert_cmpint(g_remove(fixture->path), ==, 0);
	ledger_fixture_tamper(fixture, sql);
	g_assert_cmpint(g_chmod(fixture->path, 0600), ==, 0);
}

static void test_older_ledger_is_brought_up(LedgerFixture *fixture, gconstpointer data)
{
	g_autoptr(GPtrArray) rows = NULL;
	g_autoptr(GPtrArray) unfinished = NULL;
	g_autoptr(TfTokenFacts) token = ledger_fixture_token("serial");
	g_autoptr(GPtrArray) pins = NULL;
	g_autofree gchar *version = NULL;

	(void)data;
	become_schema_2(fixture);
	ledger_fixture_reopen(fixture);
	rows = tf_ledger_rows(fixture->ledger, NULL, NULL);
	unfinished = tf_ledger_unfinished(fixture->ledger, "/home/taro/key.p12", NULL);
	pins = tf_ledger_failed_pins(fixture->ledger, token, TF_PIN_PUK, NULL);
	version = job_fixture_ask(fixture, "PRAGMA user_version");

	g_assert_cmpstr(tf_ledger_uuid(fixture->ledger), ==, "0071d236-4e24-4134-9b7f-061a2a7e1cd4");
	g_assert_cmpstr(version, ==, "10");
	g_assert_cmpuint(rows->len, ==, 3);
	g_assert_cmpint(((TfLedgerRow *)g_ptr_array_index(rows, 2))->step, ==, TF_STEP_DONE);
	g_assert_cmpuint(unfinished->len, ==, 1);
	g_assert_cmpuint(pins->len, ==, 1);
	job_fixture_add(fixture, "00000001", NULL);
	job_fixture_provision(fixture, "00000001", "S1");
}

static void test_older_ledger_has_no_members(LedgerFixture *fixture, gconstpointer data)
{
	TfLedger *ledger = NULL;
	g_autoptr(TfJob) job = NULL;
	guint64 counts[TF_N_JOB_STATES] = { 9 };
	g_autoptr(GPtrArray) rows = NULL;
	g_autoptr(GPtrArray) wipes = NULL;
	g_autoptr(GPtrArray) exports = NULL;
	g_autofree gchar *version = NULL;

	(void)data;
	become_schema_2(fixture);
	g_assert_true(tf_ledger_open_to_read(fixture->url, &ledger, NULL));
	g_assert_true(tf_ledger_job_of_number(ledger, "00000001", &job, NULL));
	g_assert_true(tf_ledger_count_jobs(ledger, counts, NULL));
	g_assert_true(tf_ledger_visit_jobs(ledger, TF_N_JOB_STATES, NULL, NULL, NULL));
	rows = tf_ledger_rows(ledger, NULL, NULL);
	wipes = tf_ledger_stray_wipes_left(ledger, NULL);
	exports = tf_ledger_exports(ledger, NULL, NULL);
	tf_ledger_free(ledger);
	version = job_fixture_ask(fixture, "PRAGMA user_version");

	g_assert_null(job);
	g_assert_cmpuint(counts[TF_JOB_WAITING], ==, 0);
	g_assert_cmpuint(rows->len, ==, 3);
	g_assert_cmpuint(wipes->len, ==, 0);
	g_assert_cmpuint(exports->len, ==, 0);
	g_assert_cmpstr(version, ==, "2");
}

typedef struct TestRow {
	const gchar *path;
	void (*test)(LedgerFixture *fixture, gconstpointer data);
} TestRow;

static const TestRow tests[] = {
	{ "/schema/an older ledger is brought up to date", test_older_ledger_is_brought_up },
	{ "/schema/an older ledger opened to read has no members", test_older_ledger_has_no_members },
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
