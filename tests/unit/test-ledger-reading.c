/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A ledger that a dry run looks into: read as it stands, and not touched. */
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/secret.h"
#include "ledger-fixture.h"

/* Every file of the folder with its times and content: what reading must leave as it was. */
static gchar *look_at(const LedgerFixture *fixture)
{
	const gchar *const suffixes[] = { "", "-wal", "-shm", ".lock", "-journal" };
	g_autoptr(GString) seen = g_string_new(NULL);
	struct stat folder;

	g_assert_cmpint(stat(fixture->directory, &folder), ==, 0);
	g_string_append_printf(seen, "%ld.%ld\n", folder.st_mtim.tv_sec, folder.st_mtim.tv_nsec);
	for (gsize i = 0; i < G_N_ELEMENTS(suffixes); i++) {
		g_autofree gchar *path = g_strconcat(fixture->path, suffixes[i], NULL);
		g_autofree gchar *content = NULL;
		g_autofree gchar *digest = NULL;
		struct stat status;
		gsize length = 0;

		if (stat(path, &status) != 0 || !g_file_get_contents(path, &content, &length, NULL))
			continue;
		digest = g_compute_checksum_for_data(G_CHECKSUM_SHA256, (const guchar *)content, length);
		g_string_append_printf(seen, "%s %ld.%ld %s\n", suffixes[i], status.st_mtim.tv_sec,
			status.st_mtim.tv_nsec, digest);
	}

	return g_string_free(g_steal_pointer(&seen), FALSE);
}

static guint count_rows_untouched(const LedgerFixture *fixture)
{
	g_autofree gchar *before = look_at(fixture);
	g_autofree gchar *after = NULL;
	TfLedger *ledger = NULL;
	g_autoptr(GPtrArray) rows = NULL;
	g_autoptr(GError) error = NULL;

	g_assert_true(tf_ledger_open_to_read(fixture->url, &ledger, &error));
	g_assert_no_error(error);
	rows = tf_ledger_rows(ledger, NULL, &error);
	g_assert_no_error(error);
	tf_ledger_free(ledger);
	after = look_at(fixture);
	g_assert_cmpstr(before, ==, after);

	return rows->len;
}

static void test_closed(LedgerFixture *fixture, gconstpointer data)
{
	(void)data;
	(void)ledger_fixture_plan(fixture, "/a");
	g_clear_pointer(&fixture->ledger, tf_ledger_free);

	g_assert_cmpuint(count_rows_untouched(fixture), ==, 1);
}

/* In a process of its own, because SQLite shares within one process what a writer of it has mapped. */
static void test_read(void)
{
	TfLedger *ledger = NULL;
	g_autoptr(GPtrArray) rows = NULL;

	g_assert_true(tf_ledger_open_to_read(g_getenv("TF_LEDGER"), &ledger, NULL));
	rows = tf_ledger_rows(ledger, NULL, NULL);
	g_assert_cmpuint(rows->len, ==, 1);
	tf_ledger_free(ledger);
}

static void test_in_use(LedgerFixture *fixture, gconstpointer data)
{
	g_autofree gchar *before = NULL;
	g_autofree gchar *after = NULL;

	(void)data;
	g_assert_true(tf_ledger_lock(fixture->ledger, NULL));
	(void)ledger_fixture_plan(fixture, "/a");
	before = look_at(fixture);
	(void)g_setenv("TF_LEDGER", fixture->url, TRUE);
	g_test_trap_subprocess("/ledger reading/subprocess/read", 0, 0);
	g_test_trap_assert_passed();
	after = look_at(fixture);

	g_assert_cmpstr(before, ==, after);
}

/* In a process of its own: dies with its row in the write-ahead log only. */
static void test_die(void)
{
	g_autoptr(TfLedger) ledger = tf_ledger_open(g_getenv("TF_LEDGER"), NULL);
	g_autoptr(TfLedgerRow) row = ledger_fixture_plan_for("/home/taro/killed.p12");
	gint64 id = 0;

	g_assert_true(tf_ledger_plan(ledger, row, &id, NULL));
	(void)kill(getpid(), SIGKILL);
}

static void test_killed(LedgerFixture *fixture, gconstpointer data)
{
	g_autofree gchar *log = g_strconcat(fixture->path, "-wal", NULL);

	(void)data;
	g_clear_pointer(&fixture->ledger, tf_ledger_free);
	(void)g_setenv("TF_LEDGER", fixture->url, TRUE);
	g_test_trap_subprocess("/ledger reading/subprocess/die", 0, 0);
	g_test_trap_assert_failed();
	g_assert_true(g_file_test(log, G_FILE_TEST_EXISTS));

	g_assert_cmpuint(count_rows_untouched(fixture), ==, 1);
}

