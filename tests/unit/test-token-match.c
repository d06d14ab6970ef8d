/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "base/error.h"
#include "base/hex.h"
#include "base/secret.h"
#include "profile-folder.h"
#include "profile/token-profile.h"

#define HEAD  "[family]\nTitle=t\nVerified=no\n"
#define TAIL  "\n[format]\nMethod=none\n[notes]\nText=n\n"
#define NEVER "Target=never\n"

static void add_profile(const ProfileFolder *fixture, const gchar *name, const gchar *text)
{
	g_free(profile_folder_write(fixture, name, text));
}

static gchar *match(const TfTokenTraits *traits, const gchar *directory, GError **error)
{
	g_autoptr(TfTokenProfile) profile = tf_token_profile_match(traits, directory, error);

	return profile != NULL ? g_strdup(tf_token_profile_name(profile)) : NULL;
}

static void test_shipped_families_are_found(void)
{
	g_autofree gchar *directory = profile_folder_shipped();
	g_autoptr(GBytes) myeid = tf_unhex("3bf51800008131fe454d794549449a");
	g_autoptr(GBytes) number_card = tf_unhex("3be000ff8131fe4514");
	g_autoptr(GBytes) jpki = tf_unhex("d392f000260100000001");
	const struct {
		TfTokenTraits traits;
		const gchar *name;
	} rows[] = {
		{ { NULL, NULL, "SoftHSM project", "SoftHSM v2", "/usr/lib/softhsm/libsofthsm2.so" },
			"softhsm2" },
		{ { myeid, NULL, "Aventra Ltd.", "PKCS#15", "/usr/lib/pkcs11/opensc-pkcs11.so" },
			"myeid-opensc" },
		{ { NULL, NULL, "Aventra Ltd.", "PKCS#15", "/usr/lib/pkcs11/onepin-opensc-pkcs11.so" },
			"myeid-opensc" },
		{ { myeid, NULL, NULL, NULL, NULL }, "myeid-opensc" },
		{ { myeid, NULL, "Aventra Ltd.", "MyEID", "/usr/lib/vendor.so" }, NULL },
		{ { NULL, NULL, "OpenSC Project", "PKCS#15", "opensc-pkcs11.so" }, "pkcs15-opensc" },
		{ { NULL, NULL, "Yubico (www.yubico.com)", "YubiKey YK5", "/usr/lib/libykcs11.so.2" },
			"yubikey-piv" },
		{ { NULL, NULL, "Mozilla Foundation", "NSS 3", "/usr/lib/libsoftokn3.so" }, "nss-softokn" },
		{ { NULL, NULL, "IBM", "Soft", "/usr/lib/opencryptoki/libopencryptoki.so.0" },
			"opencryptoki" },
		{ { number_card, NULL, NULL, NULL, NULL }, "japan-individual-number-card" },
		{ { NULL, jpki, NULL, NULL, NULL }, "japan-individual-number-card" },
		{ { NULL, NULL, "JPKI", "PKCS#15 emulated", "opensc-pkcs11.so" },
			"japan-individual-number-card" },
		{ { NULL, NULL, "Nobody", "Nothing", "/usr/lib/nothing.so" }, NULL },
		{ { NULL, NULL, NULL, NULL, NULL }, NULL },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) error = NULL;
		g_autofree gchar *name = match(&rows[i].traits, directory, &error);

		g_assert_no_error(error);
		g_assert_cmpstr(name, ==, rows[i].name);
	}
}

static void test_the_mask_says_what_counts(ProfileFolder *fixture, gconstpointer data)
{
	g_autoptr(GBytes) same = tf_unhex("3b0122ff");
	g_autoptr(GBytes) other = tf_unhex("3b0223ff");
	g_autoptr(GBytes) longer = tf_unhex("3b0122ff00");
	g_autoptr(TfTokenProfile) profile = NULL;

	(void)data;
	add_profile(fixture, "x.profile", HEAD "[match]\nAtr=3B0020FF/FF00F0FF" TAIL);
	profile = tf_token_profile_load("x", fixture->root, NULL);

	g_assert_true(tf_token_profile_fits_atr(profile, same));
	g_assert_true(tf_token_profile_fits_atr(profile, other));
	g_assert_false(tf_token_profile_fits_atr(profile, longer));
	g_assert_false(tf_token_profile_fits_atr(profile, NULL));
}

