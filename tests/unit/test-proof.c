/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "key/proof.h"

#include <glib.h>
#include <openssl/rsa.h>
#include <string.h>

#include "base/error.h"
#include "base/secret.h"
#include "fixtures.h"
#include "key/certificate.h"

#define LEDGER "0c9d0f2e-0000-4000-8000-1234567890ab"

/* A key on a token, as the test plays it: key, certificate, and what the challenge is about. */
typedef struct Token {
	EVP_PKEY *key;
	X509 *certificate;
	TfChallengeContext context;
} Token;

static void set_up(Token *token, gconstpointer key_type)
{
	token->key = tf_fixture_key(key_type);
	token->certificate =
		tf_fixture_certificate(&(TfFixtureCertificate){ .key = token->key, .name = "member" });
	token->context = (TfChallengeContext){
		.ledger = LEDGER,
		.row = 12,
		.manufacturer = "Example 社",
		.model = "Model: 1",
		.serial = "00\nsource: ff",
	};
	tf_certificate_sha256(token->certificate, token->context.certificate_sha256);
	memset(token->context.source_sha256, 0x5A, TF_SHA256_SIZE);
}

static void tear_down(Token *token, gconstpointer key_type)
{
	(void)key_type;
	EVP_PKEY_free(token->key);
	X509_free(token->certificate);
}

static TfChallenge *drawn(const Token *token)
{
	g_autoptr(GError) error = NULL;
	TfChallenge *challenge = tf_challenge_draw(&token->context, &error);

	g_assert_no_error(error);

	return challenge;
}

static GBytes *signed_by(EVP_PKEY *key, GBytes *statement)
{
	g_autoptr(EVP_MD_CTX) context = EVP_MD_CTX_new();
	guint8 signature[1024];
	gsize length = sizeof signature;

	g_assert_cmpint(EVP_DigestSignInit_ex(context, NULL, "SHA256", NULL, NULL, key, NULL), ==, 1);
	g_assert_cmpint(EVP_DigestSign(context, signature, &length, g_bytes_get_data(statement, NULL),
				g_bytes_get_size(statement)),
		==, 1);

	return g_bytes_new(signature, length);
}

static void assert_refused(TfProof *proof, GError **error)
{
	g_assert_null(proof);
	g_assert_error(*error, TF_ERROR, TF_ERROR_PROOF_INVALID);
}

static void test_fresh(Token *token, gconstpointer key_type)
{
	g_autoptr(TfChallenge) challenge = drawn(token);
	g_autoptr(GBytes) signature = signed_by(token->key, tf_challenge_statement(challenge));
	g_autoptr(GError) error = NULL;
	g_autoptr(TfProof) proof = tf_proof_new(challenge, signature, token->certificate, &error);
	guint8 spki[TF_SHA256_SIZE];

	(void)key_type;
	tf_certificate_spki_sha256(token->certificate, spki);

	g_assert_no_error(error);
	g_assert_true(tf_proof_is_fresh(proof));
	g_assert_cmpmem(tf_proof_spki_sha256(proof), TF_SHA256_SIZE, spki, TF_SHA256_SIZE);
	g_assert_cmpmem(
		tf_proof_source_sha256(proof), TF_SHA256_SIZE, token->context.source_sha256, TF_SHA256_SIZE);
}

static void test_other_key(Token *token, gconstpointer key_type)
{
	g_autoptr(EVP_PKEY) other = tf_fixture_key(key_type);
	g_autoptr(TfChallenge) challenge = drawn(token);
	g_autoptr(GBytes) signature = signed_by(other, tf_challenge_statement(challenge));
	g_autoptr(GError) error = NULL;

	assert_refused(tf_proof_new(challenge, signature, token->certificate, &error), &error);
}

static void test_other_certificate(Token *token, gconstpointer key_type)
{
	g_autoptr(X509) renewed =
		tf_fixture_certificate(&(TfFixtureCertificate){ .key = token->key, .name = "renewed" });
	g_autoptr(TfChallenge) challenge = drawn(token);
	g_autoptr(GBytes) signature = signed_by(token->key, tf_challenge_statement(challenge));
	g_autoptr(GError) error = NULL;

	(void)key_type;
	assert_refused(tf_proof_new(challenge, signature, renewed, &error), &error);
}

