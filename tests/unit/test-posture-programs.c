/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/secret.h"
#include "pc.h"
#include "posture-private.h"

static void test_none(void)
{
	g_autoptr(TfFixturePc) pc = tf_fixture_pc_new();

	tf_fixture_pc_put(pc, "/usr/local/bin/script", "");
	tf_fixture_pc_put(pc, "/opt/.hidden", "");
	tf_posture_programs(&pc->site, pc->posture);

	tf_fixture_pc_expect(pc, TF_FINDING_PROGRAMS_NONE, NULL);
}

static void test_found(void)
{
	g_autoptr(TfFixturePc) pc = tf_fixture_pc_new();

	tf_fixture_pc_put(pc, "/opt/Adobe/Reader9/bin/acroread", "");
	tf_fixture_pc_put(pc, "/usr/local/jdk-8u202/bin/java", "");
	tf_posture_programs(&pc->site, pc->posture);

	tf_fixture_pc_expect(pc, TF_FINDING_PROGRAMS_FOUND, "/opt/Adobe /usr/local/jdk-8u202", NULL);
}

static void test_many(void)
{
	g_autoptr(TfFixturePc) pc = tf_fixture_pc_new();

	for (guint i = 0; i < 2000; i++) {
		g_autofree gchar *path = g_strdup_printf("/opt/%04u", i);

		tf_fixture_pc_put(pc, path, "");
	}
	tf_posture_programs(&pc->site, pc->posture);

	g_assert_cmpuint(((const TfPostureAnswer *)g_ptr_array_index(pc->posture->answers, 0))->finding, ==,
		TF_FINDING_PROGRAMS_FOUND);
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/posture-programs/a PC of packages has none", test_none);
	g_test_add_func("/posture-programs/Adobe and Java past the packages are named", test_found);
	g_test_add_func("/posture-programs/very many do no harm", test_many);

	return g_test_run();
}
