/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "labels-private.h"

#include <openssl/objects.h>

#include "text-private.h"

void tf_names_add(GPtrArray *names, const gchar *name)
{
	if (!g_ptr_array_find_with_equal_func(names, name, g_str_equal, NULL))
		g_ptr_array_add(names, g_strdup(name));
}

static gboolean is_text(int type)
{
	return type == V_ASN1_BMPSTRING || type == V_ASN1_UTF8STRING || type == V_ASN1_PRINTABLESTRING ||
	       type == V_ASN1_IA5STRING || type == V_ASN1_T61STRING;
}

static void add_one(TfLabels *labels, X509_ATTRIBUTE *attribute)
{
	const ASN1_OBJECT *object = X509_ATTRIBUTE_get0_object(attribute);
	const ASN1_TYPE *value = X509_ATTRIBUTE_get0_type(attribute, 0);
	int nid = OBJ_obj2nid(object);
	g_autofree gchar *name = tf_text_of_object(object);

	tf_names_add(labels->names, name);
	if (value == NULL)
		return;

	/* Whatever stands in the file, only the types of the standard are looked into. */
	if (nid == NID_friendlyName && labels->friendly_name == NULL && is_text(value->type))
		labels->friendly_name = tf_text_of_string(value->value.asn1_string);
	if (nid == NID_localKeyID && labels->local_key_id == NULL && value->type == V_ASN1_OCTET_STRING)
		labels->local_key_id = g_bytes_new(ASN1_STRING_get0_data(value->value.octet_string),
			(gsize)ASN1_STRING_length(value->value.octet_string));
}

void tf_labels_init(TfLabels *labels)
{
	*labels = (TfLabels){ .names = g_ptr_array_new_with_free_func(g_free) };
}

void tf_labels_add(TfLabels *labels, const STACK_OF(X509_ATTRIBUTE) * attributes)
{
	/* sk_X509_ATTRIBUTE_num(NULL) is -1. */
	for (int i = 0; i < sk_X509_ATTRIBUTE_num(attributes); i++)
		add_one(labels, sk_X509_ATTRIBUTE_value(attributes, i));
}

void tf_labels_clear(TfLabels *labels)
{
	g_clear_pointer(&labels->friendly_name, g_free);
	g_clear_pointer(&labels->local_key_id, g_bytes_unref);
	g_clear_pointer(&labels->names, g_ptr_array_unref);
}
