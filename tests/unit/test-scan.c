/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "scan-private.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "fixtures.h"

#define PIECE (256 << 10)

static gchar *directory;
static EVP_PKEY *key;
static GBytes *pkcs12;
static const gboolean runs = FALSE;

/* So many octets that are no key, then the content, then some more. */
static void write_file(const gchar *name, gsize before, GBytes *content, gsize after)
{
	g_autofree gchar *path = g_build_filename(directory, name, NULL);
	g_autofree guint8 *filling = g_malloc(MAX(before, after) + 1);
	TF_AUTO_FD int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	memset(filling, 0x5A, MAX(before, after) + 1);
	g_assert_cmpint(tf_file_write_all(fd, filling, before), ==, 0);
	g_assert_cmpint(
		tf_file_write_all(fd, g_bytes_get_data(content, NULL), g_bytes_get_size(content)), ==, 0);
	g_assert_cmpint(tf_file_write_all(fd, filling, after), ==, 0);
}

static int open_directory(void)
{
	return open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static int scan(const gchar *name, TfScanned *ret_scanned)
{
	g_autoptr(TfScan) scan = tf_scan_new();
	TF_AUTO_FD int folder = open_directory();

	return tf_scan_file(scan, folder, name, &runs, ret_scanned);
}

static gboolean take(const TfPiece *piece, gpointer user_data)
{
	g_string_append_printf(
		user_data, "%s %s,", tf_form_name(piece->form), piece->member != NULL ? piece->member : "-");

	return TRUE;
}

/* What is found in the file where the scan says. */
static gchar *found_in(const gchar *name)
{
	TfScanned scanned;
	TF_AUTO_FD int folder = open_directory();
	TF_AUTO_FD int fd = openat(folder, name, O_RDONLY | O_CLOEXEC);
	GString *found = g_string_new(NULL);
	TfContentsLimits limits;

	g_assert_cmpint(scan(name, &scanned), ==, 0);
	if (scanned.spots != NULL)
		g_assert_true(tf_contents_visit(fd, name, scanned.spots, take, found, &limits, NULL));
	tf_spots_free(scanned.spots);

	return g_string_free(found, FALSE);
}

static void assert_found(const gchar *name, const gchar *expected)
{
	g_autofree gchar *found = found_in(name);

	g_assert_cmpstr(found, ==, expected);
}

static void test_between_pieces(void)
{
	static const gsize before_border[] = { 0, 1, 20, 700, 1023, 1024, 1025, 1088, 1089, 3000 };

	for (gsize i = 0; i < G_N_ELEMENTS(before_border); i++) {
		g_autofree gchar *expected =
			g_strdup_printf("pkcs12 offset %" G_GSIZE_FORMAT ",", PIECE - before_border[i]);

		write_file("border", PIECE - before_border[i], pkcs12, 5000);
		assert_found("border", expected);
	}
}

static void test_at_the_end(void)
{
	write_file("end", 5000, pkcs12, 0);

	assert_found("end", "pkcs12 offset 5000,");
}

static void test_sparse(void)
{
	g_autofree gchar *path = g_build_filename(directory, "sparse", NULL);
	TF_AUTO_FD int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	const off_t at = (off_t)100 << 20;

	g_assert_cmpint(ftruncate(fd, (off_t)1 << 40), ==, 0);
	g_assert_cmpint(pwrite(fd, g_bytes_get_data(pkcs12, NULL), g_bytes_get_size(pkcs12), at), ==,
		(gssize)g_bytes_get_size(pkcs12));

	assert_found("sparse", "pkcs12 offset 104857600,");
}

static void test_found_by_form(void)
{
	write_file("key", 0, pkcs12, 100);

	assert_found("key", "pkcs12 -,");
}

static void test_damaged(void)
{
	g_autoptr(GBytes) pkcs8 = tf_fixture_pkcs8(key, NULL);
	g_autoptr(GBytes) part = g_bytes_new_from_bytes(pkcs8, 0, g_bytes_get_size(pkcs8) / 2);

	write_file("damaged", 5000, part, 5000);

	assert_found("damaged", "");
}

/* As libraries have it, to put a key behind it. */
static void test_template(void)
{
	static const guint8 ed25519[] = "\x30\x2E\2\1\0\x30\5\6\3\x2B\x65\x70\4\x22\4\x20"
					"Cannot create a key: no memory..";
	g_autoptr(GBytes) content = g_bytes_new(ed25519, sizeof ed25519 - 1);

	write_file("template", 5000, content, 5000);

	assert_found("template", "");
}

static void test_short(void)
{
	g_autoptr(EVP_PKEY) curve = tf_fixture_key("ec256");
	g_autoptr(GBytes) pkcs8 = tf_fixture_pkcs8(curve, NULL);

	write_file("short", 5000, pkcs8, 5000);

	assert_found("short", "pkcs8 offset 5000,");
}

static void test_many(void)
{
	TfScanned scanned;
	g_autoptr(GString) text = g_string_new(NULL);
	g_autoptr(GBytes) bytes = NULL;

	for (guint i = 0; i < 3000; i++)
		g_string_append(text, "x MIIKigIBAzCCCgUGCSqGSIb3DQEHAaCC. ");
	bytes = g_bytes_new(text->str, text->len);
	write_file("many", 5000, bytes, 0);

	g_assert_cmpint(scan("many", &scanned), ==, 0);
	g_assert_true(scanned.spots->are_so_many);
	g_assert_cmpuint(scanned.spots->offsets->len, ==, 1000);
	tf_spots_free(scanned.spots);
}

static void test_not_regular(void)
{
	g_autofree gchar *pipe = g_build_filename(directory, "pipe", NULL);
	g_autofree gchar *link = g_build_filename(directory, "link", NULL);
	TfScanned scanned;

	g_assert_cmpint(mkfifo(pipe, 0600), ==, 0);
	g_assert_cmpint(symlink("key", link), ==, 0);

	g_assert_cmpint(scan("pipe", &scanned), ==, ENOENT);
	g_assert_cmpint(scan("link", &scanned), ==, ELOOP);
	g_assert_cmpint(scan("nowhere", &scanned), ==, ENOENT);
}

static void test_stops(void)
{
	const gboolean is_stopped = TRUE;
	g_autoptr(TfScan) scan = tf_scan_new();
	TF_AUTO_FD int folder = open_directory();
	TfScanned scanned;

	write_file("end", 5000, pkcs12, 0);

	g_assert_cmpint(tf_scan_file(scan, folder, "end", &is_stopped, &scanned), ==, 0);
	g_assert_null(scanned.spots);
}

int main(int argc, char **argv)
{
	int status = 0;

	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	key = tf_fixture_key("rsa2048");
	directory = tf_fixture_directory();
	pkcs12 = tf_fixture_pkcs12(key, NULL, NULL, NULL, "secret");

	g_test_add_func("/scan/a key between two pieces is found", test_between_pieces);
	g_test_add_func("/scan/a key at the very end is found", test_at_the_end);
	g_test_add_func("/scan/holes are not read", test_sparse);
	g_test_add_func("/scan/what the file's form leads to is told once", test_found_by_form);
	g_test_add_func("/scan/a beginning alone is no key", test_damaged);
	g_test_add_func("/scan/what libraries put before a key is none", test_template);
	g_test_add_func("/scan/a short key is found", test_short);
	g_test_add_func("/scan/more marks than are remembered are said to be more", test_many);
	g_test_add_func("/scan/only a regular file is read", test_not_regular);
	g_test_add_func("/scan/it ends when it is stopped", test_stops);

	status = g_test_run();
	g_bytes_unref(pkcs12);
	EVP_PKEY_free(key);
	tf_fixture_remove(directory);
	g_free(directory);

	return status;
}
