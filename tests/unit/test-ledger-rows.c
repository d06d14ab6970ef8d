/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "base/secret.h"
#include "ledger-fixture.h"

static void test_plan_comes_back(LedgerFixture *fixture, gconstpointer data)
{
	gint64 id = ledger_fixture_plan(fixture, "/home/taro/\x8e\xd0.p12");
	g_autoptr(TfLedgerRow) expected = ledger_fixture_plan_for("/home/taro/\x8e\xd0.p12");
	g_autoptr(TfLedgerRow) row = NULL;

	(void)data;
	ledger_fixture_reopen(fixture);
	row = tf_ledger_load(fixture->ledger, id, NULL);

	g_assert_cmpint(row->step, ==, TF_STEP_INTENT);
	g_assert_cmpint(row->created, >, 1700000000);
	g_assert_cmpint(row->spare_of, ==, 0);
	g_assert_cmpstr(row->source_path, ==, expected->source_path);
	g_assert_cmpmem(row->source_sha256, TF_SHA256_SIZE, expected->source_sha256, TF_SHA256_SIZE);
	g_assert_cmpmem(row->spki_sha256, TF_SHA256_SIZE, expected->spki_sha256, TF_SHA256_SIZE);
	g_assert_true(row->source_holds_one_secret);
	g_assert_true(g_bytes_equal(row->certificate_der, expected->certificate_der));
	g_assert_true(g_bytes_equal(row->key_id, expected->key_id));
	g_assert_true(tf_token_facts_equal(row->token, expected->token));
	g_assert_null(row->dropped);
	g_assert_null(row->evidence);
	g_assert_null(row->wipe);
	g_assert_null(row->outcome);
}

static void test_journey_comes_back(LedgerFixture *fixture, gconstpointer data)
{
	gint64 id = ledger_fixture_planned_to(fixture, TF_STEP_DONE);
	g_autoptr(TfLedgerRow) row = NULL;

	(void)data;
	ledger_fixture_reopen(fixture);
	row = tf_ledger_load(fixture->ledger, id, NULL);

	g_assert_cmpint(row->step, ==, TF_STEP_DONE);
	g_assert_cmpstr(row->dropped, ==, "[\"CKA_DERIVE\"]");
	g_assert_cmpmem(g_bytes_get_data(row->statement, NULL), 5, "bytes", 5);
	g_assert_cmpmem(g_bytes_get_data(row->signature, NULL), 5, "bytes", 5);
	g_assert_cmpstr(row->evidence, ==, "{}");
	g_assert_cmpstr(row->wipe->directory, ==, "/home/taro");
	g_assert_cmpstr(row->wipe->new_name, ==, "abcdefg");
	g_assert_cmpuint(row->wipe->device, ==, G_MAXUINT64);
	g_assert_cmpint(row->wipe->size, ==, 9);
	g_assert_cmpstr(row->outcome, ==, "{\"type\":1}");
}

static void test_outcome_that_is_none(LedgerFixture *fixture, gconstpointer data)
{
	gint64 ids[] = { ledger_fixture_plan(fixture, "/home/taro/a.p12"),
		ledger_fixture_planned_to(fixture, TF_STEP_DONE) };
	const TfErrorCode codes[] = { TF_ERROR_LEDGER_FAILED, TF_ERROR_EVIDENCE_UNREADABLE };

	(void)data;
	for (gsize i = 0; i < G_N_ELEMENTS(ids); i++) {
		g_autoptr(TfLedgerRow) row = tf_ledger_load(fixture->ledger, ids[i], NULL);
		g_autoptr(GError) error = NULL;

		g_assert_null(tf_ledger_row_outcome(fixture->ledger, row, &error));
		g_assert_error(error, TF_ERROR, (gint)codes[i]);
	}
}

static void test_detail_is_that_of_the_last_step(LedgerFixture *fixture, gconstpointer data)
{
	gint64 wiped = ledger_fixture_planned_to(fixture, TF_STEP_WIPED);
	gint64 done = ledger_fixture_planned_to(fixture, TF_STEP_DONE);
	g_autoptr(TfLedgerRow) wiped_row = tf_ledger_load(fixture->ledger, wiped, NULL);
	g_autoptr(TfLedgerRow) done_row = tf_ledger_load(fixture->ledger, done, NULL);

	(void)data;
	g_assert_cmpstr(wiped_row->detail, ==, "W3 FG");
	g_assert_null(done_row->detail);
}

