/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Wrapping keys and what they wrap, unwrapped in software, on tokens that really wrap. */
#include "audit-case.h"
#include "component.h"
#include "control.h"
#include "module-private.h"
#include "object.h"
#include "wrapping-key.h"

static TfSubject subject_of(const TfAuditCase *audited, TfEvidence *evidence, TfStock *stock)
{
	return (TfSubject){ .session = audited->token->session,
		.key_id = audited->key_id,
		.public = X509_get0_pubkey(audited->member->certificate),
		.evidence = evidence,
		.stock = stock };
}

static guint count_objects(const TfAuditCase *audited)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GArray) objects = tf_objects_find(audited->token->session, NULL, 0, &error);

	g_assert_no_error(error);

	return objects->len;
}

static void assert_comes_apart(const TfSubject *subject, const TfControlKey *control, CK_MECHANISM_TYPE type)
{
	const TfWrapMechanism *mechanism = tf_wrap_mechanism(type);
	g_autoptr(GError) error = NULL;
	g_auto(TfWrapMaterial) material = { NULL };
	const TfWrappingKey *key = tf_wrapping_key(&material, subject, mechanism, &error);
	g_autoptr(TfSecret) wrapped = NULL;
	g_autoptr(TfSecret) plain = NULL;

	g_assert_no_error(error);
	g_assert_cmpuint(key->rv, ==, CKR_OK);
	g_assert_true(tf_wrapping_key_is_known(key, mechanism));
	g_test_message("%s", mechanism->name);
	g_assert_cmpuint(tf_wrapping_key_wrap(key, mechanism, control->object, &wrapped), ==, CKR_OK);
	plain = tf_wrapping_key_unwrap(key, mechanism, wrapped);
	g_assert_nonnull(plain);
	g_assert_true(tf_component_in_pkcs8(control->key, plain));
}

static void assert_all_come_apart(
	TfOpenToken *token, const gchar *key_type, const CK_MECHANISM_TYPE *types, gsize n_types)
{
	g_autoptr(TfAuditCase) audited = tf_audit_case_new(token, key_type);
	g_autoptr(TfEvidence) evidence = tf_evidence_new();
	g_autoptr(TfStock) stock = tf_stock_new();
	TfSubject subject = subject_of(audited, evidence, stock);
	g_autoptr(GError) error = NULL;
	g_autoptr(TfControlKey) control = tf_control_new(&subject, &error);

	g_assert_no_error(error);
	g_assert_cmpuint(control->object, !=, 0);
	for (gsize i = 0; i < n_types; i++)
		assert_comes_apart(&subject, control, types[i]);
}

static void test_softhsm(void)
{
	const CK_MECHANISM_TYPE types[] = { CKM_AES_KEY_WRAP, CKM_AES_KEY_WRAP_PAD };

	assert_all_come_apart(tf_open_soft_token(), "rsa2048", types, G_N_ELEMENTS(types));
	assert_all_come_apart(tf_open_soft_token(), "ec256", types + 1, 1);
}

static void test_nss(void)
{
	const CK_MECHANISM_TYPE types[] = { CKM_AES_KEY_WRAP, CKM_AES_CBC_PAD, CKM_DES3_CBC_PAD, CKM_DES3_CBC,
		CKM_DES3_ECB, CKM_CAMELLIA_CBC_PAD };

	assert_all_come_apart(tf_open_nss_token(), "rsa2048", types, G_N_ELEMENTS(types));
}

static void test_controls_fill_blocks(void)
{
	g_autoptr(TfAuditCase) audited = tf_audit_case_new(tf_open_soft_token(), "rsa2048");
	g_autoptr(TfEvidence) evidence = tf_evidence_new();

	for (guint i = 0; i < 3; i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(TfStock) stock = tf_stock_new();
		TfSubject subject = subject_of(audited, evidence, stock);
		g_autoptr(TfControlKey) control = tf_control_new(&subject, &error);

		g_assert_no_error(error);
		g_assert_cmpuint(tf_secret_length(control->encoded) % 8, ==, 0);
	}
}

static void test_leave_nothing(void)
{
	g_autoptr(TfAuditCase) audited = tf_audit_case_new(tf_open_soft_token(), "ec256");
	g_autoptr(TfEvidence) evidence = tf_evidence_new();
	g_autoptr(TfStock) stock = tf_stock_new();
	TfSubject subject = subject_of(audited, evidence, stock);
	guint n_before = count_objects(audited);
	g_autoptr(TfControlKey) control = tf_control_new(&subject, NULL);
	g_auto(TfWrapMaterial) material = { NULL };
	const TfWrappingKey *aes =
		tf_wrapping_key(&material, &subject, tf_wrap_mechanism(CKM_AES_KEY_WRAP), NULL);
	const TfWrappingKey *rsa =
		tf_wrapping_key(&material, &subject, tf_wrap_mechanism(CKM_RSA_PKCS), NULL);

	g_assert_true(aes != rsa);
	g_assert_cmpuint(count_objects(audited), ==, n_before + 3);

	g_clear_pointer(&control, tf_control_free);
	tf_wrap_material_clear(&material);

	g_assert_cmpuint(count_objects(audited), ==, n_before);
}

