/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

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

/* "What is found is named": each alone on a PC that has nothing else. */
static void test_each_place(void)
{
	static const struct {
		const gchar *path;
		const gchar *name;
	} cases[] = {
		{ "/var/lib/flatpak/app/com.adobe.Reader/current", "/var/lib/flatpak/app/com.adobe.Reader" },
		{ "/snap/acrordrdc/1/snap.yaml", "/snap/acrordrdc" },
		{ "/var/lib/snapd/snaps/core22_1.snap", "/var/lib/snapd/snaps/core22_1.snap" },
		{ "/usr/local/bin/reader.AppImage", "/usr/local/bin/reader.AppImage" },
		{ "/home/hanako/.local/share/flatpak/app/org.openjdk.java/current",
			"~/.local/share/flatpak/app/org.openjdk.java" },
		{ "/home/hanako/.sdkman/candidates/java/8.0.392-tem/bin/java",
			"~/.sdkman/candidates/java/8.0.392-tem" },
		{ "/home/hanako/.jdks/corretto-17/bin/java", "~/.jdks/corretto-17" },
		{ "/home/hanako/.wine/drive_c/Program Files (x86)/Adobe/Reader 9.0/AcroRd32.exe",
			"~/.wine/drive_c/Program Files (x86)/Adobe" },
		{ "/home/hanako/jdk1.7.0_25/bin/javac", "~/jdk1.7.0_25" },
		{ "/home/hanako/zulu8/bin/java", "~/zulu8" },
		{ "/home/hanako/ダウンロード/Reader.appimage", "~/ダウンロード/Reader.appimage" },
		{ "/home/hanako/.gradle/jdks/temurin-17/bin/java", "~/.gradle/jdks/temurin-17" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(TfFixturePc) pc = tf_fixture_pc_new();

		tf_fixture_pc_put(pc, cases[i].path, "");
		tf_posture_programs(&pc->site, pc->posture);

		tf_fixture_pc_expect(pc, TF_FINDING_PROGRAMS_FOUND, cases[i].name, NULL);
	}
}

static void test_what_only_looks_so(void)
{
	g_autoptr(TfFixturePc) pc = tf_fixture_pc_new();

	tf_fixture_pc_put(pc, "/snap/README", "");
	tf_fixture_pc_put(pc, "/home/hanako/Downloads/jdk-8u202-linux-x64.tar.gz", "");
	tf_fixture_pc_put(pc, "/home/hanako/java-course/notes", "");
	tf_fixture_pc_put(pc, "/home/hanako/.local/bin/script", "");
	tf_posture_programs(&pc->site, pc->posture);

	tf_fixture_pc_expect(pc, TF_FINDING_PROGRAMS_NONE, NULL);
}

/* Dangling where it leads to a disk that is not plugged in. */
static void test_links(void)
{
	g_autoptr(TfFixturePc) java = tf_fixture_pc_new();
	g_autoptr(TfFixturePc) folder = tf_fixture_pc_new();

	tf_fixture_pc_link(java, "/home/hanako/jdk", "/data/jdk1.7.0_25");
	tf_fixture_pc_link(folder, "/home/hanako/Downloads", "/data/downloads");
	tf_posture_programs(&java->site, java->posture);
	tf_posture_programs(&folder->site, folder->posture);

	tf_fixture_pc_expect(java, TF_FINDING_PROGRAMS_FOUND, "~/jdk", NULL);
	tf_fixture_pc_expect(folder, TF_FINDING_PROGRAMS_ELSEWHERE, "~/Downloads", NULL);
}

/* The source says what was looked at: the lists of packages only where something had to be told from them. */
static void test_sources(void)
{
	static const gchar *const looked_at[] = { "/opt", "/usr/java", "/usr/local", "/usr/lib/jvm",
		"/var/lib/flatpak", "/snap", "~" };
	g_autoptr(TfFixturePc) none = tf_fixture_pc_new();
	g_autoptr(TfFixturePc) some = tf_fixture_pc_new();
	const TfPostureAnswer *of_none = NULL;
	const TfPostureAnswer *of_some = NULL;

	tf_fixture_pc_put_program(some, "/usr/local/bin/script", "");
	tf_posture_programs(&none->site, none->posture);
	tf_posture_programs(&some->site, some->posture);

	of_none = tf_fixture_pc_expect(none, TF_FINDING_PROGRAMS_NONE, NULL);
	of_some = tf_fixture_pc_expect(some, TF_FINDING_PROGRAMS_FOUND, "/usr/local/bin/script", NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(looked_at); i++)
		g_assert_nonnull(strstr(of_none->source, looked_at[i]));
	g_assert_null(strstr(of_none->source, "/var/lib/dpkg/info"));
	g_assert_nonnull(strstr(of_some->source, "/var/lib/dpkg/info"));
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/posture-programs/a PC of packages has none", test_none);
	g_test_add_func("/posture-programs/Adobe and Java past the packages are named", test_found);
	g_test_add_func(
		"/posture-programs/what is found in each of the usual places is named", test_each_place);
	g_test_add_func("/posture-programs/what only looks like a program is none", test_what_only_looks_so);
	g_test_add_func("/posture-programs/behind a link nothing is green", test_links);
	g_test_add_func("/posture-programs/the source is what was looked at", test_sources);
	g_test_add_func("/posture-programs/very many do no harm", test_many);

	return g_test_run();
}
