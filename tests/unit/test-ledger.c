/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/error.h"
#include "base/secret.h"
#include "ledger/ledger.h"

#define NOBODY 65534

typedef struct Fixture {
	gchar *directory;
	gchar *path;
	gchar *url;
	TfLedger *ledger;
} Fixture;

/* SQLite's syncs of the write-ahead log, seen from outside. */
static guint n_log_syncs;

int fdatasync(int fd)
{
	g_autofree gchar *link = g_strdup_printf("/proc/self/fd/%d", fd);
	g_autofree gchar *path = g_file_read_link(link, NULL);

	if (path != NULL && g_str_has_suffix(path, "-wal"))
		n_log_syncs++;

	return (int)syscall(SYS_fdatasync, fd);
}

static void set_up(Fixture *fixture, gconstpointer data)
{
	g_autoptr(GError) error = NULL;

	(void)data;
	fixture->directory = g_dir_make_tmp("tf-ledger-XXXXXX", NULL);
	fixture->path = g_build_filename(fixture->directory, "ledger.db", NULL);
	fixture->url = g_strconcat("sqlite:", fixture->path, NULL);
	fixture->ledger = tf_ledger_open(fixture->url, &error);
	g_assert_no_error(error);
}

static void tear_down(Fixture *fixture, gconstpointer data)
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

static void reopen(Fixture *fixture)
{
	g_autoptr(GError) error = NULL;

	g_clear_pointer(&fixture->ledger, tf_ledger_free);
	fixture->ledger = tf_ledger_open(fixture->url, &error);
	g_assert_no_error(error);
}

static void assert_does_not_open(const gchar *url, TfErrorCode code)
{
	g_autoptr(GError) error = NULL;

	g_assert_null(tf_ledger_open(url, &error));
	g_assert_error(error, TF_ERROR, (gint)code);
}

/* As another program would, behind the ledger's back. */
static void tamper(const Fixture *fixture, const gchar *sql)
{
	sqlite3 *database = NULL;

	g_assert_cmpint(sqlite3_open(fixture->path, &database), ==, SQLITE_OK);
	g_assert_cmpint(sqlite3_exec(database, sql, NULL, NULL, NULL), ==, SQLITE_OK);
	g_assert_cmpint(sqlite3_close(database), ==, SQLITE_OK);
}

static TfTokenFacts *token(const gchar *serial)
{
	TfTokenFacts *facts = g_new0(TfTokenFacts, 1);

	facts->label = g_strdup("label");
	facts->manufacturer = g_strdup("manufacturer");
	facts->model = g_strdup("model");
	facts->serial = g_strdup(serial);
	facts->uri = g_strdup("pkcs11:token=label");

	return facts;
}

static TfLedgerRow *plan_for(const gchar *path)
{
	TfLedgerRow *plan = g_new0(TfLedgerRow, 1);

	plan->source_path = g_strdup(path);
	memset(plan->source_sha256, 1, sizeof plan->source_sha256);
	memset(plan->spki_sha256, 2, sizeof plan->spki_sha256);
	plan->source_holds_one_secret = TRUE;
	plan->certificate_der = g_bytes_new_static("certificate", 11);
	plan->key_id = g_bytes_new_static("\0\1\2", 3);
	plan->token = token("serial");

	return plan;
}

static gint64 plan(Fixture *fixture, const gchar *path)
{
	g_autoptr(TfLedgerRow) row = plan_for(path);
	g_autoptr(GError) error = NULL;
	gint64 id = 0;

	tf_ledger_plan(fixture->ledger, row, &id, &error);
	g_assert_no_error(error);

	return id;
}