static void test_strange_name(LedgerFixture *fixture, gconstpointer data)
{
	g_autofree gchar *path = g_build_filename(fixture->directory, "100% ?mode=rw#\xff.db", NULL);

	(void)data;
	(void)ledger_fixture_plan(fixture, "/a");
	g_clear_pointer(&fixture->ledger, tf_ledger_free);
	g_assert_cmpint(g_rename(fixture->path, path), ==, 0);
	g_free(fixture->path);
	g_free(fixture->url);
	fixture->path = g_steal_pointer(&path);
	fixture->url = g_strconcat("sqlite:", fixture->path, NULL);

	g_assert_cmpuint(count_rows_untouched(fixture), ==, 1);
}

static void test_absent(LedgerFixture *fixture, gconstpointer data)
{
	g_autofree gchar *folder = g_build_filename(fixture->directory, "none", NULL);
	g_autofree gchar *url = g_strconcat("sqlite:", folder, "/ledger.db", NULL);
	TfLedger *ledger = NULL;
	g_autoptr(GError) error = NULL;

	(void)data;
	g_assert_true(tf_ledger_open_to_read(url, &ledger, &error));

	g_assert_no_error(error);
	g_assert_null(ledger);
	g_assert_false(g_file_test(folder, G_FILE_TEST_EXISTS));
}

static void test_empty(LedgerFixture *fixture, gconstpointer data)
{
	g_autofree gchar *path = g_build_filename(fixture->directory, "empty.db", NULL);
	g_autofree gchar *url = g_strconcat("sqlite:", path, NULL);
	TfLedger *ledger = NULL;
	g_autoptr(GError) error = NULL;

	(void)data;
	g_assert_true(g_file_set_contents(path, "", 0, NULL));
	g_assert_cmpint(g_chmod(path, 0600), ==, 0);
	g_assert_true(tf_ledger_open_to_read(url, &ledger, &error));

	g_assert_no_error(error);
	g_assert_null(ledger);
}

static void test_unsafe(LedgerFixture *fixture, gconstpointer data)
{
	g_autofree gchar *link = g_build_filename(fixture->directory, "link.db", NULL);
	g_autofree gchar *url = g_strconcat("sqlite:", link, NULL);
	TfLedger *ledger = NULL;
	g_autoptr(GError) error = NULL;

	(void)data;
	g_assert_cmpint(symlink("ledger.db", link), ==, 0);
	g_assert_false(tf_ledger_open_to_read(url, &ledger, &error));

	g_assert_error(error, TF_ERROR, TF_ERROR_LEDGER_FAILED);
	g_assert_null(ledger);
}

static void test_no_writes(LedgerFixture *fixture, gconstpointer data)
{
	TfLedger *ledger = NULL;
	g_autoptr(TfLedgerRow) row = ledger_fixture_plan_for("/b");
	g_autoptr(GError) error = NULL;
	gint64 id = 0;
	gboolean is_planned = TRUE;

	(void)data;
	g_clear_pointer(&fixture->ledger, tf_ledger_free);
	g_assert_true(tf_ledger_open_to_read(fixture->url, &ledger, NULL));
	is_planned = tf_ledger_plan(ledger, row, &id, &error);
	tf_ledger_free(ledger);

	g_assert_false(is_planned);
	g_assert_error(error, TF_ERROR, TF_ERROR_LEDGER_FAILED);
}

static void add(const gchar *name, void (*run)(LedgerFixture *, gconstpointer))
{
	g_test_add(name, LedgerFixture, NULL, ledger_fixture_set_up, run, ledger_fixture_tear_down);
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	add("/ledger reading/a closed ledger is read and not touched", test_closed);
	add("/ledger reading/the ledger of a running run is read and not touched", test_in_use);
	add("/ledger reading/what a killed run left in its log is read and not touched", test_killed);
	add("/ledger reading/a strange name is no other name", test_strange_name);
	add("/ledger reading/where no ledger is none is made", test_absent);
	add("/ledger reading/an empty file is no ledger yet", test_empty);
	add("/ledger reading/an unsafe place is refused", test_unsafe);
	add("/ledger reading/nothing can be written", test_no_writes);
	g_test_add_func("/ledger reading/subprocess/die", test_die);
	g_test_add_func("/ledger reading/subprocess/read", test_read);

	return g_test_run();
}
