/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "batch/station-key.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "fixtures.h"
#include "key/envelope.h"

typedef struct Place {
	gchar *directory;
	gchar *ledger;
	gchar *path;
} Place;

static void set_up(Place *place, gconstpointer data)
{
	(void)data;
	place->directory = tf_fixture_directory();
	place->ledger = g_build_filename(place->directory, "ledger.db", NULL);
	place->path = g_strconcat(place->ledger, ".station.pem", NULL);
}

static void tear_down(Place *place, gconstpointer data)
{
	(void)data;
	tf_fixture_remove(place->directory);
	g_free(place->directory);
	g_free(place->ledger);
	g_free(place->path);
}

static TfStationKey *opened(const Place *place, const gchar *words, GError **error)
{
	g_autoptr(TfSecret) passphrase = tf_secret_new_copy(words, strlen(words));

	return tf_station_key_open(place->ledger, passphrase, error);
}

static TfStationKey *made(const Place *place)
{
	g_autoptr(GError) error = NULL;
	TfStationKey *station = opened(place, "correct horse", &error);

	g_assert_no_error(error);

	return station;
}

static void assert_fails(const Place *place, const gchar *words, TfErrorCode code)
{
	g_autoptr(GError) error = NULL;

	g_assert_null(opened(place, words, &error));
	g_assert_error(error, TF_ERROR, (gint)code);
	g_assert_true(code == TF_ERROR_USAGE || g_str_equal(tf_error_arguments(error)[0], place->path));
}

static void test_made_once(Place *place, gconstpointer data)
{
	g_autoptr(TfStationKey) first = made(place);
	g_autoptr(TfStationKey) second = made(place);
	struct stat status;

	(void)data;
	g_assert_cmpint(
		X509_cmp(tf_station_key_certificate(first), tf_station_key_certificate(second)), ==, 0);
	g_assert_cmpint(EVP_PKEY_eq(tf_station_key_private(first), tf_station_key_private(second)), ==, 1);
	g_assert_cmpint(stat(place->path, &status), ==, 0);
	g_assert_cmpint(status.st_mode & 07777, ==, 0600);
}

static void test_seals(Place *place, gconstpointer data)
{
	g_autoptr(TfStationKey) station = made(place);
	X509 *certificate = tf_station_key_certificate(station);
	g_autoptr(TfSecret) words = tf_secret_new_copy("1234", 4);
	g_autoptr(GBytes) envelope = tf_envelope_seal(words, certificate, NULL);
	g_autoptr(TfSecret) again = NULL;

	(void)data;
	g_assert_true(tf_envelope_check_certificate(
		certificate, "station", g_get_real_time() / G_USEC_PER_SEC, NULL));
	again = tf_envelope_open(envelope, tf_station_key_private(station), certificate, "1", NULL);
	g_assert_nonnull(again);
	g_assert_true(tf_secret_equal(words, again));
}

static void test_passphrase(Place *place, gconstpointer data)
{
	g_autoptr(TfStationKey) station = made(place);

	(void)data;
	g_assert_nonnull(station);
	assert_fails(place, "correct horse ", TF_ERROR_PASSPHRASE_WRONG);
	assert_fails(place, "", TF_ERROR_USAGE);
}

static void test_nothing_for_an_empty_passphrase(Place *place, gconstpointer data)
{
	(void)data;

	assert_fails(place, "", TF_ERROR_USAGE);

	g_assert_false(g_file_test(place->path, G_FILE_TEST_EXISTS));
}

/* Judged by another program: encrypted, and opened by the passphrase. */
static void test_openssl_reads(Place *place, gconstpointer data)
{
	g_autoptr(TfStationKey) station = made(place);
	g_autofree gchar *text = NULL;

	(void)data;
	g_assert_nonnull(station);
	tf_fixture_run(place->directory, "openssl", "pkey", "-in", place->path, "-passin",
		"pass:correct horse", "-noout", "-check", NULL);
	g_assert_true(g_file_get_contents(place->path, &text, NULL, NULL));
	g_assert_true(g_str_has_prefix(text, "-----BEGIN ENCRYPTED PRIVATE KEY-----"));
	g_assert_nonnull(strstr(text, "-----BEGIN CERTIFICATE-----"));
	g_assert_null(strstr(text, "BEGIN PRIVATE KEY"));
}

/* Where PINs would be sealed to somebody else. */
static void test_certificate_swapped(Place *place, gconstpointer data)
{
	g_autoptr(TfStationKey) station = made(place);
	g_autoptr(EVP_PKEY) other = tf_fixture_key("ec256");
	g_autoptr(X509) certificate =
		tf_fixture_certificate(&(TfFixtureCertificate){ .key = other, .name = "tokenferry station" });
	g_autoptr(GBytes) pem = tf_fixture_certificate_pem(certificate);
	g_autofree gchar *text = NULL;
	g_autofree gchar *changed = NULL;

	(void)data;
	g_assert_nonnull(station);
	g_assert_true(g_file_get_contents(place->path, &text, NULL, NULL));
	*strstr(text, "-----BEGIN CERTIFICATE") = '\0';
	changed = g_strdup_printf(
		"%s%.*s", text, (gint)g_bytes_get_size(pem), (const gchar *)g_bytes_get_data(pem, NULL));
	g_assert_true(g_file_set_contents_full(
		place->path, changed, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, NULL));

	assert_fails(place, "correct horse", TF_ERROR_LEDGER_FAILED);
}

static void test_damaged(Place *place, gconstpointer data)
{
	static const gchar *const texts[] = { "", "hello", "-----BEGIN CERTIFICATE-----\n" };

	(void)data;
	for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_assert_true(g_file_set_contents_full(
			place->path, texts[i], -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, NULL));
		assert_fails(place, "correct horse", TF_ERROR_LEDGER_FAILED);
	}
}

static void test_not_ours(Place *place, gconstpointer data)
{
	g_autoptr(TfStationKey) station = made(place);
	g_autofree gchar *moved = g_strconcat(place->path, "2", NULL);

	(void)data;
	g_assert_nonnull(station);
	g_assert_cmpint(g_chmod(place->path, 0620), ==, 0);
	assert_fails(place, "correct horse", TF_ERROR_LEDGER_FAILED);
	g_assert_cmpint(g_chmod(place->path, 0600), ==, 0);
	g_assert_cmpint(rename(place->path, moved), ==, 0);
	g_assert_cmpint(symlink(moved, place->path), ==, 0);
	assert_fails(place, "correct horse", TF_ERROR_LEDGER_FAILED);
}

static void add(const gchar *path, void (*test)(Place *, gconstpointer))
{
	g_test_add(path, Place, NULL, set_up, test, tear_down);
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	add("/station-key/it is made once, for its owner only", test_made_once);
	add("/station-key/what is sealed to it is opened by it", test_seals);
	add("/station-key/another passphrase does not open it", test_passphrase);
	add("/station-key/nothing is made for an empty passphrase", test_nothing_for_an_empty_passphrase);
	add("/station-key/openssl reads it with the passphrase only", test_openssl_reads);
	add("/station-key/another certificate beside the key is refused", test_certificate_swapped);
	add("/station-key/a damaged file is refused", test_damaged);
	add("/station-key/a file that others may write, or a link, is refused", test_not_ours);

	return g_test_run();
}
