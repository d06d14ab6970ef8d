/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ledger/stray-wipe.h"

#include <string.h>

#include "base/secret.h"
#include "ledger-fixture.h"

static gint64 begin(LedgerFixture *fixture, const gchar *name)
{
	g_autofree gchar *path = g_build_filename("/home/taro/\xff", name, NULL);
	TfWipeTrace trace = { .directory = (gchar *)"/home/taro/\xff",
		.name = (gchar *)name,
		.new_name = (gchar *)"abcdefg",
		.device = G_MAXUINT64,
		.inode = 17,
		.size = 2345 };
	TfStrayWipe stray = { .path = path, .kind = (gchar *)"pkcs8", .wipe = &trace };
	g_autoptr(GError) error = NULL;
	gint64 id = 0;

	memset(stray.sha256, 1, sizeof stray.sha256);
	memset(stray.spki_sha256, 2, sizeof stray.spki_sha256);
	g_assert_true(tf_ledger_begin_stray_wipe(fixture->ledger, &stray, &id, &error));
	g_assert_no_error(error);

	return id;
}

static GPtrArray *left(LedgerFixture *fixture)
{
	g_autoptr(GError) error = NULL;
	GPtrArray *strays = tf_ledger_stray_wipes_left(fixture->ledger, &error);

	g_assert_no_error(error);

	return strays;
}

static void test_begun(LedgerFixture *fixture, gconstpointer data)
{
	gint64 id = begin(fixture, "key.p12");
	g_autoptr(GPtrArray) strays = NULL;
	const TfStrayWipe *stray = NULL;

	(void)data;
	ledger_fixture_reopen(fixture);
	strays = left(fixture);

	g_assert_cmpuint(strays->len, ==, 1);
	stray = g_ptr_array_index(strays, 0);
	g_assert_cmpint(stray->id, ==, id);
	g_assert_cmpstr(stray->path, ==, "/home/taro/\xff/key.p12");
	g_assert_cmpstr(stray->kind, ==, "pkcs8");
	g_assert_null(stray->detail);
	g_assert_cmpint(stray->sha256[31], ==, 1);
	g_assert_cmpint(stray->spki_sha256[31], ==, 2);
	g_assert_cmpstr(stray->wipe->directory, ==, "/home/taro/\xff");
	g_assert_cmpstr(stray->wipe->name, ==, "key.p12");
	g_assert_cmpstr(stray->wipe->new_name, ==, "abcdefg");
	g_assert_cmpuint(stray->wipe->device, ==, G_MAXUINT64);
	g_assert_cmpuint(stray->wipe->inode, ==, 17);
	g_assert_cmpint(stray->wipe->size, ==, 2345);
}

static void test_ended(LedgerFixture *fixture, gconstpointer data)
{
	gint64 first = begin(fixture, "first.p12");
	gint64 second = begin(fixture, "second.p12");
	g_autoptr(GPtrArray) strays = NULL;
	g_autoptr(GError) error = NULL;

	(void)data;
	g_assert_true(tf_ledger_end_stray_wipe(fixture->ledger, first, "W3 FG", &error));
	strays = left(fixture);

	g_assert_cmpuint(strays->len, ==, 1);
	g_assert_cmpint(((const TfStrayWipe *)g_ptr_array_index(strays, 0))->id, ==, second);
}

static void test_told(LedgerFixture *fixture, gconstpointer data)
{
	gint64 id = begin(fixture, "key.p12");
	guint8 spki[TF_SHA256_SIZE];
	guint8 other[TF_SHA256_SIZE] = { 0 };
	g_autoptr(GPtrArray) before = NULL;
	g_autoptr(GPtrArray) untold = NULL;
	g_autoptr(GPtrArray) of_other = NULL;
	g_autoptr(GPtrArray) after = NULL;

	(void)data;
	memset(spki, 2, sizeof spki);
	before = tf_ledger_stray_wipes_untold(fixture->ledger, spki, NULL);
	g_assert_true(tf_ledger_end_stray_wipe(fixture->ledger, id, "W3 FG", NULL));
	untold = tf_ledger_stray_wipes_untold(fixture->ledger, spki, NULL);
	of_other = tf_ledger_stray_wipes_untold(fixture->ledger, other, NULL);
	g_assert_true(tf_ledger_tell_stray_wipes(fixture->ledger, spki, NULL));
	after = tf_ledger_stray_wipes_untold(fixture->ledger, spki, NULL);

	g_assert_cmpuint(before->len, ==, 0);
	g_assert_cmpuint(untold->len, ==, 1);
	g_assert_cmpstr(((const TfStrayWipe *)g_ptr_array_index(untold, 0))->detail, ==, "W3 FG");
	g_assert_cmpuint(of_other->len, ==, 0);
	g_assert_cmpuint(after->len, ==, 0);
}

