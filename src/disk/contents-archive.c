/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Members of archives, and single compressed files. An archive is hostile: what it unpacks to is bounded
 * before it is unpacked, and its names are names only. */
#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <openssl/crypto.h>
#include <string.h>
#include <unistd.h>

#include "contents-private.h"

#define PIECE ((gsize)256 << 10)

typedef struct archive Archive;
static void archive_close(Archive *archive)
{
	(void)archive_read_free(archive);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Archive, archive_close)

/* What one member unpacks to; it may be keys. */
typedef struct Member {
	guint8 *bytes;
	gsize length;
	gsize room;
} Member;

static void member_clear(Member *member)
{
	OPENSSL_clear_free(member->bytes, member->room);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Member, member_clear)

/* Zeros are an empty tar to libarchive, and many a disk's image, compressed, begins with some. */
typedef enum Reading {
	READING_ANY,
	READING_COMPRESSED /* whatever it looks like, it is no archive */
} Reading;

/*
 * Named one by one: of the others some run programs that are found by name, and some read files that the
 * archive names. One that is not built in would be a program, too (ARCHIVE_WARN).
 */
static gboolean add_formats(Archive *archive, Reading reading)
{
	static int (*const filters[])(struct archive * archive) = {
		archive_read_support_filter_gzip,
		archive_read_support_filter_bzip2,
		archive_read_support_filter_compress,
		archive_read_support_filter_lzma,
		archive_read_support_filter_xz,
		archive_read_support_filter_zstd,
	};
	static int (*const formats[])(struct archive * archive) = {
		archive_read_support_format_7zip,
		archive_read_support_format_cab,
		archive_read_support_format_cpio,
		archive_read_support_format_rar,
		archive_read_support_format_rar5,
		archive_read_support_format_raw,
		archive_read_support_format_tar,
		archive_read_support_format_zip,
	};

	for (gsize i = 0; i < G_N_ELEMENTS(filters); i++) {
		if (filters[i](archive) != ARCHIVE_OK)
			return FALSE;
	}
	/* Nothing at all, compressed, is not damaged. */
	if (archive_read_support_format_empty(archive) != ARCHIVE_OK)
		return FALSE;
	if (reading == READING_COMPRESSED)
		return archive_read_support_format_raw(archive) == ARCHIVE_OK;
	for (gsize i = 0; i < G_N_ELEMENTS(formats); i++) {
		if (formats[i](archive) != ARCHIVE_OK)
			return FALSE;
	}

	return TRUE;
}

static Archive *open_archive(const guint8 *bytes, gsize length, Reading reading)
{
	g_autoptr(Archive) archive = archive_read_new();

	if (archive == NULL || !add_formats(archive, reading) ||
		archive_read_open_memory(archive, bytes, length) != ARCHIVE_OK)
		return NULL;

	return g_steal_pointer(&archive);
}

/* An archive in a file, read piece by piece. */
typedef struct Source {
	int fd;
	gint64 size;
	gint64 position;
	guint8 *piece;
} Source;

static void source_clear(Source *source)
{
	OPENSSL_clear_free(source->piece, PIECE);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Source, source_clear)

static la_ssize_t read_piece(struct archive *archive, void *data, const void **ret_bytes)
{
	Source *source = data;
	gsize room = (gsize)MIN(source->size - source->position, (gint64)PIECE);
	ssize_t n = 0;

	do
		n = pread(source->fd, source->piece, room, source->position);
	while (n < 0 && errno == EINTR);
	if (n < 0) {
		archive_set_error(archive, errno, "pread");
		return ARCHIVE_FATAL;
	}
	source->position += n;
	*ret_bytes = source->piece;

	return n;
}

static la_int64_t seek(G_GNUC_UNUSED struct archive *archive, void *data, la_int64_t offset, int whence)
{
	Source *source = data;
	gint64 base = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? source->position : source->size;

	if (offset < -base || offset > source->size - base)
		return ARCHIVE_FATAL;
	source->position = base + offset;

	return source->position;
}

static la_int64_t skip(G_GNUC_UNUSED struct archive *archive, void *data, la_int64_t request)
{
	Source *source = data;
	gint64 n = CLAMP(request, 0, source->size - source->position);

	source->position += n;

	return n;
}

static Archive *open_file(Source *source, Reading reading)
{
	g_autoptr(Archive) archive = archive_read_new();

	source->position = 0;
	if (archive == NULL || !add_formats(archive, reading) ||
		archive_read_set_read_callback(archive, read_piece) != ARCHIVE_OK ||
		archive_read_set_seek_callback(archive, seek) != ARCHIVE_OK ||
		archive_read_set_skip_callback(archive, skip) != ARCHIVE_OK ||
		archive_read_set_callback_data(archive, source) != ARCHIVE_OK ||
		archive_read_open1(archive) != ARCHIVE_OK)
		return NULL;

	return g_steal_pointer(&archive);
}

