/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Files of the programs that people use. */
#include <glib.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>

#include "base/error.h"
#include "base/secret.h"
#include "fixtures.h"
#include "pkcs12-parts.h"

#define CODE "1234567"

typedef struct Desk {
	gchar *directory;
	TfFixtureMember *member;
} Desk;

static void write_pem(const gchar *directory, const gchar *name, GBytes *bytes)
{
	g_autofree gchar *path = g_build_filename(directory, name, NULL);

	tf_fixture_write(path, bytes);
	g_bytes_unref(bytes);
}

static void set_up(Desk *desk, gconstpointer key_type)
{
	GByteArray *chain = g_byte_array_new();
	GByteArray *all = g_byte_array_new();
	g_autoptr(GBytes) own = NULL;

	desk->directory = tf_fixture_directory();
	desk->member = tf_fixture_member(key_type, "山田 太郎", "Test Issuer");
	write_pem(desk->directory, "key.pem", tf_fixture_key_pem(desk->member->key));
	own = tf_fixture_certificate_pem(desk->member->certificate);
	write_pem(desk->directory, "certificate.pem", g_bytes_ref(own));
	/* Root before intermediate: not the order of the chain. */
	for (int i = sk_X509_num(desk->member->chain) - 1; i >= 0; i--) {
		g_autoptr(GBytes) pem = tf_fixture_certificate_pem(sk_X509_value(desk->member->chain, i));

		g_byte_array_append(chain, g_bytes_get_data(pem, NULL), (guint)g_bytes_get_size(pem));
	}
	g_byte_array_append(all, g_bytes_get_data(own, NULL), (guint)g_bytes_get_size(own));
	g_byte_array_append(all, chain->data, chain->len);
	write_pem(desk->directory, "chain.pem", g_byte_array_free_to_bytes(chain));
	write_pem(desk->directory, "all.pem", g_byte_array_free_to_bytes(all));
}

static void tear_down(Desk *desk, gconstpointer key_type)
{
	(void)key_type;
	tf_fixture_remove(desk->directory);
	g_free(desk->directory);
	tf_fixture_member_free(desk->member);
}

static TfKeypair *assert_keypair(TfPkcs12 *pkcs12, guint index)
{
	g_autoptr(GError) error = NULL;
	TfKeypair *keypair = tf_pkcs12_keypair(pkcs12, index, NULL, &error);

	g_assert_no_error(error);

	return keypair;
}

/* The desk's own file: its key, its certificate, the chain in order, and law 3. */
static void assert_is_members(const Desk *desk, const gchar *name, const gchar *password, int chain_length)
{
	g_autoptr(GBytes) file = tf_part_load(desk->directory, name);
	g_autoptr(TfPkcs12) pkcs12 = tf_part_opened(file, password);
	g_autoptr(TfKeypair) keypair = assert_keypair(pkcs12, 0);
	const TfX509Stack *chain = tf_keypair_chain(keypair);

	g_assert_true(tf_pkcs12_holds_one_secret(pkcs12));
	g_assert_cmpint(EVP_PKEY_eq(tf_keypair_key(keypair), desk->member->key), ==, 1);
	g_assert_cmpint(X509_cmp(tf_keypair_certificate(keypair), desk->member->certificate), ==, 0);
	g_assert_cmpint(sk_X509_num(chain), ==, chain_length);
	for (int i = 0; i < chain_length; i++)
		g_assert_cmpint(
			X509_cmp(sk_X509_value(chain, i), sk_X509_value(desk->member->chain, i)), ==, 0);
	if (password != NULL && password[0] != '\0')
		g_assert_cmpint(tf_part_failure(file, "7654321"), ==, TF_ERROR_PIN_CODE_WRONG);
}

static const TfPkcs12Protection *protection_of(const Desk *desk, const gchar *name, TfPkcs12 **ret_pkcs12)
{
	g_autoptr(GBytes) file = tf_part_load(desk->directory, name);
	g_autoptr(GError) error = NULL;

	*ret_pkcs12 = tf_part_read(file, &error);
	g_assert_no_error(error);

	return tf_pkcs12_protection(*ret_pkcs12);
}

