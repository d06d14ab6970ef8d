/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/error.h"
#include "base/secret.h"
#include "fixtures.h"
#include "store-private.h"

#define LEDGER "0b6f4a1c-2d55-4c6e-9a3b-77d1b6f0c001"
#define UUID   "1edbc286-32f6-73e4-750f-0d766216282e"
#define SERIAL "750f0d766216282e"

/* What is in a directory when it is synced, at last. */
static const gchar *watched;
static guint n_entries_synced;

static guint count(const gchar *directory);

int fsync(int fd)
{
	g_autofree gchar *link = g_strdup_printf("/proc/self/fd/%d", fd);
	g_autofree gchar *path = g_file_read_link(link, NULL);

	if (watched != NULL && g_strcmp0(path, watched) == 0)
		n_entries_synced = count(watched);

	return (int)syscall(SYS_fsync, fd);
}

/* Token that a disk has no room for; NULL. */
static const gchar *fail_at;

int renameat2(int from, const char *old, int to, const char *new, unsigned int flags)
{
	if (g_strcmp0(old, fail_at) == 0) {
		errno = EDQUOT;
		return -1;
	}

	return (int)syscall(SYS_renameat2, from, old, to, new, flags);
}

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
	GError *problem = NULL;

	g_ptr_array_add(serials, (gchar *)serial);
	if (!tf_staging_publish(fixture->staging, serials, &problem, error))
		return FALSE;
	if (problem != NULL)
		g_propagate_error(error, problem);

	return problem == NULL;
}

/* As a token would be seen. */
static guint count(const gchar *directory)
{
	g_autoptr(GDir) listing = g_dir_open(directory, 0, NULL);
	const gchar *name = NULL;
	guint n = 0;

	while ((name = g_dir_read_name(listing)) != NULL)
		n += name[0] != '.' ? 1 : 0;

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

	g_assert_error(error, TF_ERROR, TF_ERROR_BATCH_PLACE_FAILED);
	g_assert_cmpuint(count(fixture->tokens), ==, 1);
}

static void test_what_is_not_staged_is_not_published(Fixture *fixture, gconstpointer data)
{
	g_autoptr(GError) error = NULL;

	(void)data;
	g_assert_false(publish(fixture, SERIAL, &error));

	g_assert_error(error, TF_ERROR, TF_ERROR_BATCH_PLACE_FAILED);
	g_assert_cmpuint(count(fixture->tokens), ==, 0);
}

#define LINKED	"1edbc286-32f6-73e4-1111-111111111111"
#define FOLDER	"1edbc286-32f6-73e4-2222-222222222222"
#define FIFO	"1edbc286-32f6-73e4-3333-333333333333"
#define IS_LINK "1edbc286-32f6-73e4-4444-444444444444"
#define LAST	"1edbc286-32f6-73e4-5555-555555555555"

static gchar *entry_of(const Fixture *fixture, const gchar *uuid, const gchar *name)
{
	make_token(fixture->staging, uuid);

	return g_build_filename(tf_staging_directory(fixture->staging), "tokens", uuid, name, NULL);
}

static void test_what_is_no_token_costs_the_others_nothing(Fixture *fixture, gconstpointer data)
{
	static const gchar *const serials[] = { "1111111111111111", "2222222222222222", "3333333333333333",
		"4444444444444444", "9999999999999999", "5555555555555555" };
	g_autofree gchar *symlink_in = entry_of(fixture, LINKED, "link");
	g_autofree gchar *folder = entry_of(fixture, FOLDER, "folder");
	g_autofree gchar *fifo = entry_of(fixture, FIFO, "fifo");
	g_autofree gchar *token =
		g_build_filename(tf_staging_directory(fixture->staging), "tokens", IS_LINK, NULL);
	g_autoptr(GPtrArray) wanted = g_ptr_array_new();
	GError *problems[G_N_ELEMENTS(serials)] = { NULL };
	g_autoptr(GError) error = NULL;

	(void)data;
	make_token(fixture->staging, LAST);
	g_assert_cmpint(symlink("/etc/passwd", symlink_in), ==, 0);
	g_assert_cmpint(g_mkdir(folder, 0700), ==, 0);
	g_assert_cmpint(mkfifo(fifo, 0600), ==, 0);
	g_assert_cmpint(symlink(LAST, token), ==, 0);
	for (gsize i = 0; i < G_N_ELEMENTS(serials); i++)
		g_ptr_array_add(wanted, (gchar *)serials[i]);

	g_assert_true(tf_staging_publish(fixture->staging, wanted, problems, &error));

	g_assert_no_error(error);
	for (gsize i = 0; i < G_N_ELEMENTS(serials) - 1; i++) {
		g_assert_error(problems[i], TF_ERROR, TF_ERROR_BATCH_PLACE_FAILED);
		g_error_free(problems[i]);
	}
	g_assert_null(problems[G_N_ELEMENTS(serials) - 1]);
	g_assert_true(tf_store_holds(fixture->store, "5555555555555555"));
	g_assert_cmpuint(count(fixture->tokens), ==, 1);
}

