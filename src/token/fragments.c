/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fragments.h"

#include <string.h>

#include "object.h"

/* Not as tf_object_kinds: no neighbour speaks for an object without CKA_ID. */
static const TfObjectKind kinds[] = {
	{ CKO_PRIVATE_KEY, tf_object_compare },
	{ CKO_PUBLIC_KEY, tf_object_compare },
	{ CKO_CERTIFICATE, tf_object_compare_certificate },
};

static gboolean has_id(TfSession *session, CK_OBJECT_HANDLE object, gboolean *ret_has, GError **error)
{
	g_autoptr(GBytes) id = NULL;

	if (!tf_object_read(session, object, CKA_ID, &id, error))
		return FALSE;
	*ret_has = id != NULL && g_bytes_get_size(id) > 0;

	return TRUE;
}

static gboolean is_fragment(TfSession *session, gsize kind, CK_OBJECT_HANDLE object, EVP_PKEY *key,
	gboolean *ret_is, GError **error)
{
	TfHalf half = TF_HALF_OTHER;
	TfClaim was_made_here = TF_CLAIM_UNKNOWN;
	gboolean is_named = FALSE;

	if (!has_id(session, object, &is_named, error) ||
		!tf_object_read_boolean(session, object, CKA_LOCAL, &was_made_here, error) ||
		!kinds[kind].compare(session, object, key, &half, error))
		return FALSE;
	*ret_is = !is_named && was_made_here != TF_CLAIM_TRUE && half != TF_HALF_OTHER;

	return TRUE;
}

static gboolean find_kind(TfSession *session, gsize kind, EVP_PKEY *key, GArray *fragments, GError **error)
{
	g_autoptr(GArray) objects = tf_objects_of_class(session, kinds[kind].class, NULL, error);

	if (objects == NULL)
		return FALSE;

	for (guint i = 0; i < objects->len; i++) {
		CK_OBJECT_HANDLE object = g_array_index(objects, CK_OBJECT_HANDLE, i);
		gboolean is = FALSE;

		if (!is_fragment(session, kind, object, key, &is, error))
			return FALSE;
		if (is)
			g_array_append_val(fragments, object);
	}

	return TRUE;
}

/* CK_OBJECT_HANDLE of every fragment. */
static GArray *find(TfSession *session, EVP_PKEY *key, GError **error)
{
	g_autoptr(GArray) fragments = g_array_new(FALSE, FALSE, sizeof(CK_OBJECT_HANDLE));

	for (gsize kind = 0; kind < G_N_ELEMENTS(kinds); kind++) {
		if (!find_kind(session, kind, key, fragments, error))
			return NULL;
	}

	return g_steal_pointer(&fragments);
}

gboolean tf_fragments_count(TfSession *session, EVP_PKEY *key, guint *ret_count, GError **error)
{
	g_autoptr(GArray) fragments = find(session, key, error);

	if (fragments == NULL)
		return FALSE;
	*ret_count = fragments->len;

	return TRUE;
}

static gboolean may_be_removed(
	TfSession *session, CK_OBJECT_HANDLE object, const gchar *label, gboolean *ret_may_be, GError **error)
{
	g_autofree gchar *found = NULL;
	g_autoptr(GBytes) value = NULL;

	if (!tf_object_read_label(session, object, &found, error) ||
		!tf_object_read(session, object, CKA_KEY_TYPE, &value, error))
		return FALSE;
	*ret_may_be = value == NULL || found[0] == '\0' || strcmp(found, label) == 0;

	return TRUE;
}

gboolean tf_fragments_remove(TfSession *session, EVP_PKEY *key, const gchar *label, GError **error)
{
	g_autoptr(GArray) fragments = find(session, key, error);

	if (fragments == NULL)
		return FALSE;

	for (guint i = 0; i < fragments->len; i++) {
		CK_OBJECT_HANDLE object = g_array_index(fragments, CK_OBJECT_HANDLE, i);
		gboolean may_be = FALSE;

		if (!may_be_removed(session, object, label, &may_be, error))
			return FALSE;
		if (may_be && !tf_object_destroy(session, object, error))
			return FALSE;
	}

	return TRUE;
}
