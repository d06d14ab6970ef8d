/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A supervisor's end of a talk with a child that says what it likes. */
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "talk-pair.h"

/* Refused, its descriptors closed, and nothing that follows is heard. */
static void assert_refused(TfTalkPair *pair, guint n_descriptors, const gchar *reason)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GError) later = NULL;
	g_autoptr(TfMessage) message = tf_talk_hear(pair->supervisor, 0, &error);

	g_assert_null(message);
	g_assert_error(error, TF_ERROR, TF_ERROR_WORKER_FAILED);
	g_assert_nonnull(strstr(tf_error_arguments(error)[0], reason));
	g_assert_cmpuint(tf_talk_count_descriptors(), ==, n_descriptors);
	g_assert_false(tf_talk_has_ended(pair->supervisor));
	g_assert_null(tf_talk_hear(pair->supervisor, 0, &later));
	g_assert_error(later, TF_ERROR, TF_ERROR_WORKER_FAILED);
	g_assert_false(tf_talk_say(pair->supervisor, TF_MESSAGE_LOOK, tf_talk_unit(), NULL, NULL));
}

static void test_signature_too_early(void)
{
	g_auto(TfTalkPair) pair = { 0 };
	g_autoptr(GVariant) body = g_variant_ref_sink(g_variant_new("(us)", 0, "{}"));
	guint n = 0;

	tf_talk_pair_ready(&pair, &tf_auditor_role);
	n = tf_talk_count_descriptors();
	tf_talk_send_kind(
		pair.peer, TF_MESSAGE_AUDITED, g_variant_get_data(body), g_variant_get_size(body), 0);

	assert_refused(&pair, n, "AUDITED: state");
}

static void test_wrong_state(void)
{
	g_auto(TfTalkPair) pair = { 0 };
	g_autoptr(GVariant) body = g_variant_ref_sink(tf_talk_unit());
	guint n = 0;

	tf_talk_pair_ready(&pair, &tf_worker_role);
	n = tf_talk_count_descriptors();
	tf_talk_say_now(pair.supervisor, TF_MESSAGE_LOOK, tf_talk_unit(), NULL);
	tf_talk_send_kind(
		pair.peer, TF_MESSAGE_REMOVED, g_variant_get_data(body), g_variant_get_size(body), 3);

	assert_refused(&pair, n, "REMOVED: state");
}

static void test_request_from_child(void)
{
	g_auto(TfTalkPair) pair = { 0 };
	guint n = 0;

	tf_talk_pair_ready(&pair, &tf_worker_role);
	n = tf_talk_count_descriptors();
	tf_talk_send_kind(pair.peer, TF_MESSAGE_LOOK, "", 1, 0);

	assert_refused(&pair, n, "LOOK: state");
}

static void test_unknown_kind(void)
{
	const guint32 kinds[] = { TF_N_MESSAGES, G_MAXUINT32 };

	for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++) {
		g_auto(TfTalkPair) pair = { 0 };
		guint n = 0;

		tf_talk_pair_ready(&pair, &tf_worker_role);
		n = tf_talk_count_descriptors();
		tf_talk_say_now(pair.supervisor, TF_MESSAGE_LOOK, tf_talk_unit(), NULL);
		tf_talk_send_kind(pair.peer, kinds[i], "", 1, 4);

		assert_refused(&pair, n, "kind");
	}
}

/* Bodies that are not of the kind's type, or are in no normal form: offsets that lie, text that is no UTF-8.
 */
static void test_wrong_form(void)
{
	static const struct {
		const gchar *bytes;
		gsize length;
	} bodies[] = { { "", 0 }, { "\xff", 1 }, { "abc", 3 }, { "a\0b\xff\0\2\5", 7 }, { "\xff\0\2", 3 },
		{ "a\0\7", 3 }, { "\2\2\2\2\2\2", 6 } };

	for (gsize i = 0; i < G_N_ELEMENTS(bodies); i++) {
		g_auto(TfTalkPair) pair = { 0 };
		guint n = 0;

		tf_talk_pair_ready(&pair, &tf_formatter_role);
		n = tf_talk_count_descriptors();
		tf_talk_say_now(pair.supervisor, TF_MESSAGE_LOOK_CARD, g_variant_new_string("reader"), NULL);
		tf_talk_send_kind(pair.peer, TF_MESSAGE_CARD, bodies[i].bytes, bodies[i].length, 0);

		assert_refused(&pair, n, "CARD: form");
	}
}

