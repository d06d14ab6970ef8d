/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "profile/token-profile.h"

#include "base/error.h"
#include "base/secret.h"
#include "profile-folder.h"

#define SMALL "[family]\nTitle=t\nVerified=no\n[match]\nModel=m\n[format]\nMethod=none\n[notes]\nText=n\n"

static TfTokenProfile *load_text(const ProfileFolder *fixture, const gchar *text, GError **error)
{
	g_autofree gchar *path = profile_folder_write(fixture, "x.profile", text);

	return tf_token_profile_load_file(path, error);
}

static TfTokenProfile *shipped(const gchar *name)
{
	g_autofree gchar *directory = profile_folder_shipped();
	g_autoptr(GError) error = NULL;
	TfTokenProfile *profile = tf_token_profile_load(name, directory, &error);

	g_assert_no_error(error);

	return profile;
}

static void test_shipped_families_speak_both_languages(void)
{
	g_autofree gchar *directory = profile_folder_shipped();
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) profiles = tf_token_profile_load_all(directory, &error);

	g_assert_no_error(error);
	g_assert_cmpuint(profiles->len, >=, 7);
	for (guint i = 0; i < profiles->len; i++) {
		const TfTokenProfile *profile = g_ptr_array_index(profiles, i);

		g_assert_cmpstr(
			tf_token_profile_title(profile, "ja"), !=, tf_token_profile_title(profile, "en"));
		g_assert_cmpstr(
			tf_token_profile_notes(profile, "ja"), !=, tf_token_profile_notes(profile, "en"));
	}
}

static void test_no_shipped_family_claims_hardware(void)
{
	g_autofree gchar *directory = profile_folder_shipped();
	g_autoptr(GPtrArray) profiles = tf_token_profile_load_all(directory, NULL);

	for (guint i = 0; i < profiles->len; i++)
		g_assert_cmpint(tf_token_profile_verified(g_ptr_array_index(profiles, i)), !=,
			TF_TOKEN_VERIFIED_HARDWARE);
}

static void test_myeid_is_told_in_full(void)
{
	g_autoptr(TfTokenProfile) profile = shipped("myeid-opensc");
	guint minimum = 0;
	guint maximum = 0;

	g_assert_cmpstr(tf_token_profile_name(profile), ==, "myeid-opensc");
	g_assert_cmpint(tf_token_profile_verified(profile), ==, TF_TOKEN_VERIFIED_EMULATOR);
	g_assert_true(tf_token_profile_is_verified(profile));
	g_assert_true(tf_token_profile_is_target(profile));
	g_assert_cmpint(tf_token_profile_format(profile), ==, TF_TOKEN_FORMAT_PKCS15_INIT);
	g_assert_cmpint(tf_token_profile_activation(profile), ==, TF_TOKEN_ACTIVATION_MYEID);
	g_assert_cmpint(tf_token_profile_import_login(profile), ==, TF_TOKEN_LOGIN_USER);
	g_assert_cmpint(tf_token_profile_parallel(profile), ==, TF_TOKEN_PARALLEL_PROCESSES);
	g_assert_true(tf_token_profile_pin_length(profile, TF_TOKEN_PIN_USER, &minimum, &maximum));
	g_assert_cmpuint(minimum, ==, 4);
	g_assert_cmpuint(maximum, ==, 8);
	g_assert_cmpint(tf_token_profile_pin_charset(profile, TF_TOKEN_PIN_PUK), ==, TF_TOKEN_CHARSET_DIGITS);
	g_assert_cmpuint(tf_token_profile_pin_tries(profile, TF_TOKEN_PIN_USER), ==, 3);
	g_assert_true(tf_token_profile_certificate_first(profile));
	g_assert_true(tf_token_profile_makes_public_key(profile));
	g_assert_true(g_strv_contains(tf_token_profile_constants(profile), "CKA_SENSITIVE"));
}

