/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Ways that lead over a file system which does not answer. Whoever asks it is ended by the alarm. */
#include "reach-private.h"

#include <unistd.h>

#include "base/secret.h"
#include "pc.h"
#include "posture-private.h"
#include "silence.h"
#include "volume.h"

#define PATIENCE_SECONDS 20

/* A PC on which something of the network is mounted. */
typedef struct Fixture {
	TfFixturePc *pc;
	TfFixtureSilence *silence;
} Fixture;

/* 'data' is where; NULL: /opt. */
static void set_up(Fixture *fixture, gconstpointer data)
{
	g_autofree gchar *place = NULL;

	fixture->pc = tf_fixture_pc_new();
	place = g_strconcat(fixture->pc->root, data != NULL ? data : "/opt", NULL);
	g_assert_cmpint(g_mkdir_with_parents(place, 0700), ==, 0);
	fixture->silence = tf_fixture_silence_new(place, "fuse.sshfs");
	(void)alarm(PATIENCE_SECONDS);
}

static void tear_down(Fixture *fixture, gconstpointer data)
{
	(void)data;
	(void)alarm(0);
	tf_fixture_silence_free(fixture->silence);
	tf_fixture_pc_free(fixture->pc);
}

static gboolean is_own(const Fixture *fixture, const gchar *path)
{
	g_autofree gchar *real = g_strconcat(fixture->pc->root, path, NULL);

	return tf_reach_is_own(real);
}

static void what_lies_there_is_not_asked(Fixture *fixture, gconstpointer data)
{
	(void)data;

	g_assert_false(is_own(fixture, "/opt"));
	g_assert_false(is_own(fixture, "/opt/eset/efs"));
	g_assert_true(is_own(fixture, "/optional"));
	g_assert_true(is_own(fixture, "/usr/../var/./lib//none"));
	g_assert_false(is_own(fixture, "/usr/../opt"));
	g_assert_true(tf_reach_is_own("/proc/self/status"));
}

static void a_link_there_is_seen_through(Fixture *fixture, gconstpointer data)
{
	g_autofree gchar *relative = g_strconcat(fixture->pc->root, "/usr/java", NULL);

	(void)data;
	tf_fixture_pc_link(fixture->pc, "/usr/local", "/opt/local");
	tf_fixture_pc_link(fixture->pc, "/usr/share", "/data");
	g_assert_cmpint(symlink("../opt/java", relative), ==, 0);

	g_assert_false(is_own(fixture, "/usr/local/bin"));
	g_assert_false(is_own(fixture, "/usr/java"));
	g_assert_true(is_own(fixture, "/usr/share/none"));
}

static void links_in_a_circle_lead_nowhere(Fixture *fixture, gconstpointer data)
{
	(void)data;
	tf_fixture_pc_link(fixture->pc, "/a", "/b");
	tf_fixture_pc_link(fixture->pc, "/b", "/a");

	g_assert_false(is_own(fixture, "/a"));
}

static void of_programs_there_nothing_is_known(Fixture *fixture, gconstpointer data)
{
	(void)data;
	tf_posture_programs(&fixture->pc->site, fixture->pc->posture);

	tf_fixture_pc_expect(fixture->pc, TF_FINDING_PROGRAMS_ELSEWHERE, "/opt", NULL);
}

static void of_an_antivirus_there_nothing_is_known(Fixture *fixture, gconstpointer data)
{
	(void)data;
	tf_posture_antivirus(&fixture->pc->site, fixture->pc->posture);

	tf_fixture_pc_expect(fixture->pc, TF_FINDING_ANTIVIRUS_ELSEWHERE, "/opt", NULL);
}

static void definitions_there_are_unknown(Fixture *fixture, gconstpointer data)
{
	(void)data;
	tf_fixture_pc_put(fixture->pc, "/usr/bin/clamscan", "");
	tf_posture_antivirus(&fixture->pc->site, fixture->pc->posture);

	tf_fixture_pc_expect(fixture->pc, TF_FINDING_ANTIVIRUS_UNREADABLE, NULL);
}

static void lists_of_updates_there_are_unknown(Fixture *fixture, gconstpointer data)
{
	(void)data;
	tf_fixture_pc_put_program(fixture->pc, "/usr/bin/apt-get", "#!/bin/sh\n");
	tf_posture_updates(&fixture->pc->site, fixture->pc->posture);

	tf_fixture_pc_expect(fixture->pc, TF_FINDING_LISTS_MISSING, NULL);
}

static void add_at(const gchar *place, const gchar *path, void (*test)(Fixture *fixture, gconstpointer data))
{
	g_test_add(path, Fixture, place, set_up, test, tear_down);
}

static void add(const gchar *path, void (*test)(Fixture *fixture, gconstpointer data))
{
	add_at(NULL, path, test);
}

int main(int argc, char **argv)
{
	tf_fixture_mount_namespace(argc, argv);
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	add("/reach/what lies on a server that does not answer is not asked", what_lies_there_is_not_asked);
	add("/reach/a link to such a server is seen through", a_link_there_is_seen_through);
	add("/reach/links in a circle lead nowhere", links_in_a_circle_lead_nowhere);
	add("/reach/of programs on such a server nothing is known", of_programs_there_nothing_is_known);
	add("/reach/of an antivirus on such a server nothing is known",
		of_an_antivirus_there_nothing_is_known);
	add_at("/var/lib/clamav", "/reach/definitions on such a server are unknown",
		definitions_there_are_unknown);
	add_at("/var/lib/apt/lists", "/reach/lists of updates on such a server are unknown",
		lists_of_updates_there_are_unknown);

	return g_test_run();
}
