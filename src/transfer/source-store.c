/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The key store of a browser as the source: its keys listed, one chosen, taken out, the store closed. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "base/error.h"
#include "disk/browser.h"
#include "disk/volume-id.h"
#include "place.h"
#include "source.h"
#include "store.h"
#include "token/extract.h"
#include "token/import.h"
#include "token/nss-removal.h"
#include "transfer/checks.h"
#include "transfer/wiped.h"

#define DOMAIN "tokenferry key store 1"

/* Read before softokn opens the file: closing it later would give SQLite's locks up. */
static gboolean look_at_place(TfSource *source, GError **error)
{
	g_autofree gchar *database = g_build_filename(source->path, TF_WIPE_TRACE_STORE, NULL);
	g_autoptr(TfStray) stray = tf_stray_new(database, NULL, TF_KIND_STORE);
	TF_AUTO_FD int fd = tf_file_open(database, NULL, error);
	struct stat status;

	if (fd < 0)
		return FALSE;
	if (fstat(fd, &status) != 0)
		return tf_raise(error, TF_ERROR_SOURCE_UNREADABLE, database, g_strerror(errno), NULL);
	source->store_volume = tf_volume_id(fd);
	source->store_inode = status.st_ino;
	source->exposures = tf_place_exposures(stray, fd);
	source->media = tf_media_of(fd, NULL, error);

	return source->media != NULL;
}

/* Whose key the person wants, as far as they have said it. */
static gboolean is_wanted(const TfTransferPlan *plan, X509 *certificate)
{
	g_autoptr(TfCertificateFacts) facts =
		certificate != NULL ? tf_certificate_describe(certificate) : NULL;

	if (facts == NULL)
		return FALSE;
	if (plan->campaign != NULL &&
		!tf_campaign_fits_issuer(plan->campaign, facts->issuer, facts->issuer_common_name))
		return FALSE;

	return plan->member_name == NULL || tf_names_equal(facts->common_name, plan->member_name);
}

/* How many fit; *ret_index is the last of them. */
static guint count_wanted(const TfTransferPlan *plan, const GPtrArray *certificates, guint *ret_index)
{
	guint n_wanted = 0;

	for (guint i = 0; i < certificates->len; i++) {
		if (!is_wanted(plan, g_ptr_array_index(certificates, i)))
			continue;
		n_wanted++;
		*ret_index = i;
	}

	return n_wanted;
}

/* A browser may hold keys of many purposes: name and campaign decide where one key alone fits them. */
static gboolean choose_index(const TfTransferPlan *plan, gboolean was_emptied, const TfDialogue *dialogue,
	const GPtrArray *certificates, const gchar *path, guint *ret_index, GError **error)
{
	gboolean is_described = plan->campaign != NULL || plan->member_name != NULL;
	guint n_wanted = 0;

	if (plan->key_index < 0 && is_described) {
		n_wanted = count_wanted(plan, certificates, ret_index);
		if (n_wanted == 1)
			return TRUE;
		if (n_wanted == 0 && was_emptied)
			return tf_raise(error, TF_ERROR_SOURCE_NO_KEY, path, NULL);
	}

	return tf_source_choose_key(plan, dialogue, certificates, path, ret_index, error);
}

static const TfNssKey *choose_key(const TfTransferPlan *plan, gboolean was_emptied,
	const TfDialogue *dialogue, const GPtrArray *keys, const gchar *path, GError **error)
{
	g_autoptr(GPtrArray) certificates = g_ptr_array_new();
	guint index = 0;

	for (guint i = 0; i < keys->len; i++)
		g_ptr_array_add(certificates, ((const TfNssKey *)g_ptr_array_index(keys, i))->certificate);
	if (!choose_index(plan, was_emptied, dialogue, certificates, path, &index, error))
		return NULL;

	return g_ptr_array_index(keys, index);
}

static TfKeypair *take_out(const TfTransferPlan *plan, TfNssStore *store, const TfNssKey *key, GError **error)
{
	g_autoptr(X509) certificate = NULL;

	if (plan->certificate_file != NULL) {
		certificate = tf_source_certificate_given(plan, error);
		if (certificate == NULL)
			return NULL;
	}

	return tf_extract(store, key, certificate, error);
}

