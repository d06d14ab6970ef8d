/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "source.h"

#include <glib/gi18n.h>
#include <string.h>

#include "base/error.h"
#include "disk/known.h"
#include "place.h"
#include "transfer/attributes.h"
#include "transfer/wiped.h"

#define CERTIFICATE_SIZE_LIMIT 65536u

void tf_source_close(TfSource *source)
{
	g_clear_pointer(&source->keypair, tf_keypair_free);
}

void tf_source_free(TfSource *source)
{
	if (source == NULL)
		return;

	tf_source_close(source);
	tf_found_free(source->found);
	tf_media_free(source->media);
	tf_secret_free(source->store_password);
	g_free(source->path);
	X509_free(source->certificate);
	tf_x509_stack_free(source->chain);
	tf_certificate_facts_free(source->facts);
	g_clear_pointer(&source->export, g_bytes_unref);
	g_free(source->label);
	g_clear_pointer(&source->carried, g_ptr_array_unref);
	g_clear_pointer(&source->dropped, g_ptr_array_unref);
	g_free(source);
}

static gboolean open_pkcs12(gpointer pkcs12, const TfSecret *password, GError **error)
{
	return tf_pkcs12_open(pkcs12, password, error);
}

static gboolean open_with_password(TfPkcs12 *pkcs12, const gchar *path, const TfDialogue *dialogue,
	gboolean *ret_opens_to_all, GError **error)
{
	g_autoptr(TfSecret) password = tf_dialogue_open(
		dialogue, dialogue->password, path, open_pkcs12, pkcs12, TF_ERROR_PIN_CODE_WRONG, error);

	*ret_opens_to_all = password != NULL && tf_secret_length(password) == 0;

	return password != NULL;
}

gboolean tf_source_choose_key(const TfTransferPlan *plan, const TfDialogue *dialogue,
	const GPtrArray *certificates, const gchar *path, guint *ret_index, GError **error)
{
	guint n_keys = certificates->len;

	if (n_keys == 0)
		return tf_raise(error, TF_ERROR_SOURCE_NO_KEY, path, NULL);
	if (plan->key_index >= 0) {
		if ((guint)plan->key_index >= n_keys)
			return tf_raise(error, TF_ERROR_SOURCE_SEVERAL_KEYS, path, TF_NUMBER(n_keys), NULL);
		*ret_index = (guint)plan->key_index;
		return TRUE;
	}
	if (n_keys > 1)
		return dialogue->choose_key(
			dialogue->data, certificates, path, plan->is_from_store, ret_index, error);
	*ret_index = 0;

	return TRUE;
}

static gboolean choose_key(const TfTransferPlan *plan, const TfDialogue *dialogue, const TfPkcs12 *pkcs12,
	const gchar *path, guint *ret_index, GError **error)
{
	g_autoptr(GPtrArray) certificates = g_ptr_array_new();

	for (guint i = 0; i < tf_pkcs12_n_keys(pkcs12); i++)
		g_ptr_array_add(certificates, tf_pkcs12_certificate(pkcs12, i));

	return tf_source_choose_key(plan, dialogue, certificates, path, ret_index, error);
}

X509 *tf_source_certificate_given(const TfTransferPlan *plan, GError **error)
{
	g_autoptr(GBytes) bytes = tf_file_load(plan->certificate_file, CERTIFICATE_SIZE_LIMIT, error);

	return bytes != NULL ? tf_certificate_parse(bytes, plan->certificate_file, error) : NULL;
}

static TfKeypair *take_keypair(const TfTransferPlan *plan, TfPkcs12 *pkcs12, guint index, GError **error)
{
	g_autoptr(X509) certificate = NULL;

	if (plan->certificate_file != NULL) {
		certificate = tf_source_certificate_given(plan, error);
		if (certificate == NULL)
			return NULL;
	}

	return tf_pkcs12_keypair(pkcs12, index, certificate, error);
}

static guint find_exposures(const TfPkcs12 *pkcs12, gboolean opens_to_all, const TfFound *found)
{
	g_autoptr(TfStray) stray = tf_stray_new(tf_found_path(found), NULL, TF_KIND_FILE);

	tf_known_note_protection(pkcs12, opens_to_all, stray);

	return tf_place_exposures(stray, tf_found_fd(found));
}

