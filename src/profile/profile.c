/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "profile/profile.h"

#include <glib/gi18n.h>
#include <string.h>

#include "base/error.h"
#include "scan-private.h"

#define LIST_TEXT_LIMIT 1024

typedef struct Value {
	TfFieldType type;
	gchar *text;
	gint64 number; /* of a boolean too */
	GStrv list;
	guint line;
} Value;

struct TfProfile {
	gchar *path;
	guint last_line;
	const TfField *fields;
	gsize n_fields;
	GHashTable *values; /* "[group] key[language" -> Value */
};

/* What is being read, for its errors. */
typedef struct Place {
	const gchar *path;
	const TfProfileLine *line;
} Place;

static void value_free(gpointer data)
{
	Value *value = data;

	g_free(value->text);
	g_strfreev(value->list);
	g_free(value);
}

static gboolean refuse(const Place *place, const gchar *reason, GError **error)
{
	const TfProfileLine *line = place->line;
	g_autofree gchar *where = tf_profile_where(line->group, line->key);

	return tf_raise(
		error, TF_ERROR_PROFILE_INVALID, place->path, TF_NUMBER(line->number), where, reason, NULL);
}

static gboolean refuse_length(const Place *place, const TfField *field, GError **error)
{
	g_autofree gchar *reason = g_strdup_printf(
		_("it must have %d to %d characters"), (gint)field->minimum, (gint)field->maximum);

	return refuse(place, reason, error);
}

static gboolean check_text(const Place *place, const TfField *field, const gchar *text, GError **error)
{
	glong length = g_utf8_strlen(text, -1);

	if (length < field->minimum || length > field->maximum)
		return refuse_length(place, field, error);
	for (const gchar *at = text; *at != '\0'; at = g_utf8_next_char(at)) {
		gunichar character = g_utf8_get_char(at);

		if (g_unichar_iscntrl(character) && !(character == '\n' && field->type == TF_FIELD_TEXT))
			return refuse(place, _("it holds a control character"), error);
	}

	return TRUE;
}

static gboolean check_list(const Place *place, const TfField *field, const GStrv list, GError **error)
{
	const TfField item = { .type = TF_FIELD_LINE, .minimum = 1, .maximum = LIST_TEXT_LIMIT };
	guint length = g_strv_length(list);

	if (length < field->minimum || length > field->maximum)
		return refuse(place, _("it has too few or too many items"), error);
	for (guint i = 0; i < length; i++) {
		if (!check_text(place, &item, list[i], error))
			return FALSE;
	}

	return TRUE;
}

static gboolean read_boolean(const Place *place, const gchar *text, gint64 *ret_number, GError **error)
{
	if (strcmp(text, "true") == 0 || strcmp(text, "yes") == 0) {
		*ret_number = TRUE;
		return TRUE;
	}
	if (strcmp(text, "false") == 0 || strcmp(text, "no") == 0) {
		*ret_number = FALSE;
		return TRUE;
	}

	return refuse(place, _("it must be true or false"), error);
}

static gboolean read_integer(
	const Place *place, const TfField *field, const gchar *text, gint64 *ret_number, GError **error)
{
	g_autofree gchar *reason = NULL;

	if (g_ascii_string_to_signed(text, 10, field->minimum, field->maximum, ret_number, NULL))
		return TRUE;

	reason = g_strdup_printf(
		_("it must be a number from %d to %d"), (gint)field->minimum, (gint)field->maximum);

	return refuse(place, reason, error);
}

static gboolean is_date(const gchar *text)
{
	guint64 year = 0;
	guint64 month = 0;
	guint64 day = 0;

	if (!g_regex_match_simple("^[0-9]{4}-[0-9]{2}-[0-9]{2}$", text, G_REGEX_DOLLAR_ENDONLY, 0))
		return FALSE;
	year = g_ascii_strtoull(text, NULL, 10);
	month = g_ascii_strtoull(text + strlen("YYYY-"), NULL, 10);
	day = g_ascii_strtoull(text + strlen("YYYY-MM-"), NULL, 10);

	return month >= 1 && month <= 12 &&
	       g_date_valid_dmy((GDateDay)day, (GDateMonth)month, (GDateYear)year);
}

