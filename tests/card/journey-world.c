/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "journey-world.h"

#include <string.h>

#include "base/hex.h"
#include "format-world.h"

#define MODULE	     "/usr/lib/x86_64-linux-gnu/opensc-pkcs11.so"
#define TRIES	     3
#define TAG_SEQUENCE 0x30
#define LONG_LENGTH  0x80

TfCardJourney *tf_card_journey_new(const gchar *key_type, const gchar *program)
{
	TfCardJourney *journey = g_new0(TfCardJourney, 1);
	TfStage *stage = tf_stage_new(key_type, program);
	g_autoptr(GError) error = NULL;

	journey->stage = stage;
	journey->formatted = g_build_filename(stage->directory, "formatted.card", NULL);
	journey->last = g_build_filename(stage->directory, "last.card", NULL);
	journey->profiles = g_test_build_filename(G_TEST_DIST, "..", "..", "profiles", NULL);
	stage->answers.pin = TF_CARD_PIN;
	g_bytes_unref(stage->content);
	stage->content = tf_fixture_pkcs12(
		stage->member->key, stage->member->certificate, NULL, "member", TF_STAGE_PASSWORD);
	/* Of a module below /usr dpkg is asked whose it is, which took half the time of a journey. */
	journey->module = g_build_filename(stage->directory, "opensc-pkcs11.so", NULL);
	tf_fixture_run(stage->directory, "cp", "-L", MODULE, journey->module, NULL);
	stage->answers.confirms[TF_EXCEPTION_MODULE] = TRUE;
	journey->cards = tf_cards_new(NULL, journey->profiles, &error);
	g_assert_no_error(error);
	stage->plan.module = (TfModuleRequest){ .module = journey->module, .cards = journey->cards };
	tf_format_fresh_card(0);
	tf_card_tool_create(0);
	tf_card_tool_store_pin(0);
	tf_card_tool_activate(0);
	g_free(tf_card_tell(0, "save %s", journey->formatted));

	return journey;
}

void tf_card_journey_free(TfCardJourney *journey)
{
	if (journey == NULL)
		return;

	tf_stage_free(journey->stage);
	g_free(journey->formatted);
	g_free(journey->last);
	g_free(journey->module);
	g_free(journey->shape);
	tf_cards_free(journey->cards);
	g_strfreev(journey->apdus);
	g_free(journey->profiles);
	g_free(journey);
}

void tf_card_journey_rewind(TfCardJourney *journey)
{
	TfStage *stage = journey->stage;
	g_autofree gchar *state = g_build_filename(stage->directory, "state", NULL);

	tf_fixture_run(stage->directory, "rm", "-rf", state, stage->source, NULL);
	tf_fixture_write(stage->source, stage->content);
	g_free(tf_card_tell(0, "heal"));
	g_free(tf_card_tell(0, "load %s", journey->formatted));
	tf_card_insert(0);
}

static GKeyFile *look(const TfCardJourney *journey, guint number)
{
	GKeyFile *card = g_key_file_new();
	g_autoptr(GError) error = NULL;

	g_free(tf_card_tell(number, "save %s", journey->last));
	(void)g_key_file_load_from_file(card, journey->last, G_KEY_FILE_NONE, &error);
	g_assert_no_error(error);

	return card;
}

/* Entries of a PKCS#15 directory: SEQUENCEs (or tagged ones) one after the other, then zeros. */
static guint count_entries(const guint8 *bytes, gsize length)
{
	gsize at = 0;
	guint n = 0;

	while (at + 4 <= length && (bytes[at] == TAG_SEQUENCE || (bytes[at] & 0xE0) == 0xA0)) {
		gsize size = bytes[at + 1];
		gsize header = 2;

		if (size == (LONG_LENGTH | 1)) {
			size = bytes[at + 2];
			header = 3;
		} else if (size == (LONG_LENGTH | 2)) {
			size = (gsize)bytes[at + 2] << 8 | bytes[at + 3];
			header = 4;
		}
		at += header + size;
		n++;
	}

	return n;
}

static guint count_components(GKeyFile *card, const gchar *group)
{
	g_auto(GStrv) keys = g_key_file_get_keys(card, group, NULL, NULL);
	guint n = 0;

	for (gsize i = 0; keys[i] != NULL; i++)
		n += g_str_has_prefix(keys[i], "component-");

	return n;
}

