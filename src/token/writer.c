/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "writer.h"

#include <glib/gi18n.h>
#include <string.h>

#include "base/error.h"
#include "base/log.h"
#include "ckr.h"

struct TfWriter {
	TfSession *session;
	EVP_PKEY *key;
	GArray *written; /* CK_OBJECT_HANDLE */
	GPtrArray *dropped;
	gboolean was_refused;
	gboolean copies_public;
	gboolean is_alone;
};

TfWriter *tf_writer_new(TfSession *session, EVP_PKEY *key, gboolean copies_public)
{
	TfWriter *writer = g_new0(TfWriter, 1);

	writer->session = session;
	writer->key = key;
	writer->copies_public = copies_public;
	writer->written = g_array_new(FALSE, FALSE, sizeof(CK_OBJECT_HANDLE));
	writer->dropped = g_ptr_array_new_with_free_func(g_free);

	return writer;
}

void tf_writer_free(TfWriter *writer)
{
	if (writer == NULL)
		return;

	for (guint i = writer->written->len; i > 0; i--) {
		CK_OBJECT_HANDLE object = g_array_index(writer->written, CK_OBJECT_HANDLE, i - 1);
		g_autoptr(GError) failure = NULL;

		/* What cannot be removed now is found by the next run, under the planned CKA_ID. */
		if (!tf_object_destroy(writer->session, object, &failure))
			tf_log("left behind", "reason", failure->message, NULL);
	}
	g_array_unref(writer->written);
	g_ptr_array_unref(writer->dropped);
	g_free(writer);
}

void tf_writer_keep(TfWriter *writer)
{
	g_array_set_size(writer->written, 0);
}

void tf_writer_begin_alone(TfWriter *writer)
{
	writer->is_alone = TRUE;
}

gboolean tf_writer_is_alone(const TfWriter *writer)
{
	return writer->is_alone;
}

gboolean tf_writer_was_refused(const TfWriter *writer)
{
	return writer->was_refused;
}

GPtrArray *tf_writer_dropped(const TfWriter *writer)
{
	return writer->dropped;
}

static gboolean contains(const GArray *handles, CK_OBJECT_HANDLE object)
{
	for (guint i = 0; i < handles->len; i++) {
		if (g_array_index(handles, CK_OBJECT_HANDLE, i) == object)
			return TRUE;
	}

	return FALSE;
}

static const CK_ATTRIBUTE *attribute_of(const TfTemplate *template, CK_ATTRIBUTE_TYPE type)
{
	gulong n = 0;
	const CK_ATTRIBUTE *attributes = tf_template_attributes(template, &n);

	for (gulong i = 0; i < n; i++) {
		if (attributes[i].type == type)
			return &attributes[i];
	}

	return NULL;
}

/* Whether an object shows what the template gave it, or shows nothing there. */
static gboolean may_be_of(
	TfWriter *writer, CK_OBJECT_HANDLE object, const TfTemplate *template, CK_ATTRIBUTE_TYPE type)
{
	const CK_ATTRIBUTE *wanted = attribute_of(template, type);
	g_autoptr(GBytes) value = NULL;
	gsize length = 0;
	const guint8 *bytes = NULL;

	if (!tf_object_read(writer->session, object, type, &value, NULL))
		return FALSE;

	if (value != NULL)
		bytes = g_bytes_get_data(value, &length);

	return length == 0 || (length == wanted->ulValueLen && memcmp(bytes, wanted->pValue, length) == 0);
}

/*
 * An object that was not there before is either what the failed write left, or another program's, written in
 * the meantime. Ours has our CKA_ID or none, and shows our certificate or public half, or none.
 */
static gboolean is_ghost(TfWriter *writer, CK_OBJECT_HANDLE object, const TfTemplate *template)
{
	TfHalf half = TF_HALF_OTHER;

	if (!may_be_of(writer, object, template, CKA_ID))
		return FALSE;
	if (tf_template_class(template) == CKO_CERTIFICATE)
		return may_be_of(writer, object, template, CKA_VALUE);
	if (!tf_object_compare(writer->session, object, writer->key, &half, NULL))
		return FALSE;

	return half != TF_HALF_OTHER;
}

static void remove_ghosts(TfWriter *writer, const TfTemplate *template, const GArray *before)
{
	g_autoptr(GArray) after =
		tf_objects_of_class(writer->session, tf_template_class(template), NULL, NULL);

	for (guint i = 0; after != NULL && i < after->len; i++) {
		CK_OBJECT_HANDLE object = g_array_index(after, CK_OBJECT_HANDLE, i);

		if (contains(before, object) || !is_ghost(writer, object, template))
			continue;
		if (tf_object_destroy(writer->session, object, NULL))
			tf_log("ghost", "removed", tf_template_name(template), NULL);
	}
}

/* Of one class, by a search that finds nothing of a session only. */
static GArray *find_on_token(TfWriter *writer, const TfTemplate *template, GError **error)
{
	CK_OBJECT_CLASS class = tf_template_class(template);
	CK_BBOOL yes = CK_TRUE;
	const CK_ATTRIBUTE wanted[] = {
		{ CKA_CLASS, &class, sizeof class },
		{ CKA_TOKEN, &yes, sizeof yes },
	};

	return tf_objects_find(writer->session, wanted, G_N_ELEMENTS(wanted), error);
}

/* 'object' may be nonsense of the module's: only what was not there before is ever undone. */
static void note_written(TfWriter *writer, const GArray *before, CK_OBJECT_HANDLE object)
{
	if (!contains(before, object))
		g_array_append_val(writer->written, object);
}

