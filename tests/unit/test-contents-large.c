/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Files that are too large to be held in memory. */
#include <archive.h>
#include <archive_entry.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/file.h"
#include "base/secret.h"
#include "contents-case.h"
#include "fixtures.h"

static TfFixtureMember *member;
static GBytes *pkcs12;

/* So much nothing that the file is not held in memory. */
static void add_hole(int fd)
{
	g_assert_cmpint(lseek(fd, (off_t)80 << 20, SEEK_END), >, 0);
}

static void a_large_mbox_is_looked_at_by_message(void)
{
	TF_AUTO_FD int fd = memfd_create("contents", MFD_CLOEXEC);
	g_autofree gchar *base64 = g_base64_encode(g_bytes_get_data(pkcs12, NULL), g_bytes_get_size(pkcs12));
	g_autofree gchar *message = g_strconcat("From a@example.jp Fri May  9 10:00:00 2014\n"
						"Subject: x\nMIME-Version: 1.0\n"
						"Content-Disposition: attachment; filename=a.p12\n"
						"Content-Transfer-Encoding: base64\n\n",
		base64, "\n\n", NULL);
	g_autofree gchar *found = NULL;
	TfContentsLimits limits;

	g_assert_cmpint(tf_file_write_all(fd, message, strlen(message)), ==, 0);
	g_assert_cmpint(tf_file_write_all(fd, "From b\nSubject: y\n\n", 19), ==, 0);
	add_hole(fd);
	g_assert_cmpint(tf_file_write_all(fd, "\n", 1), ==, 0);
	g_assert_cmpint(tf_file_write_all(fd, message, strlen(message)), ==, 0);
	found = contents_found_in(fd, &limits);

	g_assert_cmpstr(found, ==, "pkcs12 1: a.p12, pkcs12 3: a.p12");
	g_assert_true(limits.is_too_large);
}

static void a_large_text_is_looked_at_for_marks(void)
{
	TF_AUTO_FD int fd = memfd_create("contents", MFD_CLOEXEC);
	g_autoptr(GBytes) pem = tf_fixture_key_pem(member->key);
	g_autofree gchar *found = NULL;
	TfContentsLimits limits;

	g_assert_cmpint(tf_file_write_all(fd, "text", 4), ==, 0);
	add_hole(fd);
	g_assert_cmpint(tf_file_write_all(fd, g_bytes_get_data(pem, NULL), g_bytes_get_size(pem)), ==, 0);
	found = contents_found_in(fd, &limits);

	g_assert_cmpstr(found, ==, "pkcs8 offset 83886084");
	g_assert_false(limits.is_too_large);
}

static void add_member(struct archive *archive, const gchar *name, gconstpointer content, gsize length)
{
	struct archive_entry *entry = archive_entry_new();

	archive_entry_set_pathname(entry, name);
	archive_entry_set_filetype(entry, AE_IFREG);
	archive_entry_set_size(entry, (la_int64_t)length);
	g_assert_cmpint(archive_write_header(archive, entry), ==, ARCHIVE_OK);
	g_assert_cmpint(archive_write_data(archive, content, length), ==, (la_ssize_t)length);
	archive_entry_free(entry);
}

/* Stored, so that the archive is as large as its members. */
static void assert_large_archive(int (*set_format)(struct archive *), const gchar *options)
{
	TF_AUTO_FD int fd = memfd_create("contents", MFD_CLOEXEC);
	struct archive *archive = archive_write_new();
	g_autofree guint8 *large = g_malloc0(80 << 20);
	g_autofree gchar *found = NULL;
	TfContentsLimits limits;

	g_assert_cmpint(set_format(archive), ==, ARCHIVE_OK);
	g_assert_cmpint(archive_write_set_options(archive, options), ==, ARCHIVE_OK);
	g_assert_cmpint(archive_write_open_fd(archive, fd), ==, ARCHIVE_OK);
	add_member(archive, "large", large, 80 << 20);
	add_member(archive, "b.p12", g_bytes_get_data(pkcs12, NULL), g_bytes_get_size(pkcs12));
	g_assert_cmpint(archive_write_close(archive), ==, ARCHIVE_OK);
	archive_write_free(archive);
	found = contents_found_in(fd, &limits);

	g_assert_cmpstr(found, ==, "pkcs12 b.p12");
	g_assert_true(limits.is_too_large);
	g_assert_false(limits.is_unreadable);
}

static void a_large_archive_is_looked_at_by_member(void)
{
	assert_large_archive(archive_write_set_format_ustar, NULL);
	assert_large_archive(archive_write_set_format_zip, "zip:compression=store");
	assert_large_archive(archive_write_set_format_7zip, "7zip:compression=store");
}

int main(int argc, char **argv)
{
	int status = 0;

	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	member = tf_fixture_member("rsa2048", "Member", "Issuer");
	pkcs12 = tf_fixture_pkcs12(member->key, member->certificate, NULL, NULL, "secret");
	g_test_add_func(
		"/contents-large/an mbox is looked at by message", a_large_mbox_is_looked_at_by_message);
	g_test_add_func("/contents-large/text is looked at for marks", a_large_text_is_looked_at_for_marks);
	g_test_add_func(
		"/contents-large/an archive is looked at by member", a_large_archive_is_looked_at_by_member);
	status = g_test_run();
	g_bytes_unref(pkcs12);
	tf_fixture_member_free(member);

	return status;
}