static void test_openssl(Desk *desk, gconstpointer key_type)
{
	g_autoptr(TfPkcs12) pkcs12 = NULL;
	const TfPkcs12Protection *protection = NULL;

	(void)key_type;
	tf_fixture_run(desk->directory, "openssl", "pkcs12", "-export", "-inkey", "key.pem", "-in",
		"certificate.pem", "-certfile", "chain.pem", "-name", "member", "-out", "file.p12",
		"-passout", "pass:" CODE, NULL);

	protection = protection_of(desk, "file.p12", &pkcs12);
	g_assert_cmpint(protection->mac, ==, TF_PKCS12_MAC_PKCS12);
	g_assert_cmpstr(protection->mac_digest, ==, "SHA256");
	g_assert_false(protection->has_weak_cipher);
	assert_is_members(desk, "file.p12", CODE, 2);
}

static void test_openssl_legacy(Desk *desk, gconstpointer key_type)
{
	g_autoptr(TfPkcs12) pkcs12 = NULL;
	const TfPkcs12Protection *protection = NULL;

	(void)key_type;
	tf_fixture_run(desk->directory, "openssl", "pkcs12", "-export", "-legacy", "-inkey", "key.pem", "-in",
		"certificate.pem", "-certfile", "chain.pem", "-out", "file.p12", "-passout", "pass:" CODE,
		NULL);

	protection = protection_of(desk, "file.p12", &pkcs12);
	g_assert_cmpstr(protection->mac_digest, ==, "SHA1");
	g_assert_false(protection->has_weak_cipher);
	g_assert_cmpuint(protection->ciphers->len, ==, 2);
	g_assert_true(g_ptr_array_find_with_equal_func(protection->ciphers, "RC2-40-CBC", g_str_equal, NULL));
	g_assert_true(g_ptr_array_find_with_equal_func(protection->ciphers, "3DES-CBC", g_str_equal, NULL));
	assert_is_members(desk, "file.p12", CODE, 2);
}

static void test_weak_key(Desk *desk, gconstpointer key_type)
{
	g_autoptr(TfPkcs12) pkcs12 = NULL;

	(void)key_type;
	tf_fixture_run(desk->directory, "openssl", "pkcs12", "-export", "-legacy", "-inkey", "key.pem", "-in",
		"certificate.pem", "-certfile", "chain.pem", "-certpbe", "AES-256-CBC", "-keypbe",
		"PBE-SHA1-RC2-40", "-out", "file.p12", "-passout", "pass:" CODE, NULL);

	g_assert_true(protection_of(desk, "file.p12", &pkcs12)->has_weak_cipher);
	assert_is_members(desk, "file.p12", CODE, 2);
}

/* A key that nothing but the safe around it hides. */
static GBytes *file_of_safe(EVP_PKEY *key, int cipher)
{
	g_autoptr(TfLibrary) library = tf_library_new(NULL);
	STACK_OF(PKCS12_SAFEBAG) *bags = sk_PKCS12_SAFEBAG_new_null();
	STACK_OF(PKCS7) *safes = NULL;
	PKCS12 *file = NULL;
	guint8 *der = NULL;
	int length = 0;
	GBytes *bytes = NULL;

	g_assert_cmpint(
		sk_PKCS12_SAFEBAG_push(bags, PKCS12_SAFEBAG_create0_p8inf(EVP_PKEY2PKCS8(key))), ==, 1);
	g_assert_cmpint(
		PKCS12_add_safe_ex(&safes, bags, cipher, 100, CODE, tf_library_context(library), NULL), ==,
		1);
	file = PKCS12_add_safes(safes, 0);
	length = i2d_PKCS12(file, &der);
	bytes = g_bytes_new(der, (gsize)length);
	OPENSSL_free(der);
	PKCS12_free(file);
	sk_PKCS7_pop_free(safes, PKCS7_free);
	sk_PKCS12_SAFEBAG_pop_free(bags, PKCS12_SAFEBAG_free);

	return bytes;
}

