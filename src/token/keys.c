/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "token/keys.h"

#include "object.h"

void tf_token_key_free(TfTokenKey *key)
{
	if (key == NULL)
		return;

	g_clear_pointer(&key->key_id, g_bytes_unref);
	g_free(key->label);
	X509_free(key->certificate);
	g_free(key);
}

/* The first readable one: two certificates under one CKA_ID are no layout of ours. */
static gboolean find_certificate(TfSession *session, GBytes *key_id, X509 **ret_certificate, GError **error)
{
	g_autoptr(GArray) objects = NULL;

	if (g_bytes_get_size(key_id) == 0)
		return TRUE;
	objects = tf_objects_of_class(session, CKO_CERTIFICATE, key_id, error);
	if (objects == NULL)
		return FALSE;
	for (guint i = 0; i < objects->len && *ret_certificate == NULL; i++) {
		CK_OBJECT_HANDLE object = g_array_index(objects, CK_OBJECT_HANDLE, i);

		if (!tf_object_read_certificate(session, object, ret_certificate, error))
			return FALSE;
	}

	return TRUE;
}

static TfTokenKey *describe(TfSession *session, CK_OBJECT_HANDLE object, GError **error)
{
	g_autoptr(TfTokenKey) key = g_new0(TfTokenKey, 1);

	if (!tf_object_read(session, object, CKA_ID, &key->key_id, error) ||
		!tf_object_read_label(session, object, &key->label, error))
		return NULL;
	if (key->key_id == NULL)
		key->key_id = g_bytes_new(NULL, 0);
	if (!find_certificate(session, key->key_id, &key->certificate, error))
		return NULL;

	return g_steal_pointer(&key);
}

GPtrArray *tf_token_keys(TfSession *session, GError **error)
{
	g_autoptr(GArray) objects = tf_objects_of_class(session, CKO_PRIVATE_KEY, NULL, error);
	g_autoptr(GPtrArray) keys = g_ptr_array_new_with_free_func((GDestroyNotify)tf_token_key_free);

	if (objects == NULL)
		return NULL;
	for (guint i = 0; i < objects->len; i++) {
		TfTokenKey *key = describe(session, g_array_index(objects, CK_OBJECT_HANDLE, i), error);

		if (key == NULL)
			return NULL;
		g_ptr_array_add(keys, key);
	}

	return g_steal_pointer(&keys);
}
