/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "record/search.h"

#include "base/secret.h"

static TfSearch *example(void)
{
	TfSearch *search = tf_search_new();

	g_ptr_array_add(search->paths, g_strdup("/home/m"));
	g_ptr_array_add(search->skipped, g_strdup("/mnt/nas (nfs4)"));
	g_ptr_array_add(search->elsewhere, g_strdup("自宅のパソコン"));
	g_ptr_array_add(search->left_out,
		tf_left_out_new("/home/m/a.zip", 1u << TF_LIMIT_LOCKED | 1u << TF_LIMIT_DAMAGED));
	g_ptr_array_add(search->unreadable, g_strdup("/home/m/closed"));
	search->n_files = 12;
	search->reads_whole = TRUE;
	search->n_left_out = 1;
	search->n_unreadable = 2;
	search->n_skipped = 1;
	tf_search_add_unknown(search, "/home/m/mail", "2: a.p12", "pkcs12");
	tf_search_add_unknown(search, "/home/m/b.jks", NULL, "jks");
	tf_search_add_unknown(search, "/home/m/c.p12", NULL, "pkcs12");
	search->exposures = 1u << TF_EXPOSURE_MAIL | 1u << TF_EXPOSURE_INFECTED;

	return search;
}

static const TfUnknown *unknown(const TfSearch *search, guint index)
{
	return g_ptr_array_index(search->unknown, index);
}

static void test_round_trip(void)
{
	g_autoptr(TfSearch) search = example();
	json_t *object = tf_search_to_json(search, FALSE);
	g_autoptr(TfSearch) again = tf_search_from_json(object);

	json_decref(object);
	g_assert_nonnull(again);
	g_assert_cmpstr(g_ptr_array_index(again->paths, 0), ==, "/home/m");
	g_assert_cmpstr(g_ptr_array_index(again->skipped, 0), ==, "/mnt/nas (nfs4)");
	g_assert_cmpstr(g_ptr_array_index(again->elsewhere, 0), ==, "自宅のパソコン");
	g_assert_cmpuint(again->n_files, ==, 12);
	g_assert_true(again->reads_whole);
	g_assert_cmpuint(again->exposures, ==, search->exposures);
	g_assert_cmpuint(again->n_unknown, ==, 3);
	g_assert_cmpuint(again->unknown->len, ==, 3);
	g_assert_cmpstr(unknown(again, 0)->path, ==, "/home/m/mail");
	g_assert_cmpstr(unknown(again, 0)->member, ==, "2: a.p12");
	g_assert_cmpstr(unknown(again, 1)->kind, ==, "jks");
	g_assert_null(unknown(again, 1)->member);
	g_assert_cmpstr(tf_exposures_word(again->exposures), ==, "suspected");
	g_assert_cmpuint(again->left_out->len, ==, 1);
	g_assert_cmpstr(
		((const TfLeftOut *)g_ptr_array_index(again->left_out, 0))->path, ==, "/home/m/a.zip");
	g_assert_cmpuint(((const TfLeftOut *)g_ptr_array_index(again->left_out, 0))->limits, ==,
		1u << TF_LIMIT_LOCKED | 1u << TF_LIMIT_DAMAGED);
	g_assert_cmpstr(g_ptr_array_index(again->unreadable, 0), ==, "/home/m/closed");
}

static void test_public(void)
{
	g_autoptr(TfSearch) search = example();
	json_t *object = tf_search_to_json(search, TRUE);
	g_autofree gchar *text = json_dumps(object, 0);
	g_autoptr(TfSearch) again = tf_search_from_json(object);

	json_decref(object);
	g_assert_null(g_strstr_len(text, -1, "/home/m"));
	g_assert_null(g_strstr_len(text, -1, "/mnt/nas"));
	g_assert_cmpuint(again->paths->len + again->left_out->len + again->unreadable->len, ==, 0);
	g_assert_cmpuint(again->n_skipped, ==, 1);
	g_assert_cmpuint(again->n_unknown, ==, 3);
	g_assert_cmpuint(again->unknown->len, ==, 2);
	g_assert_cmpstr(unknown(again, 0)->kind, ==, "pkcs12");
	g_assert_cmpuint(unknown(again, 0)->count, ==, 2);
	g_assert_null(unknown(again, 0)->path);
}

static void test_earlier(void)
{
	json_t *object = json_loads("{\"files\":1,\"left_out\":0,\"unreadable\":0,\"n_skipped\":0,"
				    "\"exposures\":[],\"elsewhere\":[]}",
		0, NULL);
	g_autoptr(TfSearch) search = tf_search_from_json(object);

	json_decref(object);
	g_assert_nonnull(search);
	g_assert_cmpuint(search->n_unknown, ==, 0);
}

static void test_many_unknown(void)
{
	g_autoptr(TfSearch) search = tf_search_new();

	for (guint i = 0; i < TF_UNKNOWN_LIMIT + 2; i++)
		tf_search_add_unknown(search, "/home/m/a.p12", NULL, "pkcs12");

	g_assert_cmpuint(search->n_unknown, ==, TF_UNKNOWN_LIMIT + 2);
	g_assert_cmpuint(search->unknown->len, ==, TF_UNKNOWN_LIMIT);
}

static void test_out_of_form(void)
{
	static const gchar *const bad[] = {
		"{}",
		"{\"files\":-1,\"left_out\":0,\"unreadable\":0,\"n_skipped\":0,\"exposures\":[],"
		"\"elsewhere\":[]}",
		"{\"files\":1,\"left_out\":0,\"unreadable\":0,\"n_skipped\":0,\"exposures\":[\"x\"],"
		"\"elsewhere\":[]}",
		"{\"files\":1,\"left_out\":0,\"unreadable\":0,\"n_skipped\":0,\"exposures\":[],\"elsewhere\":"
		"\"x\"}",
		"{\"files\":1,\"left_out\":0,\"unreadable\":0,\"n_skipped\":0,\"exposures\":[],\"elsewhere\":"
		"[],"
		"\"paths\":1}",
		"{\"files\":1,\"left_out\":0,\"unreadable\":0,\"n_skipped\":0,\"exposures\":[],\"elsewhere\":"
		"[],\"n_unknown\":1}",
		"{\"files\":1,\"left_out\":0,\"unreadable\":0,\"n_skipped\":0,\"exposures\":[],\"elsewhere\":"
		"[],\"n_unknown\":1,\"unknown\":[{\"count\":1}]}",
	};

	for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
		json_t *object = json_loads(bad[i], 0, NULL);

		g_assert_nonnull(object);
		g_assert_null(tf_search_from_json(object));
		json_decref(object);
	}
}

static void test_nothing_seen(void)
{
	g_autoptr(TfSearch) search = tf_search_new();

	g_assert_cmpstr(tf_exposures_word(search->exposures), ==, "not-seen");
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/search/what is written is read back", test_round_trip);
	g_test_add_func("/search/a public copy names no paths", test_public);
	g_test_add_func("/search/a report that tells of no unknown keys is read", test_earlier);
	g_test_add_func("/search/of very many unknown keys the first are listed", test_many_unknown);
	g_test_add_func("/search/what is out of form is refused", test_out_of_form);
	g_test_add_func("/search/nothing seen is not said to be nothing there", test_nothing_seen);

	return g_test_run();
}
