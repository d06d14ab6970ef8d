/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "base/error.h"
#include "base/secret.h"
#include "profile-folder.h"
#include "profile/campaign.h"
#include "record/facts.h"

#define SMALL                                                                                                \
	"[campaign]\nTitle=t\nTimeZone=Asia/Tokyo\n[number]\nLabel=l\n[mail]\nTo=a@b.example\nSubject=s\n"   \
	"Body=b\nLanguage=ja\n[contact]\nText=c\n"

static TfCampaign *load_text(const ProfileFolder *fixture, const gchar *text, GError **error)
{
	g_autofree gchar *path = profile_folder_write(fixture, "x.profile", text);

	return tf_campaign_load_file(path, error);
}

static TfCampaign *shipped(const gchar *name)
{
	g_autofree gchar *directory = profile_folder_shipped();
	g_autoptr(GError) error = NULL;
	TfCampaign *campaign = tf_campaign_load(name, directory, &error);

	g_assert_no_error(error);

	return campaign;
}

static gint64 seconds_of(const gchar *text)
{
	gint64 seconds = 0;

	g_assert_true(tf_time_from_text(text, &seconds));

	return seconds;
}

static gboolean fits(const TfCampaign *campaign, const gchar *from, const gchar *to)
{
	gint64 expected = 0;

	return tf_campaign_fits_validity(campaign, seconds_of(from), seconds_of(to), &expected);
}

static void test_the_round_of_2014(void)
{
	g_autoptr(TfCampaign) campaign = shipped("sharoushi-2014");

	g_assert_cmpstr(tf_campaign_name(campaign), ==, "sharoushi-2014");
	g_assert_true(tf_campaign_is_historical(campaign));
	g_assert_cmpstr(tf_campaign_issuer(campaign), ==, "SECOM Passport for G-ID");
	g_assert_cmpstr(tf_campaign_deadline(campaign), ==, "2014-05-09");
	g_assert_cmpstr(tf_campaign_number_label(campaign, "ja"), ==, "社労士登録番号(8ケタ)");
	g_assert_cmpuint(tf_campaign_number_digits(campaign), ==, 8);
	g_assert_cmpstr(tf_campaign_mail_subject(campaign), ==, "再インポート完了連絡");
	g_assert_cmpstr(tf_campaign_mail_body(campaign), ==,
		"ウイルス対策と再インポートが完了しましたので、ご連絡いたします。");
	g_assert_true(g_str_has_suffix(tf_campaign_mail_to(campaign), ".example"));
	g_assert_cmpstr(tf_campaign_route(campaign, "ja"), ==, "連合会 → 都道府県会 → 支部");
}

static void test_shipped_campaigns_speak_both_languages(void)
{
	const gchar *const names[] = { "sharoushi-2014", "demo" };

	for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autoptr(TfCampaign) campaign = shipped(names[i]);

		g_assert_cmpstr(tf_campaign_title(campaign, "ja"), !=, tf_campaign_title(campaign, "en"));
		g_assert_cmpstr(tf_campaign_contact(campaign, "ja"), !=, tf_campaign_contact(campaign, "en"));
		g_assert_cmpstr(tf_campaign_advice(campaign, TF_ADVICE_LOST_PAPER, "ja"), !=,
			tf_campaign_advice(campaign, TF_ADVICE_LOST_PAPER, "en"));
	}
}

static void test_validity_is_counted_by_the_day(void)
{
	g_autoptr(TfCampaign) campaign = shipped("sharoushi-2014");

	/* 1 June 2013 to 31 May 2018, by the clock of Tokyo. */
	g_assert_true(fits(campaign, "2013-06-01T01:23:45Z", "2018-05-31T14:59:59Z"));
	g_assert_true(fits(campaign, "2013-05-31T15:00:00Z", "2018-05-30T15:00:00Z"));
	g_assert_false(fits(campaign, "2013-06-01T01:23:45Z", "2018-05-31T15:00:00Z"));
	g_assert_false(fits(campaign, "2013-06-01T01:23:45Z", "2018-06-01T01:23:45Z"));
	g_assert_false(fits(campaign, "2013-06-01T01:23:45Z", "2016-05-31T14:59:59Z"));
}

static void test_validity_from_29_february(void)
{
	g_autoptr(TfCampaign) campaign = shipped("sharoushi-2014");

	g_assert_true(fits(campaign, "2012-02-29T01:00:00Z", "2017-02-27T14:59:59Z"));
	g_assert_true(fits(campaign, "2012-02-29T01:00:00Z", "2017-02-28T14:59:59Z"));
	g_assert_false(fits(campaign, "2012-02-29T01:00:00Z", "2017-03-01T01:00:00Z"));
}

static void test_validity_says_what_was_expected(void)
{
	g_autoptr(TfCampaign) campaign = shipped("sharoushi-2014");
	gint64 expected = 0;

	g_assert_false(tf_campaign_fits_validity(
		campaign, seconds_of("2013-06-01T01:23:45Z"), seconds_of("2015-06-01T01:23:45Z"), &expected));

	g_assert_cmpint(expected, ==, seconds_of("2018-05-31T14:59:59Z"));
}

