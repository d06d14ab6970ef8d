/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The whole journey out of a browser's key store. */
#include <stdio.h>

#include "base/error.h"
#include "dead-run.h"
#include "nss-profile.h"
#include "stage.h"
#include "token/nss-removal.h"

static const gchar *program;

typedef struct Fixture {
	TfStage *stage;
	TfNssProfile *profile;
} Fixture;

static void set_up(Fixture *fixture, gconstpointer key_type)
{
	fixture->stage = tf_stage_new(key_type, program);
	fixture->profile = tf_nss_profile_new(TRUE);
	tf_nss_profile_add(fixture->profile, fixture->stage->member, "member");
	fixture->stage->plan.source = fixture->profile->directory;
	fixture->stage->plan.is_from_store = TRUE;
	fixture->stage->answers.store_password = TF_NSS_PROFILE_PASSWORD;
}

static void tear_down(Fixture *fixture, gconstpointer key_type)
{
	(void)key_type;
	tf_stage_free(fixture->stage);
	tf_nss_profile_free(fixture->profile);
}

static TfOutcome *run(Fixture *fixture)
{
	g_autoptr(GError) error = NULL;
	TfOutcome *outcome = tf_stage_run(fixture->stage, &error);

	g_assert_no_error(error);

	return outcome;
}

static gboolean shows(const Fixture *fixture)
{
	g_autoptr(TfNssStore) store = tf_nss_profile_open(fixture->profile);
	g_autoptr(GError) error = NULL;
	gboolean needed = FALSE;

	(void)tf_nss_removal_is_needed(store, fixture->stage->member->certificate, &needed, &error);
	g_assert_no_error(error);

	return needed;
}

static void assert_emptied(const Fixture *fixture, const TfOutcome *outcome)
{
	const TfWiped *wiped = NULL;

	g_assert_cmpint(outcome->status, ==, TF_STATUS_DONE);
	g_assert_cmpuint(outcome->wiped->len, ==, 1);
	wiped = g_ptr_array_index(outcome->wiped, 0);
	g_assert_cmpstr(wiped->kind, ==, "nss");
	g_assert_cmpstr(wiped->path, ==, fixture->profile->directory);
	g_assert_cmpuint(wiped->level, ==, 1);
	g_assert_false(shows(fixture));
	g_assert_cmpuint(tf_stage_count_private_keys(fixture->stage), ==, 1);
}

static void test_moved(Fixture *fixture, gconstpointer key_type)
{
	g_autoptr(TfOutcome) outcome = NULL;

	(void)key_type;
	outcome = run(fixture);

	assert_emptied(fixture, outcome);
	g_assert_cmpuint(fixture->stage->answers.n_store_passwords, ==, 1);
	g_assert_cmpuint(fixture->stage->answers.n_asked[TF_QUESTION_IS_THIS_YOU], ==, 1);
	g_assert_cmpuint(fixture->stage->answers.n_asked[TF_QUESTION_EMPTY_STORE], ==, 1);
	g_assert_cmpuint(fixture->stage->answers.n_asked[TF_QUESTION_FILE_NEEDED], ==, 0);
}

static void test_protection(Fixture *fixture, gconstpointer key_type)
{
	g_autoptr(TfNssProfile) open = tf_nss_profile_new(FALSE);
	g_autoptr(TfOutcome) from_closed = NULL;
	g_autoptr(TfOutcome) from_open = NULL;

	(void)key_type;
	fixture->stage->plan.keeps_source = TRUE;
	from_closed = run(fixture);
	g_assert_cmpuint(fixture->stage->answers.n_told[TF_NEWS_OPEN_STORE], ==, 0);

	tf_nss_profile_add(open, fixture->stage->member, "member");
	fixture->stage->plan.source = open->directory;
	from_open = run(fixture);

	g_assert_cmpuint(fixture->stage->answers.n_told[TF_NEWS_OPEN_STORE], ==, 1);
	g_assert_cmpstr(from_closed->source_sha256, !=, from_open->source_sha256);
}

static void test_again(Fixture *fixture, gconstpointer key_type)
{
	g_autoptr(TfOutcome) first = NULL;
	g_autoptr(TfOutcome) second = NULL;

	(void)key_type;
	first = run(fixture);
	second = run(fixture);

	assert_emptied(fixture, second);
	g_assert_cmpstr(first->run, ==, second->run);
}

