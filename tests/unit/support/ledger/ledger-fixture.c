/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ledger-fixture.h"

#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>

void ledger_fixture_set_up(LedgerFixture *fixture, gconstpointer data)
{
	g_autoptr(GError) error = NULL;

	(void)data;
	fixture->directory = g_dir_make_tmp("tf-ledger-XXXXXX", NULL);
	fixture->path = g_build_filename(fixture->directory, "ledger.db", NULL);
	fixture->url = g_strconcat("sqlite:", fixture->path, NULL);
	fixture->ledger = tf_ledger_open(fixture->url, &error);
	g_assert_no_error(error);
}

void ledger_fixture_tear_down(LedgerFixture *fixture, gconstpointer data)
{
	g_autoptr(GDir) dir = NULL;
	const gchar *name = NULL;

	(void)data;
	tf_ledger_free(fixture->ledger);
	(void)g_chmod(fixture->directory, 0700);
	dir = g_dir_open(fixture->directory, 0, NULL);
	while ((name = g_dir_read_name(dir)) != NULL) {
		g_autofree gchar *path = g_build_filename(fixture->directory, name, NULL);

		(void)g_remove(path);
	}
	(void)g_rmdir(fixture->directory);
	g_free(fixture->directory);
	g_free(fixture->path);
	g_free(fixture->url);
}

void ledger_fixture_reopen(LedgerFixture *fixture)
{
	g_autoptr(GError) error = NULL;

	g_clear_pointer(&fixture->ledger, tf_ledger_free);
	fixture->ledger = tf_ledger_open(fixture->url, &error);
	g_assert_no_error(error);
}

void assert_ledger_does_not_open(const gchar *url, TfErrorCode code)
{
	g_autoptr(GError) error = NULL;

	g_assert_null(tf_ledger_open(url, &error));
	g_assert_error(error, TF_ERROR, (gint)code);
}

void ledger_fixture_tamper(const LedgerFixture *fixture, const gchar *sql)
{
	sqlite3 *database = NULL;

	g_assert_cmpint(sqlite3_open(fixture->path, &database), ==, SQLITE_OK);
	g_assert_cmpint(sqlite3_exec(database, sql, NULL, NULL, NULL), ==, SQLITE_OK);
	g_assert_cmpint(sqlite3_close(database), ==, SQLITE_OK);
}

TfTokenFacts *ledger_fixture_token(const gchar *serial)
{
	TfTokenFacts *facts = g_new0(TfTokenFacts, 1);

	facts->label = g_strdup("label");
	facts->manufacturer = g_strdup("manufacturer");
	facts->model = g_strdup("model");
	facts->serial = g_strdup(serial);
	facts->uri = g_strdup("pkcs11:token=label");

	return facts;
}

TfLedgerRow *ledger_fixture_plan_for(const gchar *path)
{
	TfLedgerRow *plan = g_new0(TfLedgerRow, 1);

	plan->source_path = g_strdup(path);
	memset(plan->source_sha256, 1, sizeof plan->source_sha256);
	memset(plan->spki_sha256, 2, sizeof plan->spki_sha256);
	plan->source_holds_one_secret = TRUE;
	plan->certificate_der = g_bytes_new_static("certificate", 11);
	plan->key_id = g_bytes_new_static("\0\1\2", 3);
	plan->token = ledger_fixture_token("serial");

	return plan;
}

gint64 ledger_fixture_plan(LedgerFixture *fixture, const gchar *path)
{
	g_autoptr(TfLedgerRow) row = ledger_fixture_plan_for(path);
	g_autoptr(GError) error = NULL;
	gint64 id = 0;

	tf_ledger_plan(fixture->ledger, row, &id, &error);
	g_assert_no_error(error);

	return id;
}

gint64 ledger_fixture_planned_to(LedgerFixture *fixture, TfStep step)
{
	gint64 id = ledger_fixture_plan(fixture, "/home/taro/key.p12");
	const TfWipeTrace trace = { (gchar *)"/home/taro", (gchar *)"key.p12", (gchar *)"abcdefg",
		G_MAXUINT64, 7, 9 };
	g_autoptr(GBytes) bytes = g_bytes_new_static("bytes", 5);

	if (step >= TF_STEP_IMPORTED)
		g_assert_true(tf_ledger_record_imported(fixture->ledger, id, "[\"CKA_DERIVE\"]", NULL));
	if (step >= TF_STEP_PROVED)
		g_assert_true(tf_ledger_record_proved(fixture->ledger, id, bytes, bytes, "{}", NULL));
	if (step >= TF_STEP_WIPING)
		g_assert_true(tf_ledger_record_wiping(fixture->ledger, id, &trace, "{\"draft\":true}", NULL));
	if (step >= TF_STEP_WIPED)
		g_assert_true(tf_ledger_record_step(fixture->ledger, id, TF_STEP_WIPED, "W3 FG", NULL));
	if (step >= TF_STEP_DONE)
		g_assert_true(
			tf_ledger_record_outcome(fixture->ledger, id, TF_STEP_DONE, "{\"type\":1}", NULL));

	return id;
}
