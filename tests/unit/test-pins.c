/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "batch/pins.h"

#include <string.h>

#include "base/error.h"
#include "profile-folder.h"

#define CAMPAIGN                                                                                             \
	"[campaign]\nTitle=t\nTimeZone=Asia/Tokyo\n[number]\nLabel=l\n[mail]\nTo=a@b.example\nSubject=s\n"   \
	"Body=b\nLanguage=ja\n[contact]\nText=c\n"

static TfTokenProfile *family_named(const gchar *name)
{
	g_autofree gchar *directory = profile_folder_shipped();
	g_autoptr(GError) error = NULL;
	TfTokenProfile *family = tf_token_profile_load(name, directory, &error);

	g_assert_no_error(error);

	return family;
}

static TfCampaign *campaign_with(const ProfileFolder *folder, const gchar *more)
{
	g_autofree gchar *text = g_strconcat(CAMPAIGN, more, NULL);
	g_autofree gchar *path = profile_folder_write(folder, "x.profile", text);
	g_autoptr(GError) error = NULL;
	TfCampaign *campaign = tf_campaign_load_file(path, &error);

	g_assert_no_error(error);

	return campaign;
}

static TfPins *drawn(const TfCampaign *campaign, const TfTokenProfile *family)
{
	g_autoptr(GError) error = NULL;
	TfPins *pins = tf_pins_draw(campaign, family, &error);

	g_assert_no_error(error);

	return pins;
}

static void assert_digits(const TfSecret *secret, gsize n)
{
	g_assert_nonnull(secret);
	g_assert_cmpuint(tf_secret_length(secret), ==, n);
	for (gsize i = 0; i < n; i++)
		g_assert_true(g_ascii_isdigit(tf_secret_peek(secret)[i]));
}

static void test_draws_eight_digits(void)
{
	g_autoptr(TfPins) pins = drawn(NULL, NULL);

	assert_digits(pins->user, 8);
	assert_digits(pins->so, 8);
	g_assert_null(pins->puk);
	g_assert_null(pins->so_puk);
	g_assert_null(pins->token_serial);
}

static void test_draws_what_the_family_has(void)
{
	g_autoptr(TfTokenProfile) card = family_named("myeid-opensc");
	g_autoptr(TfTokenProfile) software = family_named("softhsm2");
	g_autoptr(TfPins) of_card = drawn(NULL, card);
	g_autoptr(TfPins) of_software = drawn(NULL, software);

	assert_digits(of_card->user, 8);
	assert_digits(of_card->so, 8);
	assert_digits(of_card->puk, 8);
	assert_digits(of_card->so_puk, 8);
	assert_digits(of_software->user, 8);
	assert_digits(of_software->so, 16);
	g_assert_null(of_software->puk);
	g_assert_null(of_software->so_puk);
}

static void test_campaign_rules_the_user_pin(ProfileFolder *folder, gconstpointer data)
{
	g_autoptr(TfTokenProfile) card = family_named("myeid-opensc");
	g_autoptr(TfCampaign) four = campaign_with(folder, "[pins]\nUserDigits=4\n");
	g_autoptr(TfPins) pins = drawn(four, card);

	(void)data;
	assert_digits(pins->user, 4);
	assert_digits(pins->so, 8);
}

static void test_no_length_is_left(ProfileFolder *folder, gconstpointer data)
{
	g_autoptr(TfTokenProfile) card = family_named("myeid-opensc");
	g_autoptr(TfCampaign) nine = campaign_with(folder, "[pins]\nUserDigits=9\n");
	g_autoptr(GError) error = NULL;

	(void)data;
	g_assert_null(tf_pins_draw(nine, card, &error));
	g_assert_error(error, TF_ERROR, TF_ERROR_USAGE);
}

static gboolean is_run(const TfSecret *pin, gint step)
{
	const guint8 *digits = tf_secret_peek(pin);

	for (gsize i = 1; i < tf_secret_length(pin); i++) {
		if (digits[i] - digits[i - 1] != step)
			return FALSE;
	}

	return TRUE;
}

/* Of four digits one PIN in 330 would be a pattern: among 20,000 there would be some 60. */
static void test_patterns_and_fairness(ProfileFolder *folder, gconstpointer data)
{
	g_autoptr(TfCampaign) four = campaign_with(folder, "[pins]\nUserDigits=4\n");
	guint counts[10] = { 0 };

	(void)data;
	for (guint n = 0; n < 20000; n++) {
		g_autoptr(TfPins) pins = drawn(four, NULL);

		g_assert_false(is_run(pins->user, 0) || is_run(pins->user, 1) || is_run(pins->user, -1));
		for (gsize i = 0; i < 8; i++)
			counts[tf_secret_peek(pins->so)[i] - '0']++;
	}
	/* 160,000 digits: 16,000 of each, standard deviation 120. A byte modulo ten would be off by 250. */
	for (gsize i = 0; i < 10; i++) {
		g_assert_cmpuint(counts[i], >, 16000 - 1200);
		g_assert_cmpuint(counts[i], <, 16000 + 1200);
	}
}

static TfSecret *secret(const gchar *text)
{
	return tf_secret_new_copy(text, strlen(text));
}