static void test_kept(Fixture *fixture, gconstpointer key_type)
{
	g_autoptr(TfOutcome) outcome = NULL;
	const TfKept *kept = NULL;

	(void)key_type;
	fixture->stage->plan.keeps_source = TRUE;
	outcome = run(fixture);

	g_assert_cmpint(outcome->status, ==, TF_STATUS_KEPT);
	kept = g_ptr_array_index(outcome->kept, 0);
	g_assert_cmpstr(kept->kind, ==, "nss");
	g_assert_cmpint(kept->why, ==, TF_KEPT_ASKED);
	g_assert_true(shows(fixture));
}

static void test_wrong_password(Fixture *fixture, gconstpointer key_type)
{
	g_autoptr(GError) error = NULL;

	(void)key_type;
	fixture->stage->answers.store_password = "wrong";

	g_assert_null(tf_stage_run(fixture->stage, &error));

	g_assert_error(error, TF_ERROR, TF_ERROR_STORE_PASSWORD_WRONG);
	g_assert_cmpuint(fixture->stage->answers.n_store_passwords, ==, 1);
	g_assert_cmpuint(tf_stage_count_private_keys(fixture->stage), ==, 0);
	g_assert_true(shows(fixture));
}

static void die_before_removal(Fixture *fixture)
{
	const TfWipeTrace trace = { .directory = fixture->profile->directory,
		.name = (gchar *)TF_WIPE_TRACE_STORE,
		.new_name = (gchar *)TF_WIPE_TRACE_STORE };

	tf_dead_run_at(fixture->stage, &trace);
}

static void test_resumed(Fixture *fixture, gconstpointer key_type)
{
	g_autoptr(TfOutcome) outcome = NULL;

	(void)key_type;
	die_before_removal(fixture);
	g_assert_true(shows(fixture));
	outcome = run(fixture);

	g_assert_false(shows(fixture));
	g_assert_cmpint(outcome->status, ==, TF_STATUS_DONE);
	g_assert_cmpuint(fixture->stage->answers.n_told[TF_NEWS_IMPORTED], ==, 1);
}

static void test_taken_back(Fixture *fixture, gconstpointer key_type)
{
	g_autoptr(TfOutcome) outcome = NULL;

	(void)key_type;
	die_before_removal(fixture);
	fixture->stage->plan.keeps_source = TRUE;
	outcome = run(fixture);

	g_assert_cmpint(outcome->status, ==, TF_STATUS_KEPT);
	g_assert_true(shows(fixture));
}

static void test_named(Fixture *fixture, gconstpointer key_type)
{
	g_autoptr(TfFixtureMember) other = tf_fixture_member("ec256", "Hanako Mihon", "Other CA");
	g_autoptr(TfOutcome) outcome = NULL;

	(void)key_type;
	tf_nss_profile_add(fixture->profile, other, "other");
	fixture->stage->plan.member_name = "Taro Shakai";
	outcome = run(fixture);

	assert_emptied(fixture, outcome);
}

static void test_others_left(Fixture *fixture, gconstpointer key_type)
{
	g_autoptr(TfFixtureMember) other = tf_fixture_member("ec256", "Hanako Mihon", "Other CA");
	g_autoptr(TfOutcome) first = NULL;
	g_autoptr(TfOutcome) second = NULL;

	(void)key_type;
	tf_nss_profile_add(fixture->profile, other, "other");
	fixture->stage->plan.member_name = "Taro Shakai";
	first = run(fixture);
	second = run(fixture);

	g_assert_cmpstr(first->run, ==, second->run);
	g_assert_cmpuint(tf_stage_count_private_keys(fixture->stage), ==, 1);
}

/* In the place of the store that was read, when the journey is about to empty it. */
typedef struct Swap {
	Fixture *fixture;
	TfNssProfile *empty;
	gchar *aside;
	gboolean removes_only; /* the key, by somebody else */
} Swap;

static void swap_stores(TfNews news, G_GNUC_UNUSED const TfNewsContext *context, gpointer data)
{
	Swap *swap = data;
	const TfNssProfile *profile = swap->fixture->profile;

	if (news != TF_NEWS_EMPTYING)
		return;
	if (swap->removes_only) {
		tf_fixture_run(profile->directory, "certutil", "-F", "-n", "member", "-d", profile->database,
			"-f", profile->password_file, NULL);
		return;
	}
	g_assert_cmpint(rename(profile->directory, swap->aside), ==, 0);
	g_assert_cmpint(rename(swap->empty->directory, profile->directory), ==, 0);
}

static void assert_nothing_claimed(const TfOutcome *outcome)
{
	const TfKept *kept = NULL;

	g_assert_cmpint(outcome->status, ==, TF_STATUS_KEPT);
	g_assert_cmpuint(outcome->wiped->len, ==, 0);
	g_assert_cmpuint(outcome->kept->len, ==, 1);
	kept = g_ptr_array_index(outcome->kept, 0);
	g_assert_cmpint(kept->why, ==, TF_KEPT_WIPE_REFUSED);
}

