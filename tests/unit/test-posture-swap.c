/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/secret.h"
#include "pc.h"
#include "posture-private.h"

#define HEADING "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n"
#define SDA	"/sys/devices/pci0000:00/ata1/block/sda"
#define DM_0	"/sys/devices/virtual/block/dm-0"
#define ZRAM	"/sys/devices/virtual/block/zram0"

static void put_device(const TfFixturePc *pc, const gchar *device, const gchar *name, const gchar *number)
{
	g_autofree gchar *file = g_strconcat(device, "/dev", NULL);
	g_autofree gchar *line = g_strconcat(number, "\n", NULL);
	g_autofree gchar *by_name = g_strconcat("/sys/class/block/", name, NULL);
	g_autofree gchar *by_number = g_strconcat("/sys/dev/block/", number, NULL);

	tf_fixture_pc_put(pc, file, line);
	tf_fixture_pc_link(pc, by_name, device);
	tf_fixture_pc_link(pc, by_number, device);
}

/* A plain disk, and an encrypted volume on it. */
static TfFixturePc *pc_with(const gchar *swaps)
{
	g_autofree gchar *text = g_strconcat(HEADING, swaps, NULL);
	TfFixturePc *pc = tf_fixture_pc_new();

	put_device(pc, SDA, "sda", "8:0");
	put_device(pc, SDA "/sda2", "sda2", "8:2");
	tf_fixture_pc_put(pc, SDA "/sda2/partition", "2\n");
	put_device(pc, DM_0, "dm-0", "253:0");
	tf_fixture_pc_put(pc, DM_0 "/dm/uuid", "CRYPT-LUKS2-0123-swap\n");
	tf_fixture_pc_link(pc, DM_0 "/slaves/sda2", SDA "/sda2");
	put_device(pc, ZRAM, "zram0", "252:0");
	tf_fixture_pc_put(pc, "/proc/swaps", text);

	return pc;
}

static void expect(const gchar *swaps, TfPostureFinding finding, const gchar *names)
{
	g_autoptr(TfFixturePc) pc = pc_with(swaps);

	tf_posture_swap(&pc->site, pc->posture);

	g_assert_cmpstr(tf_fixture_pc_expect(pc, finding, names, NULL)->source, ==, "/proc/swaps");
}

static void test_none(void)
{
	expect("", TF_FINDING_SWAP_NONE, NULL);
}

static void test_plain(void)
{
	expect("/dev/sda2                               partition\t8388604\t0\t-2\n", TF_FINDING_SWAP_PLAIN,
		"/dev/sda2");
}

static void test_encrypted(void)
{
	expect("/dev/dm-0 partition\t8388604\t0\t-2\n", TF_FINDING_SWAP_ENCRYPTED, "/dev/dm-0");
}

static void test_one_of_two(void)
{
	expect("/dev/dm-0 partition\t8388604\t0\t-2\n/dev/sda2 partition\t8388604\t0\t-3\n",
		TF_FINDING_SWAP_PLAIN, "/dev/sda2");
}

static void test_memory(void)
{
	expect("/dev/zram0 partition\t8388604\t0\t100\n", TF_FINDING_SWAP_MEMORY, NULL);
}

static void test_memory_written_back(void)
{
	g_autoptr(TfFixturePc) plain = pc_with("/dev/zram0 partition\t8388604\t0\t100\n");
	g_autoptr(TfFixturePc) none = pc_with("/dev/zram0 partition\t8388604\t0\t100\n");

	tf_fixture_pc_put(plain, ZRAM "/backing_dev", "/dev/sda2\n");
	tf_fixture_pc_put(none, ZRAM "/backing_dev", "none\n");
	tf_posture_swap(&plain->site, plain->posture);
	tf_posture_swap(&none->site, none->posture);

	tf_fixture_pc_expect(plain, TF_FINDING_SWAP_PLAIN, "/dev/zram0", NULL);
	tf_fixture_pc_expect(none, TF_FINDING_SWAP_MEMORY, NULL);
}