static void test_validity_survives_absurd_times(void)
{
	g_autoptr(TfCampaign) campaign = shipped("sharoushi-2014");
	gint64 expected = 0;

	g_assert_false(tf_campaign_fits_validity(campaign, G_MININT64, G_MAXINT64, &expected));
	g_assert_false(fits(campaign, "9999-01-01T00:00:00Z", "9999-12-31T23:59:59Z"));
}

static void test_no_rule_takes_any_validity(void)
{
	g_autoptr(TfCampaign) campaign = shipped("demo");

	g_assert_true(fits(campaign, "2013-06-01T01:23:45Z", "2013-06-02T01:23:45Z"));
}

static void test_number_has_its_digits(void)
{
	g_autoptr(TfCampaign) campaign = shipped("sharoushi-2014");
	const gchar *const bad[] = { "", "1234567", "123456789", "1234567a", " 12345678", "12345678\n",
		"１２３４５６７８" };

	g_assert_true(tf_campaign_check_number(campaign, "00012345", NULL));
	for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_autoptr(GError) error = NULL;

		g_assert_false(tf_campaign_check_number(campaign, bad[i], &error));
		g_assert_error(error, TF_ERROR, TF_ERROR_NUMBER_FORMAT);
	}
}

static void test_number_without_rule_is_printable(ProfileFolder *fixture, gconstpointer data)
{
	g_autoptr(TfCampaign) campaign = load_text(fixture, SMALL, NULL);
	g_autofree gchar *long_number = g_strnfill(33, '1');

	(void)data;
	g_assert_true(tf_campaign_check_number(campaign, "A-12/東京", NULL));
	g_assert_false(tf_campaign_check_number(campaign, "", NULL));
	g_assert_false(tf_campaign_check_number(campaign, "1\r\nBcc: x", NULL));
	g_assert_false(tf_campaign_check_number(campaign, "\xff", NULL));
	g_assert_false(tf_campaign_check_number(campaign, long_number, NULL));
}

static void test_issuer_is_matched(void)
{
	g_autofree gchar *directory = profile_folder_shipped();
	g_autoptr(GError) error = NULL;
	g_autoptr(TfCampaign) campaign = NULL;
	g_autoptr(TfCampaign) none = NULL;

	campaign = tf_campaign_match(
		"CN=SECOM Passport for G-ID,C=JP", "SECOM Passport for G-ID", directory, &error);
	none = tf_campaign_match("CN=SECOM Passport", "SECOM Passport", directory, &error);

	g_assert_no_error(error);
	g_assert_cmpstr(tf_campaign_name(campaign), ==, "sharoushi-2014");
	g_assert_null(none);
}

static void test_two_matches_are_none(ProfileFolder *fixture, gconstpointer data)
{
	g_autofree gchar *one =
		profile_folder_write(fixture, "1.profile", SMALL "[certificate]\nIssuer=CA\n");
	g_autofree gchar *two =
		profile_folder_write(fixture, "2.profile", SMALL "[certificate]\nIssuer=CA\n");
	g_autofree gchar *any = profile_folder_write(fixture, "3.profile", SMALL);
	g_autoptr(GError) error = NULL;

	(void)data;
	g_assert_true(one != NULL && two != NULL && any != NULL);
	g_assert_null(tf_campaign_match("CN=CA", "CA", fixture->root, &error));
	g_assert_no_error(error);
	g_assert_null(tf_campaign_match("CN=Other", "Other", fixture->root, &error));
	g_assert_no_error(error);
}

static void test_broken_profile_stops_the_match(ProfileFolder *fixture, gconstpointer data)
{
	g_autofree gchar *path = profile_folder_write(fixture, "1.profile", "[campaign]\n");
	g_autoptr(GError) error = NULL;

	(void)data;
	g_assert_nonnull(path);
	g_assert_null(tf_campaign_match("CN=CA", "CA", fixture->root, &error));
	g_assert_error(error, TF_ERROR, TF_ERROR_PROFILE_INVALID);
}

static void test_missing_profile_is_said(ProfileFolder *fixture, gconstpointer data)
{
	g_autoptr(GError) error = NULL;

	(void)data;
	g_assert_null(tf_campaign_load("../../etc/passwd", fixture->root, &error));
	g_assert_error(error, TF_ERROR, TF_ERROR_PROFILE_MISSING);
}

static void test_issuer_without_common_name_is_compared_whole(ProfileFolder *fixture, gconstpointer data)
{
	g_autoptr(TfCampaign) campaign = load_text(fixture, SMALL "[certificate]\nIssuer=O=Org,C=JP\n", NULL);

	(void)data;
	g_assert_true(tf_campaign_fits_issuer(campaign, "O=Org,C=JP", ""));
	g_assert_false(tf_campaign_fits_issuer(campaign, "O=Org,C=JP", "Org"));
}

