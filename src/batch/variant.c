/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "variant-private.h"

#include "key/certificate.h"

GVariant *tf_variant_of_bytes(GBytes *bytes)
{
	return g_variant_new_from_bytes(G_VARIANT_TYPE_BYTESTRING, bytes, TRUE);
}

GVariant *tf_variant_of_memory(gconstpointer bytes, gsize length)
{
	return g_variant_new_fixed_array(G_VARIANT_TYPE_BYTE, bytes, length, 1);
}

GVariant *tf_variant_of_certificate(X509 *certificate)
{
	g_autoptr(GBytes) der = tf_certificate_der(certificate);

	return tf_variant_of_bytes(der);
}

GVariant *tf_variant_of_chain(const TfX509Stack *chain)
{
	GVariantBuilder builder;

	g_variant_builder_init(&builder, G_VARIANT_TYPE_BYTESTRING_ARRAY);
	for (int i = 0; chain != NULL && i < sk_X509_num(chain); i++)
		g_variant_builder_add_value(&builder, tf_variant_of_certificate(sk_X509_value(chain, i)));

	return g_variant_builder_end(&builder);
}

GVariant *tf_variant_of_names(const GPtrArray *names)
{
	GVariantBuilder builder;

	g_variant_builder_init(&builder, G_VARIANT_TYPE_STRING_ARRAY);
	for (guint i = 0; names != NULL && i < names->len; i++) {
		g_autofree gchar *name = g_utf8_make_valid(g_ptr_array_index(names, i), -1);

		g_variant_builder_add(&builder, "s", name);
	}

	return g_variant_builder_end(&builder);
}

GBytes *tf_variant_bytes(GVariant *variant)
{
	return g_variant_get_data_as_bytes(variant);
}

/* The whole of it, and nothing after it. */
static X509 *read_certificate(GVariant *variant, TfCertificates *authorities)
{
	gsize length = 0;
	const guint8 *bytes = g_variant_get_fixed_array(variant, &length, 1);
	const guint8 *at = bytes;
	g_autoptr(X509) certificate = length > 0 ? tf_certificates_read(authorities, &at, length) : NULL;

	if (certificate == NULL || at != bytes + length || X509_get0_pubkey(certificate) == NULL)
		return NULL;

	return g_steal_pointer(&certificate);
}

X509 *tf_variant_certificate(GVariant *variant)
{
	return read_certificate(variant, NULL);
}

TfX509Stack *tf_variant_chain(GVariant *variant, TfCertificates *authorities)
{
	g_autoptr(TfX509Stack) chain = sk_X509_new_null();
	gsize n = g_variant_n_children(variant);

	if (chain == NULL || n > TF_VARIANT_CHAIN_LIMIT)
		return NULL;
	for (gsize i = 0; i < n; i++) {
		g_autoptr(GVariant) child = g_variant_get_child_value(variant, i);
		g_autoptr(X509) certificate = read_certificate(child, authorities);

		if (certificate == NULL || sk_X509_push(chain, certificate) <= 0)
			return NULL;
		(void)g_steal_pointer(&certificate);
	}

	return g_steal_pointer(&chain);
}

GPtrArray *tf_variant_names(GVariant *variant)
{
	GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
	gsize n = g_variant_n_children(variant);

	for (gsize i = 0; i < n; i++) {
		gchar *name = NULL;

		g_variant_get_child(variant, i, "s", &name);
		g_ptr_array_add(names, name);
	}

	return names;
}
