/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "letter-press-private.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "fixtures.h"
#include "letter-world.h"

#define PIN "31415926"

/* The font is loaded once for all tests of this file. */
typedef struct Shop {
	TfLetterPress *press;
	gchar *directory;
	gchar *path;
} Shop;

static gboolean print_with(Shop *shop, const TfLetter *letter, const gchar *pin, GError **error)
{
	g_autoptr(GVariant) body = g_variant_ref_sink(tf_letter_body(letter));
	g_autoptr(TfSecret) secret = tf_secret_new_copy(pin, strlen(pin));
	TF_AUTO_FD int fd = g_open(shop->path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	TfLetterContents contents;

	g_assert_cmpint(fd, >=, 0);

	return tf_letter_contents_read(body, &contents, error) &&
	       tf_letter_press_print(shop->press, &contents, secret, fd, error);
}

static void print(Shop *shop, const TfLetter *letter)
{
	g_autoptr(GError) error = NULL;

	(void)print_with(shop, letter, PIN, &error);
	g_assert_no_error(error);
}

static void refuse(Shop *shop, const TfLetter *letter, const gchar *pin)
{
	g_autoptr(GError) error = NULL;

	g_assert_false(print_with(shop, letter, pin, &error));
	g_assert_error(error, TF_ERROR, TF_ERROR_LETTER_FAILED);
}

#define CONTAINS(text, part) g_assert_nonnull(strstr(text, part))
#define LACKS(text, part)    g_assert_null(strstr(text, part))

static void test_says_whose_pin_it_is(gconstpointer data)
{
	Shop *shop = (gpointer)data;
	g_autofree gchar *text = NULL;

	print(shop, &tf_letter_usual);

	text = tf_letter_read(shop->path);
	CONTAINS(text, "社労士登録番号(8ケタ)Tokenferryデモ");
	CONTAINS(text, "トークンの暗証番号のお知らせ");
	CONTAINS(text, "12345678髙橋太郎様2026年1月1日TF-000100a1b2c3" PIN);
	CONTAINS(text, "「お知らせの紙のPINコード」とは別");
	CONTAINS(text, "tokenferrypinchange");
	CONTAINS(text, "tokenferrysweep");
	CONTAINS(text, "お問い合わせ先連合会の窓口にお問い合わせください。電話は平日のみです。");
}

static void test_speaks_english(gconstpointer data)
{
	Shop *shop = (gpointer)data;
	TfLetter letter = tf_letter_usual;
	g_autofree gchar *text = NULL;

	letter.language = "en";
	letter.number_label = letter.contact = letter.campaign_title = NULL;
	letter.token_label = letter.token_serial = letter.time_zone = NULL;
	print(shop, &letter);

	text = tf_letter_read(shop->path);
	CONTAINS(text, "Registrationnumber");
	CONTAINS(text, "1January2026");
	CONTAINS(text, "Youarenotdoneyet.");
	CONTAINS(text, PIN);
	LACKS(text, "様");
	LACKS(text, "Whomtoask");
}

static void test_is_one_page_that_needs_nothing_else(gconstpointer data)
{
	static const gchar *const fonts_argv[] = { "pdffonts", "{}", NULL };
	static const gchar *const facts_argv[] = { "pdfinfo", "{}", NULL };
	Shop *shop = (gpointer)data;
	g_autofree gchar *fonts = NULL, *facts = NULL;
	g_auto(GStrv) rows = NULL;

	print(shop, &tf_letter_usual);

	facts = tf_letter_ask(shop->path, facts_argv);
	CONTAINS(facts, "Pages:           1\n");
	CONTAINS(facts, "(A4)");
	fonts = tf_letter_ask(shop->path, fonts_argv);
	rows = g_strsplit(g_strchomp(fonts), "\n", -1);
	g_assert_cmpuint(g_strv_length(rows), ==, 4);
	for (guint i = 2; i < 4; i++)
		CONTAINS(rows[i], " yes yes yes "); /* embedded, a subset, with its texts */
}

static void test_names_nobody_in_its_metadata(gconstpointer data)
{
	static const gchar *const facts_argv[] = { "pdfinfo", "{}", NULL };
	Shop *shop = (gpointer)data;
	g_autofree gchar *facts = NULL;

	print(shop, &tf_letter_usual);

	facts = tf_letter_ask(shop->path, facts_argv);
	CONTAINS(facts, "Title:           PIN letter\n");
	CONTAINS(facts, "Thu Jan  1 00:00:00 2026 UTC");
	LACKS(facts, PIN);
	LACKS(facts, "12345678");
	LACKS(facts, "髙橋");
}

static void test_the_same_letter_is_the_same_file(gconstpointer data)
{
	Shop *shop = (gpointer)data;
	TfLetter other = tf_letter_usual;
	g_autofree gchar *first = NULL, *second = NULL;
	gsize first_length = 0, second_length = 0;

	print(shop, &tf_letter_usual);
	g_assert_true(g_file_get_contents(shop->path, &first, &first_length, NULL));
	other.campaign_title = "別の移行";
	print(shop, &other);
	print(shop, &tf_letter_usual);

	g_assert_true(g_file_get_contents(shop->path, &second, &second_length, NULL));
	g_assert_cmpuint(first_length, ==, second_length);
	g_assert_cmpint(memcmp(first, second, first_length), ==, 0);
}

static void test_nothing_of_one_letter_is_in_the_next(gconstpointer data)
{
	Shop *shop = (gpointer)data;
	TfLetter next = tf_letter_usual;
	g_autofree gchar *text = NULL;
	g_autoptr(GError) error = NULL;

	print(shop, &tf_letter_usual);
	next.name = "佐藤 花子";
	next.number = "87654321";
	g_assert_true(print_with(shop, &next, "27182818", &error));

	text = tf_letter_read(shop->path);
	CONTAINS(text, "87654321佐藤花子様");
	CONTAINS(text, "27182818");
	LACKS(text, "髙橋");
	LACKS(text, "12345678");
	LACKS(text, PIN);
}

/* Of every word that is drawn. */
static void assert_all_on_the_page(const gchar *path, double ret_last_line[1])
{
	static const gchar *const argv[] = { "pdftotext", "-bbox", "{}", "-", NULL };
	g_autofree gchar *words = tf_letter_ask(path, argv);
	guint n = 0;

	for (const gchar *at = strstr(words, "<word "); at != NULL; at = strstr(at + 1, "<word "), n++) {
		double x_min = g_ascii_strtod(strstr(at, "xMin=\"") + 6, NULL);
		double y_min = g_ascii_strtod(strstr(at, "yMin=\"") + 6, NULL);
		double x_max = g_ascii_strtod(strstr(at, "xMax=\"") + 6, NULL);
		double y_max = g_ascii_strtod(strstr(at, "yMax=\"") + 6, NULL);

		g_assert_cmpfloat(x_min, >=, 56);
		g_assert_cmpfloat(y_min, >=, 50);
		g_assert_cmpfloat(x_max, <=, 541);
		g_assert_cmpfloat(y_max, <=, 800);
		*ret_last_line = MAX(*ret_last_line, y_max);
	}
	g_assert_cmpuint(n, >, 20);
}

/* 'n' times the same character or text. */
static gchar *times(guint n, const gchar *text)
{
	g_autoptr(GString) result = g_string_new(NULL);

	for (guint i = 0; i < n; i++)
		g_string_append(result, text);

	return g_string_free(g_steal_pointer(&result), FALSE);
}

static void test_long_texts_are_whole_and_on_the_page(gconstpointer data)
{
	Shop *shop = (gpointer)data;
	TfLetter letter = tf_letter_usual;
	g_autofree gchar *wide = times(60, "鬱"), *narrow = times(60, "i"), *word = times(60, "W");
	g_autofree gchar *title = times(200, "題"), *label = times(100, "番"), *contact = times(2000, "問");
	g_autofree gchar *serial = times(64, "f");
	const gchar *const names[] = { wide, narrow, word };

	letter.campaign_title = title;
	letter.number_label = label;
	letter.contact = contact;
	letter.token_label = word;
	letter.token_serial = serial;
	for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autofree gchar *text = NULL;
		double last_line = 0;

		letter.name = names[i];
		print(shop, &letter);

		assert_all_on_the_page(shop->path, &last_line);
		g_assert_cmpfloat(last_line, >, 600);
		text = tf_letter_read(shop->path);
		CONTAINS(text, names[i]);
		CONTAINS(text, title);
		CONTAINS(text, label);
		CONTAINS(text, contact);
		CONTAINS(text, serial);
	}
}