static void test_decryption_challenge_leaves_no_statement(LedgerFixture *fixture, gconstpointer data)
{
	gint64 id = ledger_fixture_planned_to(fixture, TF_STEP_PROVED);
	g_autoptr(TfLedgerRow) row = NULL;

	(void)data;
	g_assert_true(tf_ledger_record_proved(fixture->ledger, id, NULL, NULL, "{}", NULL));
	row = tf_ledger_load(fixture->ledger, id, NULL);

	g_assert_null(row->statement);
	g_assert_null(row->signature);
}

static void test_unlawful_step_changes_nothing(LedgerFixture *fixture, gconstpointer data)
{
	gint64 id = ledger_fixture_planned_to(fixture, TF_STEP_IMPORTED);
	const TfWipeTrace trace = { (gchar *)"/", (gchar *)"a", (gchar *)"b", 1, 1, 1 };
	g_autoptr(GError) error = NULL;
	g_autoptr(TfLedgerRow) row = NULL;

	(void)data;
	g_assert_false(tf_ledger_record_wiping(fixture->ledger, id, &trace, "{}", &error));
	g_assert_error(error, TF_ERROR, TF_ERROR_LEDGER_STEP);
	row = tf_ledger_load(fixture->ledger, id, NULL);

	g_assert_cmpint(row->step, ==, TF_STEP_IMPORTED);
	g_assert_null(row->wipe);
}

static void test_final_row_stays(LedgerFixture *fixture, gconstpointer data)
{
	gint64 id = ledger_fixture_plan(fixture, "/a");
	g_autoptr(GError) error = NULL;

	(void)data;
	g_assert_true(tf_ledger_record_step(fixture->ledger, id, TF_STEP_UNDONE, NULL, NULL));
	g_assert_false(tf_ledger_record_imported(fixture->ledger, id, "[]", &error));
	g_assert_error(error, TF_ERROR, TF_ERROR_LEDGER_STEP);
}

static void test_unknown_row_is_said(LedgerFixture *fixture, gconstpointer data)
{
	g_autoptr(GError) load_error = NULL;
	g_autoptr(GError) record_error = NULL;

	(void)data;
	g_assert_null(tf_ledger_load(fixture->ledger, 42, &load_error));
	g_assert_error(load_error, TF_ERROR, TF_ERROR_LEDGER_NO_RUN);
	g_assert_false(tf_ledger_record_imported(fixture->ledger, 42, "[]", &record_error));
	g_assert_error(record_error, TF_ERROR, TF_ERROR_LEDGER_NO_RUN);
}

static void test_spare_names_a_row(LedgerFixture *fixture, gconstpointer data)
{
	gint64 first = ledger_fixture_plan(fixture, "/a");
	g_autoptr(TfLedgerRow) spare = ledger_fixture_plan_for("/a");
	g_autoptr(TfLedgerRow) row = NULL;
	g_autoptr(GError) error = NULL;
	gint64 id = 0;

	(void)data;
	spare->spare_of = first;
	g_assert_true(tf_ledger_plan(fixture->ledger, spare, &id, NULL));
	row = tf_ledger_load(fixture->ledger, id, NULL);
	g_assert_cmpint(row->spare_of, ==, first);
	spare->spare_of = 4711;

	g_assert_false(tf_ledger_plan(fixture->ledger, spare, &id, &error));
	g_assert_error(error, TF_ERROR, TF_ERROR_LEDGER_FAILED);
}

static void test_rows_of_a_key_newest_first(LedgerFixture *fixture, gconstpointer data)
{
	gint64 first = ledger_fixture_plan(fixture, "/a");
	gint64 second = ledger_fixture_plan(fixture, "/b");
	guint8 mine[TF_SHA256_SIZE];
	guint8 other[TF_SHA256_SIZE] = { 0 };
	g_autoptr(GPtrArray) rows = NULL;
	g_autoptr(GPtrArray) all = NULL;
	g_autoptr(GPtrArray) none = NULL;

	(void)data;
	memset(mine, 2, sizeof mine);
	rows = tf_ledger_rows(fixture->ledger, mine, NULL);
	all = tf_ledger_rows(fixture->ledger, NULL, NULL);
	none = tf_ledger_rows(fixture->ledger, other, NULL);

	g_assert_cmpuint(rows->len, ==, 2);
	g_assert_cmpint(((TfLedgerRow *)g_ptr_array_index(rows, 0))->id, ==, second);
	g_assert_cmpint(((TfLedgerRow *)g_ptr_array_index(rows, 1))->id, ==, first);
	g_assert_cmpuint(all->len, ==, 2);
	g_assert_cmpuint(none->len, ==, 0);
}