static void test_wrong_type(void)
{
	g_auto(TfTalkPair) pair = { 0 };
	g_autoptr(GVariant) body = g_variant_ref_sink(g_variant_new("(tt)", G_MAXUINT64, G_MAXUINT64));
	guint n = 0;

	tf_talk_pair_ready(&pair, &tf_worker_role);
	n = tf_talk_count_descriptors();
	tf_talk_say_now(pair.supervisor, TF_MESSAGE_LOOK, tf_talk_unit(), NULL);
	tf_talk_send_kind(
		pair.peer, TF_MESSAGE_TOKENS, g_variant_get_data(body), g_variant_get_size(body), 0);

	assert_refused(&pair, n, "TOKENS: form");
}

static void test_too_short(void)
{
	g_auto(TfTalkPair) pair = { 0 };
	guint n = 0;

	tf_talk_pair_ready(&pair, &tf_worker_role);
	n = tf_talk_count_descriptors();
	tf_talk_send_raw(pair.peer, "\1\0", 2, 1);

	assert_refused(&pair, n, "size");
}

static void test_too_large(void)
{
	g_auto(TfTalkPair) pair = { 0 };
	g_autofree guint8 *body = g_malloc0(TF_MESSAGE_LIMIT + 1);
	guint n = 0;

	tf_talk_pair_ready(&pair, &tf_worker_role);
	n = tf_talk_count_descriptors();
	tf_talk_say_now(pair.supervisor, TF_MESSAGE_LOOK, tf_talk_unit(), NULL);
	tf_talk_send_kind(pair.peer, TF_MESSAGE_TOKENS, body, TF_MESSAGE_LIMIT + 1, 2);

	assert_refused(&pair, n, "size");
}

static void test_number_of_descriptors(void)
{
	const gsize wrong[] = { 0, 2, 4 };
	g_autoptr(GVariant) body = g_variant_ref_sink(
		g_variant_new_parsed("(@ay [], @ay [], @aay [], @ms nothing, true, false, @as [], @as [])"));

	for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++) {
		g_auto(TfTalkPair) pair = { 0 };
		const int fds[] = { STDIN_FILENO, STDIN_FILENO };
		guint n = 0;

		tf_talk_pair_ready(&pair, &tf_opener_role);
		n = tf_talk_count_descriptors();
		tf_talk_say_now(pair.supervisor, TF_MESSAGE_OPEN, g_variant_new("(^ayb)", "/x", TRUE), fds);
		tf_talk_hear_and_forget(pair.child, TF_MESSAGE_OPEN);
		tf_talk_send_kind(pair.peer, TF_MESSAGE_OPENED, g_variant_get_data(body),
			g_variant_get_size(body), wrong[i]);

		assert_refused(&pair, n, "OPENED: descriptors");
	}
}

/* More than there is room for: the kernel closes the rest, and says so. */
static void test_too_many_descriptors(void)
{
	g_auto(TfTalkPair) pair = { 0 };
	guint n = 0;

	tf_talk_pair_ready(&pair, &tf_opener_role);
	n = tf_talk_count_descriptors();
	tf_talk_send_kind(pair.peer, TF_MESSAGE_OPENED, "", 1, 16);

	assert_refused(&pair, n, "size");
}

/* A packet without bytes cannot be told from the end, and is the end. */
static void test_empty_packet(void)
{
	g_auto(TfTalkPair) pair = { 0 };
	g_autoptr(GError) error = NULL;
	guint n = 0;

	tf_talk_pair_ready(&pair, &tf_worker_role);
	n = tf_talk_count_descriptors();
	tf_talk_send_raw(pair.peer, "", 0, 2);

	g_assert_null(tf_talk_hear(pair.supervisor, 0, &error));
	g_assert_error(error, TF_ERROR, TF_ERROR_WORKER_FAILED);
	g_assert_cmpuint(tf_talk_count_descriptors(), ==, n);
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/talk/a signature before the challenge is refused", test_signature_too_early);
	g_test_add_func("/talk/an answer to another request is refused", test_wrong_state);
	g_test_add_func("/talk/a request of a child is refused", test_request_from_child);
	g_test_add_func("/talk/an unknown kind is refused", test_unknown_kind);
	g_test_add_func("/talk/a body that is not in normal form is refused", test_wrong_form);
	g_test_add_func("/talk/a body of another type is refused", test_wrong_type);
	g_test_add_func("/talk/a packet without a whole kind is refused", test_too_short);
	g_test_add_func("/talk/a packet that is too large is refused", test_too_large);
	g_test_add_func("/talk/another number of descriptors is refused, and they are closed",
		test_number_of_descriptors);
	g_test_add_func("/talk/more descriptors than any message has are refused, and closed",
		test_too_many_descriptors);
	g_test_add_func("/talk/an empty packet is the end", test_empty_packet);

	return g_test_run();
}