static void test_all_rules_about_pkcs11_must_hold(ProfileFolder *fixture, gconstpointer data)
{
	const TfTokenTraits both = { NULL, NULL, "a", "b", "/m.so" };
	const TfTokenTraits one = { NULL, NULL, "a", "c", "/m.so" };
	g_autofree gchar *found = NULL;

	(void)data;
	add_profile(fixture, "x.profile", HEAD "[match]\nManufacturer=a\nModel=b" TAIL);

	found = match(&both, fixture->root, NULL);
	g_assert_cmpstr(found, ==, "x");
	g_assert_null(match(&one, fixture->root, NULL));
}

static void test_the_closest_wins(ProfileFolder *fixture, gconstpointer data)
{
	const TfTokenTraits traits = { NULL, NULL, "a", "b", "/m.so" };
	g_autofree gchar *found = NULL;

	(void)data;
	add_profile(fixture, "1.profile", HEAD "[match]\nModule=m.so" TAIL);
	add_profile(fixture, "2.profile", HEAD "[match]\nModule=m.so\nManufacturer=a\nModel=b" TAIL);
	add_profile(fixture, "3.profile", HEAD "[match]\nModule=m.so\nManufacturer=a" TAIL);

	found = match(&traits, fixture->root, NULL);
	g_assert_cmpstr(found, ==, "2");
}

static void test_a_tie_is_an_error(ProfileFolder *fixture, gconstpointer data)
{
	const TfTokenTraits traits = { NULL, NULL, "a", "b", "/m.so" };
	g_autoptr(GError) error = NULL;

	(void)data;
	add_profile(fixture, "1.profile", HEAD "[match]\nManufacturer=a" TAIL);
	add_profile(fixture, "2.profile", HEAD "[match]\nModel=b" TAIL);

	g_assert_null(match(&traits, fixture->root, &error));
	g_assert_error(error, TF_ERROR, TF_ERROR_PROFILE_INVALID);
	g_assert_nonnull(strstr(error->message, "'2'"));
}

/* A profile that fits better, by a hostile drop-in say, does not make it a target. */
static void test_an_identity_card_stays_one(ProfileFolder *fixture, gconstpointer data)
{
	g_autoptr(GBytes) atr = tf_unhex("3b00");
	const TfTokenTraits traits = { atr, NULL, "a", "b", "/m.so" };
	g_autofree gchar *found = NULL;

	(void)data;
	add_profile(fixture, "1.profile", HEAD "[match]\nAtr=3B00\nModule=m.so\nManufacturer=a" TAIL);
	add_profile(fixture, "2.profile", HEAD NEVER "[match]\nManufacturer=a" TAIL);
	add_profile(fixture, "3.profile", HEAD "[match]\nAtr=3B00\nModule=m.so\nManufacturer=a" TAIL);

	found = match(&traits, fixture->root, NULL);
	g_assert_cmpstr(found, ==, "2");
}

static void test_a_broken_profile_stops_the_match(ProfileFolder *fixture, gconstpointer data)
{
	const TfTokenTraits traits = { NULL, NULL, "a", "b", "/m.so" };
	g_autoptr(GError) error = NULL;

	(void)data;
	add_profile(fixture, "1.profile", HEAD "[match]\nManufacturer=a" TAIL);
	add_profile(fixture, "2.profile", "[family]\n");

	g_assert_null(match(&traits, fixture->root, &error));
	g_assert_error(error, TF_ERROR, TF_ERROR_PROFILE_INVALID);
}

static void add(const gchar *path, void (*test)(ProfileFolder *fixture, gconstpointer data))
{
	g_test_add(path, ProfileFolder, "tokens", profile_folder_set_up, test, profile_folder_tear_down);
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/token-match/the shipped families are found", test_shipped_families_are_found);
	add("/token-match/the mask says what of the ATR counts", test_the_mask_says_what_counts);
	add("/token-match/all rules about PKCS#11 must hold", test_all_rules_about_pkcs11_must_hold);
	add("/token-match/the closest profile wins", test_the_closest_wins);
	add("/token-match/two that fit as well are an error", test_a_tie_is_an_error);
	add("/token-match/an identity card stays one, however well another fits",
		test_an_identity_card_stays_one);
	add("/token-match/a broken profile stops the match", test_a_broken_profile_stops_the_match);

	return g_test_run();
}