static void test_rows_of_a_key_id(LedgerFixture *fixture, gconstpointer data)
{
	gint64 first = ledger_fixture_plan(fixture, "/a");
	g_autoptr(TfLedgerRow) row = tf_ledger_load(fixture->ledger, first, NULL);
	g_autoptr(GBytes) other = g_bytes_new_static("other", 5);
	g_autoptr(GPtrArray) rows = tf_ledger_rows_of_key_id(fixture->ledger, row->key_id, NULL);
	g_autoptr(GPtrArray) none = tf_ledger_rows_of_key_id(fixture->ledger, other, NULL);

	(void)data;
	g_assert_cmpuint(rows->len, ==, 1);
	g_assert_cmpuint(none->len, ==, 0);
}

static gboolean note_row(const TfLedgerRow *row, gpointer user_data, GError **error)
{
	GString *ids = user_data;

	g_string_append_printf(ids, " %" G_GINT64_FORMAT, row->id);

	return row->id != 2 || tf_raise(error, TF_ERROR_INTERRUPTED, NULL);
}

static void test_visited_newest_first(LedgerFixture *fixture, gconstpointer data)
{
	g_autoptr(GString) ids = g_string_new(NULL);
	g_autoptr(GError) error = NULL;

	(void)data;
	for (guint i = 0; i < 3; i++)
		(void)ledger_fixture_plan(fixture, "/a");

	g_assert_false(tf_ledger_visit_rows(fixture->ledger, note_row, ids, &error));

	g_assert_error(error, TF_ERROR, TF_ERROR_INTERRUPTED);
	g_assert_cmpstr(ids->str, ==, " 3 2");
}

static void test_newest_of_a_source(LedgerFixture *fixture, gconstpointer data)
{
	gint64 first = ledger_fixture_plan(fixture, "/a");
	gint64 second = ledger_fixture_plan(fixture, "/a");
	g_autoptr(TfLedgerRow) spare = ledger_fixture_plan_for("/a");
	g_autoptr(TfLedgerRow) newest = NULL;
	TfLedgerRow *none = NULL;
	gint64 id = 0;

	(void)data;
	spare->spare_of = first;
	g_assert_true(tf_ledger_plan(fixture->ledger, spare, &id, NULL));

	g_assert_true(tf_ledger_newest_of_source(fixture->ledger, "/a", &newest, NULL));
	g_assert_true(tf_ledger_newest_of_source(fixture->ledger, "/b", &none, NULL));

	g_assert_cmpint(newest->id, ==, second);
	g_assert_null(none);
}

static void test_newest_with_a_report(LedgerFixture *fixture, gconstpointer data)
{
	TfLedgerRow *none = NULL;
	g_autoptr(TfLedgerRow) newest = NULL;
	gint64 done = 0;

	(void)data;
	g_assert_true(tf_ledger_newest_with_report(fixture->ledger, &none, NULL));
	g_assert_null(none);
	done = ledger_fixture_planned_to(fixture, TF_STEP_DONE);
	(void)ledger_fixture_planned_to(fixture, TF_STEP_WIPING);

	g_assert_true(tf_ledger_newest_with_report(fixture->ledger, &newest, NULL));

	g_assert_cmpint(newest->id, ==, done);
}

static void test_unfinished_of_a_source(LedgerFixture *fixture, gconstpointer data)
{
	gint64 wiping = ledger_fixture_planned_to(fixture, TF_STEP_WIPING);
	gint64 undone = ledger_fixture_plan(fixture, "/home/taro/key.p12");
	gint64 removed = ledger_fixture_planned_to(fixture, TF_STEP_DONE);
	g_autoptr(GPtrArray) rows = NULL;

	(void)data;
	(void)ledger_fixture_planned_to(fixture, TF_STEP_DONE);
	(void)ledger_fixture_plan(fixture, "/other");
	g_assert_true(tf_ledger_record_step(fixture->ledger, undone, TF_STEP_UNDONE, NULL, NULL));
	g_assert_true(tf_ledger_record_step(fixture->ledger, removed, TF_STEP_REMOVING, NULL, NULL));
	g_assert_true(tf_ledger_record_step(fixture->ledger, removed, TF_STEP_REMOVED, NULL, NULL));
	rows = tf_ledger_unfinished(fixture->ledger, "/home/taro/key.p12", NULL);

	g_assert_cmpuint(rows->len, ==, 1);
	g_assert_cmpint(((TfLedgerRow *)g_ptr_array_index(rows, 0))->id, ==, wiping);
}

