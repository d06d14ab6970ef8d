/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "key/envelope.h"

#include <openssl/x509v3.h>
#include <string.h>

#include "base/error.h"
#include "fixtures.h"

#define NOW   (TF_FIXTURE_NOT_BEFORE + 1000)
#define WORDS "tokenferry-pins 1\nso 12345678\n"

/* Keys take long to make: one pair for all cases of a type. */
typedef struct Kind {
	const gchar *type;
	EVP_PKEY *key;
	EVP_PKEY *other;
} Kind;

typedef struct Case {
	EVP_PKEY *key;
	X509 *certificate;
	GBytes *envelope;
} Case;

static X509 *certificate_of(EVP_PKEY *key, const gchar *usage)
{
	return tf_fixture_certificate(&(TfFixtureCertificate){ .key = key,
		.name = "Federation",
		.organization = "Example",
		.usage = usage,
		.serial = 0xABCDEF });
}

static GBytes *sealed(const gchar *words, X509 *certificate)
{
	g_autoptr(TfSecret) content = tf_secret_new_copy(words, strlen(words));
	g_autoptr(GError) error = NULL;
	GBytes *envelope = tf_envelope_seal(content, certificate, &error);

	g_assert_no_error(error);

	return envelope;
}

static void set_up(Case *it, gconstpointer data)
{
	const Kind *kind = data;

	it->key = kind->key;
	it->certificate = certificate_of(it->key, NULL);
	it->envelope = sealed(WORDS, it->certificate);
}

static void tear_down(Case *it, gconstpointer data)
{
	(void)data;
	X509_free(it->certificate);
	g_bytes_unref(it->envelope);
}

static gboolean opens(GBytes *envelope, EVP_PKEY *key, X509 *certificate)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TfSecret) content = tf_envelope_open(envelope, key, certificate, "1.p7m", &error);

	if (content == NULL)
		g_assert_error(error, TF_ERROR, TF_ERROR_ENVELOPE_UNREADABLE);
	else
		g_assert_cmpmem(
			tf_secret_peek(content), (int)tf_secret_length(content), WORDS, (int)strlen(WORDS));

	return content != NULL;
}

static void test_opens(Case *it, gconstpointer data)
{
	(void)data;

	g_assert_true(opens(it->envelope, it->key, it->certificate));
}

static void test_another_key(Case *it, gconstpointer data)
{
	const Kind *kind = data;
	g_autoptr(X509) other_certificate = certificate_of(kind->other, NULL);

	g_assert_false(opens(it->envelope, kind->other, it->certificate));
	g_assert_false(opens(it->envelope, kind->other, other_certificate));
}

static void test_another_certificate(Case *it, gconstpointer data)
{
	g_autoptr(X509) renewed = tf_fixture_certificate(
		&(TfFixtureCertificate){ .key = it->key, .name = "Federation", .serial = 0xABCDEE });

	(void)data;

	g_assert_true(tf_envelope_is_for(it->envelope, it->certificate));
	g_assert_false(tf_envelope_is_for(it->envelope, renewed));
	g_assert_false(opens(it->envelope, it->key, renewed));
}

/* With RSA, which takes longer, one bit of each byte: the one in which lower and upper case differ. */
static void test_tampering(Case *it, gconstpointer data)
{
	gsize length = 0;
	const guint8 *bytes = g_bytes_get_data(it->envelope, &length);
	gboolean is_slow = EVP_PKEY_is_a(it->key, "RSA");

	(void)data;
	for (gsize i = 0; i < length; i++) {
		for (guint bit = 0; bit < 8; bit++) {
			g_autofree guint8 *changed = g_memdup2(bytes, length);
			g_autoptr(GBytes) envelope = NULL;

			if (is_slow && bit != 5)
				continue;
			changed[i] = (guint8)(changed[i] ^ (1u << bit));
			envelope = g_bytes_new_take(g_steal_pointer(&changed), length);
			if (opens(envelope, it->key, it->certificate))
				g_error("bit %u of byte %zu of %zu was changed unnoticed", bit, i, length);
		}
	}
}

static GBytes *replaced(GBytes *envelope, const guint8 *old, const guint8 *new, gsize length)
{
	gsize size = 0;
	const guint8 *bytes = g_bytes_get_data(envelope, &size);
	const guint8 *place = memmem(bytes, size, old, length);
	guint8 *changed = g_memdup2(bytes, size);

	g_assert_nonnull(place);
	memcpy(changed + (place - bytes), new, length);

	return g_bytes_new_take(changed, size);
}