static void test_once(Token *token, gconstpointer key_type)
{
	g_autoptr(TfChallenge) challenge = drawn(token);
	g_autoptr(GBytes) signature = signed_by(token->key, tf_challenge_statement(challenge));
	g_autoptr(TfProof) first = tf_proof_new(challenge, signature, token->certificate, NULL);
	g_autoptr(GError) error = NULL;

	(void)key_type;
	g_assert_nonnull(first);
	assert_refused(tf_proof_new(challenge, signature, token->certificate, &error), &error);
}

static void test_replay(Token *token, gconstpointer key_type)
{
	g_autoptr(TfChallenge) before = drawn(token);
	g_autoptr(TfChallenge) challenge = drawn(token);
	g_autoptr(GBytes) signature = signed_by(token->key, tf_challenge_statement(before));
	g_autoptr(GError) error = NULL;

	(void)key_type;
	g_assert_false(g_bytes_equal(tf_challenge_statement(before), tf_challenge_statement(challenge)));
	assert_refused(tf_proof_new(challenge, signature, token->certificate, &error), &error);
}

static void test_odd_signatures(Token *token, gconstpointer key_type)
{
	const gsize lengths[] = { 0, 1, 2000 };

	(void)key_type;
	for (gsize i = 0; i < G_N_ELEMENTS(lengths); i++) {
		g_autoptr(TfChallenge) challenge = drawn(token);
		g_autofree guint8 *zeros = g_malloc0(lengths[i] + 1);
		g_autoptr(GBytes) signature = g_bytes_new(zeros, lengths[i]);
		g_autoptr(GError) error = NULL;

		assert_refused(tf_proof_new(challenge, signature, token->certificate, &error), &error);
	}
}

static void test_form(Token *token, gconstpointer key_type)
{
	g_autoptr(TfChallenge) challenge = drawn(token);
	GBytes *statement = tf_challenge_statement(challenge);
	g_autofree gchar *text = g_strndup(g_bytes_get_data(statement, NULL), g_bytes_get_size(statement));
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

	(void)key_type;
	g_assert_cmpuint(g_strv_length(lines), ==, 10);
	g_assert_cmpstr(lines[0], ==, "tokenferry challenge 1");
	g_assert_cmpstr(lines[1], ==, "ledger: " LEDGER);
	g_assert_cmpstr(lines[2], ==, "row: 12");
	g_assert_true(g_str_has_prefix(lines[3], "certificate: "));
	g_assert_true(g_str_has_prefix(lines[4], "source: 5a5a5a5a"));
	g_assert_cmpstr(lines[5], ==, "manufacturer: Example%20%E7%A4%BE");
	g_assert_cmpstr(lines[6], ==, "model: Model%3A%201");
	g_assert_cmpstr(lines[7], ==, "serial: 00%0Asource%3A%20ff");
	g_assert_true(g_str_has_prefix(lines[8], "random: "));
	g_assert_cmpuint(strlen(lines[8]), ==, strlen("random: ") + 64);
	g_assert_cmpstr(lines[9], ==, "");
}

static void test_stored(Token *token, gconstpointer key_type)
{
	g_autoptr(TfChallenge) challenge = drawn(token);
	GBytes *statement = tf_challenge_statement(challenge);
	g_autoptr(GBytes) signature = signed_by(token->key, statement);
	g_autoptr(GError) error = NULL;
	g_autoptr(TfProof) proof =
		tf_proof_load(statement, signature, token->certificate, &token->context, &error);

	(void)key_type;
	g_assert_no_error(error);
	g_assert_false(tf_proof_is_fresh(proof));
	g_assert_cmpmem(
		tf_proof_source_sha256(proof), TF_SHA256_SIZE, token->context.source_sha256, TF_SHA256_SIZE);
}

static void test_stored_elsewhere(Token *token, gconstpointer key_type)
{
	g_autoptr(TfChallenge) challenge = drawn(token);
	GBytes *statement = tf_challenge_statement(challenge);
	g_autoptr(GBytes) signature = signed_by(token->key, statement);
	TfChallengeContext others[7];

	(void)key_type;
	for (gsize i = 0; i < G_N_ELEMENTS(others); i++)
		others[i] = token->context;
	others[0].ledger = "another";
	others[1].row = 13;
	others[2].certificate_sha256[31] ^= 1;
	others[3].source_sha256[0] ^= 1;
	others[4].manufacturer = "Example";
	others[5].model = "";
	others[6].serial = NULL;

	for (gsize i = 0; i < G_N_ELEMENTS(others); i++) {
		g_autoptr(GError) error = NULL;

		assert_refused(
			tf_proof_load(statement, signature, token->certificate, &others[i], &error), &error);
	}
}

