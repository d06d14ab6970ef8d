/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fixtures.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

#define ITERATIONS 1000
#define STOCK_SIZE 24 /* as tests/keys/meson.build has it */

enum {
	N,
	E,
	D,
	P,
	Q,
	DP,
	DQ,
	QINV,
	N_NUMBERS
};

static const gchar *const number_names[N_NUMBERS] = {
	[N] = OSSL_PKEY_PARAM_RSA_N,
	[E] = OSSL_PKEY_PARAM_RSA_E,
	[D] = OSSL_PKEY_PARAM_RSA_D,
	[P] = OSSL_PKEY_PARAM_RSA_FACTOR1,
	[Q] = OSSL_PKEY_PARAM_RSA_FACTOR2,
	[DP] = OSSL_PKEY_PARAM_RSA_EXPONENT1,
	[DQ] = OSSL_PKEY_PARAM_RSA_EXPONENT2,
	[QINV] = OSSL_PKEY_PARAM_RSA_COEFFICIENT1,
};

/* Numbers of an RSA key from two primes; BN_generate_prime_ex() sets their two highest bits, so that the
 * product has all of its bits. EVP_RSA_gen() has further conditions on them (FIPS 186-4), which cost several
 * times as much. */
static void draw_numbers(int bits, BIGNUM *numbers[N_NUMBERS])
{
	g_autoptr(BIGNUM) p1 = BN_new();
	g_autoptr(BIGNUM) q1 = BN_new();
	g_autoptr(BIGNUM) phi = BN_new();
	BN_CTX *context = BN_CTX_new();

	do {
		g_assert_cmpint(BN_generate_prime_ex(numbers[P], bits / 2, 0, NULL, NULL, NULL), ==, 1);
		g_assert_cmpint(BN_generate_prime_ex(numbers[Q], bits / 2, 0, NULL, NULL, NULL), ==, 1);
		g_assert_cmpint(BN_sub(p1, numbers[P], BN_value_one()), ==, 1);
		g_assert_cmpint(BN_sub(q1, numbers[Q], BN_value_one()), ==, 1);
		g_assert_cmpint(BN_mul(phi, p1, q1, context), ==, 1);
		g_assert_cmpint(BN_set_word(numbers[E], RSA_F4), ==, 1);
	} while (BN_mod_inverse(numbers[D], numbers[E], phi, context) == NULL);
	g_assert_cmpint(BN_mul(numbers[N], numbers[P], numbers[Q], context), ==, 1);
	g_assert_cmpint(BN_mod(numbers[DP], numbers[D], p1, context), ==, 1);
	g_assert_cmpint(BN_mod(numbers[DQ], numbers[D], q1, context), ==, 1);
	g_assert_nonnull(BN_mod_inverse(numbers[QINV], numbers[Q], numbers[P], context));
	BN_CTX_free(context);
}

static EVP_PKEY *draw_rsa(int bits)
{
	OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
	BIGNUM *numbers[N_NUMBERS];
	OSSL_PARAM *parameters = NULL;
	EVP_PKEY *key = NULL;

	for (guint i = 0; i < N_NUMBERS; i++)
		numbers[i] = BN_new();
	draw_numbers(bits, numbers);
	for (guint i = 0; i < N_NUMBERS; i++)
		g_assert_cmpint(OSSL_PARAM_BLD_push_BN(builder, number_names[i], numbers[i]), ==, 1);
	parameters = OSSL_PARAM_BLD_to_param(builder);
	g_assert_cmpint(EVP_PKEY_fromdata_init(context), ==, 1);
	g_assert_cmpint(EVP_PKEY_fromdata(context, &key, EVP_PKEY_KEYPAIR, parameters), ==, 1);
	for (guint i = 0; i < N_NUMBERS; i++)
		BN_clear_free(numbers[i]);
	OSSL_PARAM_free(parameters);
	OSSL_PARAM_BLD_free(builder);
	EVP_PKEY_CTX_free(context);

	return key;
}

EVP_PKEY *tf_fixture_draw(const gchar *type)
{
	EVP_PKEY *key = NULL;

	if (g_str_has_prefix(type, "rsa"))
		key = draw_rsa((int)g_ascii_strtoull(type + 3, NULL, 10));
	else if (g_str_has_prefix(type, "ec:"))
		key = EVP_EC_gen(type + 3);
	else if (g_str_equal(type, "ec256"))
		key = EVP_EC_gen("prime256v1");
	else if (g_str_equal(type, "ec384"))
		key = EVP_EC_gen("secp384r1");
	g_assert_nonnull(key);

	return key;
}

