/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Keys in the middle of other octets. What only looks like the beginning of one is none. */
#include <errno.h>
#include <openssl/crypto.h>
#include <openssl/sha.h>
#include <unistd.h>

#include "contents-private.h"
#include "disk/marks.h"

/* Of text, and of what does not say how long it is; base64 of the largest PKCS#12 that is usual. */
#define WINDOW (128u << 10)

#define PARTS_LIMIT  64u /* of one key */
#define SHORT_KEY    100u
#define RANDOM	     32u
#define RANDOM_KINDS 20u
#define RANDOM_HIGH  5u

TfSpots *tf_spots_new(void)
{
	TfSpots *spots = g_new0(TfSpots, 1);

	spots->offsets = g_array_new(FALSE, FALSE, sizeof(guint64));

	return spots;
}

void tf_spots_free(TfSpots *spots)
{
	if (spots == NULL)
		return;

	g_array_unref(spots->offsets);
	g_free(spots);
}

/* Without what may follow it in the file. */
static GBytes *digest_of(const guint8 *octets, gsize length)
{
	gsize size = tf_form_der_size(octets, length);
	guint8 digest[SHA256_DIGEST_LENGTH];

	SHA256(octets, size > 0 && size < length ? size : length, digest);

	return g_bytes_new(digest, sizeof digest);
}

/* And what in it looks like a key: in the base64 of an archive the part may be told where the whole is not.
 */
static void remember(GHashTable *seen, const TfPiece *piece)
{
	const guint8 *octets = tf_secret_peek(piece->bytes);
	gsize length = tf_secret_length(piece->bytes);
	gssize at = 0;

	g_hash_table_add(seen, digest_of(octets, length));
	for (guint n = 0; n < PARTS_LIMIT && (at = tf_marks_find(octets, length, (gsize)at)) >= 0; n++, at++)
		g_hash_table_add(seen, digest_of(octets + at, length - (gsize)at));
}

void tf_search_tell(TfSearch *search, const TfPiece *piece)
{
	gboolean is_comparable = search->seen != NULL && piece->bytes != NULL;
	g_autoptr(GBytes) digest = NULL;
	TfPiece told = *piece;

	told.is_in_mail = search->is_in_mail;
	search->n_told++;
	if (is_comparable && search->is_at_spot) {
		digest = digest_of(tf_secret_peek(piece->bytes), tf_secret_length(piece->bytes));
		if (g_hash_table_contains(search->seen, digest))
			return;
	} else if (is_comparable)
		remember(search->seen, piece);
	search->is_ended = !search->func(&told, search->user_data);
}

/* A short key is nothing but a beginning and octets that any others could be; drawn at random, hardly ever
 * one in 10,000 has so few that differ, or that are beyond ASCII. */
static gboolean ends_at_random(const guint8 *octets, gsize length)
{
	gboolean is_there[256] = { FALSE };
	guint n_kinds = 0;
	guint n_high = 0;

	for (gsize i = length - MIN(length, RANDOM); i < length; i++) {
		n_kinds += is_there[octets[i]] ? 0 : 1;
		n_high += octets[i] >> 7;
		is_there[octets[i]] = TRUE;
	}

	return n_kinds >= RANDOM_KINDS && n_high >= RANDOM_HIGH;
}

gboolean tf_spot_is_key(const TfPiece *piece)
{
	TfLooseForm form = tf_piece_loose_form(piece);
	guint8 spki_sha256[TF_SHA256_SIZE];

	if (piece->form != TF_FORM_PKCS8 && piece->form != TF_FORM_SEC1)
		return TRUE;
	if (tf_secret_length(piece->bytes) < SHORT_KEY &&
		!ends_at_random(tf_secret_peek(piece->bytes), tf_secret_length(piece->bytes)))
		return FALSE;

	return tf_loose_key_identify(form, piece->bytes, NULL, NULL, "", spki_sha256, NULL, NULL);
}

gsize tf_search_spot(TfSearch *search, const guint8 *bytes, gsize length, const gchar *member)
{
	TfForm form = tf_form_of_der(bytes, MIN(length, TF_FORM_HEAD));
	gsize size = tf_form_der_size(bytes, length);

	if (search->has_store && form == TF_FORM_PKCS8_ENCRYPTED)
		return 0;
	if (form == TF_FORM_NONE && !tf_marks_is_java(bytes, length))
		return tf_search_text_at(search, bytes, length, member);
	if (form != TF_FORM_NONE && size <= length)
		tf_search_der(search, form, bytes, size > 0 ? size : length, member);
	else if (form == TF_FORM_NONE)
		tf_search_der(search, bytes[0] == 0xCE ? TF_FORM_JCEKS : TF_FORM_JKS, bytes, length, member);

	return size;
}

/* As much as is there. FALSE with errno. */
static gboolean read_at(int fd, guint8 *bytes, gsize room, guint64 offset, gsize *ret_length)
{
	gsize length = 0;

	while (length < room) {
		ssize_t n = pread(fd, bytes + length, room - length, (off_t)(offset + length));

		if (n < 0 && errno != EINTR)
			return FALSE;
		if (n == 0)
			break;
		length += n > 0 ? (gsize)n : 0;
	}
	*ret_length = length;

	return TRUE;
}

/* What a sequence says of its own size is believed as far as a key may go. '*end' is where the key before it
 * ended: the marks within that one are its parts. */
static gboolean look_at_spot(TfSearch *search, int fd, guint8 *bytes, guint64 offset, guint64 *end)
{
	g_autofree gchar *member = g_strdup_printf("offset %" G_GUINT64_FORMAT, offset);
	gsize length = 0;
	gsize size = 0;
	guint n_told = 0;

	if (offset < *end)
		return TRUE;
	if (!read_at(fd, bytes, WINDOW, offset, &length))
		return FALSE;
	size = tf_form_der_size(bytes, length);
	if (size > length && size <= TF_CONTENTS_KEY_LIMIT && length == WINDOW &&
		!read_at(fd, bytes, size, offset, &length))
		return FALSE;
	n_told = search->n_told;
	size = tf_search_spot(search, bytes, length, member);
	if (search->n_told > n_told)
		*end = offset + size;

	return TRUE;
}

gboolean tf_search_spots(TfSearch *search, int fd, const TfSpots *spots)
{
	guint8 *bytes = OPENSSL_malloc(TF_CONTENTS_KEY_LIMIT);
	gboolean is_read = bytes != NULL;
	guint64 end = 0;

	search->is_at_spot = TRUE;
	search->limits.is_too_large = search->limits.is_too_large || spots->are_so_many;
	for (guint i = 0; is_read && !search->is_ended && i < spots->offsets->len; i++)
		is_read = look_at_spot(search, fd, bytes, g_array_index(spots->offsets, guint64, i), &end);
	OPENSSL_clear_free(bytes, TF_CONTENTS_KEY_LIMIT);

	return is_read;
}
