/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "soft-token.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>

#include "fixtures.h"

#define MAX_ATTRIBUTES 24u

TfSoftToken *tf_soft_token_new(void)
{
	TfSoftToken *token = g_new0(TfSoftToken, 1);
	g_autofree gchar *configuration = NULL;
	g_autofree gchar *text = NULL;

	token->directory = tf_fixture_directory();
	configuration = g_build_filename(token->directory, "softhsm2.conf", NULL);
	text = g_strdup_printf("directories.tokendir = %s\nobjectstore.backend = file\nlog.level = ERROR\n",
		token->directory);
	g_assert_true(g_file_set_contents(configuration, text, -1, NULL));
	g_assert_true(g_setenv("SOFTHSM2_CONF", configuration, TRUE));
	tf_fixture_run(token->directory, "softhsm2-util", "--module", TF_SOFT_MODULE, "--init-token",
		"--free", "--label", TF_SOFT_LABEL, "--pin", TF_SOFT_PIN, "--so-pin", TF_SOFT_SO_PIN, NULL);

	return token;
}

void tf_soft_token_free(TfSoftToken *token)
{
	if (token == NULL)
		return;

	tf_fixture_remove(token->directory);
	g_free(token->directory);
	g_free(token);
}

gchar *tf_soft_token_mock_arguments(TfSoftToken *token, const gchar *script)
{
	g_autofree gchar *path = g_build_filename(token->directory, "mock.script", NULL);

	g_assert_true(g_file_set_contents(path, script, -1, NULL));

	return g_strdup_printf("module=" TF_SOFT_MODULE
			       " script=%s log=%s/mock.log counter=%s/mock.counter memory=%s/mock.memory",
		path, token->directory, token->directory, token->directory);
}

typedef struct Template {
	CK_ATTRIBUTE attributes[MAX_ATTRIBUTES];
	CK_ULONG count;
	GPtrArray *values;
} Template;

static void add(Template *template, CK_ATTRIBUTE_TYPE type, gconstpointer value, gsize length)
{
	gpointer copy = g_memdup2(value, length);

	g_assert_cmpuint(template->count, <, MAX_ATTRIBUTES);
	g_ptr_array_add(template->values, copy);
	template->attributes[template->count++] = (CK_ATTRIBUTE){ type, copy, length };
}

static void add_boolean(Template *template, CK_ATTRIBUTE_TYPE type, gboolean value)
{
	CK_BBOOL flag = value ? CK_TRUE : CK_FALSE;

	add(template, type, &flag, sizeof(flag));
}

static void add_number(Template *template, CK_ATTRIBUTE_TYPE type, CK_ULONG value)
{
	add(template, type, &value, sizeof(value));
}

static void add_bignum(Template *template, CK_ATTRIBUTE_TYPE type, EVP_PKEY *key, const gchar *parameter)
{
	BIGNUM *number = NULL;
	guint8 bytes[1024];
	int length = 0;

	g_assert_cmpint(EVP_PKEY_get_bn_param(key, parameter, &number), ==, 1);
	length = BN_bn2bin(number, bytes);
	add(template, type, bytes, (gsize)length);
	BN_clear_free(number);
}

static void add_rsa(Template *template, EVP_PKEY *key)
{
	static const struct {
		CK_ATTRIBUTE_TYPE type;
		const gchar *parameter;
	} rows[] = {
		{ CKA_MODULUS, OSSL_PKEY_PARAM_RSA_N },
		{ CKA_PUBLIC_EXPONENT, OSSL_PKEY_PARAM_RSA_E },
		{ CKA_PRIVATE_EXPONENT, OSSL_PKEY_PARAM_RSA_D },
		{ CKA_PRIME_1, OSSL_PKEY_PARAM_RSA_FACTOR1 },
		{ CKA_PRIME_2, OSSL_PKEY_PARAM_RSA_FACTOR2 },
		{ CKA_EXPONENT_1, OSSL_PKEY_PARAM_RSA_EXPONENT1 },
		{ CKA_EXPONENT_2, OSSL_PKEY_PARAM_RSA_EXPONENT2 },
		{ CKA_COEFFICIENT, OSSL_PKEY_PARAM_RSA_COEFFICIENT1 },
	};

	add_number(template, CKA_KEY_TYPE, CKK_RSA);
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
		add_bignum(template, rows[i].type, key, rows[i].parameter);
}

