/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "disk/contents.h"

#include <errno.h>
#include <openssl/crypto.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "contents-private.h"
#include "key/java-store.h"
#include "key/loose-key.h"
#include "key/pkcs12.h"

gchar *tf_search_member(const gchar *outer, const gchar *name)
{
	return outer != NULL ? g_strdup_printf("%s: %s", outer, name) : g_strdup(name);
}

gboolean tf_search_may_unpack(TfSearch *search, guint64 n)
{
	if (n > TF_CONTENTS_SIZE_LIMIT || search->n_unpacked + n > search->unpack_limit) {
		search->limits.is_too_large = TRUE;
		return FALSE;
	}
	search->n_unpacked += n;

	return TRUE;
}

static gboolean is_of_java(TfForm form)
{
	return form == TF_FORM_JKS || form == TF_FORM_JCEKS;
}

/* After the magic the version, then how many entries there are. */
static gboolean is_java_store(const guint8 *bytes, gsize length)
{
	return length > 12 && bytes[4] == 0 && bytes[5] == 0 && bytes[6] == 0 && bytes[7] <= 2;
}

/* One that asks for too many rounds is whole, and stays closed. */
static gboolean is_pkcs12(const TfSecret *bytes)
{
	g_autoptr(GError) problem = NULL;
	g_autoptr(TfPkcs12) pkcs12 = tf_pkcs12_new(bytes, "", &problem);

	return pkcs12 != NULL || g_error_matches(problem, TF_ERROR, TF_ERROR_SOURCE_TOO_COSTLY);
}

TfLooseForm tf_piece_loose_form(const TfPiece *piece)
{
	static const TfLooseForm forms[TF_N_FORMS] = {
		[TF_FORM_PKCS8] = TF_LOOSE_PKCS8,
		[TF_FORM_PKCS8_ENCRYPTED] = TF_LOOSE_PKCS8_ENCRYPTED,
		[TF_FORM_PKCS1] = TF_LOOSE_PKCS1,
		[TF_FORM_SEC1] = TF_LOOSE_SEC1,
	};

	return piece->is_pem ? TF_LOOSE_PEM : forms[piece->form];
}

static gboolean is_whole(const TfPiece *piece)
{
	const guint8 *octets = tf_secret_peek(piece->bytes);
	gsize length = tf_secret_length(piece->bytes);

	if (piece->form == TF_FORM_PKCS12)
		return is_pkcs12(piece->bytes);
	if (is_of_java(piece->form))
		return is_java_store(octets, length) && tf_java_store_may_hold_keys(piece->bytes);

	return tf_loose_key_is_whole(tf_piece_loose_form(piece), octets, length);
}

void tf_search_der(TfSearch *search, TfForm form, const guint8 *bytes, gsize length, const gchar *member)
{
	g_autoptr(TfSecret) copy = length <= TF_CONTENTS_KEY_LIMIT ? tf_secret_new_copy(bytes, length) : NULL;
	TfPiece piece = { .form = form, .bytes = copy, .member = member };

	/* Among so many certificates there may be a key. */
	if (copy == NULL && is_of_java(form) && !search->is_at_spot)
		search->limits.is_too_large = TRUE;
	piece.is_damaged =
		copy == NULL || !is_whole(&piece) || (search->is_at_spot && !tf_spot_is_key(&piece));
	/* Of the others too little stands still for a beginning alone to mean something. */
	if (!piece.is_damaged || (form == TF_FORM_PKCS12 && !search->is_at_spot))
		tf_search_tell(search, &piece);
}

void tf_search_bytes(TfSearch *search, const guint8 *bytes, gsize length, const gchar *member, guint depth)
{
	static void (*const wrappings[TF_N_FORMS])(
		TfSearch * search, const guint8 *bytes, gsize length, const gchar *member, guint depth) = {
		[TF_FORM_NONE] = tf_search_text,
		[TF_FORM_TEXT] = tf_search_text,
		[TF_FORM_MAIL] = tf_search_mail,
		[TF_FORM_ARCHIVE] = tf_search_archive,
		[TF_FORM_DATABASE] = tf_search_database,
	};
	TfForm form = tf_form_of(bytes, MIN(length, TF_FORM_HEAD));

	if (search->is_ended)
		return;
	if (depth > TF_CONTENTS_DEPTH) {
		search->limits.is_too_deep = search->limits.is_too_deep || form != TF_FORM_NONE;
		return;
	}
	if (tf_form_is_key(form))
		tf_search_der(search, form, bytes, length, member);
	else
		wrappings[form](search, bytes, length, member, depth);
}

/* Read, not mapped: a mapped file that somebody shortens kills who looks at it. What was read may be keys. */
typedef struct Content {
	guint8 *bytes;
	gsize length;
	gsize room;
} Content;

static void content_clear(Content *content)
{
	if (content->bytes == NULL)
		return;

	OPENSSL_cleanse(content->bytes, content->length);
	(void)munmap(content->bytes, content->room);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Content, content_clear)

static gboolean read_content(Content *content, int fd, gsize size)
{
	void *memory = mmap(NULL, MAX(size, 1), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (memory == MAP_FAILED)
		return FALSE;
	content->bytes = memory;
	content->room = MAX(size, 1);
	(void)madvise(memory, content->room, MADV_DONTDUMP);
	while (content->length < size) {
		ssize_t n = pread(
			fd, content->bytes + content->length, size - content->length, (off_t)content->length);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return FALSE;
		if (n == 0)
			break;
		content->length += (gsize)n;
	}

	return TRUE;
}

static gboolean visit_whole(TfSearch *search, int fd, off_t size)
{
	g_auto(Content) content = { 0 };

	search->unpack_limit = MAX(TF_CONTENTS_UNPACKED, (guint64)size * TF_CONTENTS_RATIO);
	if (size > (off_t)TF_CONTENTS_SIZE_LIMIT)
		return tf_search_large(search, fd, (guint64)size);
	if (!read_content(&content, fd, (gsize)size))
		return FALSE;
	tf_search_bytes(search, content.bytes, content.length, NULL, 0);

	return TRUE;
}

gboolean tf_contents_visit(int fd, const gchar *path, const TfSpots *spots, TfPieceFunc func,
	gpointer user_data, TfContentsLimits *ret_limits, GError **error)
{
	g_autoptr(GHashTable) seen = spots != NULL ? g_hash_table_new_full(g_bytes_hash, g_bytes_equal,
							     (GDestroyNotify)g_bytes_unref, NULL)
						   : NULL;
	TfSearch search = { .func = func, .user_data = user_data, .seen = seen };
	struct stat status;

	memset(ret_limits, 0, sizeof *ret_limits);
	if (fstat(fd, &status) != 0 ||
		((spots == NULL || !spots->are_all) && !visit_whole(&search, fd, status.st_size)) ||
		(spots != NULL && !tf_search_spots(&search, fd, spots)))
		return tf_raise(error, TF_ERROR_SOURCE_UNREADABLE, path, g_strerror(errno), NULL);
	*ret_limits = search.limits;

	return TRUE;
}
