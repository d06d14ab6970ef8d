/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "contents-case.h"

#include <archive.h>
#include <archive_entry.h>
#include <sys/mman.h>

#include "base/file.h"

gboolean contents_found_take(const TfPiece *piece, gpointer user_data)
{
	ContentsFound *found = user_data;

	g_string_append_printf(found->text, "%s%s %s%s%s", found->n == 0 ? "" : ", ",
		tf_form_name(piece->form), piece->member != NULL ? piece->member : "-",
		piece->is_damaged ? " damaged" : "", piece->is_pem ? " pem" : "");
	found->n_in_mail += piece->is_in_mail ? 1 : 0;
	g_assert_true(piece->bytes != NULL || piece->form == TF_FORM_NSS || piece->is_damaged);

	return ++found->n < found->most;
}

gchar *contents_found_in(int fd, TfContentsLimits *ret_limits)
{
	g_autoptr(GError) error = NULL;
	ContentsFound found = { g_string_new(NULL), 0, 100, 0 };

	g_assert_true(tf_contents_visit(fd, "file", NULL, contents_found_take, &found, ret_limits, &error));
	g_assert_no_error(error);

	return g_string_free(found.text, FALSE);
}

gchar *contents_found_in_bytes(const guint8 *bytes, gsize length, TfContentsLimits *ret_limits)
{
	TF_AUTO_FD int fd = memfd_create("contents", MFD_CLOEXEC);

	g_assert_cmpint(tf_file_write_all(fd, bytes, length), ==, 0);

	return contents_found_in(fd, ret_limits);
}

void contents_assert_found(GBytes *content, const gchar *expected)
{
	TfContentsLimits limits;
	g_autofree gchar *found =
		contents_found_in_bytes(g_bytes_get_data(content, NULL), g_bytes_get_size(content), &limits);

	g_assert_cmpstr(found, ==, expected);
	g_assert_false(limits.is_too_large || limits.is_too_deep || limits.is_locked || limits.is_unreadable);
}

GBytes *contents_archived(int (*set_format)(struct archive *), int (*add_filter)(struct archive *),
	const gchar *name, gconstpointer content, gsize length)
{
	struct archive *archive = archive_write_new();
	struct archive_entry *entry = archive_entry_new();
	gsize room = length + 65536;
	g_autofree guint8 *buffer = g_malloc(room);
	size_t used = 0;

	g_assert_cmpint(set_format(archive), ==, ARCHIVE_OK);
	g_assert_cmpint(add_filter(archive), ==, ARCHIVE_OK);
	g_assert_cmpint(archive_write_open_memory(archive, buffer, room, &used), ==, ARCHIVE_OK);
	archive_entry_set_pathname(entry, name);
	archive_entry_set_filetype(entry, AE_IFREG);
	archive_entry_set_size(entry, (la_int64_t)length);
	g_assert_cmpint(archive_write_header(archive, entry), ==, ARCHIVE_OK);
	g_assert_cmpint(archive_write_data(archive, content, length), ==, (la_ssize_t)length);
	g_assert_cmpint(archive_write_close(archive), ==, ARCHIVE_OK);
	archive_entry_free(entry);
	archive_write_free(archive);

	return g_bytes_new(buffer, used);
}

GBytes *contents_zipped(const gchar *name, GBytes *content)
{
	return contents_archived(archive_write_set_format_zip, archive_write_add_filter_none, name,
		g_bytes_get_data(content, NULL), g_bytes_get_size(content));
}