static void test_what_does_not_fit_is_refused(gconstpointer data)
{
	Shop *shop = (gpointer)data;
	TfLetter letter = tf_letter_usual;
	g_autofree gchar *contact = times(300, "問\n"), *name = times(680, "鬱");

	letter.contact = contact;
	refuse(shop, &letter, PIN);

	letter = tf_letter_usual;
	letter.name = name;
	refuse(shop, &letter, PIN);
}

static void test_a_pin_of_any_length_stays_in_its_box(gconstpointer data)
{
	static const gchar *const pins[] = { "1234", "123456", "1234567890123456",
		"12345678901234567890123456789012" };
	Shop *shop = (gpointer)data;

	for (guint i = 0; i < G_N_ELEMENTS(pins); i++) {
		g_autoptr(GError) error = NULL;
		g_autofree gchar *text = NULL;
		double last_line = 0;

		g_assert_true(print_with(shop, &tf_letter_usual, pins[i], &error));

		assert_all_on_the_page(shop->path, &last_line);
		text = tf_letter_read(shop->path);
		CONTAINS(text, pins[i]);
	}
}

static void test_a_pin_that_is_not_digits_is_refused(gconstpointer data)
{
	Shop *shop = (gpointer)data;

	refuse(shop, &tf_letter_usual, "1234567a");
	refuse(shop, &tf_letter_usual, "123");
	refuse(shop, &tf_letter_usual, "123456789012345678901234567890123");
	refuse(shop, &tf_letter_usual, "12345 78");
}

