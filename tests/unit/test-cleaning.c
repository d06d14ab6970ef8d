/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "transfer/cleaning.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/secret.h"
#include "cleaning-case.h"
#include "disk/volumes.h"
#include "ledger/stray-wipe.h"

/* The path of this program, which the stage executes as its auditor. */
static const gchar *program;

typedef struct Fixture {
	TfCleaningCase it;
	void (*before_wipe)(struct Fixture *fixture); /* when the question is asked */
} Fixture;

static void set_up(Fixture *fixture, gconstpointer data)
{
	(void)data;
	tf_cleaning_case_set_up(&fixture->it, program);
}

static void tear_down(Fixture *fixture, gconstpointer data)
{
	(void)data;
	tf_cleaning_case_clear(&fixture->it);
}

static const TfKept *kept(const TfOutcome *outcome, guint index)
{
	g_assert_cmpuint(index, <, outcome->kept->len);

	return g_ptr_array_index(outcome->kept, index);
}

static GBytes *another_export(const Fixture *fixture)
{
	const TfFixtureMember *member = fixture->it.stage->member;

	return tf_fixture_pkcs12(member->key, member->certificate, NULL, NULL, TF_STAGE_PASSWORD);
}

static void copies_are_wiped(Fixture *fixture, gconstpointer data)
{
	g_autoptr(GBytes) export = another_export(fixture);
	g_autoptr(GBytes) plain = tf_fixture_key_pem(fixture->it.stage->member->key);
	g_autoptr(TfOutcome) outcome = NULL;

	(void)data;
	tf_cleaning_case_plant(&fixture->it, "copy", fixture->it.stage->content);
	tf_cleaning_case_plant(&fixture->it, "export.p12", export);
	tf_cleaning_case_plant(&fixture->it, "key.pem", plain);
	outcome = tf_cleaning_case_run_well(&fixture->it);

	g_assert_cmpint(outcome->status, ==, TF_STATUS_DONE);
	g_assert_cmpuint(outcome->wiped->len, ==, 3);
	g_assert_cmpuint(outcome->kept->len, ==, 0);
	g_assert_false(tf_cleaning_case_has(&fixture->it, "copy"));
	g_assert_false(tf_cleaning_case_has(&fixture->it, "export.p12"));
	g_assert_false(tf_cleaning_case_has(&fixture->it, "key.pem"));
	g_assert_cmpuint(fixture->it.stage->answers.n_asked[TF_QUESTION_WIPE_STRAYS], ==, 1);
}

/* The ledger knows its content and its salts; of those the salts alone say nothing of what else is in it. */
static void without_the_pin_code_the_content_counts_and_salts_do_not(Fixture *fixture, gconstpointer data)
{
	g_autoptr(GByteArray) longer = g_byte_array_new();
	g_autoptr(GBytes) padded = NULL;
	g_autoptr(TfOutcome) outcome = NULL;

	(void)data;
	g_byte_array_append(longer, g_bytes_get_data(fixture->it.stage->content, NULL),
		(guint)g_bytes_get_size(fixture->it.stage->content));
	g_byte_array_append(longer, (const guint8 *)"\n", 1);
	padded = g_bytes_new(longer->data, longer->len);
	tf_cleaning_case_plant(&fixture->it, "copy", fixture->it.stage->content);
	tf_cleaning_case_plant(&fixture->it, "padded", padded);
	fixture->it.plan.password = NULL;
	outcome = tf_cleaning_case_run_well(&fixture->it);

	g_assert_cmpuint(fixture->it.search.n_of_rank[TF_RANK_SAME_EXPORT], ==, 1);
	g_assert_cmpuint(outcome->wiped->len, ==, 1);
	g_assert_false(tf_cleaning_case_has(&fixture->it, "copy"));
	g_assert_true(tf_cleaning_case_has(&fixture->it, "padded"));
	g_assert_cmpint(kept(outcome, 0)->why, ==, TF_KEPT_LOCKED);
	g_assert_cmpint(outcome->status, ==, TF_STATUS_KEPT);
}

