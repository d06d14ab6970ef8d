/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/error.h"
#include "import-world.h"

static void ghost(void)
{
	g_autoptr(TfImportWorld) world = tf_import_world_new(tf_open_mock_token("ghost\n"), "rsa2048");
	g_autoptr(GPtrArray) dropped = NULL;
	g_autoptr(GError) error = NULL;

	g_assert_false(tf_import_world_write(world, FALSE, &dropped, &error));

	g_assert_error(error, TF_ERROR, TF_ERROR_TOKEN_FAILED);
	g_assert_cmpuint(tf_import_world_count_all(world), ==, 0);
}

static void ghost_ec(void)
{
	g_autoptr(TfImportWorld) world = tf_import_world_new(tf_open_mock_token("ghost\n"), "ec256");
	g_autoptr(GPtrArray) dropped = NULL;
	g_autoptr(GError) error = NULL;

	g_assert_false(tf_import_world_write(world, FALSE, &dropped, &error));

	g_assert_error(error, TF_ERROR, TF_ERROR_TOKEN_FAILED);
	g_assert_cmpuint(tf_import_world_count_all(world), ==, 0);
}

static void lost_key(void)
{
	g_autoptr(TfImportWorld) world = tf_import_world_new(tf_open_mock_token("lose-key\n"), "rsa2048");
	g_autoptr(GPtrArray) dropped = NULL;
	g_autoptr(GError) error = NULL;

	g_assert_false(tf_import_world_write(world, FALSE, &dropped, &error));

	g_assert_error(error, TF_ERROR, TF_ERROR_TOKEN_NOT_KEPT);
	g_assert_cmpuint(tf_import_world_count_all(world), ==, 0);
}

/* The 4th object is the intermediate: everything else stands by then. */
static void late_failure(void)
{
	g_autoptr(TfImportWorld) world = tf_import_world_new(
		tf_open_mock_token("fail=C_CreateObject:4:CKR_DEVICE_MEMORY\n"), "rsa2048");
	g_autoptr(GPtrArray) dropped = NULL;
	g_autoptr(GError) error = NULL;

	g_assert_false(tf_import_world_write(world, FALSE, &dropped, &error));

	g_assert_error(error, TF_ERROR, TF_ERROR_TOKEN_FULL);
	g_assert_cmpuint(tf_import_world_count_all(world), ==, 0);
}

static void no_second_try(void)
{
	g_autoptr(TfImportWorld) world = tf_import_world_new(
		tf_open_mock_token("fail=C_CreateObject:1:CKR_DEVICE_ERROR\n"), "rsa2048");
	g_autoptr(GPtrArray) dropped = NULL;
	g_autoptr(GError) error = NULL;

	g_assert_false(tf_import_world_write(world, FALSE, &dropped, &error));

	g_assert_error(error, TF_ERROR, TF_ERROR_TOKEN_FAILED);
	g_assert_cmpuint(tf_import_world_count_all(world), ==, 0);
}

static gboolean has(const GPtrArray *dropped, const gchar *name)
{
	return g_ptr_array_find_with_equal_func((GPtrArray *)dropped, name, g_str_equal, NULL);
}

static void adapts(void)
{
	g_autoptr(TfImportWorld) world =
		tf_import_world_new(tf_open_mock_token("refuse=CKA_COPYABLE\n"), "rsa2048");
	g_autoptr(GPtrArray) dropped = NULL;
	g_autoptr(GError) error = NULL;

	(void)tf_import_world_write(world, FALSE, &dropped, &error);

	g_assert_no_error(error);
	g_assert_true(has(dropped, "private key: CKA_COPYABLE"));
	g_assert_false(has(dropped, "private key: CKA_EXTRACTABLE"));
	tf_import_world_expect_complete(world);
}

static void tells_extractable(void)
{
	g_autoptr(TfImportWorld) world =
		tf_import_world_new(tf_open_mock_token("refuse-extractable\n"), "rsa2048");
	g_autoptr(GPtrArray) dropped = NULL;
	g_autoptr(GError) error = NULL;

	(void)tf_import_world_write(world, FALSE, &dropped, &error);

	g_assert_no_error(error);
	g_assert_true(has(dropped, "private key: CKA_EXTRACTABLE"));
	tf_import_world_expect_complete(world);
}

/* What SoftHSM keeps of what is public, its own additions too; not its name for the object. */
static const CK_ATTRIBUTE_TYPE public_attributes[] = { CKA_CLASS, CKA_TOKEN, CKA_PRIVATE, CKA_LABEL, CKA_ID,
	CKA_MODIFIABLE, CKA_CERTIFICATE_TYPE, CKA_CERTIFICATE_CATEGORY, CKA_TRUSTED, CKA_START_DATE,
	CKA_END_DATE, CKA_SUBJECT, CKA_ISSUER, CKA_SERIAL_NUMBER, CKA_VALUE, CKA_KEY_TYPE, CKA_DERIVE,
	CKA_LOCAL, CKA_ENCRYPT, CKA_VERIFY, CKA_VERIFY_RECOVER, CKA_WRAP, CKA_MODULUS, CKA_MODULUS_BITS,
	CKA_PUBLIC_EXPONENT, CKA_EC_PARAMS, CKA_EC_POINT };