/* "Not there" is no evidence while nothing of the device is there. */
static void test_memory_untold(void)
{
	g_autoptr(TfFixturePc) hidden = pc_with("/dev/zram0 partition\t8388604\t0\t100\n");

	tf_fixture_pc_put(hidden, ZRAM "/backing_dev/no-file", "");
	tf_posture_swap(&hidden->site, hidden->posture);

	tf_fixture_pc_expect(hidden, TF_FINDING_SWAP_UNTOLD, "/dev/zram0", NULL);
	expect("/dev/zram1 partition\t8388604\t0\t100\n", TF_FINDING_SWAP_UNTOLD, "/dev/zram1");
}

static void test_unknown(void)
{
	expect("/dev/sdz9 partition\t8388604\t0\t-2\n", TF_FINDING_SWAP_UNTOLD, "/dev/sdz9");
	expect("/no\\040such\\040file file\t8388604\t0\t-2\n", TF_FINDING_SWAP_UNTOLD, "/no such file");
}

/* Where it lies is seen as for every other file (test-media.c). */
static void test_file(void)
{
	g_autoptr(TfFixturePc) pc = pc_with("/swap\\040file file\t8388604\t0\t-2\n");
	const TfPostureAnswer *answer = NULL;

	tf_fixture_pc_put(pc, "/swap file", "");
	tf_posture_swap(&pc->site, pc->posture);

	g_assert_cmpuint(pc->posture->answers->len, ==, 1);
	answer = g_ptr_array_index(pc->posture->answers, 0);
	g_assert_cmpstr(answer->arguments[0], ==, "/swap file");
}

static void test_hostile(void)
{
	static const gchar *const swaps[] = { "x\n", " \n", "\\777 partition\n", "/ partition\n",
		". partition\n", "/dev/.. partition\n" };

	for (gsize i = 0; i < G_N_ELEMENTS(swaps); i++) {
		g_autoptr(TfFixturePc) pc = pc_with(swaps[i]);

		tf_posture_swap(&pc->site, pc->posture);

		g_assert_cmpuint(tf_posture_count(pc->posture, TF_UNKNOWN), ==, 1);
	}
}

static void test_unreadable(void)
{
	g_autofree gchar *huge = g_strnfill(100000, 'x');
	g_autoptr(TfFixturePc) none = tf_fixture_pc_new();
	g_autoptr(TfFixturePc) endless = pc_with(huge);

	tf_posture_swap(&none->site, none->posture);
	tf_posture_swap(&endless->site, endless->posture);

	tf_fixture_pc_expect(none, TF_FINDING_SWAP_UNREADABLE, NULL);
	tf_fixture_pc_expect(endless, TF_FINDING_SWAP_UNREADABLE, NULL);
}

static void test_no_heading(void)
{
	static const gchar *const texts[] = { "", "\n", "Filename\n", "Filename Type Size Used\n",
		"Filename Type Size Used Priority and more\n", "/dev/dm-0 partition\t8388604\t0\t-2\n" };

	for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_autoptr(TfFixturePc) pc = pc_with("");

		tf_fixture_pc_put(pc, "/proc/swaps", texts[i]);
		tf_posture_swap(&pc->site, pc->posture);

		tf_fixture_pc_expect(pc, TF_FINDING_SWAP_UNREADABLE, NULL);
	}
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/posture-swap/no swap is good", test_none);
	g_test_add_func("/posture-swap/a plain partition is not", test_plain);
	g_test_add_func("/posture-swap/an encrypted volume is good", test_encrypted);
	g_test_add_func("/posture-swap/of two the plain one counts", test_one_of_two);
	g_test_add_func("/posture-swap/compressed memory is memory", test_memory);
	g_test_add_func("/posture-swap/compressed memory may be written to a disk", test_memory_written_back);
	g_test_add_func(
		"/posture-swap/compressed memory that sysfs does not tell of is unknown", test_memory_untold);
	g_test_add_func("/posture-swap/what cannot be found is unknown", test_unknown);
	g_test_add_func("/posture-swap/a file is named whatever blanks it has", test_file);
	g_test_add_func("/posture-swap/lines that are out of form are unknown", test_hostile);
	g_test_add_func("/posture-swap/a list without its heading is no evidence", test_no_heading);
	g_test_add_func("/posture-swap/a list that cannot be read is unknown", test_unreadable);

	return g_test_run();
}