static void test_one_of_a_type(void)
{
	g_autoptr(TfAuditCase) audited = tf_audit_case_new(tf_open_soft_token(), "ec256");
	g_autoptr(TfEvidence) evidence = tf_evidence_new();
	g_autoptr(TfStock) stock = tf_stock_new();
	TfSubject subject = subject_of(audited, evidence, stock);
	guint n_before = count_objects(audited);
	g_auto(TfWrapMaterial) material = { NULL };
	const TfWrappingKey *first =
		tf_wrapping_key(&material, &subject, tf_wrap_mechanism(CKM_AES_KEY_WRAP), NULL);
	const TfWrappingKey *second =
		tf_wrapping_key(&material, &subject, tf_wrap_mechanism(CKM_AES_KEY_WRAP_PAD), NULL);

	g_assert_true(first == second);
	g_assert_cmpuint(count_objects(audited), ==, n_before + 1);
}

static void test_token_without_session_keys(void)
{
	g_autoptr(TfAuditCase) audited = tf_audit_case_new(tf_open_soft_token(), "rsa2048");
	g_autoptr(TfEvidence) evidence = tf_evidence_new();
	g_autoptr(TfStock) stock = tf_stock_new();
	TfSubject subject = subject_of(audited, evidence, stock);
	guint n_before = count_objects(audited);
	g_auto(TfWrapMaterial) material = { NULL };
	g_autoptr(TfControlKey) control = NULL;
	const TfWrappingKey *rsa = NULL;

	subject.lacks_session_keys = TRUE;
	control = tf_control_new(&subject, NULL);
	rsa = tf_wrapping_key(&material, &subject, tf_wrap_mechanism(CKM_RSA_PKCS), NULL);

	g_assert_cmpuint(control->object, ==, 0);
	g_assert_cmpuint(rsa->object, !=, 0);
	g_assert_false(tf_wrapping_key_is_known(rsa, tf_wrap_mechanism(CKM_RSA_PKCS)));
	g_assert_cmpuint(count_objects(audited), ==, n_before);

	tf_wrap_material_clear(&material);

	g_assert_cmpuint(count_objects(audited), ==, n_before);
}

static void test_refused_once(void)
{
	g_autoptr(TfAuditCase) audited =
		tf_audit_case_new(tf_open_mock_token("fail=C_GenerateKey:1:CKR_DEVICE_MEMORY\n"), "ec256");
	g_autoptr(TfEvidence) evidence = tf_evidence_new();
	g_autoptr(TfStock) stock = tf_stock_new();
	TfSubject subject = subject_of(audited, evidence, stock);
	g_auto(TfWrapMaterial) material = { NULL };
	const TfWrapMechanism mechanism = { .type = CKM_AES_CBC,
		.key_type = 0x7fffff, /* no token makes such a key by its value */
		.generation = CKM_AES_KEY_GEN,
		.key_length = 32 };
	const TfWrappingKey *first = tf_wrapping_key(&material, &subject, &mechanism, NULL);
	const TfWrappingKey *second = tf_wrapping_key(&material, &subject, &mechanism, NULL);

	g_assert_cmpuint(first->rv, ==, CKR_DEVICE_MEMORY);
	g_assert_cmpuint(second->rv, ==, CKR_DEVICE_MEMORY);
}

static void test_makes_room(void)
{
	g_autoptr(TfAuditCase) audited =
		tf_audit_case_new(tf_open_mock_token("fail=C_GenerateKey:1:CKR_DEVICE_MEMORY\n"), "ec256");
	g_autoptr(TfEvidence) evidence = tf_evidence_new();
	g_autoptr(TfStock) stock = tf_stock_new();
	TfSubject subject = subject_of(audited, evidence, stock);
	guint n_before = count_objects(audited);
	g_auto(TfWrapMaterial) material = { NULL };
	const TfWrapMechanism mechanism = { .type = CKM_AES_CBC,
		.key_type = 0x7fffff, /* no token makes such a key by its value */
		.generation = CKM_AES_KEY_GEN,
		.key_length = 32 };
	const TfWrappingKey *key =
		tf_wrapping_key(&material, &subject, tf_wrap_mechanism(CKM_DES3_CBC), NULL);

	g_assert_cmpuint(key->rv, ==, CKR_OK);
	key = tf_wrapping_key(&material, &subject, &mechanism, NULL);

	g_assert_cmpuint(key->rv, !=, CKR_DEVICE_MEMORY);
	g_assert_cmpuint(count_objects(audited), <=, n_before + 1);
}

int main(int argc, char **argv)
{
	tf_audit_case_setup(argc, argv);
	g_test_init(&argc, &argv, NULL);

	g_test_add_func("/wrapping-key/what SoftHSM wraps comes apart", test_softhsm);
	g_test_add_func("/wrapping-key/what softokn wraps comes apart", test_nss);
	g_test_add_func("/wrapping-key/RSA control keys fill whole blocks", test_controls_fill_blocks);
	g_test_add_func("/wrapping-key/keys end with their owners", test_leave_nothing);
	g_test_add_func("/wrapping-key/one key of a type serves all of its mechanisms", test_one_of_a_type);
	g_test_add_func("/wrapping-key/a token without session keys gets none, and its own public key wraps",
		test_token_without_session_keys);
	g_test_add_func("/wrapping-key/what was refused once is not asked for again", test_refused_once);
	g_test_add_func("/wrapping-key/a token without room for one more keeps one only", test_makes_room);

	return g_test_run();
}
