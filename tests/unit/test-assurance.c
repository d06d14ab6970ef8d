/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "assurance-private.h"

#include "base/secret.h"

/* The best case, on a rotating disk; each row worsens one fact of it. */
static TfWipeFacts best(void)
{
	const TfWipeFacts facts = {
		.is_overwritten = TRUE,
		.was_whole = TRUE,
		.has_same_extents = TRUE,
		.is_shared = FALSE,
		.is_plain = TRUE,
		.overwrites_in_place = TF_YES,
		.is_flash = TF_NO,
		.is_encrypted = TF_NO,
	};

	return facts;
}

static void expect(TfWipeFacts facts, guint level, const gchar *suffixes)
{
	TfWipeResult result = tf_assurance(&facts);

	g_assert_cmpuint(result.level, ==, level);
	g_assert_cmpstr(result.suffixes, ==, suffixes);
}

static void test_in_place(void)
{
	expect(best(), 3, "G");
}

static void test_one_doubt(void)
{
	TfWipeFacts facts = best();

	facts.was_whole = FALSE;
	expect(facts, 2, "G");

	facts = best();
	facts.has_same_extents = FALSE;
	expect(facts, 2, "G");

	facts = best();
	facts.is_shared = TRUE;
	expect(facts, 2, "G");

	facts = best();
	facts.is_plain = FALSE;
	expect(facts, 2, "G");

	facts = best();
	facts.overwrites_in_place = TF_NO;
	expect(facts, 2, "G");

	facts = best();
	facts.overwrites_in_place = TF_UNKNOWN;
	expect(facts, 2, "G");
}

static void test_name_only(void)
{
	TfWipeFacts facts = best();

	facts.is_overwritten = FALSE;
	expect(facts, 1, "G");
}

static void test_suffixes(void)
{
	TfWipeFacts facts = best();

	facts.is_flash = TF_UNKNOWN;
	facts.is_encrypted = TF_UNKNOWN;
	expect(facts, 3, "FG");

	facts.is_flash = TF_YES;
	facts.is_encrypted = TF_YES;
	expect(facts, 3, "FEG");
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/assurance/overwritten in place and synced is W3", test_in_place);
	g_test_add_func("/assurance/one doubt about the place makes it W2", test_one_doubt);
	g_test_add_func("/assurance/a file that was only unlinked is W1", test_name_only);
	g_test_add_func(
		"/assurance/flash or unknown gives F, known encryption E, and always G", test_suffixes);

	return g_test_run();
}