static void test_weak_safe(void)
{
	g_autoptr(EVP_PKEY) key = tf_fixture_key("ec256");
	g_autoptr(GBytes) weak = file_of_safe(key, NID_pbe_WithSHA1And40BitRC2_CBC);
	g_autoptr(GBytes) strong = file_of_safe(key, NID_pbe_WithSHA1And3_Key_TripleDES_CBC);
	g_autoptr(TfPkcs12) closed = tf_part_read(weak, NULL);
	g_autoptr(TfPkcs12) opened = tf_part_opened(weak, CODE);
	g_autoptr(TfPkcs12) other = tf_part_opened(strong, CODE);

	g_assert_true(tf_pkcs12_protection(closed)->has_weak_cipher);
	g_assert_true(tf_pkcs12_protection(opened)->has_weak_cipher);
	g_assert_false(tf_pkcs12_protection(other)->has_weak_cipher);
}

static void test_openssl_without_mac(Desk *desk, gconstpointer key_type)
{
	g_autoptr(TfPkcs12) pkcs12 = NULL;

	(void)key_type;
	tf_fixture_run(desk->directory, "openssl", "pkcs12", "-export", "-nomac", "-inkey", "key.pem", "-in",
		"certificate.pem", "-certfile", "chain.pem", "-out", "file.p12", "-passout", "pass:" CODE,
		NULL);

	g_assert_cmpint(protection_of(desk, "file.p12", &pkcs12)->mac, ==, TF_PKCS12_MAC_NONE);
	assert_is_members(desk, "file.p12", CODE, 2);
}

static void test_openssl_unencrypted(Desk *desk, gconstpointer key_type)
{
	g_autoptr(TfPkcs12) pkcs12 = NULL;

	(void)key_type;
	tf_fixture_run(desk->directory, "openssl", "pkcs12", "-export", "-keypbe", "NONE", "-certpbe", "NONE",
		"-nomac", "-inkey", "key.pem", "-in", "certificate.pem", "-out", "file.p12", "-passout",
		"pass:", NULL);

	g_assert_true(protection_of(desk, "file.p12", &pkcs12)->has_unprotected_secret);
	assert_is_members(desk, "file.p12", NULL, 0);
}

static void test_nss(Desk *desk, gconstpointer key_type)
{
	g_autofree gchar *path = g_build_filename(desk->directory, "in.p12", NULL);

	(void)key_type;
	tf_fixture_write_pkcs12(desk->member, path, CODE);
	tf_fixture_run(desk->directory, "certutil", "-N", "-d", "sql:.", "--empty-password", NULL);
	tf_fixture_run(
		desk->directory, "pk12util", "-i", "in.p12", "-d", "sql:.", "-W", CODE, "-K", "", NULL);
	tf_fixture_run(desk->directory, "pk12util", "-o", "file.p12", "-n", "member", "-d", "sql:.", "-W",
		CODE, "-K", "", NULL);

	assert_is_members(desk, "file.p12", CODE, 2);
}

static void test_gnutls(Desk *desk, gconstpointer key_type)
{
	(void)key_type;
	tf_fixture_run(desk->directory, "certtool", "--to-p12", "--load-privkey", "key.pem",
		"--load-certificate", "all.pem", "--p12-name", "member", "--password", CODE, "--outder",
		"--outfile", "file.p12", NULL);

	assert_is_members(desk, "file.p12", CODE, 2);
}

static void test_gnutls_without_password(Desk *desk, gconstpointer key_type)
{
	const gchar *const options[] = { "--empty-password", "--null-password" };

	(void)key_type;
	for (gsize i = 0; i < G_N_ELEMENTS(options); i++) {
		tf_fixture_run(desk->directory, "certtool", "--to-p12", "--load-privkey", "key.pem",
			"--load-certificate", "certificate.pem", "--p12-name", "member", options[i],
			"--pkcs-cipher", "3des-pkcs12", "--outder", "--outfile", "file.p12", NULL);

		assert_is_members(desk, "file.p12", NULL, 0);
		assert_is_members(desk, "file.p12", "", 0);
	}
}

static void add_java_pair(const Desk *desk, const gchar *alias)
{
	g_autofree gchar *name = g_strdup_printf("CN=%s", alias);

	tf_fixture_run(desk->directory, "keytool", "-genkeypair", "-alias", alias, "-keyalg", "EC",
		"-groupname", "secp256r1", "-dname", name, "-storetype", "PKCS12", "-storepass", CODE,
		"-keystore", "file.p12", NULL);
}

