/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "world.h"

#include <stdarg.h>
#include <string.h>

#include "tell.h"

#define WAIT_SECONDS 30

gchar *tf_card_tell(guint number, const gchar *format, ...)
{
	g_autofree gchar *command = NULL;
	g_autofree gchar *line = NULL;
	g_autofree gchar *answer = NULL;
	va_list list;

	va_start(list, format);
	command = g_strdup_vprintf(format, list);
	va_end(list);
	line = g_strdup_printf("%u %s", number, command);
	answer = card_tell(g_getenv("TEST_CARD_CONTROL"), line);
	if (answer == NULL || !g_str_has_prefix(answer, "ok"))
		g_error("%s: %s", line, answer != NULL ? answer : "nobody listens");

	return g_strdup(answer + (answer[2] == ' ' ? 3 : 2));
}

guint tf_card_count(guint number)
{
	g_autofree gchar *count = tf_card_tell(number, "count");

	return (guint)g_ascii_strtoull(count, NULL, 10);
}

gchar *tf_card_reader_name(guint number)
{
	return g_strdup_printf("Station %u 00 %02u", number / 2 + 1, number % 2);
}

static void wait_for(guint number, CardPresence presence)
{
	g_autofree gchar *name = tf_card_reader_name(number);

	g_assert_true(card_wait(name, presence, WAIT_SECONDS));
}

void tf_card_insert(guint number)
{
	g_free(tf_card_tell(number, "insert"));
	wait_for(number, CARD_PRESENT);
}

void tf_card_wait_removed(guint number)
{
	wait_for(number, CARD_ABSENT);
}

TfReader *tf_card_reader(guint number)
{
	g_autofree gchar *name = tf_card_reader_name(number);
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) readers = tf_readers(&error);

	g_assert_no_error(error);
	for (guint i = 0; i < readers->len; i++) {
		const TfReader *reader = g_ptr_array_index(readers, i);

		if (g_str_equal(reader->name, name))
			return g_ptr_array_steal_index(readers, i);
	}

	g_assert_not_reached();
}

TfTokenProfile *tf_card_profile(void)
{
	g_autofree gchar *directory = g_test_build_filename(G_TEST_DIST, "..", "..", "profiles", NULL);
	g_autoptr(GError) error = NULL;
	TfTokenProfile *profile = tf_token_profile_load("myeid-opensc", directory, &error);

	g_assert_no_error(error);

	return profile;
}

void tf_card_tool(guint number, ...)
{
	g_autofree gchar *reader = tf_card_reader_name(number);
	g_autoptr(GPtrArray) arguments = g_ptr_array_new();
	g_autofree gchar *output = NULL;
	g_autofree gchar *complaints = NULL;
	g_autoptr(GError) error = NULL;
	gint status = 0;
	va_list list;

	g_ptr_array_add(arguments, (gpointer) "pkcs15-init");
	g_ptr_array_add(arguments, (gpointer) "-r");
	g_ptr_array_add(arguments, reader);
	va_start(list, number);
	for (gchar *argument; (argument = va_arg(list, gchar *)) != NULL;)
		g_ptr_array_add(arguments, argument);
	va_end(list);
	g_ptr_array_add(arguments, NULL);
	g_spawn_sync(NULL, (gchar **)arguments->pdata, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &output,
		&complaints, &status, &error);
	g_assert_no_error(error);
	if (status != 0)
		g_error("pkcs15-init: %s%s", output, complaints);
}

void tf_card_tool_create(guint number)
{
	tf_card_tool(number, "-C", "--so-pin", TF_CARD_SO_PIN, "--so-puk", TF_CARD_SO_PUK, NULL);
}

void tf_card_tool_store_pin(guint number)
{
	tf_card_tool(number, "--store-pin", "--id", "01", "--pin", TF_CARD_PIN, "--puk", TF_CARD_PUK,
		"--label", "member", "--so-pin", TF_CARD_SO_PIN, NULL);
}

void tf_card_tool_activate(guint number)
{
	tf_card_tool(number, "-F", "--so-pin", TF_CARD_SO_PIN, NULL);
}
