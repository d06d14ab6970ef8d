/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gi18n.h>
#include <string.h>

#include "base/error.h"
#include "base/escape.h"
#include "letter-draw-private.h"

/* One text of the body: its limit in bytes, and whether it may have several lines. */
typedef struct Field {
	const gchar *key;
	gsize offset;
	gsize limit;
	gboolean is_needed;
	gboolean has_lines;
} Field;

static const Field fields[] = {
	{ "number", G_STRUCT_OFFSET(TfLetterContents, number), 256, TRUE, FALSE },
	{ "name", G_STRUCT_OFFSET(TfLetterContents, name), 2048, TRUE, FALSE },
	{ "number-label", G_STRUCT_OFFSET(TfLetterContents, number_label), 2048, FALSE, FALSE },
	{ "campaign-title", G_STRUCT_OFFSET(TfLetterContents, campaign_title), 2048, FALSE, FALSE },
	{ "contact", G_STRUCT_OFFSET(TfLetterContents, contact), 16384, FALSE, TRUE },
	{ "token-label", G_STRUCT_OFFSET(TfLetterContents, token_label), 512, FALSE, FALSE },
	{ "token-serial", G_STRUCT_OFFSET(TfLetterContents, token_serial), 512, FALSE, FALSE },
	{ "date", G_STRUCT_OFFSET(TfLetterContents, date), 256, TRUE, FALSE },
};

static gboolean is_good(const Field *field, const gchar *text)
{
	g_autofree gchar *clean = field->has_lines ? tf_escape_lines(text) : tf_escape_terminal(text);

	return strlen(text) <= field->limit && strcmp(clean, text) == 0;
}

gboolean tf_letter_contents_read(GVariant *body, TfLetterContents *ret_contents, GError **error)
{
	TfLetterContents contents = { 0 };
	const gchar *language = NULL;

	for (gsize i = 0; i < G_N_ELEMENTS(fields); i++) {
		const gchar *text = NULL;

		(void)g_variant_lookup(body, fields[i].key, "&s", &text);
		if (text != NULL ? !is_good(&fields[i], text) : fields[i].is_needed)
			return tf_raise(error, TF_ERROR_LETTER_FAILED, TF_LETTER_ANY, fields[i].key, NULL);
		G_STRUCT_MEMBER(const gchar *, &contents, fields[i].offset) = text;
	}
	(void)g_variant_lookup(body, "language", "&s", &language);
	(void)g_variant_lookup(body, "issued", "x", &contents.issued);
	contents.language = tf_letter_language(language);
	*ret_contents = contents;

	return TRUE;
}