static void test_java(Desk *desk, gconstpointer key_type)
{
	g_autoptr(GBytes) file = NULL;
	g_autoptr(TfPkcs12) pkcs12 = NULL;

	(void)key_type;
	add_java_pair(desk, "one");
	add_java_pair(desk, "two");
	tf_fixture_run(desk->directory, "keytool", "-genseckey", "-alias", "three", "-keyalg", "AES",
		"-keysize", "128", "-storetype", "PKCS12", "-storepass", CODE, "-keystore", "file.p12", NULL);

	file = tf_part_load(desk->directory, "file.p12");
	pkcs12 = tf_part_opened(file, CODE);
	g_assert_cmpuint(tf_pkcs12_n_keys(pkcs12), ==, 2);
	g_assert_cmpuint(tf_pkcs12_contents(pkcs12)->n_secrets, ==, 1);
	g_assert_false(tf_pkcs12_holds_one_secret(pkcs12));
	for (guint i = 0; i < 2; i++) {
		g_autoptr(TfKeypair) keypair = assert_keypair(pkcs12, i);

		g_assert_true(g_str_equal(tf_keypair_friendly_name(keypair), i == 0 ? "one" : "two") ||
			      g_str_equal(tf_keypair_friendly_name(keypair), i == 0 ? "two" : "one"));
	}
}

static void test_attributes(Desk *desk, gconstpointer key_type)
{
	g_autoptr(GBytes) file = NULL;
	g_autoptr(TfPkcs12) pkcs12 = NULL;
	g_autoptr(TfKeypair) keypair = NULL;
	g_autoptr(GPtrArray) names = NULL;

	(void)key_type;
	tf_fixture_run(desk->directory, "openssl", "pkcs12", "-export", "-inkey", "key.pem", "-in",
		"certificate.pem", "-name", "山田", "-CSP", "Example Provider", "-LMK", "-out", "file.p12",
		"-passout", "pass:" CODE, NULL);

	file = tf_part_load(desk->directory, "file.p12");
	pkcs12 = tf_part_opened(file, CODE);
	keypair = assert_keypair(pkcs12, 0);
	names = tf_pkcs12_attributes(pkcs12, 0);
	g_assert_cmpstr(tf_keypair_friendly_name(keypair), ==, "山田");
	g_assert_cmpuint(names->len, ==, 4);
	g_assert_true(g_ptr_array_find_with_equal_func(names, "friendlyName", g_str_equal, NULL));
	g_assert_true(g_ptr_array_find_with_equal_func(names, "localKeyID", g_str_equal, NULL));
	g_assert_true(g_ptr_array_find_with_equal_func(names, "CSPName", g_str_equal, NULL));
	g_assert_true(g_ptr_array_find_with_equal_func(names, "LocalKeySet", g_str_equal, NULL));
}

#define ADD(name, type, test) g_test_add("/bags/" name, Desk, type, set_up, test, tear_down)

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	ADD("a file of OpenSSL opens, RSA 2048", "rsa2048", test_openssl);
	ADD("a file of OpenSSL opens, RSA 1024", "rsa1024", test_openssl);
	ADD("a file of OpenSSL opens, RSA 4096", "rsa4096", test_openssl);
	ADD("a file of OpenSSL opens, P-256", "ec256", test_openssl);
	ADD("a file of OpenSSL opens, P-384", "ec384", test_openssl);
	ADD("a file of OpenSSL in the old form opens, and only its certificates are weakly protected",
		"rsa2048", test_openssl_legacy);
	ADD("a key under a cipher of 40 bits is weakly protected", "rsa2048", test_weak_key);
	g_test_add_func("/bags/so is one that only a safe under such a cipher hides", test_weak_safe);
	ADD("a file of OpenSSL without a MAC opens", "ec256", test_openssl_without_mac);
	ADD("an unencrypted file opens and is called so", "ec256", test_openssl_unencrypted);
	ADD("a file of NSS opens, RSA", "rsa2048", test_nss);
	ADD("a file of NSS opens, EC", "ec256", test_nss);
	ADD("a file of GnuTLS opens", "rsa2048", test_gnutls);
	ADD("a file of GnuTLS without a password opens", "ec256", test_gnutls_without_password);
	ADD("a file of Java tells all its keys", "ec256", test_java);
	ADD("attributes are named, whatever they are", "ec256", test_attributes);

	return g_test_run();
}
