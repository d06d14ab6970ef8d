/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What lies on the token under a planned CKA_ID, and of a key anywhere; and the removal of what is ours. */
#include <string.h>

#include "base/error.h"
#include "base/log.h"
#include "fragments.h"
#include "key/certificate.h"
#include "object.h"
#include "public-half.h"
#include "token/import.h"

static gboolean survey_private(TfSession *session, EVP_PKEY *key, CK_OBJECT_HANDLE object, GBytes *key_id,
	TfImportSurvey *survey, GError **error)
{
	g_autoptr(GBytes) id = NULL;
	TfHalf half = TF_HALF_UNKNOWN;

	if (!tf_object_read(session, object, CKA_ID, &id, error))
		return FALSE;
	if (!tf_object_compare_private(session, object, key, &half, error))
		return FALSE;

	if (id == NULL || !g_bytes_equal(id, key_id)) {
		survey->n_same_elsewhere += half == TF_HALF_SAME;
		return TRUE;
	}
	survey->n_keys_under_id++;
	survey->key_under_id_fits = survey->n_keys_under_id == 1 && half == TF_HALF_SAME;

	return TRUE;
}

/* A public key or certificate of another key under the planned CKA_ID. */
static gboolean survey_id(
	TfSession *session, EVP_PKEY *key, GBytes *key_id, gboolean *is_foreign, GError **error)
{
	for (gsize kind = 0; kind < TF_N_OBJECT_KINDS; kind++) {
		g_autoptr(GArray) objects =
			tf_objects_of_class(session, tf_object_kinds[kind].class, key_id, error);

		if (objects == NULL)
			return FALSE;
		for (guint i = 0; i < objects->len; i++) {
			TfHalf half = TF_HALF_UNKNOWN;

			if (!tf_object_kinds[kind].compare(
				    session, g_array_index(objects, CK_OBJECT_HANDLE, i), key, &half, error))
				return FALSE;
			*is_foreign = *is_foreign || half == TF_HALF_OTHER;
		}
	}

	return TRUE;
}

gboolean tf_import_survey(TfSession *session, const TfKeypair *keypair, GBytes *key_id,
	TfImportSurvey *ret_survey, GError **error)
{
	EVP_PKEY *key = tf_keypair_key(keypair);
	g_autoptr(GArray) all = tf_objects_find(session, NULL, 0, error);
	g_autoptr(GArray) keys = NULL;
	TfImportSurvey survey = { 0 };

	if (all == NULL)
		return FALSE;
	/* As the tokens are that a batch has just formatted. */
	if (all->len == 0) {
		survey.is_empty = TRUE;
		*ret_survey = survey;
		return TRUE;
	}
	keys = tf_objects_of_class(session, CKO_PRIVATE_KEY, NULL, error);
	if (keys == NULL)
		return FALSE;

	for (guint i = 0; i < keys->len; i++) {
		CK_OBJECT_HANDLE object = g_array_index(keys, CK_OBJECT_HANDLE, i);

		if (!survey_private(session, key, object, key_id, &survey, error))
			return FALSE;
	}
	if (!survey_id(session, key, key_id, &survey.id_is_foreign, error))
		return FALSE;
	if (!tf_fragments_count(session, key, &survey.n_fragments, error))
		return FALSE;
	*ret_survey = survey;

	return TRUE;
}

/* Objects of one kind under 'key_id' that are of 'key', or show nothing that speaks against it. */
static gboolean remove_kind(TfSession *session, gsize kind, GBytes *key_id, EVP_PKEY *key, GError **error)
{
	g_autoptr(GArray) objects = tf_objects_of_class(session, tf_object_kinds[kind].class, key_id, error);

	if (objects == NULL)
		return FALSE;

	for (guint i = 0; i < objects->len; i++) {
		CK_OBJECT_HANDLE object = g_array_index(objects, CK_OBJECT_HANDLE, i);
		TfHalf half = TF_HALF_OTHER;

		if (!tf_object_kinds[kind].compare(session, object, key, &half, error))
			return FALSE;
		if (half != TF_HALF_OTHER && !tf_object_destroy(session, object, error))
			return FALSE;
	}

	return TRUE;
}

/* Whether a certificate object on the token, other than 'issuer' itself, was issued under its subject name.
 */
static gboolean is_needed(TfSession *session, X509 *issuer, gboolean *ret_is_needed, GError **error)
{
	g_autoptr(GArray) objects = tf_objects_of_class(session, CKO_CERTIFICATE, NULL, error);

	if (objects == NULL)
		return FALSE;

	*ret_is_needed = FALSE;
	for (guint i = 0; i < objects->len && !*ret_is_needed; i++) {
		g_autoptr(X509) other = NULL;

		if (!tf_object_read_certificate(
			    session, g_array_index(objects, CK_OBJECT_HANDLE, i), &other, error))
			return FALSE;
		*ret_is_needed =
			other != NULL && X509_cmp(other, issuer) != 0 &&
			X509_NAME_cmp(X509_get_issuer_name(other), X509_get_subject_name(issuer)) == 0;
	}

	return TRUE;
}

/* Only where it lies as this program writes it, under the CKA_ID of its own key. */
static gboolean remove_intermediate(TfSession *session, X509 *certificate, GError **error)
{
	g_autoptr(TfPublicHalf) half = tf_public_half_new(X509_get0_pubkey(certificate));
	g_autoptr(GBytes) id = half != NULL ? tf_public_half_id(half) : NULL;
	g_autoptr(GArray) objects = NULL;
	gboolean is_still_needed = TRUE;

	if (id == NULL)
		return TRUE;
	if (!is_needed(session, certificate, &is_still_needed, error))
		return FALSE;
	if (is_still_needed)
		return TRUE;

	objects = tf_objects_of_class(session, CKO_CERTIFICATE, id, error);
	if (objects == NULL)
		return FALSE;
	for (guint i = 0; i < objects->len; i++) {
		CK_OBJECT_HANDLE object = g_array_index(objects, CK_OBJECT_HANDLE, i);
		g_autoptr(X509) found = NULL;

		if (!tf_object_read_certificate(session, object, &found, error))
			return FALSE;
		if (found != NULL && X509_cmp(found, certificate) == 0 &&
			!tf_object_destroy(session, object, error))
			return FALSE;
	}

	return TRUE;
}

gboolean tf_import_remove(
	TfSession *session, GBytes *key_id, X509 *certificate, const TfX509Stack *chain, GError **error)
{
	EVP_PKEY *key = X509_get0_pubkey(certificate);

	for (gsize kind = 0; kind < TF_N_OBJECT_KINDS; kind++) {
		if (!remove_kind(session, kind, key_id, key, error))
			return FALSE;
	}
	/* Issuer first: each that goes may leave the next one above without need. */
	for (int i = 0; chain != NULL && i < sk_X509_num(chain); i++) {
		if (!remove_intermediate(session, sk_X509_value(chain, i), error))
			return FALSE;
	}

	return TRUE;
}
