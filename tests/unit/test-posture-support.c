/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/secret.h"
#include "pc.h"
#include "posture-private.h"

#define DEBIAN_LIST                                                                                          \
	"version,codename,series,created,release,eol,eol-lts,eol-elts\n"                                     \
	"10,Buster,buster,2017-06-17,2019-07-06,2022-09-10,2024-06-30,2029-06-30\n"                          \
	"12,Bookworm,bookworm,2021-08-14,2023-06-10,2026-07-11,2028-06-30\n"                                 \
	"13,Trixie,trixie,2023-06-10,2025-08-09,2028-08-09,2030-06-30\n"                                     \
	",Sid,sid,1993-08-16,1993-08-16\n"
#define UBUNTU_LIST                                                                                          \
	"version,codename,series,created,release,eol,eol-server,eol-esm\n"                                   \
	"20.04 LTS,Focal Fossa,focal,2019-10-17,2020-04-23,2025-05-29,2025-05-29,2030-04-23\n"

static TfFixturePc *debian(const gchar *codename)
{
	g_autofree gchar *text = g_strdup_printf(
		"PRETTY_NAME=\"Debian GNU/Linux\"\nID=debian\nVERSION_CODENAME=%s\n", codename);
	TfFixturePc *pc = tf_fixture_pc_new();

	tf_fixture_pc_put(pc, "/usr/lib/os-release", text);
	tf_fixture_pc_link(pc, "/etc/os-release", "/usr/lib/os-release");
	tf_fixture_pc_put(pc, "/usr/share/distro-info/debian.csv", DEBIAN_LIST);

	return pc;
}

static void test_supported(void)
{
	g_autoptr(TfFixturePc) pc = debian("trixie");
	const TfPostureAnswer *answer = NULL;

	tf_posture_support(&pc->site, pc->posture);

	answer = tf_fixture_pc_expect(pc, TF_FINDING_SUPPORTED, "2028-08-09", NULL);
	g_assert_cmpstr(answer->source, ==, "/usr/share/distro-info/debian.csv");
	g_assert_cmpint(answer->date, ==, TF_FIXTURE_NOW - 86400);
}

static void test_lts_only(void)
{
	g_autoptr(TfFixturePc) pc = debian("bookworm");

	tf_posture_support(&pc->site, pc->posture);

	tf_fixture_pc_expect(pc, TF_FINDING_LTS_ONLY, "2026-07-11", "2028-06-30", NULL);
}

static void test_unsupported(void)
{
	g_autoptr(TfFixturePc) pc = debian("buster");

	tf_posture_support(&pc->site, pc->posture);

	tf_fixture_pc_expect(pc, TF_FINDING_UNSUPPORTED, "2022-09-10", NULL);
}

static void test_last_day(void)
{
	g_autoptr(TfFixturePc) last = debian("trixie");
	g_autoptr(TfFixturePc) first = debian("trixie");

	last->site.now = 1849478399; /* 2028-08-09T23:59:59Z */
	first->site.now = 1849478400;
	tf_posture_support(&last->site, last->posture);
	tf_posture_support(&first->site, first->posture);

	tf_fixture_pc_expect(last, TF_FINDING_SUPPORTED, "2028-08-09", NULL);
	tf_fixture_pc_expect(first, TF_FINDING_LTS_ONLY, "2028-08-09", "2030-06-30", NULL);
}

static void test_subscribers_only(void)
{
	g_autoptr(TfFixturePc) pc = tf_fixture_pc_new();

	tf_fixture_pc_put(pc, "/etc/os-release", "ID=ubuntu\nVERSION_CODENAME=focal\n");
	tf_fixture_pc_put(pc, "/usr/share/distro-info/ubuntu.csv", UBUNTU_LIST);
	tf_posture_support(&pc->site, pc->posture);

	tf_fixture_pc_expect(pc, TF_FINDING_ESM_ONLY, "2025-05-29", "2030-04-23", NULL);
}

