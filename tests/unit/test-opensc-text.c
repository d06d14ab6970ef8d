/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "opensc-text.h"

#include "base/error.h"
#include "scconf.h"

/* What OpenSC reads, by its own parser, where 'names' are ignored. */
static GStrv read_by_opensc(const gchar *const *names)
{
	g_autoptr(GPtrArray) ignored = g_ptr_array_new();
	g_autoptr(GError) error = NULL;
	g_autofree gchar *text = NULL;

	for (gsize i = 0; names[i] != NULL; i++)
		g_ptr_array_add(ignored, (gpointer)names[i]);
	text = tf_opensc_text(ignored, &error);
	g_assert_no_error(error);

	return tf_scconf_settings(text);
}

static void without_readers(void)
{
	g_auto(GStrv) settings = read_by_opensc((const gchar *const[]){ NULL });
	const gchar *const expected[] = {
		"app default: debug = 0",
		"app default: card_drivers = internal",
		"app default: framework pkcs15: use_file_caching = no",
		"app default: pkcs11: max_virtual_slots = 64",
		"app default: pkcs11: user_pin_unblock_style = set_pin_in_unlogged_session",
		NULL,
	};

	g_assert_cmpstrv(settings, expected);
}

static void with_readers(void)
{
	g_auto(GStrv) settings = read_by_opensc((const gchar *const[]){
		"ACS ACR39U, [CCID] 00 00", "it's = 'that' 01 00", "Station 1 00 01", NULL });

	g_assert_cmpuint(g_strv_length(settings), ==, 6);
	g_assert_cmpstr(settings[2], ==,
		"app default: ignored_readers = ACS ACR39U, [CCID] 00 00|it's = 'that' 01 00|Station 1 00 "
		"01");
}

/* The name with which opensc-pkcs11 was made to load a library of the attacker's. */
#define ATTACK "R [x\"; card_drivers = evil; card_driver evil { module = /path/evil.so; } # ] 00 00"

static void attack(void)
{
	g_autoptr(GPtrArray) ignored = g_ptr_array_new();
	g_autoptr(GError) error = NULL;
	g_auto(GStrv) settings = tf_scconf_settings("app default { ignored_readers = \"" ATTACK "\"; }");

	g_assert_true(g_strv_contains((const gchar *const *)settings, "app default: card_drivers = evil"));
	g_ptr_array_add(ignored, (gpointer) "Station 1 00 00");
	g_ptr_array_add(ignored, (gpointer)ATTACK);

	g_assert_null(tf_opensc_text(ignored, &error));
	g_assert_error(error, TF_ERROR, TF_ERROR_READER_HOSTILE);
	g_assert_cmpstr(tf_error_arguments(error)[0], ==, ATTACK);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);

	g_test_add_func("/opensc-text/OpenSC reads these settings and no others", without_readers);
	g_test_add_func("/opensc-text/OpenSC reads the names of readers as they are", with_readers);
	g_test_add_func("/opensc-text/a reader's name brings no card driver", attack);

	return g_test_run();
}
