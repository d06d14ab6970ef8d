/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "template.h"

#include <string.h>

#define MAX_STEP 4

struct TfTemplate {
	const gchar *name;
	CK_OBJECT_CLASS class;
	GArray *attributes; /* CK_ATTRIBUTE */
	GPtrArray *values;
	GPtrArray *secrets;
	guint step; /* the first of the table that was not taken yet */
};

typedef struct Droppable {
	CK_ATTRIBUTE_TYPE type;
	const gchar *name;
} Droppable;

typedef enum Dropping {
	ONLY_FALSE, /* flags; one that the certificate wants up is never left out */
	ANY_VALUE,
	EXTRA, /* nothing is lost without it: goes at CKR_GENERAL_ERROR too */
} Dropping;

typedef struct Step {
	CK_OBJECT_CLASS class;
	Dropping dropping;
	Droppable attributes[MAX_STEP];
} Step;

#define DROP(type)                                                                                           \
	{                                                                                                    \
		type, #type                                                                                  \
	}

static const Step steps[] = {
	{ CKO_PRIVATE_KEY, EXTRA, { DROP(CKA_PUBLIC_KEY_INFO) } },
	{ CKO_PRIVATE_KEY, EXTRA, { DROP(CKA_COPYABLE) } },
	{ CKO_PRIVATE_KEY, EXTRA, { DROP(CKA_ALWAYS_AUTHENTICATE) } },
	{ CKO_PRIVATE_KEY, ONLY_FALSE, { DROP(CKA_SIGN_RECOVER), DROP(CKA_UNWRAP) } },
	{ CKO_PRIVATE_KEY, ONLY_FALSE, { DROP(CKA_SIGN), DROP(CKA_DECRYPT), DROP(CKA_DERIVE) } },
	{ CKO_PRIVATE_KEY, ANY_VALUE, { DROP(CKA_SUBJECT) } },
	{ CKO_PRIVATE_KEY, ANY_VALUE, { DROP(CKA_SENSITIVE) } },
	{ CKO_PRIVATE_KEY, ANY_VALUE, { DROP(CKA_EXTRACTABLE) } },
	{ CKO_PUBLIC_KEY, ONLY_FALSE, { DROP(CKA_VERIFY_RECOVER), DROP(CKA_WRAP) } },
	{ CKO_PUBLIC_KEY, ONLY_FALSE, { DROP(CKA_VERIFY), DROP(CKA_ENCRYPT), DROP(CKA_DERIVE) } },
	{ CKO_PUBLIC_KEY, ANY_VALUE, { DROP(CKA_SUBJECT) } },
	{ CKO_PUBLIC_KEY, ANY_VALUE, { DROP(CKA_PRIVATE) } },
	{ CKO_CERTIFICATE, EXTRA, { DROP(CKA_CERTIFICATE_CATEGORY) } },
	{ CKO_CERTIFICATE, ANY_VALUE, { DROP(CKA_PRIVATE) } },
};

TfTemplate *tf_template_new(const gchar *name, CK_OBJECT_CLASS class)
{
	TfTemplate *template = g_new0(TfTemplate, 1);

	template->name = name;
	template->class = class;
	template->attributes = g_array_new(FALSE, FALSE, sizeof(CK_ATTRIBUTE));
	template->values = g_ptr_array_new_with_free_func(g_free);
	template->secrets = g_ptr_array_new_with_free_func((GDestroyNotify)tf_secret_free);
	tf_template_add_number(template, CKA_CLASS, class);

	return template;
}

void tf_template_free(TfTemplate *template)
{
	if (template == NULL)
		return;

	g_array_unref(template->attributes);
	g_ptr_array_unref(template->values);
	g_ptr_array_unref(template->secrets);
	g_free(template);
}

static void append(TfTemplate *template, CK_ATTRIBUTE_TYPE type, void *value, gsize length)
{
	CK_ATTRIBUTE attribute = { type, value, length };

	g_array_append_val(template->attributes, attribute);
}

void tf_template_add(TfTemplate *template, CK_ATTRIBUTE_TYPE type, gconstpointer value, gsize length)
{
	void *copy = g_memdup2(value, length);

	g_ptr_array_add(template->values, copy);
	append(template, type, copy, length);
}

void tf_template_add_bytes(TfTemplate *template, CK_ATTRIBUTE_TYPE type, GBytes *value)
{
	tf_template_add(template, type, g_bytes_get_data(value, NULL), g_bytes_get_size(value));
}

void tf_template_add_boolean(TfTemplate *template, CK_ATTRIBUTE_TYPE type, gboolean value)
{
	CK_BBOOL flag = value ? CK_TRUE : CK_FALSE;

	tf_template_add(template, type, &flag, sizeof flag);
}

void tf_template_add_number(TfTemplate *template, CK_ATTRIBUTE_TYPE type, CK_ULONG value)
{
	tf_template_add(template, type, &value, sizeof value);
}

void tf_template_take_secret(TfTemplate *template, CK_ATTRIBUTE_TYPE type, TfSecret *value)
{
	g_ptr_array_add(template->secrets, value);
	append(template, type, tf_secret_buffer(value), tf_secret_length(value));
}

const gchar *tf_template_name(const TfTemplate *template)
{
	return template->name;
}

CK_OBJECT_CLASS tf_template_class(const TfTemplate *template)
{
	return template->class;
}

CK_ATTRIBUTE *tf_template_attributes(const TfTemplate *template, gulong *ret_n)
{
	*ret_n = template->attributes->len;

	return (CK_ATTRIBUTE *)(gpointer) template->attributes->data;
}

static gboolean drop(TfTemplate *template, const Droppable *wanted, Dropping dropping, GPtrArray *dropped)
{
	for (guint i = 0; i < template->attributes->len; i++) {
		const CK_ATTRIBUTE *attribute = &g_array_index(template->attributes, CK_ATTRIBUTE, i);

		if (attribute->type != wanted->type)
			continue;
		if (dropping == ONLY_FALSE && *(const CK_BBOOL *)attribute->pValue != CK_FALSE)
			return FALSE;
		g_array_remove_index(template->attributes, i);
		g_ptr_array_add(dropped, g_strdup_printf("%s: %s", template->name, wanted->name));
		return TRUE;
	}

	return FALSE;
}

static gboolean take_step(TfTemplate *template, const Step *step, GPtrArray *dropped)
{
	gboolean has_dropped = FALSE;

	for (guint i = 0; i < MAX_STEP && step->attributes[i].name != NULL; i++) {
		if (drop(template, &step->attributes[i], step->dropping, dropped))
			has_dropped = TRUE;
	}

	return has_dropped;
}

gboolean tf_template_is_refused(CK_RV rv)
{
	return rv == CKR_ATTRIBUTE_TYPE_INVALID || rv == CKR_ATTRIBUTE_VALUE_INVALID ||
	       rv == CKR_ATTRIBUTE_READ_ONLY || rv == CKR_TEMPLATE_INCONSISTENT;
}

static gboolean is_step_for(const Step *step, const TfTemplate *template, CK_RV rv)
{
	if (step->class != template->class)
		return FALSE;

	return tf_template_is_refused(rv) || (step->dropping == EXTRA && rv == CKR_GENERAL_ERROR);
}

gboolean tf_template_yield(TfTemplate *template, CK_RV rv, GPtrArray *dropped)
{
	while (template->step < G_N_ELEMENTS(steps)) {
		const Step *step = &steps[template->step++];

		if (is_step_for(step, template, rv) && take_step(template, step, dropped))
			return TRUE;
	}

	return FALSE;
}
