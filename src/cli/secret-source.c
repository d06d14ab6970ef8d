/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/secret-source.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "cli/interrupt.h"

gboolean tf_secret_source_parse(const gchar *text, TfSecretSource *ret_source, GError **error)
{
	TfSecretSource source = { .fd = -1 };
	guint64 fd = 0;

	if (text == NULL || strcmp(text, "tty") == 0) {
		source.kind = TF_SECRET_SOURCE_TERMINAL;
	} else if (strcmp(text, "pinpad") == 0) {
		source.kind = TF_SECRET_SOURCE_PINPAD;
	} else if (g_str_has_prefix(text, "file:") && text[strlen("file:")] != '\0') {
		source.kind = TF_SECRET_SOURCE_FILE;
		source.path = text + strlen("file:");
	} else if (g_str_has_prefix(text, "fd:") &&
		   g_ascii_string_to_unsigned(text + strlen("fd:"), 10, 0, G_MAXINT, &fd, NULL)) {
		source.kind = TF_SECRET_SOURCE_DESCRIPTOR;
		source.fd = (int)fd;
	} else {
		return tf_raise(error, TF_ERROR_SECRET_SOURCE, text, _("this is not known"), NULL);
	}
	*ret_source = source;

	return TRUE;
}

static TfSecret *refuse(const TfSecretSource *source, const gchar *reason, GError **error)
{
	g_autofree gchar *name = source->kind == TF_SECRET_SOURCE_FILE
					 ? g_strconcat("file:", source->path, NULL)
					 : g_strdup_printf("fd:%d", source->fd);

	tf_raise(error, TF_ERROR_SECRET_SOURCE, name, reason, NULL);

	return NULL;
}

/* Takes the carriage return of a CRLF off. */
static void end_line(TfSecret *secret)
{
	gsize length = tf_secret_length(secret);

	if (length > 0 && tf_secret_peek(secret)[length - 1] == '\r')
		tf_secret_set_length(secret, length - 1);
}

static TfSecret *read_descriptor(const TfSecretSource *source, GError **error)
{
	g_autoptr(TfSecret) secret = tf_secret_new(TF_SECRET_LIMIT + 2);

	if (secret == NULL)
		return refuse(source, g_strerror(ENOMEM), error);
	for (;;) {
		guint8 *byte = tf_secret_buffer(secret) + tf_secret_length(secret);
		gssize n = 0;

		if (!tf_interrupt_wait_readable(source->fd, error))
			return NULL;
		n = read(source->fd, byte, 1);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return refuse(source, g_strerror(errno), error);
		if (n == 0 || *byte == '\n')
			break;
		if (tf_secret_length(secret) > TF_SECRET_LIMIT)
			return refuse(source, g_strerror(EFBIG), error);
		tf_secret_set_length(secret, tf_secret_length(secret) + 1);
	}
	tf_secret_set_length(secret, tf_secret_length(secret));
	end_line(secret);

	return g_steal_pointer(&secret);
}

static TfSecret *read_file(const TfSecretSource *source, GError **error)
{
	TF_AUTO_FD int fd = open(source->path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	g_autoptr(TfSecret) secret = NULL;
	const guint8 *newline = NULL;

	if (fd < 0)
		return refuse(source, errno == ELOOP ? _("it is a symbolic link") : g_strerror(errno), error);
	if (tf_file_why_not_private(fd) != NULL)
		return refuse(source, tf_file_why_not_private(fd), error);
	secret = tf_secret_read(fd, TF_SECRET_LIMIT, source->path, error);
	if (secret == NULL)
		return NULL;

	newline = memchr(tf_secret_peek(secret), '\n', tf_secret_length(secret));
	if (newline != NULL && newline + 1 != tf_secret_peek(secret) + tf_secret_length(secret))
		return refuse(source, _("it holds more than one line"), error);
	if (newline != NULL)
		tf_secret_set_length(secret, tf_secret_length(secret) - 1);
	end_line(secret);

	return g_steal_pointer(&secret);
}

TfSecret *tf_secret_source_read(const TfSecretSource *source, GError **error)
{
	g_assert(source->kind == TF_SECRET_SOURCE_DESCRIPTOR || source->kind == TF_SECRET_SOURCE_FILE);

	return source->kind == TF_SECRET_SOURCE_FILE ? read_file(source, error)
						     : read_descriptor(source, error);
}
