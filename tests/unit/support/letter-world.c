/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "letter-world.h"

#include <string.h>

const TfLetter tf_letter_usual = {
	.number = "12345678",
	.name = "髙橋 太郎",
	.number_label = "社労士登録番号(8ケタ)",
	.campaign_title = "Tokenferry デモ",
	.contact = "連合会の窓口にお問い合わせください。\n電話は平日のみです。",
	.token_label = "TF-0001",
	.token_serial = "00a1b2c3",
	.language = "ja",
	.issued = 1767225600, /* 2026-01-01T00:00:00Z */
	.time_zone = "Asia/Tokyo",
};

gchar *tf_letter_ask(const gchar *path, const gchar *const *argv)
{
	g_autoptr(GPtrArray) words = g_ptr_array_new();
	g_autoptr(GError) error = NULL;
	gchar *printed = NULL;
	gint status = 0;

	for (; *argv != NULL; argv++)
		g_ptr_array_add(words, (gpointer)(strcmp(*argv, "{}") == 0 ? path : *argv));
	g_ptr_array_add(words, NULL);
	(void)g_spawn_sync(NULL, (gchar **)words->pdata, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &printed,
		NULL, &status, &error);
	g_assert_no_error(error);
	g_assert_true(g_spawn_check_wait_status(status, NULL));

	return printed;
}

gchar *tf_letter_read(const gchar *path)
{
	static const gchar *const argv[] = { "pdftotext", "-raw", "{}", "-", NULL };
	gchar *text = tf_letter_ask(path, argv);
	gchar *to = text;

	for (const gchar *at = text; *at != '\0'; at++) {
		if (strchr(" \n\f", *at) == NULL)
			*to++ = *at;
	}
	*to = '\0';

	return text;
}
