/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Members of archives, and what is only compressed. */
#include <archive.h>
#include <string.h>

#include "base/secret.h"
#include "contents-case.h"
#include "fixtures.h"

static TfFixtureMember *member;
static GBytes *pkcs12;

static void members_of_archives_are_named_through_all_of_them(void)
{
	g_autoptr(GBytes) zip = contents_zipped("keys/a.p12", pkcs12);
	g_autoptr(GBytes) outer = contents_zipped("in.zip", zip);
	g_autoptr(GBytes) tar =
		contents_archived(archive_write_set_format_ustar, archive_write_add_filter_gzip, "home/a.p12",
			g_bytes_get_data(pkcs12, NULL), g_bytes_get_size(pkcs12));
	g_autoptr(GBytes) gzip = contents_archived(archive_write_set_format_raw,
		archive_write_add_filter_gzip, "x", g_bytes_get_data(pkcs12, NULL), g_bytes_get_size(pkcs12));

	contents_assert_found(zip, "pkcs12 keys/a.p12");
	contents_assert_found(outer, "pkcs12 in.zip: keys/a.p12");
	contents_assert_found(tar, "pkcs12 home/a.p12");
	contents_assert_found(gzip, "pkcs12 *");
}

/* By letters, by octets in this machine's order, and in the newer form. */
static void a_cpio_of_any_kind_is_opened(void)
{
	static int (*const formats[])(struct archive *) = {
		archive_write_set_format_cpio_odc,
		archive_write_set_format_cpio_bin,
		archive_write_set_format_cpio_newc,
	};

	for (gsize i = 0; i < G_N_ELEMENTS(formats); i++) {
		g_autoptr(GBytes) cpio = contents_archived(formats[i], archive_write_add_filter_none,
			"home/a.p12", g_bytes_get_data(pkcs12, NULL), g_bytes_get_size(pkcs12));

		contents_assert_found(cpio, "pkcs12 home/a.p12");
	}
}

static void archives_too_deep_are_said(void)
{
	g_autoptr(GBytes) content = g_bytes_ref(pkcs12);
	g_autofree gchar *found = NULL;
	TfContentsLimits limits;

	for (guint i = 0; i < 5; i++) {
		GBytes *outer = contents_zipped("z", content);

		g_bytes_unref(content);
		content = outer;
	}
	found = contents_found_in_bytes(g_bytes_get_data(content, NULL), g_bytes_get_size(content), &limits);

	g_assert_cmpstr(found, ==, "");
	g_assert_true(limits.is_too_deep);
}

/* As some packages bring it. */
static void nothing_at_all_that_is_compressed_is_not_damaged(void)
{
	static const guint8 gzip[] = { 0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 2, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0 };
	TfContentsLimits limits;
	g_autofree gchar *found = contents_found_in_bytes(gzip, sizeof gzip, &limits);
	g_autofree gchar *in_half = NULL;

	g_assert_cmpstr(found, ==, "");
	g_assert_false(limits.is_unreadable);
	in_half = contents_found_in_bytes(gzip, 11, &limits);
	g_assert_cmpstr(in_half, ==, "");
	g_assert_true(limits.is_unreadable);
}

static void assert_left_for_its_size(gchar filler)
{
	gsize length = (gsize)65 << 20;
	g_autofree gchar *filling = memset(g_malloc(length), filler, length);
	g_autoptr(GBytes) bomb = contents_archived(
		archive_write_set_format_raw, archive_write_add_filter_gzip, "x", filling, length);
	TfContentsLimits limits;
	g_autofree gchar *found =
		contents_found_in_bytes(g_bytes_get_data(bomb, NULL), g_bytes_get_size(bomb), &limits);

	g_assert_cmpuint(g_bytes_get_size(bomb), <, 1 << 20);
	g_assert_cmpstr(found, ==, "");
	g_assert_true(limits.is_too_large);
}

static void an_archive_that_unpacks_without_end_is_left(void)
{
	assert_left_for_its_size('x');
	assert_left_for_its_size('\0');
}

/* Zeros are an empty tar, too: a disk's image begins with some. */
static void what_only_begins_with_zeros_is_no_empty_archive(void)
{
	g_autoptr(GBytes) pem = tf_fixture_key_pem(member->key);
	gsize length = g_bytes_get_size(pem);
	g_autofree guint8 *image = g_malloc0(4096 + length);
	g_autoptr(GBytes) gzip = NULL;

	memcpy(image + 4096, g_bytes_get_data(pem, NULL), length);
	gzip = contents_archived(
		archive_write_set_format_raw, archive_write_add_filter_gzip, "x", image, 4096 + length);

	contents_assert_found(gzip, "pkcs8 *: #1");
}

static void a_damaged_archive_is_said(void)
{
	g_autoptr(GBytes) zip = contents_zipped("keys/a.p12", pkcs12);
	TfContentsLimits limits;
	g_autofree gchar *found =
		contents_found_in_bytes(g_bytes_get_data(zip, NULL), g_bytes_get_size(zip) / 3, &limits);

	g_assert_cmpstr(found, ==, "");
	g_assert_true(limits.is_unreadable);
}

/* An mtree names files, and libarchive's reader opens what it names. */
static void an_archive_leads_to_no_other_file(void)
{
	g_autofree gchar *folder = tf_fixture_directory();
	g_autofree gchar *path = g_build_filename(folder, "other", NULL);
	g_autofree gchar *mtree =
		g_strdup_printf("#mtree\n./x type=file size=%" G_GSIZE_FORMAT " contents=%s\n",
			g_bytes_get_size(pkcs12), path);
	g_autoptr(GBytes) gzip = contents_archived(
		archive_write_set_format_raw, archive_write_add_filter_gzip, "x", mtree, strlen(mtree));

	tf_fixture_write(path, pkcs12);
	contents_assert_found(gzip, "");
	tf_fixture_remove(folder);
}

int main(int argc, char **argv)
{
	int status = 0;

	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	member = tf_fixture_member("rsa2048", "Member", "Issuer");
	pkcs12 = tf_fixture_pkcs12(member->key, member->certificate, NULL, NULL, "secret");
	g_test_add_func("/contents-archive/members of archives are named through all of them",
		members_of_archives_are_named_through_all_of_them);
	g_test_add_func("/contents-archive/a cpio of any kind is opened", a_cpio_of_any_kind_is_opened);
	g_test_add_func("/contents-archive/archives too deep are said", archives_too_deep_are_said);
	g_test_add_func("/contents-archive/nothing at all that is compressed is not damaged",
		nothing_at_all_that_is_compressed_is_not_damaged);
	g_test_add_func("/contents-archive/an archive that unpacks without end is left",
		an_archive_that_unpacks_without_end_is_left);
	g_test_add_func("/contents-archive/what only begins with zeros is no empty archive",
		what_only_begins_with_zeros_is_no_empty_archive);
	g_test_add_func("/contents-archive/a damaged archive is said", a_damaged_archive_is_said);
	g_test_add_func(
		"/contents-archive/an archive leads to no other file", an_archive_leads_to_no_other_file);
	status = g_test_run();
	g_bytes_unref(pkcs12);
	tf_fixture_member_free(member);

	return status;
}