/* A key of the stock that this process did not have yet; NULL when there is none left. Which one it begins
 * with is drawn, so that no test comes to rely on it. */
static EVP_PKEY *take_from_stock(const gchar *type)
{
	static GHashTable *taken = NULL; /* type -> how many */
	static guint first = 0;
	g_autofree gchar *path = NULL;
	EVP_PKEY *key = NULL;
	BIO *file = NULL;
	guint n = 0;

	if (taken == NULL) {
		taken = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
		first = g_random_int();
	}
	n = GPOINTER_TO_UINT(g_hash_table_lookup(taken, type));
	if (n == STOCK_SIZE)
		return NULL;
	path = g_strdup_printf("%s/%s-%u.pem", TF_KEY_STOCK, type, (first + n) % STOCK_SIZE);
	file = BIO_new_file(path, "r");
	if (file == NULL) {
		ERR_clear_error();
		return NULL;
	}
	key = PEM_read_bio_PrivateKey(file, NULL, NULL, NULL);
	BIO_free(file);
	g_hash_table_insert(taken, g_strdup(type), GUINT_TO_POINTER(n + 1));

	return key;
}

EVP_PKEY *tf_fixture_key(const gchar *type)
{
	EVP_PKEY *key = take_from_stock(type);

	return key != NULL ? key : tf_fixture_draw(type);
}

static X509_NAME *make_name(const TfFixtureCertificate *wanted)
{
	X509_NAME *name = X509_NAME_new();

	g_assert_cmpint(
		X509_NAME_add_entry_by_txt(name, "C", MBSTRING_UTF8, (const guint8 *)"JP", -1, -1, 0), ==, 1);
	if (wanted->organization != NULL)
		g_assert_cmpint(X509_NAME_add_entry_by_txt(name, "O", MBSTRING_UTF8,
					(const guint8 *)wanted->organization, -1, -1, 0),
			==, 1);
	g_assert_cmpint(X509_NAME_add_entry_by_txt(
				name, "CN", MBSTRING_UTF8, (const guint8 *)wanted->name, -1, -1, 0),
		==, 1);

	return name;
}

static void add_extension(X509 *certificate, X509 *issuer, int nid, const gchar *value)
{
	X509_EXTENSION *extension = NULL;
	X509V3_CTX context;

	X509V3_set_ctx(&context, issuer, certificate, NULL, NULL, 0);
	extension = X509V3_EXT_conf_nid(NULL, &context, nid, value);
	g_assert_nonnull(extension);
	g_assert_cmpint(X509_add_ext(certificate, extension, -1), ==, 1);
	X509_EXTENSION_free(extension);
}

static void set_serial(X509 *certificate, guint64 serial)
{
	if (serial == 0)
		g_assert_cmpint(RAND_bytes((guint8 *)&serial, sizeof serial), ==, 1);
	/* Positive in DER. */
	serial &= G_MAXINT64;
	g_assert_cmpint(ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), serial), ==, 1);
}

X509 *tf_fixture_certificate(const TfFixtureCertificate *wanted)
{
	X509 *certificate = X509_new();
	X509 *issuer = wanted->issuer != NULL ? wanted->issuer : certificate;
	EVP_PKEY *signer = wanted->issuer != NULL ? wanted->issuer_key : wanted->key;
	X509_NAME *name = make_name(wanted);
	gint64 not_before = wanted->not_before != 0 ? wanted->not_before : TF_FIXTURE_NOT_BEFORE;
	gint64 not_after = wanted->not_after != 0 ? wanted->not_after : TF_FIXTURE_NOT_AFTER;

	g_assert_cmpint(X509_set_version(certificate, X509_VERSION_3), ==, 1);
	set_serial(certificate, wanted->serial);
	g_assert_cmpint(X509_set_subject_name(certificate, name), ==, 1);
	g_assert_cmpint(X509_set_issuer_name(certificate, X509_get_subject_name(issuer)), ==, 1);
	g_assert_nonnull(ASN1_TIME_set(X509_getm_notBefore(certificate), not_before));
	g_assert_nonnull(ASN1_TIME_set(X509_getm_notAfter(certificate), not_after));
	g_assert_cmpint(X509_set_pubkey(certificate, wanted->key), ==, 1);
	if (wanted->is_authority)
		add_extension(certificate, issuer, NID_basic_constraints, "critical,CA:TRUE");
	if (wanted->usage != NULL)
		add_extension(certificate, issuer, NID_key_usage, wanted->usage);
	add_extension(certificate, issuer, NID_subject_key_identifier, "hash");
	add_extension(certificate, issuer, NID_authority_key_identifier, "keyid");
	g_assert_cmpint(X509_sign(certificate, signer, EVP_sha256()), >, 0);
	X509_NAME_free(name);

	return certificate;
}

