/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * members AUTHORITY FIRST LAST DIRECTORY PASSWORD_FILE ITERATIONS: the files of members FIRST to LAST, all
 * with one key (RSA-2048, of plain primes), a certificate of their own and the chain, as OpenSSL 3 writes
 * them. AUTHORITY is a directory of tests/e2e/pki.bash. For the benchmark only: it dies of whatever goes
 * wrong.
 */
#include <err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fixtures.h"

/* As the demo campaign wants it: whole days of Japan, five years less one day. */
#define JAPAN	     (9L * 3600)
#define DAY	     86400L
#define DAYS_OF_LIFE 1825

typedef struct Authority {
	X509 *root;
	X509 *certificate;
	EVP_PKEY *key;
} Authority;

static FILE *open_in(const char *directory, const char *name)
{
	char path[4096];
	FILE *file = NULL;

	(void)snprintf(path, sizeof path, "%s/%s", directory, name);
	file = fopen(path, "r");
	if (file == NULL)
		err(EXIT_FAILURE, "%s", path);

	return file;
}

static X509 *read_certificate(const char *directory, const char *name)
{
	FILE *file = open_in(directory, name);
	X509 *certificate = PEM_read_X509(file, NULL, NULL, NULL);

	(void)fclose(file);
	if (certificate == NULL)
		errx(EXIT_FAILURE, "%s/%s", directory, name);

	return certificate;
}

static Authority read_authority(const char *directory)
{
	Authority authority = { read_certificate(directory, "root.pem"),
		read_certificate(directory, "intermediate.pem"), NULL };
	FILE *file = open_in(directory, "intermediate.key");

	authority.key = PEM_read_PrivateKey(file, NULL, NULL, NULL);
	(void)fclose(file);
	if (authority.key == NULL)
		errx(EXIT_FAILURE, "%s/intermediate.key", directory);

	return authority;
}

static void add_extension(const Authority *authority, X509 *certificate, int nid, const char *value)
{
	X509V3_CTX context;
	X509_EXTENSION *extension = NULL;

	X509V3_set_ctx(&context, authority->certificate, certificate, NULL, NULL, 0);
	extension = X509V3_EXT_conf_nid(NULL, &context, nid, value);
	if (extension == NULL || X509_add_ext(certificate, extension, -1) != 1)
		errx(EXIT_FAILURE, "extension %s", OBJ_nid2sn(nid));
	X509_EXTENSION_free(extension);
}

static void set_name(X509 *certificate, long number)
{
	X509_NAME *name = X509_NAME_new();
	char common_name[64];

	(void)snprintf(common_name, sizeof common_name, "会員 %ld号", number);
	if (X509_NAME_add_entry_by_txt(name, "C", MBSTRING_ASC, (const unsigned char *)"JP", -1, -1, 0) !=
			1 ||
		X509_NAME_add_entry_by_txt(
			name, "O", MBSTRING_UTF8, (const unsigned char *)"社会保険労務士", -1, -1, 0) != 1 ||
		X509_NAME_add_entry_by_txt(
			name, "CN", MBSTRING_UTF8, (const unsigned char *)common_name, -1, -1, 0) != 1 ||
		X509_set_subject_name(certificate, name) != 1)
		errx(EXIT_FAILURE, "name");
	X509_NAME_free(name);
}

static void set_validity(X509 *certificate)
{
	time_t now = time(NULL) + JAPAN;
	time_t start = now - now % DAY - DAY - JAPAN;

	(void)ASN1_TIME_set(X509_getm_notBefore(certificate), start);
	(void)ASN1_TIME_set(X509_getm_notAfter(certificate), start + DAYS_OF_LIFE * DAY - 1);
}

static X509 *issue(const Authority *authority, EVP_PKEY *key, long number)
{
	X509 *certificate = X509_new();

	(void)X509_set_version(certificate, X509_VERSION_3);
	(void)ASN1_INTEGER_set(X509_get_serialNumber(certificate), number);
	(void)X509_set_issuer_name(certificate, X509_get_subject_name(authority->certificate));
	(void)X509_set_pubkey(certificate, key);
	set_name(certificate, number);
	set_validity(certificate);
	add_extension(authority, certificate, NID_basic_constraints, "critical,CA:FALSE");
	add_extension(authority, certificate, NID_key_usage, "critical,digitalSignature,nonRepudiation");
	add_extension(authority, certificate, NID_subject_key_identifier, "hash");
	add_extension(authority, certificate, NID_authority_key_identifier, "keyid");
	if (X509_sign(certificate, authority->key, EVP_sha256()) == 0)
		errx(EXIT_FAILURE, "signature");

	return certificate;
}

static void write_file(const char *path, EVP_PKEY *key, X509 *certificate, STACK_OF(X509) * chain,
	const char *password, int iterations)
{
	PKCS12 *p12 =
		PKCS12_create(password, "member", key, certificate, chain, 0, 0, iterations, iterations, 0);
	FILE *file = fopen(path, "w");

	if (p12 == NULL || file == NULL || i2d_PKCS12_fp(file, p12) != 1 || fclose(file) != 0)
		errx(EXIT_FAILURE, "%s", path);
	PKCS12_free(p12);
}

int main(int argc, char **argv)
{
	Authority authority;
	STACK_OF(X509) *chain = sk_X509_new_null();
	char password[64] = "";
	FILE *file = NULL;
	EVP_PKEY *key = tf_fixture_key("rsa2048");

	if (argc != 7)
		errx(EXIT_FAILURE, "usage: members AUTHORITY FIRST LAST DIRECTORY PASSWORD_FILE ITERATIONS");
	authority = read_authority(argv[1]);
	file = fopen(argv[5], "r");
	if (file == NULL || fgets(password, sizeof password, file) == NULL)
		err(EXIT_FAILURE, "%s", argv[5]);
	(void)fclose(file);
	password[strcspn(password, "\n")] = '\0';
	(void)sk_X509_push(chain, authority.certificate);
	(void)sk_X509_push(chain, authority.root);
	for (long i = strtol(argv[2], NULL, 10); i <= strtol(argv[3], NULL, 10); i++) {
		char path[4096];
		X509 *certificate = issue(&authority, key, i);

		(void)snprintf(path, sizeof path, "%s/m%ld.p12", argv[4], i);
		write_file(path, key, certificate, chain, password, atoi(argv[6]));
		X509_free(certificate);
	}
	EVP_PKEY_free(key);

	return EXIT_SUCCESS;
}
