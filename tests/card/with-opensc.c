/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Runs a command as tokenferry runs what reads an opensc.conf.
 *   with-opensc [--ignore READER]... -- COMMAND...
 * The exit status is the command's, or that of the error which kept it from running.
 */
#include <sys/wait.h>

#include "base/error.h"
#include "base/secret.h"
#include "token/opensc.h"

static int run(const GPtrArray *ignored, gchar **command, GError **error)
{
	g_autoptr(TfOpensc) opensc = tf_opensc_new(ignored, error);
	g_auto(GStrv) environment = NULL;
	gint status = 0;

	if (opensc == NULL)
		return -1;
	environment = tf_opensc_environment(opensc, g_get_environ());
	if (!g_spawn_sync(NULL, command, environment, G_SPAWN_SEARCH_PATH | G_SPAWN_CHILD_INHERITS_STDIN,
		    NULL, NULL, NULL, NULL, &status, error))
		return -1;

	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int main(int argc, char **argv)
{
	g_autoptr(GPtrArray) ignored = g_ptr_array_new();
	g_autoptr(GError) error = NULL;
	int at = 1;
	int status = 0;

	tf_secret_setup();
	for (; at + 1 < argc && g_str_equal(argv[at], "--ignore"); at += 2)
		g_ptr_array_add(ignored, argv[at + 1]);
	if (at + 1 >= argc || !g_str_equal(argv[at], "--")) {
		g_printerr("usage: with-opensc [--ignore READER]... -- COMMAND...\n");
		return TF_EXIT_USAGE;
	}
	status = run(ignored, argv + at + 1, &error);
	if (error != NULL) {
		g_printerr("%s\n", error->message);
		return tf_error_exit_status(error);
	}

	return status;
}
