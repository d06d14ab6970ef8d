/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "job-fixture.h"

#include <sqlite3.h>
#include <string.h>

void job_fixture_add(LedgerFixture *fixture, const gchar *number, const gchar *token_serial)
{
	g_autofree gchar *path = g_strdup_printf("/members/%s.p12", number);
	const TfJobPlan plan = { number, "山田 太郎", path, token_serial, 2 };
	g_autoptr(GError) error = NULL;

	tf_ledger_add_job(fixture->ledger, &plan, &error);
	g_assert_no_error(error);
}

TfJob *job_fixture_claim(LedgerFixture *fixture, const gchar *number, const gchar *serial)
{
	TfJob *job = NULL;
	g_autoptr(GError) error = NULL;

	tf_ledger_claim_job(fixture->ledger, number, serial, &job, &error);
	g_assert_no_error(error);

	return job;
}

TfJob *job_fixture_of_number(LedgerFixture *fixture, const gchar *number)
{
	TfJob *job = NULL;
	g_autoptr(GError) error = NULL;

	tf_ledger_job_of_number(fixture->ledger, number, &job, &error);
	g_assert_no_error(error);

	return job;
}

TfLedgerRow *job_fixture_row(const TfJob *job, const gchar *serial)
{
	TfLedgerRow *row = ledger_fixture_plan_for(job->source_path);

	g_free(row->token->serial);
	row->token->serial = g_strdup(serial);
	g_clear_pointer(&row->certificate_der, g_bytes_unref);
	row->certificate_der = g_bytes_new(job->number, strlen(job->number));

	return row;
}

TfJob *job_fixture_planned(LedgerFixture *fixture, const gchar *number, const gchar *serial)
{
	g_autoptr(TfJob) job = job_fixture_claim(fixture, number, NULL);
	g_autoptr(TfLedgerRow) row = job_fixture_row(job, serial);
	g_autofree gchar *resume = g_strdup_printf("resume %s", number);
	g_autofree gchar *escrow = g_strdup_printf("escrow %s", number);
	g_autoptr(GBytes) resume_bytes = g_bytes_new(resume, strlen(resume));
	g_autoptr(GBytes) escrow_bytes = g_bytes_new(escrow, strlen(escrow));
	const TfJobIntent intent = { row, resume_bytes, escrow_bytes, "hanako", "desk 1", "reader 1",
		"no-core seccomp" };
	g_autoptr(GError) error = NULL;

	tf_ledger_plan_job(fixture->ledger, job->id, &intent, &job->migration, &error);
	g_assert_no_error(error);

	return g_steal_pointer(&job);
}

void job_fixture_prove(LedgerFixture *fixture, const TfJob *job)
{
	g_autoptr(GBytes) bytes = g_bytes_new_static("bytes", 5);
	g_autoptr(GError) error = NULL;

	g_assert_true(tf_ledger_record_imported(fixture->ledger, job->migration, "[]", NULL));
	tf_ledger_record_proved(fixture->ledger, job->migration, bytes, bytes, "{}", &error);
	g_assert_no_error(error);
}

void job_fixture_provision(LedgerFixture *fixture, const gchar *number, const gchar *serial)
{
	g_autoptr(TfJob) job = job_fixture_planned(fixture, number, serial);
	g_autoptr(GError) error = NULL;

	job_fixture_prove(fixture, job);
	tf_ledger_job_provisioned(
		fixture->ledger, job->id, job->migration, "{\"type\":1}", "{\"import\":12}", &error);
	g_assert_no_error(error);
}

gchar *job_fixture_ask(const LedgerFixture *fixture, const gchar *sql)
{
	sqlite3 *database = NULL;
	sqlite3_stmt *statement = NULL;
	gchar *text = NULL;

	g_assert_cmpint(sqlite3_open(fixture->path, &database), ==, SQLITE_OK);
	g_assert_cmpint(sqlite3_prepare_v2(database, sql, -1, &statement, NULL), ==, SQLITE_OK);
	g_assert_cmpint(sqlite3_step(statement), ==, SQLITE_ROW);
	text = g_strdup((const gchar *)sqlite3_column_text(statement, 0));
	(void)sqlite3_finalize(statement);
	g_assert_cmpint(sqlite3_close(database), ==, SQLITE_OK);

	return text != NULL ? text : g_strdup("NULL");
}
