/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "token/keys.h"

#include "object.h"
#include "public-half.h"

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

static gboolean is_named_after(GBytes *key_id, const TfPublicHalf *half)
{
	g_autoptr(GBytes) planned = tf_public_half_id(half);

	return g_bytes_equal(key_id, planned);
}

static gboolean belongs_to(TfSession *session, CK_OBJECT_HANDLE object, const TfTokenKey *key, X509 *of,
	gboolean *ret_belongs, GError **error)
{
	EVP_PKEY *public = X509_get0_pubkey(of);
	g_autoptr(TfPublicHalf) half = public != NULL ? tf_public_half_new(public) : NULL;
	TfHalf found = TF_HALF_UNKNOWN;

	*ret_belongs = FALSE;
	/* A key of a kind that is never written here. */
	if (half == NULL)
		return TRUE;
	if (!tf_object_compare_private(session, object, public, &found, error))
		return FALSE;
	*ret_belongs =
		found == TF_HALF_SAME || (found == TF_HALF_UNKNOWN && is_named_after(key->key_id, half));

	return TRUE;
}

GPtrArray *tf_token_keys(TfSession *session, X509 *of, GError **error)
{
	g_autoptr(GArray) objects = tf_objects_of_class(session, CKO_PRIVATE_KEY, NULL, error);
	g_autoptr(GPtrArray) keys = g_ptr_array_new_with_free_func((GDestroyNotify)tf_token_key_free);

	if (objects == NULL)
		return NULL;
	for (guint i = 0; i < objects->len; i++) {
		CK_OBJECT_HANDLE object = g_array_index(objects, CK_OBJECT_HANDLE, i);
		g_autoptr(TfTokenKey) key = describe(session, object, error);
		gboolean is_wanted = TRUE;

		if (key == NULL || (of != NULL && !belongs_to(session, object, key, of, &is_wanted, error)))
			return NULL;
		if (is_wanted)
			g_ptr_array_add(keys, g_steal_pointer(&key));
	}

	return g_steal_pointer(&keys);
}