static void test_a_name_is_text_and_no_markup(gconstpointer data)
{
	Shop *shop = (gpointer)data;
	TfLetter letter = tf_letter_usual;
	g_autofree gchar *text = NULL;

	letter.name = "<b>&amp;</b> (Tj) %s {name}";
	letter.token_label = ") /Title (x";
	print(shop, &letter);

	text = tf_letter_read(shop->path);
	CONTAINS(text, "<b>&amp;</b>(Tj)%s{name}様");
	CONTAINS(text, ")/Title(x");
}

static void test_controls_in_a_name_are_shown_and_do_nothing(gconstpointer data)
{
	Shop *shop = (gpointer)data;
	TfLetter letter = tf_letter_usual;
	g_autofree gchar *text = NULL;

	letter.name = "山田\xE2\x80\xAE"
		      "87654321\n様\xFF";
	print(shop, &letter);

	text = tf_letter_read(shop->path);
	CONTAINS(text, "山田\\u{202e}87654321\\u{a}様\\xff様");
}

static void test_a_character_without_a_glyph_is_named(gconstpointer data)
{
	Shop *shop = (gpointer)data;
	TfLetter letter = tf_letter_usual;
	g_autoptr(GError) error = NULL;

	letter.name = "山田 \xF0\x9F\x98\x80 太郎";
	g_assert_false(print_with(shop, &letter, PIN, &error));

	g_assert_error(error, TF_ERROR, TF_ERROR_LETTER_FAILED);
	g_assert_cmpstr(tf_error_arguments(error)[0], ==, "12345678");
	CONTAINS(tf_error_arguments(error)[1], "\xF0\x9F\x98\x80");
}