static gint64 planned_to(Fixture *fixture, TfStep step)
{
	gint64 id = plan(fixture, "/home/taro/key.p12");
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

static void test_plan_comes_back(Fixture *fixture, gconstpointer data)
{
	gint64 id = plan(fixture, "/home/taro/\x8e\xd0.p12");
	g_autoptr(TfLedgerRow) expected = plan_for("/home/taro/\x8e\xd0.p12");
	g_autoptr(TfLedgerRow) row = NULL;

	(void)data;
	reopen(fixture);
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

static void test_journey_comes_back(Fixture *fixture, gconstpointer data)
{
	gint64 id = planned_to(fixture, TF_STEP_DONE);
	g_autoptr(TfLedgerRow) row = NULL;

	(void)data;
	reopen(fixture);
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

static void test_detail_is_that_of_the_last_step(Fixture *fixture, gconstpointer data)
{
	gint64 wiped = planned_to(fixture, TF_STEP_WIPED);
	gint64 done = planned_to(fixture, TF_STEP_DONE);
	g_autoptr(TfLedgerRow) wiped_row = tf_ledger_load(fixture->ledger, wiped, NULL);
	g_autoptr(TfLedgerRow) done_row = tf_ledger_load(fixture->ledger, done, NULL);

	(void)data;
	g_assert_cmpstr(wiped_row->detail, ==, "W3 FG");
	g_assert_null(done_row->detail);
}

static void test_decryption_challenge_leaves_no_statement(Fixture *fixture, gconstpointer data)
{
	gint64 id = planned_to(fixture, TF_STEP_PROVED);
	g_autoptr(TfLedgerRow) row = NULL;

	(void)data;
	g_assert_true(tf_ledger_record_proved(fixture->ledger, id, NULL, NULL, "{}", NULL));
	row = tf_ledger_load(fixture->ledger, id, NULL);

	g_assert_null(row->statement);
	g_assert_null(row->signature);
}

static void test_unlawful_step_changes_nothing(Fixture *fixture, gconstpointer data)
{
	gint64 id = planned_to(fixture, TF_STEP_IMPORTED);
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

static void test_final_row_stays(Fixture *fixture, gconstpointer data)
{
	gint64 id = plan(fixture, "/a");
	g_autoptr(GError) error = NULL;

	(void)data;
	g_assert_true(tf_ledger_record_step(fixture->ledger, id, TF_STEP_UNDONE, NULL, NULL));
	g_assert_false(tf_ledger_record_imported(fixture->ledger, id, "[]", &error));
	g_assert_error(error, TF_ERROR, TF_ERROR_LEDGER_STEP);
}

static void test_unknown_row_is_said(Fixture *fixture, gconstpointer data)
{
	g_autoptr(GError) load_error = NULL;
	g_autoptr(GError) record_error = NULL;

	(void)data;
	g_assert_null(tf_ledger_load(fixture->ledger, 42, &load_error));
	g_assert_error(load_error, TF_ERROR, TF_ERROR_LEDGER_NO_RUN);
	g_assert_false(tf_ledger_record_imported(fixture->ledger, 42, "[]", &record_error));
	g_assert_error(record_error, TF_ERROR, TF_ERROR_LEDGER_NO_RUN);
}

static void test_spare_names_a_row(Fixture *fixture, gconstpointer data)
{
	gint64 first = plan(fixture, "/a");
	g_autoptr(TfLedgerRow) spare = plan_for("/a");
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

static void test_rows_of_a_key_newest_first(Fixture *fixture, gconstpointer data)
{
	gint64 first = plan(fixture, "/a");
	gint64 second = plan(fixture, "/b");
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

static void test_unfinished_of_a_source(Fixture *fixture, gconstpointer data)
{
	gint64 wiping = planned_to(fixture, TF_STEP_WIPING);
	gint64 undone = plan(fixture, "/home/taro/key.p12");
	g_autoptr(GPtrArray) rows = NULL;

	(void)data;
	(void)planned_to(fixture, TF_STEP_DONE);
	(void)plan(fixture, "/other");
	g_assert_true(tf_ledger_record_step(fixture->ledger, undone, TF_STEP_UNDONE, NULL, NULL));
	rows = tf_ledger_unfinished(fixture->ledger, "/home/taro/key.p12", NULL);

	g_assert_cmpuint(rows->len, ==, 1);
	g_assert_cmpint(((TfLedgerRow *)g_ptr_array_index(rows, 0))->id, ==, wiping);
}

static void test_failed_pins_are_kept_by_token(Fixture *fixture, gconstpointer data)
{
	g_autoptr(TfTokenFacts) mine = token("1");
	g_autoptr(TfTokenFacts) other = token("2");
	g_autoptr(GBytes) salt = g_bytes_new_static("salt", 4);
	g_autoptr(GBytes) digest = g_bytes_new_static("digest", 6);
	g_autoptr(GPtrArray) pins = NULL;
	g_autoptr(GPtrArray) others = NULL;
	g_autoptr(GPtrArray) forgotten = NULL;

	(void)data;
	g_assert_true(tf_ledger_note_failed_pin(fixture->ledger, mine, salt, digest, NULL));
	reopen(fixture);
	pins = tf_ledger_failed_pins(fixture->ledger, mine, NULL);
	others = tf_ledger_failed_pins(fixture->ledger, other, NULL);
	g_assert_true(tf_ledger_forget_failed_pins(fixture->ledger, mine, NULL));
	forgotten = tf_ledger_failed_pins(fixture->ledger, mine, NULL);

	g_assert_cmpuint(pins->len, ==, 1);
	g_assert_true(g_bytes_equal(((TfFailedPin *)g_ptr_array_index(pins, 0))->digest, digest));
	g_assert_cmpuint(others->len, ==, 0);
	g_assert_cmpuint(forgotten->len, ==, 0);
}

static void test_uuid_stays(Fixture *fixture, gconstpointer data)
{
	g_autofree gchar *uuid = g_strdup(tf_ledger_uuid(fixture->ledger));

	(void)data;
	reopen(fixture);

	g_assert_true(g_uuid_string_is_valid(uuid));
	g_assert_cmpstr(tf_ledger_uuid(fixture->ledger), ==, uuid);
}

static void test_file_is_private(Fixture *fixture, gconstpointer data)
{
	const gchar *const suffixes[] = { "", "-wal", "-shm" };

	(void)data;
	(void)plan(fixture, "/a");
	for (gsize i = 0; i < G_N_ELEMENTS(suffixes); i++) {
		g_autofree gchar *path = g_strconcat(fixture->path, suffixes[i], NULL);
		struct stat status;

		g_assert_cmpint(stat(path, &status), ==, 0);
		g_assert_cmpuint(status.st_mode & 07777, ==, 0600);
	}
}

static void test_every_write_is_synced(Fixture *fixture, gconstpointer data)
{
	gint64 id = plan(fixture, "/a");
	guint before = n_log_syncs;

	(void)data;
	g_assert_cmpuint(before, >, 0);
	g_assert_true(tf_ledger_record_imported(fixture->ledger, id, "[]", NULL));
	g_assert_cmpuint(n_log_syncs, >, before);
	before = n_log_syncs;
	g_assert_true(tf_ledger_record_step(fixture->ledger, id, TF_STEP_UNDONE, NULL, NULL));
	g_assert_cmpuint(n_log_syncs, >, before);
}

static void test_newer_schema_is_refused(Fixture *fixture, gconstpointer data)
{
	(void)data;
	g_clear_pointer(&fixture->ledger, tf_ledger_free);
	tamper(fixture, "PRAGMA user_version = 99");

	assert_does_not_open(fixture->url, TF_ERROR_LEDGER_NEWER);
}

static void test_other_programs_database_is_left_alone(Fixture *fixture, gconstpointer data)
{
	g_autofree gchar *path = g_build_filename(fixture->directory, "other.db", NULL);
	g_autofree gchar *url = g_strconcat("sqlite:", path, NULL);
	Fixture other = { .path = path };
	g_autofree gchar *before = NULL;
	g_autofree gchar *after = NULL;
	gsize length_before = 0;
	gsize length_after = 0;

	(void)data;
	tamper(&other, "CREATE TABLE bookmarks (url TEXT)");
	g_assert_cmpint(g_chmod(path, 0600), ==, 0);
	g_assert_true(g_file_get_contents(path, &before, &length_before, NULL));
	assert_does_not_open(url, TF_ERROR_LEDGER_FAILED);
	g_assert_true(g_file_get_contents(path, &after, &length_after, NULL));

	g_assert_cmpuint(length_before, ==, length_after);
	g_assert_cmpint(memcmp(before, after, length_before), ==, 0);
}

static void test_text_file_is_refused(Fixture *fixture, gconstpointer data)
{
	g_autofree gchar *path = g_build_filename(fixture->directory, "notes.txt", NULL);
	g_autofree gchar *url = g_strconcat("sqlite:", path, NULL);
	g_autofree gchar *text = g_strnfill(5000, 'x');

	(void)data;
	g_assert_true(g_file_set_contents(path, text, -1, NULL));
	g_assert_cmpint(g_chmod(path, 0600), ==, 0);

	assert_does_not_open(url, TF_ERROR_LEDGER_FAILED);
}

static void test_damaged_pages_are_refused(Fixture *fixture, gconstpointer data)
{
	g_autofree gchar *content = NULL;
	gsize length = 0;

	(void)data;
	(void)planned_to(fixture, TF_STEP_DONE);
	g_clear_pointer(&fixture->ledger, tf_ledger_free);
	g_assert_true(g_file_get_contents(fixture->path, &content, &length, NULL));
	memset(content + 4096, 0xA5, length - 4096);
	g_assert_true(g_file_set_contents(fixture->path, content, (gssize)length, NULL));
	g_assert_cmpint(g_chmod(fixture->path, 0600), ==, 0);

	assert_does_not_open(fixture->url, TF_ERROR_LEDGER_FAILED);
}

/* Each row is one lie in an otherwise good ledger. */
static void test_tampered_rows_are_refused(Fixture *fixture, gconstpointer data)
{
	gint64 id = planned_to(fixture, TF_STEP_WIPING);
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
	tamper(fixture,
		"PRAGMA writable_schema = ON; UPDATE sqlite_master SET sql = replace(sql, ' NOT NULL', '')");
	reopen(fixture);
	for (gsize i = 0; i < G_N_ELEMENTS(lies); i++) {
		g_autofree gchar *sql =
			g_strdup_printf("SAVEPOINT x; CREATE TABLE saved AS SELECT * FROM migration;"
					" RELEASE x; UPDATE migration SET %s",
				lies[i]);
		g_autoptr(TfLedgerRow) good = tf_ledger_load(fixture->ledger, id, NULL);
		g_autoptr(GError) error = NULL;

		g_assert_nonnull(good);
		tamper(fixture, sql);
		g_assert_null(tf_ledger_load(fixture->ledger, id, &error));
		g_assert_error(error, TF_ERROR, TF_ERROR_LEDGER_FAILED);
		tamper(fixture,
			"DELETE FROM migration; INSERT INTO migration SELECT * FROM saved; DROP TABLE saved");
	}
}

static void test_triggers_do_not_run(Fixture *fixture, gconstpointer data)
{
	gint64 id = 0;
	g_autoptr(TfLedgerRow) row = NULL;

	(void)data;
	tamper(fixture, "CREATE TRIGGER evil AFTER INSERT ON migration BEGIN"
			" UPDATE migration SET step = 'wiping'; END");
	reopen(fixture);
	id = plan(fixture, "/a");
	row = tf_ledger_load(fixture->ledger, id, NULL);

	g_assert_cmpint(row->step, ==, TF_STEP_INTENT);
}

static void test_unsafe_places_are_refused(Fixture *fixture, gconstpointer data)
{
	g_autofree gchar *link = g_build_filename(fixture->directory, "link.db", NULL);
	g_autofree gchar *link_url = g_strconcat("sqlite:", link, NULL);
	g_autofree gchar *hard = g_build_filename(fixture->directory, "hard.db", NULL);

	(void)data;
	g_assert_cmpint(symlink("ledger.db", link), ==, 0);
	assert_does_not_open(link_url, TF_ERROR_LEDGER_FAILED);
	g_assert_cmpint(g_chmod(fixture->path, 0660), ==, 0);
	assert_does_not_open(fixture->url, TF_ERROR_LEDGER_FAILED);
	g_assert_cmpint(g_chmod(fixture->path, 0600), ==, 0);
	g_assert_cmpint(linkat(AT_FDCWD, fixture->path, AT_FDCWD, hard, 0), ==, 0);
	assert_does_not_open(fixture->url, TF_ERROR_LEDGER_FAILED);
	g_assert_cmpint(g_remove(hard), ==, 0);
	g_assert_cmpint(g_chmod(fixture->directory, 0770), ==, 0);
	assert_does_not_open(fixture->url, TF_ERROR_LEDGER_FAILED);
}

static void test_other_urls_are_refused(Fixture *fixture, gconstpointer data)
{
	(void)fixture;
	(void)data;
	assert_does_not_open("postgresql://host/ledger", TF_ERROR_LEDGER_FAILED);
	assert_does_not_open("sqlite:", TF_ERROR_LEDGER_FAILED);
	assert_does_not_open("/tmp/ledger.db", TF_ERROR_LEDGER_FAILED);
}

static void test_full_disk_changes_nothing(Fixture *fixture, gconstpointer data)
{
	gint64 id = planned_to(fixture, TF_STEP_IMPORTED);
	g_autofree gchar *evidence = g_strnfill(200000, 'x');
	struct rlimit before;
	struct rlimit full;
	gboolean is_recorded = TRUE;
	g_autoptr(GError) error = NULL;
	g_autoptr(TfLedgerRow) row = NULL;

	(void)data;
	(void)signal(SIGXFSZ, SIG_IGN);
	g_assert_cmpint(getrlimit(RLIMIT_FSIZE, &before), ==, 0);
	full = before;
	full.rlim_cur = 100000;
	g_assert_cmpint(setrlimit(RLIMIT_FSIZE, &full), ==, 0);
	is_recorded = tf_ledger_record_proved(fixture->ledger, id, NULL, NULL, evidence, &error);
	g_assert_cmpint(setrlimit(RLIMIT_FSIZE, &before), ==, 0);
	reopen(fixture);
	row = tf_ledger_load(fixture->ledger, id, NULL);

	g_assert_false(is_recorded);
	g_assert_error(error, TF_ERROR, TF_ERROR_LEDGER_FAILED);
	g_assert_cmpint(row->step, ==, TF_STEP_IMPORTED);
	g_assert_null(row->evidence);
}

static void test_huge_value_is_refused(Fixture *fixture, gconstpointer data)
{
	gint64 id = planned_to(fixture, TF_STEP_IMPORTED);
	g_autofree gchar *evidence = g_strnfill((4 << 20) + 1, 'x');
	g_autoptr(GError) error = NULL;

	(void)data;
	g_assert_false(tf_ledger_record_proved(fixture->ledger, id, NULL, NULL, evidence, &error));
	g_assert_error(error, TF_ERROR, TF_ERROR_LEDGER_FAILED);
	g_clear_error(&error);

	g_assert_true(tf_ledger_record_proved(fixture->ledger, id, NULL, NULL, "{}", &error));
}

/* Root may write anywhere; so the test becomes somebody who may not, for as long as it takes. */
static void test_unwritable_folder_is_said(Fixture *fixture, gconstpointer data)
{
	gboolean is_root = geteuid() == 0;
	g_autofree gchar *url = g_strconcat("sqlite:", fixture->directory, "/new.db", NULL);

	(void)data;
	g_assert_cmpint(g_chmod(fixture->directory, 0500), ==, 0);
	if (is_root) {
		g_assert_cmpint(chown(fixture->directory, NOBODY, NOBODY), ==, 0);
		g_assert_cmpint(seteuid(NOBODY), ==, 0);
	}
	assert_does_not_open(url, TF_ERROR_LEDGER_FAILED);
	if (is_root)
		g_assert_cmpint(seteuid(0), ==, 0);
}

static void test_second_lock_is_busy(Fixture *fixture, gconstpointer data)
{
	g_autoptr(TfLedger) second = tf_ledger_open(fixture->url, NULL);
	g_autoptr(GError) error = NULL;

	(void)data;
	g_assert_true(tf_ledger_lock(fixture->ledger, NULL));
	g_assert_true(tf_ledger_lock(fixture->ledger, NULL));
	g_assert_false(tf_ledger_lock(second, &error));
	g_assert_error(error, TF_ERROR, TF_ERROR_LEDGER_BUSY);
	g_clear_pointer(&fixture->ledger, tf_ledger_free);

	g_assert_true(tf_ledger_lock(second, NULL));
}

/* In a process of its own: takes the lock, plans a row, and is killed with both. */
static void test_die(void)
{
	g_autoptr(TfLedger) ledger = tf_ledger_open(g_getenv("TF_LEDGER"), NULL);
	g_autoptr(TfLedgerRow) row = plan_for("/home/taro/killed.p12");
	gint64 id = 0;

	g_assert_true(tf_ledger_lock(ledger, NULL));
	g_assert_true(tf_ledger_plan(ledger, row, &id, NULL));
	(void)kill(getpid(), SIGKILL);
}

static void test_killed_run_leaves_its_row_and_no_lock(Fixture *fixture, gconstpointer data)
{
	g_autoptr(GPtrArray) rows = NULL;

	(void)data;
	(void)g_setenv("TF_LEDGER", fixture->url, TRUE);
	g_test_trap_subprocess("/ledger/subprocess/die", 0, 0);
	g_test_trap_assert_failed();
	rows = tf_ledger_unfinished(fixture->ledger, "/home/taro/killed.p12", NULL);

	g_assert_cmpuint(rows->len, ==, 1);
	g_assert_true(tf_ledger_lock(fixture->ledger, NULL));
}

/* In a process of its own: the lock is held by the parent. */
static void test_try(void)
{
	g_autoptr(TfLedger) ledger = tf_ledger_open(g_getenv("TF_LEDGER"), NULL);
	g_autoptr(GError) error = NULL;

	g_assert_false(tf_ledger_lock(ledger, &error));
	g_assert_error(error, TF_ERROR, TF_ERROR_LEDGER_BUSY);
}

static void test_other_process_is_busy_but_reads(Fixture *fixture, gconstpointer data)
{
	(void)data;
	(void)g_setenv("TF_LEDGER", fixture->url, TRUE);
	g_assert_true(tf_ledger_lock(fixture->ledger, NULL));
	g_test_trap_subprocess("/ledger/subprocess/try", 0, 0);

	g_test_trap_assert_passed();
}

static void test_writer_meets_a_writer(Fixture *fixture, gconstpointer data)
{
	sqlite3 *other = NULL;
	g_autoptr(TfLedgerRow) row = plan_for("/a");
	g_autoptr(GError) error = NULL;
	gint64 id = 0;

	(void)data;
	g_assert_cmpint(sqlite3_open(fixture->path, &other), ==, SQLITE_OK);
	g_assert_cmpint(sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL), ==, SQLITE_OK);
	g_assert_false(tf_ledger_plan(fixture->ledger, row, &id, &error));
	g_assert_cmpint(sqlite3_close(other), ==, SQLITE_OK);

	g_assert_error(error, TF_ERROR, TF_ERROR_LEDGER_BUSY);
	g_assert_cmpint(id, ==, 0);
}

/* XDG_STATE_HOME is set by main(), before GLib reads it. */
static void test_default_place(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TfLedger) ledger = tf_ledger_open(NULL, &error);
	g_autofree gchar *expected =
		g_build_filename(g_getenv("XDG_STATE_HOME"), "tokenferry", "ledger.db", NULL);

	g_assert_no_error(error);
	g_assert_cmpstr(tf_ledger_path(ledger), ==, expected);
	(void)g_remove(expected);
}

typedef struct TestRow {
	const gchar *path;
	void (*test)(Fixture *fixture, gconstpointer data);
} TestRow;

static const TestRow tests[] = {
	{ "/ledger/a plan comes back", test_plan_comes_back },
	{ "/ledger/a whole journey comes back", test_journey_comes_back },
	{ "/ledger/the detail is that of the last step", test_detail_is_that_of_the_last_step },
	{ "/ledger/a decryption challenge leaves no statement",
		test_decryption_challenge_leaves_no_statement },
	{ "/ledger/an unlawful step changes nothing", test_unlawful_step_changes_nothing },
	{ "/ledger/a final row stays as it is", test_final_row_stays },
	{ "/ledger/an unknown row is said", test_unknown_row_is_said },
	{ "/ledger/a spare names a row that exists", test_spare_names_a_row },
	{ "/ledger/rows of a key come newest first", test_rows_of_a_key_newest_first },
	{ "/ledger/the unfinished rows of a source are found", test_unfinished_of_a_source },
	{ "/ledger/failed PINs are kept by token", test_failed_pins_are_kept_by_token },
	{ "/ledger/the UUID stays", test_uuid_stays },
	{ "/ledger/the files are private", test_file_is_private },
	{ "/ledger/every write is synced", test_every_write_is_synced },
	{ "/ledger/a newer schema is refused", test_newer_schema_is_refused },
	{ "/ledger/another program's database is left alone", test_other_programs_database_is_left_alone },
	{ "/ledger/a text file is refused", test_text_file_is_refused },
	{ "/ledger/damaged pages are refused", test_damaged_pages_are_refused },
	{ "/ledger/tampered rows are refused", test_tampered_rows_are_refused },
	{ "/ledger/triggers do not run", test_triggers_do_not_run },
	{ "/ledger/unsafe places are refused", test_unsafe_places_are_refused },
	{ "/ledger/other URLs are refused", test_other_urls_are_refused },
	{ "/ledger/a full disk changes nothing", test_full_disk_changes_nothing },
	{ "/ledger/a huge value is refused", test_huge_value_is_refused },
	{ "/ledger/a folder that cannot be written is said", test_unwritable_folder_is_said },
	{ "/ledger/a second lock is busy until the first is gone", test_second_lock_is_busy },
	{ "/ledger/a killed run leaves its row and no lock", test_killed_run_leaves_its_row_and_no_lock },
	{ "/ledger/another process is told that a run is busy", test_other_process_is_busy_but_reads },
	{ "/ledger/a writer that meets a writer is busy", test_writer_meets_a_writer },
};

int main(int argc, char **argv)
{
	g_autofree gchar *state = g_dir_make_tmp("tf-state-XXXXXX", NULL);
	g_autofree gchar *ours = g_build_filename(state, "tokenferry", NULL);
	int status = 0;

	tf_secret_setup();
	(void)g_setenv("XDG_STATE_HOME", state, TRUE);
	g_test_init(&argc, &argv, NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(tests); i++)
		g_test_add(tests[i].path, Fixture, NULL, set_up, tests[i].test, tear_down);
	g_test_add_func("/ledger/without an URL it lies in the state folder", test_default_place);
	g_test_add_func("/ledger/subprocess/die", test_die);
	g_test_add_func("/ledger/subprocess/try", test_try);
	status = g_test_run();
	(void)g_rmdir(ours);
	(void)g_rmdir(state);

	return status;
}