static void what_holds_more_is_kept(Fixture *fixture, gconstpointer data)
{
	g_autoptr(GBytes) pem = tf_fixture_key_pem(fixture->it.stage->member->key);
	gsize length = 0;
	const gchar *key = g_bytes_get_data(pem, &length);
	g_autofree gchar *configuration = g_strdup_printf("password = 1\n%.*s", (int)length, key);
	g_autoptr(GBytes) text = g_bytes_new(configuration, strlen(configuration));
	g_autoptr(TfOutcome) outcome = NULL;

	(void)data;
	tf_cleaning_case_plant(&fixture->it, "vpn.conf", text);
	outcome = tf_cleaning_case_run_well(&fixture->it);

	g_assert_true(tf_cleaning_case_has(&fixture->it, "vpn.conf"));
	g_assert_cmpuint(outcome->wiped->len, ==, 0);
	g_assert_cmpint(kept(outcome, 0)->why, ==, TF_KEPT_WITHIN);
	g_assert_cmpuint(fixture->it.stage->answers.n_asked[TF_QUESTION_WIPE_STRAYS], ==, 0);
}

static void another_key_is_left_alone(Fixture *fixture, gconstpointer data)
{
	g_autoptr(TfFixtureMember) other = tf_fixture_member("ec256", "Other", "Issuer");
	g_autoptr(GBytes) export =
		tf_fixture_pkcs12(other->key, other->certificate, NULL, NULL, TF_STAGE_PASSWORD);
	g_autoptr(TfOutcome) outcome = NULL;

	(void)data;
	tf_cleaning_case_plant(&fixture->it, "other.p12", export);
	outcome = tf_cleaning_case_run_well(&fixture->it);

	g_assert_true(tf_cleaning_case_has(&fixture->it, "other.p12"));
	g_assert_cmpuint(outcome->wiped->len + outcome->kept->len, ==, 0);
	g_assert_cmpuint(fixture->it.search.n_of_rank[TF_RANK_ANOTHER_KEY], ==, 1);
}

static void what_stays_locked_is_not_said_to_be_clean(Fixture *fixture, gconstpointer data)
{
	g_autoptr(GBytes) export = another_export(fixture);
	g_autofree gchar *path = tf_cleaning_case_below(&fixture->it, "export.p12");
	g_autoptr(TfOutcome) outcome = NULL;

	(void)data;
	tf_cleaning_case_plant(&fixture->it, "export.p12", export);
	fixture->it.plan.password = NULL;
	outcome = tf_cleaning_case_run_well(&fixture->it);

	g_assert_true(tf_cleaning_case_has(&fixture->it, "export.p12"));
	g_assert_cmpuint(outcome->wiped->len + outcome->kept->len, ==, 0);
	g_assert_cmpuint(outcome->search->n_unknown, ==, 1);
	g_assert_cmpstr(((const TfUnknown *)g_ptr_array_index(outcome->search->unknown, 0))->path, ==, path);
	g_assert_cmpint(outcome->status, ==, TF_STATUS_KEPT);
}

static void a_no_keeps_all(Fixture *fixture, gconstpointer data)
{
	g_autoptr(TfOutcome) outcome = NULL;

	(void)data;
	tf_cleaning_case_plant(&fixture->it, "copy", fixture->it.stage->content);
	fixture->it.stage->answers.says_no[TF_QUESTION_WIPE_STRAYS] = TRUE;
	outcome = tf_cleaning_case_run_well(&fixture->it);

	g_assert_true(tf_cleaning_case_has(&fixture->it, "copy"));
	g_assert_cmpint(kept(outcome, 0)->why, ==, TF_KEPT_ASKED);
}

/* Asked when all are known and none is touched. */
static gboolean swap_then_say_yes(gpointer data, TfQuestion question, const TfQuestionContext *context,
	gboolean *ret_yes, GError **error)
{
	TfAnswers *answers = data;
	Fixture *fixture = answers->data;

	(void)context;
	(void)error;
	if (question == TF_QUESTION_WIPE_STRAYS)
		fixture->before_wipe(fixture);
	*ret_yes = TRUE;

	return TRUE;
}

static void replace_copy(Fixture *fixture)
{
	g_autofree gchar *path = tf_cleaning_case_below(&fixture->it, "copy");
	g_autofree gchar *aside = tf_cleaning_case_below(&fixture->it, "aside");

	g_assert_cmpint(g_rename(path, aside), ==, 0);
	tf_fixture_write(path, fixture->it.stage->content);
}