static void test_key_sizes_are_held_against_the_list(void)
{
	g_autoptr(TfTokenProfile) profile = shipped("myeid-opensc");
	g_autoptr(TfTokenProfile) other = shipped("opencryptoki");

	g_assert_true(tf_token_profile_takes_key(profile, "rsa", 2048));
	g_assert_false(tf_token_profile_takes_key(profile, "rsa", 8192));
	g_assert_true(tf_token_profile_takes_key(profile, "ec", 256));
	g_assert_false(tf_token_profile_takes_key(profile, "ec", 521));
	g_assert_true(tf_token_profile_takes_key(other, "rsa", 8192));
	g_assert_cmpstr(tf_token_profile_key_sizes(profile, "ec")[0], ==, "256");
}

static void test_the_identity_card_is_no_target(void)
{
	g_autoptr(TfTokenProfile) profile = shipped("japan-individual-number-card");

	g_assert_false(tf_token_profile_is_target(profile));
	g_assert_false(tf_token_profile_is_verified(profile));
	g_assert_cmpint(tf_token_profile_format(profile), ==, TF_TOKEN_FORMAT_NONE);
	g_assert_cmpuint(g_bytes_get_size(tf_token_profile_applet(profile)), ==, 10);
}

static void test_absent_fields_have_their_defaults(ProfileFolder *fixture, gconstpointer data)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TfTokenProfile) profile = load_text(fixture, SMALL, &error);
	guint untouched = 7;

	(void)data;
	g_assert_no_error(error);
	g_assert_true(tf_token_profile_is_target(profile));
	g_assert_false(tf_token_profile_is_verified(profile));
	g_assert_false(tf_token_profile_pin_length(profile, TF_TOKEN_PIN_SO, &untouched, &untouched));
	g_assert_cmpuint(untouched, ==, 7);
	g_assert_cmpint(tf_token_profile_pin_charset(profile, TF_TOKEN_PIN_SO), ==, TF_TOKEN_CHARSET_ANY);
	g_assert_cmpuint(tf_token_profile_pin_tries(profile, TF_TOKEN_PIN_SO), ==, 0);
	g_assert_null(tf_token_profile_constants(profile)[0]);
	g_assert_null(tf_token_profile_applet(profile));
	g_assert_null(tf_token_profile_purchase(profile, "ja"));
	g_assert_false(tf_token_profile_certificate_first(profile));
	g_assert_cmpint(tf_token_profile_parallel(profile), ==, TF_TOKEN_PARALLEL_ONE);
}

