/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SIGKILL at every system call of a wipe that changes something, and at every one of the wipe that resumes.
 */
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "wiper.h"

/* Some pieces of 64 KiB, so that several writes can be killed between. */
#define SIZE 200001

static TfFixtureSource *saved_source(void)
{
	TfFixtureSource *source = tf_fixture_source(NULL);

	tf_fixture_source_fill(source, "MARKER", SIZE);
	tf_fixture_source_save(source);

	return source;
}

/* Returns FALSE when the wipe has no n-th such call. */
static gboolean kill_once(const gchar *call, guint n)
{
	g_autoptr(TfFixtureSource) source = saved_source();

	if (tf_fixture_wiper_kill(source, "wipe", call, n) == TF_FIXTURE_ENDED)
		return FALSE;
	if (!tf_fixture_has_trace(source)) {
		tf_fixture_assert_whole(source);
		return TRUE;
	}
	g_assert_cmpint(tf_fixture_wiper_run(source, "resume", NULL), ==, TF_FIXTURE_ENDED);
	tf_fixture_assert_only_saved_left(source);

	return TRUE;
}

/* The first run dies in its second write, the second one anywhere. */
static gboolean kill_twice(const gchar *call, guint n)
{
	g_autoptr(TfFixtureSource) source = saved_source();

	g_assert_cmpint(tf_fixture_wiper_kill(source, "wipe", "pwrite64", 2), ==, TF_FIXTURE_KILLED);
	if (tf_fixture_wiper_kill(source, "resume", call, n) == TF_FIXTURE_ENDED)
		return FALSE;
	g_assert_cmpint(tf_fixture_wiper_run(source, "resume", NULL), ==, TF_FIXTURE_ENDED);
	tf_fixture_assert_only_saved_left(source);

	return TRUE;
}

static void test_killed(gconstpointer call)
{
	guint n = 1;

	while (kill_once(call, n))
		n++;

	g_assert_cmpuint(n, >, 1);
}

static void test_killed_again(gconstpointer call)
{
	guint n = 1;

	while (kill_twice(call, n))
		n++;

	g_assert_cmpuint(n, >, 1);
}

static void test_whole_before_the_first_write(void)
{
	g_autoptr(TfFixtureSource) source = saved_source();

	g_assert_cmpint(tf_fixture_wiper_kill(source, "wipe", "pwrite64", 1), ==, TF_FIXTURE_KILLED);

	g_assert_true(tf_fixture_has_trace(source));
	g_assert_true(g_file_test(source->path, G_FILE_TEST_EXISTS));
}

/* The first block is the last to go: the file still looks like what it was. Its write is the fourth. */
static void test_beginning_is_last(void)
{
	g_autoptr(TfFixtureSource) source = saved_source();
	g_autofree gchar *content = NULL;
	gsize length = 0;

	g_assert_cmpint(tf_fixture_wiper_kill(source, "wipe", "pwrite64", 4), ==, TF_FIXTURE_KILLED);

	g_assert_true(g_file_get_contents(source->path, &content, &length, NULL));
	g_assert_true(g_str_has_prefix(content, "MARKERMARKER"));
	g_assert_null(memmem(content + 4096, length - 4096, "MARKER", strlen("MARKER")));
}

/* The first two syncs are those of the journal. */
static void test_failed_call(gconstpointer fault)
{
	g_autoptr(TfFixtureSource) source = saved_source();

	g_assert_cmpint(tf_fixture_wiper_run(source, "wipe", fault), ==, TF_FIXTURE_INCOMPLETE);

	g_assert_cmpint(tf_fixture_wiper_run(source, "resume", NULL), ==, TF_FIXTURE_ENDED);
	tf_fixture_assert_only_saved_left(source);
}

/* Network file systems and some of FUSE cannot rename without replacing. */
static void test_rename_not_to_be_had(void)
{
	g_autoptr(TfFixtureSource) source = saved_source();

	g_assert_cmpint(tf_fixture_wiper_run(source, "wipe", "renameat2:error=EINVAL"), ==, TF_FIXTURE_ENDED);

	tf_fixture_assert_only_saved_left(source);
}

int main(int argc, char **argv)
{
	static const gchar *const calls[] = { "pwrite64", "fsync", "renameat2", "ftruncate", "unlinkat" };

	static const gchar *const faults[] = { "pwrite64:error=EIO:when=1", "pwrite64:error=ENOSPC:when=4",
		"fsync:error=EIO:when=3", "fsync:error=EIO:when=4", "ftruncate:error=EIO:when=1",
		"fsync:error=EIO:when=5", "unlinkat:error=EPERM:when=1", "fsync:error=EIO:when=6" };

	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(calls); i++) {
		g_autofree gchar *once =
			g_strdup_printf("/wipe-killed/killed at any %s the wipe is finished", calls[i]);
		g_autofree gchar *twice =
			g_strdup_printf("/wipe-killed/killed again at any %s the wipe is finished", calls[i]);

		g_test_add_data_func(once, calls[i], test_killed);
		g_test_add_data_func(twice, calls[i], test_killed_again);
	}
	g_test_add_func(
		"/wipe-killed/the trace is there before the first write", test_whole_before_the_first_write);
	for (gsize i = 0; i < G_N_ELEMENTS(faults); i++) {
		g_autofree gchar *path =
			g_strdup_printf("/wipe-killed/%s is told and the wipe finished later", faults[i]);

		g_test_add_data_func(path, faults[i], test_failed_call);
	}
	g_test_add_func("/wipe-killed/without a rename the old name is unlinked", test_rename_not_to_be_had);
	g_test_add_func("/wipe-killed/the first block is overwritten last", test_beginning_is_last);

	return g_test_run();
}
