/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/secret.h"
#include "pc.h"

/* Nothing at all is a PC of which nothing good is known, but what it lacks and what this process is. */
static void test_empty(void)
{
	g_autoptr(TfFixturePc) pc = tf_fixture_pc_new();

	tf_posture_look(&pc->site, pc->posture);

	g_assert_cmpuint(pc->posture->answers->len, ==, 7);
	for (guint i = TF_POSTURE_SUPPORT; i <= TF_POSTURE_ENCRYPTION; i++)
		g_assert_nonnull(tf_posture_answer(pc->posture, (TfPostureQuestion)i));
	g_assert_cmpuint(tf_posture_count(pc->posture, TF_YES), ==, 2);
	g_assert_cmpuint(tf_posture_count(pc->posture, TF_NO), ==, 1);
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/posture-look/each question is answered once, also on an empty PC", test_empty);

	return g_test_run();
}