static void touch_copy(Fixture *fixture)
{
	g_autofree gchar *path = tf_cleaning_case_below(&fixture->it, "copy");

	g_assert_cmpint(chmod(path, 0640), ==, 0);
}

static void expect_refused(Fixture *fixture, void (*before_wipe)(Fixture *fixture))
{
	g_autoptr(TfOutcome) outcome = NULL;

	tf_cleaning_case_plant(&fixture->it, "copy", fixture->it.stage->content);
	fixture->before_wipe = before_wipe;
	fixture->it.stage->answers.data = fixture;
	fixture->it.stage->answers.dialogue.confirm = swap_then_say_yes;
	outcome = tf_cleaning_case_run_well(&fixture->it);

	g_assert_true(tf_cleaning_case_has(&fixture->it, "copy"));
	g_assert_cmpuint(outcome->wiped->len, ==, 0);
	g_assert_cmpint(kept(outcome, 0)->why, ==, TF_KEPT_WIPE_REFUSED);
	g_assert_nonnull(kept(outcome, 0)->detail);
}

static void what_was_replaced_after_the_search_stays(Fixture *fixture, gconstpointer data)
{
	(void)data;
	expect_refused(fixture, replace_copy);
	g_assert_true(tf_cleaning_case_has(&fixture->it, "aside"));
}

static void what_was_changed_after_the_search_stays(Fixture *fixture, gconstpointer data)
{
	(void)data;
	expect_refused(fixture, touch_copy);
}

static void a_file_with_two_names_stays(Fixture *fixture, gconstpointer data)
{
	g_autofree gchar *path = tf_cleaning_case_below(&fixture->it, "copy");
	g_autofree gchar *second = tf_cleaning_case_below(&fixture->it, "second");
	g_autoptr(TfOutcome) outcome = NULL;

	(void)data;
	tf_cleaning_case_plant(&fixture->it, "copy", fixture->it.stage->content);
	g_assert_cmpint(link(path, second), ==, 0);
	outcome = tf_cleaning_case_run_well(&fixture->it);

	g_assert_true(tf_cleaning_case_has(&fixture->it, "copy"));
	g_assert_true(tf_cleaning_case_has(&fixture->it, "second"));
	g_assert_cmpuint(outcome->kept->len, ==, 2);
	g_assert_cmpint(kept(outcome, 0)->why, ==, TF_KEPT_WIPE_REFUSED);
}

static void two_ways_to_a_file_are_one_file(Fixture *fixture, gconstpointer data)
{
	g_autofree gchar *path = tf_cleaning_case_below(&fixture->it, "copy");
	g_autoptr(TfOutcome) outcome = NULL;

	(void)data;
	tf_cleaning_case_plant(&fixture->it, "copy", fixture->it.stage->content);
	fixture->it.plan.wipe_backup = path;
	outcome = tf_cleaning_case_run_well(&fixture->it);

	g_assert_cmpuint(outcome->wiped->len, ==, 1);
	g_assert_cmpuint(outcome->kept->len, ==, 0);
}

static void without_the_key_on_the_token_nothing_is_searched(Fixture *fixture, gconstpointer data)
{
	g_autoptr(TfFixtureMember) other = tf_fixture_member("ec256", "Other", "Issuer");
	g_autofree gchar *certificate = g_build_filename(fixture->it.stage->directory, "other.pem", NULL);
	g_autoptr(GBytes) pem = tf_fixture_certificate_pem(other->certificate);
	g_autoptr(GBytes) export =
		tf_fixture_pkcs12(other->key, other->certificate, NULL, NULL, TF_STAGE_PASSWORD);
	g_autoptr(TfOutcome) outcome = NULL;
	g_autoptr(GError) error = NULL;

	(void)data;
	tf_fixture_write(certificate, pem);
	tf_cleaning_case_plant(&fixture->it, "other.p12", export);
	fixture->it.plan.verification.certificate_file = certificate;
	outcome = tf_cleaning_case_run(&fixture->it, &error);

	g_assert_null(outcome);
	g_assert_error(error, TF_ERROR, TF_ERROR_TOKEN_KEY_MISSING);
	g_assert_true(tf_cleaning_case_has(&fixture->it, "other.p12"));
}

static guint count_left(const Fixture *fixture)
{
	g_autoptr(TfLedger) ledger = tf_ledger_open(fixture->it.stage->ledger_url, NULL);
	g_autoptr(GPtrArray) left = tf_ledger_stray_wipes_left(ledger, NULL);

	return left->len;
}

