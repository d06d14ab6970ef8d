/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/error.h"
#include "base/secret.h"
#include "batch/role.h"
#include "message-private.h"

#define BUSY(kind) (TF_TALK_BUSY + (guint)TF_MESSAGE_##kind)

static gboolean may(guint kind, const TfRole *role, gboolean is_to_child, guint state)
{
	TfMessageRule rule = { 0 };

	return tf_message_rule(kind, role, is_to_child, state, &rule);
}

static guint after(guint kind, const TfRole *role, gboolean is_to_child, guint state)
{
	TfMessageRule rule = { 0 };

	g_assert_true(tf_message_rule(kind, role, is_to_child, state, &rule));

	return rule.after;
}

static void test_setup_first(void)
{
	g_assert_cmpuint(after(TF_MESSAGE_SETUP, &tf_opener_role, TRUE, TF_TALK_NEW), ==, TF_TALK_SETTING);
	g_assert_cmpuint(after(TF_MESSAGE_READY, &tf_opener_role, FALSE, TF_TALK_SETTING), ==, TF_TALK_IDLE);
	g_assert_cmpuint(after(TF_MESSAGE_FAILED, &tf_opener_role, FALSE, TF_TALK_SETTING), ==, TF_TALK_OVER);
	g_assert_false(may(TF_MESSAGE_OPEN, &tf_opener_role, TRUE, TF_TALK_NEW));
	g_assert_false(may(TF_MESSAGE_OPEN, &tf_opener_role, TRUE, TF_TALK_SETTING));
	g_assert_false(may(TF_MESSAGE_SETUP, &tf_opener_role, TRUE, TF_TALK_IDLE));
}

static void test_answer(void)
{
	g_assert_cmpuint(after(TF_MESSAGE_IMPORT, &tf_worker_role, TRUE, TF_TALK_IDLE), ==, BUSY(IMPORT));
	g_assert_cmpuint(after(TF_MESSAGE_IMPORTED, &tf_worker_role, FALSE, BUSY(IMPORT)), ==, TF_TALK_IDLE);
	g_assert_cmpuint(after(TF_MESSAGE_FAILED, &tf_worker_role, FALSE, BUSY(IMPORT)), ==, TF_TALK_IDLE);
	g_assert_false(may(TF_MESSAGE_IMPORTED, &tf_worker_role, FALSE, BUSY(FORMAT)));
	g_assert_false(may(TF_MESSAGE_IMPORTED, &tf_worker_role, FALSE, TF_TALK_IDLE));
	g_assert_false(may(TF_MESSAGE_FAILED, &tf_worker_role, FALSE, TF_TALK_IDLE));
	g_assert_false(may(TF_MESSAGE_LOOK, &tf_worker_role, TRUE, BUSY(IMPORT)));
}

static TfMessage *failed(const gchar *name, const gchar *const *arguments)
{
	TfMessage *message = g_new0(TfMessage, 1);

	message->kind = TF_MESSAGE_FAILED;
	message->body = g_variant_ref_sink(g_variant_new("(s^as)", name, arguments));
	for (gsize i = 0; i < TF_MESSAGE_FDS; i++)
		message->fds[i] = -1;

	return message;
}

static void assert_raises(const gchar *name, const gchar *const *arguments, TfErrorCode code)
{
	g_autoptr(TfMessage) message = failed(name, arguments);
	g_autoptr(GError) error = NULL;

	g_assert_false(tf_message_raise(message, &error));
	g_assert_error(error, TF_ERROR, (gint)code);
}

static void test_error_comes_back(void)
{
	g_autoptr(TfMessage) message = failed("pin-format", (const gchar *const[]){ "佐藤", "4", "8", NULL });
	g_autoptr(GError) error = NULL;

	g_assert_false(tf_message_raise(message, &error));

	g_assert_error(error, TF_ERROR, TF_ERROR_PIN_FORMAT);
	g_assert_cmpstr(tf_error_arguments(error)[0], ==, "佐藤");
	g_assert_cmpstr(tf_error_arguments(error)[2], ==, "8");
}

static void test_error_of_wrong_form(void)
{
	g_autofree gchar *long_text = g_strnfill(5000, 'x');

	assert_raises("no-such-code", (const gchar *const[]){ NULL }, TF_ERROR_WORKER_FAILED);
	assert_raises("", (const gchar *const[]){ NULL }, TF_ERROR_WORKER_FAILED);
	assert_raises("pin-wrong", (const gchar *const[]){ NULL }, TF_ERROR_WORKER_FAILED);
	assert_raises("pin-wrong", (const gchar *const[]){ "a", "b", NULL }, TF_ERROR_WORKER_FAILED);
	assert_raises(
		"pin-wrong", (const gchar *const[]){ "a", "b", "c", "d", "e", NULL }, TF_ERROR_WORKER_FAILED);
	assert_raises("pin-wrong", (const gchar *const[]){ long_text, NULL }, TF_ERROR_WORKER_FAILED);
}

static void test_error_of_supervisor(void)
{
	assert_raises("interrupted", (const gchar *const[]){ NULL }, TF_ERROR_WORKER_FAILED);
	assert_raises("passphrase-wrong", (const gchar *const[]){ "key", NULL }, TF_ERROR_WORKER_FAILED);
}

static void test_secret_by_pipe(void)
{
	g_autoptr(TfSecret) secret = tf_secret_new(5000);
	g_autoptr(GError) error = NULL;

	tf_secret_set_length(secret, 5000);

	g_assert_cmpint(tf_pipe_secret(secret, &error), ==, -1);
	g_assert_error(error, TF_ERROR, TF_ERROR_SYSTEM);
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/message/nothing comes before the setup", test_setup_first);
	g_test_add_func("/message/an answer is for its own request only", test_answer);
	g_test_add_func("/message/an error of a child is raised again", test_error_comes_back);
	g_test_add_func("/message/an error of a wrong form is not believed", test_error_of_wrong_form);
	g_test_add_func(
		"/message/a child cannot say what only a supervisor runs into", test_error_of_supervisor);
	g_test_add_func("/message/a secret too long for a pipe is an error", test_secret_by_pipe);

	return g_test_run();
}