static void test_replaced(Fixture *fixture, gconstpointer key_type)
{
	Swap swap = { fixture, tf_nss_profile_new(TRUE),
		g_strconcat(fixture->profile->directory, "-aside", NULL), FALSE };
	g_autoptr(TfOutcome) outcome = NULL;

	(void)key_type;
	fixture->stage->answers.on_news = swap_stores;
	fixture->stage->answers.data = &swap;
	outcome = run(fixture);

	assert_nothing_claimed(outcome);
	g_assert_cmpint(rename(fixture->profile->directory, swap.empty->directory), ==, 0);
	g_assert_cmpint(rename(swap.aside, fixture->profile->directory), ==, 0);
	g_assert_true(shows(fixture));
	tf_nss_profile_free(swap.empty);
	g_free(swap.aside);
}

static void test_replaced_after_death(Fixture *fixture, gconstpointer key_type)
{
	Swap swap = { fixture, tf_nss_profile_new(TRUE),
		g_strconcat(fixture->profile->directory, "-aside", NULL), FALSE };
	g_autoptr(GError) error = NULL;

	(void)key_type;
	die_before_removal(fixture);
	swap_stores(TF_NEWS_EMPTYING, NULL, &swap);

	g_assert_null(tf_stage_run(fixture->stage, &error));

	g_assert_error(error, TF_ERROR, TF_ERROR_WIPE_REFUSED);
	g_assert_cmpint(rename(fixture->profile->directory, swap.empty->directory), ==, 0);
	g_assert_cmpint(rename(swap.aside, fixture->profile->directory), ==, 0);
	g_assert_true(shows(fixture));
	tf_nss_profile_free(swap.empty);
	g_free(swap.aside);
}

static void test_removed_by_others(Fixture *fixture, gconstpointer key_type)
{
	Swap swap = { fixture, NULL, NULL, TRUE };
	g_autoptr(TfOutcome) outcome = NULL;

	(void)key_type;
	fixture->stage->answers.on_news = swap_stores;
	fixture->stage->answers.data = &swap;
	outcome = run(fixture);

	assert_nothing_claimed(outcome);
}

static void test_out_of_range(Fixture *fixture, gconstpointer key_type)
{
	g_autoptr(GError) error = NULL;

	(void)key_type;
	fixture->stage->plan.key_index = 1;

	g_assert_null(tf_stage_run(fixture->stage, &error));

	g_assert_error(error, TF_ERROR, TF_ERROR_SOURCE_SEVERAL_KEYS);
	g_assert_true(shows(fixture));
}

int main(int argc, char **argv)
{
	static const struct {
		const gchar *name;
		const gchar *key_type;
		void (*test)(Fixture *, gconstpointer);
	} tests[] = {
		{ "/emptying/an RSA key leaves the store once the token has proven it", "rsa2048",
			test_moved },
		{ "/emptying/an EC key leaves the store once the token has proven it", "ec256", test_moved },
		{ "/emptying/a store without a primary password is said to be open", "ec256",
			test_protection },
		{ "/emptying/an emptied store gives the report again", "ec256", test_again },
		{ "/emptying/a store that is to be kept keeps its key", "ec256", test_kept },
		{ "/emptying/a wrong password is sent once, and nothing happens", "ec256",
			test_wrong_password },
		{ "/emptying/the next run finishes what a dead one began, and writes no key", "ec256",
			test_resumed },
		{ "/emptying/what was not removed yet may still be kept", "ec256", test_taken_back },
		{ "/emptying/of several keys the one of the member's name is taken", "ec256", test_named },
		{ "/emptying/the keys of others that are left are not taken by the same command", "ec256",
			test_others_left },
		{ "/emptying/a store that was replaced meanwhile is not said to be emptied", "ec256",
			test_replaced },
		{ "/emptying/nor by the next run, when a dead one had begun", "ec256",
			test_replaced_after_death },
		{ "/emptying/what somebody else removed meanwhile is not said to be this run's doing",
			"ec256", test_removed_by_others },
		{ "/emptying/a number that no key has is refused", "ec256", test_out_of_range },
	};

	tf_secret_setup();
	tf_stage_main(argc, argv);
	program = g_canonicalize_filename(argv[0], NULL);
	g_test_init(&argc, &argv, NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(tests); i++)
		g_test_add(tests[i].name, Fixture, tests[i].key_type, set_up, tests[i].test, tear_down);

	return g_test_run();
}
