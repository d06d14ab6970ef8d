/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "batch/letter.h"
#include "letter-font-private.h"

static gboolean is_variation_selector(gunichar character)
{
	return (character >= 0xFE00 && character <= 0xFE0F) || (character >= 0xE0100 && character <= 0xE01EF);
}

/* The font has no glyph of its own for any variant: a variation selector would be dropped, and another form
 * of the character printed than the member writes. U+FFFD stands for a character that was lost. */
static const gchar *find_missing(const FcCharSet *characters, const gchar *text)
{
	const gchar *previous = text;

	for (const gchar *at = text; *at != '\0'; previous = at, at = g_utf8_next_char(at)) {
		gunichar character = g_utf8_get_char(at);

		if (is_variation_selector(character))
			return previous;
		if (characters == NULL || character == 0xFFFD || !FcCharSetHasChar(characters, character))
			return at;
	}

	return NULL;
}

struct TfLetterGlyphs {
	FcPattern *font; /* NULL: not installed */
};

TfLetterGlyphs *tf_letter_glyphs_new(void)
{
	TfLetterGlyphs *glyphs = g_new0(TfLetterGlyphs, 1);

	glyphs->font = tf_letter_font_find();

	return glyphs;
}

void tf_letter_glyphs_free(TfLetterGlyphs *glyphs)
{
	if (glyphs == NULL)
		return;

	tf_letter_font_free(glyphs->font);
	g_free(glyphs);
}

gboolean tf_letter_glyphs_have(const TfLetterGlyphs *glyphs, const gchar *text, gchar **ret_missing)
{
	g_autofree gchar *valid = g_utf8_make_valid(text, -1);
	FcCharSet *characters = NULL;
	const gchar *missing = NULL, *end = NULL;

	if (glyphs->font != NULL &&
		FcPatternGetCharSet(glyphs->font, FC_CHARSET, 0, &characters) != FcResultMatch)
		characters = NULL;
	missing = find_missing(characters, valid);
	if (missing == NULL)
		return TRUE;
	if (ret_missing == NULL)
		return FALSE;

	end = g_utf8_next_char(missing);
	if (*end != '\0' && is_variation_selector(g_utf8_get_char(end)))
		end = g_utf8_next_char(end);
	*ret_missing = g_strndup(missing, (gsize)(end - missing));

	return FALSE;
}
