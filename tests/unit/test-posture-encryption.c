/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/secret.h"
#include "pc.h"
#include "posture-private.h"

#define HOME "/home/hanako"

static void expect(const gchar *file_system, TfTristate is_encrypted, TfPostureFinding finding)
{
	g_autoptr(TfFixturePc) pc = tf_fixture_pc_new();
	g_autoptr(TfMedia) media = g_new0(TfMedia, 1);

	media->file_system = g_strdup(file_system);
	media->is_encrypted = is_encrypted;
	tf_posture_encryption_of(media, &pc->site, HOME, pc->posture);

	tf_fixture_pc_expect(pc, finding, HOME, NULL);
}

static void test_device(void)
{
	expect("ext4", TF_YES, TF_FINDING_ENCRYPTED);
	expect("ext4", TF_NO, TF_FINDING_NOT_ENCRYPTED);
	expect("zfs", TF_UNKNOWN, TF_FINDING_ENCRYPTION_UNTOLD);
}

static void test_file_system(void)
{
	expect("ecryptfs", TF_UNKNOWN, TF_FINDING_ENCRYPTED);
	expect("fuse.gocryptfs", TF_UNKNOWN, TF_FINDING_ENCRYPTED);
	expect("fuse.sshfs", TF_UNKNOWN, TF_FINDING_ENCRYPTION_UNTOLD);
}

static void test_no_home(void)
{
	g_autoptr(TfFixturePc) pc = tf_fixture_pc_new();

	tf_posture_encryption(&pc->site, pc->posture);

	tf_fixture_pc_expect(pc, TF_FINDING_ENCRYPTION_UNTOLD, HOME, NULL);
}

static void test_home_as_its_medium(void)
{
	g_autoptr(TfFixturePc) pc = tf_fixture_pc_new();

	tf_fixture_pc_put(pc, HOME "/file", "");
	tf_posture_encryption(&pc->site, pc->posture);

	g_assert_nonnull(tf_posture_answer(pc->posture, TF_POSTURE_ENCRYPTION));
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/posture-encryption/the device decides", test_device);
	g_test_add_func("/posture-encryption/some file systems encrypt by themselves", test_file_system);
	g_test_add_func("/posture-encryption/a home that is not there is unknown", test_no_home);
	g_test_add_func("/posture-encryption/a home is looked at as a medium", test_home_as_its_medium);

	return g_test_run();
}
