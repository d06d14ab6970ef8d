/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "source.h"

#include <glib/gi18n.h>
#include <string.h>

#include "base/error.h"
#include "transfer/attributes.h"

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
	X509_free(source->certificate);
	tf_x509_stack_free(source->chain);
	tf_certificate_facts_free(source->facts);
	g_clear_pointer(&source->export, g_bytes_unref);
	g_free(source->label);
	g_clear_pointer(&source->carried, g_ptr_array_unref);
	g_clear_pointer(&source->dropped, g_ptr_array_unref);
	g_free(source);
}

/* A wrong PIN code costs nothing, so it is asked for again while somebody answers. */
static gboolean open_with_password(
	TfPkcs12 *pkcs12, const gchar *path, const TfDialogue *dialogue, GError **error)
{
	for (guint attempt = 0;; attempt++) {
		gboolean may_retry = FALSE;
		g_autoptr(GError) problem = NULL;
		g_autoptr(TfSecret) password =
			dialogue->password(dialogue->data, path, attempt, &may_retry, error);

		if (password == NULL)
			return FALSE;
		if (tf_pkcs12_open(pkcs12, password, &problem))
			return TRUE;
		if (!may_retry || !g_error_matches(problem, TF_ERROR, TF_ERROR_PIN_CODE_WRONG)) {
			g_propagate_error(error, g_steal_pointer(&problem));
			return FALSE;
		}
	}
}

static gboolean choose_key(const TfTransferPlan *plan, const TfDialogue *dialogue, const TfPkcs12 *pkcs12,
	const gchar *path, guint *ret_index, GError **error)
{
	guint n_keys = tf_pkcs12_n_keys(pkcs12);

	if (n_keys == 0)
		return tf_raise(error, TF_ERROR_SOURCE_NO_KEY, path, NULL);
	if (plan->key_index >= 0) {
		if ((guint)plan->key_index >= n_keys)
			return tf_raise(error, TF_ERROR_SOURCE_SEVERAL_KEYS, path, TF_NUMBER(n_keys), NULL);
		*ret_index = (guint)plan->key_index;
		return TRUE;
	}
	if (n_keys > 1)
		return dialogue->choose_key(dialogue->data, pkcs12, path, ret_index, error);
	*ret_index = 0;

	return TRUE;
}

static TfKeypair *take_keypair(const TfTransferPlan *plan, TfPkcs12 *pkcs12, guint index, GError **error)
{
	g_autoptr(GBytes) bytes = NULL;
	g_autoptr(X509) certificate = NULL;

	if (plan->certificate_file != NULL) {
		bytes = tf_file_load(plan->certificate_file, CERTIFICATE_SIZE_LIMIT, error);
		if (bytes == NULL)
			return NULL;
		certificate = tf_certificate_parse(bytes, plan->certificate_file, error);
		if (certificate == NULL)
			return NULL;
	}

	return tf_pkcs12_keypair(pkcs12, index, certificate, error);
}

static TfSource *make_source(const TfPkcs12 *pkcs12, guint index, TfKeypair *keypair, TfFound *found)
{
	TfSource *source = g_new0(TfSource, 1);
	guint8 export[TF_SHA256_SIZE];

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
	TfNewsContext context = { .path = tf_found_path(source->found), .certificate = source->facts };

	tf_dialogue_tell(dialogue, TF_NEWS_SOURCE_OPENED, &context);
	if (protection->has_weak_cipher || protection->has_unprotected_secret)
		tf_dialogue_tell(dialogue, TF_NEWS_WEAK_FILE, &context);
	if (tf_keypair_is_weak(source->keypair))
		tf_dialogue_tell(dialogue, TF_NEWS_WEAK_KEY, &context);
}

TfSource *tf_source_open(const TfTransferPlan *plan, const TfDialogue *dialogue, GError **error)
{
	g_autofree gchar *path = NULL;
	TF_AUTO_FD int fd = tf_file_open(plan->source, &path, error);
	g_autoptr(TfSecret) content = NULL;
	g_autoptr(TfPkcs12) pkcs12 = NULL;
	g_autoptr(TfKeypair) keypair = NULL;
	g_autoptr(TfFound) found = NULL;
	TfSource *source = NULL;
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
	if (!open_with_password(pkcs12, path, dialogue, error))
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
	tell_opened(source, pkcs12, dialogue);

	return source;
}
