/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "letter-font-private.h"

#include <string.h>

void tf_letter_font_free(FcPattern *font)
{
	if (font != NULL)
		FcPatternDestroy(font);
}

/* A font has its name in several languages; which one comes first depends on the locale. */
static gboolean has_name(const FcPattern *font)
{
	FcChar8 *name = NULL;

	for (int i = 0; FcPatternGetString(font, FC_FAMILY, i, &name) == FcResultMatch; i++) {
		if (strcmp((const gchar *)name, TF_LETTER_FONT) == 0)
			return TRUE;
	}

	return FALSE;
}

FcPattern *tf_letter_font_find(void)
{
	g_autoptr(FcPattern) wanted = FcPatternBuild(NULL, FC_FAMILY, FcTypeString, TF_LETTER_FONT, NULL);
	g_autoptr(FcPattern) found = NULL;
	FcResult result = FcResultNoMatch;

	if (wanted == NULL || !FcConfigSubstitute(NULL, wanted, FcMatchPattern))
		return NULL;
	FcDefaultSubstitute(wanted);
	found = FcFontMatch(NULL, wanted, &result);

	return found != NULL && has_name(found) ? g_steal_pointer(&found) : NULL;
}
