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
gchar *contents_found_in_bytes(const guint8 *bytes, gsize length, TfContentsLimits *ret_limits);

/* That it holds these, and that nothing was left out. */
void contents_assert_found(GBytes *content, const gchar *expected);

/* One archive with one member, as libarchive writes it: raw is only compressed. */
struct archive;
GBytes *contents_archived(int (*set_format)(struct archive *), int (*add_filter)(struct archive *),
	const gchar *name, gconstpointer content, gsize length);
GBytes *contents_zipped(const gchar *name, GBytes *content);
