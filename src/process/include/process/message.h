/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a supervisor and its children say to each other: flat typed messages over SOCK_SEQPACKET, each a kind
 * and a GVariant of that kind's own type, with as many descriptors as the kind has. The role's table says who
 * may say what in which state of the talk; both ends keep that state, so a signature that comes before its
 * challenge is no message at all. Files and secrets go by descriptor, never in a message.
 */
#pragma once

#include <glib.h>

#include "base/secret.h"
#include "process/role.h"

/* Of a body. Two of it do not fit into a socket's buffer: whoever says many answers waits for the reader. */
#define TF_MESSAGE_LIMIT (256u << 10)
#define TF_MESSAGE_FDS	 4

typedef struct TfMessage {
	guint kind;
	GVariant *body;		 /* of the kind's type, in normal form */
	int fds[TF_MESSAGE_FDS]; /* -1: none; owned by the message: steal by tf_file_steal() */
} TfMessage;
void tf_message_free(TfMessage *message);

/* One end of the talk with one child. */
typedef struct TfTalk TfTalk;

/* Takes 'socket' over; 'role' is borrowed. */
TfTalk *tf_talk_new(int socket, const TfRole *role, gboolean is_supervisor) G_GNUC_WARN_UNUSED_RESULT;
void tf_talk_free(TfTalk *talk);
int tf_talk_fd(const TfTalk *talk); /* for poll(2); borrowed */

/*
 * 'body' is consumed if floating; 'fds' (n of them, as many as the kind has; may be NULL) stay the caller's.
 * To say what the table does not permit now is our bug (g_assert). FALSE with TF_ERROR_WORKER_FAILED when the
 * peer is gone, when its buffer is full for longer than a second, or when the body is larger than
 * TF_MESSAGE_LIMIT: then nothing was said, and FAILED may be said instead.
 */
gboolean tf_talk_say(TfTalk *talk, guint kind, GVariant *body, const int *fds, GError **error);

/* The next message; blocks until 'deadline' (monotonic microseconds; 0: does not block; -1: for ever).
 * TF_ERROR_WORKER_FAILED with the reason: it has ended, it does not answer, or it said what it may not say
 * now (kind, state, type, size, number of descriptors, not normal). Descriptors of a refused message are
 * closed, and nothing is heard after it: the peer is to be killed. */
TfMessage *tf_talk_hear(TfTalk *talk, gint64 deadline, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The last tf_talk_hear() found that the peer has ended, in order or not, and nothing worse. */
gboolean tf_talk_has_ended(const TfTalk *talk);

/* FAILED of 'problem' (any error, of TF_ERROR or not), and back: the error that a FAILED carries, raised only
 * when its code exists, is none that only a supervisor can run into, and has that many bounded UTF-8
 * arguments; else TF_ERROR_WORKER_FAILED. tf_message_raise() returns FALSE. */
gboolean tf_talk_fail(TfTalk *talk, const GError *problem, GError **error);
gboolean tf_message_raise(const TfMessage *message, GError **error);

/* A pipe that holds 'secret' (at most PIPE_BUF bytes), its write end closed: the read end, close-on-exec, or
 * -1 with TF_ERROR_SYSTEM. tf_secret_read() is the way back. */
int tf_pipe_secret(const TfSecret *secret, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfMessage, tf_message_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfTalk, tf_talk_free)
