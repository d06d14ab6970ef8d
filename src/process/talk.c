/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One end of a talk: sends and receives what the table permits, keeps the state, and closes what it refuses.
 */
#include <errno.h>
#include <glib/gi18n.h>
#include <poll.h>
#include <stdalign.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "base/wait.h"
#include "message-private.h"

#define SAY_DEADLINE   TF_WAIT_SECOND
#define ARGUMENT_LIMIT 1024u /* bytes of what FAILED says */

struct TfTalk {
	int socket;
	const TfRole *role;
	gboolean is_supervisor;
	gboolean has_ended;
	guint state;
	guint8 *buffer; /* of one body */
};

/* What recvmsg(2) gave, before anything of it is believed. */
typedef struct Packet {
	guint32 kind;
	gsize length; /* of the body */
	int fds[TF_MESSAGE_FDS];
	gsize n_fds;
	gboolean is_whole;
} Packet;

static void packet_clear(Packet *packet)
{
	for (gsize i = 0; i < TF_MESSAGE_FDS; i++)
		tf_file_close(&packet->fds[i]);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Packet, packet_clear)

TfTalk *tf_talk_new(int socket, const TfRole *role, gboolean is_supervisor)
{
	TfTalk *talk = g_new0(TfTalk, 1);

	talk->socket = socket;
	talk->role = role;
	talk->is_supervisor = is_supervisor;
	talk->state = TF_TALK_NEW;
	talk->buffer = g_malloc(TF_MESSAGE_LIMIT);

	return talk;
}

void tf_talk_free(TfTalk *talk)
{
	if (talk == NULL)
		return;

	tf_file_close(&talk->socket);
	g_free(talk->buffer);
	g_free(talk);
}

int tf_talk_fd(const TfTalk *talk)
{
	return talk->socket;
}

gboolean tf_talk_has_ended(const TfTalk *talk)
{
	return talk->has_ended;
}

static gboolean raise_failed(const gchar *reason, GError **error)
{
	return tf_raise(error, TF_ERROR_WORKER_FAILED, reason, NULL);
}

static gboolean raise_ended(TfTalk *talk, GError **error)
{
	talk->has_ended = TRUE;
	talk->state = TF_TALK_OVER;

	return raise_failed(_("it ended without an answer"), error);
}

/* A peer that breaks the rules is not listened to any more. */
static gboolean raise_refused(TfTalk *talk, const gchar *what, const gchar *detail, GError **error)
{
	g_autofree gchar *reason =
		g_strdup_printf(_("it said what it may not say now (%s: %s)"), what, detail);

	talk->state = TF_TALK_OVER;

	return raise_failed(reason, error);
}

static void set_fds(struct msghdr *message, guint8 *control, const int *fds, gsize n_fds)
{
	struct cmsghdr *header = NULL;

	if (n_fds == 0)
		return;

	message->msg_control = control;
	message->msg_controllen = CMSG_SPACE(n_fds * sizeof(int));
	header = CMSG_FIRSTHDR(message);
	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = SCM_RIGHTS;
	header->cmsg_len = CMSG_LEN(n_fds * sizeof(int));
	memcpy(CMSG_DATA(header), fds, n_fds * sizeof(int));
}

/* A hostile child may leave its buffer full; nobody waits for it longer than a moment. */
static gssize send_in_time(int socket, const struct msghdr *message)
{
	gint64 deadline = g_get_monotonic_time() + SAY_DEADLINE;

	for (;;) {
		gssize n = sendmsg(socket, message, MSG_NOSIGNAL | MSG_DONTWAIT);

		if (n >= 0)
			return n;
		if (errno == EINTR)
			continue;
		if (errno != EAGAIN || !tf_wait_for(socket, POLLOUT, deadline))
			return -1;
	}
}

gboolean tf_talk_say(TfTalk *talk, guint kind, GVariant *body, const int *fds, GError **error)
{
	g_autoptr(GVariant) owned = g_variant_ref_sink(body);
	alignas(struct cmsghdr) guint8 control[CMSG_SPACE(TF_MESSAGE_FDS * sizeof(int))] = { 0 };
	guint32 number = kind;
	TfMessageRule rule = { 0 };
	struct iovec parts[] = { { &number, sizeof(number) }, { NULL, 0 } };
	struct msghdr message = { .msg_iov = parts, .msg_iovlen = G_N_ELEMENTS(parts) };
	gsize length = g_variant_get_size(owned);

	/* To somebody who is not there any more nothing is a mistake. */
	if (talk->state == TF_TALK_OVER)
		return raise_ended(talk, error);
	g_assert(tf_message_rule(kind, talk->role, talk->is_supervisor, talk->state, &rule));
	g_assert(g_variant_is_of_type(owned, G_VARIANT_TYPE(rule.type)));
	g_assert(rule.n_fds == 0 || fds != NULL);
	if (length > TF_MESSAGE_LIMIT)
		return raise_failed(g_strerror(EMSGSIZE), error);
	parts[1] = (struct iovec){ (gpointer)g_variant_get_data(owned), length };
	set_fds(&message, control, fds, rule.n_fds);
	if (send_in_time(talk->socket, &message) < 0) {
		if (errno == EPIPE || errno == ECONNRESET)
			return raise_ended(talk, error);
		return raise_failed(errno == EAGAIN ? _("it does not answer") : g_strerror(errno), error);
	}
	talk->state = rule.after;

	return TRUE;
}