/* Cofactor Diffie-Hellman agrees on the same key where the cofactor is 1; a key wrap with padding is not. */
static void test_another_agreement(void)
{
	static const guint8 standard[] = { 0x06, 0x06, 0x2b, 0x81, 0x04, 0x01, 0x0b, 0x01 };
	static const guint8 cofactor[] = { 0x06, 0x06, 0x2b, 0x81, 0x04, 0x01, 0x0e, 0x01 };
	static const guint8 wrap[] = { 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x01, 0x2d };
	static const guint8 padding_wrap[] = { 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x01, 0x30 };
	g_autoptr(EVP_PKEY) key = tf_fixture_key("ec256");
	g_autoptr(X509) certificate = certificate_of(key, NULL);
	g_autoptr(GBytes) envelope = sealed(WORDS, certificate);
	g_autoptr(GBytes) by_cofactor = replaced(envelope, standard, cofactor, sizeof standard);
	g_autoptr(GBytes) with_padding = replaced(envelope, wrap, padding_wrap, sizeof wrap);

	g_assert_true(opens(envelope, key, certificate));
	g_assert_false(opens(by_cofactor, key, certificate));
	g_assert_false(tf_envelope_is_for(with_padding, certificate));
}

static void test_length(Case *it, gconstpointer data)
{
	gsize length = 0;
	const guint8 *bytes = g_bytes_get_data(it->envelope, &length);
	g_autofree guint8 *longer = g_malloc0(TF_ENVELOPE_LIMIT + 1);

	(void)data;
	memcpy(longer, bytes, length);
	for (gsize n = 0; n < length; n++) {
		g_autoptr(GBytes) shorter = g_bytes_new(bytes, n);

		g_assert_false(opens(shorter, it->key, it->certificate));
	}
	for (gsize n = 1; n <= 2; n++) {
		g_autoptr(GBytes) more = g_bytes_new(longer, n == 1 ? length + 1 : TF_ENVELOPE_LIMIT + 1);

		g_assert_false(opens(more, it->key, it->certificate));
	}
}

/* Judged by another program. */
static void test_openssl_opens(Case *it, gconstpointer data)
{
	g_autofree gchar *directory = tf_fixture_directory();
	g_autofree gchar *envelope = g_build_filename(directory, "1.p7m", NULL);
	g_autofree gchar *certificate = g_build_filename(directory, "federation.pem", NULL);
	g_autofree gchar *key = g_build_filename(directory, "federation.key", NULL);
	g_autofree gchar *plain = g_build_filename(directory, "plain", NULL);
	g_autoptr(GBytes) certificate_pem = tf_fixture_certificate_pem(it->certificate);
	g_autoptr(GBytes) key_pem = tf_fixture_key_pem(it->key);
	g_autofree gchar *words = NULL;

	(void)data;
	tf_fixture_write(envelope, it->envelope);
	tf_fixture_write(certificate, certificate_pem);
	tf_fixture_write(key, key_pem);
	tf_fixture_run(directory, "openssl", "cms", "-decrypt", "-binary", "-inform", "DER", "-in", envelope,
		"-recip", certificate, "-inkey", key, "-out", plain, NULL);

	g_assert_true(g_file_get_contents(plain, &words, NULL, NULL));
	g_assert_cmpstr(words, ==, WORDS);
	tf_fixture_remove(directory);
}

static void test_two_alike(Case *it, gconstpointer data)
{
	g_autoptr(GBytes) second = sealed(WORDS, it->certificate);

	(void)data;

	g_assert_false(g_bytes_equal(it->envelope, second));
	g_assert_cmpuint(g_bytes_get_size(second), <, 1024);
}

/* The key by ECDH with SHA-1, or by OAEP with SHA-1, in an envelope that is otherwise well-formed: what is
 * sealed here says SHA-256. */
static void test_algorithms(Case *it, gconstpointer data)
{
	static const guint8 oaep_sha256[] = { 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02,
		0x01 };
	static const guint8 ecdh_sha256[] = { 0x06, 0x06, 0x2B, 0x81, 0x04, 0x01, 0x0B, 0x01 };
	static const guint8 aes_256_gcm[] = { 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x01,
		0x2E };
	gboolean is_rsa = EVP_PKEY_is_a(it->key, "RSA");
	gsize length = 0;
	const guint8 *der = g_bytes_get_data(it->envelope, &length);

	(void)data;
	g_assert_nonnull(memmem(der, length, aes_256_gcm, sizeof aes_256_gcm));
	g_assert_nonnull(memmem(der, length, is_rsa ? oaep_sha256 : ecdh_sha256,
		is_rsa ? sizeof oaep_sha256 : sizeof ecdh_sha256));
}

static void assert_refused(X509 *certificate, gint64 now, const gchar *reason)
{
	g_autoptr(GError) error = NULL;

	g_assert_false(tf_envelope_check_certificate(certificate, "fed.pem", now, &error));
	g_assert_error(error, TF_ERROR, TF_ERROR_ESCROW_CERTIFICATE);
	g_assert_cmpstr(tf_error_arguments(error)[0], ==, "fed.pem");
	if (strstr(tf_error_arguments(error)[1], reason) == NULL)
		g_error("'%s' is not in '%s'", reason, tf_error_arguments(error)[1]);
}

