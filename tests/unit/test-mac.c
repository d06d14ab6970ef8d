/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib.h>
#include <string.h>

#include "base/error.h"
#include "base/secret.h"
#include "fixtures.h"
#include "pkcs12-parts.h"

/* A vector of RFC 9579, appendix A. */
static GBytes *vector(const gchar *name)
{
	g_autofree gchar *path = g_test_build_filename(G_TEST_DIST, "support", "rfc9579", name, NULL);
	g_autoptr(GError) error = NULL;
	g_autofree gchar *text = NULL;
	guchar *content = NULL;
	gsize length = 0;

	g_file_get_contents(path, &text, NULL, &error);
	g_assert_no_error(error);
	content = g_base64_decode(text, &length);

	return g_bytes_new_take(content, length);
}

static void test_valid_vectors(void)
{
	const gchar *const names[] = { "a1.b64", "a2.b64", "a3.b64" };
	const gchar *const digests[] = { "SHA256", "SHA256", "SHA512" };

	for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autoptr(GBytes) file = vector(names[i]);
		g_autoptr(GError) error = NULL;
		g_autoptr(TfPkcs12) pkcs12 = tf_part_opened(file, "1234");
		g_autoptr(TfKeypair) keypair = tf_pkcs12_keypair(pkcs12, 0, NULL, &error);

		g_assert_no_error(error);
		g_assert_nonnull(keypair);
		g_assert_cmpint(tf_pkcs12_protection(pkcs12)->mac, ==, TF_PKCS12_MAC_PBMAC1);
		g_assert_cmpstr(tf_pkcs12_protection(pkcs12)->mac_digest, ==, digests[i]);
	}
}

static void test_wrong_code_for_vector(void)
{
	g_autoptr(GBytes) file = vector("a1.b64");

	g_assert_cmpint(tf_part_failure(file, "1235"), ==, TF_ERROR_PIN_CODE_WRONG);
}

static void test_bad_iterations(void)
{
	g_autoptr(GBytes) file = vector("a4.b64");

	g_assert_cmpint(tf_part_failure(file, "1234"), ==, TF_ERROR_SOURCE_DAMAGED);
	g_assert_cmpint(tf_part_failure(file, "1235"), ==, TF_ERROR_PIN_CODE_WRONG);
}

static void test_bad_salt(void)
{
	g_autoptr(GBytes) file = vector("a5.b64");

	g_assert_cmpint(tf_part_failure(file, "1234"), ==, TF_ERROR_SOURCE_DAMAGED);
	g_assert_cmpint(tf_part_failure(file, "1235"), ==, TF_ERROR_PIN_CODE_WRONG);
}

static void test_missing_key_length(void)
{
	g_autoptr(GBytes) file = vector("a6.b64");

	g_assert_cmpint(tf_part_failure(file, "1234"), ==, TF_ERROR_SOURCE_DAMAGED);
}

/* RFC 9579's first file with its one keyLength (INTEGER 32 before the PRF) replaced. */
static GBytes *vector_with_key_length(guint8 key_length)
{
	static const guint8 before[] = { 0x02, 0x01, 0x20, 0x30, 0x0C };
	g_autoptr(GBytes) file = vector("a1.b64");
	gsize length = g_bytes_get_size(file);
	guint8 *copy = g_memdup2(g_bytes_get_data(file, NULL), length);
	guint8 *found = memmem(copy, length, before, sizeof before);

	g_assert_nonnull(found);
	found[2] = key_length;

	return g_bytes_new_take(copy, length);
}

static void test_extreme_key_lengths(void)
{
	const guint8 lengths[] = { 0, 1, 19, 65, 127, 255 };

	for (gsize i = 0; i < G_N_ELEMENTS(lengths); i++) {
		g_autoptr(GBytes) file = vector_with_key_length(lengths[i]);

		g_assert_cmpint(tf_part_failure(file, "1234"), ==, TF_ERROR_SOURCE_DAMAGED);
	}
}

