/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "disk/recognise.h"

#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "source.h"

/* The content opened by its PIN code, as a run reads it. */
static TfPkcs12 *open_content(int fd, const gchar *path)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TfSecret) content = tf_file_read_secret(fd, path, TF_PKCS12_SIZE_LIMIT, &error);
	g_autoptr(TfSecret) password = tf_secret_new_copy("secret", 6);
	TfPkcs12 *pkcs12 = tf_pkcs12_new(content, path, &error);

	g_assert_no_error(error);
	g_assert_true(tf_pkcs12_open(pkcs12, password, &error));

	return pkcs12;
}

static TfKeypair *keypair_of(const TfFixtureMember *member)
{
	g_autoptr(GError) error = NULL;
	TfKeypair *keypair =
		tf_keypair_new(member->key, member->certificate, member->chain, NULL, "test", &error);

	g_assert_no_error(error);

	return keypair;
}

static void test_opened(void)
{
	g_autoptr(TfFixtureSource) source = tf_fixture_source(NULL);
	TF_AUTO_FD int fd = tf_file_open(source->path, NULL, NULL);
	g_autoptr(TfPkcs12) pkcs12 = open_content(fd, source->path);
	g_autoptr(TfKeypair) keypair = tf_pkcs12_keypair(pkcs12, 0, NULL, NULL);
	g_autoptr(GError) error = NULL;
	g_autoptr(TfFound) found =
		tf_recognise_opened(tf_file_steal(&fd), source->path, pkcs12, keypair, &error);

	g_assert_no_error(error);
	g_assert_cmpmem(tf_found_spki_sha256(found), TF_SHA256_SIZE, source->spki_sha256, TF_SHA256_SIZE);
	g_assert_cmpmem(tf_found_identity(found)->sha256, TF_SHA256_SIZE, source->sha256, TF_SHA256_SIZE);
	g_assert_cmpint(tf_found_established(found), ==, TF_ESTABLISHED_OPENED);
	g_assert_true(tf_found_holds_one_secret(found));
	g_assert_cmpstr(tf_found_path(found), ==, source->path);
	g_assert_nonnull(tf_found_media(found));
}

static void test_opened_then_changed(void)
{
	g_autoptr(TfFixtureSource) source = tf_fixture_source(NULL);
	TF_AUTO_FD int fd = tf_file_open(source->path, NULL, NULL);
	g_autoptr(TfPkcs12) pkcs12 = open_content(fd, source->path);
	g_autoptr(TfKeypair) keypair = tf_pkcs12_keypair(pkcs12, 0, NULL, NULL);
	g_autoptr(GError) error = NULL;
	g_autoptr(TfFound) found = NULL;

	tf_file_close(&fd);
	tf_fixture_write_pkcs12(source->member, source->path, "secret");
	fd = tf_file_open(source->path, NULL, NULL);
	found = tf_recognise_opened(tf_file_steal(&fd), source->path, pkcs12, keypair, &error);

	g_assert_null(found);
	g_assert_error(error, TF_ERROR, TF_ERROR_SOURCE_UNREADABLE);
}

static void test_key_of_another_file(void)
{
	g_autoptr(TfFixtureSource) source = tf_fixture_source(NULL);
	g_autoptr(TfFixtureMember) other = tf_fixture_member("ec256", "鈴木 花子", "Test Issuing CA");
	TF_AUTO_FD int fd = tf_file_open(source->path, NULL, NULL);
	g_autoptr(TfPkcs12) pkcs12 = open_content(fd, source->path);
	g_autoptr(TfKeypair) keypair = keypair_of(other);
	g_autoptr(GError) error = NULL;
	g_autoptr(TfFound) found =
		tf_recognise_opened(tf_file_steal(&fd), source->path, pkcs12, keypair, &error);

	g_assert_null(found);
	g_assert_error(error, TF_ERROR, TF_ERROR_SOURCE_MISMATCH);
}

static void test_recorded(void)
{
	g_autoptr(TfFixtureSource) source = tf_fixture_source(NULL);
	g_autoptr(TfFound) found = tf_fixture_found(source);

	g_assert_cmpint(tf_found_established(found), ==, TF_ESTABLISHED_SAME_CONTENT);
	g_assert_cmpmem(tf_found_spki_sha256(found), TF_SHA256_SIZE, source->spki_sha256, TF_SHA256_SIZE);
}

static void test_recorded_but_another(void)
{
	g_autoptr(TfFixtureSource) source = tf_fixture_source(NULL);
	g_autoptr(GError) error = NULL;
	g_autoptr(TfFound) found = NULL;

	tf_fixture_write_pkcs12(source->member, source->path, "secret");
	found = tf_recognise_recorded(source->path, source->sha256, source->spki_sha256, TRUE, NULL, &error);

	g_assert_null(found);
	g_assert_error(error, TF_ERROR, TF_ERROR_WIPE_REFUSED);
}

/* Without and with its PIN code; *ret_why counts where nothing comes back. */
static TfFound *recognise_key(
	const TfFixtureSource *source, const gchar *password, TfUnwipeable *ret_why, GError **error)
{
	g_autoptr(TfSecret) secret = password != NULL ? tf_secret_new_copy(password, strlen(password)) : NULL;
	TF_AUTO_FD int fd = tf_file_open(source->path, NULL, NULL);
	TfFound *found = NULL;

	(void)tf_recognise_key(tf_file_steal(&fd), source->path, secret, NULL, NULL, &found, ret_why, error);

	return found;
}

