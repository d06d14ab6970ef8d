/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "base/error.h"
#include "import-world.h"

static void lists(void)
{
	g_autoptr(TfOpenToken) token = tf_open_soft_token();
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) tokens = tf_tokens(token->module, &error);
	const TfTokenStatus *status = NULL;

	g_assert_no_error(error);
	/* SoftHSM always shows one more, not formatted. */
	g_assert_cmpuint(tokens->len, ==, 2);
	status = g_ptr_array_index(tokens, 0);
	g_assert_cmpstr(status->facts->label, ==, TF_SOFT_LABEL);
	g_assert_cmpstr(status->facts->manufacturer, ==, "SoftHSM project");
	g_assert_cmpstr(status->facts->model, ==, "SoftHSM v2");
	g_assert_cmpuint(strlen(status->facts->serial), ==, 16);
	g_assert_true(g_str_has_prefix(status->facts->uri, "pkcs11:model=SoftHSM%20v2;"));
}

static void blank_by_slot(void)
{
	g_autoptr(TfOpenToken) token = tf_open_soft_token();
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) tokens = tf_tokens(token->module, &error);
	const TfTokenStatus *status = g_ptr_array_index(tokens, 1);

	g_assert_false(status->is_initialized);
	g_assert_cmpint(status->pin_state, ==, TF_PIN_UNSET);
	g_assert_nonnull(strstr(status->facts->uri, "slot-id="));
}

static void failing_module(void)
{
	g_autoptr(TfOpenToken) token = tf_load_mock_token("fail=C_GetSlotList:3:CKR_GENERAL_ERROR\n");
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) tokens = tf_tokens(token->module, &error);

	g_assert_null(tokens);
	g_assert_error(error, TF_ERROR, TF_ERROR_TOKEN_FAILED);
}

/* The blank one is another question: it may have been formatted. */
static void known_unasked(void)
{
	g_autoptr(TfOpenToken) token = tf_open_soft_token();
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) known = tf_tokens(token->module, &error);
	const TfTokenStatus *formatted = g_ptr_array_index(known, 0);
	const TfTokenStatus *blank = g_ptr_array_index(known, 1);
	g_autoptr(GPtrArray) tokens = tf_tokens_again(token->module, known, &error);

	g_assert_no_error(error);
	g_assert_cmpuint(tokens->len, ==, 2);
	g_assert_true(g_ptr_array_index(tokens, 0) == formatted);
	g_assert_true(g_ptr_array_index(tokens, 1) != blank);
}

static void removed_meanwhile(void)
{
	g_autoptr(TfOpenToken) token =
		tf_load_mock_token("fail-from=C_GetTokenInfo:3:CKR_TOKEN_NOT_PRESENT\n");
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) tokens = tf_tokens(token->module, &error);

	g_assert_no_error(error);
	g_assert_cmpuint(tokens->len, ==, 0);
}

/* Seen by anybody, so without the private key. */
static void public_objects(void)
{
	g_autoptr(TfImportWorld) world = tf_import_world_new(tf_open_soft_token(), "rsa2048");
	g_autoptr(GPtrArray) dropped = NULL;
	g_autoptr(GPtrArray) objects = NULL;
	g_autoptr(GError) error = NULL;
	const TfTokenObject *object = NULL;

	g_assert_true(tf_import_world_write(world, FALSE, &dropped, NULL));
	g_clear_pointer(&world->token->session, tf_session_free);
	objects = tf_token_objects(world->token->module, world->token->status, &error);

	g_assert_no_error(error);
	g_assert_cmpuint(objects->len, ==, 3);
	for (guint i = 0; i < objects->len; i++) {
		object = g_ptr_array_index(objects, i);
		g_assert_cmpstr(object->kind, !=, "private-key");
		g_assert_cmpuint(strlen(object->id), ==, 40);
		if (g_str_equal(object->kind, "certificate"))
			g_assert_nonnull(object->certificate);
	}
	g_assert_cmpstr(object->kind, ==, "public-key");
	g_assert_cmpstr(object->label, ==, "Yamada Taro");
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);

	g_test_add_func("/token/lists what is there", lists);
	g_test_add_func("/token/tells unformatted tokens apart by their slots", blank_by_slot);
	g_test_add_func("/token/tells when the module fails", failing_module);
	g_test_add_func("/token/takes what is known of a formatted one unasked", known_unasked);
	g_test_add_func("/token/leaves out a token that went meanwhile", removed_meanwhile);
	g_test_add_func("/token/shows what needs no login", public_objects);

	return g_test_run();
}