static gboolean is(const TfSecret *found, const gchar *expected)
{
	if (found == NULL || expected == NULL)
		return found == NULL && expected == NULL;

	return tf_secret_length(found) == strlen(expected) &&
	       memcmp(tf_secret_peek(found), expected, strlen(expected)) == 0;
}

static TfPins *all_four(void)
{
	TfPins *pins = g_new0(TfPins, 1);

	pins->user = secret("1111");
	pins->so = secret("2222");
	pins->puk = secret("3333");
	pins->so_puk = secret("4444");

	return pins;
}

static void test_texts(void)
{
	g_autoptr(TfPins) pins = all_four();
	g_autoptr(TfSecret) resume = tf_pins_write(pins, "00012345", FALSE, NULL);
	g_autoptr(TfSecret) escrow = NULL;

	pins->token_serial = g_strdup("A1");
	escrow = tf_pins_write(pins, "00012345", TRUE, NULL);

	g_assert_true(is(
		resume, "tokenferry-pins 1\nnumber 00012345\nuser 1111\nso 2222\npuk 3333\nso-puk 4444\n"));
	g_assert_true(
		is(escrow, "tokenferry-pins 1\nnumber 00012345\ntoken A1\nso 2222\npuk 3333\nso-puk 4444\n"));
}

static void test_reads_back(void)
{
	g_autoptr(TfPins) pins = all_four();
	g_autoptr(TfSecret) text = NULL;
	g_autoptr(TfPins) again = NULL;
	g_autofree gchar *number = NULL;

	pins->token_serial = g_strdup("A1 ２");
	text = tf_pins_write(pins, "東京 12", FALSE, NULL);
	again = tf_pins_read(text, "東京 12", "1.p7m", NULL);
	number = tf_pins_number(text);

	g_assert_nonnull(again);
	g_assert_true(is(again->user, "1111") && is(again->so, "2222"));
	g_assert_true(is(again->puk, "3333") && is(again->so_puk, "4444"));
	g_assert_cmpstr(again->token_serial, ==, "A1 ２");
	g_assert_cmpstr(number, ==, "東京 12");
}

static void test_another_members(void)
{
	g_autoptr(TfPins) pins = all_four();
	g_autoptr(TfSecret) text = tf_pins_write(pins, "00012345", FALSE, NULL);
	g_autoptr(TfPins) any = tf_pins_read(text, NULL, "1.p7m", NULL);
	g_autoptr(GError) error = NULL;

	g_assert_nonnull(any);
	g_assert_null(tf_pins_read(text, "00012346", "1.p7m", &error));
	g_assert_error(error, TF_ERROR, TF_ERROR_ENVELOPE_UNREADABLE);
	g_assert_cmpstr(tf_error_arguments(error)[0], ==, "1.p7m");
}

static void test_no_such_text(void)
{
	static const gchar head[] = "tokenferry-pins 1\nnumber 1\n";
	static const gchar *const whole[] = { "", "\n", "tokenferry-pins 1\n",
		"tokenferry-pins 2\nnumber 1\n", "tokenferry-pins 1\nuser 1111\nnumber 1\n",
		"tokenferry-pins 1\nnumber 1", "tokenferry-pins 1\nnumber \xff\n",
		"tokenferry-pins 1\nnumber \n" };
	static const gchar *const lines[] = { "so\n", "so \n", "so 12a4\n", "so 1111", "so 1111\r\n", "\n",
		"pin 1111\n", "so 1\nso 1\n", "token A\ntoken A\n", "token \xff\n", "number 1\n",
		"so 11111111111111111111111111111111111111111111111111111111111111111\n" };

	for (gsize i = 0; i < G_N_ELEMENTS(whole); i++) {
		g_autoptr(TfSecret) text = secret(whole[i]);

		g_assert_null(tf_pins_read(text, NULL, "1.p7m", NULL));
	}
	for (gsize i = 0; i < G_N_ELEMENTS(lines); i++) {
		g_autofree gchar *all = g_strconcat(head, lines[i], NULL);
		g_autoptr(TfSecret) text = secret(all);
		g_autoptr(GError) error = NULL;

		g_assert_null(tf_pins_read(text, "1", "1.p7m", &error));
		g_assert_error(error, TF_ERROR, TF_ERROR_ENVELOPE_UNREADABLE);
	}
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/pins/a token nobody knows gets eight digits each", test_draws_eight_digits);
	g_test_add_func("/pins/a family's token gets the PINs that it has", test_draws_what_the_family_has);
	g_test_add("/pins/the campaign says how long the user PIN is", ProfileFolder, "campaigns",
		profile_folder_set_up, test_campaign_rules_the_user_pin, profile_folder_tear_down);
	g_test_add("/pins/a campaign that the family cannot follow is refused", ProfileFolder, "campaigns",
		profile_folder_set_up, test_no_length_is_left, profile_folder_tear_down);
	g_test_add("/pins/no user PIN is a pattern, and no digit is favoured", ProfileFolder, "campaigns",
		profile_folder_set_up, test_patterns_and_fairness, profile_folder_tear_down);
	g_test_add_func("/pins/the escrow has all but the user PIN", test_texts);
	g_test_add_func("/pins/what was written is read", test_reads_back);
	g_test_add_func("/pins/those of another member are refused", test_another_members);
	g_test_add_func("/pins/what is no such text is refused", test_no_such_text);

	return g_test_run();
}
