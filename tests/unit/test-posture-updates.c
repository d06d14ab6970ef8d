/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <unistd.h>

#include "base/secret.h"
#include "pc.h"
#include "posture-private.h"

#define FRESH                                                                                                \
	"Codename: bookworm-security\nDate: Thu, 26 Nov 2026 21:03:35 UTC\n"                                 \
	"Valid-Until: Thu, 03 Dec 2026 21:03:35 UTC\n"
#define STALE                                                                                                \
	"Codename: bookworm-security\nDate: Thu, 05 Nov 2026 21:03:35 UTC\n"                                 \
	"Valid-Until: Thu, 12 Nov 2026 21:03:35 UTC\n"
#define TO_COME "Codename: bookworm-security\nDate: Thu, 04 Feb 2027 21:03:35 UTC\n"
#define APT	"/usr/bin/apt-get"
#define DPKG	"/usr/bin/dpkg"

#define SUM	 "1 upgraded, 0 newly installed, 0 to remove and 0 not upgraded."
#define PACKAGES "/var/lib/apt/lists/security_main_binary-amd64_Packages.lz4"

/* A PC whose apt-get runs this script and then tells its sum, which takes that list of packages into account,
 * and whose list of security updates says that. */
static TfFixturePc *pc_of(const gchar *script, const gchar *sum, const gchar *packages, const gchar *list)
{
	g_autofree gchar *program = g_strdup_printf("#!/bin/sh\nif [ \"$1\" = indextargets ]; then echo "
						    "'%s'; exit; fi\n%s\necho '%s'\n",
		packages, script, sum);
	TfFixturePc *pc = tf_fixture_pc_new();

	tf_fixture_pc_put_program(pc, APT, program);
	tf_fixture_pc_put_program(pc, DPKG, "#!/bin/sh\necho amd64\n");
	tf_fixture_pc_put(pc, "/etc/os-release", "ID=debian\nVERSION_CODENAME=bookworm\n");
	tf_fixture_pc_put(pc, "/var/lib/apt/lists/security_InRelease", list);
	tf_fixture_pc_put(pc, PACKAGES, "packages");

	return pc;
}

static TfFixturePc *pc_with(const gchar *script, const gchar *list)
{
	return pc_of(script, SUM, "Packages amd64 " PACKAGES, list);
}

static void test_updated(void)
{
	g_autoptr(TfFixturePc) pc = pc_with("echo 'Inst nano [1] (2 Debian:12.13/oldstable [amd64])'", FRESH);

	tf_posture_updates(&pc->site, pc->posture);

	g_assert_cmpint(tf_fixture_pc_expect(pc, TF_FINDING_UPDATED, NULL)->date, ==, 1795727015);
}

static void test_pending(void)
{
	g_autoptr(TfFixturePc) pc = pc_with(
		"for p in a b c d e f; do echo \"Inst $p [1] (2 Debian-Security:12/oldstable-security "
		"[amd64])\"; echo \"Conf $p (2 Debian-Security:12/oldstable-security [amd64])\"; done",
		FRESH);

	tf_posture_updates(&pc->site, pc->posture);

	tf_fixture_pc_expect(pc, TF_FINDING_UPDATES_PENDING, "6", "a b c d e …", NULL);
}

static void test_name_is_no_origin(void)
{
	g_autoptr(TfFixturePc) pc =
		pc_with("echo 'Inst debian-security-support [1] (2 Debian:12.13/oldstable [all])'", FRESH);

	tf_posture_updates(&pc->site, pc->posture);

	tf_fixture_pc_expect(pc, TF_FINDING_UPDATED, NULL);
}

static void test_held(void)
{
	g_autoptr(TfFixturePc) pc = pc_with(
		"printf 'The following packages have been kept back:\\n  firefox-esr linux-image-amd64\\nThe "
		"following packages will be upgraded:\\n  nano\\n'",
		FRESH);

	tf_posture_updates(&pc->site, pc->posture);

	tf_fixture_pc_expect(pc, TF_FINDING_UPDATES_HELD, "2", "firefox-esr linux-image-amd64", NULL);
}

static void test_restart(void)
{
	g_autoptr(TfFixturePc) pc = pc_with("true", FRESH);

	tf_fixture_pc_put(pc, "/run/reboot-required", "");
	tf_posture_updates(&pc->site, pc->posture);

	tf_fixture_pc_expect(pc, TF_FINDING_UPDATES_RESTART, NULL);
}

/* apt would say that nothing is to be done. */
static void test_stale(void)
{
	g_autoptr(TfFixturePc) pc = pc_with("true", STALE);

	tf_posture_updates(&pc->site, pc->posture);

	tf_fixture_pc_expect(pc, TF_FINDING_LISTS_STALE, "2026-11-05", NULL);
}

static void test_to_come(void)
{
	g_autoptr(TfFixturePc) pc = pc_with("true", TO_COME);

	tf_posture_updates(&pc->site, pc->posture);

	tf_fixture_pc_expect(pc, TF_FINDING_LISTS_CLOCK, "2027-02-04", NULL);
}

