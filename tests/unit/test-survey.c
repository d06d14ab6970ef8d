/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "base/error.h"
#include "import-world.h"

static TfImportSurvey survey(TfImportWorld *world, GBytes *key_id)
{
	TfImportSurvey result = { 0 };
	g_autoptr(GError) error = NULL;

	(void)tf_import_survey(world->token->session, world->keypair, key_id, &result, &error);
	g_assert_no_error(error);

	return result;
}

static void write_whole(TfImportWorld *world, gboolean is_resumed)
{
	g_autoptr(GPtrArray) dropped = NULL;
	g_autoptr(GError) error = NULL;

	(void)tf_import_world_write(world, is_resumed, &dropped, &error);
	g_assert_no_error(error);
}

static void expect_refusal(TfImportWorld *world, gboolean is_resumed, TfErrorCode code)
{
	guint before = tf_import_world_count_all(world);
	g_autoptr(GPtrArray) dropped = NULL;
	g_autoptr(GError) error = NULL;

	g_assert_false(tf_import_world_write(world, is_resumed, &dropped, &error));
	g_assert_error(error, TF_ERROR, (gint)code);
	g_assert_cmpuint(tf_import_world_count_all(world), ==, before);
}

static void destroy(TfImportWorld *world, CK_OBJECT_CLASS class, GBytes *id)
{
	g_autoptr(GError) error = NULL;

	(void)tf_object_destroy(world->token->session, tf_import_world_only(world, class, id), &error);
	g_assert_no_error(error);
}

static void remove_ours(TfImportWorld *world)
{
	g_autoptr(GError) error = NULL;

	(void)tf_import_remove(world->token->session, world->key_id, world->member->certificate,
		world->member->chain, &error);
	g_assert_no_error(error);
}

/* Another key on the token, by raw Cryptoki, with or without its certificate. */
static void put(TfImportWorld *world, EVP_PKEY *key, X509 *certificate, GBytes *id)
{
	TfSession *session = world->token->session;
	CK_OBJECT_HANDLE object = 0;

	g_assert_cmpuint(tf_soft_create_key(
				 tf_session_functions(session), tf_session_handle(session), key, id, &object),
		==, CKR_OK);
	if (certificate != NULL)
		g_assert_cmpuint(tf_soft_create_certificate(tf_session_functions(session),
					 tf_session_handle(session), certificate, id, &object),
			==, CKR_OK);
}

static void empty_token(void)
{
	g_autoptr(TfImportWorld) world = tf_import_world_new(tf_open_soft_token(), "rsa2048");

	TfImportSurvey found = survey(world, world->key_id);

	g_assert_cmpuint(found.n_keys_under_id, ==, 0);
	g_assert_cmpuint(found.n_same_elsewhere, ==, 0);
	g_assert_false(found.key_under_id_fits);
	g_assert_false(found.id_is_foreign);
}

static void own_key(gconstpointer key_type)
{
	g_autoptr(TfImportWorld) world = tf_import_world_new(tf_open_soft_token(), key_type);
	TfImportSurvey found;

	write_whole(world, FALSE);

	found = survey(world, world->key_id);

	g_assert_cmpuint(found.n_keys_under_id, ==, 1);
	g_assert_true(found.key_under_id_fits);
	g_assert_false(found.id_is_foreign);
}

static void elsewhere(gconstpointer key_type)
{
	g_autoptr(TfImportWorld) world = tf_import_world_new(tf_open_soft_token(), key_type);
	g_autoptr(GBytes) other_id = g_bytes_new_static("other", strlen("other"));

	put(world, world->member->key, world->member->certificate, other_id);

	g_assert_cmpuint(survey(world, world->key_id).n_same_elsewhere, ==, 1);
	expect_refusal(world, FALSE, TF_ERROR_TOKEN_KEY_EXISTS);
}

static void taken_by_key(void)
{
	g_autoptr(TfImportWorld) world = tf_import_world_new(tf_open_soft_token(), "rsa2048");
	g_autoptr(EVP_PKEY) other = tf_fixture_key("rsa2048");

	put(world, other, NULL, world->key_id);

	g_assert_true(survey(world, world->key_id).id_is_foreign);
	expect_refusal(world, FALSE, TF_ERROR_TOKEN_ID_TAKEN);
	expect_refusal(world, TRUE, TF_ERROR_TOKEN_ID_TAKEN);
}

/* An EC private key shows no public half: its certificate speaks for it. */
static void taken_by_certificate(void)
{
	g_autoptr(TfImportWorld) world = tf_import_world_new(tf_open_soft_token(), "ec256");
	g_autoptr(TfFixtureMember) other = tf_fixture_member("ec256", "Suzuki Hanako", "Other");

	put(world, other->key, other->certificate, world->key_id);

	g_assert_true(survey(world, world->key_id).id_is_foreign);
	expect_refusal(world, TRUE, TF_ERROR_TOKEN_ID_TAKEN);
}

static void unknown_key(void)
{
	g_autoptr(TfImportWorld) world = tf_import_world_new(tf_open_soft_token(), "ec256");

	put(world, world->member->key, NULL, world->key_id);

	expect_refusal(world, FALSE, TF_ERROR_TOKEN_ID_TAKEN);
}

