/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/language.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <locale.h>
#include <string.h>

static const gchar *const spoken[] = { "en", "ja" };
static const gchar *const locale_variables[] = { "LC_ALL", "LC_MESSAGES", "LANG" };

/* From us to our children: --lang, and a locale that is not installed, are in no variable of the system. */
#define VARIABLE "TOKENFERRY_LANGUAGE"

gboolean tf_language_is_spoken(const gchar *language)
{
	for (gsize i = 0; i < G_N_ELEMENTS(spoken); i++) {
		if (strcmp(language, spoken[i]) == 0)
			return TRUE;
	}

	return FALSE;
}

/* "ja" for LC_ALL=ja_JP.UTF-8; NULL for a locale of another language. Static. */
static const gchar *language_of_environment(void)
{
	const gchar *locale = NULL;

	for (gsize i = 0; i < G_N_ELEMENTS(locale_variables) && locale == NULL; i++) {
		locale = g_getenv(locale_variables[i]);
		if (locale != NULL && locale[0] == '\0')
			locale = NULL;
	}
	for (gsize i = 0; locale != NULL && i < G_N_ELEMENTS(spoken); i++) {
		if (g_str_has_prefix(locale, spoken[i]) && !g_ascii_isalpha(locale[2]))
			return spoken[i];
	}

	return NULL;
}

static gboolean speaks_nothing(void)
{
	const gchar *locale = setlocale(LC_MESSAGES, NULL);

	return locale == NULL || strcmp(locale, "C") == 0 || strcmp(locale, "POSIX") == 0;
}

void tf_language_setup(const gchar *language)
{
	gboolean is_installed = setlocale(LC_ALL, "") != NULL;

	if (language != NULL && !tf_language_is_spoken(language))
		language = NULL;
	if (language == NULL && !is_installed)
		language = language_of_environment();

	/* Messages are UTF-8 everywhere, and so are the names that people type; gettext passes LANGUAGE over
	 * in the C locale, but not in C.UTF-8. */
	if (language != NULL && speaks_nothing())
		(void)setlocale(LC_ALL, "C.UTF-8");
	else if (speaks_nothing())
		(void)setlocale(LC_CTYPE, "C.UTF-8");
	if (language != NULL)
		(void)g_setenv("LANGUAGE", language, TRUE);

	(void)bindtextdomain(GETTEXT_PACKAGE, LOCALEDIR);
	(void)bind_textdomain_codeset(GETTEXT_PACKAGE, "UTF-8");
	(void)textdomain(GETTEXT_PACKAGE);
	(void)g_setenv(VARIABLE, tf_language_spoken(), TRUE);
}

void tf_language_take_over(void)
{
	tf_language_setup(g_getenv(VARIABLE));
	/* Numbers in what they write, a PDF say, are nobody's language. */
	(void)setlocale(LC_NUMERIC, "C");
	/* The C library reads its own catalogue for the first of its messages. */
	(void)g_strerror(ENOENT);
}

const gchar *tf_language_spoken(void)
{
	/* TRANSLATORS: the code of your language, as profiles name it: "ja". */
	const gchar *language = _("en");

	return tf_language_is_spoken(language) ? language : spoken[0];
}
