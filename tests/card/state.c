/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "state.h"

#include <glib/gstdio.h>
#include <string.h>

#include "base/hex.h"

#define CARD_GROUP "card"

static void set_hex(GKeyFile *state, const gchar *group, const gchar *key, gconstpointer bytes, gsize length)
{
	g_autofree gchar *hex = tf_hex(bytes, length);

	g_key_file_set_string(state, group, key, hex);
}

static GBytes *get_hex(GKeyFile *state, const gchar *group, const gchar *key)
{
	g_autofree gchar *hex = g_key_file_get_string(state, group, key, NULL);

	return hex != NULL ? tf_unhex(hex) : NULL;
}

static gboolean get_exact(
	GKeyFile *state, const gchar *group, const gchar *key, guint8 *ret_bytes, gsize length)
{
	g_autoptr(GBytes) bytes = get_hex(state, group, key);

	if (bytes == NULL || g_bytes_get_size(bytes) != length)
		return FALSE;
	memcpy(ret_bytes, g_bytes_get_data(bytes, NULL), length);

	return TRUE;
}

static guint get_number(GKeyFile *state, const gchar *group, const gchar *key, guint limit)
{
	guint64 number = g_key_file_get_uint64(state, group, key, NULL);

	return (guint)MIN(number, limit);
}

static void save_pins(const Card *card, GKeyFile *state)
{
	for (guint i = 1; i < CARD_N_PINS; i++) {
		const CardPin *pin = &card->pins[i];
		g_autofree gchar *group = g_strdup_printf("pin %u", i);

		if (!pin->exists)
			continue;
		set_hex(state, group, "value", pin->value, sizeof pin->value);
		set_hex(state, group, "puk", pin->puk, sizeof pin->puk);
		g_key_file_set_uint64(state, group, "tries", pin->tries_left);
		g_key_file_set_uint64(state, group, "max-tries", pin->max_tries);
		g_key_file_set_uint64(state, group, "puk-tries", pin->puk_tries_left);
		g_key_file_set_uint64(state, group, "max-puk-tries", pin->max_puk_tries);
	}
}

static void save_file(const CardFile *file, GKeyFile *state)
{
	g_autofree gchar *group = g_strdup_printf("file %04X %04X", file->parent, file->id);

	g_key_file_set_uint64(state, group, "type", file->type);
	g_key_file_set_uint64(state, group, "size", file->size);
	set_hex(state, group, "acl", file->acl, sizeof file->acl);
	set_hex(state, group, "properties", file->properties, sizeof file->properties);
	if (file->name != NULL)
		set_hex(state, group, "name", g_bytes_get_data(file->name, NULL),
			g_bytes_get_size(file->name));
	if (file->content != NULL)
		set_hex(state, group, "content", file->content->data, file->content->len);
	for (guint i = 0; i < CARD_N_COMPONENTS; i++) {
		g_autofree gchar *key = g_strdup_printf("component-%02x", CARD_COMPONENT_FIRST + i);
		GBytes *bytes = file->components[i];

		if (bytes != NULL)
			set_hex(state, group, key, g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
	}
}

gboolean card_state_save(const Card *card, const gchar *path, GError **error)
{
	g_autoptr(GKeyFile) state = g_key_file_new();
	g_autofree gchar *text = NULL;
	g_autofree gchar *fresh = g_strconcat(path, ".new", NULL);

	set_hex(state, CARD_GROUP, "serial", card->serial, sizeof card->serial);
	g_key_file_set_uint64(state, CARD_GROUP, "features", card->features);
	g_key_file_set_uint64(state, CARD_GROUP, "max-rsa-bits", card->max_rsa_bits);
	g_key_file_set_uint64(state, CARD_GROUP, "changes", card->n_changes);
	g_key_file_set_boolean(state, CARD_GROUP, "activated", card->is_activated);
	save_pins(card, state);
	for (guint i = 0; i < card->files.files->len; i++)
		save_file(g_ptr_array_index(card->files.files, i), state);
	text = g_key_file_to_data(state, NULL, NULL);

	/* A power cut need not be survived, a reader of the file must never see half of it. */
	if (!g_file_set_contents_full(fresh, text, -1, G_FILE_SET_CONTENTS_NONE, 0600, error))
		return FALSE;
	if (g_rename(fresh, path) == 0)
		return TRUE;

	g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_FAILED, "%s: cannot be replaced", path);

	return FALSE;
}

