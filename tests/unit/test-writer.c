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

	g_assert_error(error, TF_ERROR, TF_ERROR_TOKEN_KEY_MISSING);
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

	return g_test_run();
}
