/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "record/facts.h"
#include "record/posture.h"

#define DATE G_GINT64_CONSTANT(1795910400) /* 2026-11-29T00:00:00Z */

static TfPosture *usual(void)
{
	TfPosture *posture = tf_posture_new();

	(void)tf_posture_add(
		posture, TF_FINDING_LTS_ONLY, "/debian.csv", DATE, "2026-07-11", "2028-06-30", NULL);
	(void)tf_posture_add(posture, TF_FINDING_SWAP_PLAIN, "/proc/swaps", DATE, "/dev/sda2", NULL);
	tf_posture_add(posture, TF_FINDING_LISTS_MISSING, "/lists", DATE, NULL)->root_would_add = TRUE;

	return posture;
}

static void test_comes_back(void)
{
	g_autoptr(TfPosture) posture = usual();
	g_autoptr(json_t) array = tf_posture_to_json(posture);
	g_autoptr(TfPosture) read = tf_posture_from_json(array);
	g_autoptr(TfPosture) copy = tf_posture_copy(read);
	g_autoptr(json_t) again = tf_posture_to_json(copy);

	g_assert_true(json_equal(array, again));
}

static void test_speaks_in_names(void)
{
	g_autoptr(TfPosture) posture = usual();
	g_autoptr(json_t) array = tf_posture_to_json(posture);
	g_autoptr(json_t) expected = json_pack("{s:s,s:s,s:s,s:{s:s,s:s},s:s,s:s,s:b,s:b}", "question",
		"system-support", "answer", "yes", "finding", "lts-only", "arguments", "ended", "2026-07-11",
		"until", "2028-06-30", "source", "/debian.csv", "date", "2026-11-29T00:00:00Z",
		"root_would_add", 0, "confirmed", 0);

	g_assert_true(json_equal(json_array_get(array, 0), expected));
}

static void test_counts(void)
{
	g_autoptr(TfPosture) posture = usual();

	g_assert_cmpuint(tf_posture_count(posture, TF_YES), ==, 1);
	g_assert_cmpuint(tf_posture_count(posture, TF_NO), ==, 1);
	g_assert_cmpuint(tf_posture_count(posture, TF_UNKNOWN), ==, 1);
	g_assert_null(tf_posture_answer(posture, TF_POSTURE_ANTIVIRUS));
	g_assert_nonnull(tf_posture_answer(posture, TF_POSTURE_SWAP));
}

static void test_counts_exceptions(void)
{
	g_autoptr(TfPosture) posture = usual();
	TfPostureAnswer *answer = g_ptr_array_index(posture->answers, 1);

	answer->is_confirmed = TRUE;

	g_assert_cmpuint(tf_posture_count_exceptions(posture, TRUE), ==, 1);
	g_assert_cmpuint(tf_posture_count_exceptions(posture, FALSE), ==, 1);
}

static void test_nothing_is_a_posture_too(void)
{
	g_autoptr(TfPosture) posture = tf_posture_new();
	g_autoptr(json_t) array = tf_posture_to_json(posture);
	g_autoptr(TfPosture) read = tf_posture_from_json(array);

	g_assert_nonnull(read);
	g_assert_null(tf_posture_copy(NULL));
}

/* Each row changes one field of a good answer. */
static void test_out_of_form(void)
{
	g_autofree gchar *endless = g_strnfill(20000, 'x');
	const struct {
		const gchar *key;
		json_t *value;
	} rows[] = {
		{ "answer", json_string("no") },
		{ "answer", json_true() },
		{ "answer", NULL },
		{ "question", json_string("swap") },
		{ "question", NULL },
		{ "finding", json_string("unsupported") },
		{ "finding", json_string("all-is-well") },
		{ "finding", json_integer(0) },
		{ "arguments", json_object() },
		{ "arguments", json_array() },
		{ "arguments", NULL },
		{ "arguments", json_pack("{s:s,s:i}", "ended", "2026-07-11", "until", 1) },
		{ "arguments", json_pack("{s:s,s:s}", "ended", "2026-07-11", "until", endless) },
		{ "arguments", json_pack("{s:s,s:s,s:s}", "ended", "", "until", "", "more", "") },
		{ "source", json_string("") },
		{ "source", json_string(endless) },
		{ "source", json_null() },
		{ "date", json_string("2026-11-29") },
		{ "date", json_integer(1) },
		{ "root_would_add", json_string("no") },
		{ "root_would_add", NULL },
		{ "confirmed", json_true() }, /* there is nothing to confirm */
		{ "confirmed", NULL },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(TfPosture) posture = usual();
		g_autoptr(json_t) array = tf_posture_to_json(posture);
		json_t *answer = json_array_get(array, 0);

		if (rows[i].value != NULL)
			(void)json_object_set_new(answer, rows[i].key, rows[i].value);
		else
			(void)json_object_del(answer, rows[i].key);
		g_assert_null(tf_posture_from_json(array));
	}
}

static void test_a_question_answered_twice(void)
{
	g_autoptr(TfPosture) posture = usual();
	g_autoptr(json_t) array = tf_posture_to_json(posture);

	(void)json_array_append(array, json_array_get(array, 0));

	g_assert_null(tf_posture_from_json(array));
}

static void test_no_array(void)
{
	g_autoptr(json_t) object = json_object();
	g_autoptr(json_t) numbers = json_pack("[i]", 1);

	g_assert_null(tf_posture_from_json(NULL));
	g_assert_null(tf_posture_from_json(object));
	g_assert_null(tf_posture_from_json(numbers));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/posture/comes back from JSON and copies as it was", test_comes_back);
	g_test_add_func("/posture/is told in the names of the field", test_speaks_in_names);
	g_test_add_func("/posture/counts its answers, and knows what was not asked", test_counts);
	g_test_add_func("/posture/counts what was confirmed and what was not", test_counts_exceptions);
	g_test_add_func("/posture/one without answers comes back, too", test_nothing_is_a_posture_too);
	g_test_add_func("/posture/an answer that is out of form is refused", test_out_of_form);
	g_test_add_func("/posture/a question answered twice is refused", test_a_question_answered_twice);
	g_test_add_func("/posture/what is no array of answers is refused", test_no_array);

	return g_test_run();
}
