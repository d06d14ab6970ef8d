/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A letter is printed in this process, whose memory is then searched for the PIN in each of the forms that
 * the page has it in. */
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>

#include "base/file.h"
#include "fixtures.h"
#include "letter-press-private.h"
#include "letter-world.h"
#include "memory.h"

#define N_DIGITS 16

/* Four digits are few: the number, the year and the token of the usual letter stay in memory. */
static gboolean is_on_page(const guint8 *group)
{
	static const gchar page[] = "12345678 2026 0001";

	return memmem(page, sizeof page, group, 4) != NULL;
}

/* Drawn here, so that neither the program nor its data holds it. */
static TfSecret *draw_pin(void)
{
	TfSecret *pin = NULL;

	do {
		g_clear_pointer(&pin, tf_secret_free);
		pin = tf_secret_new_random(N_DIGITS);
		g_assert_nonnull(pin);
		for (gsize i = 0; i < N_DIGITS; i++)
			tf_secret_buffer(pin)[i] = (guint8)('0' + tf_secret_peek(pin)[i] % 10);
	} while (is_on_page(tf_secret_peek(pin)) || is_on_page(tf_secret_peek(pin) + N_DIGITS - 4));

	return pin;
}

/* Four hexadecimal digits for each: its UTF-16 code ('base' 0x30), its code in the letter's font ('base' 1).
 */
static TfSecret *in_hexadecimal(const TfSecret *pin, guint base)
{
	static const gchar digits[] = "0123456789ABCDEF";
	TfSecret *text = tf_secret_new((gsize)4 * N_DIGITS);

	g_assert_nonnull(text);
	for (gsize i = 0; i < N_DIGITS; i++) {
		guint code = base + tf_secret_peek(pin)[i] - '0';

		g_assert_true(tf_secret_append(text, "00", 2));
		g_assert_true(tf_secret_append(text, &digits[code >> 4], 1));
		g_assert_true(tf_secret_append(text, &digits[code & 15], 1));
	}

	return text;
}

static void print(TfLetterPress *press, const TfSecret *pin)
{
	g_autoptr(GVariant) body = g_variant_ref_sink(tf_letter_body(&tf_letter_usual));
	g_autofree gchar *directory = tf_fixture_directory();
	TF_AUTO_FD int fd = g_open(directory, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	TfLetterContents contents;
	g_autoptr(GError) error = NULL;

	g_assert_true(tf_letter_contents_read(body, &contents, NULL));
	(void)tf_letter_press_print(press, &contents, pin, fd, &error);
	g_assert_no_error(error);
	tf_fixture_remove(directory);
}

static void test_a_letter_leaves_no_pin_in_memory(void)
{
	g_autoptr(TfLetterPress) press = tf_letter_press_new(NULL);
	g_autoptr(TfSecret) pin = draw_pin(), utf16 = in_hexadecimal(pin, '0'),
			    codes = in_hexadecimal(pin, 1);
	const TfNeedle needles[] = {
		tf_needle_new("PIN", tf_secret_peek(pin), N_DIGITS),
		tf_needle_new("PIN in UTF-16", tf_secret_peek(utf16), (gsize)4 * N_DIGITS),
		tf_needle_new("first group", tf_secret_peek(codes), 16),
		tf_needle_new("last group", tf_secret_peek(codes) + (gsize)3 * 16, 16),
	};
	gsize searched = 0;

	g_assert_nonnull(press);
	for (gsize i = 0; i < G_N_ELEMENTS(needles); i++)
		g_assert_cmpuint(tf_memory_count(&needles[i], &searched), >, 0);
	g_clear_pointer(&utf16, tf_secret_free);
	g_clear_pointer(&codes, tf_secret_free);
	print(press, pin);
	g_clear_pointer(&pin, tf_secret_free);

	for (gsize i = 0; i < G_N_ELEMENTS(needles); i++) {
		g_test_message("%s", needles[i].name);
		g_assert_cmpuint(tf_memory_count(&needles[i], &searched), ==, 0);
	}
	g_assert_cmpuint(searched, >, 1u << 20);
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	g_test_add_func(
		"/residue-letter/a letter leaves no PIN in memory", test_a_letter_leaves_no_pin_in_memory);

	return g_test_run();
}
