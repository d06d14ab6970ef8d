/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cleaning-case.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#include "ledger/stray-wipe.h"

static void take_stray(gpointer user_data, const TfStray *stray)
{
	(void)user_data;
	(void)stray;
}

static void take_left_out(gpointer user_data, const gchar *path, guint limits)
{
	(void)user_data;
	(void)path;
	(void)limits;
}

static void take_progress(gpointer user_data, const TfWalkProgress *progress)
{
	(void)user_data;
	(void)progress;
}

static gboolean go_on(gpointer user_data, GError **error)
{
	(void)user_data;
	(void)error;

	return TRUE;
}

static void take_end(gpointer user_data)
{
	(void)user_data;
}

void tf_cleaning_case_set_up(TfCleaningCase *it, const gchar *program)
{
	g_autoptr(TfOutcome) outcome = NULL;

	it->stage = tf_stage_new("ec256", program);
	it->ledger_path = g_build_filename(it->stage->directory, "state", "ledger.db", NULL);
	it->home = g_build_filename(it->stage->directory, "home", NULL);
	g_assert_cmpint(g_mkdir(it->home, 0700), ==, 0);
	it->paths[0] = it->home;
	it->roles[0] = program;
	it->roles[1] = "--role";
	it->password = tf_secret_new_copy(TF_STAGE_PASSWORD, strlen(TF_STAGE_PASSWORD));
	it->listener =
		(TfSweepListener){ NULL, take_stray, take_left_out, take_progress, go_on, take_end, NULL };
	outcome = tf_stage_run(it->stage, NULL);
	g_assert_nonnull(outcome);
	it->plan = (TfCleaningPlan){
		.verification = { .module = it->stage->plan.module,
			.ledger_path = it->ledger_path,
			.auditor = it->stage->auditor },
		.paths = it->paths,
		.program = it->roles,
		.password = it->password,
	};
}

void tf_cleaning_case_clear(TfCleaningCase *it)
{
	tf_sweep_result_clear(&it->search);
	tf_secret_free(it->password);
	g_free(it->ledger_path);
	g_free(it->home);
	tf_stage_free(it->stage);
}

gchar *tf_cleaning_case_below(const TfCleaningCase *it, const gchar *name)
{
	return g_build_filename(it->home, name, NULL);
}

void tf_cleaning_case_plant(const TfCleaningCase *it, const gchar *name, GBytes *content)
{
	g_autofree gchar *path = tf_cleaning_case_below(it, name);

	tf_fixture_write(path, content);
}

gboolean tf_cleaning_case_has(const TfCleaningCase *it, const gchar *name)
{
	g_autofree gchar *path = tf_cleaning_case_below(it, name);

	return g_file_test(path, G_FILE_TEST_EXISTS);
}

void tf_cleaning_case_begin_wipe(const TfCleaningCase *it, const gchar *name)
{
	g_autoptr(TfLedger) ledger = tf_ledger_open(it->stage->ledger_url, NULL);
	g_autofree gchar *path = tf_cleaning_case_below(it, name);
	g_autoptr(GPtrArray) rows = tf_ledger_rows(ledger, NULL, NULL);
	const TfLedgerRow *row = g_ptr_array_index(rows, 0);
	struct stat status;
	TfWipeTrace trace = { .directory = it->home, .name = (gchar *)name, .new_name = (gchar *)"abcd" };
	TfStrayWipe stray = {
		.path = path, .kind = (gchar *)"pkcs12", .exposures = 1u << TF_EXPOSURE_SYNCED, .wipe = &trace
	};
	gint64 id = 0;

	g_assert_cmpint(stat(path, &status), ==, 0);
	trace.device = status.st_dev;
	trace.inode = status.st_ino;
	trace.size = status.st_size;
	memcpy(stray.sha256, row->source_sha256, TF_SHA256_SIZE);
	memcpy(stray.spki_sha256, row->spki_sha256, TF_SHA256_SIZE);
	g_assert_true(tf_ledger_begin_stray_wipe(ledger, &stray, &id, NULL));
}

TfOutcome *tf_cleaning_case_run(TfCleaningCase *it, GError **error)
{
	g_autoptr(TfLedger) ledger = tf_ledger_open(it->stage->ledger_url, error);

	g_assert_nonnull(ledger);
	tf_sweep_result_clear(&it->search);

	return tf_clean(&it->plan, ledger, &it->stage->answers.dialogue, &it->listener, &it->search, error);
}

TfOutcome *tf_cleaning_case_run_well(TfCleaningCase *it)
{
	g_autoptr(GError) error = NULL;
	TfOutcome *outcome = tf_cleaning_case_run(it, &error);

	g_assert_no_error(error);

	return outcome;
}
