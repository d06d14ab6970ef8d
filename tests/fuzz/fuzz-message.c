/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the other end of a talk sends: any packets, with any number of descriptors, to a supervisor that waits
 * for an answer and to a child. What is heard is what the table permits, and no descriptor stays open.
 */
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/child.h"
#include "base/error.h"
#include "base/file.h"
#include "batch/role.h"
#include "disk/looker.h"
#include "message-private.h"

#define MOST_FDS 6 /* more than a message has */

typedef struct Input {
	const guint8 *at;
	gsize left;
} Input;

/* One for each role. */
static const struct {
	const TfRole *role;
	guint kind;
	const gchar *body;
} requests[] = {
	{ &tf_opener_role, TF_MESSAGE_OPEN, "(@ay [], true)" },
	{ &tf_worker_role, TF_MESSAGE_LOOK, "()" },
	{ &tf_auditor_role, TF_MESSAGE_AUDIT, "'group'" },
	{ &tf_formatter_role, TF_MESSAGE_FORMAT_CARD, "('reader', 'blank', 'label')" },
	{ &tf_letter_role, TF_MESSAGE_WRITE_LETTER, "@a{sv} {}" },
	{ &tf_looker_role, TF_MESSAGE_LOOK_INTO, "(true, true, @at [1])" },
};

typedef struct Talk {
	TfTalk *talk;
	gsize request; /* of its role, in 'requests' */
	int peer;
} Talk;

static guint8 take_byte(Input *input)
{
	if (input->left == 0)
		return 0;
	input->left--;

	return *input->at++;
}

static void say(TfTalk *talk, guint kind, GVariant *body)
{
	TF_AUTO_FD int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	const int fds[TF_MESSAGE_FDS] = { fd, fd, fd, fd };

	/* Nobody reads what is said here: the peer's buffer is emptied, or full, which is no fault. */
	(void)tf_talk_say(talk, kind, body, fds, NULL);
}

static void empty(int peer)
{
	guint8 byte = 0;

	while (recv(peer, &byte, 1, MSG_DONTWAIT | MSG_TRUNC) > 0)
		continue;
}

/* As a child sends it: a kind, a number of descriptors, a length, and as many bytes. */
static void send_packet(int peer, Input *input)
{
	guint32 kind = take_byte(input);
	gsize n_fds = take_byte(input) % (MOST_FDS + 1);
	gsize wanted = take_byte(input);
	gsize length = MIN(wanted, input->left);
	/* Sometimes the kind itself is cut short. */
	gsize kind_length = n_fds == MOST_FDS ? length % sizeof kind : sizeof kind;
	_Alignas(struct cmsghdr) guint8 control[CMSG_SPACE(MOST_FDS * sizeof(int))] = { 0 };
	struct iovec parts[] = { { &kind, kind_length }, { (gpointer)input->at, length } };
	struct msghdr message = { .msg_iov = parts, .msg_iovlen = G_N_ELEMENTS(parts) };
	const int fds[MOST_FDS] = { STDERR_FILENO, STDERR_FILENO, STDERR_FILENO, STDERR_FILENO, STDERR_FILENO,
		STDERR_FILENO };

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
	(void)sendmsg(peer, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
	input->at += length;
	input->left -= length;
}

static void supervise(Talk *talk)
{
	TfTalk *peer =
		tf_talk_new(fcntl(talk->peer, F_DUPFD_CLOEXEC, 0), requests[talk->request].role, FALSE);

	say(talk->talk, TF_MESSAGE_SETUP, g_variant_new_parsed("(@as [], @as [], @a{sv} {})"));
	tf_message_free(tf_talk_hear(peer, 0, NULL));
	say(peer, TF_MESSAGE_READY, g_variant_new_strv(NULL, 0));
	tf_message_free(tf_talk_hear(talk->talk, 0, NULL));
	tf_talk_free(peer);
	say(talk->talk, requests[talk->request].kind, g_variant_new_parsed(requests[talk->request].body));
}

/* By further answers to the same request. */
static gboolean is_followed(const TfRole *role, guint kind)
{
	return (role == &tf_auditor_role && kind == TF_MESSAGE_AUDITED) ||
	       (role == &tf_looker_role && kind == TF_MESSAGE_KEY);
}

static void judge_supervised(Talk *talk, const TfMessage *message)
{
	g_autoptr(GError) error = NULL;

	if (message->kind == TF_MESSAGE_FAILED) {
		g_assert(!tf_message_raise(message, &error));
		g_assert(error != NULL && error->domain == TF_ERROR);
	}
	if (!is_followed(requests[talk->request].role, message->kind))
		say(talk->talk, requests[talk->request].kind,
			g_variant_new_parsed(requests[talk->request].body));
}

static void judge_child(Talk *talk, const TfMessage *message)
{
	g_autoptr(GError) problem = g_error_new_literal(TF_ERROR, TF_ERROR_INTERRUPTED, "x");

	if (message->kind == TF_MESSAGE_SETUP)
		say(talk->talk, TF_MESSAGE_READY, g_variant_new_strv(NULL, 0));
	else
		(void)tf_talk_fail(talk->talk, problem, NULL);
}

static void hear(Talk *talk, gboolean is_supervisor)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TfMessage) message = tf_talk_hear(talk->talk, 0, &error);

	if (message == NULL) {
		g_assert(g_error_matches(error, TF_ERROR, TF_ERROR_WORKER_FAILED));
		return;
	}
	g_assert(g_variant_is_normal_form(message->body));
	if (is_supervisor)
		judge_supervised(talk, message);
	else
		judge_child(talk, message);
}

/* The lowest number that is free. */
static int next_fd(void)
{
	TF_AUTO_FD int fd = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 0);

	return fd;
}

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
	Input input = { data, size };
	guint8 first = take_byte(&input);
	gboolean is_supervisor = first % 2 == 0;
	Talk talk = { .request = first / 2 % G_N_ELEMENTS(requests), .peer = -1 };
	int before = next_fd();
	int ours = -1;

	g_assert(tf_child_sockets(sizeof(guint32) + TF_MESSAGE_LIMIT, &ours, &talk.peer) == 0);
	talk.talk = tf_talk_new(ours, requests[talk.request].role, is_supervisor);
	if (is_supervisor)
		supervise(&talk);
	while (input.left > 0) {
		empty(talk.peer);
		send_packet(talk.peer, &input);
		hear(&talk, is_supervisor);
	}
	tf_talk_free(talk.talk);
	tf_file_close(&talk.peer);
	g_assert(next_fd() == before);

	return 0;
}