static GPtrArray *attributes_of(TfImportWorld *world, CK_OBJECT_CLASS class)
{
	GPtrArray *values = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
	CK_OBJECT_HANDLE object = tf_import_world_only(world, class, world->key_id);

	for (gsize i = 0; i < G_N_ELEMENTS(public_attributes); i++) {
		g_autoptr(GError) error = NULL;
		GBytes *value = NULL;

		(void)tf_object_read(world->token->session, object, public_attributes[i], &value, &error);
		g_assert_no_error(error);
		g_ptr_array_add(values, value != NULL ? value : g_bytes_new_static("", 0));
	}

	return values;
}

static void assert_same(const GPtrArray *some, const GPtrArray *others)
{
	g_assert_cmpuint(some->len, ==, others->len);
	for (guint i = 0; i < some->len; i++) {
		g_test_message("attribute 0x%lx", public_attributes[i]);
		g_assert_true(g_bytes_equal(g_ptr_array_index(some, i), g_ptr_array_index(others, i)));
	}
}

/* Both ways, and what there is of the two objects each time. */
static void copies(gconstpointer key_type)
{
	g_autoptr(TfImportWorld) world = tf_import_world_new(tf_open_soft_token(), key_type);
	g_autoptr(GPtrArray) certificate = NULL;
	g_autoptr(GPtrArray) key = NULL;
	g_autoptr(GPtrArray) copied_certificate = NULL;
	g_autoptr(GPtrArray) copied_key = NULL;
	g_autoptr(GPtrArray) dropped = NULL;
	g_autoptr(GPtrArray) dropped_again = NULL;
	g_autoptr(GError) error = NULL;

	(void)tf_import_world_write(world, FALSE, &dropped, &error);
	g_assert_no_error(error);
	certificate = attributes_of(world, CKO_CERTIFICATE);
	key = attributes_of(world, CKO_PUBLIC_KEY);
	(void)tf_import_remove(world->token->session, world->key_id, world->member->certificate,
		tf_keypair_chain(world->keypair), &error);
	g_assert_no_error(error);
	g_assert_cmpuint(tf_import_world_count_all(world), ==, 0);
	world->copies_public = TRUE;
	(void)tf_import_world_write(world, FALSE, &dropped_again, &error);
	g_assert_no_error(error);
	tf_open_token_again(world->token);

	tf_import_world_expect_complete(world);
	copied_certificate = attributes_of(world, CKO_CERTIFICATE);
	copied_key = attributes_of(world, CKO_PUBLIC_KEY);
	assert_same(certificate, copied_certificate);
	assert_same(key, copied_key);
}

/* Without the copies, or with copies that would be gone with the session. */
static void no_copies(gconstpointer script)
{
	g_autoptr(TfImportWorld) world = tf_import_world_new(tf_open_mock_token(script), "ec256");
	g_autoptr(GPtrArray) dropped = NULL;
	g_autoptr(GError) error = NULL;

	world->copies_public = TRUE;
	(void)tf_import_world_write(world, FALSE, &dropped, &error);
	g_assert_no_error(error);
	tf_open_token_again(world->token);

	tf_import_world_expect_complete(world);
	g_assert_cmpuint(tf_import_world_count_all(world), ==, 4);
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);

	g_test_add_func("/writer/removes the ghost of a failed RSA write", ghost);
	g_test_add_func("/writer/removes the ghost of a failed EC write", ghost_ec);
	g_test_add_func("/writer/notices a key that is lost after the write", lost_key);
	g_test_add_func("/writer/removes everything when the last object fails", late_failure);
	g_test_add_func("/writer/does not try again after a device error", no_second_try);
	g_test_add_func("/writer/leaves out what the token refuses and tells it", adapts);
	g_test_add_func("/writer/tells when CKA_EXTRACTABLE was refused", tells_extractable);
	g_test_add_data_func("/writer/a copy is what is written at once, RSA", "rsa2048", copies);
	g_test_add_data_func("/writer/a copy is what is written at once, EC", "ec256", copies);
	g_test_add_data_func("/writer/where nothing can be copied it is written as everywhere",
		"fail-from=C_CopyObject:1:CKR_FUNCTION_NOT_SUPPORTED\n", no_copies);
	g_test_add_data_func(
		"/writer/a copy that stays in the session is none", "copy-in-session\n", no_copies);

	return g_test_run();
}
