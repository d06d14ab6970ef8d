/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Keys of which each takes its time to open, as those of a hostile file do. The looker is the test itself,
 * executed again. */
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "disk/looker.h"
#include "disk/looking.h"
#include "fixtures.h"
#include "process/role-main.h"

#define FILE_MILLISECONDS 1000
#define N_KEYS		  5

static const gchar *const ourselves[] = { "/proc/self/exe", "--role", NULL };

static gboolean stop(G_GNUC_UNUSED gpointer user_data, GError **error)
{
	return tf_raise(error, TF_ERROR_INTERRUPTED, NULL);
}

static gboolean count(G_GNUC_UNUSED const TfPiece *piece, gpointer user_data)
{
	guint *n = user_data;

	++*n;

	return TRUE;
}

/* As long as a file may take. */
static gboolean count_slowly(const TfPiece *piece, gpointer user_data)
{
	gint64 begun = g_get_monotonic_time();

	while (g_get_monotonic_time() - begun < (gint64)FILE_MILLISECONDS * 1000)
		continue;

	return count(piece, user_data);
}

/* Of a file of several keys. */
static gboolean visit(const TfLookingOptions *options, TfPieceFunc func, guint *ret_n,
	TfContentsLimits *ret_limits, GError **error)
{
	g_autoptr(TfLooking) looking = tf_looking_new(options);
	g_autoptr(TfFixtureMember) member = tf_fixture_member("ec256", "佐藤 花子", "CA");
	g_autoptr(GBytes) key = tf_fixture_key_pem(member->key);
	TF_AUTO_FD int fd = memfd_create("looking", MFD_CLOEXEC);

	*ret_n = 0;
	for (guint i = 0; i < N_KEYS; i++)
		g_assert_cmpint(
			tf_file_write_all(fd, g_bytes_get_data(key, NULL), g_bytes_get_size(key)), ==, 0);

	return tf_looking_visit(looking, fd, NULL, func, ret_n, ret_limits, error);
}

/* The looker is never waited for: it says one key after the other. */
static void test_stopped(void)
{
	const TfLookingOptions options = { .program = ourselves, .go_on = stop };
	TfContentsLimits limits = { 0 };
	g_autoptr(GError) error = NULL;
	guint n = 0;

	g_assert_false(visit(&options, count, &n, &limits, &error));

	g_assert_error(error, TF_ERROR, TF_ERROR_INTERRUPTED);
	g_assert_cmpuint(n, <=, 1);
}

static void test_slow(void)
{
	const TfLookingOptions options = { .program = ourselves, .milliseconds = FILE_MILLISECONDS };
	TfContentsLimits limits = { 0 };
	g_autoptr(GError) error = NULL;
	guint n = 0;

	g_assert_true(visit(&options, count_slowly, &n, &limits, &error));

	g_assert_no_error(error);
	g_assert_cmpuint(n, ==, 1);
	g_assert_true(limits.is_too_large);
	g_assert_false(limits.is_unanswered);
}

static void test_quick(void)
{
	const TfLookingOptions options = { .program = ourselves };
	TfContentsLimits limits = { 0 };
	g_autoptr(GError) error = NULL;
	guint n = 0;

	g_assert_true(visit(&options, count, &n, &limits, &error));

	g_assert_no_error(error);
	g_assert_cmpuint(n, ==, N_KEYS);
	g_assert_false(limits.is_too_large);
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	/* Leaks cannot be looked for in a confined process. */
	if (argc == 3 && strcmp(argv[1], "--role") == 0)
		_exit(tf_role_serve(&tf_looker_handler));
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/looking-keys/whoever waits may stop it between two keys", test_stopped);
	g_test_add_func("/looking-keys/keys that take longer than a file may are left", test_slow);
	g_test_add_func("/looking-keys/keys that open at once are all seen", test_quick);

	return g_test_run();
}
