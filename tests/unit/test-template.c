/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "template.h"

/* g_assert_cmpmem() counts in int. */
static void expect_bytes(gconstpointer bytes, gsize length, gconstpointer expected, gsize n)
{
	g_assert_cmpuint(length, ==, n);
	g_assert_true(memcmp(bytes, expected, n) == 0);
}

static TfTemplate *private_key(gboolean may_sign)
{
	TfTemplate *template = tf_template_new("private key", CKO_PRIVATE_KEY);

	tf_template_add_boolean(template, CKA_EXTRACTABLE, FALSE);
	tf_template_add_boolean(template, CKA_SENSITIVE, TRUE);
	tf_template_add_boolean(template, CKA_COPYABLE, FALSE);
	tf_template_add_boolean(template, CKA_SIGN, may_sign);
	tf_template_add_boolean(template, CKA_DECRYPT, FALSE);

	return template;
}

static const CK_ATTRIBUTE *attribute(const TfTemplate *template, CK_ATTRIBUTE_TYPE type)
{
	gulong n = 0;
	const CK_ATTRIBUTE *attributes = tf_template_attributes(template, &n);

	for (gulong i = 0; i < n; i++) {
		if (attributes[i].type == type)
			return &attributes[i];
	}

	return NULL;
}

static GPtrArray *yield_all(TfTemplate *template, CK_RV rv)
{
	GPtrArray *dropped = g_ptr_array_new_with_free_func(g_free);

	while (tf_template_yield(template, rv, dropped))
		continue;

	return dropped;
}

static void values(void)
{
	g_autoptr(TfTemplate) template = tf_template_new("certificate", CKO_CERTIFICATE);
	g_autoptr(TfSecret) secret = tf_secret_new_copy("12345", 5);

	tf_template_add_number(template, CKA_CERTIFICATE_TYPE, CKC_X_509);
	tf_template_add(template, CKA_LABEL, "label", 5);
	tf_template_take_secret(template, CKA_PRIME_1, g_steal_pointer(&secret));

	g_assert_cmpuint(*(const CK_ULONG *)attribute(template, CKA_CLASS)->pValue, ==, CKO_CERTIFICATE);
	expect_bytes(attribute(template, CKA_LABEL)->pValue, 5, "label", 5);
	expect_bytes(attribute(template, CKA_PRIME_1)->pValue, attribute(template, CKA_PRIME_1)->ulValueLen,
		"12345", 5);
}

static void last_is_extractable(void)
{
	g_autoptr(TfTemplate) template = private_key(FALSE);
	g_autoptr(GPtrArray) dropped = yield_all(template, CKR_ATTRIBUTE_TYPE_INVALID);

	g_assert_cmpuint(dropped->len, ==, 5);
	g_assert_cmpstr(g_ptr_array_index(dropped, 0), ==, "private key: CKA_COPYABLE");
	g_assert_cmpstr(g_ptr_array_index(dropped, 4), ==, "private key: CKA_EXTRACTABLE");
	g_assert_null(attribute(template, CKA_EXTRACTABLE));
}

static void wanted_flag(void)
{
	g_autoptr(TfTemplate) template = private_key(TRUE);
	g_autoptr(GPtrArray) dropped = yield_all(template, CKR_TEMPLATE_INCONSISTENT);

	g_assert_cmpuint(dropped->len, >, 0);
	g_assert_nonnull(attribute(template, CKA_SIGN));
	g_assert_null(attribute(template, CKA_DECRYPT));
}

static void general_error(void)
{
	g_autoptr(TfTemplate) template = private_key(TRUE);
	g_autoptr(GPtrArray) dropped = yield_all(template, CKR_GENERAL_ERROR);

	g_assert_cmpuint(dropped->len, ==, 1);
	g_assert_null(attribute(template, CKA_COPYABLE));
	g_assert_nonnull(attribute(template, CKA_EXTRACTABLE));
}

static void device_error(void)
{
	static const CK_RV codes[] = { CKR_DEVICE_ERROR, CKR_DEVICE_REMOVED, CKR_DEVICE_MEMORY,
		CKR_HOST_MEMORY, CKR_FUNCTION_FAILED, CKR_TEMPLATE_INCOMPLETE };

	for (gsize i = 0; i < G_N_ELEMENTS(codes); i++) {
		g_autoptr(TfTemplate) template = private_key(TRUE);
		g_autoptr(GPtrArray) dropped = yield_all(template, codes[i]);

		g_assert_cmpuint(dropped->len, ==, 0);
	}
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);

	g_test_add_func("/template/holds what it was given", values);
	g_test_add_func("/template/lets CKA_EXTRACTABLE go last", last_is_extractable);
	g_test_add_func("/template/keeps a flag that the certificate wants", wanted_flag);
	g_test_add_func("/template/lets only extras go at a general error", general_error);
	g_test_add_func("/template/yields nothing to a failing device", device_error);

	return g_test_run();
}
