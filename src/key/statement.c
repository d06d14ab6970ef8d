/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "statement-private.h"

#include <string.h>

#define DOMAIN	   "tokenferry challenge 1"
#define SIZE_LIMIT 8192u

typedef enum Field {
	FIELD_LEDGER,
	FIELD_ROW,
	FIELD_CERTIFICATE,
	FIELD_SOURCE,
	FIELD_MANUFACTURER,
	FIELD_MODEL,
	FIELD_SERIAL,
	FIELD_RANDOM,
	N_FIELDS
} Field;

static const gchar *const names[N_FIELDS] = {
	[FIELD_LEDGER] = "ledger",
	[FIELD_ROW] = "row",
	[FIELD_CERTIFICATE] = "certificate",
	[FIELD_SOURCE] = "source",
	[FIELD_MANUFACTURER] = "manufacturer",
	[FIELD_MODEL] = "model",
	[FIELD_SERIAL] = "serial",
	[FIELD_RANDOM] = "random",
};

static void add_text(GString *text, Field field, const gchar *value)
{
	g_string_append_printf(text, "%s: ", names[field]);
	for (const gchar *at = value != NULL ? value : ""; *at != '\0'; at++) {
		if (g_ascii_isalnum(*at) || strchr("-._~", *at) != NULL)
			g_string_append_c(text, *at);
		else
			g_string_append_printf(text, "%%%02X", (guint8)*at);
	}
	g_string_append_c(text, '\n');
}

static void add_octets(GString *text, Field field, const guint8 *octets, gsize length)
{
	g_autofree gchar *value = tf_hex(octets, length);

	add_text(text, field, value);
}

GBytes *tf_statement_write(const TfChallengeContext *context, const guint8 random[TF_STATEMENT_RANDOM_SIZE])
{
	g_autoptr(GString) text = g_string_new(DOMAIN "\n");

	add_text(text, FIELD_LEDGER, context->ledger);
	g_string_append_printf(text, "%s: %" G_GINT64_FORMAT "\n", names[FIELD_ROW], context->row);
	add_octets(text, FIELD_CERTIFICATE, context->certificate_sha256, TF_SHA256_SIZE);
	add_octets(text, FIELD_SOURCE, context->source_sha256, TF_SHA256_SIZE);
	add_text(text, FIELD_MANUFACTURER, context->manufacturer);
	add_text(text, FIELD_MODEL, context->model);
	add_text(text, FIELD_SERIAL, context->serial);
	add_octets(text, FIELD_RANDOM, random, TF_STATEMENT_RANDOM_SIZE);

	return g_string_free_to_bytes(g_steal_pointer(&text));
}

/* The value of a line; NULL when it is another field's. */
static const gchar *value_of(GStrv lines, Field field)
{
	gsize length = strlen(names[field]);
	const gchar *line = lines[1 + field];

	if (strncmp(line, names[field], length) != 0 || strncmp(line + length, ": ", 2) != 0)
		return NULL;

	return line + length + 2;
}

static gboolean read_text(GStrv lines, Field field, gchar **ret_text)
{
	const gchar *value = value_of(lines, field);

	*ret_text = value != NULL ? g_uri_unescape_string(value, NULL) : NULL;

	return *ret_text != NULL;
}

static gboolean read_octets(GStrv lines, Field field, guint8 *ret_octets, gsize length)
{
	const gchar *value = value_of(lines, field);
	g_autoptr(GBytes) bytes = value != NULL ? tf_unhex(value) : NULL;

	if (bytes == NULL || g_bytes_get_size(bytes) != length)
		return FALSE;
	memcpy(ret_octets, g_bytes_get_data(bytes, NULL), length);

	return TRUE;
}

static gboolean read_row(GStrv lines, gint64 *ret_row)
{
	const gchar *value = value_of(lines, FIELD_ROW);

	return value != NULL && g_ascii_string_to_signed(value, 10, G_MININT64, G_MAXINT64, ret_row, NULL);
}

static gboolean read_fields(GStrv lines, TfStatement *statement)
{
	return read_text(lines, FIELD_LEDGER, &statement->ledger) && read_row(lines, &statement->row) &&
	       read_octets(lines, FIELD_CERTIFICATE, statement->certificate_sha256, TF_SHA256_SIZE) &&
	       read_octets(lines, FIELD_SOURCE, statement->source_sha256, TF_SHA256_SIZE) &&
	       read_text(lines, FIELD_MANUFACTURER, &statement->manufacturer) &&
	       read_text(lines, FIELD_MODEL, &statement->model) &&
	       read_text(lines, FIELD_SERIAL, &statement->serial) &&
	       read_octets(lines, FIELD_RANDOM, statement->random, TF_STATEMENT_RANDOM_SIZE);
}

static gboolean is_exactly(const TfStatement *statement, GBytes *text)
{
	TfChallengeContext context = {
		.ledger = statement->ledger,
		.row = statement->row,
		.manufacturer = statement->manufacturer,
		.model = statement->model,
		.serial = statement->serial,
	};
	g_autoptr(GBytes) again = NULL;

	memcpy(context.certificate_sha256, statement->certificate_sha256, TF_SHA256_SIZE);
	memcpy(context.source_sha256, statement->source_sha256, TF_SHA256_SIZE);
	again = tf_statement_write(&context, statement->random);

	return g_bytes_equal(again, text);
}

TfStatement *tf_statement_read(GBytes *text)
{
	gsize length = g_bytes_get_size(text);
	g_autofree gchar *copy = NULL;
	g_auto(GStrv) lines = NULL;
	g_autoptr(TfStatement) statement = g_new0(TfStatement, 1);

	if (length == 0 || length > SIZE_LIMIT)
		return NULL;

	copy = g_strndup(g_bytes_get_data(text, NULL), length);
	lines = g_strsplit(copy, "\n", N_FIELDS + 3);
	/* The domain, the fields, and nothing after the last newline. */
	if (g_strv_length(lines) != N_FIELDS + 2 || !read_fields(lines, statement) ||
		!is_exactly(statement, text))
		return NULL;

	return g_steal_pointer(&statement);
}

void tf_statement_free(TfStatement *statement)
{
	if (statement == NULL)
		return;

	g_free(statement->ledger);
	g_free(statement->manufacturer);
	g_free(statement->model);
	g_free(statement->serial);
	g_free(statement);
}

static gboolean is_same(const gchar *a, const gchar *b)
{
	return g_strcmp0(a, b != NULL ? b : "") == 0;
}

gboolean tf_statement_is_about_token(
	const TfStatement *statement, const gchar *manufacturer, const gchar *model, const gchar *serial)
{
	return is_same(statement->manufacturer, manufacturer) && is_same(statement->model, model) &&
	       is_same(statement->serial, serial);
}

gboolean tf_statement_fits(const TfStatement *statement, const TfChallengeContext *expected)
{
	return is_same(statement->ledger, expected->ledger) && statement->row == expected->row &&
	       memcmp(statement->certificate_sha256, expected->certificate_sha256, TF_SHA256_SIZE) == 0 &&
	       memcmp(statement->source_sha256, expected->source_sha256, TF_SHA256_SIZE) == 0 &&
	       tf_statement_is_about_token(
		       statement, expected->manufacturer, expected->model, expected->serial);
}
