/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gstdio.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/secret.h"
#include "fixtures.h"
#include "store-private.h"

#define LEDGER "0b6f4a1c-2d55-4c6e-9a3b-77d1b6f0c001"
#define UUID   "1edbc286-32f6-73e4-750f-0d766216282e"
#define SERIAL "750f0d766216282e"

typedef struct Fixture {
	gchar *directory;
	gchar *tokens; /* of the store */
	TfStore *store;
	TfStaging *staging;
} Fixture;

static void set_up(Fixture *fixture, gconstpointer data)
{
	g_autofree gchar *path = NULL;
	g_autofree gchar *text = NULL;

	(void)data;
	fixture->directory = tf_fixture_directory();
	fixture->tokens = g_build_filename(fixture->directory, "tokens", NULL);
	g_assert_cmpint(g_mkdir(fixture->tokens, 0700), ==, 0);
	path = g_build_filename(fixture->directory, "softhsm2.conf", NULL);
	text = g_strdup_printf("directories.tokendir = %s\n", fixture->tokens);
	g_assert_true(g_file_set_contents(path, text, -1, NULL));
	g_assert_true(g_setenv("SOFTHSM2_CONF", path, TRUE));
	g_assert_true(g_setenv("XDG_RUNTIME_DIR", fixture->directory, TRUE));
	fixture->store = tf_store_find(NULL);
	g_assert_nonnull(fixture->store);
	fixture->staging = tf_staging_new(fixture->store, LEDGER, 0, NULL);
	g_assert_nonnull(fixture->staging);
}

static void tear_down(Fixture *fixture, gconstpointer data)
{
	(void)data;
	tf_staging_free(fixture->staging);
	tf_store_free(fixture->store);
	tf_fixture_remove(fixture->directory);
	g_free(fixture->directory);
	g_free(fixture->tokens);
}

/* As SoftHSM would. */
static void make_token(const TfStaging *staging, const gchar *uuid)
{
	g_autofree gchar *directory = g_build_filename(tf_staging_directory(staging), "tokens", uuid, NULL);
	g_autofree gchar *object = g_build_filename(directory, "token.object", NULL);

	g_assert_cmpint(g_mkdir(directory, 0700), ==, 0);
	g_assert_true(g_file_set_contents(object, "object", -1, NULL));
}

static gboolean publish(Fixture *fixture, const gchar *serial, GError **error)
{
	g_autoptr(GPtrArray) serials = g_ptr_array_new();

	g_ptr_array_add(serials, (gchar *)serial);

	return tf_staging_publish(fixture->staging, serials, error);
}

static guint count(const gchar *directory)
{
	g_autoptr(GDir) listing = g_dir_open(directory, 0, NULL);
	guint n = 0;

	while (g_dir_read_name(listing) != NULL)
		n++;

	return n;
}

static void test_a_published_token_is_in_the_store(Fixture *fixture, gconstpointer data)
{
	g_autofree gchar *object = g_build_filename(fixture->tokens, UUID, "token.object", NULL);
	g_autofree gchar *content = NULL;
	g_autoptr(GError) error = NULL;

	(void)data;
	make_token(fixture->staging, UUID);
	g_assert_false(tf_store_holds(fixture->store, SERIAL));

	g_assert_true(publish(fixture, SERIAL, &error));

	g_assert_no_error(error);
	g_assert_true(tf_store_holds(fixture->store, SERIAL));
	g_assert_true(g_file_get_contents(object, &content, NULL, NULL));
	g_assert_cmpstr(content, ==, "object");
	g_assert_cmpuint(count(fixture->tokens), ==, 1);
}

static void test_a_token_is_never_published_over_another(Fixture *fixture, gconstpointer data)
{
	g_autoptr(GError) error = NULL;

	(void)data;
	make_token(fixture->staging, UUID);
	g_assert_true(publish(fixture, SERIAL, NULL));

	g_assert_false(publish(fixture, SERIAL, &error));

	g_assert_error(error, TF_ERROR, TF_ERROR_OUTPUT_FAILED);
	g_assert_cmpuint(count(fixture->tokens), ==, 1);
}

