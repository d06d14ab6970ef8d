/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ledger/supplement.h"

#include "base/secret.h"
#include "fixtures.h"
#include "key/certificate.h"
#include "ledger-fixture.h"

static TfOutcome *outcome_of_search(const gchar *path)
{
	g_autoptr(TfFixtureMember) member = tf_fixture_member("ec256", "山田 太郎", "Issuer");
	TfOutcome *outcome = tf_outcome_new();

	outcome->run = g_strdup("11111111-2222-4333-8444-555555555555/0");
	outcome->started = 1798813800;
	outcome->finished = 1798813801;
	outcome->certificate = tf_certificate_describe(member->certificate);
	outcome->certificate_der = tf_certificate_der(member->certificate);
	outcome->search = tf_search_new();
	g_ptr_array_add(outcome->search->paths, g_strdup(path));

	return outcome;
}

static void add(LedgerFixture *fixture, const gchar *path)
{
	g_autoptr(TfOutcome) outcome = outcome_of_search(path);
	g_autoptr(GError) error = NULL;

	g_assert_true(tf_ledger_add_supplement(fixture->ledger, outcome, &error));
	g_assert_no_error(error);
}

static gchar *path_of(LedgerFixture *fixture, gint64 id)
{
	g_autoptr(TfOutcome) outcome = NULL;
	g_autoptr(GError) error = NULL;

	g_assert_true(tf_ledger_supplement(fixture->ledger, id, &outcome, &error));
	g_assert_no_error(error);

	return outcome != NULL ? g_strdup(g_ptr_array_index(outcome->search->paths, 0)) : NULL;
}

static void test_remembered(LedgerFixture *fixture, gconstpointer data)
{
	g_autoptr(GPtrArray) all = NULL;
	g_autofree gchar *first = NULL;
	g_autofree gchar *newest = NULL;

	(void)data;
	add(fixture, "/home/taro");
	add(fixture, "/home/hanako");
	ledger_fixture_reopen(fixture);
	all = tf_ledger_supplements(fixture->ledger, NULL);
	first = path_of(fixture, 1);
	newest = path_of(fixture, 0);

	g_assert_cmpuint(all->len, ==, 2);
	g_assert_cmpint(((const TfSupplement *)g_ptr_array_index(all, 0))->id, ==, 2);
	g_assert_cmpint(((const TfSupplement *)g_ptr_array_index(all, 0))->created, >, 0);
	g_assert_cmpstr(first, ==, "/home/taro");
	g_assert_cmpstr(newest, ==, "/home/hanako");
}

static void test_none(LedgerFixture *fixture, gconstpointer data)
{
	g_autoptr(GPtrArray) all = tf_ledger_supplements(fixture->ledger, NULL);
	g_autofree gchar *newest = path_of(fixture, 0);
	g_autofree gchar *third = path_of(fixture, 3);

	(void)data;
	g_assert_cmpuint(all->len, ==, 0);
	g_assert_null(newest);
	g_assert_null(third);
}

static void test_damaged(LedgerFixture *fixture, gconstpointer data)
{
	g_autoptr(TfOutcome) outcome = NULL;

	(void)data;
	add(fixture, "/home/taro");
	ledger_fixture_tamper(fixture, "UPDATE supplement SET outcome = '{}'");

	g_assert_false(tf_ledger_supplement(fixture->ledger, 0, &outcome, NULL));
	g_assert_null(outcome);
}

/* More than a ledger takes in one text. */
static void test_too_long(LedgerFixture *fixture, gconstpointer data)
{
	g_autofree gchar *path = g_strnfill(30000, 'a');
	g_autoptr(TfOutcome) outcome = outcome_of_search("/home/taro");
	g_autoptr(GPtrArray) all = NULL;

	(void)data;
	for (guint i = 0; i < 200; i++)
		tf_search_add_unknown(outcome->search, path, NULL, "pkcs12");
	g_assert_true(tf_ledger_add_supplement(fixture->ledger, outcome, NULL));
	all = tf_ledger_supplements(fixture->ledger, NULL);

	g_assert_cmpuint(all->len, ==, 0);
}

typedef struct TestRow {
	const gchar *path;
	void (*test)(LedgerFixture *fixture, gconstpointer data);
} TestRow;

static const TestRow tests[] = {
	{ "/supplement/each is remembered, and the newest is told", test_remembered },
	{ "/supplement/where there is none, none is told", test_none },
	{ "/supplement/a damaged one is not told", test_damaged },
	{ "/supplement/one that is too long is left out", test_too_long },
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
