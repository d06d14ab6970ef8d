/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "day-private.h"

static void test_iso(void)
{
	static const gchar *const others[] = { "", "2026-07", "2026-7-11", "2026-07-111", "2026-02-30",
		"2026-13-01", "0000-01-01", "-026-07-11", "2026 07 11", "2026-07-1x", " 026-07-11" };
	gint64 seconds = 7;

	g_assert_true(tf_day_from_iso("2026-07-11", &seconds));
	g_assert_cmpint(seconds, ==, 1783728000);
	for (gsize i = 0; i < G_N_ELEMENTS(others); i++)
		g_assert_false(tf_day_from_iso(others[i], &seconds));
}

static void test_mail(void)
{
	static const struct {
		const gchar *text;
		gint64 seconds;
	} rows[] = {
		{ "Thu, 26 Nov 2026 21:03:35 UTC", 1795727015 },
		{ "Thu, 26 Nov 2026 21:03:35 +0000", 1795727015 },
		{ "26 Nov 2026 21:03:35 GMT", 1795727015 },
		{ "Fri, 27 Nov 2026 06:03:35 +0900", 1795727015 },
		{ "26 Nov 2026 17-03 -0400", 1795726980 },
		{ "Sun,  1 Nov 2026 00:00:00 UTC", 1793491200 },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		gint64 seconds = 0;

		g_assert_true(tf_day_from_mail(rows[i].text, &seconds));
		g_assert_cmpint(seconds, ==, rows[i].seconds);
	}
}

static void test_no_mail(void)
{
	static const gchar *const texts[] = { "", ",", "yesterday", "26 Nov 2026", "26 Nov 2026 21:03:35",
		"26 Nov 2026 21:03:35 EST", "31 Feb 2026 00:00:00 UTC", "26 Nob 2026 21:03:35 UTC",
		"26 Nov 99999 21:03:35 UTC", "26 Nov 2026 25:03:35 UTC", "26 Nov 2026 21:03 +9999",
		"26 Nov 2026 21:03:35 +090", "99999999999999999999 Nov 2026 21:03:35 UTC" };
	gint64 seconds = 0;

	for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
		g_assert_false(tf_day_from_mail(texts[i], &seconds));
}

static void test_to_iso(void)
{
	g_autofree gchar *day = tf_day_to_iso(1783728000);
	g_autofree gchar *beyond = tf_day_to_iso(G_MAXINT64);

	g_assert_cmpstr(day, ==, "2026-07-11");
	g_assert_cmpstr(beyond, ==, "");
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/day/a day of ISO 8601 is read strictly", test_iso);
	g_test_add_func("/day/a date of mail and of ClamAV is read", test_mail);
	g_test_add_func("/day/what is no date of mail is none", test_no_mail);
	g_test_add_func("/day/a day is written, and none beyond the calendar", test_to_iso);

	return g_test_run();
}
