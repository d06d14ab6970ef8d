/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "base/error.h"
#include "key/keypair.h"
#include "object.h"
#include "open-token.h"
#include "token/import.h"

typedef struct World {
	TfOpenToken *token;
	TfFixtureMember *member;
	TfKeypair *keypair;
	GBytes *key_id;
} World;

static World *world_new(TfOpenToken *token, const gchar *key_type)
{
	World *world = g_new0(World, 1);
	g_autoptr(GError) error = NULL;

	world->token = token;
	world->member = tf_fixture_member(key_type, "Yamada Taro", "Test Issuing Authority");
	world->keypair = tf_keypair_new(world->member->key, world->member->certificate, world->member->chain,
		NULL, "test.p12", &error);
	g_assert_no_error(error);
	world->key_id = tf_import_plan_id(world->keypair);

	return world;
}

static void world_free(World *world)
{
	tf_open_token_free(world->token);
	tf_fixture_member_free(world->member);
	tf_keypair_free(world->keypair);
	g_bytes_unref(world->key_id);
	g_free(world);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(World, world_free)

static gboolean import(World *world, gboolean is_resumed, GPtrArray **ret_dropped, GError **error)
{
	const TfImportOptions options = {
		.key_id = world->key_id,
		.label = NULL,
		.is_resumed = is_resumed,
	};

	return tf_import(world->token->session, world->keypair, &options, ret_dropped, error);
}

static guint count(World *world, CK_OBJECT_CLASS class, GBytes *id)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GArray) objects = tf_objects_of_class(world->token->session, class, id, &error);

	g_assert_no_error(error);

	return objects->len;
}

static guint count_all(World *world)
{
	return count(world, CKO_PRIVATE_KEY, NULL) + count(world, CKO_PUBLIC_KEY, NULL) +
	       count(world, CKO_CERTIFICATE, NULL);
}

static CK_OBJECT_HANDLE only(World *world, CK_OBJECT_CLASS class, GBytes *id)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GArray) objects = tf_objects_of_class(world->token->session, class, id, &error);

	g_assert_no_error(error);
	g_assert_cmpuint(objects->len, ==, 1);

	return g_array_index(objects, CK_OBJECT_HANDLE, 0);
}

static TfClaim flag(World *world, CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type)
{
	g_autoptr(GError) error = NULL;
	TfClaim value = TF_CLAIM_UNKNOWN;

	(void)tf_object_read_boolean(world->token->session, object, type, &value, &error);
	g_assert_no_error(error);

	return value;
}

static void expect_complete(World *world)
{
	g_assert_cmpuint(count(world, CKO_PRIVATE_KEY, world->key_id), ==, 1);
	g_assert_cmpuint(count(world, CKO_PUBLIC_KEY, world->key_id), ==, 1);
	g_assert_cmpuint(count(world, CKO_CERTIFICATE, world->key_id), ==, 1);
	/* The member's and the intermediate, not the root. */
	g_assert_cmpuint(count(world, CKO_CERTIFICATE, NULL), ==, 2);
}

/* Signs by the token, and verifies with the certificate. */
static void expect_signature(World *world)
{
	TfSession *session = world->token->session;
	CK_FUNCTION_LIST *functions = tf_session_functions(session);
	gboolean is_rsa = EVP_PKEY_is_a(world->member->key, "RSA");
	CK_MECHANISM mechanism = { is_rsa ? CKM_SHA256_RSA_PKCS : CKM_ECDSA, NULL, 0 };
	guint8 message[32] = "signed by the token, not by us.";
	guint8 signature[1024];
	CK_ULONG length = sizeof signature;

	g_assert_cmpuint(functions->C_SignInit(tf_session_handle(session), &mechanism,
				 only(world, CKO_PRIVATE_KEY, world->key_id)),
		==, CKR_OK);
	g_assert_cmpuint(
		functions->C_Sign(tf_session_handle(session), message, sizeof message, signature, &length),
		==, CKR_OK);
	g_assert_cmpuint(length, >, 0);
	if (is_rsa) {
		g_autoptr(EVP_MD_CTX) context = EVP_MD_CTX_new();

		g_assert_cmpint(EVP_DigestVerifyInit(context, NULL, EVP_sha256(), NULL,
					X509_get0_pubkey(world->member->certificate)),
			==, 1);
		g_assert_cmpint(EVP_DigestVerify(context, signature, length, message, sizeof message), ==, 1);
	}
}

static void complete(TfOpenToken *token, const gchar *key_type)
{
	g_autoptr(World) world = world_new(token, key_type);
	g_autoptr(GPtrArray) dropped = NULL;
	g_autoptr(GError) error = NULL;
	CK_OBJECT_HANDLE key = 0;

	(void)import(world, FALSE, &dropped, &error);
	g_assert_no_error(error);
	tf_open_token_again(world->token);

	expect_complete(world);
	key = only(world, CKO_PRIVATE_KEY, world->key_id);
	g_assert_cmpint(flag(world, key, CKA_EXTRACTABLE), ==, TF_CLAIM_FALSE);
	g_assert_cmpint(flag(world, key, CKA_SENSITIVE), ==, TF_CLAIM_TRUE);
	g_assert_cmpint(flag(world, key, CKA_SIGN), ==, TF_CLAIM_TRUE);
	g_assert_cmpint(flag(world, key, CKA_DECRYPT), ==, TF_CLAIM_FALSE);
	g_assert_cmpint(flag(world, key, CKA_UNWRAP), ==, TF_CLAIM_FALSE);
	expect_signature(world);
	for (guint i = 0; i < dropped->len; i++)
		g_test_message("dropped %s", (const gchar *)g_ptr_array_index(dropped, i));
}

static void soft_rsa(void)
{
	complete(tf_open_soft_token(), "rsa2048");
}

