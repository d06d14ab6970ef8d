/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "source.h"

#include <openssl/pem.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "key/certificate.h"

static gchar *resolved(const gchar *path)
{
	char *real = realpath(path, NULL);
	gchar *copy = g_strdup(real);

	g_assert_nonnull(real);
	free(real);

	return copy;
}

TfFixtureSource *tf_fixture_source(const gchar *directory)
{
	TfFixtureSource *source = g_new0(TfFixtureSource, 1);
	g_autofree gchar *made = directory == NULL ? tf_fixture_directory() : NULL;
	g_autoptr(GBytes) content = NULL;

	source->owns_directory = directory == NULL;
	source->directory = resolved(directory == NULL ? made : directory);
	source->path = g_build_filename(source->directory, "key.p12", NULL);
	source->member = tf_fixture_member("ec256", "山田 太郎", "Test Issuing CA");
	content = tf_fixture_pkcs12(
		source->member->key, source->member->certificate, source->member->chain, "key", "secret");
	tf_fixture_write(source->path, content);
	tf_sha256(g_bytes_get_data(content, NULL), g_bytes_get_size(content), source->sha256);
	tf_certificate_spki_sha256(source->member->certificate, source->spki_sha256);

	return source;
}

void tf_fixture_source_free(TfFixtureSource *source)
{
	if (source == NULL)
		return;

	if (source->owns_directory)
		tf_fixture_remove(source->directory);
	else
		(void)unlink(source->path);
	tf_fixture_member_free(source->member);
	g_free(source->directory);
	g_free(source->path);
	g_free(source);
}

void tf_fixture_source_fill(TfFixtureSource *source, const gchar *text, gsize size)
{
	GByteArray *content = g_byte_array_new();
	g_autoptr(GBytes) bytes = NULL;

	while (content->len < size)
		g_byte_array_append(content, (const guint8 *)text, (guint)strlen(text));
	g_byte_array_set_size(content, (guint)size);
	tf_sha256(content->data, content->len, source->sha256);
	bytes = g_byte_array_free_to_bytes(content);
	/* A new inode: one that was larger keeps its blocks. */
	g_assert_cmpint(unlink(source->path), ==, 0);
	tf_fixture_write(source->path, bytes);
}

TfFound *tf_fixture_found(const TfFixtureSource *source)
{
	g_autoptr(GError) error = NULL;
	TfFound *found =
		tf_recognise_recorded(source->path, source->sha256, source->spki_sha256, TRUE, NULL, &error);

	g_assert_no_error(error);

	return found;
}

static gchar *in(const gchar *directory, const gchar *name)
{
	return g_build_filename(directory, name, NULL);
}

void tf_fixture_source_save(const TfFixtureSource *source)
{
	g_autofree gchar *key_path = in(source->directory, "key.pem");
	g_autofree gchar *certificate_path = in(source->directory, "certificate.pem");
	g_autofree gchar *digest_path = in(source->directory, "sha256");
	g_autofree gchar *digest = tf_hex(source->sha256, sizeof source->sha256);
	g_autoptr(GBytes) key = tf_fixture_key_pem(source->member->key);
	g_autoptr(GBytes) certificate = tf_fixture_certificate_pem(source->member->certificate);

	tf_fixture_write(key_path, key);
	tf_fixture_write(certificate_path, certificate);
	g_assert_true(g_file_set_contents(digest_path, digest, -1, NULL));
}

static BIO *read_pem(const gchar *path)
{
	BIO *bio = BIO_new_file(path, "r");

	g_assert_nonnull(bio);

	return bio;
}

TfFixtureSource *tf_fixture_source_load(const gchar *directory)
{
	TfFixtureSource *source = g_new0(TfFixtureSource, 1);
	g_autofree gchar *key_path = in(directory, "key.pem");
	g_autofree gchar *certificate_path = in(directory, "certificate.pem");
	g_autofree gchar *digest_path = in(directory, "sha256");
	g_autofree gchar *digest = NULL;
	g_autoptr(GBytes) bytes = NULL;
	g_autoptr(BIO) key = read_pem(key_path);
	g_autoptr(BIO) certificate = read_pem(certificate_path);

	source->directory = g_strdup(directory);
	source->path = in(directory, "key.p12");
	source->member = g_new0(TfFixtureMember, 1);
	source->member->key = PEM_read_bio_PrivateKey(key, NULL, NULL, NULL);
	source->member->certificate = PEM_read_bio_X509(certificate, NULL, NULL, NULL);
	g_assert_true(g_file_get_contents(digest_path, &digest, NULL, NULL));
	bytes = tf_unhex(digest);
	memcpy(source->sha256, g_bytes_get_data(bytes, NULL), sizeof source->sha256);
	tf_certificate_spki_sha256(source->member->certificate, source->spki_sha256);

	return source;
}

static TfChallengeContext context_of(const TfFixtureSource *source)
{
	TfChallengeContext context = {
		.ledger = "9f3c1c1e-7a2b-4c56-8a3e-0d6a5c1f2b4d",
		.row = 1,
		.manufacturer = "software",
		.model = "none",
		.serial = "1",
	};

	tf_certificate_sha256(source->member->certificate, context.certificate_sha256);
	memcpy(context.source_sha256, source->sha256, sizeof context.source_sha256);

	return context;
}

static GBytes *sign(EVP_PKEY *key, GBytes *statement)
{
	g_autoptr(EVP_MD_CTX) digest = EVP_MD_CTX_new();
	size_t length = (size_t)EVP_PKEY_get_size(key);
	guint8 *signature = g_malloc(length);

	g_assert_cmpint(EVP_DigestSignInit(digest, NULL, EVP_sha256(), NULL, key), ==, 1);
	g_assert_cmpint(EVP_DigestSign(digest, signature, &length, g_bytes_get_data(statement, NULL),
				g_bytes_get_size(statement)),
		==, 1);

	return g_bytes_new_take(signature, length);
}

TfProof *tf_fixture_proof(const TfFixtureSource *source)
{
	const TfChallengeContext context = context_of(source);
	g_autoptr(GError) error = NULL;
	g_autoptr(TfChallenge) challenge = tf_challenge_draw(&context, &error);
	g_autoptr(GBytes) signature = sign(source->member->key, tf_challenge_statement(challenge));
	TfProof *proof = tf_proof_new(challenge, signature, source->member->certificate, &error);

	g_assert_no_error(error);

	return proof;
}

TfProof *tf_fixture_stored_proof(const TfFixtureSource *source)
{
	const TfChallengeContext context = context_of(source);
	g_autoptr(GError) error = NULL;
	g_autoptr(TfChallenge) challenge = tf_challenge_draw(&context, &error);
	GBytes *statement = tf_challenge_statement(challenge);
	g_autoptr(GBytes) signature = sign(source->member->key, statement);
	TfProof *proof = tf_proof_load(statement, signature, source->member->certificate, &context, &error);

	g_assert_no_error(error);

	return proof;
}

gboolean tf_fixture_journal(const TfWipeTrace *trace, gpointer user_data, GError **error)
{
	TfWipeTrace **kept = user_data;

	(void)error;
	g_assert_null(*kept);
	*kept = tf_wipe_trace_copy(trace);

	return TRUE;
}