static void test_what_was_renamed_is_synced_after_a_failure(Fixture *fixture, gconstpointer data)
{
	g_autoptr(GPtrArray) serials = g_ptr_array_new();
	GError *problems[2] = { NULL };
	g_autoptr(GError) error = NULL;

	(void)data;
	make_token(fixture->staging, UUID);
	make_token(fixture->staging, LAST);
	g_ptr_array_add(serials, (gchar *)SERIAL);
	g_ptr_array_add(serials, (gchar *)"5555555555555555");
	watched = fixture->tokens;
	fail_at = LAST;

	g_assert_false(tf_staging_publish(fixture->staging, serials, problems, &error));

	watched = NULL;
	fail_at = NULL;
	g_assert_error(error, TF_ERROR, TF_ERROR_BATCH_PLACE_FAILED);
	g_assert_true(tf_store_holds(fixture->store, SERIAL));
	g_assert_cmpuint(n_entries_synced, ==, 1);
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

/* In memory, where that run was told to. */
static void test_what_a_dead_run_left_elsewhere_is_destroyed(Fixture *fixture, gconstpointer data)
{
	g_autofree gchar *place = g_strdup("/dev/shm/tf-staging-XXXXXX");
	g_autofree gchar *staged = NULL;
	g_autoptr(TfStaging) dead = NULL;

	(void)data;
	g_assert_nonnull(g_mkdtemp(place));
	g_assert_true(g_setenv("XDG_RUNTIME_DIR", place, TRUE));
	dead = tf_staging_new(fixture->store, LEDGER, 1, NULL);
	g_assert_nonnull(dead);
	make_token(dead, UUID);
	staged = g_strdup(tf_staging_directory(dead));
	g_assert_true(g_str_has_prefix(staged, place));
	g_unsetenv("XDG_RUNTIME_DIR");

	tf_staging_destroy_dead(fixture->store, LEDGER);

	g_assert_false(g_file_test(staged, G_FILE_TEST_EXISTS));
	g_assert_cmpint(g_rmdir(place), ==, 0);
}

static void test_what_is_no_staging_store_stays(Fixture *fixture, gconstpointer data)
{
	static const struct {
		const gchar *name;
		guint mode;
	} folders[] = { { "precious", 0700 }, { "tokenferry-staging-" LEDGER "-8", 0755 } };

	(void)data;
	for (gsize i = 0; i < G_N_ELEMENTS(folders); i++) {
		g_autofree gchar *pointer =
			g_strdup_printf("%s/.tokenferry-at-" LEDGER "-%zu", fixture->tokens, i + 7);
		g_autofree gchar *folder = g_build_filename(fixture->directory, folders[i].name, NULL);
		g_autofree gchar *file = g_build_filename(folder, "file", NULL);

		g_assert_cmpint(g_mkdir(folder, 0700), ==, 0);
		g_assert_true(g_file_set_contents(file, "mine", -1, NULL));
		g_assert_cmpint(g_chmod(folder, (int)folders[i].mode), ==, 0);
		g_assert_cmpint(symlink(folder, pointer), ==, 0);
		tf_staging_destroy_dead(fixture->store, LEDGER);

		g_assert_true(g_file_test(file, G_FILE_TEST_EXISTS));
		g_assert_false(g_file_test(pointer, G_FILE_TEST_IS_SYMLINK));
	}
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
	g_assert_error(error, TF_ERROR, TF_ERROR_BATCH_PLACE_UNSAFE);
	g_assert_cmpint(g_rmdir(directory), ==, 0);
}

#define ADD(name, function) g_test_add(name, Fixture, NULL, set_up, function, tear_down)

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	ADD("/staging/a published token is in the store", test_a_published_token_is_in_the_store);
	ADD("/staging/a token is never published over another", test_a_token_is_never_published_over_another);
	ADD("/staging/what is not staged is not published", test_what_is_not_staged_is_not_published);
	ADD("/staging/what is no token costs the others nothing",
		test_what_is_no_token_costs_the_others_nothing);
	ADD("/staging/what was renamed is synced after a failure, too",
		test_what_was_renamed_is_synced_after_a_failure);
	ADD("/staging/what a dead run left is destroyed", test_what_a_dead_run_left_is_destroyed);
	ADD("/staging/what a dead run left elsewhere is destroyed",
		test_what_a_dead_run_left_elsewhere_is_destroyed);
	ADD("/staging/what is no staging store stays, whatever leads to it",
		test_what_is_no_staging_store_stays);
	ADD("/staging/a new staging store is empty and ours alone",
		test_a_new_staging_store_is_empty_and_ours_alone);
	ADD("/staging/a staging store that others can read is refused",
		test_a_staging_store_that_others_can_read_is_refused);

	return g_test_run();
}
