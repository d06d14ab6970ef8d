/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "wiper.h"

#include <signal.h>
#include <string.h>
#include <sys/wait.h>

static GPtrArray *command(const TfFixtureSource *source, const gchar *action, const gchar *inject)
{
	const gchar *const tracer[] = { "strace", "-f", "-qq", "-o", "/dev/null", "-e", inject };
	GPtrArray *words = g_ptr_array_new_with_free_func(g_free);
	g_auto(GStrv) actions = g_strsplit(action, " ", -1);

	for (gsize i = 0; inject != NULL && i < G_N_ELEMENTS(tracer); i++)
		g_ptr_array_add(words, g_strdup(tracer[i]));
	g_ptr_array_add(words, g_test_build_filename(G_TEST_BUILT, "support", "disk", "wipe-once", NULL));
	g_ptr_array_add(words, g_strdup(actions[0]));
	g_ptr_array_add(words, g_strdup(source->directory));
	g_ptr_array_add(words, g_strdup(actions[1]));
	g_ptr_array_add(words, NULL);

	return words;
}

TfFixtureEnding tf_fixture_wiper_run(const TfFixtureSource *source, const gchar *action, const gchar *fault)
{
	g_autofree gchar *inject = fault != NULL ? g_strconcat("inject=", fault, NULL) : NULL;
	g_autoptr(GPtrArray) words = command(source, action, inject);
	g_auto(GStrv) environment = g_get_environ();
	g_autofree gchar *errors = NULL;
	g_autoptr(GError) error = NULL;
	gint status = 0;

	/* The leak checker is a tracer too, and there can be but one. */
	environment = g_environ_setenv(environment, "ASAN_OPTIONS", "detect_leaks=0", TRUE);
	g_assert_true(g_spawn_sync(NULL, (gchar **)words->pdata, environment,
		G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL, NULL, NULL, NULL, &errors, &status,
		&error));
	if (WIFSIGNALED(status)) {
		g_assert_cmpint(WTERMSIG(status), ==, SIGKILL);
		return TF_FIXTURE_KILLED;
	}
	if (WEXITSTATUS(status) == 2 && strstr(errors, "wipe-incomplete: ") != NULL)
		return TF_FIXTURE_INCOMPLETE;
	if (status != 0)
		g_error("%s, %s: status %d, %s", action, fault, status, errors);

	return TF_FIXTURE_ENDED;
}

TfFixtureEnding tf_fixture_wiper_kill(
	const TfFixtureSource *source, const gchar *action, const gchar *call, guint n)
{
	g_autofree gchar *fault = g_strdup_printf("%s:signal=KILL:when=%u", call, n);

	return tf_fixture_wiper_run(source, action, fault);
}

gboolean tf_fixture_has_trace(const TfFixtureSource *source)
{
	g_autofree gchar *path = g_build_filename(source->directory, "trace", NULL);

	return g_file_test(path, G_FILE_TEST_EXISTS);
}

void tf_fixture_assert_whole(const TfFixtureSource *source)
{
	g_autoptr(TfFound) found = tf_fixture_found(source);

	g_assert_nonnull(found);
}

void tf_fixture_assert_only_saved_left(const TfFixtureSource *source)
{
	g_autoptr(GDir) directory = g_dir_open(source->directory, 0, NULL);
	const gchar *const expected[] = { "key.pem", "certificate.pem", "sha256", "trace", "lost+found",
		NULL };
	const gchar *name = NULL;

	while ((name = g_dir_read_name(directory)) != NULL)
		g_assert_true(g_strv_contains(expected, name));
}