/* Each row is put in the place of a good text; the error names the line. */
static void test_bad_values_are_refused(ProfileFolder *fixture, gconstpointer data)
{
	const struct {
		const gchar *good;
		const gchar *bad;
		const gchar *line;
		const gchar *where;
	} rows[] = {
		{ "Verified=no", "Verified=perhaps", "3", "[family] Verified" },
		{ "Verified=no", "Target=maybe\nVerified=no", "3", "[family] Target" },
		{ "Verified=no\n", "", "8", "[family] Verified" },
		{ "Title=t", "Title=t\nColour=red", "3", "[family] Colour" },
		{ "Title=t", "Title=t\nTitle=u", "3", "[family] Title" },
		{ "Model=m\n", "", "8", "[match] Module" },
		{ "Model=m", "Atr=3B", "5", "[match] Atr" },
		{ "Model=m", "Atr=3B0", "5", "[match] Atr" },
		{ "Model=m", "Atr=3B00/FF", "5", "[match] Atr" },
		{ "Model=m", "Atr=3B00;/FFFF", "5", "[match] Atr" },
		{ "Model=m", "Atr=3B00/FFFF/FFFF", "5", "[match] Atr" },
		{ "Model=m", "Atr=", "5", "[match] Atr" },
		{ "Model=m", "Applet=D392F000X0", "5", "[match] Applet" },
		{ "Model=m", "Applet=D392F00", "5", "[match] Applet" },
		{ "Method=none", "Method=erase", "7", "[format] Method" },
		{ "Method=none", "Method=none\nActivation=myeid", "8", "[format] Activation" },
		{ "[notes]", "[pin]\nUserMinimum=4\n[notes]", "11", "[pin] UserMaximum" },
		{ "[notes]", "[pin]\nUserMinimum=8\nUserMaximum=4\n[notes]", "10", "[pin] UserMaximum" },
		{ "[notes]", "[pin]\nUserTries=0\n[notes]", "9", "[pin] UserTries" },
		{ "[notes]", "[pin]\nSoCharset=runes\n[notes]", "9", "[pin] SoCharset" },
		{ "[notes]", "[key]\nRsaBits=2048;big\n[notes]", "9", "[key] RsaBits" },
		{ "[notes]", "[key]\nEcBits=0\n[notes]", "9", "[key] EcBits" },
		{ "[notes]", "[behaviour]\nConstants=SENSITIVE\n[notes]", "9", "[behaviour] Constants" },
		{ "[notes]", "[behaviour]\nProbe=all\n[notes]", "9", "[behaviour] Probe" },
		{ "[notes]", "[import]\nLogin=root\n[notes]", "9", "[import] Login" },
		{ "[notes]", "[secrets]\n[notes]", "8", "[secrets]" },
	};

	(void)data;
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_auto(GStrv) parts = g_strsplit(SMALL, rows[i].good, 2);
		g_autofree gchar *text = g_strjoinv(rows[i].bad, parts);
		g_autoptr(GError) error = NULL;

		g_assert_null(load_text(fixture, text, &error));
		g_assert_error(error, TF_ERROR, TF_ERROR_PROFILE_INVALID);
		g_assert_true(g_str_has_suffix(tf_error_arguments(error)[0], "/tokens/x.profile"));
		g_assert_cmpstr(tf_error_arguments(error)[1], ==, rows[i].line);
		g_assert_cmpstr(tf_error_arguments(error)[2], ==, rows[i].where);
	}
}

static void test_an_identity_card_is_never_formatted(ProfileFolder *fixture, gconstpointer data)
{
	const gchar *const text = "[family]\nTitle=t\nVerified=no\nTarget=never\n[match]\nModel=m\n[format]\n"
				  "Method=init-token\n[notes]\nText=n\n";
	g_autoptr(GError) error = NULL;

	(void)data;
	g_assert_null(load_text(fixture, text, &error));
	g_assert_error(error, TF_ERROR, TF_ERROR_PROFILE_INVALID);
}

static void test_a_missing_profile_is_said(void)
{
	g_autofree gchar *directory = profile_folder_shipped();
	g_autoptr(GError) error = NULL;

	g_assert_null(tf_token_profile_load("no-such-token", directory, &error));
	g_assert_error(error, TF_ERROR, TF_ERROR_PROFILE_MISSING);
}

static void add(const gchar *path, void (*test)(ProfileFolder *fixture, gconstpointer data))
{
	g_test_add(path, ProfileFolder, "tokens", profile_folder_set_up, test, profile_folder_tear_down);
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/token-profile/the shipped families speak both languages",
		test_shipped_families_speak_both_languages);
	g_test_add_func("/token-profile/no shipped family claims to have been seen on hardware",
		test_no_shipped_family_claims_hardware);
	g_test_add_func("/token-profile/MyEID is told in full", test_myeid_is_told_in_full);
	g_test_add_func("/token-profile/key sizes are held against the list",
		test_key_sizes_are_held_against_the_list);
	g_test_add_func("/token-profile/the identity card is no target", test_the_identity_card_is_no_target);
	add("/token-profile/absent fields have their defaults", test_absent_fields_have_their_defaults);
	add("/token-profile/bad values are refused with their line", test_bad_values_are_refused);
	add("/token-profile/an identity card is never formatted", test_an_identity_card_is_never_formatted);
	g_test_add_func("/token-profile/a missing profile is said", test_a_missing_profile_is_said);

	return g_test_run();
}
