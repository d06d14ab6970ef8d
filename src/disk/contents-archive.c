/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Members of archives, and single compressed files. An archive is hostile: what it unpacks to is bounded
 * before it is unpacked, and its names are names only. */
#include <archive.h>
#include <archive_entry.h>
#include <openssl/crypto.h>
#include <string.h>

#include "contents-private.h"

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

/*
 * Named one by one: of the others some run programs that are found by name, and some read files that the
 * archive names. One that is not built in would be a program, too (ARCHIVE_WARN).
 */
static gboolean add_formats(Archive *archive)
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
	for (gsize i = 0; i < G_N_ELEMENTS(formats); i++) {
		if (formats[i](archive) != ARCHIVE_OK)
			return FALSE;
	}

	return TRUE;
}

static Archive *open_archive(const guint8 *bytes, gsize length)
{
	g_autoptr(Archive) archive = archive_read_new();

	if (archive == NULL || !add_formats(archive) ||
		archive_read_open_memory(archive, bytes, length) != ARCHIVE_OK)
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

void tf_search_archive(TfSearch *search, const guint8 *bytes, gsize length, const gchar *member, guint depth)
{
	g_autoptr(Archive) archive = open_archive(bytes, length);
	struct archive_entry *entry = NULL;
	int status = ARCHIVE_OK;

	if (archive == NULL) {
		search->limits.is_unreadable = TRUE;
		return;
	}
	while (!search->is_ended && (status = archive_read_next_header(archive, &entry)) >= ARCHIVE_WARN &&
		status != ARCHIVE_EOF) {
		if (++search->n_members > TF_CONTENTS_MEMBERS) {
			search->limits.is_too_large = TRUE;
			return;
		}
		look_at_entry(search, archive, entry, member, depth);
		if (search->limits.is_too_large && search->n_unpacked >= TF_CONTENTS_UNPACKED)
			return;
	}
	if (status < ARCHIVE_WARN)
		search->limits.is_unreadable = TRUE;
	if (archive_read_has_encrypted_entries(archive) > 0)
		search->limits.is_locked = TRUE;
}
