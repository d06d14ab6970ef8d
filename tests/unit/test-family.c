/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "transfer/family.h"

#include "base/error.h"
#include "base/hex.h"
#include "base/secret.h"
#include "profile-folder.h"

static const TfModuleFacts opensc = { .path = (gchar *)"/usr/lib/opensc-pkcs11.so" };
static const TfModuleFacts other = { .path = (gchar *)"/usr/lib/other.so" };

static TfTokenFacts token_of(const gchar *manufacturer, const gchar *model)
{
	return (TfTokenFacts){
		.label = (gchar *)"member", .manufacturer = (gchar *)manufacturer, .model = (gchar *)model
	};
}

static TfFamilies *shipped(const gchar *named)
{
	g_autofree gchar *directory = profile_folder_shipped();
	g_autoptr(GError) error = NULL;
	TfFamilies *families = tf_families_load(named, directory, &error);

	g_assert_no_error(error);

	return families;
}

static const TfTokenProfile *find(
	const TfFamilies *families, const TfTokenFacts *token, const TfModuleFacts *module)
{
	g_autoptr(GError) error = NULL;
	const TfTokenProfile *profile = NULL;

	g_assert_true(tf_families_find(families, token, module, NULL, &profile, &error));
	g_assert_no_error(error);

	return profile;
}

static void test_a_token_is_recognised(void)
{
	g_autoptr(TfFamilies) families = shipped(NULL);
	const TfTokenFacts myeid = token_of("Aventra Ltd.", "PKCS#15");
	const TfTokenFacts unknown = token_of("Nobody", "Nothing");

	g_assert_cmpstr(tf_token_profile_name(find(families, &myeid, &opensc)), ==, "myeid-opensc");
	g_assert_null(find(families, &unknown, &other));
}

static void test_a_named_family_is_taken(void)
{
	g_autoptr(TfFamilies) families = shipped("softhsm2");
	const TfTokenFacts myeid = token_of("Aventra Ltd.", "PKCS#15");
	const TfTokenFacts unknown = token_of("Nobody", "Nothing");

	g_assert_cmpstr(tf_token_profile_name(find(families, &myeid, &opensc)), ==, "softhsm2");
	g_assert_cmpstr(tf_token_profile_name(find(families, &unknown, &other)), ==, "softhsm2");
}

static void test_an_identity_card_stays_one_whatever_is_named(void)
{
	g_autoptr(TfFamilies) families = shipped("softhsm2");
	const TfTokenFacts card = token_of("JPKI", "PKCS#15 emulated");
	const TfTokenProfile *profile = find(families, &card, &opensc);

	g_assert_false(tf_token_profile_is_target(profile));
}

static void test_an_unknown_name_is_said(void)
{
	g_autofree gchar *directory = profile_folder_shipped();
	g_autoptr(GError) error = NULL;

	g_assert_null(tf_families_load("no-such-token", directory, &error));
	g_assert_error(error, TF_ERROR, TF_ERROR_PROFILE_MISSING);
}

static void test_only_what_was_tried_needs_no_question(void)
{
	const struct {
		const gchar *name;
		gint code; /* -1: none */
	} rows[] = {
		{ "softhsm2", -1 },
		{ "myeid-opensc", -1 },
		{ "yubikey-piv", TF_ERROR_TOKEN_UNVERIFIED },
		{ "japan-individual-number-card", TF_ERROR_TOKEN_IDENTITY },
		{ NULL, TF_ERROR_TOKEN_UNVERIFIED },
	};
	g_autofree gchar *directory = profile_folder_shipped();
	const TfTokenFacts token = token_of("m", "n");

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(TfTokenProfile) profile =
			rows[i].name != NULL ? tf_token_profile_load(rows[i].name, directory, NULL) : NULL;
		g_autoptr(GError) error = NULL;
		gboolean is_fine = tf_family_check(profile, &token, &error);

		g_assert_true(is_fine == (rows[i].code < 0));
		if (!is_fine)
			g_assert_error(error, TF_ERROR, rows[i].code);
	}
}

/* By their ATR alone: no card is asked anything, and there is none to ask. */
static void test_identity_cards_are_known_by_their_atr(void)
{
	g_autoptr(TfFamilies) families = shipped(NULL);
	g_autoptr(GBytes) number_card = tf_unhex("3be000ff8131fe4514");
	g_autoptr(GBytes) myeid = tf_unhex("3bf51800008131fe454d794549449a");
	TfReader with_number_card = { (gchar *)"Reader A", TRUE, FALSE, number_card, 0 };
	TfReader with_myeid = { (gchar *)"Reader B", TRUE, FALSE, myeid, 0 };
	TfReader empty = { (gchar *)"Reader C", FALSE, FALSE, NULL, 0 };
	TfReader mute = { (gchar *)"Reader D", TRUE, TRUE, NULL, 0 };
	g_autoptr(GPtrArray) readers = g_ptr_array_new();
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) cards = NULL;
	const TfIdentityCard *card = NULL;

	g_ptr_array_add(readers, &with_myeid);
	g_ptr_array_add(readers, &with_number_card);
	g_ptr_array_add(readers, &empty);
	g_ptr_array_add(readers, &mute);

	cards = tf_families_identity_cards(families, readers, &error);

	g_assert_no_error(error);
	g_assert_cmpuint(cards->len, ==, 1);
	card = g_ptr_array_index(cards, 0);
	g_assert_cmpstr(card->reader, ==, "Reader A");
	g_assert_cmpstr(tf_token_profile_name(card->profile), ==, "japan-individual-number-card");
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/family/a token is recognised", test_a_token_is_recognised);
	g_test_add_func("/family/a named family is taken", test_a_named_family_is_taken);
	g_test_add_func("/family/an identity card stays one, whatever is named",
		test_an_identity_card_stays_one_whatever_is_named);
	g_test_add_func("/family/an unknown name is said", test_an_unknown_name_is_said);
	g_test_add_func(
		"/family/only what was tried needs no question", test_only_what_was_tried_needs_no_question);
	g_test_add_func(
		"/family/identity cards are known by their ATR", test_identity_cards_are_known_by_their_atr);

	return g_test_run();
}