static void test_failed_pins_are_kept_by_token(LedgerFixture *fixture, gconstpointer data)
{
	g_autoptr(TfTokenFacts) mine = ledger_fixture_token("1");
	g_autoptr(TfTokenFacts) other = ledger_fixture_token("2");
	g_autoptr(GBytes) salt = g_bytes_new_static("salt", 4);
	g_autoptr(GBytes) digest = g_bytes_new_static("digest", 6);
	g_autoptr(GPtrArray) pins = NULL;
	g_autoptr(GPtrArray) others = NULL;
	g_autoptr(GPtrArray) forgotten = NULL;

	(void)data;
	g_assert_true(tf_ledger_note_failed_pin(fixture->ledger, mine, TF_PIN_USER, salt, digest, NULL));
	ledger_fixture_reopen(fixture);
	pins = tf_ledger_failed_pins(fixture->ledger, mine, TF_PIN_USER, NULL);
	others = tf_ledger_failed_pins(fixture->ledger, other, TF_PIN_USER, NULL);
	g_assert_true(tf_ledger_forget_failed_pins(fixture->ledger, mine, TF_PIN_USER, NULL));
	forgotten = tf_ledger_failed_pins(fixture->ledger, mine, TF_PIN_USER, NULL);

	g_assert_cmpuint(pins->len, ==, 1);
	g_assert_true(g_bytes_equal(((TfFailedPin *)g_ptr_array_index(pins, 0))->digest, digest));
	g_assert_cmpuint(others->len, ==, 0);
	g_assert_cmpuint(forgotten->len, ==, 0);
}

static void test_failed_pins_are_kept_by_kind(LedgerFixture *fixture, gconstpointer data)
{
	g_autoptr(TfTokenFacts) token = ledger_fixture_token("1");
	g_autoptr(GBytes) salt = g_bytes_new_static("salt", 4);
	g_autoptr(GBytes) digest = g_bytes_new_static("digest", 6);
	g_autoptr(GPtrArray) pins = NULL;
	g_autoptr(GPtrArray) puks = NULL;

	(void)data;
	g_assert_true(tf_ledger_note_failed_pin(fixture->ledger, token, TF_PIN_USER, salt, digest, NULL));
	g_assert_true(tf_ledger_note_failed_pin(fixture->ledger, token, TF_PIN_PUK, salt, digest, NULL));
	g_assert_true(tf_ledger_forget_failed_pins(fixture->ledger, token, TF_PIN_USER, NULL));
	pins = tf_ledger_failed_pins(fixture->ledger, token, TF_PIN_USER, NULL);
	puks = tf_ledger_failed_pins(fixture->ledger, token, TF_PIN_PUK, NULL);

	g_assert_cmpuint(pins->len, ==, 0);
	g_assert_cmpuint(puks->len, ==, 1);
}

/* Each row is one lie in an otherwise good ledger. */
static void test_tampered_rows_are_refused(LedgerFixture *fixture, gconstpointer data)
{
	gint64 id = ledger_fixture_planned_to(fixture, TF_STEP_WIPING);
	const gchar *const lies[] = {
		"step = 'erased'",
		"step = NULL",
		"step = x'646f6e65'",
		"source_path = ''",
		"source_path = 'text/not/blob'",
		"source_path = x'2f6100'",
		"source_sha256 = x'00'",
		"source_sha256 = zeroblob(33)",
		"spki_sha256 = 'x'",
		"source_holds_one_secret = 2",
		"source_holds_one_secret = 'yes'",
		"certificate = zeroblob(65537)",
		"certificate = NULL",
		"token = '{}'",
		"token = 'not JSON'",
		"key_id = zeroblob(256)",
		"created = -1",
		"created = 'now'",
		"statement = zeroblob(16385)",
		"signature = 'text'",
		"evidence = NULL",
		"evidence = x'7b7d'",
		"evidence = CAST(x'7bff7d' AS TEXT)",
		"outcome = NULL",
		"wipe_directory = NULL",
		"wipe_directory = CAST('relative' AS BLOB)",
		"wipe_name = CAST('../.ssh/id_rsa' AS BLOB)",
		"wipe_name = CAST('..' AS BLOB)",
		"wipe_new_name = CAST('a/b' AS BLOB)",
		"wipe_new_name = NULL",
		"wipe_size = -1",
		"wipe_inode = 'x'",
	};

	(void)data;
	ledger_fixture_tamper(fixture,
		"PRAGMA writable_schema = ON; UPDATE sqlite_master SET sql = replace(sql, ' NOT NULL', '')"
		" WHERE type = 'table'");
	ledger_fixture_reopen(fixture);
	for (gsize i = 0; i < G_N_ELEMENTS(lies); i++) {
		g_autofree gchar *sql =
			g_strdup_printf("SAVEPOINT x; CREATE TABLE saved AS SELECT * FROM migration;"
					" RELEASE x; UPDATE migration SET %s",
				lies[i]);
		g_autoptr(TfLedgerRow) good = tf_ledger_load(fixture->ledger, id, NULL);
		g_autoptr(GError) error = NULL;

		g_assert_nonnull(good);
		ledger_fixture_tamper(fixture, sql);
		g_assert_null(tf_ledger_load(fixture->ledger, id, &error));
		g_assert_error(error, TF_ERROR, TF_ERROR_LEDGER_FAILED);
		ledger_fixture_tamper(fixture,
			"DELETE FROM migration; INSERT INTO migration SELECT * FROM saved; DROP TABLE saved");
	}
}