static void resumes_whole(void)
{
	g_autoptr(TfImportWorld) world = tf_import_world_new(tf_open_soft_token(), "rsa2048");
	CK_OBJECT_HANDLE before = 0;

	write_whole(world, FALSE);
	before = tf_import_world_only(world, CKO_PRIVATE_KEY, NULL);

	write_whole(world, TRUE);

	tf_import_world_expect_complete(world);
	g_assert_cmpuint(tf_import_world_only(world, CKO_PRIVATE_KEY, NULL), ==, before);
}

static void resumes_partial(void)
{
	g_autoptr(TfImportWorld) world = tf_import_world_new(tf_open_soft_token(), "rsa2048");
	CK_OBJECT_HANDLE before = 0;

	write_whole(world, FALSE);
	before = tf_import_world_only(world, CKO_PRIVATE_KEY, NULL);
	destroy(world, CKO_PUBLIC_KEY, world->key_id);
	destroy(world, CKO_CERTIFICATE, world->key_id);

	write_whole(world, TRUE);

	tf_import_world_expect_complete(world);
	g_assert_cmpuint(tf_import_world_only(world, CKO_PRIVATE_KEY, NULL), ==, before);
}

/* The first run died between the private key and the public half: nothing says whose the key is. */
static void resumes_unknown(void)
{
	g_autoptr(TfImportWorld) world = tf_import_world_new(tf_open_soft_token(), "ec256");
	CK_OBJECT_HANDLE before = 0;

	put(world, world->member->key, NULL, world->key_id);
	before = tf_import_world_only(world, CKO_PRIVATE_KEY, NULL);

	write_whole(world, TRUE);

	tf_import_world_expect_complete(world);
	g_assert_cmpuint(tf_import_world_only(world, CKO_PRIVATE_KEY, NULL), !=, before);
}

static void resumes_twice_written(void)
{
	g_autoptr(TfImportWorld) world = tf_import_world_new(tf_open_soft_token(), "rsa2048");

	put(world, world->member->key, NULL, world->key_id);
	put(world, world->member->key, NULL, world->key_id);

	write_whole(world, TRUE);

	tf_import_world_expect_complete(world);
}

static void removes_everything(void)
{
	g_autoptr(TfImportWorld) world = tf_import_world_new(tf_open_soft_token(), "rsa2048");

	write_whole(world, FALSE);

	remove_ours(world);

	g_assert_cmpuint(tf_import_world_count_all(world), ==, 0);
}

static void spares_others(void)
{
	g_autoptr(TfImportWorld) world = tf_import_world_new(tf_open_soft_token(), "rsa2048");
	g_autoptr(TfFixtureMember) other = tf_fixture_member("rsa2048", "Suzuki Hanako", "Other");

	put(world, other->key, other->certificate, world->key_id);

	remove_ours(world);

	g_assert_cmpuint(tf_import_world_count_all(world), ==, 2);
}

/* Two members of one issuer on one token. */
static void spares_needed_intermediate(void)
{
	g_autoptr(TfImportWorld) world = tf_import_world_new(tf_open_soft_token(), "rsa2048");
	g_autoptr(EVP_PKEY) other = tf_fixture_key("ec256");
	g_autoptr(GBytes) other_id = g_bytes_new_static("other", strlen("other"));
	const TfFixtureCertificate wanted = {
		.key = other,
		.name = "Suzuki Hanako",
		.issuer = sk_X509_value(world->member->chain, 0),
		.issuer_key = world->member->issuer_key,
	};
	g_autoptr(X509) certificate = tf_fixture_certificate(&wanted);

	write_whole(world, FALSE);
	put(world, other, certificate, other_id);

	remove_ours(world);

	g_assert_cmpuint(tf_import_world_count(world, CKO_PRIVATE_KEY, NULL), ==, 1);
	g_assert_cmpuint(tf_import_world_count(world, CKO_CERTIFICATE, NULL), ==, 2);
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);

	g_test_add_func("/survey/finds nothing on an empty token", empty_token);
	g_test_add_data_func("/survey/knows an RSA key again", "rsa2048", own_key);
	g_test_add_data_func("/survey/knows an EC key again", "ec256", own_key);
	g_test_add_data_func("/survey/finds an RSA key under another CKA_ID", "rsa2048", elsewhere);
	g_test_add_data_func("/survey/finds an EC key under another CKA_ID", "ec256", elsewhere);
	g_test_add_func("/survey/finds the CKA_ID taken by another key", taken_by_key);
	g_test_add_func("/survey/finds the CKA_ID taken by another certificate", taken_by_certificate);
	g_test_add_func("/survey/takes a key without public half for a stranger", unknown_key);
	g_test_add_func("/survey/a resumed run keeps a fitting key", resumes_whole);
	g_test_add_func("/survey/a resumed run writes what is missing", resumes_partial);
	g_test_add_func("/survey/a resumed run writes a key of unknown origin again", resumes_unknown);
	g_test_add_func("/survey/a resumed run leaves one key of two", resumes_twice_written);
	g_test_add_func("/survey/removal leaves nothing of ours", removes_everything);
	g_test_add_func("/survey/removal spares another key under the CKA_ID", spares_others);
	g_test_add_func(
		"/survey/removal spares an intermediate that another needs", spares_needed_intermediate);

	return g_test_run();
}