static gboolean make_room(Member *member)
{
	gsize room = MAX(member->room * 2, (gsize)64 << 10);
	guint8 *bytes = NULL;

	if (member->length < member->room)
		return TRUE;
	bytes = OPENSSL_clear_realloc(member->bytes, member->room, room);
	if (bytes == NULL)
		return FALSE;
	member->bytes = bytes;
	member->room = room;

	return TRUE;
}

/* The size that an archive states for a member is nothing to rely on. FALSE: it cannot be looked at. */
static gboolean unpack(TfSearch *search, Archive *archive, Member *member)
{
	while (make_room(member)) {
		gsize room = member->room - member->length;
		la_ssize_t n = archive_read_data(archive, member->bytes + member->length, room);

		if (n == 0)
			return TRUE;
		if (n < 0) {
			search->limits.is_unreadable = TRUE;
			return FALSE;
		}
		member->length += (gsize)n;
		if (member->length > TF_CONTENTS_SIZE_LIMIT || !tf_search_may_unpack(search, (guint64)n))
			break;
	}
	search->limits.is_too_large = TRUE;

	return FALSE;
}

static gchar *name_of(struct archive_entry *entry, const gchar *outer)
{
	const gchar *name = archive_entry_pathname_utf8(entry);
	g_autofree gchar *valid = NULL;

	if (name == NULL)
		name = archive_entry_pathname(entry);
	valid = g_utf8_make_valid(name != NULL ? name : "?", -1);
	/* libarchive's name of what is only compressed. */
	if (strcmp(valid, "data") == 0 && archive_entry_size_is_set(entry) == 0)
		return g_strdup(outer != NULL ? outer : "*");

	return tf_search_member(outer, valid);
}

static void look_at_entry(
	TfSearch *search, Archive *archive, struct archive_entry *entry, const gchar *outer, guint depth)
{
	g_autofree gchar *name = NULL;
	g_auto(Member) member = { 0 };

	if (archive_entry_filetype(entry) != AE_IFREG && archive_entry_filetype(entry) != 0)
		return;
	if (archive_entry_is_data_encrypted(entry) > 0) {
		search->limits.is_locked = TRUE;
		return;
	}
	if (!unpack(search, archive, &member))
		return;
	name = name_of(entry, outer);
	tf_search_bytes(search, member.bytes, member.length, name, depth + 1);
}

/* TRUE when there was nothing in it, although it is compressed. */
static gboolean look_into(TfSearch *search, Archive *archive, const gchar *member, guint depth)
{
	struct archive_entry *entry = NULL;
	guint n_before = search->n_members;
	int status = ARCHIVE_OK;

	if (archive == NULL) {
		search->limits.is_unreadable = TRUE;
		return FALSE;
	}
	while (!search->is_ended && (status = archive_read_next_header(archive, &entry)) >= ARCHIVE_WARN &&
		status != ARCHIVE_EOF) {
		if (++search->n_members > TF_CONTENTS_MEMBERS) {
			search->limits.is_too_large = TRUE;
			return FALSE;
		}
		look_at_entry(search, archive, entry, member, depth);
		/* What is only compressed has no other member, and may be long. */
		if ((search->limits.is_too_large && search->n_unpacked >= search->unpack_limit) ||
			archive_format(archive) == ARCHIVE_FORMAT_RAW)
			return FALSE;
	}
	if (status < ARCHIVE_WARN)
		search->limits.is_unreadable = TRUE;
	if (archive_read_has_encrypted_entries(archive) > 0)
		search->limits.is_locked = TRUE;

	/* The last of the filters is none. */
	return status == ARCHIVE_EOF && search->n_members == n_before && archive_filter_count(archive) > 1;
}

void tf_search_archive(TfSearch *search, const guint8 *bytes, gsize length, const gchar *member, guint depth)
{
	g_autoptr(Archive) archive = open_archive(bytes, length, READING_ANY);
	g_autoptr(Archive) compressed = NULL;

	if (!look_into(search, archive, member, depth))
		return;
	compressed = open_archive(bytes, length, READING_COMPRESSED);
	(void)look_into(search, compressed, member, depth);
}

gboolean tf_search_archive_file(TfSearch *search, int fd, guint64 size)
{
	g_auto(Source) source = { .fd = fd, .size = (gint64)size, .piece = OPENSSL_malloc(PIECE) };
	g_autoptr(Archive) archive = source.piece != NULL ? open_file(&source, READING_ANY) : NULL;
	g_autoptr(Archive) compressed = NULL;

	if (look_into(search, archive, NULL, 0)) {
		compressed = open_file(&source, READING_COMPRESSED);
		(void)look_into(search, compressed, NULL, 0);
	}

	return source.piece != NULL;
}
