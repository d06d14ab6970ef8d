/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "transfer/wiped.h"

#include "base/secret.h"

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

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/wiped/what a wipe left is read from its record", test_recorded);
	g_test_add_func("/wiped/nothing that was not left is read from its record", test_nothing_left);
	g_test_add_func("/wiped/without a readable record the name is gone and no more", test_unreadable);

	return g_test_run();
}
