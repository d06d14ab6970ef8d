/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "base/secret.h"
#include "cli/posture-table.h"

#define DATE G_GINT64_CONSTANT(1795910400) /* 2026-11-29T00:00:00Z */

static TfPosture *usual(void)
{
	TfPosture *posture = tf_posture_new();

	(void)tf_posture_add(posture, TF_FINDING_SWAP_NONE, "/proc/swaps", DATE, NULL);
	(void)tf_posture_add(posture, TF_FINDING_ANTIVIRUS_NONE, "/opt", DATE, NULL);
	tf_posture_add(posture, TF_FINDING_LISTS_MISSING, "/lists", DATE, NULL)->root_would_add = TRUE;

	return posture;
}

static void assert_says(const gchar *text, const gchar *part)
{
	if (strstr(text, part) == NULL)
		g_error("'%s' is not in: %s", part, text);
}

static void test_answers(void)
{
	g_autoptr(TfPosture) posture = usual();
	g_autofree gchar *text = tf_posture_table(posture);

	assert_says(text, "[+] yes       Does memory reach no disk");
	assert_says(text, "[!] no        Is there protection against viruses");
	assert_says(text, "[?] unknown   Are the security updates installed?");
	assert_says(text, "Source: /proc/swaps, of 29 November 2026\n");
	assert_says(text, "What to do: The guide asks for it");
}

static void test_sum(void)
{
	g_autoptr(TfPosture) posture = usual();
	g_autofree gchar *text = tf_posture_table(posture);

	assert_says(text, "Answered with yes: 1, with no: 1, unknown: 1.");
}

static void test_rights(void)
{
	g_autoptr(TfPosture) posture = usual();
	g_autofree gchar *text = tf_posture_table(posture);

	assert_says(text, "The administrator (root) would learn more about this.");
	assert_says(text, "'sudo tokenferry check'");
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/posture-table/each answer has its sign, source and what to do", test_answers);
	g_test_add_func("/posture-table/the answers are counted", test_sum);
	g_test_add_func("/posture-table/it says what the administrator would learn", test_rights);

	return g_test_run();
}
