/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/secret.h"
#include "pc.h"
#include "posture-private.h"

#define PATTERN "/proc/sys/kernel/core_pattern"

static TfFixturePc *pc_of(gboolean is_dumpable, rlim_t limit, const gchar *pattern)
{
	TfFixturePc *pc = tf_fixture_pc_new();

	pc->site.is_dumpable = is_dumpable;
	pc->site.core_limit = limit;
	if (pattern != NULL)
		tf_fixture_pc_put(pc, PATTERN, pattern);
	tf_posture_core(&pc->site, pc->posture);

	return pc;
}

static void test_not_dumpable(void)
{
	g_autoptr(TfFixturePc) pc = pc_of(FALSE, RLIM_INFINITY, "|/usr/lib/apport %p\n");

	tf_fixture_pc_expect(pc, TF_FINDING_CORE_REFUSED, NULL);
}

static void test_limited(void)
{
	g_autoptr(TfFixturePc) pc = pc_of(TRUE, 0, "core\n");

	tf_fixture_pc_expect(pc, TF_FINDING_CORE_LIMITED, NULL);
}

static void test_piped(void)
{
	g_autoptr(TfFixturePc) pc = pc_of(TRUE, 0, "|/usr/lib/apport %p\n");

	tf_fixture_pc_expect(pc, TF_FINDING_CORE_PIPED, "|/usr/lib/apport %p", NULL);
}

static void test_written(void)
{
	g_autoptr(TfFixturePc) pc = pc_of(TRUE, RLIM_INFINITY, "core\n");

	tf_fixture_pc_expect(pc, TF_FINDING_CORE_WRITTEN, "core", NULL);
}

static void test_unreadable(void)
{
	g_autoptr(TfFixturePc) pc = pc_of(TRUE, 0, NULL);

	tf_fixture_pc_expect(pc, TF_FINDING_CORE_UNREADABLE, NULL);
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/posture-core/a process that is not dumpable leaves none", test_not_dumpable);
	g_test_add_func("/posture-core/a limit of 0 suffices for a file", test_limited);
	g_test_add_func("/posture-core/a limit of 0 does not suffice for a pipe", test_piped);
	g_test_add_func("/posture-core/without a limit it is written", test_written);
	g_test_add_func("/posture-core/a pattern that cannot be read is unknown", test_unreadable);

	return g_test_run();
}
