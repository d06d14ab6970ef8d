/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "assurance-private.h"

#include "base/secret.h"

/* The best case, as root on a rotating disk; each row worsens one fact of it. */
static TfWipeFacts best(void)
{
	const TfWipeFacts facts = {
		.is_overwritten = TRUE,
		.was_whole = TRUE,
		.is_placed = TRUE,
		.has_same_extents = TRUE,
		.is_shared = FALSE,
		.is_plain = TRUE,
		.is_read_back = TRUE,
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

static void test_read_back(void)
{
	expect(best(), 4, "G");
}

static void test_not_read_back(void)
{
	TfWipeFacts facts = best();

	facts.is_read_back = FALSE;
	expect(facts, 3, "G");
}

static void test_copy_in_journal(void)
{
	TfWipeFacts facts = best();

	facts.journal_may_hold_content = TRUE;
	expect(facts, 3, "G");
}

static void test_discarded(void)
{
	TfWipeFacts facts = best();

	facts.is_discarded = TRUE;
	expect(facts, 4, "TG");

	/* Copy-on-write: the new bytes went elsewhere, and what was free then is discarded. */
	facts.overwrites_in_place = TF_NO;
	facts.has_same_extents = FALSE;
	expect(facts, 2, "TG");
}

static void test_not_free(void)
{
	TfWipeFacts facts = best();

	facts.is_discarded = TRUE;
	facts.is_shared = TRUE;
	expect(facts, 2, "G");

	facts = best();
	facts.is_discarded = TRUE;
	facts.is_plain = FALSE;
	expect(facts, 2, "G");

	facts = best();
	facts.is_discarded = TRUE;
	facts.is_placed = FALSE;
	facts.has_same_extents = FALSE;
	expect(facts, 2, "G");

	facts = best();
	facts.is_discarded = TRUE;
	facts.journal_may_hold_content = TRUE;
	expect(facts, 3, "G");
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
	facts.is_read_back = FALSE;
	facts.is_contradicted = TRUE;
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
	expect(facts, 4, "FG");

	facts.is_flash = TF_YES;
	facts.is_encrypted = TF_YES;
	expect(facts, 4, "FEG");

	facts.is_discarded = TRUE;
	expect(facts, 4, "FTEG");
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/assurance/read back from the device is W4", test_read_back);
	g_test_add_func("/assurance/overwritten in place and synced is W3", test_not_read_back);
	g_test_add_func("/assurance/a copy that the journal may hold makes it W3", test_copy_in_journal);
	g_test_add_func("/assurance/what was free and discarded gives T", test_discarded);
	g_test_add_func("/assurance/what is not free is not discarded", test_not_free);
	g_test_add_func("/assurance/one doubt about the place makes it W2", test_one_doubt);
	g_test_add_func("/assurance/a file that was only unlinked is W1", test_name_only);
	g_test_add_func(
		"/assurance/flash or unknown gives F, known encryption E, and always G", test_suffixes);

	return g_test_run();
}
