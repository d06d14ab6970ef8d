/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The keys in a file, however they are wrapped: base64 in text, parts of mail, members of archives, the one
 * in the other to a bounded depth. Nothing is decrypted. What is found is read whole and parsed once: a file
 * that only begins like a key holds none.
 */
#pragma once

#include <glib.h>

#include "base/secret.h"
#include "disk/form.h"
#include "key/loose-key.h"

typedef struct TfPiece {
	TfForm form; /* of a key; never of a wrapping */
	const TfSecret
		*bytes;	     /* DER, or the store; NULL for a browser's database, which is not opened here */
	const gchar *member; /* where in the file: "inner.zip: keys/a.p12"; NULL: the file is nothing else */
	gboolean is_damaged; /* a key's beginning, without its end */
	gboolean is_in_mail; /* at whatever depth */
	gboolean
		is_pem; /* bytes are PEM with a cipher of its own (RFC 1421), which only its password opens */
} TfPiece;

/* Of a key that is neither in a PKCS#12 nor in a store, for key/loose-key.h. */
TfLooseForm tf_piece_loose_form(const TfPiece *piece);

/* FALSE ends the search. */
typedef gboolean (*TfPieceFunc)(const TfPiece *piece, gpointer user_data);

/* What was left out, and is said. */
typedef struct TfContentsLimits {
	gboolean is_too_large; /* a text, mail, member or unpacked archive beyond the bounds */
	gboolean is_too_deep;
	gboolean is_locked;	/* members under a password */
	gboolean is_unreadable; /* a damaged archive */
	gboolean is_unanswered; /* whoever looked into it died, hung or made no sense (disk/looking.h) */
} TfContentsLimits;

/* Where keys may begin that the file's form does not lead to (disk/marks.h). */
typedef struct TfSpots {
	GArray *offsets;      /* guint64, ascending */
	gboolean are_all;     /* the file need not be looked into but there */
	gboolean are_so_many; /* that not all are among the offsets */
} TfSpots;
TfSpots *tf_spots_new(void) G_GNUC_WARN_UNUSED_RESULT;
void tf_spots_free(TfSpots *spots);

/*
 * Calls 'func' for each key in the open file; 'path' is for errors only. The file offset is not
 * used.
 * At the 'spots' (NULL: none) a key is one only when it is whole; its member is "offset N", of the file.
 * '*ret_limits' says what was not looked at. TF_ERROR_SOURCE_UNREADABLE.
 */
gboolean tf_contents_visit(int fd, const gchar *path, const TfSpots *spots, TfPieceFunc func,
	gpointer user_data, TfContentsLimits *ret_limits, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfSpots, tf_spots_free)
