/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The letter-writer as a child of this test, which is executed again for it, confined as in a batch. */
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "base/wait.h"
#include "batch/letter.h"
#include "batch/role.h"
#include "fixtures.h"
#include "letter-world.h"

#define SOON (g_get_monotonic_time() + 60 * TF_WAIT_SECOND)

typedef struct Office {
	gchar *path;
	int directory;
	TfProcess *writer;
} Office;

static void set_up(Office *office, G_GNUC_UNUSED gconstpointer data)
{
	static const gchar *const ourselves[] = { "/proc/self/exe", "--role", NULL };
	static const gchar *const nothing[] = { NULL };
	TfProcessOptions options = { ourselves, NULL, NULL };
	g_autoptr(GError) error = NULL;

	office->path = tf_fixture_directory();
	office->directory = tf_file_open_directory(office->path, NULL);
	options.setup =
		g_variant_new("(^as^as@a{sv})", tf_letter_reads(), nothing, g_variant_new("a{sv}", NULL));
	office->writer = tf_process_start(&tf_letter_role, &options, &error);
	g_assert_no_error(error);
	(void)tf_process_wait_ready(office->writer, SOON, &error);
	g_assert_no_error(error);
}

static void tear_down(Office *office, G_GNUC_UNUSED gconstpointer data)
{
	tf_process_free(office->writer);
	tf_file_close(&office->directory);
	tf_fixture_remove(office->path);
	g_free(office->path);
}

/* The path of the letter; NULL with what the writer said. */
static gchar *write_letter(Office *office, const TfLetter *letter, const gchar *pin, GError **error)
{
	g_autoptr(TfSecret) secret = tf_secret_new_copy(pin, strlen(pin));
	TF_AUTO_FD int pipe = tf_pipe_secret(secret, NULL);
	g_autoptr(TfLetterFile) file = tf_letter_file_new(office->directory, office->path, NULL);
	g_autofree gchar *name = g_strconcat(letter->number, ".pdf", NULL);
	const int fds[] = { pipe, tf_letter_file_fd(file) };
	TfTalk *talk = tf_process_talk(office->writer);
	g_autoptr(TfMessage) said = NULL;

	if (!tf_talk_say(talk, TF_MESSAGE_WRITE_LETTER, tf_letter_body(letter), fds, error))
		return NULL;
	said = tf_talk_hear(talk, SOON, error);
	if (said == NULL)
		return NULL;
	if (said->kind == TF_MESSAGE_FAILED) {
		(void)tf_message_raise(said, error);
		return NULL;
	}
	if (!tf_letter_file_publish(file, name, FALSE, error))
		return NULL;

	return g_build_filename(office->path, name, NULL);
}

static void assert_letter(Office *office, const gchar *number, const gchar *pin)
{
	TfLetter letter = tf_letter_usual;
	g_autofree gchar *path = NULL, *text = NULL;
	g_autoptr(GError) error = NULL;

	letter.number = number;
	path = write_letter(office, &letter, pin, &error);
	g_assert_no_error(error);

	text = tf_letter_read(path);
	g_assert_nonnull(strstr(text, number));
	g_assert_true(g_str_has_suffix(text, pin));
}

static void test_writes_one_letter_after_the_other(Office *office, G_GNUC_UNUSED gconstpointer data)
{
	assert_letter(office, "11111111", "12345678");
	assert_letter(office, "22222222", "87654321");
}

static void test_a_letter_that_fails_costs_no_other(Office *office, G_GNUC_UNUSED gconstpointer data)
{
	TfLetter letter = tf_letter_usual;
	g_autoptr(GError) error = NULL, refused = NULL;

	letter.name = "山田 😀";
	g_assert_null(write_letter(office, &letter, "12345678", &error));
	g_assert_error(error, TF_ERROR, TF_ERROR_LETTER_FAILED);
	g_assert_cmpstr(tf_error_arguments(error)[0], ==, letter.number);
	g_assert_null(write_letter(office, &tf_letter_usual, "no digits", &refused));
	g_assert_error(refused, TF_ERROR, TF_ERROR_LETTER_FAILED);

	assert_letter(office, "11111111", "12345678");
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	if (argc == 3 && strcmp(argv[1], "--role") == 0)
		return tf_role_serve(&tf_letter_handler);

	g_test_init(&argc, &argv, NULL);
	g_test_add("/letter-writer/writes one letter after the other, confined", Office, NULL, set_up,
		test_writes_one_letter_after_the_other, tear_down);
	g_test_add("/letter-writer/a letter that fails costs no other", Office, NULL, set_up,
		test_a_letter_that_fails_costs_no_other, tear_down);

	return g_test_run();
}