static gboolean check_choice(const Place *place, const TfField *field, const gchar *text, GError **error)
{
	g_autofree gchar *choices = NULL;
	g_autofree gchar *reason = NULL;

	if (g_strv_contains(field->choices, text))
		return TRUE;

	choices = g_strjoinv(", ", (gchar **)field->choices);
	reason = g_strdup_printf(_("it must be one of: %s"), choices);

	return refuse(place, reason, error);
}

static gboolean read_value(const Place *place, const TfField *field, Value *value, GError **error)
{
	switch (field->type) {
	case TF_FIELD_TEXT:
	case TF_FIELD_LINE:
		return check_text(place, field, value->text, error);
	case TF_FIELD_BOOLEAN:
		return read_boolean(place, value->text, &value->number, error);
	case TF_FIELD_INTEGER:
		return read_integer(place, field, value->text, &value->number, error);
	case TF_FIELD_DATE:
		return is_date(value->text) || refuse(place, _("it must be a date YYYY-MM-DD"), error);
	case TF_FIELD_CHOICE:
		return check_choice(place, field, value->text, error);
	case TF_FIELD_LIST:
		return check_list(place, field, value->list, error);
	}
	g_assert_not_reached();
}

static const TfField *find_field(const TfField *fields, gsize n_fields, const gchar *group, const gchar *key)
{
	for (gsize i = 0; i < n_fields; i++) {
		if (strcmp(fields[i].group, group) == 0 && (key == NULL || strcmp(fields[i].key, key) == 0))
			return &fields[i];
	}

	return NULL;
}

static gchar *name_of(const gchar *group, const gchar *key, const gchar *language)
{
	return g_strconcat("[", group, "] ", key, "[", language, NULL);
}

static const Value *lookup(
	const TfProfile *profile, const gchar *group, const gchar *key, const gchar *language)
{
	g_autofree gchar *name = name_of(group, key, language);

	return g_hash_table_lookup(profile->values, name);
}

static gboolean load_line(TfProfile *profile, const Place *place, GKeyFile *file, GError **error)
{
	const TfProfileLine *line = place->line;
	const TfField *field = find_field(profile->fields, profile->n_fields, line->group, line->key);
	g_autofree gchar *key = NULL;
	g_autoptr(GError) failure = NULL;
	Value *value = NULL;

	if (field == NULL)
		return refuse(place,
			line->key == NULL ? _("there is no such group") : _("there is no such key"), error);
	if (line->key == NULL)
		return TRUE;
	if (line->language != NULL && field->type != TF_FIELD_TEXT && field->type != TF_FIELD_LINE)
		return refuse(place, _("it has no variants by language"), error);

	value = g_new0(Value, 1);
	value->type = field->type;
	value->line = line->number;
	g_hash_table_insert(profile->values, name_of(line->group, line->key, line->language), value);
	key = line->language != NULL ? g_strdup_printf("%s[%s]", line->key, line->language)
				     : g_strdup(line->key);
	if (field->type == TF_FIELD_LIST)
		value->list = g_key_file_get_string_list(file, line->group, key, NULL, &failure);
	else
		value->text = g_key_file_get_string(file, line->group, key, &failure);
	/* GKeyFile may give an error and a text. */
	if (failure != NULL)
		return refuse(place, _("it holds an escape other than \\s \\n \\t \\r \\\\"), error);

	return read_value(place, field, value, error);
}

/* A variant alone would leave every other language without the text. */
static gboolean check_plain_variant(const TfProfile *profile, const Place *place, GError **error)
{
	const TfProfileLine *line = place->line;

	if (line->language == NULL || lookup(profile, line->group, line->key, NULL) != NULL)
		return TRUE;

	return refuse(place, _("the text without a language is missing"), error);
}