static void test_digests(void)
{
	const gchar *const digests[] = { "MD5", "SHA1", "SHA224", "SHA256", "SHA384", "SHA512" };
	g_autoptr(EVP_PKEY) key = tf_fixture_key("ec256");

	for (gsize i = 0; i < G_N_ELEMENTS(digests); i++) {
		g_autoptr(GBytes) file = tf_part_with_mac(
			tf_part_file(tf_part_bag(1, tf_part_key(key)), NULL), "1234", digests[i], 3);
		g_autoptr(TfPkcs12) pkcs12 = tf_part_opened(file, "1234");

		g_assert_cmpstr(tf_pkcs12_protection(pkcs12)->mac_digest, ==, digests[i]);
		g_assert_cmpuint(tf_pkcs12_protection(pkcs12)->mac_iterations, ==, 3);
		g_assert_cmpint(tf_part_failure(file, "4321"), ==, TF_ERROR_PIN_CODE_WRONG);
	}
}

static void test_unknown_digest(void)
{
	g_autoptr(EVP_PKEY) key = tf_fixture_key("ec256");
	g_autoptr(GBytes) file =
		tf_part_with_mac(tf_part_file(tf_part_bag(1, tf_part_key(key)), NULL), "1234", "SHA256", 3);
	static const guint8 sha256[] = { 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01 };
	gsize length = g_bytes_get_size(file);
	guint8 *copy = g_memdup2(g_bytes_get_data(file, NULL), length);
	guint8 *found = memmem(copy, length, sha256, sizeof sha256);
	g_autoptr(GBytes) unknown = NULL;

	g_assert_nonnull(found);
	found[8] = 0x7F;
	unknown = g_bytes_new_take(copy, length);

	g_assert_cmpint(tf_part_failure(unknown, "1234"), ==, TF_ERROR_SOURCE_UNSUPPORTED);
}

static void test_costly_mac(void)
{
	g_autoptr(EVP_PKEY) key = tf_fixture_key("ec256");
	g_autoptr(GBytes) file =
		tf_part_with_costly_mac(tf_part_file(tf_part_bag(1, tf_part_key(key)), NULL), G_MAXINT);
	g_autoptr(GError) error = NULL;
	g_autoptr(TfPkcs12) pkcs12 = tf_part_read(file, &error);

	g_assert_null(pkcs12);
	g_assert_error(error, TF_ERROR, TF_ERROR_SOURCE_TOO_COSTLY);
}

/* Takes what is left of the secure heap, in ever smaller pieces: all but what a piece of 'spare' needs. */
static GPtrArray *exhaust(gsize spare)
{
	GPtrArray *taken = g_ptr_array_new_with_free_func((GDestroyNotify)tf_secret_free);

	for (gsize size = 1u << 20; size >= spare; size /= 2) {
		for (TfSecret *piece = tf_secret_new(size); piece != NULL; piece = tf_secret_new(size))
			g_ptr_array_add(taken, piece);
	}

	return taken;
}

/* Every size of heap that is left, from none to enough: no answer but the true ones. */
static void test_exhausted_heap(void)
{
	const gchar *const names[] = { "a1.b64", "a3.b64" };

	for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autoptr(GBytes) file = vector(names[i]);
		g_autoptr(GError) error = NULL;
		g_autoptr(TfPkcs12) pkcs12 = tf_part_read(file, &error);
		g_autoptr(TfSecret) password = tf_secret_new_copy("1234", 4);
		g_autoptr(GPtrArray) taken = exhaust(64);

		g_assert_no_error(error);
		while (!tf_pkcs12_open(pkcs12, password, &error)) {
			g_assert_error(error, TF_ERROR, TF_ERROR_SYSTEM);
			g_clear_error(&error);
			g_assert_cmpuint(taken->len, >, 0);
			g_ptr_array_set_size(taken, (gint)taken->len - 1);
		}
		g_assert_no_error(error);
	}
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/mac/the valid files of RFC 9579 open", test_valid_vectors);
	g_test_add_func("/mac/PBMAC1 tells a wrong PIN code", test_wrong_code_for_vector);
	g_test_add_func("/mac/PBMAC1 of another iteration count is damaged", test_bad_iterations);
	g_test_add_func("/mac/PBMAC1 of another salt is damaged", test_bad_salt);
	g_test_add_func("/mac/PBMAC1 without a key length is refused", test_missing_key_length);
	g_test_add_func("/mac/PBMAC1 of an extreme key length is refused", test_extreme_key_lengths);
	g_test_add_func("/mac/every digest of old and new programs is checked", test_digests);
	g_test_add_func("/mac/an unknown digest is told from a wrong PIN code", test_unknown_digest);
	g_test_add_func("/mac/a costly MAC is refused before anything is derived", test_costly_mac);
	g_test_add_func("/mac/an exhausted secure heap is no wrong PIN code", test_exhausted_heap);

	return g_test_run();
}