static gchar *describe_file(GKeyFile *card, const gchar *group)
{
	guint64 type = g_key_file_get_uint64(card, group, "type", NULL);
	guint64 size = g_key_file_get_uint64(card, group, "size", NULL);
	g_autofree gchar *hex = g_key_file_get_string(card, group, "content", NULL);
	g_autoptr(GBytes) content = hex != NULL ? tf_unhex(hex) : NULL;
	gsize length = 0;
	const guint8 *bytes = content != NULL ? g_bytes_get_data(content, &length) : NULL;

	return g_strdup_printf("%02x, %u bytes or bits, %u entries, %u components", (guint)type, (guint)size,
		bytes != NULL ? count_entries(bytes, length) : 0, count_components(card, group));
}

static gint compare_lines(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const gchar *const *)a, *(const gchar *const *)b);
}

gchar *tf_card_journey_shape(const TfCardJourney *journey, guint number)
{
	g_autoptr(GKeyFile) card = look(journey, number);
	g_auto(GStrv) groups = g_key_file_get_groups(card, NULL);
	g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);

	for (gsize i = 0; groups[i] != NULL; i++) {
		if (g_str_has_prefix(groups[i], "file "))
			g_ptr_array_add(lines, describe_file(card, groups[i]));
	}
	g_ptr_array_sort(lines, compare_lines);
	g_ptr_array_add(lines, NULL);

	return g_strjoinv("\n", (gchar **)lines->pdata);
}

guint tf_card_journey_tries(const TfCardJourney *journey, guint number)
{
	g_autoptr(GKeyFile) card = look(journey, number);

	return (guint)g_key_file_get_uint64(card, "pin 1", "tries", NULL);
}

guint tf_card_journey_n_keys(const TfCardJourney *journey, guint number)
{
	g_autofree gchar *shape = tf_card_journey_shape(journey, number);
	g_auto(GStrv) lines = g_strsplit(shape, "\n", -1);
	guint n_keys = 0;

	for (gsize i = 0; lines[i] != NULL; i++)
		n_keys += g_str_has_prefix(lines[i], "11,") || g_str_has_prefix(lines[i], "22,");

	return n_keys;
}

gchar *tf_card_journey_judge(const TfCardJourney *journey, guint number)
{
	g_autofree gchar *shape = tf_card_journey_shape(journey, number);
	guint n_keys = tf_card_journey_n_keys(journey, number);

	if (tf_card_journey_tries(journey, number) != TRIES)
		return g_strdup("tries of the user PIN are gone");
	if (n_keys != 1)
		return g_strdup_printf("there are %u key files on the card", n_keys);
	if (!g_str_equal(shape, journey->shape))
		return g_strdup_printf(
			"the card holds other things than after a journey without faults:\n%s\nnot\n%s",
			shape, journey->shape);

	return NULL;
}

/* The last 'n' lines of the log. */
static GStrv read_log(guint number, guint n)
{
	g_autofree gchar *reader = tf_card_reader_name(number);
	g_autofree gchar *name = g_strconcat(reader, ".log", NULL);
	g_autofree gchar *path = g_build_filename(g_getenv("TEST_CARD_LOG"), name, NULL);
	g_autofree gchar *text = NULL;
	g_auto(GStrv) lines = NULL;
	g_autoptr(GError) error = NULL;

	(void)g_file_get_contents(path, &text, NULL, &error);
	g_assert_no_error(error);
	lines = g_strsplit(g_strchomp(text), "\n", -1);
	g_assert_cmpuint(g_strv_length(lines), >=, n);

	return g_strdupv(lines + g_strv_length(lines) - n);
}

gboolean tf_card_journey_changes(const TfCardJourney *journey, guint nth)
{
	/* VERIFY, UPDATE BINARY, PUT DATA, CREATE FILE, DELETE FILE. */
	static const gchar *const instructions[] = { "20", "d6", "da", "e0", "e4" };
	const gchar *command = strchr(journey->apdus[nth - 1], ' ') + 1;

	for (gsize i = 0; i < G_N_ELEMENTS(instructions); i++) {
		if (strncmp(command + 2, instructions[i], 2) == 0)
			return TRUE;
	}

	return FALSE;
}

guint tf_card_journey_measure(TfCardJourney *journey)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TfOutcome) outcome = NULL;
	guint n_apdus = 0;

	tf_card_journey_rewind(journey);
	g_free(tf_card_tell(0, "count-from-0"));
	outcome = tf_stage_run(journey->stage, &error);
	g_assert_no_error(error);
	g_assert_cmpint(outcome->status, ==, TF_STATUS_DONE);
	g_assert_true(tf_stage_source_is_gone(journey->stage));
	n_apdus = tf_card_count(0);
	g_strfreev(journey->apdus);
	journey->apdus = read_log(0, n_apdus);
	g_free(journey->shape);
	journey->shape = tf_card_journey_shape(journey, 0);

	return n_apdus;
}