static void test_what_is_not_staged_is_not_published(Fixture *fixture, gconstpointer data)
{
	g_autoptr(GError) error = NULL;

	(void)data;
	g_assert_false(publish(fixture, SERIAL, &error));

	g_assert_error(error, TF_ERROR, TF_ERROR_OUTPUT_FAILED);
	g_assert_cmpuint(count(fixture->tokens), ==, 0);
}

static void test_what_a_dead_run_left_is_destroyed(Fixture *fixture, gconstpointer data)
{
	g_autofree gchar *half = g_build_filename(fixture->tokens, ".tokenferry-in-" LEDGER, NULL);
	g_autofree gchar *other = g_build_filename(fixture->tokens, ".tokenferry-in-other", NULL);
	g_autofree gchar *staged = g_strdup(tf_staging_directory(fixture->staging));

	(void)data;
	make_token(fixture->staging, UUID);
	g_assert_cmpint(g_mkdir(half, 0700), ==, 0);
	g_assert_cmpint(g_mkdir(other, 0700), ==, 0);

	tf_staging_destroy_dead(fixture->store, LEDGER);

	g_assert_false(g_file_test(half, G_FILE_TEST_EXISTS));
	g_assert_true(g_file_test(other, G_FILE_TEST_EXISTS));
	g_assert_false(g_file_test(staged, G_FILE_TEST_EXISTS));
}

static void test_a_new_staging_store_is_empty_and_ours_alone(Fixture *fixture, gconstpointer data)
{
	g_autofree gchar *tokens = NULL;
	g_autoptr(TfStaging) dead = NULL;
	struct stat status;

	(void)data;
	make_token(fixture->staging, UUID);
	/* A run that died frees nothing. */
	dead = fixture->staging;
	fixture->staging = tf_staging_new(fixture->store, LEDGER, 0, NULL);
	tokens = g_build_filename(tf_staging_directory(fixture->staging), "tokens", NULL);

	g_assert_cmpuint(count(tokens), ==, 0);
	g_assert_cmpint(stat(tf_staging_directory(fixture->staging), &status), ==, 0);
	g_assert_cmpuint(status.st_mode & 0777, ==, 0700);
}

static void test_a_staging_store_that_others_can_read_is_refused(Fixture *fixture, gconstpointer data)
{
	g_autofree gchar *directory = g_strdup(tf_staging_directory(fixture->staging));
	g_autoptr(GError) error = NULL;

	(void)data;
	g_clear_pointer(&fixture->staging, tf_staging_free);
	g_assert_cmpint(g_mkdir(directory, 0700), ==, 0);
	g_assert_cmpint(g_chmod(directory, 0755), ==, 0);

	fixture->staging = tf_staging_new(fixture->store, LEDGER, 0, &error);

	g_assert_null(fixture->staging);
	g_assert_error(error, TF_ERROR, TF_ERROR_OUTPUT_UNSAFE);
	g_assert_cmpint(g_rmdir(directory), ==, 0);
}

#define ADD(name, function) g_test_add("/staging/" name, Fixture, NULL, set_up, function, tear_down)

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	ADD("a published token is in the store", test_a_published_token_is_in_the_store);
	ADD("a token is never published over another", test_a_token_is_never_published_over_another);
	ADD("what is not staged is not published", test_what_is_not_staged_is_not_published);
	ADD("what a dead run left is destroyed", test_what_a_dead_run_left_is_destroyed);
	ADD("a new staging store is empty and ours alone", test_a_new_staging_store_is_empty_and_ours_alone);
	ADD("a staging store that others can read is refused",
		test_a_staging_store_that_others_can_read_is_refused);

	return g_test_run();
}