/* A body that our supervisor would not write. */
static void refuse_body(const gchar *key, const gchar *value)
{
	g_autoptr(GVariant) usual = g_variant_ref_sink(tf_letter_body(&tf_letter_usual));
	GVariantDict dict = G_VARIANT_DICT_INIT(usual);
	g_autoptr(GVariant) body = NULL;
	g_autoptr(GError) error = NULL;
	TfLetterContents contents;

	if (value != NULL)
		g_variant_dict_insert(&dict, key, "s", value);
	else
		g_variant_dict_remove(&dict, key);
	body = g_variant_ref_sink(g_variant_dict_end(&dict));

	g_assert_false(tf_letter_contents_read(body, &contents, &error));
	g_assert_error(error, TF_ERROR, TF_ERROR_LETTER_FAILED);
	g_assert_cmpstr(tf_error_arguments(error)[1], ==, key);
}

static void test_a_body_with_controls_or_gaps_is_refused(void)
{
	g_autofree gchar *endless = times(3000, "x");

	refuse_body("name", "a\nb");
	refuse_body("name", "\xE2\x80\xAE");
	refuse_body("name", endless);
	refuse_body("name", NULL);
	refuse_body("number", NULL);
	refuse_body("date", NULL);
	refuse_body("contact", "a\rb");
}

static void test_a_file_that_cannot_be_written_is_an_error(gconstpointer data)
{
	Shop *shop = (gpointer)data;
	g_autoptr(GVariant) body = g_variant_ref_sink(tf_letter_body(&tf_letter_usual));
	g_autoptr(TfSecret) pin = tf_secret_new_copy(PIN, strlen(PIN));
	TF_AUTO_FD int full = g_open("/dev/full", O_WRONLY | O_CLOEXEC, 0);
	g_autoptr(GError) error = NULL;
	TfLetterContents contents;

	g_assert_true(tf_letter_contents_read(body, &contents, NULL));
	g_assert_false(tf_letter_press_print(shop->press, &contents, pin, full, &error));

	g_assert_error(error, TF_ERROR, TF_ERROR_LETTER_FAILED);
}

typedef struct Case {
	const gchar *name;
	GTestDataFunc run;
} Case;

static const Case cases[] = {
	{ "/letter-press/says whose PIN it is, in Japanese", test_says_whose_pin_it_is },
	{ "/letter-press/speaks English, and leaves out what is not known", test_speaks_english },
	{ "/letter-press/is one page of A4 with its fonts embedded",
		test_is_one_page_that_needs_nothing_else },
	{ "/letter-press/names nobody and no PIN in its metadata", test_names_nobody_in_its_metadata },
	{ "/letter-press/the same letter is the same file", test_the_same_letter_is_the_same_file },
	{ "/letter-press/nothing of one letter is in the next", test_nothing_of_one_letter_is_in_the_next },
	{ "/letter-press/long texts are whole and on the page", test_long_texts_are_whole_and_on_the_page },
	{ "/letter-press/what does not fit is refused", test_what_does_not_fit_is_refused },
	{ "/letter-press/a PIN of any length stays in its box", test_a_pin_of_any_length_stays_in_its_box },
	{ "/letter-press/a PIN that is not digits is refused", test_a_pin_that_is_not_digits_is_refused },
	{ "/letter-press/a name is text and no markup", test_a_name_is_text_and_no_markup },
	{ "/letter-press/controls in a name are shown and do nothing",
		test_controls_in_a_name_are_shown_and_do_nothing },
	{ "/letter-press/a character without a glyph is named", test_a_character_without_a_glyph_is_named },
	{ "/letter-press/a file that cannot be written is an error",
		test_a_file_that_cannot_be_written_is_an_error },
};

int main(int argc, char **argv)
{
	Shop shop = { 0 };
	g_autoptr(GError) error = NULL;
	int status = 0;

	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	shop.press = tf_letter_press_new(&error);
	g_assert_no_error(error);
	shop.directory = tf_fixture_directory();
	shop.path = g_build_filename(shop.directory, "letter.pdf", NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
		g_test_add_data_func(cases[i].name, &shop, cases[i].run);
	g_test_add_func("/letter-press/a body with controls or gaps is refused",
		test_a_body_with_controls_or_gaps_is_refused);
	status = g_test_run();
	tf_letter_press_free(shop.press);
	tf_fixture_remove(shop.directory);
	g_free(shop.directory);
	g_free(shop.path);

	return status;
}