static void soft_p256(void)
{
	complete(tf_open_soft_token(), "ec256");
}

static void soft_p384(void)
{
	complete(tf_open_soft_token(), "ec384");
}

static void nss_rsa(void)
{
	complete(tf_open_nss_token(), "rsa2048");
}

static void nss_ec(void)
{
	complete(tf_open_nss_token(), "ec256");
}

static void second_time(void)
{
	g_autoptr(World) world = world_new(tf_open_soft_token(), "ec256");
	g_autoptr(GPtrArray) dropped = NULL;
	g_autoptr(GPtrArray) untouched = NULL;
	g_autoptr(GError) error = NULL;

	g_assert_true(import(world, FALSE, &dropped, NULL));
	g_assert_false(import(world, FALSE, &untouched, &error));

	g_assert_error(error, TF_ERROR, TF_ERROR_TOKEN_KEY_EXISTS);
	g_assert_null(untouched);
	expect_complete(world);
}

static void ghost(void)
{
	g_autoptr(World) world = world_new(tf_open_mock_token("ghost\n"), "rsa2048");
	g_autoptr(GPtrArray) dropped = NULL;
	g_autoptr(GError) error = NULL;

	g_assert_false(import(world, FALSE, &dropped, &error));

	g_assert_error(error, TF_ERROR, TF_ERROR_TOKEN_FAILED);
	g_assert_cmpuint(count_all(world), ==, 0);
}

static void ghost_ec(void)
{
	g_autoptr(World) world = world_new(tf_open_mock_token("ghost\n"), "ec256");
	g_autoptr(GPtrArray) dropped = NULL;
	g_autoptr(GError) error = NULL;

	g_assert_false(import(world, FALSE, &dropped, &error));

	g_assert_error(error, TF_ERROR, TF_ERROR_TOKEN_FAILED);
	g_assert_cmpuint(count_all(world), ==, 0);
}

static void lost_key(void)
{
	g_autoptr(World) world = world_new(tf_open_mock_token("lose-key\n"), "rsa2048");
	g_autoptr(GPtrArray) dropped = NULL;
	g_autoptr(GError) error = NULL;

	g_assert_false(import(world, FALSE, &dropped, &error));

	g_assert_error(error, TF_ERROR, TF_ERROR_TOKEN_KEY_MISSING);
	g_assert_cmpuint(count_all(world), ==, 0);
}

/* The 4th object is the intermediate: everything else stands by then. */
static void late_failure(void)
{
	g_autoptr(World) world =
		world_new(tf_open_mock_token("fail=C_CreateObject:4:CKR_DEVICE_MEMORY\n"), "rsa2048");
	g_autoptr(GPtrArray) dropped = NULL;
	g_autoptr(GError) error = NULL;

	g_assert_false(import(world, FALSE, &dropped, &error));

	g_assert_error(error, TF_ERROR, TF_ERROR_TOKEN_FULL);
	g_assert_cmpuint(count_all(world), ==, 0);
}

static void no_second_try(void)
{
	g_autoptr(World) world =
		world_new(tf_open_mock_token("fail=C_CreateObject:1:CKR_DEVICE_ERROR\n"), "rsa2048");
	g_autoptr(GPtrArray) dropped = NULL;
	g_autoptr(GError) error = NULL;

	g_assert_false(import(world, FALSE, &dropped, &error));

	g_assert_error(error, TF_ERROR, TF_ERROR_TOKEN_FAILED);
	g_assert_cmpuint(count_all(world), ==, 0);
}

static gboolean has(const GPtrArray *dropped, const gchar *name)
{
	return g_ptr_array_find_with_equal_func((GPtrArray *)dropped, name, g_str_equal, NULL);
}

static void adapts(void)
{
	g_autoptr(World) world = world_new(tf_open_mock_token("refuse=CKA_COPYABLE\n"), "rsa2048");
	g_autoptr(GPtrArray) dropped = NULL;
	g_autoptr(GError) error = NULL;

	(void)import(world, FALSE, &dropped, &error);

	g_assert_no_error(error);
	g_assert_true(has(dropped, "private key: CKA_COPYABLE"));
	g_assert_false(has(dropped, "private key: CKA_EXTRACTABLE"));
	expect_complete(world);
}

static void tells_extractable(void)
{
	g_autoptr(World) world = world_new(tf_open_mock_token("refuse-extractable\n"), "rsa2048");
	g_autoptr(GPtrArray) dropped = NULL;
	g_autoptr(GError) error = NULL;

	(void)import(world, FALSE, &dropped, &error);

	g_assert_no_error(error);
	g_assert_true(has(dropped, "private key: CKA_EXTRACTABLE"));
	expect_complete(world);
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);

	g_test_add_func("/import/writes an RSA key to SoftHSM", soft_rsa);
	g_test_add_func("/import/writes a P-256 key to SoftHSM", soft_p256);
	g_test_add_func("/import/writes a P-384 key to SoftHSM", soft_p384);
	g_test_add_func("/import/writes an RSA key to NSS", nss_rsa);
	g_test_add_func("/import/writes an EC key to NSS", nss_ec);
	g_test_add_func("/import/refuses a key that is there already", second_time);
	g_test_add_func("/import/removes the ghost of a failed RSA write", ghost);
	g_test_add_func("/import/removes the ghost of a failed EC write", ghost_ec);
	g_test_add_func("/import/notices a key that is lost after the write", lost_key);
	g_test_add_func("/import/removes everything when the last object fails", late_failure);
	g_test_add_func("/import/does not try again after a device error", no_second_try);
	g_test_add_func("/import/leaves out what the token refuses and tells it", adapts);
	g_test_add_func("/import/tells when CKA_EXTRACTABLE was refused", tells_extractable);

	return g_test_run();
}
