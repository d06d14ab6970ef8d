/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fragments.h"

#include <string.h>

#include "base/error.h"
#include "base/secret.h"
#include "import-world.h"

#define LABEL "member"

/* OID of P-256 (X9.62), and a number that is a private key on it. */
static CK_BYTE curve[] = { 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07 };
static CK_BYTE number[32] = { 0x01 };

static TfImportWorld *new_world(void)
{
	return tf_import_world_new(tf_open_soft_token(), "ec256");
}

/* A private key without CKA_ID, whose point nobody can read. */
static void put_key(TfImportWorld *world, const gchar *label)
{
	TfSession *session = world->token->session;
	CK_OBJECT_CLASS class = CKO_PRIVATE_KEY;
	CK_KEY_TYPE type = CKK_EC;
	CK_BBOOL yes = CK_TRUE;
	CK_OBJECT_HANDLE object = 0;
	CK_ATTRIBUTE template[] = {
		{ CKA_CLASS, &class, sizeof class },
		{ CKA_KEY_TYPE, &type, sizeof type },
		{ CKA_TOKEN, &yes, sizeof yes },
		{ CKA_PRIVATE, &yes, sizeof yes },
		{ CKA_SENSITIVE, &yes, sizeof yes },
		{ CKA_LABEL, (gchar *)label, strlen(label) },
		{ CKA_EC_PARAMS, curve, sizeof curve },
		{ CKA_VALUE, number, sizeof number },
	};

	g_assert_cmpuint(tf_session_functions(session)->C_CreateObject(
				 tf_session_handle(session), template, G_N_ELEMENTS(template), &object),
		==, CKR_OK);
}

static guint count_after_removal(TfImportWorld *world)
{
	g_autoptr(GError) error = NULL;

	(void)tf_fragments_remove(
		world->token->session, X509_get0_pubkey(world->member->certificate), LABEL, &error);
	g_assert_no_error(error);

	return tf_import_world_count(world, CKO_PRIVATE_KEY, NULL);
}

static void counted(void)
{
	g_autoptr(TfImportWorld) world = new_world();
	EVP_PKEY *key = X509_get0_pubkey(world->member->certificate);
	guint none = 0;
	guint n = 0;

	g_assert_true(tf_fragments_count(world->token->session, key, &none, NULL));
	put_key(world, "");
	put_key(world, "somebody else's");
	g_assert_true(tf_fragments_count(world->token->session, key, &n, NULL));

	g_assert_cmpuint(none, ==, 0);
	g_assert_cmpuint(n, ==, 2);
}

static void without_label(void)
{
	g_autoptr(TfImportWorld) world = new_world();

	put_key(world, "");

	g_assert_cmpuint(count_after_removal(world), ==, 0);
}

static void with_our_label(void)
{
	g_autoptr(TfImportWorld) world = new_world();

	put_key(world, LABEL);

	g_assert_cmpuint(count_after_removal(world), ==, 0);
}

static void with_another_label(void)
{
	g_autoptr(TfImportWorld) world = new_world();

	put_key(world, "somebody else's");

	g_assert_cmpuint(count_after_removal(world), ==, 1);
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/fragments/whatever could be one is counted", counted);
	g_test_add_func("/fragments/one without a label is removed", without_label);
	g_test_add_func("/fragments/one with our label is removed", with_our_label);
	g_test_add_func(
		"/fragments/a key with another label is somebody else's, and stays", with_another_label);

	return g_test_run();
}
