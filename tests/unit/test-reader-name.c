/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/error.h"
#include "token/reader.h"

#define TEN	"0123456789"
#define HUNDRED TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN

/* The last one fills MAX_READERNAME, the last hostile one is a character too long. */
static const gchar *const safe_names[] = {
	"ACS ACR39U ICC Reader 00 00",
	"Yubico YubiKey OTP+FIDO+CCID 01 00",
	"Alcor Micro AU9560 [Smart Card, (Interface)] 00 00",
	"it's 100% = fine? <|>~`^ 00 00",
	(HUNDRED "012345678901234567890 00 00"),
};

static const gchar *const hostile_names[] = {
	"",
	"R\" 00 00",
	"R\\ 00 00",
	"R{ 00 00",
	"R} 00 00",
	"R; 00 00",
	"R# 00 00",
	"R\n 00 00",
	"R\t 00 00",
	"R\x1b[2J 00 00",
	"R\x7f 00 00",
	"R\xc2\x9b 00 00",
	"R\xe2\x80\xae 00 00",
	"\xe3\x83\xaa\xe3\x83\xbc\xe3\x83\x80\xe3\x83\xbc 00 00",
	"R\xff 00 00",
	(HUNDRED "0123456789012345678901 00 00"),
};

static void safe(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(safe_names); i++)
		g_assert_true(tf_reader_name_is_safe(safe_names[i]));
}

static void hostile(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(hostile_names); i++)
		g_assert_false(tf_reader_name_is_safe(hostile_names[i]));
}

static void each_byte(void)
{
	guint n_safe = 0;

	for (guint byte = 1; byte <= G_MAXUINT8; byte++) {
		const gchar name[] = { 'R', (gchar)byte, '\0' };

		n_safe += tf_reader_name_is_safe(name);
	}

	g_assert_cmpuint(n_safe, ==, '~' - ' ' + 1 - 6);
}

static void one_among_others(void)
{
	TfReader readers[] = { { .name = (gchar *)"Station 1 00 00" }, { .name = (gchar *)"R; 00 00" } };
	g_autoptr(GPtrArray) list = g_ptr_array_new();
	g_autoptr(GError) error = NULL;

	g_ptr_array_add(list, &readers[0]);
	g_assert_true(tf_readers_check(list, &error));
	g_ptr_array_add(list, &readers[1]);

	g_assert_false(tf_readers_check(list, &error));

	g_assert_error(error, TF_ERROR, TF_ERROR_READER_HOSTILE);
	g_assert_cmpstr(tf_error_arguments(error)[0], ==, "R; 00 00");
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);

	g_test_add_func("/reader-name/names of real readers are safe", safe);
	g_test_add_func("/reader-name/what could end a string or turn a terminal is hostile", hostile);
	g_test_add_func("/reader-name/of all bytes only printable ASCII without six is safe", each_byte);
	g_test_add_func("/reader-name/one hostile reader among others stops all", one_among_others);

	return g_test_run();
}
