/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a token shows to anybody: keys and certificates seen without login. */
#include "key/certificate.h"
#include "object.h"

static const struct {
	CK_OBJECT_CLASS class;
	const gchar *name;
} kinds[] = {
	{ CKO_CERTIFICATE, "certificate" },
	{ CKO_PUBLIC_KEY, "public-key" },
	{ CKO_PRIVATE_KEY, "private-key" },
};

void tf_token_object_free(TfTokenObject *object)
{
	if (object == NULL)
		return;

	g_free(object->kind);
	g_free(object->label);
	g_free(object->id);
	tf_certificate_facts_free(object->certificate);
	g_free(object);
}

static TfTokenObject *describe(TfSession *session, gsize kind, CK_OBJECT_HANDLE handle, GError **error)
{
	g_autoptr(TfTokenObject) object = g_new0(TfTokenObject, 1);
	g_autoptr(GBytes) id = NULL;
	g_autoptr(X509) certificate = NULL;

	object->kind = g_strdup(kinds[kind].name);
	if (!tf_object_read_label(session, handle, &object->label, error))
		return NULL;
	if (!tf_object_read(session, handle, CKA_ID, &id, error))
		return NULL;
	if (kinds[kind].class == CKO_CERTIFICATE &&
		!tf_object_read_certificate(session, handle, &certificate, error))
		return NULL;

	object->id = id != NULL ? tf_hex(g_bytes_get_data(id, NULL), g_bytes_get_size(id)) : g_strdup("");
	if (certificate != NULL)
		object->certificate = tf_certificate_describe(certificate);

	return g_steal_pointer(&object);
}

static gboolean add_kind(TfSession *session, gsize kind, GPtrArray *objects, GError **error)
{
	g_autoptr(GArray) handles = tf_objects_of_class(session, kinds[kind].class, NULL, error);

	if (handles == NULL)
		return FALSE;

	for (guint i = 0; i < handles->len; i++) {
		TfTokenObject *object =
			describe(session, kind, g_array_index(handles, CK_OBJECT_HANDLE, i), error);

		if (object == NULL)
			return FALSE;
		g_ptr_array_add(objects, object);
	}

	return TRUE;
}

GPtrArray *tf_token_objects(TfModule *module, const TfTokenStatus *status, GError **error)
{
	g_autoptr(GPtrArray) objects = g_ptr_array_new_with_free_func((GDestroyNotify)tf_token_object_free);
	g_autoptr(TfSession) session = tf_session_open(module, status, FALSE, error);

	if (session == NULL)
		return NULL;

	for (gsize kind = 0; kind < G_N_ELEMENTS(kinds); kind++) {
		if (!add_kind(session, kind, objects, error))
			return NULL;
	}

	return g_steal_pointer(&objects);
}