/* The system's own word counts before any list. */
static void test_own_word(void)
{
	g_autoptr(TfFixturePc) good = tf_fixture_pc_new();
	g_autoptr(TfFixturePc) late = tf_fixture_pc_new();

	tf_fixture_pc_put(good, "/etc/os-release", "ID=fedora\nSUPPORT_END='2027-05-19'\n");
	tf_fixture_pc_put(late, "/etc/os-release", "ID=fedora\nSUPPORT_END=2026-11-28\n");
	tf_posture_support(&good->site, good->posture);
	tf_posture_support(&late->site, late->posture);

	g_assert_cmpstr(tf_fixture_pc_expect(good, TF_FINDING_SUPPORTED, "2027-05-19", NULL)->source, ==,
		"/etc/os-release");
	tf_fixture_pc_expect(late, TF_FINDING_UNSUPPORTED, "2026-11-28", NULL);
}

static void test_untold(void)
{
	static const gchar *const codenames[] = { "sid", "forky", "../../../etc/passwd", "\"", "",
		"bookworm\nVERSION_CODENAME=" };

	for (gsize i = 0; i < G_N_ELEMENTS(codenames); i++) {
		g_autoptr(TfFixturePc) pc = debian(codenames[i]);

		tf_posture_support(&pc->site, pc->posture);

		tf_fixture_pc_expect(pc, TF_FINDING_SUPPORT_UNTOLD, "Debian GNU/Linux", NULL);
	}
}

static void test_hostile_lists(void)
{
	g_autofree gchar *commas = g_strnfill(20000, ',');
	const gchar *const lists[] = { "", ",", "series,eol\n", "eol,series\n,bookworm\n",
		"series,eol\nbookworm,never\n", "series,eol\nbookworm\n", "eol\n2030-01-01\n", commas };

	for (gsize i = 0; i < G_N_ELEMENTS(lists); i++) {
		g_autoptr(TfFixturePc) pc = debian("bookworm");

		tf_fixture_pc_put(pc, "/usr/share/distro-info/debian.csv", lists[i]);
		tf_posture_support(&pc->site, pc->posture);

		tf_fixture_pc_expect(pc, TF_FINDING_SUPPORT_UNTOLD, "Debian GNU/Linux", NULL);
	}
}

static void test_hostile_os_release(void)
{
	g_autofree gchar *huge = g_strnfill(100000, 'A');
	const gchar *const texts[] = { "", "=", "PRETTY_NAME='", "SUPPORT_END=soon\n",
		"SUPPORT_END=9999-99-99\n", huge };

	for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_autoptr(TfFixturePc) pc = tf_fixture_pc_new();

		tf_fixture_pc_put(pc, "/etc/os-release", texts[i]);
		tf_posture_support(&pc->site, pc->posture);

		tf_fixture_pc_expect(pc, TF_FINDING_SUPPORT_UNTOLD, "?", NULL);
	}
}

static void test_no_os_release(void)
{
	g_autoptr(TfFixturePc) pc = tf_fixture_pc_new();

	tf_posture_support(&pc->site, pc->posture);

	tf_fixture_pc_expect(pc, TF_FINDING_SUPPORT_UNTOLD, "?", NULL);
}

static void test_clock(void)
{
	g_autoptr(TfFixturePc) pc = debian("trixie");

	pc->site.now = 946684800; /* 2000-01-01, as when the battery is empty */
	tf_posture_support(&pc->site, pc->posture);

	tf_fixture_pc_expect(pc, TF_FINDING_SUPPORT_CLOCK, "2026-11-28", NULL);
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/posture-support/a current system is supported until its day", test_supported);
	g_test_add_func("/posture-support/long-term support is told as such", test_lts_only);
	g_test_add_func("/posture-support/paid support beyond it does not count", test_unsupported);
	g_test_add_func("/posture-support/the last day is a day of support", test_last_day);
	g_test_add_func("/posture-support/support for subscribers is unknown", test_subscribers_only);
	g_test_add_func("/posture-support/the system's own word counts", test_own_word);
	g_test_add_func("/posture-support/a system that no list names is unknown", test_untold);
	g_test_add_func("/posture-support/a list that is out of form tells nothing", test_hostile_lists);
	g_test_add_func(
		"/posture-support/an os-release that is out of form tells nothing", test_hostile_os_release);
	g_test_add_func("/posture-support/a system without os-release is unknown", test_no_os_release);
	g_test_add_func("/posture-support/a clock that is behind makes it unknown", test_clock);

	return g_test_run();
}
