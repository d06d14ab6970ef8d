/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "record/stray.h"

static void all_that_is_known_is_written(void)
{
	g_autoptr(TfStray) stray = tf_stray_new("/home/m/\x8e.zip", "in.zip: a.p12", "pkcs12");
	json_t *object = NULL;
	gboolean is_true = FALSE;

	stray->rank = TF_RANK_SAME_EXPORT;
	stray->basis = TF_BASIS_SALTS;
	stray->is_weak = TRUE;
	object = tf_stray_to_json(stray);
	is_true = json_is_true(json_object_get(object, "weak_cipher"));

	g_assert_cmpstr(json_string_value(json_object_get(object, "path")), ==, "/home/m/\\x8e.zip");
	g_assert_cmpstr(json_string_value(json_object_get(object, "member")), ==, "in.zip: a.p12");
	g_assert_cmpstr(json_string_value(json_object_get(object, "rank")), ==, "same-export");
	g_assert_cmpstr(json_string_value(json_object_get(object, "basis")), ==, "salts");
	g_assert_true(is_true);
	g_assert_true(json_is_false(json_object_get(object, "unprotected")));
	g_assert_true(json_is_null(json_object_get(object, "trashed_from")));
	json_decref(object);
}

static void ranks_and_bases_have_names_of_their_own(void)
{
	g_autoptr(GHashTable) names = g_hash_table_new(g_str_hash, g_str_equal);

	for (guint i = 0; i < TF_N_RANKS; i++)
		g_assert_true(g_hash_table_add(names, (gpointer)tf_rank_name((TfRank)i)));
	for (guint i = 0; i < TF_N_BASES; i++)
		g_assert_true(g_hash_table_add(names, (gpointer)tf_rank_basis_name((TfRankBasis)i)));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/stray/all that is known is written", all_that_is_known_is_written);
	g_test_add_func(
		"/stray/ranks and bases have names of their own", ranks_and_bases_have_names_of_their_own);

	return g_test_run();
}
