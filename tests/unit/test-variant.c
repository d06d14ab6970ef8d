/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/secret.h"
#include "fixtures.h"
#include "variant-private.h"

static void test_a_chain_comes_back_as_it_went(void)
{
	g_autoptr(TfFixtureMember) member = tf_fixture_member("ec256", "member", "issuer");
	g_autoptr(GVariant) variant = g_variant_ref_sink(tf_variant_of_chain(member->chain));
	g_autoptr(TfX509Stack) chain = tf_variant_chain(variant, NULL);

	g_assert_cmpint(sk_X509_num(chain), ==, sk_X509_num(member->chain));
	for (int i = 0; i < sk_X509_num(chain); i++)
		g_assert_cmpint(X509_cmp(sk_X509_value(chain, i), sk_X509_value(member->chain, i)), ==, 0);
}

static void test_what_stands_after_a_certificate_is_no_certificate(void)
{
	g_autoptr(TfFixtureMember) member = tf_fixture_member("ec256", "member", "issuer");
	g_autoptr(GVariant) good = g_variant_ref_sink(tf_variant_of_certificate(member->certificate));
	g_autoptr(GByteArray) longer = g_byte_array_new();
	g_autoptr(GVariant) bad = NULL;
	g_autoptr(X509) certificate = NULL;

	g_byte_array_append(longer, g_variant_get_data(good), (guint)g_variant_get_size(good));
	g_byte_array_append(longer, (const guint8 *)"\0", 1);
	bad = g_variant_ref_sink(tf_variant_of_memory(longer->data, longer->len));

	certificate = tf_variant_certificate(bad);

	g_assert_null(certificate);
}

static void test_a_chain_has_an_end(void)
{
	g_autoptr(TfFixtureMember) member = tf_fixture_member("ec256", "member", "issuer");
	g_autoptr(TfX509Stack) long_chain = sk_X509_new_null();
	g_autoptr(GVariant) variant = NULL;

	for (guint i = 0; i <= TF_VARIANT_CHAIN_LIMIT; i++) {
		g_assert_cmpint(X509_up_ref(member->certificate), ==, 1);
		g_assert_cmpint(sk_X509_push(long_chain, member->certificate), >, 0);
	}
	variant = g_variant_ref_sink(tf_variant_of_chain(long_chain));

	g_assert_null(tf_variant_chain(variant, NULL));
}

static void test_names_are_made_valid(void)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new();
	g_autoptr(GVariant) variant = NULL;
	g_autoptr(GPtrArray) back = NULL;

	g_ptr_array_add(names, (gchar *)"CKA_LABEL");
	g_ptr_array_add(names, (gchar *)"\xff");
	variant = g_variant_ref_sink(tf_variant_of_names(names));
	back = tf_variant_names(variant);

	g_assert_cmpuint(back->len, ==, 2);
	g_assert_cmpstr(g_ptr_array_index(back, 0), ==, "CKA_LABEL");
	g_assert_cmpstr(g_ptr_array_index(back, 1), ==, "\357\277\275");
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/variant/a chain comes back as it went", test_a_chain_comes_back_as_it_went);
	g_test_add_func("/variant/what stands after a certificate is no certificate",
		test_what_stands_after_a_certificate_is_no_certificate);
	g_test_add_func("/variant/a chain has an end", test_a_chain_has_an_end);
	g_test_add_func("/variant/names are made valid", test_names_are_made_valid);

	return g_test_run();
}
