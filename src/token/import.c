/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "token/import.h"

#include <glib/gi18n.h>
#include <string.h>

#include "base/error.h"
#include "base/log.h"
#include "ckr.h"
#include "fragments.h"
#include "key/certificate.h"
#include "layout.h"
#include "object.h"
#include "writer.h"

GBytes *tf_import_plan_id(const TfKeypair *keypair)
{
	g_autoptr(GBytes) key_id = tf_import_plan_id_of(tf_keypair_key(keypair));

	g_assert(key_id != NULL);

	return g_steal_pointer(&key_id);
}

GBytes *tf_import_plan_id_of(EVP_PKEY *public)
{
	g_autoptr(TfPublicHalf) half = tf_public_half_new(public);

	return half != NULL ? tf_public_half_id(half) : NULL;
}

gboolean tf_import_carries_label(const gchar *label)
{
	return tf_layout_is_plain_label(label);
}

typedef struct Need {
	CK_MECHANISM_TYPE mechanism;
	CK_FLAGS flag;
	const gchar *name;
} Need;

/* The one mechanism without which the key would be of no use on the token. */
static Need need_of(const TfKeypair *keypair)
{
	TfKeyUsage usage = tf_certificate_key_usage(tf_keypair_certificate(keypair));

	if (EVP_PKEY_is_a(tf_keypair_key(keypair), "RSA"))
		return (Need){ CKM_RSA_PKCS, usage.may_sign ? CKF_SIGN : CKF_DECRYPT, "CKM_RSA_PKCS" };
	if (usage.may_sign)
		return (Need){ CKM_ECDSA, CKF_SIGN, "CKM_ECDSA" };

	return (Need){ CKM_ECDH1_DERIVE, CKF_DERIVE, "CKM_ECDH1_DERIVE" };
}

gboolean tf_import_check(TfSession *session, const TfKeypair *keypair, GError **error)
{
	Need need = need_of(keypair);
	gulong bits = (gulong)EVP_PKEY_get_bits(tf_keypair_key(keypair));
	CK_MECHANISM_INFO info = { 0 };
	CK_RV rv = tf_session_functions(session)->C_GetMechanismInfo(
		tf_session_slot(session), need.mechanism, &info);
	g_autofree gchar *what = NULL;

	if (rv == CKR_MECHANISM_INVALID)
		return tf_raise(error, TF_ERROR_TOKEN_UNSUPPORTED, need.name, NULL);
	if (!tf_ckr_check(rv, "C_GetMechanismInfo", error))
		return FALSE;
	if ((info.flags & need.flag) == 0)
		return tf_raise(error, TF_ERROR_TOKEN_UNSUPPORTED, need.name, NULL);
	/* A maximum of 0 is no statement. */
	if (bits >= info.ulMinKeySize && (bits <= info.ulMaxKeySize || info.ulMaxKeySize == 0))
		return TRUE;

	what = g_strdup_printf("%s, %lu (%lu-%lu)", need.name, bits, info.ulMinKeySize, info.ulMaxKeySize);

	return tf_raise(error, TF_ERROR_TOKEN_UNSUPPORTED, what, NULL);
}

static gboolean raise_occupied(TfSession *session, TfErrorCode code, GBytes *id, GError **error)
{
	g_autofree gchar *hex = tf_hex(g_bytes_get_data(id, NULL), g_bytes_get_size(id));

	return tf_raise(error, code, tf_token_name(tf_session_token(session)), hex, NULL);
}

/*
 * Whether the private key is to be written. What lies under the CKA_ID of a resumed run is ours unless it
 * shows another key.
 */
static gboolean make_room(TfWriter *writer, TfSession *session, const TfKeypair *keypair,
	const TfImportOptions *options, const gchar *label, gboolean *ret_key_is_there, GError **error)
{
	TfImportSurvey survey;
	gboolean key_is_there = FALSE;

	if (!tf_import_survey(session, keypair, options->key_id, &survey, error))
		return FALSE;
	if (survey.id_is_foreign)
		return raise_occupied(session, TF_ERROR_TOKEN_ID_TAKEN, options->key_id, error);
	if (!options->is_resumed && (survey.key_under_id_fits || survey.n_same_elsewhere > 0))
		return raise_occupied(session, TF_ERROR_TOKEN_KEY_EXISTS, options->key_id, error);
	if (!options->is_resumed && survey.n_keys_under_id > 0)
		return raise_occupied(session, TF_ERROR_TOKEN_ID_TAKEN, options->key_id, error);
	/* What makes objects of itself is a card, and no module of files. */
	if (survey.is_empty && options->copies_public)
		tf_writer_begin_alone(writer);

	if (options->owns_fragments && !tf_fragments_remove(session, tf_keypair_key(keypair), label, error))
		return FALSE;
	key_is_there = survey.key_under_id_fits && !options->is_unfinished;
	if (!key_is_there && options->is_resumed &&
		!tf_import_remove(session, options->key_id, tf_keypair_certificate(keypair), NULL, error))
		return FALSE;
	*ret_key_is_there = key_is_there;

	return !options->is_unfinished ||
	       tf_key_files_remove_stray(session, &options->key_files, tf_keypair_key(keypair), error);
}

/* The template holds the private parts: it lives for this one write. */
static gboolean write_private_key(TfWriter *writer, const TfKeypair *keypair, const TfPublicHalf *half,
	GBytes *id, const gchar *label, GError **error)
{
	g_autoptr(TfTemplate) template = tf_layout_private_key(keypair, half, id, label, error);

	return template != NULL && tf_writer_create(writer, template, error);
}