static void test_ended_twice(LedgerFixture *fixture, gconstpointer data)
{
	gint64 id = begin(fixture, "key.p12");
	g_autoptr(GError) error = NULL;

	(void)data;
	g_assert_true(tf_ledger_end_stray_wipe(fixture->ledger, id, "W3 FG", NULL));
	g_assert_false(tf_ledger_end_stray_wipe(fixture->ledger, id, "W4", &error));

	g_assert_error(error, TF_ERROR, TF_ERROR_LEDGER_NO_RUN);
}

/* A trace tells which file to destroy, so that one out of form is never believed. */
static void test_damaged(LedgerFixture *fixture, gconstpointer data)
{
	static const gchar *const changes[] = {
		"UPDATE stray SET wipe_name = CAST('../x' AS BLOB)",
		"UPDATE stray SET wipe_new_name = CAST('.' AS BLOB)",
		"UPDATE stray SET wipe_directory = CAST('home' AS BLOB)",
		"UPDATE stray SET wipe_size = -1",
		"UPDATE stray SET spki_sha256 = CAST('short' AS BLOB)",
		"UPDATE stray SET path = CAST('' AS BLOB)",
	};

	(void)data;
	for (gsize i = 0; i < G_N_ELEMENTS(changes); i++) {
		gint64 id = begin(fixture, "key.p12");
		g_autoptr(GError) error = NULL;

		ledger_fixture_tamper(fixture, changes[i]);

		g_assert_null(tf_ledger_stray_wipes_left(fixture->ledger, &error));
		g_assert_error(error, TF_ERROR, TF_ERROR_LEDGER_FAILED);
		g_assert_true(tf_ledger_end_stray_wipe(fixture->ledger, id, NULL, NULL));
	}
}

static void test_exports(LedgerFixture *fixture, gconstpointer data)
{
	g_autoptr(TfLedgerRow) row = ledger_fixture_plan_for("/home/taro/key.p12");
	guint8 digest[TF_SHA256_SIZE] = { 9 };
	g_autoptr(GPtrArray) exports = NULL;
	g_autoptr(GPtrArray) of_others = NULL;
	g_autoptr(GPtrArray) all = NULL;
	gint64 id = 0;

	(void)data;
	ledger_fixture_plan(fixture, "/home/taro/another.p12");
	row->source_export = g_bytes_new(digest, sizeof digest);
	g_assert_true(tf_ledger_plan(fixture->ledger, row, &id, NULL));
	exports = tf_ledger_exports(fixture->ledger, row->spki_sha256, NULL);
	of_others = tf_ledger_exports(fixture->ledger, digest, NULL);
	all = tf_ledger_exports(fixture->ledger, NULL, NULL);

	g_assert_cmpuint(exports->len, ==, 1);
	g_assert_cmpuint(of_others->len, ==, 0);
	g_assert_cmpuint(all->len, ==, 1);
	g_assert_true(g_bytes_equal(g_ptr_array_index(exports, 0), row->source_export));
}

typedef struct TestRow {
	const gchar *path;
	void (*test)(LedgerFixture *fixture, gconstpointer data);
} TestRow;

static const TestRow tests[] = {
	{ "/stray-wipe/one that was begun is there for the next run", test_begun },
	{ "/stray-wipe/one that was ended is left no more", test_ended },
	{ "/stray-wipe/one that was ended is told of once", test_told },
	{ "/stray-wipe/none is ended twice", test_ended_twice },
	{ "/stray-wipe/a trace out of form is not believed", test_damaged },
	{ "/stray-wipe/the salts of what was moved are there for the next search", test_exports },
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
