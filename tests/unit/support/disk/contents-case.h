/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a file was found to hold, as a line of text. */
#pragma once

#include "disk/contents.h"

/* "pkcs12 MEMBER, …" */
typedef struct ContentsFound {
	GString *text;
	guint n;
	guint most; /* told to stop when there are so many */
	guint n_in_mail;
} ContentsFound;

/* A TfPieceFunc on a ContentsFound. */
gboolean contents_found_take(const TfPiece *piece, gpointer user_data);

/* All of an open file; it asserts that it can be looked into. The caller frees. */
gchar *contents_found_in(int fd, TfContentsLimits *ret_limits);