TfFixtureMember *tf_fixture_member(const gchar *key_type, const gchar *name, const gchar *issuer_name)
{
	TfFixtureMember *member = g_new0(TfFixtureMember, 1);
	X509 *root = NULL;
	X509 *intermediate = NULL;

	member->key = tf_fixture_key(key_type);
	member->issuer_key = tf_fixture_key("ec256");
	member->root_key = tf_fixture_key("ec256");
	root = tf_fixture_certificate(&(TfFixtureCertificate){ .key = member->root_key,
		.name = "Test Root",
		.usage = "critical,keyCertSign,cRLSign",
		.is_authority = TRUE });
	intermediate = tf_fixture_certificate(&(TfFixtureCertificate){ .key = member->issuer_key,
		.name = issuer_name,
		.issuer = root,
		.issuer_key = member->root_key,
		.usage = "critical,keyCertSign,cRLSign",
		.is_authority = TRUE });
	member->certificate = tf_fixture_certificate(&(TfFixtureCertificate){ .key = member->key,
		.name = name,
		.issuer = intermediate,
		.issuer_key = member->issuer_key,
		.usage = "critical,digitalSignature,nonRepudiation" });
	member->chain = sk_X509_new_null();
	g_assert_cmpint(sk_X509_push(member->chain, intermediate), ==, 1);
	g_assert_cmpint(sk_X509_push(member->chain, root), ==, 2);

	return member;
}

void tf_fixture_member_free(TfFixtureMember *member)
{
	if (member == NULL)
		return;

	EVP_PKEY_free(member->key);
	EVP_PKEY_free(member->issuer_key);
	EVP_PKEY_free(member->root_key);
	X509_free(member->certificate);
	tf_x509_stack_free(member->chain);
	g_free(member);
}

GBytes *tf_fixture_pkcs12(EVP_PKEY *key, X509 *certificate, const TfX509Stack *chain,
	const gchar *friendly_name, const gchar *password)
{
	STACK_OF(X509) *others = chain != NULL ? sk_X509_dup(chain) : NULL;
	PKCS12 *pkcs12 = PKCS12_create(password, friendly_name, key, certificate, others, NID_aes_256_cbc,
		NID_aes_256_cbc, ITERATIONS, ITERATIONS, 0);
	guint8 *der = NULL;
	GBytes *bytes = NULL;
	int length = 0;

	g_assert_nonnull(pkcs12);
	length = i2d_PKCS12(pkcs12, &der);
	g_assert_cmpint(length, >, 0);
	bytes = g_bytes_new(der, (gsize)length);
	OPENSSL_free(der);
	PKCS12_free(pkcs12);
	sk_X509_free(others);

	return bytes;
}

void tf_fixture_write(const gchar *path, GBytes *bytes)
{
	TF_AUTO_FD int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	gsize length = 0;
	gconstpointer data = g_bytes_get_data(bytes, &length);

	g_assert_cmpint(fd, >=, 0);
	g_assert_cmpint(tf_file_write_all(fd, data, length), ==, 0);
}

void tf_fixture_write_pkcs12(const TfFixtureMember *member, const gchar *path, const gchar *password)
{
	g_autoptr(GBytes) bytes =
		tf_fixture_pkcs12(member->key, member->certificate, member->chain, "member", password);

	tf_fixture_write(path, bytes);
}

static GBytes *bytes_of_bio(BIO *bio)
{
	char *data = NULL;
	long length = BIO_get_mem_data(bio, &data);

	return g_bytes_new(data, (gsize)length);
}