static void what_a_dead_run_began_is_finished(Fixture *fixture, gconstpointer data)
{
	g_autoptr(TfOutcome) outcome = NULL;

	(void)data;
	tf_cleaning_case_plant(&fixture->it, "copy", fixture->it.stage->content);
	tf_cleaning_case_begin_wipe(&fixture->it, "copy");
	outcome = tf_cleaning_case_run_well(&fixture->it);

	g_assert_false(tf_cleaning_case_has(&fixture->it, "copy"));
	g_assert_cmpuint(outcome->search->exposures, ==, 1u << TF_EXPOSURE_SYNCED);
	g_assert_cmpuint(outcome->wiped->len, ==, 1);
	g_assert_cmpuint(count_left(fixture), ==, 0);
}

static void what_no_report_told_is_told_by_the_next(Fixture *fixture, gconstpointer data)
{
	g_autoptr(TfOutcome) first = NULL;
	g_autoptr(TfOutcome) second = NULL;
	g_autoptr(TfOutcome) third = NULL;
	g_autoptr(TfLedger) ledger = NULL;

	(void)data;
	tf_cleaning_case_plant(&fixture->it, "copy", fixture->it.stage->content);
	first = tf_cleaning_case_run_well(&fixture->it);
	second = tf_cleaning_case_run_well(&fixture->it);
	ledger = tf_ledger_open(fixture->it.stage->ledger_url, NULL);
	g_assert_true(tf_clean_told(second, ledger, NULL));
	g_clear_pointer(&ledger, tf_ledger_free);
	third = tf_cleaning_case_run_well(&fixture->it);

	g_assert_cmpuint(first->wiped->len, ==, 1);
	g_assert_cmpuint(second->wiped->len, ==, 1);
	g_assert_cmpstr(((const TfWiped *)g_ptr_array_index(second->wiped, 0))->suffixes, ==,
		((const TfWiped *)g_ptr_array_index(first->wiped, 0))->suffixes);
	g_assert_cmpuint(third->wiped->len, ==, 0);
}

static void a_backup_on_this_disk_is_wiped_by_its_name(Fixture *fixture, gconstpointer data)
{
	g_autofree gchar *path = g_build_filename(fixture->it.stage->directory, "elsewhere.p12", NULL);
	g_autoptr(TfOutcome) outcome = NULL;

	(void)data;
	tf_fixture_write(path, fixture->it.stage->content);
	fixture->it.plan.wipe_backup = path;
	outcome = tf_cleaning_case_run_well(&fixture->it);

	g_assert_cmpuint(outcome->wiped->len, ==, 1);
	g_assert_false(tf_outcome_has_exception(outcome, TF_EXCEPTION_BACKUP_WIPED));
	g_assert_false(g_file_test(path, G_FILE_TEST_EXISTS));
}

static gboolean lists(const GPtrArray *touches, TfTouchKind kind, const gchar *what)
{
	for (guint i = 0; i < touches->len; i++) {
		const TfTouch *touch = g_ptr_array_index(touches, i);

		if (touch->kind == kind && g_strcmp0(touch->what, what) == 0)
			return TRUE;
	}

	return FALSE;
}

static void a_rehearsal_lists_what_a_run_wipes(Fixture *fixture, gconstpointer data)
{
	g_autoptr(TfLedger) ledger = tf_ledger_open(fixture->it.stage->ledger_url, NULL);
	g_autofree gchar *path = tf_cleaning_case_below(&fixture->it, "copy");
	g_autofree gchar *text = tf_cleaning_case_below(&fixture->it, "vpn.conf");
	g_autoptr(GBytes) configuration = g_bytes_new_static("a\n", 2);
	g_autoptr(TfKnown) known = tf_known_new();
	g_autoptr(GPtrArray) touches = NULL;
	g_autoptr(GError) error = NULL;

	(void)data;
	tf_cleaning_case_plant(&fixture->it, "copy", fixture->it.stage->content);
	tf_cleaning_case_plant(&fixture->it, "vpn.conf", configuration);
	fixture->it.plan.may_discard = TRUE;
	g_assert_true(tf_sweep_know_ledger(known, ledger, NULL));
	touches = tf_clean_rehearse(&fixture->it.plan, known, fixture->it.ledger_path, ledger,
		&fixture->it.listener, &fixture->it.search, &error);

	g_assert_no_error(error);
	g_assert_true(lists(touches, TF_TOUCH_WRITE_FILE, fixture->it.ledger_path));
	g_assert_true(lists(touches, TF_TOUCH_WIPE_FILE, path));
	g_assert_true(lists(touches, TF_TOUCH_DISCARD, path));
	g_assert_false(lists(touches, TF_TOUCH_WIPE_FILE, text));
	g_assert_true(tf_cleaning_case_has(&fixture->it, "copy"));
}

