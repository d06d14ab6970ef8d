/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "disk/looker.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/file.h"
#include "disk/contents.h"
#include "talk-pair.h"

/* Under ciphers of their own: nothing in them is parsed. */
#define LINE "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFB\n"
#define PEM(kind)                                                                                            \
	"-----BEGIN " kind " PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\n" LINE "-----END " kind             \
	" PRIVATE KEY-----\n"
#define KEYS PEM("RSA") PEM("EC")

static TfTalkPair pair;
static gpointer state;

static TfMessage *ask(int file, int keys)
{
	const int fds[] = { file, keys };

	tf_talk_say_now(
		pair.supervisor, TF_MESSAGE_LOOK_INTO, g_variant_new_parsed("(false, false, @at [])"), fds);

	return tf_talk_hear_now(pair.child, TF_MESSAGE_LOOK_INTO);
}

static void set_up(void)
{
	tf_talk_pair_ready(&pair, &tf_looker_role);
	state = tf_looker_handler.set_up(NULL, NULL);
}

static void tear_down(void)
{
	tf_looker_handler.tear_down(state);
	tf_talk_pair_clear(&pair);
}

static void assert_key(int keys, TfForm expected_form, const gchar *expected_member, const gchar *expected)
{
	g_autoptr(TfMessage) message = tf_talk_hear_now(pair.supervisor, TF_MESSAGE_KEY);
	const gchar *member = NULL;
	guint32 form = 0;
	guint64 length = 0;
	gboolean is_damaged = TRUE;
	gboolean is_pem = FALSE;
	gboolean is_in_mail = TRUE;
	g_autofree gchar *text = NULL;

	g_variant_get(
		message->body, "(um&sbbbt)", &form, &member, &is_damaged, &is_pem, &is_in_mail, &length);
	text = g_malloc0(length + 1);

	g_assert_cmpint((gint)form, ==, expected_form);
	g_assert_cmpstr(member, ==, expected_member);
	g_assert_false(is_damaged);
	g_assert_true(is_pem);
	g_assert_false(is_in_mail);
	g_assert_cmpint(read(keys, text, length), ==, (gssize)length);
	g_assert_true(g_str_has_prefix(text, expected));
}

static void test_keys(void)
{
	TF_AUTO_FD int file = memfd_create("looker", MFD_CLOEXEC);
	g_autoptr(TfMessage) request = NULL;
	g_autoptr(TfMessage) looked = NULL;
	g_autoptr(GError) error = NULL;
	int pipe_fds[2];

	set_up();
	g_assert_cmpint(tf_file_write_all(file, KEYS, strlen(KEYS)), ==, 0);
	g_assert_cmpint(pipe2(pipe_fds, O_CLOEXEC), ==, 0);
	request = ask(file, pipe_fds[1]);
	g_assert_true(tf_looker_handler.answer(state, pair.child, request, &error));

	g_assert_no_error(error);
	assert_key(pipe_fds[0], TF_FORM_PKCS1, NULL, "-----BEGIN RSA");
	assert_key(pipe_fds[0], TF_FORM_SEC1, "#6", "-----BEGIN EC");
	looked = tf_talk_hear_now(pair.supervisor, TF_MESSAGE_LOOKED);
	tf_file_close(&pipe_fds[0]);
	tf_file_close(&pipe_fds[1]);
	tear_down();
}

static void test_not_readable(void)
{
	TF_AUTO_FD int folder = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	g_autoptr(TfMessage) request = NULL;
	g_autoptr(GError) error = NULL;

	set_up();
	request = ask(folder, folder);

	g_assert_false(tf_looker_handler.answer(state, pair.child, request, &error));
	g_assert_nonnull(error);
	tear_down();
}

static void test_nobody_reads(void)
{
	TF_AUTO_FD int file = memfd_create("looker", MFD_CLOEXEC);
	g_autoptr(TfMessage) request = NULL;
	g_autoptr(GError) error = NULL;
	int pipe_fds[2];

	set_up();
	g_assert_cmpint(tf_file_write_all(file, KEYS, strlen(KEYS)), ==, 0);
	g_assert_cmpint(pipe2(pipe_fds, O_CLOEXEC), ==, 0);
	request = ask(file, pipe_fds[1]);
	tf_file_close(&pipe_fds[0]);
	tf_file_close(&pipe_fds[1]);
	g_clear_pointer(&pair.supervisor, tf_talk_free);

	g_assert_false(tf_looker_handler.answer(state, pair.child, request, &error));
	g_assert_nonnull(error);
	tear_down();
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	(void)signal(SIGPIPE, SIG_IGN);
	g_test_add_func("/looker/says each key, and its octets go through the pipe", test_keys);
	g_test_add_func("/looker/what cannot be read is an error", test_not_readable);
	g_test_add_func("/looker/ends when nobody listens", test_nobody_reads);

	return g_test_run();
}
