/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Every second call of an import is failed, in turn by one of four faults (tests/fault goes through them
 * all). Whatever fails: a clear error, and the next run (resumed) ends with one whole key pair on the token;
 * or the removal leaves nothing of ours.
 */
#include <string.h>

#include "base/error.h"
#include "import-world.h"

static void forget(TfImportWorld *world, const gchar *name)
{
	g_autofree gchar *path = g_build_filename(world->token->soft->directory, name, NULL);

	(void)remove(path);
}

/* The mock counts in a file, from the load on. */
static void reload(TfImportWorld *world, const gchar *script)
{
	tf_open_token_close(world->token);
	forget(world, "mock.counter");
	forget(world, "mock.log");
	g_free(world->token->arguments);
	world->token->arguments = tf_soft_token_mock_arguments(world->token->soft, script);
	tf_open_token_again(world->token);
}

static guint calls_so_far(TfImportWorld *world)
{
	g_autofree gchar *path = g_build_filename(world->token->soft->directory, "mock.log", NULL);
	g_autofree gchar *log = NULL;
	guint n = 0;

	g_assert_true(g_file_get_contents(path, &log, NULL, NULL));
	for (const gchar *at = log; (at = strchr(at, '\n')) != NULL; at++)
		n++;

	return n;
}

static void expect_whole_after_resumption(TfImportWorld *world)
{
	g_autoptr(GPtrArray) dropped = NULL;
	g_autoptr(GError) error = NULL;

	(void)tf_import_world_write(world, TRUE, &dropped, &error);
	g_assert_no_error(error);
	tf_import_world_expect_complete(world);
}

static void expect_nothing_after_removal(TfImportWorld *world)
{
	g_autoptr(GError) error = NULL;

	(void)tf_import_remove(world->token->session, world->key_id, world->member->certificate,
		world->member->chain, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(tf_import_world_count_all(world), ==, 0);
}

/* Loading and logging in take *ret_before calls, the import those up to the result. */
static guint count_calls(TfImportWorld *world, guint *ret_before)
{
	g_autoptr(GPtrArray) dropped = NULL;

	reload(world, "");
	*ret_before = calls_so_far(world);
	g_assert_true(tf_import_world_write(world, FALSE, &dropped, NULL));

	return calls_so_far(world);
}

static void fail_one(TfImportWorld *world, const gchar *command, guint nth)
{
	g_auto(GStrv) parts = g_strsplit(command, "@", 2);
	g_autofree gchar *script = g_strdup_printf("%s%u%s\n", parts[0], nth, parts[1]);
	g_autoptr(GPtrArray) dropped = NULL;
	g_autoptr(GError) error = NULL;
	gboolean is_written = FALSE;

	reload(world, script);
	is_written = tf_import_world_write(world, FALSE, &dropped, &error);

	g_assert_cmpint(is_written, ==, error == NULL);
	g_assert_true(is_written || error->domain == TF_ERROR);
	reload(world, "");
	if (nth / 8 % 2 == 0)
		expect_whole_after_resumption(world);
	expect_nothing_after_removal(world);
}

static void fail_each(void)
{
	static const gchar *const commands[] = {
		"fail-nth=@:CKR_DEVICE_ERROR",
		"disappear-nth=@",
		"fail-nth=@:CKR_HOST_MEMORY",
		"fail-nth=@:CKR_FUNCTION_FAILED",
	};
	g_autoptr(TfImportWorld) world = tf_import_world_new(tf_open_mock_token(""), "ec256");
	guint before = 0;
	guint n_calls = count_calls(world, &before);

	g_assert_cmpuint(n_calls, >, before + 20);
	expect_nothing_after_removal(world);

	for (guint nth = before + 1; nth <= n_calls; nth += 2)
		fail_one(world, commands[nth / 2 % G_N_ELEMENTS(commands)], nth);
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);

	g_test_add_func("/import-faults/calls may fail, and no half key stays", fail_each);

	return g_test_run();
}
