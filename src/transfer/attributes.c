/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "transfer/attributes.h"

#include <string.h>

#include "key/certificate.h"
#include "token/import.h"

gchar *tf_attributes_sort(const TfPkcs12 *pkcs12, guint index, const TfKeypair *keypair,
	GPtrArray **ret_carried, GPtrArray **ret_dropped)
{
	g_autoptr(GPtrArray) names = tf_pkcs12_attributes(pkcs12, index);
	g_autoptr(TfCertificateFacts) facts = tf_certificate_describe(tf_keypair_certificate(keypair));
	const gchar *friendly_name = tf_keypair_friendly_name(keypair);
	gboolean is_carried = tf_import_carries_label(friendly_name);

	*ret_carried = g_ptr_array_new_with_free_func(g_free);
	*ret_dropped = g_ptr_array_new_with_free_func(g_free);
	for (guint i = 0; i < names->len; i++) {
		const gchar *name = g_ptr_array_index(names, i);
		gboolean is_label = is_carried && strcmp(name, "friendlyName") == 0;

		g_ptr_array_add(is_label ? *ret_carried : *ret_dropped, g_strdup(name));
	}

	return g_strdup(is_carried ? friendly_name : facts->common_name);
}