static gboolean write_public_key(TfWriter *writer, TfSession *session, const TfKeypair *keypair,
	const TfPublicHalf *half, GBytes *id, const gchar *label, GError **error)
{
	g_autoptr(TfTemplate) template = tf_layout_public_key(keypair, half, id, label);
	g_autoptr(GArray) there = NULL;

	if (tf_writer_is_alone(writer))
		return tf_writer_create(writer, template, error);
	there = tf_objects_of_class(session, CKO_PUBLIC_KEY, id, error);
	if (there == NULL)
		return FALSE;

	/* make_room() has seen that it is of this key. Some tokens make it by themselves. */
	return there->len > 0 || tf_writer_create(writer, template, error);
}

/* A token may pad; what is decoded ends where the certificate does. */
static gboolean begins_with(GBytes *value, GBytes *der)
{
	gsize length = g_bytes_get_size(der);

	return value != NULL && g_bytes_get_size(value) >= length &&
	       memcmp(g_bytes_get_data(value, NULL), g_bytes_get_data(der, NULL), length) == 0;
}

static gboolean is_there(
	TfSession *session, X509 *certificate, GBytes *id, gboolean *ret_is_there, GError **error)
{
	g_autoptr(GArray) objects = tf_objects_of_class(session, CKO_CERTIFICATE, id, error);
	g_autoptr(GBytes) der = tf_certificate_der(certificate);

	if (objects == NULL)
		return FALSE;

	*ret_is_there = FALSE;
	for (guint i = 0; i < objects->len && !*ret_is_there; i++) {
		CK_OBJECT_HANDLE object = g_array_index(objects, CK_OBJECT_HANDLE, i);
		g_autoptr(GBytes) value = NULL;

		if (!tf_object_read(session, object, CKA_VALUE, &value, error))
			return FALSE;
		*ret_is_there = begins_with(value, der);
	}

	return TRUE;
}

static gboolean write_certificate(TfWriter *writer, TfSession *session, const TfKeypair *keypair, GBytes *id,
	const gchar *label, GError **error)
{
	X509 *certificate = tf_keypair_certificate(keypair);
	g_autoptr(TfTemplate) template = tf_layout_certificate(
		N_("certificate"), certificate, TF_CERTIFICATE_CATEGORY_TOKEN_USER, id, label);
	gboolean is_written = FALSE;

	if (!tf_writer_is_alone(writer) && !is_there(session, certificate, id, &is_written, error))
		return FALSE;

	return is_written || tf_writer_create(writer, template, error);
}

/* Under whatever CKA_ID it lies: several keys of one token may share an intermediate. */
static gboolean write_intermediate(TfWriter *writer, TfSession *session, X509 *certificate, GError **error)
{
	g_autoptr(TfPublicHalf) half = tf_public_half_new(X509_get0_pubkey(certificate));
	g_autoptr(GBytes) id = half != NULL ? tf_public_half_id(half) : NULL;
	g_autofree gchar *label = NULL;
	g_autoptr(TfTemplate) template = NULL;
	gboolean is_written = FALSE;

	if (id == NULL) {
		g_ptr_array_add(tf_writer_dropped(writer), g_strdup("intermediate"));
		return TRUE;
	}
	if (!is_there(session, certificate, NULL, &is_written, error))
		return FALSE;
	if (is_written)
		return TRUE;

	label = tf_layout_label(NULL, certificate, id);
	template = tf_layout_certificate(
		N_("intermediate"), certificate, TF_CERTIFICATE_CATEGORY_AUTHORITY, id, label);

	return tf_writer_create(writer, template, error);
}

/* The order is the family's affair: a run that died in the middle writes what is missing, or all of it again.
 */
static gboolean write_pair(TfWriter *writer, TfSession *session, const TfKeypair *keypair,
	const TfImportOptions *options, const gchar *label, gboolean key_is_there, GError **error)
{
	GBytes *id = options->key_id;
	g_autoptr(TfPublicHalf) half = tf_public_half_new(tf_keypair_key(keypair));

	g_assert(half != NULL);
	if (options->certificate_first && !write_certificate(writer, session, keypair, id, label, error))
		return FALSE;
	if (!key_is_there && !write_private_key(writer, keypair, half, id, label, error))
		return FALSE;
	if (!options->makes_public_key && !write_public_key(writer, session, keypair, half, id, label, error))
		return FALSE;

	return options->certificate_first || write_certificate(writer, session, keypair, id, label, error);
}

static gboolean write_chain(TfWriter *writer, TfSession *session, const TfX509Stack *chain, GError **error)
{
	for (int i = 0; chain != NULL && i < sk_X509_num(chain); i++) {
		X509 *certificate = sk_X509_value(chain, i);

		/* Nobody trusts a root because a token holds it. */
		if (tf_certificate_is_self_signed(certificate))
			continue;
		if (!write_intermediate(writer, session, certificate, error))
			return FALSE;
	}

	return TRUE;
}

gboolean tf_import(TfSession *session, const TfKeypair *keypair, const TfImportOptions *options,
	GPtrArray **ret_dropped, GError **error)
{
	g_autofree gchar *label =
		tf_layout_label(options->label, tf_keypair_certificate(keypair), options->key_id);
	g_autoptr(TfWriter) writer = tf_writer_new(session, tf_keypair_key(keypair), options->copies_public);
	gboolean key_is_there = FALSE;

	if (!make_room(writer, session, keypair, options, label, &key_is_there, error))
		return FALSE;
	if (!write_pair(writer, session, keypair, options, label, key_is_there, error))
		return FALSE;
	if (!write_chain(writer, session, tf_keypair_chain(keypair), error))
		return FALSE;

	if (tf_writer_was_refused(writer) &&
		!tf_key_files_remove_stray(session, &options->key_files, tf_keypair_key(keypair), error))
		return FALSE;

	*ret_dropped = g_ptr_array_ref(tf_writer_dropped(writer));
	tf_writer_keep(writer);

	return TRUE;
}