static void test_no_list(void)
{
	g_autoptr(TfFixturePc) none = pc_with("true", "Label: Debian\n");
	g_autoptr(TfFixturePc) odd = pc_with("true", "Codename: bookworm-security\nDate: today\n");

	tf_posture_updates(&none->site, none->posture);
	tf_posture_updates(&odd->site, odd->posture);

	tf_fixture_pc_expect(none, TF_FINDING_LISTS_MISSING, NULL);
	tf_fixture_pc_expect(odd, TF_FINDING_LISTS_MISSING, NULL);
}

/* apt would say that nothing is to be done. */
static void test_no_packages(void)
{
	g_autoptr(TfFixturePc) none = pc_with("true", FRESH);
	g_autoptr(TfFixturePc) empty = pc_with("true", FRESH);
	g_autofree gchar *packages = g_strconcat(none->root, PACKAGES, NULL);

	g_assert_cmpint(unlink(packages), ==, 0);
	tf_fixture_pc_put(none, "/var/lib/apt/lists/other_main_binary-amd64_Packages", "packages");
	tf_fixture_pc_put(empty, PACKAGES, "");
	tf_posture_updates(&none->site, none->posture);
	tf_posture_updates(&empty->site, empty->posture);

	tf_fixture_pc_expect(none, TF_FINDING_LISTS_PARTIAL, NULL);
	tf_fixture_pc_expect(empty, TF_FINDING_LISTS_PARTIAL, NULL);
}

/* The list stays in its folder. */
static void test_source_switched_off(void)
{
	g_autoptr(TfFixturePc) none = pc_of("true", SUM, "", FRESH);
	g_autoptr(TfFixturePc) foreign = pc_of("true", SUM, "Packages i386 " PACKAGES, FRESH);
	g_autoptr(TfFixturePc) other =
		pc_of("true", SUM, "Packages amd64 /var/lib/apt/lists/main_binary-amd64_Packages", FRESH);

	tf_posture_updates(&none->site, none->posture);
	tf_posture_updates(&foreign->site, foreign->posture);
	tf_posture_updates(&other->site, other->posture);

	tf_fixture_pc_expect(none, TF_FINDING_LISTS_PARTIAL, NULL);
	tf_fixture_pc_expect(foreign, TF_FINDING_LISTS_PARTIAL, NULL);
	tf_fixture_pc_expect(other, TF_FINDING_LISTS_PARTIAL, NULL);
}

static void test_of_another_release(void)
{
	g_autoptr(TfFixturePc) pc = pc_with("true", FRESH);

	tf_fixture_pc_put(pc, "/etc/os-release", "ID=debian\nVERSION_CODENAME=trixie\n");
	tf_posture_updates(&pc->site, pc->posture);

	tf_fixture_pc_expect(pc, TF_FINDING_LISTS_MISSING, NULL);
}

static void test_apt_says_nothing(void)
{
	g_autoptr(TfFixturePc) pc =
		pc_of("true", "Reading package lists...", "Packages amd64 " PACKAGES, FRESH);

	tf_posture_updates(&pc->site, pc->posture);

	tf_fixture_pc_expect(pc, TF_FINDING_UPDATES_UNTOLD, NULL);
}

static void test_apt_fails(void)
{
	g_autoptr(TfFixturePc) pc = pc_with("echo half; exit 100", FRESH);

	tf_posture_updates(&pc->site, pc->posture);

	tf_fixture_pc_expect(pc, TF_FINDING_UPDATES_UNTOLD, NULL);
}

static void test_no_apt(void)
{
	g_autoptr(TfFixturePc) pc = tf_fixture_pc_new();

	tf_posture_updates(&pc->site, pc->posture);

	tf_fixture_pc_expect(pc, TF_FINDING_UPDATES_UNTOLD, NULL);
}

static void test_asked_in_simulation(void)
{
	g_autoptr(TfFixturePc) pc =
		pc_with("case \" $* \" in *' -s '*'Debug::NoLocking=1'*' upgrade '*);; *) exit 1;; "
			"esac",
			FRESH);

	tf_posture_updates(&pc->site, pc->posture);

	tf_fixture_pc_expect(pc, TF_FINDING_UPDATED, NULL);
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/posture-updates/other updates may wait", test_updated);
	g_test_add_func("/posture-updates/security updates that wait are counted and named", test_pending);
	g_test_add_func(
		"/posture-updates/a package of that name is no security update", test_name_is_no_origin);
	g_test_add_func("/posture-updates/packages that are held back make it unknown", test_held);
	g_test_add_func("/posture-updates/updates that wait for a restart are not in force", test_restart);
	g_test_add_func("/posture-updates/stale lists are unknown and never none", test_stale);
	g_test_add_func("/posture-updates/lists of a day to come are unknown", test_to_come);
	g_test_add_func("/posture-updates/missing lists are unknown", test_no_list);
	g_test_add_func("/posture-updates/a list without its packages is unknown", test_no_packages);
	g_test_add_func(
		"/posture-updates/a list whose source is switched off is unknown", test_source_switched_off);
	g_test_add_func("/posture-updates/a list of another release is none", test_of_another_release);
	g_test_add_func("/posture-updates/apt that says nothing has not answered", test_apt_says_nothing);
	g_test_add_func("/posture-updates/apt that fails has not answered", test_apt_fails);
	g_test_add_func("/posture-updates/another package manager is unknown", test_no_apt);
	g_test_add_func("/posture-updates/apt only simulates, without locks", test_asked_in_simulation);

	return g_test_run();
}