static void add_ec(Template *template, EVP_PKEY *key)
{
	gchar name[64];
	EC_GROUP *group = NULL;
	guint8 *parameters = NULL;
	int length = 0;

	g_assert_cmpint(EVP_PKEY_get_group_name(key, name, sizeof(name), NULL), ==, 1);
	group = EC_GROUP_new_by_curve_name(OBJ_txt2nid(name));
	length = i2d_ECPKParameters(group, &parameters);
	g_assert_cmpint(length, >, 0);
	add_number(template, CKA_KEY_TYPE, CKK_EC);
	add(template, CKA_EC_PARAMS, parameters, (gsize)length);
	add_bignum(template, CKA_VALUE, key, OSSL_PKEY_PARAM_PRIV_KEY);
	OPENSSL_free(parameters);
	EC_GROUP_free(group);
}

CK_RV tf_soft_create_key(CK_FUNCTION_LIST *functions, CK_SESSION_HANDLE session, EVP_PKEY *key, GBytes *id,
	CK_OBJECT_HANDLE *object)
{
	g_autoptr(GPtrArray) values = g_ptr_array_new_with_free_func(g_free);
	Template template = { .values = values };

	add_number(&template, CKA_CLASS, CKO_PRIVATE_KEY);
	if (EVP_PKEY_is_a(key, "RSA"))
		add_rsa(&template, key);
	else
		add_ec(&template, key);
	add_boolean(&template, CKA_TOKEN, TRUE);
	add_boolean(&template, CKA_PRIVATE, TRUE);
	add_boolean(&template, CKA_SENSITIVE, TRUE);
	add_boolean(&template, CKA_EXTRACTABLE, FALSE);
	add_boolean(&template, CKA_SIGN, TRUE);
	add_boolean(&template, CKA_DECRYPT, EVP_PKEY_is_a(key, "RSA"));
	add(&template, CKA_ID, g_bytes_get_data(id, NULL), g_bytes_get_size(id));
	add(&template, CKA_LABEL, "test", 4);

	return functions->C_CreateObject(session, template.attributes, template.count, object);
}

static void add_der(Template *template, CK_ATTRIBUTE_TYPE type, guint8 *der, int length)
{
	g_assert_cmpint(length, >, 0);
	add(template, type, der, (gsize)length);
	OPENSSL_free(der);
}

CK_RV tf_soft_create_certificate(CK_FUNCTION_LIST *functions, CK_SESSION_HANDLE session, X509 *certificate,
	GBytes *id, CK_OBJECT_HANDLE *object)
{
	g_autoptr(GPtrArray) values = g_ptr_array_new_with_free_func(g_free);
	Template template = { .values = values };
	guint8 *der = NULL;
	int length = i2d_X509(certificate, &der);

	add_number(&template, CKA_CLASS, CKO_CERTIFICATE);
	add_number(&template, CKA_CERTIFICATE_TYPE, CKC_X_509);
	add_boolean(&template, CKA_TOKEN, TRUE);
	add_boolean(&template, CKA_PRIVATE, FALSE);
	add_der(&template, CKA_VALUE, der, length);
	der = NULL;
	length = i2d_X509_NAME(X509_get_subject_name(certificate), &der);
	add_der(&template, CKA_SUBJECT, der, length);
	add(&template, CKA_ID, g_bytes_get_data(id, NULL), g_bytes_get_size(id));
	add(&template, CKA_LABEL, "test", 4);

	return functions->C_CreateObject(session, template.attributes, template.count, object);
}
