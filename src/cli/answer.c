/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/answer.h"

#include <string.h>

typedef struct Word {
	const gchar *text; /* as normal_form() writes it */
	TfAnswer answer;
} Word;

static const Word words[] = {
	{ "y", TF_ANSWER_YES },
	{ "yes", TF_ANSWER_YES },
	{ "はい", TF_ANSWER_YES },
	{ "ハイ", TF_ANSWER_YES },
	{ "n", TF_ANSWER_NO },
	{ "no", TF_ANSWER_NO },
	{ "いいえ", TF_ANSWER_NO },
	{ "イイエ", TF_ANSWER_NO },
};

gchar *tf_answer_text(const gchar *text)
{
	const gchar *first = text;
	const gchar *end = text;

	while (*first != '\0' && g_unichar_isspace(g_utf8_get_char(first)))
		first = g_utf8_next_char(first);
	for (const gchar *at = first; *at != '\0'; at = g_utf8_next_char(at)) {
		if (!g_unichar_isspace(g_utf8_get_char(at)))
			end = g_utf8_next_char(at);
	}

	return *first != '\0' ? g_strndup(first, (gsize)(end - first)) : NULL;
}

/* NFKC makes full-width letters and half-width kana what they usually are. */
static gchar *normal_form(const gchar *text)
{
	g_autofree gchar *normal = g_utf8_normalize(text, -1, G_NORMALIZE_NFKC);
	g_autofree gchar *folded = normal != NULL ? g_utf8_casefold(normal, -1) : NULL;

	return folded != NULL ? tf_answer_text(folded) : NULL;
}

TfAnswer tf_answer_parse(const gchar *text)
{
	g_autofree gchar *normal = normal_form(text);

	for (gsize i = 0; normal != NULL && i < G_N_ELEMENTS(words); i++) {
		if (strcmp(normal, words[i].text) == 0)
			return words[i].answer;
	}

	return TF_ANSWER_UNCLEAR;
}

guint tf_answer_number(const gchar *text, guint maximum)
{
	g_autofree gchar *normal = normal_form(text);
	guint64 number = 0;

	if (normal == NULL || maximum == 0 ||
		!g_ascii_string_to_unsigned(normal, 10, 1, maximum, &number, NULL))
		return 0;

	return (guint)number;
}

gchar *tf_answer_digits(const gchar *text)
{
	g_autofree gchar *normal = g_utf8_normalize(text, -1, G_NORMALIZE_NFKC);
	g_autoptr(GString) digits = g_string_new(NULL);

	if (normal == NULL)
		return g_strdup(text);
	for (const gchar *at = normal; *at != '\0'; at = g_utf8_next_char(at)) {
		gunichar character = g_utf8_get_char(at);

		if (!g_unichar_isspace(character))
			g_string_append_unichar(digits, character);
	}

	return g_string_free(g_steal_pointer(&digits), FALSE);
}

static gchar *without_quotes(const gchar *text)
{
	gsize length = strlen(text);

	if (length >= 2 && (text[0] == '\'' || text[0] == '"') && text[length - 1] == text[0])
		return g_strndup(text + 1, length - 2);
	if (strchr(text, '\\') != NULL) {
		g_autoptr(GString) plain = g_string_new(NULL);

		for (const gchar *at = text; *at != '\0'; at++) {
			if (*at == '\\' && at[1] != '\0')
				at++;
			g_string_append_c(plain, *at);
		}
		return g_string_free(g_steal_pointer(&plain), FALSE);
	}

	return g_strdup(text);
}

gchar *tf_answer_path(const gchar *text)
{
	g_autofree gchar *bare = tf_answer_text(text);
	g_autofree gchar *plain = bare != NULL ? without_quotes(bare) : g_strdup("");

	if (g_str_has_prefix(plain, "file://")) {
		gchar *path = g_filename_from_uri(plain, NULL, NULL);

		if (path != NULL)
			return path;
	}
	if (g_str_has_prefix(plain, "~/"))
		return g_build_filename(g_get_home_dir(), plain + 2, NULL);

	return g_steal_pointer(&plain);
}
