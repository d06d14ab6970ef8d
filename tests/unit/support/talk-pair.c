/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "talk-pair.h"

#include <stdalign.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/child.h"

#define MOST_FDS 16

void tf_talk_pair_clear(TfTalkPair *pair)
{
	g_clear_pointer(&pair->supervisor, tf_talk_free);
	g_clear_pointer(&pair->child, tf_talk_free);
}

GVariant *tf_talk_unit(void)
{
	return g_variant_new_tuple(NULL, 0);
}

static GVariant *setup(void)
{
	return g_variant_new("(@as@as@a{sv})", g_variant_new_strv(NULL, 0), g_variant_new_strv(NULL, 0),
		g_variant_new_array(G_VARIANT_TYPE("{sv}"), NULL, 0));
}

void tf_talk_say_now(TfTalk *talk, guint kind, GVariant *body, const int *fds)
{
	g_autoptr(GError) error = NULL;

	g_assert_true(tf_talk_say(talk, kind, body, fds, &error));
	g_assert_no_error(error);
}

TfMessage *tf_talk_hear_now(TfTalk *talk, guint kind)
{
	g_autoptr(GError) error = NULL;
	TfMessage *message = tf_talk_hear(talk, 0, &error);

	g_assert_no_error(error);
	g_assert_cmpuint(message->kind, ==, kind);

	return message;
}

void tf_talk_hear_and_forget(TfTalk *talk, guint kind)
{
	g_autoptr(TfMessage) message = tf_talk_hear_now(talk, kind);

	g_assert_nonnull(message);
}

void tf_talk_pair_open(TfTalkPair *pair, const TfRole *role)
{
	int ours = -1;

	g_assert_cmpint(tf_child_sockets(sizeof(guint32) + TF_MESSAGE_LIMIT, &ours, &pair->peer), ==, 0);
	pair->supervisor = tf_talk_new(ours, role, TRUE);
	pair->child = tf_talk_new(pair->peer, role, FALSE);
}

void tf_talk_pair_ready(TfTalkPair *pair, const TfRole *role)
{
	tf_talk_pair_open(pair, role);
	tf_talk_say_now(pair->supervisor, TF_MESSAGE_SETUP, setup(), NULL);
	tf_talk_hear_and_forget(pair->child, TF_MESSAGE_SETUP);
	tf_talk_say_now(pair->child, TF_MESSAGE_READY, g_variant_new_strv(NULL, 0), NULL);
	tf_talk_hear_and_forget(pair->supervisor, TF_MESSAGE_READY);
}

void tf_talk_send_raw(int peer, gconstpointer bytes, gsize length, gsize n_fds)
{
	alignas(struct cmsghdr) guint8 control[CMSG_SPACE(MOST_FDS * sizeof(int))] = { 0 };
	struct iovec part = { (gpointer)bytes, length };
	struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };
	int fds[MOST_FDS];

	for (gsize i = 0; i < MOST_FDS; i++)
		fds[i] = STDERR_FILENO;
	if (n_fds > 0) {
		struct cmsghdr *header = NULL;

		message.msg_control = control;
		message.msg_controllen = CMSG_SPACE(n_fds * sizeof(int));
		header = CMSG_FIRSTHDR(&message);
		header->cmsg_level = SOL_SOCKET;
		header->cmsg_type = SCM_RIGHTS;
		header->cmsg_len = CMSG_LEN(n_fds * sizeof(int));
		memcpy(CMSG_DATA(header), fds, n_fds * sizeof(int));
	}
	g_assert_cmpint(sendmsg(peer, &message, MSG_NOSIGNAL | MSG_DONTWAIT), ==, (gssize)length);
}

void tf_talk_send_kind(int peer, guint32 kind, gconstpointer body, gsize length, gsize n_fds)
{
	g_autofree guint8 *bytes = g_malloc0(sizeof kind + length);

	memcpy(bytes, &kind, sizeof kind);
	memcpy(bytes + sizeof kind, body, length);
	tf_talk_send_raw(peer, bytes, sizeof kind + length, n_fds);
}

guint tf_talk_count_descriptors(void)
{
	g_autoptr(GDir) directory = g_dir_open("/proc/self/fd", 0, NULL);
	guint n = 0;

	while (g_dir_read_name(directory) != NULL)
		n++;

	return n;
}
