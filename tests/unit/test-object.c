/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/error.h"
#include "import-world.h"

static TfImportWorld *written(TfOpenToken *token, const gchar *key_type)
{
	TfImportWorld *world = tf_import_world_new(token, key_type);
	g_autoptr(GPtrArray) dropped = NULL;
	g_autoptr(GError) error = NULL;

	(void)tf_import_world_write(world, FALSE, &dropped, &error);
	g_assert_no_error(error);

	return world;
}

static void absent_attribute(void)
{
	g_autoptr(TfImportWorld) world = written(tf_open_soft_token(), "rsa2048");
	CK_OBJECT_HANDLE key = tf_import_world_only(world, CKO_PRIVATE_KEY, NULL);
	g_autoptr(GBytes) value = NULL;
	g_autoptr(GError) error = NULL;

	g_assert_true(tf_object_read(world->token->session, key, CKA_EC_POINT, &value, &error));

	g_assert_no_error(error);
	g_assert_null(value);
}

static void failing_read(void)
{
	g_autoptr(TfImportWorld) world = written(tf_open_soft_token(), "rsa2048");
	g_autoptr(GBytes) value = NULL;
	g_autoptr(GError) error = NULL;

	g_assert_false(tf_object_read(world->token->session, 0x7fffffff, CKA_ID, &value, &error));

	g_assert_error(error, TF_ERROR, TF_ERROR_TOKEN_FAILED);
	g_assert_null(value);
}

static void booleans(void)
{
	g_autoptr(TfImportWorld) world = written(tf_open_soft_token(), "rsa2048");
	CK_OBJECT_HANDLE key = tf_import_world_only(world, CKO_PRIVATE_KEY, NULL);
	TfClaim sensitive = TF_CLAIM_UNKNOWN;
	TfClaim extractable = TF_CLAIM_UNKNOWN;
	TfClaim trusted = TF_CLAIM_TRUE;

	g_assert_true(tf_object_read_boolean(world->token->session, key, CKA_SENSITIVE, &sensitive, NULL));
	g_assert_true(
		tf_object_read_boolean(world->token->session, key, CKA_EXTRACTABLE, &extractable, NULL));
	g_assert_true(tf_object_read_boolean(world->token->session, key, CKA_TRUSTED, &trusted, NULL));

	g_assert_cmpint(sensitive, ==, TF_CLAIM_TRUE);
	g_assert_cmpint(extractable, ==, TF_CLAIM_FALSE);
	g_assert_cmpint(trusted, ==, TF_CLAIM_UNKNOWN);
}

static void booleans_at_once(void)
{
	const CK_ATTRIBUTE_TYPE types[] = { CKA_SENSITIVE, CKA_TRUSTED, CKA_EXTRACTABLE };
	g_autoptr(TfImportWorld) world = written(tf_open_soft_token(), "ec256");
	CK_OBJECT_HANDLE key = tf_import_world_only(world, CKO_PRIVATE_KEY, NULL);
	TfClaim values[] = { TF_CLAIM_UNKNOWN, TF_CLAIM_TRUE, TF_CLAIM_UNKNOWN };

	g_assert_true(tf_object_read_booleans(world->token->session, key, types, 3, values, NULL));

	g_assert_cmpint(values[0], ==, TF_CLAIM_TRUE);
	g_assert_cmpint(values[1], ==, TF_CLAIM_UNKNOWN);
	g_assert_cmpint(values[2], ==, TF_CLAIM_FALSE);
}

static void private_component(void)
{
	if (g_test_subprocess()) {
		g_autoptr(GBytes) value = NULL;

		/* Refused before the session is looked at. */
		(void)tf_object_read(NULL, 1, CKA_PRIME_1, &value, NULL);
		return;
	}

	g_test_trap_subprocess(NULL, 0, G_TEST_SUBPROCESS_DEFAULT);

	g_test_trap_assert_failed();
	g_test_trap_assert_stderr("*is_private_component*");
}

static void search_ends(void)
{
	g_autoptr(TfImportWorld) world =
		tf_import_world_new(tf_open_mock_token("fail=C_FindObjects:1:CKR_DEVICE_ERROR\n"), "rsa2048");
	g_autoptr(GError) error = NULL;
	g_autoptr(GArray) failed = tf_objects_of_class(world->token->session, CKO_CERTIFICATE, NULL, &error);

	g_assert_null(failed);
	g_assert_error(error, TF_ERROR, TF_ERROR_TOKEN_FAILED);
	/* A search that was left open would make this one fail. */
	g_assert_cmpuint(tf_import_world_count(world, CKO_CERTIFICATE, NULL), ==, 0);
}

static void whose(gconstpointer key_type)
{
	g_autoptr(TfImportWorld) world = written(tf_open_soft_token(), key_type);
	g_autoptr(EVP_PKEY) other = tf_fixture_key(key_type);
	g_autoptr(EVP_PKEY) other_kind = tf_fixture_key(g_str_equal(key_type, "ec256") ? "rsa1024" : "ec256");
	CK_OBJECT_HANDLE key = tf_import_world_only(world, CKO_PRIVATE_KEY, NULL);
	TfSession *session = world->token->session;
	TfHalf half = TF_HALF_UNKNOWN;

	g_assert_true(tf_object_compare_private(session, key, world->member->key, &half, NULL));
	g_assert_cmpint(half, ==, TF_HALF_SAME);
	g_assert_true(tf_object_compare_private(session, key, other, &half, NULL));
	g_assert_cmpint(half, ==, TF_HALF_OTHER);
	g_assert_true(tf_object_compare_private(session, key, other_kind, &half, NULL));
	g_assert_cmpint(half, ==, TF_HALF_OTHER);
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);

	g_test_add_func("/object/has no attribute of another kind", absent_attribute);
	g_test_add_func("/object/tells a failing read from an absent attribute", failing_read);
	g_test_add_func("/object/knows true, false and untold", booleans);
	g_test_add_func("/object/reads many booleans as one by one", booleans_at_once);
	g_test_add_func("/object/never reads a private component", private_component);
	g_test_add_func("/object/ends a search that failed", search_ends);
	g_test_add_data_func("/object/knows whose an RSA key is", "rsa2048", whose);
	g_test_add_data_func("/object/knows whose an EC key is", "ec256", whose);

	return g_test_run();
}