static TfSource *make_source(const TfPkcs12 *pkcs12, guint index, TfKeypair *keypair, TfFound *found)
{
	TfSource *source = g_new0(TfSource, 1);
	guint8 export[TF_SHA256_SIZE];

	source->path = g_strdup(tf_found_path(found));
	source->found = found;
	source->keypair = keypair;
	source->certificate = tf_keypair_certificate(keypair);
	X509_up_ref(source->certificate);
	source->chain = X509_chain_up_ref((TfX509Stack *)tf_keypair_chain(keypair));
	source->facts = tf_certificate_describe(source->certificate);
	tf_pkcs12_sha256(pkcs12, source->sha256);
	if (tf_pkcs12_export_sha256(pkcs12, export))
		source->export = g_bytes_new(export, sizeof export);
	tf_keypair_spki_sha256(keypair, source->spki_sha256);
	source->label = tf_attributes_sort(pkcs12, index, keypair, &source->carried, &source->dropped);

	return source;
}

static void tell_opened(const TfSource *source, const TfPkcs12 *pkcs12, const TfDialogue *dialogue)
{
	const TfPkcs12Protection *protection = tf_pkcs12_protection(pkcs12);
	TfNewsContext context = { .path = source->path, .certificate = source->facts };

	tf_dialogue_tell(dialogue, TF_NEWS_SOURCE_OPENED, &context);
	if (protection->has_weak_cipher || protection->has_unprotected_secret)
		tf_dialogue_tell(dialogue, TF_NEWS_WEAK_FILE, &context);
	if (tf_keypair_is_weak(source->keypair))
		tf_dialogue_tell(dialogue, TF_NEWS_WEAK_KEY, &context);
}

static TfSource *open_file(const TfTransferPlan *plan, const TfDialogue *dialogue, GError **error)
{
	g_autofree gchar *path = NULL;
	TF_AUTO_FD int fd = tf_file_open(plan->source, &path, error);
	g_autoptr(TfSecret) content = NULL;
	g_autoptr(TfPkcs12) pkcs12 = NULL;
	g_autoptr(TfKeypair) keypair = NULL;
	g_autoptr(TfFound) found = NULL;
	TfSource *source = NULL;
	gboolean opens_to_all = FALSE;
	guint index = 0;

	if (fd < 0)
		return NULL;
	content = tf_file_read_secret(fd, path, TF_PKCS12_SIZE_LIMIT, error);
	if (content == NULL)
		return NULL;
	pkcs12 = tf_pkcs12_new(content, path, error);
	if (pkcs12 == NULL)
		return NULL;
	g_clear_pointer(&content, tf_secret_free);
	if (!open_with_password(pkcs12, path, dialogue, &opens_to_all, error))
		return NULL;
	if (!choose_key(plan, dialogue, pkcs12, path, &index, error))
		return NULL;
	keypair = take_keypair(plan, pkcs12, index, error);
	if (keypair == NULL || !tf_keypair_check_purpose(keypair, path, error))
		return NULL;
	found = tf_recognise_opened(tf_file_steal(&fd), path, pkcs12, keypair, error);
	if (found == NULL)
		return NULL;

	source = make_source(pkcs12, index, g_steal_pointer(&keypair), g_steal_pointer(&found));
	source->exposures = find_exposures(pkcs12, opens_to_all, source->found);
	tell_opened(source, pkcs12, dialogue);

	return source;
}

TfSource *tf_source_open(
	const TfTransferPlan *plan, gboolean was_emptied, const TfDialogue *dialogue, GError **error)
{
	return plan->is_from_store ? tf_source_of_store(plan, was_emptied, dialogue, error)
				   : open_file(plan, dialogue, error);
}

gboolean tf_source_holds_one_secret(const TfSource *source)
{
	return source->found == NULL || tf_found_holds_one_secret(source->found);
}

const TfMedia *tf_source_media(const TfSource *source)
{
	return source->found != NULL ? tf_found_media(source->found) : source->media;
}