GBytes *tf_fixture_certificate_pem(X509 *certificate)
{
	g_autoptr(BIO) bio = BIO_new(BIO_s_mem());

	g_assert_cmpint(PEM_write_bio_X509(bio, certificate), ==, 1);

	return bytes_of_bio(bio);
}

GBytes *tf_fixture_key_pem(EVP_PKEY *key)
{
	g_autoptr(BIO) bio = BIO_new(BIO_s_mem());

	g_assert_cmpint(PEM_write_bio_PKCS8PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL), ==, 1);

	return bytes_of_bio(bio);
}

GBytes *tf_fixture_pkcs8(EVP_PKEY *key, const gchar *password)
{
	g_autoptr(BIO) bio = BIO_new(BIO_s_mem());
	const EVP_CIPHER *cipher = password != NULL ? EVP_aes_256_cbc() : NULL;
	int length = password != NULL ? (int)strlen(password) : 0;

	g_assert_cmpint(i2d_PKCS8PrivateKey_bio(bio, key, cipher, password, length, NULL, NULL), ==, 1);

	return bytes_of_bio(bio);
}

static void add_revoked(X509_CRL *crl, X509 *revoked, ASN1_TIME *when)
{
	X509_REVOKED *entry = X509_REVOKED_new();

	g_assert_cmpint(X509_REVOKED_set_serialNumber(entry, X509_get_serialNumber(revoked)), ==, 1);
	g_assert_cmpint(X509_REVOKED_set_revocationDate(entry, when), ==, 1);
	g_assert_cmpint(X509_CRL_add0_revoked(crl, entry), ==, 1);
}

GBytes *tf_fixture_crl(
	X509 *issuer, EVP_PKEY *issuer_key, X509 *revoked, gint64 this_update, gint64 next_update)
{
	X509_CRL *crl = X509_CRL_new();
	ASN1_TIME *time = ASN1_TIME_set(NULL, this_update);
	guint8 *der = NULL;
	GBytes *bytes = NULL;
	int length = 0;

	g_assert_cmpint(X509_CRL_set_version(crl, X509_CRL_VERSION_2), ==, 1);
	g_assert_cmpint(X509_CRL_set_issuer_name(crl, X509_get_subject_name(issuer)), ==, 1);
	g_assert_cmpint(X509_CRL_set1_lastUpdate(crl, time), ==, 1);
	if (revoked != NULL)
		add_revoked(crl, revoked, time);
	if (next_update != 0) {
		g_assert_nonnull(ASN1_TIME_set(time, next_update));
		g_assert_cmpint(X509_CRL_set1_nextUpdate(crl, time), ==, 1);
	}
	g_assert_cmpint(X509_CRL_sign(crl, issuer_key, EVP_sha256()), >, 0);
	length = i2d_X509_CRL(crl, &der);
	g_assert_cmpint(length, >, 0);
	bytes = g_bytes_new(der, (gsize)length);
	OPENSSL_free(der);
	ASN1_TIME_free(time);
	X509_CRL_free(crl);

	return bytes;
}

gchar *tf_fixture_directory(void)
{
	g_autoptr(GError) error = NULL;
	gchar *directory = g_dir_make_tmp("tokenferry-test-XXXXXX", &error);

	g_assert_no_error(error);

	return directory;
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *where)
{
	(void)status;
	(void)type;
	(void)where;

	return remove(path);
}

void tf_fixture_remove(const gchar *directory)
{
	g_assert_cmpint(nftw(directory, remove_one, 16, FTW_DEPTH | FTW_PHYS), ==, 0);
}

void tf_fixture_run(const gchar *directory, const gchar *program, ...)
{
	g_autoptr(GPtrArray) arguments = g_ptr_array_new();
	g_autoptr(GError) error = NULL;
	g_autofree gchar *output = NULL;
	g_autofree gchar *complaints = NULL;
	gint status = 0;
	va_list list;

	g_ptr_array_add(arguments, (gpointer)program);
	va_start(list, program);
	for (const gchar *argument; (argument = va_arg(list, const gchar *)) != NULL;)
		g_ptr_array_add(arguments, (gpointer)argument);
	va_end(list);
	g_ptr_array_add(arguments, NULL);

	g_spawn_sync(directory, (gchar **)arguments->pdata, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &output,
		&complaints, &status, &error);
	g_assert_no_error(error);
	if (!g_spawn_check_wait_status(status, &error))
		g_error("%s: %s\n%s%s", program, error->message, output, complaints);
}