/* All descriptors are taken, so that they are closed, whatever becomes of the message. */
static void take_fds(struct msghdr *message, Packet *packet)
{
	for (struct cmsghdr *header = CMSG_FIRSTHDR(message); header != NULL;
		header = CMSG_NXTHDR(message, header)) {
		gsize n = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);

		if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS)
			continue;
		/* The kernel gives no more than there is room for. */
		g_assert(packet->n_fds + n <= TF_MESSAGE_FDS);
		memcpy(packet->fds + packet->n_fds, CMSG_DATA(header), n * sizeof(int));
		packet->n_fds += n;
	}
}

/* The length of the packet, 0 at the end, -1 and errno. */
static gssize receive(TfTalk *talk, Packet *packet)
{
	alignas(struct cmsghdr) guint8 control[CMSG_SPACE(TF_MESSAGE_FDS * sizeof(int))] = { 0 };
	struct iovec parts[] = { { &packet->kind, sizeof(packet->kind) },
		{ talk->buffer, TF_MESSAGE_LIMIT } };
	struct msghdr message = { .msg_iov = parts,
		.msg_iovlen = G_N_ELEMENTS(parts),
		.msg_control = control,
		.msg_controllen = sizeof(control) };
	gssize n = -1;

	/* A peer that ended without reading everything is told once, ahead of what it still said. */
	do
		n = recvmsg(talk->socket, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
	while (n < 0 && (errno == EINTR || errno == ECONNRESET));
	if (n < 0)
		return -1;
	take_fds(&message, packet);
	packet->is_whole =
		(message.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) == 0 && (gsize)n >= sizeof(packet->kind);
	packet->length = packet->is_whole ? (gsize)n - sizeof(packet->kind) : 0;

	return n;
}

/* A copy, since the buffer is for the next one. */
static GVariant *read_body(const TfTalk *talk, const Packet *packet, const gchar *type)
{
	g_autoptr(GBytes) bytes = g_bytes_new(talk->buffer, packet->length);

	return g_variant_ref_sink(g_variant_new_from_bytes(G_VARIANT_TYPE(type), bytes, FALSE));
}

static TfMessage *understand(TfTalk *talk, Packet *packet, GError **error)
{
	g_autoptr(GVariant) body = NULL;
	TfMessage *message = NULL;
	TfMessageRule rule = { 0 };
	const gchar *name = tf_message_name(talk->role, packet->kind);
	const gchar *fault = NULL;

	if (!packet->is_whole)
		fault = "size";
	else if (name == NULL)
		fault = "kind";
	else if (!tf_message_rule(packet->kind, talk->role, !talk->is_supervisor, talk->state, &rule))
		fault = "state";
	else if (packet->n_fds != rule.n_fds)
		fault = "descriptors";
	if (fault == NULL) {
		body = read_body(talk, packet, rule.type);
		if (!g_variant_is_normal_form(body))
			fault = "form";
	}
	if (fault != NULL) {
		raise_refused(talk, name != NULL ? name : "?", fault, error);
		return NULL;
	}
	talk->state = rule.after;
	message = g_new0(TfMessage, 1);
	message->kind = packet->kind;
	message->body = g_steal_pointer(&body);
	for (gsize i = 0; i < TF_MESSAGE_FDS; i++)
		message->fds[i] = tf_file_steal(&packet->fds[i]);

	return message;
}

TfMessage *tf_talk_hear(TfTalk *talk, gint64 deadline, GError **error)
{
	g_auto(Packet) packet = { .fds = { -1, -1, -1, -1 } };
	gssize n = -1;

	if (talk->state == TF_TALK_OVER) {
		raise_failed(_("it ended without an answer"), error);
		return NULL;
	}
	for (;;) {
		n = receive(talk, &packet);
		if (n >= 0 || errno != EAGAIN)
			break;
		if (!tf_wait_for(talk->socket, POLLIN, deadline)) {
			raise_failed(_("it does not answer"), error);
			return NULL;
		}
	}
	if (n < 0) {
		raise_failed(g_strerror(errno), error);
		return NULL;
	}
	if (n == 0) {
		raise_ended(talk, error);
		return NULL;
	}

	return understand(talk, &packet, error);
}

/* As much of it as a message takes, cut between two characters. */
static gchar *bounded(const gchar *text)
{
	g_autofree gchar *valid = g_utf8_make_valid(text, -1);
	const gchar *end = valid + MIN(strlen(valid), ARGUMENT_LIMIT);

	while (*end != '\0' && ((guint8)*end & 0xc0u) == 0x80u)
		end--;

	return g_strndup(valid, (gsize)(end - valid));
}

static void add_argument(GVariantBuilder *arguments, const gchar *text)
{
	g_autofree gchar *argument = bounded(text);

	g_variant_builder_add(arguments, "s", argument);
}

gboolean tf_talk_fail(TfTalk *talk, const GError *problem, GError **error)
{
	const gchar *const *arguments = tf_error_arguments(problem);
	GVariantBuilder builder;

	g_variant_builder_init(&builder, G_VARIANT_TYPE_STRING_ARRAY);
	for (gsize i = 0; arguments != NULL && arguments[i] != NULL; i++)
		add_argument(&builder, arguments[i]);
	if (arguments == NULL) {
		add_argument(&builder, talk->role->name);
		add_argument(&builder, problem->message);
	}

	return tf_talk_say(talk, TF_MESSAGE_FAILED, g_variant_new("(sas)", tf_error_name(problem), &builder),
		NULL, error);
}