static gboolean check_written(
	TfWriter *writer, const TfTemplate *template, const GArray *before, GError **error)
{
	g_autoptr(GArray) after =
		tf_objects_of_class(writer->session, tf_template_class(template), NULL, error);

	if (after == NULL)
		return FALSE;
	for (guint i = 0; i < after->len; i++) {
		if (!contains(before, g_array_index(after, CK_OBJECT_HANDLE, i)))
			return TRUE;
	}

	return tf_raise(error, TF_ERROR_TOKEN_NOT_KEPT, tf_token_name(tf_session_token(writer->session)),
		_(tf_template_name(template)), NULL);
}

static gboolean is_dispensable(const TfTemplate *template, CK_RV rv)
{
	return tf_template_class(template) == CKO_PUBLIC_KEY &&
	       (tf_template_is_refused(rv) || rv == CKR_FUNCTION_NOT_SUPPORTED);
}

/* The template as a session object; the values are the template's. */
static CK_RV create_in_session(TfWriter *writer, const TfTemplate *template, CK_OBJECT_HANDLE *ret_object)
{
	TfSession *session = writer->session;
	CK_BBOOL no = CK_FALSE;
	gulong n = 0;
	const CK_ATTRIBUTE *attributes = tf_template_attributes(template, &n);
	g_autofree CK_ATTRIBUTE *copy = g_memdup2(attributes, n * sizeof *attributes);

	for (gulong i = 0; i < n; i++) {
		if (copy[i].type == CKA_TOKEN)
			copy[i].pValue = &no;
	}

	return tf_session_functions(session)->C_CreateObject(tf_session_handle(session), copy, n, ret_object);
}

static CK_RV copy_to_token(TfWriter *writer, CK_OBJECT_HANDLE made, CK_OBJECT_HANDLE *ret_object)
{
	CK_BBOOL yes = CK_TRUE;
	CK_ATTRIBUTE to_token = { CKA_TOKEN, &yes, sizeof yes };

	return tf_session_functions(writer->session)
		->C_CopyObject(tf_session_handle(writer->session), made, &to_token, 1, ret_object);
}

static CK_RV create_by_copy(TfWriter *writer, const TfTemplate *template, CK_OBJECT_HANDLE *ret_object)
{
	CK_OBJECT_HANDLE made = CK_INVALID_HANDLE;
	CK_RV rv = create_in_session(writer, template, &made);

	if (rv != CKR_OK)
		return rv;
	rv = copy_to_token(writer, made, ret_object);
	(void)tf_object_destroy(writer->session, made, NULL);

	return rv;
}

/* A module may not heed what the copy was asked to be; in the session it would be gone with it. */
static gboolean is_on_token(TfWriter *writer, const TfTemplate *template, CK_OBJECT_HANDLE object)
{
	g_autoptr(GArray) found = find_on_token(writer, template, NULL);

	return found != NULL && contains(found, object);
}

/* FALSE where the token makes no copies: that is no refusal of the template, and says nothing of what is
 * written without one. */
static gboolean write_by_copy(
	TfWriter *writer, const TfTemplate *template, const GArray *before, CK_RV *ret_rv)
{
	CK_OBJECT_HANDLE object = CK_INVALID_HANDLE;

	*ret_rv = create_by_copy(writer, template, &object);
	if (*ret_rv == CKR_OK && is_on_token(writer, template, object) && !contains(before, object)) {
		note_written(writer, before, object);
		return TRUE;
	}
	if (!tf_ckr_is_removal(*ret_rv))
		remove_ghosts(writer, template, before);

	return FALSE;
}

static CK_RV create(TfWriter *writer, TfTemplate *template, CK_OBJECT_HANDLE *ret_object)
{
	gulong n = 0;
	CK_ATTRIBUTE *attributes = tf_template_attributes(template, &n);

	return tf_session_functions(writer->session)
		->C_CreateObject(tf_session_handle(writer->session), attributes, n, ret_object);
}

/* What a new object is told from. */
static GArray *list_before(const TfWriter *writer, const TfTemplate *template, GError **error)
{
	if (writer->is_alone)
		return g_array_copy(writer->written);

	return tf_objects_of_class(writer->session, tf_template_class(template), NULL, error);
}

gboolean tf_writer_create(TfWriter *writer, TfTemplate *template, GError **error)
{
	g_autoptr(GArray) before = list_before(writer, template, error);
	gboolean tries_copy = writer->copies_public && tf_template_class(template) != CKO_PRIVATE_KEY;

	if (before == NULL)
		return FALSE;

	for (;;) {
		CK_OBJECT_HANDLE object = CK_INVALID_HANDLE;
		CK_RV rv = CKR_OK;

		if (tries_copy && write_by_copy(writer, template, before, &rv))
			return TRUE;
		if (!tf_ckr_is_removal(rv))
			rv = create(writer, template, &object);
		if (rv == CKR_OK) {
			note_written(writer, before, object);
			return check_written(writer, template, before, error);
		}
		writer->was_refused = TRUE;
		tf_log("refused", "object", tf_template_name(template), "code", tf_ckr_name(rv), NULL);
		if (!tf_ckr_is_removal(rv))
			remove_ghosts(writer, template, before);
		if (tf_template_yield(template, rv, writer->dropped))
			continue;
		if (!is_dispensable(template, rv))
			return tf_ckr_check(rv, "C_CreateObject", error);
		g_ptr_array_add(writer->dropped, g_strdup(tf_template_name(template)));
		return TRUE;
	}
}
