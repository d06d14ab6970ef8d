/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/secret.h"
#include "definitions-private.h"
#include "pc.h"

#define DAILY "ClamAV-VDB:28 Nov 2026 03-26 -0500:27455:2066000:90:X:X:raynman:1764300000"
#define MAIN  "ClamAV-VDB:16 Sep 2021 08-32 -0400:62:6647427:90:X:X:sigmgr:1631795562"

static void put(const TfFixturePc *pc, const gchar *name, const gchar *text)
{
	g_autofree gchar *path = g_strconcat(TF_DEFINITIONS_DIRECTORY, "/", name, NULL);

	tf_fixture_pc_put(pc, path, text);
}

static void test_newest(void)
{
	g_autoptr(TfFixturePc) pc = tf_fixture_pc_new();
	TfDefinitions definitions;

	put(pc, "main.cvd", MAIN);
	put(pc, "daily.cld", DAILY);
	definitions = tf_definitions_look(&pc->site);

	g_assert_cmpstr(definitions.path, ==, TF_DEFINITIONS_DIRECTORY "/daily.cld");
	g_assert_cmpint(definitions.date, ==, 1795854360);
	g_assert_false(definitions.is_odd);
	g_free(definitions.path);
}

static void test_odd_heads(void)
{
	static const gchar *const heads[] = { "", "ClamAV-VDB:", "ClamAV-VDB", "ClamAV-VDB:soon:1:2",
		"XlamAV-VDB:28 Nov 2026 03-26 -0500:1", "ClamAV-VDB:28 Nov 2026 03-26:1" };

	for (gsize i = 0; i < G_N_ELEMENTS(heads); i++) {
		g_autoptr(TfFixturePc) pc = tf_fixture_pc_new();
		TfDefinitions definitions;

		put(pc, "daily.cvd", heads[i]);
		definitions = tf_definitions_look(&pc->site);

		g_assert_null(definitions.path);
		g_assert_true(definitions.is_odd);
	}
}

static void test_none(void)
{
	g_autoptr(TfFixturePc) pc = tf_fixture_pc_new();
	TfDefinitions definitions = tf_definitions_look(&pc->site);

	g_assert_null(definitions.path);
	g_assert_false(definitions.is_odd);
	g_assert_false(definitions.is_refused);
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/definitions/the newest database says how old they are", test_newest);
	g_test_add_func("/definitions/a head that is out of form says nothing", test_odd_heads);
	g_test_add_func("/definitions/there may be none", test_none);

	return g_test_run();
}