static gboolean load_pin(Card *card, GKeyFile *state, const gchar *group)
{
	guint64 number = g_ascii_strtoull(group + strlen("pin "), NULL, 10);
	CardPin *pin = NULL;

	if (number == 0 || number >= CARD_N_PINS)
		return FALSE;

	pin = &card->pins[number];
	pin->exists = TRUE;
	pin->tries_left = (guint8)get_number(state, group, "tries", 15);
	pin->max_tries = (guint8)get_number(state, group, "max-tries", 15);
	pin->puk_tries_left = (guint8)get_number(state, group, "puk-tries", 15);
	pin->max_puk_tries = (guint8)get_number(state, group, "max-puk-tries", 15);

	return get_exact(state, group, "value", pin->value, sizeof pin->value) &&
	       get_exact(state, group, "puk", pin->puk, sizeof pin->puk);
}

static gboolean load_content(CardFile *file, GKeyFile *state, const gchar *group)
{
	if (file->type == CARD_FILE_EF)
		return get_exact(state, group, "content", file->content->data, file->content->len);

	for (guint i = 0; i < CARD_N_COMPONENTS; i++) {
		g_autofree gchar *key = g_strdup_printf("component-%02x", CARD_COMPONENT_FIRST + i);

		file->components[i] = get_hex(state, group, key);
	}

	return TRUE;
}

static gboolean load_file(Card *card, GKeyFile *state, const gchar *group)
{
	gchar *end = NULL;
	guint16 parent = (guint16)g_ascii_strtoull(group + strlen("file "), &end, 16);
	guint16 id = (guint16)g_ascii_strtoull(end, NULL, 16);
	CardFileType type = (CardFileType)get_number(state, group, "type", G_MAXUINT8);
	guint size = get_number(state, group, "size", G_MAXUINT16);
	g_autoptr(CardFile) file = card_file_new(parent, id, type, (guint16)size);

	if (!get_exact(state, group, "acl", file->acl, sizeof file->acl) ||
		!get_exact(state, group, "properties", file->properties, sizeof file->properties) ||
		!load_content(file, state, group))
		return FALSE;
	file->name = get_hex(state, group, "name");
	card_file_system_add(&card->files, g_steal_pointer(&file));

	return TRUE;
}

static gboolean load_groups(Card *card, GKeyFile *state)
{
	g_auto(GStrv) groups = g_key_file_get_groups(state, NULL);

	g_ptr_array_set_size(card->files.files, 0);
	for (gsize i = 0; groups[i] != NULL; i++) {
		if (g_str_has_prefix(groups[i], "pin ") && !load_pin(card, state, groups[i]))
			return FALSE;
		if (g_str_has_prefix(groups[i], "file ") && !load_file(card, state, groups[i]))
			return FALSE;
	}

	return card_file_system_find(&card->files, 0, CARD_MF_ID) != NULL &&
	       card_file_system_find(&card->files, CARD_MF_ID, CARD_APP_ID) != NULL;
}

gboolean card_state_load(Card *card, const gchar *path, GError **error)
{
	Card loaded;
	g_autoptr(GKeyFile) state = g_key_file_new();

	if (!g_key_file_load_from_file(state, path, G_KEY_FILE_NONE, error))
		return FALSE;

	card_init(&loaded, 0);
	loaded.features = (guint16)get_number(state, CARD_GROUP, "features", G_MAXUINT16);
	loaded.max_rsa_bits = (guint16)get_number(state, CARD_GROUP, "max-rsa-bits", 4096);
	loaded.n_changes = (guint16)get_number(state, CARD_GROUP, "changes", G_MAXUINT16);
	loaded.is_activated = g_key_file_get_boolean(state, CARD_GROUP, "activated", NULL);
	if (!get_exact(state, CARD_GROUP, "serial", loaded.serial, sizeof loaded.serial) ||
		!load_groups(&loaded, state)) {
		card_clear(&loaded);
		g_set_error(error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_INVALID_VALUE, "%s: not a saved card",
			path);
		return FALSE;
	}

	/* Knobs belong to the one who turned them, not to the state. */
	loaded.ignores_activate = card->ignores_activate;
	loaded.is_leaky = card->is_leaky;
	loaded.identity = card->identity;
	card_clear(card);
	*card = loaded;
	card_reset(card);

	return TRUE;
}
