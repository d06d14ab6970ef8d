/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "token/retired.h"

#include <string.h>

#include "base/error.h"
#include "import-world.h"

/* A member's key on a SoftHSM token, as this program writes it. */
static TfImportWorld *world_with(const gchar *key_type)
{
	TfImportWorld *world = tf_import_world_new(tf_open_soft_token(), key_type);
	g_autoptr(GPtrArray) dropped = NULL;
	g_autoptr(GError) error = NULL;

	(void)tf_import_world_write(world, FALSE, &dropped, &error);
	g_assert_no_error(error);

	return world;
}

static TfRetired *look(TfImportWorld *world, GBytes *id)
{
	g_autoptr(GError) error = NULL;
	TfRetired *retired = tf_retired_new(world->token->session, id, &error);

	g_assert_no_error(error);

	return retired;
}

static void assert_refused(TfImportWorld *world, GBytes *id, TfErrorCode code)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TfRetired) retired = tf_retired_new(world->token->session, id, &error);

	g_assert_null(retired);
	g_assert_error(error, TF_ERROR, (gint)code);
}

/* Objects of another program, under a CKA_ID of text; 'key' or 'certificate' may be NULL. */
static void put(TfImportWorld *world, EVP_PKEY *key, X509 *certificate, const gchar *text)
{
	CK_FUNCTION_LIST *functions = tf_session_functions(world->token->session);
	CK_SESSION_HANDLE session = tf_session_handle(world->token->session);
	g_autoptr(GBytes) id = g_bytes_new(text, strlen(text));
	CK_OBJECT_HANDLE object = 0;
	CK_RV rv = CKR_OK;

	if (key != NULL)
		rv = tf_soft_create_key(functions, session, key, id, &object);
	g_assert_cmpuint(rv, ==, CKR_OK);
	if (certificate != NULL)
		rv = tf_soft_create_certificate(functions, session, certificate, id, &object);
	g_assert_cmpuint(rv, ==, CKR_OK);
}

static void whole(gconstpointer key_type)
{
	g_autoptr(TfImportWorld) world = world_with(key_type);
	g_autoptr(TfRetired) retired = look(world, world->key_id);
	g_autoptr(GError) error = NULL;

	g_assert_true(retired->has_private_key);
	g_assert_cmpuint(retired->certificates->len, ==, 1);
	g_assert_cmpuint(retired->intermediates->len, ==, 1);
	(void)tf_retired_destroy(world->token->session, retired, &error);

	g_assert_no_error(error);
	g_assert_cmpuint(tf_import_world_count_all(world), ==, 0);
}

static void ids(void)
{
	g_autoptr(TfImportWorld) world = world_with("ec256");
	g_autoptr(GPtrArray) found = tf_retired_ids(world->token->session, NULL);

	g_assert_cmpuint(found->len, ==, 1);
	g_assert_true(g_bytes_equal(g_ptr_array_index(found, 0), world->key_id));
}

/* The member's key once more under an ID of text, and a stranger's beside it. */
static void other_key(gconstpointer key_type)
{
	g_autoptr(TfImportWorld) world = tf_import_world_new(tf_open_soft_token(), "ec256");
	g_autoptr(TfFixtureMember) stranger = tf_fixture_member(key_type, "Stranger", "Other CA");
	g_autoptr(GBytes) id = g_bytes_new_static("shared", 6);

	put(world, world->member->key, world->member->certificate, "shared");
	put(world, stranger->key, NULL, "shared");

	assert_refused(world, id, TF_ERROR_TOKEN_KEY_UNCLEAR);
}

static void other_certificate(void)
{
	g_autoptr(TfImportWorld) world = tf_import_world_new(tf_open_soft_token(), "ec256");
	g_autoptr(TfFixtureMember) stranger = tf_fixture_member("ec256", "Stranger", "Other CA");
	g_autoptr(GBytes) id = g_bytes_new_static("shared", 6);

	put(world, world->member->key, world->member->certificate, "shared");
	put(world, NULL, stranger->certificate, "shared");

	assert_refused(world, id, TF_ERROR_TOKEN_KEY_UNCLEAR);
}

static void no_certificate(void)
{
	g_autoptr(TfImportWorld) world = tf_import_world_new(tf_open_soft_token(), "ec256");
	g_autoptr(GBytes) id = g_bytes_new_static("alone", 5);

	put(world, world->member->key, NULL, "alone");

	assert_refused(world, id, TF_ERROR_TOKEN_KEY_MISSING);
}

/* Whoever was shown one certificate has not agreed to another. */
static void changed_meanwhile(void)
{
	g_autoptr(TfImportWorld) world = world_with("ec256");
	g_autoptr(TfRetired) retired = look(world, world->key_id);
	g_autoptr(GError) error = NULL;
	guint before = tf_import_world_count_all(world);

	g_ptr_array_set_size(retired->intermediates, 0);
	(void)tf_retired_destroy(world->token->session, retired, &error);

	g_assert_error(error, TF_ERROR, TF_ERROR_TOKEN_KEY_UNCLEAR);
	g_assert_cmpuint(tf_import_world_count_all(world), ==, before);
}

static void cut_short(void)
{
	g_autoptr(TfImportWorld) world = world_with("ec256");
	g_autoptr(TfRetired) retired = NULL;
	g_autoptr(GError) error = NULL;

	(void)tf_object_destroy(
		world->token->session, tf_import_world_only(world, CKO_PRIVATE_KEY, world->key_id), &error);
	g_assert_no_error(error);
	retired = look(world, world->key_id);
	g_assert_false(retired->has_private_key);
	(void)tf_retired_destroy(world->token->session, retired, &error);

	g_assert_no_error(error);
	g_assert_cmpuint(tf_import_world_count_all(world), ==, 0);
}

static void needed_intermediate(void)
{
	g_autoptr(TfImportWorld) world = world_with("ec256");
	g_autoptr(TfFixtureMember) colleague =
		tf_fixture_member("ec256", "Colleague", "Test Issuing Authority");
	g_autoptr(TfRetired) retired = NULL;
	g_autoptr(GError) error = NULL;

	put(world, colleague->key, colleague->certificate, "colleague");
	retired = look(world, world->key_id);
	g_assert_cmpuint(retired->intermediates->len, ==, 0);
	(void)tf_retired_destroy(world->token->session, retired, &error);

	g_assert_no_error(error);
	g_assert_cmpuint(tf_import_world_count(world, CKO_PRIVATE_KEY, NULL), ==, 1);
	g_assert_cmpuint(tf_import_world_count(world, CKO_CERTIFICATE, NULL), ==, 2);
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);

	g_test_add_data_func("/retired/an RSA key goes with all that belongs to it", "rsa2048", whole);
	g_test_add_data_func("/retired/an EC key goes with all that belongs to it", "ec256", whole);
	g_test_add_func("/retired/an authority's certificate is nobody's key", ids);
	g_test_add_data_func(
		"/retired/another key of that kind under the ID is not touched", "ec256", other_key);
	g_test_add_data_func(
		"/retired/a key of another kind under the ID is not touched", "rsa2048", other_key);
	g_test_add_func("/retired/another certificate under the ID is not touched", other_certificate);
	g_test_add_func("/retired/a key that shows nothing of itself is not touched", no_certificate);
	g_test_add_func("/retired/what has changed since it was shown is not touched", changed_meanwhile);
	g_test_add_func("/retired/a removal cut short is ended", cut_short);
	g_test_add_func("/retired/an issuer that another certificate needs stays", needed_intermediate);

	return g_test_run();
}
