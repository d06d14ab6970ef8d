/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "token/nss-removal.h"

#include <glib/gi18n.h>
#include <string.h>

#include "base/error.h"
#include "key/certificate.h"
#include "nss-store-private.h"
#include "object.h"
#include "public-half.h"

typedef enum Ours {
	OURS_NO,
	OURS_PERHAPS, /* a private key that says so by its CKA_ID alone, which it takes more to destroy */
	OURS_YES,
} Ours;

static gboolean has_id_of(
	TfSession *session, CK_OBJECT_HANDLE object, EVP_PKEY *key, gboolean *ret_has, GError **error)
{
	g_autoptr(TfPublicHalf) half = tf_public_half_new(key);
	g_autoptr(GBytes) own = half != NULL ? tf_public_half_id(half) : NULL;
	g_autoptr(GBytes) id = NULL;

	if (!tf_object_read(session, object, CKA_ID, &id, error))
		return FALSE;
	*ret_has = own != NULL && id != NULL && g_bytes_equal(own, id);

	return TRUE;
}

/*
 * NSS signs the numbers of a public key in the other database, and when it is killed while it destroys one,
 * the signature is gone before the object: what is left answers with CKR_OBJECT_HANDLE_INVALID.
 */
static gboolean compare(TfSession *session, gsize kind, CK_OBJECT_HANDLE object, EVP_PKEY *key,
	TfHalf *ret_half, GError **error)
{
	g_autoptr(GError) problem = NULL;

	if (tf_object_kinds[kind].compare(session, object, key, ret_half, &problem))
		return TRUE;
	*ret_half = TF_HALF_UNKNOWN;
	if (g_error_matches(problem, TF_ERROR, TF_ERROR_TOKEN_FAILED))
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&problem));

	return FALSE;
}

/* A further certificate of the same key is not on the token, and no secret. */
static gboolean judge_certificate(
	TfSession *session, CK_OBJECT_HANDLE object, X509 *certificate, Ours *ret_ours, GError **error)
{
	g_autoptr(X509) own = NULL;

	if (!tf_object_read_certificate(session, object, &own, error))
		return FALSE;
	*ret_ours = own != NULL && X509_cmp(own, certificate) == 0 ? OURS_YES : OURS_NO;

	return TRUE;
}

static gboolean judge(TfSession *session, gsize kind, CK_OBJECT_HANDLE object, X509 *certificate,
	Ours *ret_ours, GError **error)
{
	EVP_PKEY *key = X509_get0_pubkey(certificate);
	TfHalf half = TF_HALF_OTHER;
	gboolean has_id = FALSE;

	if (tf_object_kinds[kind].class == CKO_CERTIFICATE)
		return judge_certificate(session, object, certificate, ret_ours, error);
	if (!compare(session, kind, object, key, &half, error))
		return FALSE;
	if (half == TF_HALF_UNKNOWN && !has_id_of(session, object, key, &has_id, error))
		return FALSE;
	*ret_ours = half == TF_HALF_SAME ? OURS_YES : OURS_NO;
	if (has_id)
		*ret_ours = tf_object_kinds[kind].class == CKO_PRIVATE_KEY ? OURS_PERHAPS : OURS_YES;

	return TRUE;
}

static gboolean destroy_kind(TfSession *session, gsize kind, X509 *certificate, GError **error)
{
	g_autoptr(GArray) objects = tf_objects_of_class(session, tf_object_kinds[kind].class, NULL, error);

	if (objects == NULL)
		return FALSE;
	for (guint i = 0; i < objects->len; i++) {
		CK_OBJECT_HANDLE object = g_array_index(objects, CK_OBJECT_HANDLE, i);
		Ours ours = OURS_NO;

		if (!judge(session, kind, object, certificate, &ours, error))
			return FALSE;
		if (ours == OURS_YES && !tf_object_destroy(session, object, error))
			return FALSE;
	}

	return TRUE;
}

static gboolean check_proof(
	X509 *certificate, const guint8 source_sha256[TF_SHA256_SIZE], const TfProof *proof, GError **error)
{
	guint8 spki_sha256[TF_SHA256_SIZE];

	tf_certificate_spki_sha256(certificate, spki_sha256);
	if (memcmp(spki_sha256, tf_proof_spki_sha256(proof), TF_SHA256_SIZE) != 0)
		return tf_raise(error, TF_ERROR_PROOF_INVALID, _("the proof is for another key"), NULL);
	if (!tf_proof_is_fresh(proof) &&
		memcmp(source_sha256, tf_proof_source_sha256(proof), TF_SHA256_SIZE) != 0)
		return tf_raise(
			error, TF_ERROR_PROOF_INVALID, _("the stored proof is for another source"), NULL);

	return TRUE;
}

gboolean tf_nss_removal(TfNssStore *store, X509 *certificate, const guint8 source_sha256[TF_SHA256_SIZE],
	const TfProof *proof, GError **error)
{
	if (!check_proof(certificate, source_sha256, proof, error))
		return FALSE;
	for (gsize i = 0; i < TF_N_OBJECT_KINDS; i++) {
		if (!destroy_kind(store->session, i, certificate, error))
			return FALSE;
	}

	return TRUE;
}

static gboolean find_kind(
	TfNssStore *store, gsize kind, X509 *certificate, gboolean *ret_finds, GError **error)
{
	g_autoptr(GArray) objects =
		tf_objects_of_class(store->session, tf_object_kinds[kind].class, NULL, error);
	Ours ours = OURS_NO;

	if (objects == NULL)
		return FALSE;
	for (guint i = 0; i < objects->len && ours == OURS_NO; i++) {
		if (!judge(store->session, kind, g_array_index(objects, CK_OBJECT_HANDLE, i), certificate,
			    &ours, error))
			return FALSE;
	}
	*ret_finds = ours != OURS_NO;

	return TRUE;
}

gboolean tf_nss_removal_is_needed(
	TfNssStore *store, X509 *certificate, gboolean *ret_is_needed, GError **error)
{
	gboolean finds = FALSE;

	for (gsize i = 0; i < TF_N_OBJECT_KINDS && !finds; i++) {
		if (!find_kind(store, i, certificate, &finds, error))
			return FALSE;
	}
	*ret_is_needed = finds;

	return TRUE;
}

gboolean tf_nss_removal_finds_private(
	TfNssStore *store, X509 *certificate, gboolean *ret_finds, GError **error)
{
	return find_kind(store, 0, certificate, ret_finds, error);
}