static void test_triggers_do_not_run(LedgerFixture *fixture, gconstpointer data)
{
	gint64 id = 0;
	g_autoptr(TfLedgerRow) row = NULL;

	(void)data;
	ledger_fixture_tamper(fixture, "CREATE TRIGGER evil AFTER INSERT ON migration BEGIN"
				       " UPDATE migration SET step = 'wiping'; END");
	ledger_fixture_reopen(fixture);
	id = ledger_fixture_plan(fixture, "/a");
	row = tf_ledger_load(fixture->ledger, id, NULL);

	g_assert_cmpint(row->step, ==, TF_STEP_INTENT);
}

static void test_huge_value_is_refused(LedgerFixture *fixture, gconstpointer data)
{
	gint64 id = ledger_fixture_planned_to(fixture, TF_STEP_IMPORTED);
	g_autofree gchar *evidence = g_strnfill((4 << 20) + 1, 'x');
	g_autoptr(GError) error = NULL;

	(void)data;
	g_assert_false(tf_ledger_record_proved(fixture->ledger, id, NULL, NULL, evidence, &error));
	g_assert_error(error, TF_ERROR, TF_ERROR_LEDGER_FAILED);
	g_clear_error(&error);

	g_assert_true(tf_ledger_record_proved(fixture->ledger, id, NULL, NULL, "{}", &error));
}

typedef struct TestRow {
	const gchar *path;
	void (*test)(LedgerFixture *fixture, gconstpointer data);
} TestRow;

static const TestRow tests[] = {
	{ "/ledger/a plan comes back", test_plan_comes_back },
	{ "/ledger/a whole journey comes back", test_journey_comes_back },
	{ "/ledger/an outcome that is none is an error", test_outcome_that_is_none },
	{ "/ledger/the detail is that of the last step", test_detail_is_that_of_the_last_step },
	{ "/ledger/a decryption challenge leaves no statement",
		test_decryption_challenge_leaves_no_statement },
	{ "/ledger/an unlawful step changes nothing", test_unlawful_step_changes_nothing },
	{ "/ledger/a final row stays as it is", test_final_row_stays },
	{ "/ledger/an unknown row is said", test_unknown_row_is_said },
	{ "/ledger/a spare names a row that exists", test_spare_names_a_row },
	{ "/ledger/rows of a key come newest first", test_rows_of_a_key_newest_first },
	{ "/ledger/rows of a CKA_ID are found", test_rows_of_a_key_id },
	{ "/ledger/rows are visited newest first, until the visitor stops", test_visited_newest_first },
	{ "/ledger/the newest row of a source is no spare", test_newest_of_a_source },
	{ "/ledger/the newest row with a report is found", test_newest_with_a_report },
	{ "/ledger/the unfinished rows of a source are found", test_unfinished_of_a_source },
	{ "/ledger/failed PINs are kept by token", test_failed_pins_are_kept_by_token },
	{ "/ledger/failed PINs are kept by kind", test_failed_pins_are_kept_by_kind },
	{ "/ledger/tampered rows are refused", test_tampered_rows_are_refused },
	{ "/ledger/triggers do not run", test_triggers_do_not_run },
	{ "/ledger/a huge value is refused", test_huge_value_is_refused },
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
