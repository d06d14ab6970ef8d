/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "transfer/wiped.h"

#include <unistd.h>

#include "base/secret.h"
#include "fixtures.h"

static const TfWiped *only_wiped(const TfOutcome *outcome)
{
	g_assert_cmpuint(outcome->wiped->len, ==, 1);

	return g_ptr_array_index(outcome->wiped, 0);
}

/* A run may die between the record of the wipe and that of the outcome. */
static void test_recorded(void)
{
	g_autoptr(TfOutcome) outcome = tf_outcome_new();
	g_auto(TfWipeResult) result = {
		.level = 2,
		.suffixes = "FG",
		.name_may_stay = TRUE,
		.is_shared = TRUE,
		.references = g_ptr_array_new_with_free_func(g_free),
	};
	g_autofree gchar *detail = NULL;
	const TfWiped *wiped = NULL;

	g_ptr_array_add(result.references, g_strdup("/snapshots/1/鍵 of mine.p12"));
	g_ptr_array_add(result.references, g_strdup("/a%20b\n\xff"));
	detail = tf_wiped_detail(&result);
	tf_wiped_add_recorded(outcome, "/key.p12", TF_KIND_FILE, detail);
	wiped = only_wiped(outcome);

	g_assert_cmpuint(wiped->level, ==, 2);
	g_assert_cmpstr(wiped->suffixes, ==, "FG");
	g_assert_true(wiped->name_may_stay);
	g_assert_true(wiped->is_shared);
	g_assert_cmpuint(wiped->references->len, ==, 2);
	g_assert_cmpstr(g_ptr_array_index(wiped->references, 0), ==, "/snapshots/1/鍵 of mine.p12");
	g_assert_cmpstr(g_ptr_array_index(wiped->references, 1), ==, "/a%20b\n\xff");
}

static void test_nothing_left(void)
{
	g_autoptr(TfOutcome) outcome = tf_outcome_new();
	const TfWipeResult result = { .level = 4, .suffixes = "TG" };
	g_autofree gchar *detail = tf_wiped_detail(&result);
	const TfWiped *wiped = NULL;

	tf_wiped_add_recorded(outcome, "/key.p12", TF_KIND_FILE, detail);
	wiped = only_wiped(outcome);

	g_assert_cmpstr(detail, ==, "W4 TG");
	g_assert_cmpuint(wiped->level, ==, 4);
	g_assert_false(wiped->name_may_stay);
	g_assert_false(wiped->is_shared);
	g_assert_null(wiped->references);
}

static void test_unreadable(void)
{
	g_autoptr(TfOutcome) outcome = tf_outcome_new();
	const TfWiped *wiped = NULL;

	tf_wiped_add_recorded(outcome, "/key.p12", TF_KIND_FILE, "");
	wiped = only_wiped(outcome);

	g_assert_cmpuint(wiped->level, ==, 1);
	g_assert_cmpstr(wiped->suffixes, ==, "G");
	g_assert_true(wiped->name_may_stay);
}

static TfWipeResult shared_with(const gchar *const *paths)
{
	TfWipeResult result = { .level = 2, .suffixes = "G", .is_shared = TRUE };

	if (paths != NULL)
		result.references = g_ptr_array_new_with_free_func(g_free);
	for (guint i = 0; paths != NULL && paths[i] != NULL; i++)
		g_ptr_array_add(result.references, g_strdup(paths[i]));

	return result;
}

static void assert_kept(const TfOutcome *outcome, TfStatus status, const gchar *path)
{
	g_assert_cmpint(outcome->status, ==, status);
	g_assert_cmpuint(outcome->kept->len, ==, path != NULL ? 1 : 0);
	if (path != NULL) {
		const TfKept *kept = g_ptr_array_index(outcome->kept, 0);

		g_assert_cmpint(kept->why, ==, TF_KEPT_SHARED);
		g_assert_cmpstr(kept->path, ==, path);
	}
}