static void test_key(void)
{
	g_autoptr(TfFixtureSource) source = tf_fixture_source(NULL);
	TfUnwipeable why = TF_UNWIPEABLE_WITHIN;
	g_autoptr(GError) error = NULL;
	g_autoptr(TfFound) found = recognise_key(source, "secret", &why, &error);

	g_assert_no_error(error);
	g_assert_cmpmem(tf_found_spki_sha256(found), TF_SHA256_SIZE, source->spki_sha256, TF_SHA256_SIZE);
	g_assert_cmpint(tf_found_established(found), ==, TF_ESTABLISHED_OPENED);
	g_assert_true(tf_found_holds_one_secret(found));
}

static void test_locked_key(void)
{
	g_autoptr(TfFixtureSource) source = tf_fixture_source(NULL);
	g_autoptr(GBytes) locked = tf_fixture_pkcs8(source->member->key, "secret");
	TfUnwipeable why = TF_UNWIPEABLE_WITHIN;
	g_autoptr(GError) error = NULL;
	g_autoptr(TfFound) found = NULL;

	tf_fixture_write(source->path, locked);
	found = recognise_key(source, "secret", &why, &error);

	g_assert_no_error(error);
	g_assert_cmpmem(tf_found_spki_sha256(found), TF_SHA256_SIZE, source->spki_sha256, TF_SHA256_SIZE);
}

static void test_key_not_opened(void)
{
	g_autoptr(TfFixtureSource) source = tf_fixture_source(NULL);
	TfUnwipeable why = TF_UNWIPEABLE_WITHIN;
	g_autoptr(GError) error = NULL;

	g_assert_null(recognise_key(source, NULL, &why, &error));
	g_assert_no_error(error);
	g_assert_cmpint(why, ==, TF_UNWIPEABLE_LOCKED);
}

static void test_key_within(void)
{
	g_autoptr(TfFixtureSource) source = tf_fixture_source(NULL);
	TfUnwipeable why = TF_UNWIPEABLE_LOCKED;
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) text = g_bytes_new_static("From: a\n\nMIIKPAIBAzCCC\n", 23);

	tf_fixture_write(source->path, text);

	g_assert_null(recognise_key(source, "secret", &why, &error));
	g_assert_no_error(error);
	g_assert_cmpint(why, ==, TF_UNWIPEABLE_WITHIN);
}

static void test_missing(void)
{
	g_autoptr(TfFixtureSource) source = tf_fixture_source(NULL);
	g_autoptr(GError) error = NULL;
	g_autoptr(TfFound) found = NULL;

	g_assert_cmpint(unlink(source->path), ==, 0);
	found = tf_recognise_recorded(source->path, source->sha256, source->spki_sha256, TRUE, NULL, &error);

	g_assert_null(found);
	g_assert_error(error, TF_ERROR, TF_ERROR_SOURCE_MISSING);
}

static void test_link(void)
{
	g_autoptr(TfFixtureSource) source = tf_fixture_source(NULL);
	g_autofree gchar *link = g_build_filename(source->directory, "link.p12", NULL);
	g_autoptr(GError) error = NULL;
	g_autoptr(TfFound) found = NULL;

	g_assert_cmpint(symlink(source->path, link), ==, 0);
	found = tf_recognise_recorded(link, source->sha256, source->spki_sha256, TRUE, NULL, &error);

	g_assert_null(found);
	g_assert_error(error, TF_ERROR, TF_ERROR_SOURCE_UNREADABLE);
}

static void test_path_through_a_linked_folder(void)
{
	g_autoptr(TfFixtureSource) source = tf_fixture_source(NULL);
	g_autofree gchar *elsewhere = tf_fixture_directory();
	g_autofree gchar *link = g_build_filename(elsewhere, "folder", NULL);
	g_autofree gchar *path = g_build_filename(link, "key.p12", NULL);
	g_autoptr(TfFound) found = NULL;

	g_assert_cmpint(symlink(source->directory, link), ==, 0);
	found = tf_recognise_recorded(path, source->sha256, source->spki_sha256, TRUE, NULL, NULL);

	g_assert_nonnull(found);
	g_assert_cmpstr(tf_found_path(found), ==, source->path);
	tf_fixture_remove(elsewhere);
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/recognise/an opened file is known by its key and content", test_opened);
	g_test_add_func("/recognise/a file changed since it was opened is refused", test_opened_then_changed);
	g_test_add_func("/recognise/a key that the file does not hold is refused", test_key_of_another_file);
	g_test_add_func("/recognise/a recorded file is known by its content", test_recorded);
	g_test_add_func(
		"/recognise/another content at the recorded path is refused", test_recorded_but_another);
	g_test_add_func("/recognise/a file that is one key is known when its PIN code opens it", test_key);
	g_test_add_func("/recognise/a locked key without a container is known, too", test_locked_key);
	g_test_add_func("/recognise/what its PIN code does not open is not established", test_key_not_opened);
	g_test_add_func("/recognise/a key within something else is not the file", test_key_within);
	g_test_add_func("/recognise/a file that is gone is missing", test_missing);
	g_test_add_func("/recognise/a symbolic link is refused", test_link);
	g_test_add_func(
		"/recognise/a path through a linked folder is resolved", test_path_through_a_linked_folder);

	return g_test_run();
}