static void add_volume(GPtrArray *volumes, const gchar *path, TfVolumeStanding standing)
{
	TfVolume *volume = g_new0(TfVolume, 1);

	volume->path = g_strdup(path);
	volume->file_system = g_strdup("ext4");
	volume->standing = standing;
	g_ptr_array_add(volumes, volume);
}

static void what_was_searched_everywhere_is_said(Fixture *fixture, gconstpointer data)
{
	const gchar *const paths[] = { NULL };
	g_auto(TfSweepResult) result = { .skipped = g_ptr_array_new(),
		.unreadable = g_ptr_array_new(),
		.unknown = g_ptr_array_new(),
		.left_out = g_ptr_array_new() };
	g_autoptr(TfSearch) search = NULL;

	(void)fixture;
	(void)data;
	result.volumes = g_ptr_array_new_with_free_func((GDestroyNotify)tf_volume_free);
	add_volume(result.volumes, "/", TF_VOLUME_HERE);
	add_volume(result.volumes, "/mnt/nas", TF_VOLUME_NETWORK);
	add_volume(result.volumes, "/mnt/again", TF_VOLUME_TWICE);
	search = tf_sweep_describe(paths, &result);

	g_assert_cmpuint(search->paths->len, ==, 1);
	g_assert_cmpstr(g_ptr_array_index(search->paths, 0), ==, "/");
	g_assert_cmpuint(search->n_skipped, ==, 1);
	g_assert_cmpstr(g_ptr_array_index(search->skipped, 0), ==, "/mnt/nas (ext4)");
}

typedef struct TestRow {
	const gchar *path;
	void (*test)(Fixture *fixture, gconstpointer data);
} TestRow;

static const TestRow tests[] = {
	{ "/cleaning/copies in every form of a whole file are wiped", copies_are_wiped },
	{ "/cleaning/without the PIN code the moved file's content counts, salts alone do not",
		without_the_pin_code_the_content_counts_and_salts_do_not },
	{ "/cleaning/what holds more than the key is kept and nobody is asked", what_holds_more_is_kept },
	{ "/cleaning/another key is left alone", another_key_is_left_alone },
	{ "/cleaning/what stays locked is not said to be clean", what_stays_locked_is_not_said_to_be_clean },
	{ "/cleaning/a no keeps all", a_no_keeps_all },
	{ "/cleaning/what was replaced after the search stays", what_was_replaced_after_the_search_stays },
	{ "/cleaning/what was changed after the search stays", what_was_changed_after_the_search_stays },
	{ "/cleaning/a file with two names stays", a_file_with_two_names_stays },
	{ "/cleaning/two ways to a file are one file", two_ways_to_a_file_are_one_file },
	{ "/cleaning/a key that is not on the token wipes nothing",
		without_the_key_on_the_token_nothing_is_searched },
	{ "/cleaning/what a dead run began is finished", what_a_dead_run_began_is_finished },
	{ "/cleaning/what no report told is told by the next", what_no_report_told_is_told_by_the_next },
	{ "/cleaning/a file outside the paths is wiped when it is named",
		a_backup_on_this_disk_is_wiped_by_its_name },
	{ "/cleaning/a search of every volume says which they were, and which were left",
		what_was_searched_everywhere_is_said },
	{ "/cleaning/a rehearsal lists what a run wipes and touches nothing",
		a_rehearsal_lists_what_a_run_wipes },
};

int main(int argc, char **argv)
{
	tf_secret_setup();
	tf_stage_main(argc, argv);
	program = g_canonicalize_filename(argv[0], NULL);
	g_test_init(&argc, &argv, NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(tests); i++)
		g_test_add(tests[i].path, Fixture, NULL, set_up, tests[i].test, tear_down);

	return g_test_run();
}