static gboolean check_required(const TfProfile *profile, GError **error)
{
	for (gsize i = 0; i < profile->n_fields; i++) {
		const TfField *field = &profile->fields[i];

		if (field->is_required && lookup(profile, field->group, field->key, NULL) == NULL)
			return tf_profile_refuse(
				profile, field->group, field->key, _("it is missing"), error);
	}

	return TRUE;
}

static GKeyFile *parse(GBytes *bytes, const gchar *path, GError **error)
{
	g_autoptr(GKeyFile) file = g_key_file_new();
	g_autoptr(GError) failure = NULL;

	if (!g_key_file_load_from_bytes(file, bytes, G_KEY_FILE_KEEP_TRANSLATIONS, &failure)) {
		tf_raise(error, TF_ERROR_PROFILE_INVALID, path, TF_NUMBER(0), "", failure->message, NULL);
		return NULL;
	}

	return g_steal_pointer(&file);
}

TfProfile *tf_profile_parse(
	GBytes *bytes, const gchar *path, const TfField *fields, gsize n_fields, GError **error)
{
	g_autoptr(GPtrArray) lines = tf_profile_scan(bytes, path, error);
	g_autoptr(GKeyFile) file = NULL;
	g_autoptr(TfProfile) profile = NULL;
	Place place = { path, NULL };

	if (lines == NULL)
		return NULL;
	file = parse(bytes, path, error);
	if (file == NULL)
		return NULL;
	profile = g_new0(TfProfile, 1);
	profile->path = g_strdup(path);
	profile->fields = fields;
	profile->n_fields = n_fields;
	profile->values = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, value_free);
	for (guint i = 0; i < lines->len; i++) {
		place.line = g_ptr_array_index(lines, i);
		profile->last_line = place.line->number;
		if (!load_line(profile, &place, file, error))
			return NULL;
	}
	for (guint i = 0; i < lines->len; i++) {
		place.line = g_ptr_array_index(lines, i);
		if (!check_plain_variant(profile, &place, error))
			return NULL;
	}
	if (!check_required(profile, error))
		return NULL;

	return g_steal_pointer(&profile);
}

void tf_profile_free(TfProfile *profile)
{
	if (profile == NULL)
		return;

	g_hash_table_unref(profile->values);
	g_free(profile->path);
	g_free(profile);
}

/* The plain value of a field that must be in the table. */
static const Value *plain(const TfProfile *profile, const gchar *group, const gchar *key)
{
	g_assert_nonnull(find_field(profile->fields, profile->n_fields, group, key));

	return lookup(profile, group, key, NULL);
}

const gchar *tf_profile_text(
	const TfProfile *profile, const gchar *group, const gchar *key, const gchar *language)
{
	const Value *value = plain(profile, group, key);
	const Value *variant = language != NULL ? lookup(profile, group, key, language) : NULL;

	if (variant != NULL)
		return variant->text;

	return value != NULL ? value->text : NULL;
}

gboolean tf_profile_boolean(const TfProfile *profile, const gchar *group, const gchar *key)
{
	const Value *value = plain(profile, group, key);

	return value != NULL && value->number != 0;
}

gint64 tf_profile_integer(const TfProfile *profile, const gchar *group, const gchar *key)
{
	const Value *value = plain(profile, group, key);

	return value != NULL ? value->number : 0;
}

const gchar *const *tf_profile_list(const TfProfile *profile, const gchar *group, const gchar *key)
{
	static const gchar *const none[] = { NULL };
	const Value *value = plain(profile, group, key);

	return value != NULL ? (const gchar *const *)value->list : none;
}

gboolean tf_profile_has(const TfProfile *profile, const gchar *group, const gchar *key)
{
	return plain(profile, group, key) != NULL;
}

gboolean tf_profile_refuse(
	const TfProfile *profile, const gchar *group, const gchar *key, const gchar *reason, GError **error)
{
	const Value *value = plain(profile, group, key);
	const TfProfileLine line = {
		.number = value != NULL ? value->line : profile->last_line,
		.group = (gchar *)group,
		.key = (gchar *)key,
	};
	const Place place = { profile->path, &line };

	return refuse(&place, reason, error);
}