/* Texts that say the same in another form, signed by the key itself. */
static void test_other_forms(Token *token, gconstpointer key_type)
{
	const gchar *const changes[][2] = {
		{ "row: 12", "row: 012" },
		{ "row: 12", "row: +12" },
		{ "row: 12", "row:  12" },
		{ "source: 5a", "source: 5A" },
		{ "Model%3A", "Model:" },
		{ "%0A", "%0a" },
		{ "Model", "%4Dodel" },
		{ "tokenferry challenge 1", "tokenferry challenge 2" },
		{ "ledger: ", "row: 12\nledger: " },
		{ "model: Model%3A%201\nserial", "serial" },
		{ "serial", "Serial" },
	};
	g_autoptr(TfChallenge) challenge = drawn(token);
	GBytes *statement = tf_challenge_statement(challenge);
	g_autofree gchar *text = g_strndup(g_bytes_get_data(statement, NULL), g_bytes_get_size(statement));

	(void)key_type;
	for (gsize i = 0; i < G_N_ELEMENTS(changes); i++) {
		g_autoptr(GString) changed = g_string_new(text);
		g_autoptr(GBytes) bytes = NULL;
		g_autoptr(GBytes) signature = NULL;
		g_autoptr(GError) error = NULL;

		g_assert_cmpuint(g_string_replace(changed, changes[i][0], changes[i][1], 1), ==, 1);
		bytes = g_bytes_new(changed->str, changed->len);
		signature = signed_by(token->key, bytes);

		assert_refused(
			tf_proof_load(bytes, signature, token->certificate, &token->context, &error), &error);
	}
}

static void test_appended(Token *token, gconstpointer key_type)
{
	const gchar *const tails[] = { "\n", "x", "\0" };
	g_autoptr(TfChallenge) challenge = drawn(token);
	GBytes *statement = tf_challenge_statement(challenge);

	(void)key_type;
	for (gsize i = 0; i < G_N_ELEMENTS(tails); i++) {
		GByteArray *longer = g_byte_array_new();
		g_autoptr(GBytes) bytes = NULL;
		g_autoptr(GBytes) signature = NULL;
		g_autoptr(GError) error = NULL;

		g_byte_array_append(
			longer, g_bytes_get_data(statement, NULL), (guint)g_bytes_get_size(statement));
		g_byte_array_append(longer, (const guint8 *)tails[i], 1);
		bytes = g_byte_array_free_to_bytes(longer);
		signature = signed_by(token->key, bytes);

		assert_refused(
			tf_proof_load(bytes, signature, token->certificate, &token->context, &error), &error);
	}
}

static void test_offline(Token *token, gconstpointer key_type)
{
	g_autoptr(TfChallenge) challenge = drawn(token);
	GBytes *statement = tf_challenge_statement(challenge);
	g_autoptr(GBytes) signature = signed_by(token->key, statement);
	g_autoptr(GBytes) garbage = g_bytes_new_static("garbage", 7);
	const TfChallengeContext *about = &token->context;
	g_autoptr(GError) error = NULL;

	(void)key_type;
	g_assert_true(tf_proof_check(statement, signature, token->certificate, about->manufacturer,
		about->model, about->serial, &error));
	g_assert_no_error(error);
	g_assert_false(tf_proof_check(statement, signature, token->certificate, about->manufacturer,
		about->model, "another", NULL));
	g_assert_false(tf_proof_check(statement, garbage, token->certificate, about->manufacturer,
		about->model, about->serial, NULL));
	g_assert_false(tf_proof_check(garbage, signature, token->certificate, about->manufacturer,
		about->model, about->serial, &error));
	g_assert_error(error, TF_ERROR, TF_ERROR_PROOF_INVALID);
}

static void test_openssl_agrees(Token *token, gconstpointer key_type)
{
	g_autofree gchar *directory = tf_fixture_directory();
	g_autofree gchar *statement_path = g_build_filename(directory, "statement", NULL);
	g_autofree gchar *signature_path = g_build_filename(directory, "signature", NULL);
	g_autofree gchar *certificate_path = g_build_filename(directory, "certificate.pem", NULL);
	g_autoptr(TfChallenge) challenge = drawn(token);
	g_autoptr(GBytes) signature = signed_by(token->key, tf_challenge_statement(challenge));
	g_autoptr(GBytes) pem = tf_fixture_certificate_pem(token->certificate);

	(void)key_type;
	tf_fixture_write(statement_path, tf_challenge_statement(challenge));
	tf_fixture_write(signature_path, signature);
	tf_fixture_write(certificate_path, pem);
	tf_fixture_run(directory, "openssl", "x509", "-in", "certificate.pem", "-pubkey", "-noout", "-out",
		"key.pem", NULL);
	tf_fixture_run(directory, "openssl", "dgst", "-sha256", "-verify", "key.pem", "-signature",
		"signature", "statement", NULL);
	tf_fixture_remove(directory);
}

