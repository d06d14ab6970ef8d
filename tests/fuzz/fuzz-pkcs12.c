/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Any bytes as a PKCS#12: read, opened, and asked for everything. Seeds are made at the start. */
#include <glib.h>
#include <openssl/objects.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/secret.h"
#include "fixtures.h"
#include "key/certificate.h"
#include "pkcs12-parts.h"

/* Honest files ask for more, but a fuzzer that derives keys finds nothing. */
#define ROUNDS_LIMIT 3000

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static void write_seed(const gchar *directory, const gchar *name, GBytes *seed)
{
	g_autofree gchar *path = g_build_filename(directory, name, NULL);

	tf_fixture_write(path, seed);
	g_bytes_unref(seed);
}

static GBytes *pair(const TfFixtureMember *member)
{
	return tf_part_file(tf_part_bag(1, tf_part_key(member->key)),
		tf_part_bag(3, tf_part_certificate(member->certificate)),
		tf_part_bag(3, tf_part_certificate(sk_X509_value(member->chain, 0))), NULL);
}

static void write_seeds(const gchar *directory)
{
	g_autoptr(TfFixtureMember) ec = tf_fixture_member("ec256", "member", "issuer");
	g_autoptr(TfFixtureMember) rsa = tf_fixture_member("rsa1024", "member", "issuer");

	write_seed(
		directory, "openssl", tf_fixture_pkcs12(ec->key, ec->certificate, ec->chain, "name", "1234"));
	write_seed(directory, "ec", pair(ec));
	write_seed(directory, "rsa", pair(rsa));
	write_seed(directory, "mac", tf_part_with_mac(pair(ec), "1234", "SHA256", 1));
	write_seed(directory, "nested",
		tf_part_file(tf_part_bag(6, tf_part_der(0x30, tf_part_bag(1, tf_part_key(ec->key)), NULL)),
			tf_part_bag(5, tf_part_secret()), NULL));
	write_seed(directory, "locked",
		tf_part_file(
			tf_part_bag(2,
				tf_part_locked_key(ec->key,
					PKCS5_pbe2_set_iv(EVP_aes_256_cbc(), 1, NULL, 0, NULL, -1), "1234")),
			tf_part_bag(
				2, tf_part_locked_key(ec->key,
					   PKCS5_pbe2_set_scrypt(EVP_aes_256_cbc(), NULL, 0, NULL, 16, 1, 1),
					   "1234")),
			tf_part_bag(
				2, tf_part_locked_key(ec->key,
					   PKCS5_pbe_set(NID_pbe_WithSHA1And3_Key_TripleDES_CBC, 1, NULL, 0),
					   "1234")),
			NULL));
}

static void remove_seeds(int status, void *directory)
{
	(void)status;
	tf_fixture_remove(directory);
	g_free(directory);
}

/* Adds a directory of seeds to the arguments: a corpus that need not be kept. */
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	gchar *directory = NULL;
	gchar **arguments = NULL;

	tf_secret_setup();
	directory = tf_fixture_directory();
	write_seeds(directory);
	g_assert_cmpint(on_exit(remove_seeds, directory), ==, 0);
	arguments = g_new0(gchar *, (gsize)*argc + 2);
	memcpy(arguments, *argv, (gsize)*argc * sizeof *arguments);
	arguments[*argc] = directory;
	*argv = arguments;
	*argc += 1;

	return 0;
}

static void ask_everything(TfPkcs12 *pkcs12)
{
	for (guint i = 0; i < tf_pkcs12_n_keys(pkcs12); i++) {
		X509 *certificate = tf_pkcs12_certificate(pkcs12, i);
		g_autoptr(TfKeypair) keypair = tf_pkcs12_keypair(pkcs12, i, NULL, NULL);
		g_autoptr(GPtrArray) names = tf_pkcs12_attributes(pkcs12, i);
		g_autoptr(TfCertificateFacts) facts =
			certificate != NULL ? tf_certificate_describe(certificate) : NULL;

		g_assert_true(keypair == NULL || facts != NULL);
		g_assert_nonnull(names);
		if (facts != NULL) {
			g_assert_true(g_utf8_validate(facts->subject, -1, NULL));
			g_assert_true(g_utf8_validate(facts->issuer, -1, NULL));
			(void)tf_certificate_key_usage(certificate);
		}
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	g_autoptr(TfSecret) content = tf_secret_new_copy(bytes, length);
	g_autoptr(GError) error = NULL;
	g_autoptr(TfPkcs12) pkcs12 = NULL;

	if (content == NULL)
		return 0;

	pkcs12 = tf_pkcs12_new(content, "fuzz.p12", &error);
	g_assert_true((pkcs12 == NULL) == (error != NULL));
	if (pkcs12 != NULL && tf_pkcs12_protection(pkcs12)->most_iterations <= ROUNDS_LIMIT &&
		tf_part_open(pkcs12, "1234", NULL))
		ask_everything(pkcs12);

	return 0;
}
