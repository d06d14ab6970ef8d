/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "object.h"

#include <string.h>

#include "base/error.h"
#include "ckr.h"
#include "public-half.h"

#define BATCH 64u

/* Most attributes are no longer: of these the length is not asked first, since for some tokens each call
 * means reading a file. */
#define SHORT_VALUE 2048u

/* What a CK_BBOOL never is by the standard (2.40, 4.2). */
#define NOT_WRITTEN 0xa5u

/* The search is always ended: one left open would fail every later one with CKR_OPERATION_ACTIVE. */
static CK_RV collect(TfSession *session, GArray *found)
{
	CK_FUNCTION_LIST *functions = tf_session_functions(session);

	for (;;) {
		CK_OBJECT_HANDLE batch[BATCH];
		CK_ULONG n = 0;
		CK_RV rv = functions->C_FindObjects(tf_session_handle(session), batch, BATCH, &n);

		if (rv != CKR_OK)
			return rv;
		if (n == 0)
			return CKR_OK;
		if (n > BATCH || found->len + n > TF_TOKEN_OBJECT_LIMIT)
			return CKR_GENERAL_ERROR;
		g_array_append_vals(found, batch, (guint)n);
	}
}

GArray *tf_objects_find(TfSession *session, const CK_ATTRIBUTE *template, gulong n_attributes, GError **error)
{
	CK_FUNCTION_LIST *functions = tf_session_functions(session);
	g_autoptr(GArray) found = g_array_new(FALSE, FALSE, sizeof(CK_OBJECT_HANDLE));
	CK_RV ended = CKR_OK;
	CK_RV rv = functions->C_FindObjectsInit(
		tf_session_handle(session), (CK_ATTRIBUTE *)template, n_attributes);

	if (!tf_ckr_check(rv, "C_FindObjectsInit", error))
		return NULL;

	rv = collect(session, found);
	ended = functions->C_FindObjectsFinal(tf_session_handle(session));
	if (!tf_ckr_check(rv, "C_FindObjects", error))
		return NULL;
	if (!tf_ckr_check(ended, "C_FindObjectsFinal", error))
		return NULL;

	return g_steal_pointer(&found);
}

GArray *tf_objects_of_class(TfSession *session, CK_OBJECT_CLASS class, GBytes *id, GError **error)
{
	CK_ATTRIBUTE template[] = {
		{ CKA_CLASS, &class, sizeof class },
		{ CKA_ID, NULL, 0 },
	};

	if (id != NULL) {
		template[1].pValue = (void *)g_bytes_get_data(id, NULL);
		template[1].ulValueLen = g_bytes_get_size(id);
	}

	return tf_objects_find(session, template, id != NULL ? 2 : 1, error);
}

static gboolean is_private_component(CK_ATTRIBUTE_TYPE type)
{
	static const CK_ATTRIBUTE_TYPE components[] = {
		CKA_PRIVATE_EXPONENT,
		CKA_PRIME_1,
		CKA_PRIME_2,
		CKA_EXPONENT_1,
		CKA_EXPONENT_2,
		CKA_COEFFICIENT,
	};

	for (gsize i = 0; i < G_N_ELEMENTS(components); i++) {
		if (components[i] == type)
			return TRUE;
	}

	return FALSE;
}

/* The object has no such attribute, or does not show it (2.40, 5.7.5). */
static gboolean is_not_shown(CK_RV rv, CK_ULONG length)
{
	return rv == CKR_ATTRIBUTE_TYPE_INVALID || rv == CKR_ATTRIBUTE_SENSITIVE ||
	       (rv == CKR_OK && length == CK_UNAVAILABLE_INFORMATION);
}

