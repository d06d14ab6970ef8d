/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/secret.h"
#include "lists-private.h"
#include "pc.h"

#define HEAD	 "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nOrigin: Debian\n"
#define SECURITY HEAD "Label: Debian-Security\nSuite: oldstable-security\nCodename: bookworm-security\n"
#define DATE	 "Date: Thu, 26 Nov 2026 21:03:35 UTC\n"
#define UNTIL	 "Valid-Until: Thu, 03 Dec 2026 21:03:35 UTC\n"

static void put(const TfFixturePc *pc, const gchar *name, const gchar *text)
{
	g_autofree gchar *path = g_strconcat(TF_LISTS_DIRECTORY, "/", name, NULL);

	tf_fixture_pc_put(pc, path, text);
}

static TfLists look(const TfFixturePc *pc, const gchar *packages)
{
	static const gchar *const codenames[] = { "", "bookworm", "jammy", NULL };
	const gchar *const configured[] = { "deb.debian.org_security_main_binary-amd64_Packages.lz4",
		"a_main_binary-amd64_Packages", "b_main_binary-amd64_Packages", packages, NULL };
	const TfListsScope scope = { codenames, configured };

	for (guint i = 0; configured[i] != NULL; i++)
		put(pc, configured[i], "packages");

	return tf_lists_look(&pc->site, &scope);
}

static TfLists look_at(const gchar *text)
{
	g_autoptr(TfFixturePc) pc = tf_fixture_pc_new();

	put(pc, "deb.debian.org_security_InRelease", text);

	return look(pc, NULL);
}

static void test_fresh(void)
{
	TfLists lists = look_at(SECURITY DATE UNTIL);

	g_assert_cmpuint(lists.n, ==, 1);
	g_assert_cmpint(lists.date, ==, 1795727015);
	g_assert_false(lists.is_stale);
	g_assert_false(lists.is_early);
	g_assert_false(lists.is_odd);
}

static void test_past_its_end(void)
{
	TfLists lists = look_at(SECURITY "Date: Wed, 18 Nov 2026 00:00:00 UTC\n"
					 "Valid-Until: Wed, 25 Nov 2026 00:00:00 UTC\n");

	g_assert_true(lists.is_stale);
}

static void test_without_end(void)
{
	g_assert_false(look_at(SECURITY DATE).is_stale);
	g_assert_true(look_at(SECURITY "Date: Wed, 18 Nov 2026 00:00:00 UTC\n").is_stale);
	g_assert_true(
		look_at(SECURITY "Date: Wed, 18 Nov 2026 00:00:00 UTC\nValid-Until: always\n").is_stale);
}

static void test_of_a_day_to_come(void)
{
	TfLists lists = look_at(SECURITY "Date: Thu, 26 Nov 2027 00:00:00 UTC\n");

	g_assert_true(lists.is_early);
}

static void test_without_a_date(void)
{
	g_assert_true(look_at(SECURITY UNTIL).is_odd);
	g_assert_true(look_at(SECURITY "Date: today\n" UNTIL).is_odd);
}

static void test_of_other_packages(void)
{
	g_assert_cmpuint(look_at(HEAD "Label: Debian\nSuite: oldstable\n" DATE UNTIL).n, ==, 0);
	g_assert_cmpuint(look_at("").n, ==, 0);
	g_assert_cmpuint(look_at(HEAD "Label: Acme Security Tools\nSuite: security\n" DATE UNTIL).n, ==, 0);
	g_assert_cmpuint(look_at(HEAD "Codename: bullseye-security\n" DATE UNTIL).n, ==, 0);
}

static void test_the_oldest_counts(void)
{
	g_autoptr(TfFixturePc) pc = tf_fixture_pc_new();
	TfLists lists;

	put(pc, "a_InRelease", SECURITY DATE UNTIL);
	put(pc, "b_Release",
		HEAD "Suite: jammy-security\nCodename: jammy\nDate: Wed, 25 Nov 2026 00:00:00 UTC\n");
	put(pc, "c_Packages", SECURITY "Date: Wed, 04 Nov 2026 00:00:00 UTC\n");
	lists = look(pc, NULL);

	g_assert_cmpuint(lists.n, ==, 2);
	g_assert_cmpint(lists.date, ==, 1795564800);
}

/* Whoever writes the date behind the digests is not read so far. */
static void test_huge(void)
{
	g_autofree gchar *lines = g_strnfill(20000, '\n');
	g_autofree gchar *text = g_strconcat(SECURITY, lines, DATE, NULL);

	g_assert_true(look_at(text).is_odd);
}

static void test_none(void)
{
	g_autoptr(TfFixturePc) pc = tf_fixture_pc_new();
	TfLists lists = look(pc, NULL);

	g_assert_cmpuint(lists.n, ==, 0);
	g_assert_false(lists.is_refused);
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/lists/a list of this week is fresh", test_fresh);
	g_test_add_func("/lists/a list past its end is stale", test_past_its_end);
	g_test_add_func("/lists/a list without an end is stale after a week", test_without_end);
	g_test_add_func("/lists/a list of a day to come is told", test_of_a_day_to_come);
	g_test_add_func("/lists/a list without a date may be of any day", test_without_a_date);
	g_test_add_func("/lists/lists of other packages do not count", test_of_other_packages);
	g_test_add_func("/lists/of several the oldest counts", test_the_oldest_counts);
	g_test_add_func("/lists/only the head is read", test_huge);
	g_test_add_func("/lists/there may be none", test_none);

	return g_test_run();
}