static void identify(TfSource *source, GBytes *key_id)
{
	g_autofree gchar *id = tf_hex(g_bytes_get_data(key_id, NULL), g_bytes_get_size(key_id));
	g_autofree gchar *spki = tf_hex(source->spki_sha256, sizeof source->spki_sha256);
	g_autofree gchar *text = g_strdup_printf(DOMAIN "\n%s\n%s\n%s\n", source->path, id, spki);

	tf_sha256(text, strlen(text), source->sha256);
}

/* What the store calls the key becomes its label, as a friendly name of a file does. */
static void sort_name(TfSource *source)
{
	const gchar *name = tf_keypair_friendly_name(source->keypair);
	gboolean is_carried = tf_import_carries_label(name);

	source->carried = g_ptr_array_new_with_free_func(g_free);
	source->dropped = g_ptr_array_new_with_free_func(g_free);
	if (name != NULL && name[0] != '\0')
		g_ptr_array_add(is_carried ? source->carried : source->dropped, g_strdup("friendlyName"));
	source->label = g_strdup(is_carried ? name : source->facts->common_name);
}

static void fill(TfSource *source, const TfNssKey *key, TfKeypair *keypair)
{
	source->keypair = keypair;
	source->certificate = tf_keypair_certificate(keypair);
	X509_up_ref(source->certificate);
	source->chain = X509_chain_up_ref((TfX509Stack *)tf_keypair_chain(keypair));
	source->facts = tf_certificate_describe(source->certificate);
	tf_keypair_spki_sha256(keypair, source->spki_sha256);
	identify(source, key->id);
	sort_name(source);
}

TfSource *tf_source_of_store(
	const TfTransferPlan *plan, gboolean was_emptied, const TfDialogue *dialogue, GError **error)
{
	g_autoptr(TfSource) source = g_new0(TfSource, 1);
	g_autoptr(TfNssStore) store = NULL;
	g_autoptr(GPtrArray) keys = NULL;
	g_autoptr(TfKeypair) keypair = NULL;
	const TfNssKey *key = NULL;
	gboolean has_password = FALSE;

	source->path = tf_file_resolve(plan->source, error);
	if (source->path == NULL || !tf_browser_check_closed(source->path, error) ||
		!look_at_place(source, error))
		return NULL;
	store = tf_store_open(source->path, FALSE, dialogue, &source->store_password, error);
	has_password = store != NULL && tf_nss_store_has_password(store);
	keys = store != NULL ? tf_nss_store_keys(store, error) : NULL;
	key = keys != NULL ? choose_key(plan, was_emptied, dialogue, keys, source->path, error) : NULL;
	keypair = key != NULL ? take_out(plan, store, key, error) : NULL;
	if (keypair == NULL || !tf_keypair_check_purpose(keypair, source->path, error))
		return NULL;
	fill(source, key, g_steal_pointer(&keypair));
	/* What encrypts the key lies in the same file then. */
	if (!has_password)
		source->exposures |= 1u << TF_EXPOSURE_UNPROTECTED;
	tf_dialogue_tell(dialogue, TF_NEWS_SOURCE_OPENED,
		&(TfNewsContext){ .path = source->path, .certificate = source->facts });
	if (!has_password)
		tf_dialogue_tell(dialogue, TF_NEWS_OPEN_STORE, &(TfNewsContext){ .path = source->path });
	if (tf_keypair_is_weak(source->keypair))
		tf_dialogue_tell(
			dialogue, TF_NEWS_WEAK_KEY, &(TfNewsContext){ .certificate = source->facts });

	return g_steal_pointer(&source);
}

static gboolean store_holds_key(const TfSource *source)
{
	TfSecret *password = source->store_password;
	g_autoptr(TfNssStore) store = tf_store_open(source->path, FALSE, NULL, &password, NULL);
	gboolean finds = FALSE;

	return store != NULL && tf_nss_removal_finds_private(store, source->certificate, &finds, NULL) &&
	       finds;
}

gboolean tf_source_is_whole(const TfSource *source)
{
	return source->found != NULL ? tf_found_is_whole(source->found) : store_holds_key(source);
}