gboolean tf_object_read(TfSession *session, CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type,
	GBytes **ret_value, GError **error)
{
	CK_FUNCTION_LIST *functions = NULL;
	guint8 start[SHORT_VALUE];
	CK_ATTRIBUTE attribute = { type, start, sizeof(start) };
	g_autofree guint8 *value = NULL;
	CK_ULONG length = 0;
	CK_RV rv = CKR_OK;

	g_assert(!is_private_component(type));
	functions = tf_session_functions(session);
	rv = functions->C_GetAttributeValue(tf_session_handle(session), object, &attribute, 1);
	if (rv == CKR_OK && attribute.ulValueLen <= sizeof(start)) {
		*ret_value = g_bytes_new(start, attribute.ulValueLen);
		return TRUE;
	}
	if (rv == CKR_BUFFER_TOO_SMALL ||
		(rv == CKR_OK && attribute.ulValueLen != CK_UNAVAILABLE_INFORMATION)) {
		attribute = (CK_ATTRIBUTE){ type, NULL, 0 };
		rv = functions->C_GetAttributeValue(tf_session_handle(session), object, &attribute, 1);
	}
	length = attribute.ulValueLen;
	if (is_not_shown(rv, length)) {
		*ret_value = NULL;
		return TRUE;
	}
	if (rv == CKR_OK && length > TF_TOKEN_ATTRIBUTE_LIMIT)
		rv = CKR_GENERAL_ERROR;
	if (!tf_ckr_check(rv, "C_GetAttributeValue", error))
		return FALSE;

	/* Never NULL: that would ask for the length again. */
	value = g_malloc0(length + 1);
	attribute.pValue = value;
	rv = functions->C_GetAttributeValue(tf_session_handle(session), object, &attribute, 1);
	if (rv == CKR_OK && attribute.ulValueLen > length)
		rv = CKR_GENERAL_ERROR;
	if (!tf_ckr_check(rv, "C_GetAttributeValue", error))
		return FALSE;
	*ret_value = g_bytes_new_take(g_steal_pointer(&value), attribute.ulValueLen);

	return TRUE;
}

gboolean tf_object_read_boolean(TfSession *session, CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type,
	TfClaim *ret_value, GError **error)
{
	g_autoptr(GBytes) value = NULL;
	gsize length = 0;
	const guint8 *bytes = NULL;

	if (!tf_object_read(session, object, type, &value, error))
		return FALSE;

	if (value != NULL)
		bytes = g_bytes_get_data(value, &length);
	if (length != sizeof(CK_BBOOL))
		*ret_value = TF_CLAIM_UNKNOWN;
	else
		*ret_value = *bytes != CK_FALSE ? TF_CLAIM_TRUE : TF_CLAIM_FALSE;

	return TRUE;
}

gboolean tf_object_read_booleans(TfSession *session, CK_OBJECT_HANDLE object, const CK_ATTRIBUTE_TYPE *types,
	gsize n_types, TfClaim *ret_values, GError **error)
{
	g_autofree CK_ATTRIBUTE *attributes = g_new0(CK_ATTRIBUTE, n_types);
	g_autofree guint8 *values = g_malloc(n_types);
	CK_RV rv = CKR_OK;

	memset(values, NOT_WRITTEN, n_types);
	for (gsize i = 0; i < n_types; i++)
		attributes[i] = (CK_ATTRIBUTE){ types[i], &values[i], sizeof(CK_BBOOL) };
	rv = tf_session_functions(session)->C_GetAttributeValue(
		tf_session_handle(session), object, attributes, n_types);
	if (tf_ckr_is_removal(rv))
		return tf_ckr_check(rv, "C_GetAttributeValue", error);
	for (gsize i = 0; i < n_types; i++) {
		if (attributes[i].ulValueLen == sizeof(CK_BBOOL) && values[i] <= CK_TRUE)
			ret_values[i] = values[i] == CK_TRUE ? TF_CLAIM_TRUE : TF_CLAIM_FALSE;
		else if (!tf_object_read_boolean(session, object, types[i], &ret_values[i], error))
			return FALSE;
	}

	return TRUE;
}

gboolean tf_object_read_label(TfSession *session, CK_OBJECT_HANDLE object, gchar **ret_label, GError **error)
{
	g_autoptr(GBytes) value = NULL;
	gsize length = 0;
	const gchar *bytes = NULL;

	if (!tf_object_read(session, object, CKA_LABEL, &value, error))
		return FALSE;

	if (value != NULL)
		bytes = g_bytes_get_data(value, &length);
	*ret_label = length > 0 ? g_utf8_make_valid(bytes, (gssize)strnlen(bytes, length)) : g_strdup("");

	return TRUE;
}

gboolean tf_object_read_certificate(
	TfSession *session, CK_OBJECT_HANDLE object, X509 **ret_certificate, GError **error)
{
	g_autoptr(GBytes) value = NULL;
	gsize length = 0;
	const guint8 *at = NULL;

	if (!tf_object_read(session, object, CKA_VALUE, &value, error))
		return FALSE;

	if (value != NULL)
		at = g_bytes_get_data(value, &length);
	*ret_certificate = length > 0 ? d2i_X509(NULL, &at, (long)length) : NULL;

	return TRUE;
}

gboolean tf_object_destroy(TfSession *session, CK_OBJECT_HANDLE object, GError **error)
{
	CK_RV rv = tf_session_functions(session)->C_DestroyObject(tf_session_handle(session), object);

	return tf_ckr_check(rv, "C_DestroyObject", error);
}