static void test_dates(void)
{
	g_autoptr(EVP_PKEY) key = tf_fixture_key("ec256");
	g_autoptr(X509) certificate = certificate_of(key, NULL);

	g_assert_true(tf_envelope_check_certificate(certificate, "fed.pem", TF_FIXTURE_NOT_BEFORE, NULL));
	g_assert_true(tf_envelope_check_certificate(certificate, "fed.pem", TF_FIXTURE_NOT_AFTER, NULL));
	assert_refused(certificate, TF_FIXTURE_NOT_BEFORE - 1, "not valid before");
	assert_refused(certificate, TF_FIXTURE_NOT_AFTER + 1, "expired on");
}

static void test_usage(void)
{
	static const struct {
		gboolean is_rsa;
		const gchar *usage;
		gboolean is_fit;
	} rows[] = {
		{ TRUE, "critical,digitalSignature,nonRepudiation", FALSE },
		{ TRUE, "critical,keyAgreement", FALSE },
		{ TRUE, "critical,keyEncipherment", TRUE },
		{ TRUE, "dataEncipherment", TRUE },
		{ FALSE, "critical,digitalSignature", FALSE },
		{ FALSE, "critical,keyEncipherment", FALSE },
		{ FALSE, "critical,digitalSignature,keyAgreement", TRUE },
	};

	g_autoptr(EVP_PKEY) rsa = tf_fixture_key("rsa2048");
	g_autoptr(EVP_PKEY) ec = tf_fixture_key("ec256");

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(X509) certificate = certificate_of(rows[i].is_rsa ? rsa : ec, rows[i].usage);

		if (rows[i].is_fit)
			g_assert_true(tf_envelope_check_certificate(certificate, "fed.pem", NOW, NULL));
		else
			assert_refused(certificate, NOW, "for signatures");
	}
}

static void test_strength(void)
{
	static const struct {
		const gchar *type, *reason;
	} rows[] = {
		{ "rsa1024", "2048" },
		{ "ec:secp256k1", "P-256" },
		{ "ec:secp224r1", "P-256" },
	};
	g_autoptr(EVP_PKEY) largest = tf_fixture_key("ec:secp521r1");
	g_autoptr(X509) fit = certificate_of(largest, NULL);

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(EVP_PKEY) key = tf_fixture_key(rows[i].type);
		g_autoptr(X509) certificate = certificate_of(key, NULL);

		assert_refused(certificate, NOW, rows[i].reason);
	}
	g_assert_true(tf_envelope_check_certificate(fit, "fed.pem", NOW, NULL));
}

/* Ed25519 signs, and nothing else. */
static void test_another_kind_of_key(void)
{
	g_autoptr(EVP_PKEY) signer = tf_fixture_key("ec256");
	g_autoptr(EVP_PKEY) key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	g_autoptr(X509) authority = tf_fixture_certificate(
		&(TfFixtureCertificate){ .key = signer, .name = "Authority", .is_authority = TRUE });
	g_autoptr(X509) certificate = tf_fixture_certificate(&(TfFixtureCertificate){
		.key = key, .name = "Federation", .issuer = authority, .issuer_key = signer });

	assert_refused(certificate, NOW, "neither RSA nor EC");
}

static void add(const Kind *kind, const gchar *name, void (*test)(Case *, gconstpointer))
{
	g_autofree gchar *path = g_strconcat("/envelope/", kind->type, "/", name, NULL);

	g_test_add(path, Case, kind, set_up, test, tear_down);
}

static void add_all(const Kind *kind)
{
	add(kind, "what is sealed to a certificate is opened by its key", test_opens);
	add(kind, "another key opens nothing", test_another_key);
	add(kind, "another certificate of the same key is another recipient", test_another_certificate);
	add(kind, "no bit can be changed unnoticed", test_tampering);
	add(kind, "nothing shorter or longer is taken", test_length);
	add(kind, "openssl cms opens it", test_openssl_opens);
	add(kind, "the same words are never sealed the same way twice", test_two_alike);
	add(kind, "AES-256-GCM and SHA-256 are in it", test_algorithms);
}

int main(int argc, char **argv)
{
	Kind kinds[] = { { "rsa2048", NULL, NULL }, { "ec256", NULL, NULL }, { "ec:secp521r1", NULL, NULL } };
	int status = 0;

	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++) {
		kinds[i].key = tf_fixture_key(kinds[i].type);
		kinds[i].other = tf_fixture_key(kinds[i].type);
	}
	add_all(&kinds[0]);
	add_all(&kinds[1]);
	add(&kinds[2], "what is sealed to a certificate is opened by its key", test_opens);
	add(&kinds[2], "openssl cms opens it", test_openssl_opens);
	g_test_add_func("/envelope/an expired certificate is refused", test_dates);
	g_test_add_func("/envelope/a certificate for signatures is refused", test_usage);
	g_test_add_func("/envelope/a weak key is refused", test_strength);
	g_test_add_func("/envelope/a key that only signs is refused", test_another_kind_of_key);
	g_test_add_func("/envelope/another key agreement or key wrap is refused", test_another_agreement);
	status = g_test_run();
	for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++) {
		EVP_PKEY_free(kinds[i].key);
		EVP_PKEY_free(kinds[i].other);
	}

	return status;
}