/* Each row is put in the place of a good line. */
static void test_bad_values_are_refused(ProfileFolder *fixture, gconstpointer data)
{
	const struct {
		const gchar *good;
		const gchar *bad;
	} rows[] = {
		{ "Asia/Tokyo", "Asia/Nowhere" },
		{ "a@b.example", "a@b" },
		{ "a@b.example", "a@b.example, c@d.example" },
		{ "a@b.example", "A <a@b.example>" },
		{ "a@b.example", "a@b.example\\nBcc: c@d.example" },
		{ "a@b.example", "\"a b\"@b.example" },
		{ "a@b.example", "@b.example" },
		{ "Language=ja", "Language=../x" },
		{ "Subject=s", "Subject=s\\r\\nBcc: c@d.example" },
		{ "[contact]", "[certificate]\nValidityDays=-1\n[contact]" },
		{ "[contact]", "[pins]\nUserDigits=3\n[contact]" },
		{ "[contact]", "[pins]\nUserDigits=13\n[contact]" },
		{ "[contact]", "[escrow]\nFingerprint=00112233\n[contact]" },
		{ "[contact]",
			"[escrow]\nFingerprint="
			"00112233445566778899aabbccddeeff00112233445566778899AABBCCDDEEFG\n[contact]" },
		{ "Title=t\n", "" },
		{ "Title=t\n", "Title=t\nDeadline=9 May 2014\n" },
	};

	(void)data;
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_auto(GStrv) parts = g_strsplit(SMALL, rows[i].good, 2);
		g_autofree gchar *text = g_strjoinv(rows[i].bad, parts);
		g_autoptr(GError) error = NULL;

		g_assert_null(load_text(fixture, text, &error));
		g_assert_error(error, TF_ERROR, TF_ERROR_PROFILE_INVALID);
	}
}

static void test_case_without_advice_is_null(ProfileFolder *fixture, gconstpointer data)
{
	g_autoptr(TfCampaign) campaign = load_text(fixture, SMALL, NULL);

	(void)data;
	g_assert_null(tf_campaign_advice(campaign, TF_ADVICE_STOLEN_KEY, "ja"));
	g_assert_null(tf_campaign_issuer(campaign));
	g_assert_null(tf_campaign_deadline(campaign));
	g_assert_false(tf_campaign_is_historical(campaign));
}

static void test_rules_of_a_batch(ProfileFolder *fixture, gconstpointer data)
{
	static const gchar digits[] = "00112233445566778899aabbccddeeff00112233445566778899AABBCCDDEEFF";
	g_autofree gchar *text =
		g_strconcat(SMALL "[pins]\nUserDigits=6\n[escrow]\nFingerprint=", digits, "\n", NULL);
	g_autoptr(TfCampaign) campaign = load_text(fixture, text, NULL);

	(void)data;
	g_assert_nonnull(campaign);
	g_assert_cmpuint(tf_campaign_user_pin_digits(campaign), ==, 6);
	g_assert_cmpstr(tf_campaign_escrow_fingerprint(campaign), ==, digits);
}

static void test_no_rules_of_a_batch(ProfileFolder *fixture, gconstpointer data)
{
	g_autoptr(TfCampaign) campaign = load_text(fixture, SMALL, NULL);

	(void)data;
	g_assert_cmpuint(tf_campaign_user_pin_digits(campaign), ==, 0);
	g_assert_null(tf_campaign_escrow_fingerprint(campaign));
}

static void add(const gchar *path, void (*test)(ProfileFolder *fixture, gconstpointer data))
{
	g_test_add(path, ProfileFolder, "campaigns", profile_folder_set_up, test, profile_folder_tear_down);
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/campaign/the round of 2014 is that of the guide", test_the_round_of_2014);
	g_test_add_func("/campaign/the shipped campaigns speak both languages",
		test_shipped_campaigns_speak_both_languages);
	g_test_add_func(
		"/campaign/validity is counted by the day in Tokyo", test_validity_is_counted_by_the_day);
	g_test_add_func(
		"/campaign/validity from 29 February has two right ends", test_validity_from_29_february);
	g_test_add_func("/campaign/validity says what was expected", test_validity_says_what_was_expected);
	g_test_add_func("/campaign/validity survives absurd times", test_validity_survives_absurd_times);
	g_test_add_func("/campaign/without a rule any validity fits", test_no_rule_takes_any_validity);
	g_test_add_func("/campaign/a number has its digits", test_number_has_its_digits);
	add("/campaign/a number without a rule is printable", test_number_without_rule_is_printable);
	g_test_add_func("/campaign/the issuer of a certificate finds its campaign", test_issuer_is_matched);
	add("/campaign/two campaigns that match are none", test_two_matches_are_none);
	add("/campaign/a broken profile stops the match", test_broken_profile_stops_the_match);
	add("/campaign/a missing profile is said", test_missing_profile_is_said);
	add("/campaign/an issuer without common name is compared whole",
		test_issuer_without_common_name_is_compared_whole);
	add("/campaign/bad values are refused", test_bad_values_are_refused);
	add("/campaign/it rules the PINs and the escrow of a batch", test_rules_of_a_batch);
	add("/campaign/without those rules it has none", test_no_rules_of_a_batch);
	add("/campaign/a case without advice is NULL", test_case_without_advice_is_null);

	return g_test_run();
}