/* Whoever opens the snapshot has the key. */
static void what_a_snapshot_holds_is_kept_and_not_done(void)
{
	g_autofree gchar *directory = tf_fixture_directory();
	g_autofree gchar *snapshot = g_build_filename(directory, "snapshot", NULL);
	const gchar *const paths[] = { snapshot, "/nonexistent/deleted-meanwhile", NULL };
	g_auto(TfWipeResult) result = shared_with(paths);
	g_autoptr(TfOutcome) outcome = tf_outcome_new();

	g_assert_true(g_file_set_contents(snapshot, "key", 3, NULL));
	outcome->status = TF_STATUS_DONE;
	tf_wiped_add(outcome, "/home/m/key.p12", TF_KIND_FILE, &result);
	assert_kept(outcome, TF_STATUS_KEPT, snapshot);
	g_assert_false(tf_wiped_review(outcome));
	assert_kept(outcome, TF_STATUS_KEPT, snapshot);

	g_assert_cmpint(unlink(snapshot), ==, 0);
	g_assert_true(tf_wiped_review(outcome));
	assert_kept(outcome, TF_STATUS_DONE, NULL);
	tf_fixture_remove(directory);
}

/* Both lay in the folder that was searched. */
static void a_copy_that_is_wiped_as_well_is_kept_no_more(void)
{
	g_autofree gchar *directory = tf_fixture_directory();
	g_autofree gchar *copy = g_build_filename(directory, "copy", NULL);
	const gchar *const paths[] = { copy, NULL };
	g_auto(TfWipeResult) first = shared_with(paths);
	const TfWipeResult second = { .level = 3, .suffixes = "G" };
	g_autoptr(TfOutcome) outcome = tf_outcome_new();

	g_assert_true(g_file_set_contents(copy, "key", 3, NULL));
	outcome->status = TF_STATUS_DONE;
	tf_wiped_add(outcome, "/home/m/key.p12", TF_KIND_FILE, &first);
	assert_kept(outcome, TF_STATUS_KEPT, copy);
	g_assert_cmpint(unlink(copy), ==, 0);
	tf_wiped_add(outcome, copy, TF_KIND_FILE, &second);

	g_assert_true(tf_wiped_review(outcome));
	assert_kept(outcome, TF_STATUS_DONE, NULL);
	tf_fixture_remove(directory);
}

static void who_shares_what_was_wiped_may_not_be_known(void)
{
	static const gchar *const of_top[] = { "btrfs:/snapshots/1/key.p12", NULL };
	const gchar *const *const cases[] = { NULL, of_top };
	const gchar *const expected[] = { "/home/m/key.p12", of_top[0] };

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_auto(TfWipeResult) result = shared_with(cases[i]);
		g_autoptr(TfOutcome) outcome = tf_outcome_new();

		outcome->status = TF_STATUS_DONE;
		tf_wiped_add(outcome, "/home/m/key.p12", TF_KIND_FILE, &result);

		assert_kept(outcome, TF_STATUS_KEPT, expected[i]);
		g_assert_false(tf_wiped_review(outcome));
		assert_kept(outcome, TF_STATUS_KEPT, expected[i]);
	}
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/wiped/what a wipe left is read from its record", test_recorded);
	g_test_add_func("/wiped/nothing that was not left is read from its record", test_nothing_left);
	g_test_add_func("/wiped/what a snapshot holds is kept, and not done until that is deleted",
		what_a_snapshot_holds_is_kept_and_not_done);
	g_test_add_func("/wiped/a copy that is wiped as well is kept no more",
		a_copy_that_is_wiped_as_well_is_kept_no_more);
	g_test_add_func("/wiped/who shares what was wiped may not be known, and it is not done",
		who_shares_what_was_wiped_may_not_be_known);
	g_test_add_func("/wiped/without a readable record the name is gone and no more", test_unreadable);

	return g_test_run();
}
