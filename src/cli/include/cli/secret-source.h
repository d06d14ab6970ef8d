/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SRC of --password-source and its like: tty, fd:N, file:PATH or pinpad. A secret never stands in argv or the
 * environment. */
#pragma once

#include <glib.h>

#include "base/secret.h"

#define TF_SECRET_LIMIT 1024u

typedef enum TfSecretSourceKind {
	TF_SECRET_SOURCE_TERMINAL,
	TF_SECRET_SOURCE_DESCRIPTOR,
	TF_SECRET_SOURCE_FILE,
	TF_SECRET_SOURCE_PINPAD,
} TfSecretSourceKind;

typedef struct TfSecretSource {
	TfSecretSourceKind kind;
	int fd;		   /* of TF_SECRET_SOURCE_DESCRIPTOR */
	const gchar *path; /* of TF_SECRET_SOURCE_FILE; borrowed from the text */
} TfSecretSource;

/* NULL is tty. TF_ERROR_SECRET_SOURCE for anything else than the four forms. */
gboolean tf_secret_source_parse(const gchar *text, TfSecretSource *ret_source, GError **error);

/*
 * From a descriptor: one line, read byte by byte so that the next secret may follow on the same descriptor.
 * From a file: it must be ours, regular, no symbolic link, without any permission for others, and hold one
 * line. The newline (LF or CRLF) does not belong to the secret. Of the other two kinds never called.
 * TF_ERROR_SECRET_SOURCE, TF_ERROR_INTERRUPTED.
 */
TfSecret *tf_secret_source_read(const TfSecretSource *source, GError **error) G_GNUC_WARN_UNUSED_RESULT;
