/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "disk/contents.h"

#define TF_CONTENTS_DEPTH      4u	    /* an archive in a mail in an archive, and one more */
#define TF_CONTENTS_KEY_LIMIT  (1u << 20)   /* of a key file, as in key/pkcs12.h */
#define TF_CONTENTS_SIZE_LIMIT (64u << 20)  /* of a text or member */
#define TF_CONTENTS_UNPACKED   (512u << 20) /* of all that one file unpacks to, or, if that is more, */
#define TF_CONTENTS_RATIO      4u	    /* so many times its own size */
#define TF_CONTENTS_MEMBERS    100000u

/* One file's search. */
typedef struct TfSearch {
	TfPieceFunc func;
	gpointer user_data;
	TfContentsLimits limits;
	gboolean is_ended; /* by 'func' */
	guint64 n_unpacked;
	guint64 unpack_limit;
	guint n_members;
	GHashTable
		*seen; /* GBytes: SHA-256 of what was found by the file's form; NULL: spots do not follow */
	gboolean has_store; /* a browser's: its records are under the same ciphers as keys */
	gboolean is_in_mail;
	gboolean is_at_spot;
	guint n_told; /* keys, those known before at spots, too */
} TfSearch;

/* Looks into octets that lie in memory: 'member' is their place, NULL for the file itself. */
void tf_search_bytes(TfSearch *search, const guint8 *bytes, gsize length, const gchar *member, guint depth);

void tf_search_der(TfSearch *search, TfForm form, const guint8 *bytes, gsize length, const gchar *member);
void tf_search_text(TfSearch *search, const guint8 *bytes, gsize length, const gchar *member, guint depth);
void tf_search_mail(TfSearch *search, const guint8 *bytes, gsize length, const gchar *member, guint depth);
void tf_search_archive(TfSearch *search, const guint8 *bytes, gsize length, const gchar *member, guint depth);
/* A file of any size: the bounds are those of what it unpacks to. FALSE with errno. */
gboolean tf_search_archive_file(TfSearch *search, int fd, guint64 size);

/* Messages of a mailbox file, the first of which has this number (from 1 on). */
void tf_search_messages(TfSearch *search, const guint8 *bytes, gsize length, guint number);

/* A file larger than TF_CONTENTS_SIZE_LIMIT. FALSE with errno. */
gboolean tf_search_large(TfSearch *search, int fd, guint64 size);

void tf_search_database(
	TfSearch *search, const guint8 *bytes, gsize length, const gchar *member, guint depth);

/* The one key that begins where the octets do, when it is whole and was not found before. Returns where it
 * ends; 0: it does not say. */
gsize tf_search_spot(TfSearch *search, const guint8 *bytes, gsize length, const gchar *member);
gsize tf_search_text_at(TfSearch *search, const guint8 *bytes, gsize length, const gchar *member);

/* Tells of the key, unless it is at a spot and known already. */
void tf_search_tell(TfSearch *search, const TfPiece *piece);

/* More than its structure speaks for it: programs carry the beginnings of keys to put keys behind them. */
gboolean tf_spot_is_key(const TfPiece *piece);

/* Looks at each of them. FALSE with errno when the file cannot be read. */
gboolean tf_search_spots(TfSearch *search, int fd, const TfSpots *spots);

/* "outer: name". The caller frees. */
gchar *tf_search_member(const gchar *outer, const gchar *name) G_GNUC_WARN_UNUSED_RESULT;

/* FALSE when the bounds do not allow so many octets more. */
gboolean tf_search_may_unpack(TfSearch *search, guint64 n);
