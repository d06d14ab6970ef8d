/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "import-world.h"

TfImportWorld *tf_import_world_new(TfOpenToken *token, const gchar *key_type)
{
	TfImportWorld *world = g_new0(TfImportWorld, 1);
	g_autoptr(GError) error = NULL;

	world->token = token;
	world->member = tf_fixture_member(key_type, "Yamada Taro", "Test Issuing Authority");
	world->keypair = tf_keypair_new(world->member->key, world->member->certificate, world->member->chain,
		NULL, "test.p12", &error);
	g_assert_no_error(error);
	world->key_id = tf_import_plan_id(world->keypair);

	return world;
}

void tf_import_world_free(TfImportWorld *world)
{
	tf_open_token_free(world->token);
	tf_fixture_member_free(world->member);
	tf_keypair_free(world->keypair);
	g_bytes_unref(world->key_id);
	g_free(world);
}

gboolean tf_import_world_write(
	TfImportWorld *world, gboolean is_resumed, GPtrArray **ret_dropped, GError **error)
{
	const TfImportOptions options = {
		.key_id = world->key_id,
		.label = NULL,
		.is_resumed = is_resumed,
		.copies_public = world->copies_public,
	};

	return tf_import(world->token->session, world->keypair, &options, ret_dropped, error);
}

guint tf_import_world_count(TfImportWorld *world, CK_OBJECT_CLASS class, GBytes *id)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GArray) objects = tf_objects_of_class(world->token->session, class, id, &error);

	g_assert_no_error(error);

	return objects->len;
}

guint tf_import_world_count_all(TfImportWorld *world)
{
	return tf_import_world_count(world, CKO_PRIVATE_KEY, NULL) +
	       tf_import_world_count(world, CKO_PUBLIC_KEY, NULL) +
	       tf_import_world_count(world, CKO_CERTIFICATE, NULL);
}

CK_OBJECT_HANDLE tf_import_world_only(TfImportWorld *world, CK_OBJECT_CLASS class, GBytes *id)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GArray) objects = tf_objects_of_class(world->token->session, class, id, &error);

	g_assert_no_error(error);
	g_assert_cmpuint(objects->len, ==, 1);

	return g_array_index(objects, CK_OBJECT_HANDLE, 0);
}

void tf_import_world_expect_complete(TfImportWorld *world)
{
	g_assert_cmpuint(tf_import_world_count(world, CKO_PRIVATE_KEY, world->key_id), ==, 1);
	g_assert_cmpuint(tf_import_world_count(world, CKO_PUBLIC_KEY, world->key_id), ==, 1);
	g_assert_cmpuint(tf_import_world_count(world, CKO_CERTIFICATE, world->key_id), ==, 1);
	/* The member's and the intermediate, not the root. */
	g_assert_cmpuint(tf_import_world_count(world, CKO_CERTIFICATE, NULL), ==, 2);
}