static GBytes *decrypted_by(EVP_PKEY *key, GBytes *ciphertext)
{
	g_autoptr(EVP_PKEY_CTX) context = EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);
	guint8 plaintext[512];
	gsize length = sizeof plaintext;

	g_assert_cmpint(EVP_PKEY_decrypt_init(context), ==, 1);
	g_assert_cmpint(EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_OAEP_PADDING), ==, 1);
	g_assert_cmpint(EVP_PKEY_decrypt(context, plaintext, &length, g_bytes_get_data(ciphertext, NULL),
				g_bytes_get_size(ciphertext)),
		==, 1);

	return g_bytes_new(plaintext, length);
}

static void test_decrypted(Token *token, gconstpointer key_type)
{
	g_autoptr(TfChallenge) challenge = drawn(token);
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) ciphertext = tf_challenge_encrypt(challenge, token->certificate, &error);
	g_autoptr(GBytes) answer = decrypted_by(token->key, ciphertext);
	g_autoptr(TfProof) proof = tf_proof_new_decrypted(challenge, answer, token->certificate, &error);

	(void)key_type;
	g_assert_no_error(error);
	g_assert_true(tf_proof_is_fresh(proof));
}

static void test_not_decrypted(Token *token, gconstpointer key_type)
{
	const gsize lengths[] = { 0, 31, 32, 33 };

	(void)key_type;
	for (gsize i = 0; i < G_N_ELEMENTS(lengths); i++) {
		g_autoptr(TfChallenge) challenge = drawn(token);
		g_autoptr(GBytes) ciphertext = tf_challenge_encrypt(challenge, token->certificate, NULL);
		g_autoptr(GBytes) answer = g_bytes_new_from_bytes(ciphertext, 0, lengths[i]);
		g_autoptr(GError) error = NULL;

		assert_refused(tf_proof_new_decrypted(challenge, answer, token->certificate, &error), &error);
	}
}

static void test_no_encryption(Token *token, gconstpointer key_type)
{
	g_autoptr(TfChallenge) challenge = drawn(token);
	g_autoptr(GError) error = NULL;

	(void)key_type;
	g_assert_null(tf_challenge_encrypt(challenge, token->certificate, &error));
	g_assert_error(error, TF_ERROR, TF_ERROR_PROOF_INVALID);
}

#define ADD(name, type, test) g_test_add("/proof/" name, Token, type, set_up, test, tear_down)

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	ADD("a signature over a fresh challenge proves, RSA", "rsa2048", test_fresh);
	ADD("a signature over a fresh challenge proves, P-256", "ec256", test_fresh);
	ADD("a signature over a fresh challenge proves, P-384", "ec384", test_fresh);
	ADD("a signature of another key proves nothing", "ec256", test_other_key);
	ADD("a challenge for another certificate proves nothing", "ec256", test_other_certificate);
	ADD("a challenge answers once", "ec256", test_once);
	ADD("a signature over an earlier challenge proves nothing", "ec256", test_replay);
	ADD("a signature of an odd length proves nothing", "rsa1024", test_odd_signatures);
	ADD("no value makes a line of the statement", "ec256", test_form);
	ADD("a stored proof is verified again and not fresh", "ec256", test_stored);
	ADD("a stored proof of another row, source or token is refused", "ec256", test_stored_elsewhere);
	ADD("a statement in another form is refused", "ec256", test_other_forms);
	ADD("a statement with something after it is refused", "ec256", test_appended);
	ADD("anyone can check a statement of a report", "ec256", test_offline);
	ADD("OpenSSL agrees", "rsa1024", test_openssl_agrees);
	ADD("a decrypted challenge proves", "rsa1024", test_decrypted);
	ADD("an answer that was not decrypted proves nothing", "rsa1024", test_not_decrypted);
	ADD("nothing is encrypted to an EC key", "ec256", test_no_encryption);

	return g_test_run();
}
