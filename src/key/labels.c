/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "labels-private.h"

#include <openssl/objects.h>

#include "text-private.h"

#define MOST_ATTRIBUTES 5

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

/* RFC 2985, section 5.5; RFC 5280, section 4.2.1.3; what Windows writes beside a key that it exports. */
static gboolean is_harmless(const X509_ATTRIBUTE *attribute)
{
	static const struct {
		int nid;
		int type;
		int most; /* octets */
	} known[] = {
		{ NID_friendlyName, V_ASN1_BMPSTRING, 512 },
		{ NID_localKeyID, V_ASN1_OCTET_STRING, 24 }, /* a digest of 160 bits; a time, of Java */
		{ NID_key_usage, V_ASN1_BIT_STRING, 2 },
		{ NID_ms_csp_name, V_ASN1_BMPSTRING, 512 },
		{ NID_LocalKeySet, V_ASN1_NULL, 0 },
	};
	const ASN1_TYPE *value = X509_ATTRIBUTE_get0_type((X509_ATTRIBUTE *)attribute, 0);
	int nid = OBJ_obj2nid(X509_ATTRIBUTE_get0_object((X509_ATTRIBUTE *)attribute));

	for (gsize i = 0; i < G_N_ELEMENTS(known); i++) {
		if (nid != known[i].nid)
			continue;
		if (X509_ATTRIBUTE_count(attribute) == 0)
			return TRUE;
		return X509_ATTRIBUTE_count(attribute) == 1 && value != NULL &&
		       value->type == known[i].type &&
		       (value->type == V_ASN1_NULL ||
			       ASN1_STRING_length(value->value.asn1_string) <= known[i].most);
	}

	return FALSE;
}

gboolean tf_labels_are_harmless(const STACK_OF(X509_ATTRIBUTE) * attributes)
{
	if (sk_X509_ATTRIBUTE_num(attributes) > MOST_ATTRIBUTES)
		return FALSE;
	for (int i = 0; i < sk_X509_ATTRIBUTE_num(attributes); i++) {
		if (!is_harmless(sk_X509_ATTRIBUTE_value(attributes, i)))
			return FALSE;
	}

	return TRUE;
}
