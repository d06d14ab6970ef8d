/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "key/certificate.h"
#include "nss-store-private.h"
#include "object.h"

#define LIBRARY "libsoftokn3.so"
/* softokn's other token computes and stores nothing. */
#define LABEL "NSS Certificate DB"

static const gchar *const places[] = {
	"/usr/lib/x86_64-linux-gnu/" LIBRARY,
	"/usr/lib/x86_64-linux-gnu/nss/" LIBRARY,
	"/usr/lib/aarch64-linux-gnu/" LIBRARY,
	"/usr/lib/aarch64-linux-gnu/nss/" LIBRARY,
	"/usr/lib64/" LIBRARY,
	"/usr/lib/" LIBRARY,
};

static TfModuleFacts *find_library(GError **error)
{
	for (gsize i = 0; i < G_N_ELEMENTS(places); i++) {
		g_autoptr(TfModuleChoice) choice = NULL;

		if (access(places[i], F_OK) != 0)
			continue;
		choice = tf_module_named(places[i], error);
		if (choice == NULL || !tf_module_check_leaks(choice, error) ||
			!tf_module_check_trust(choice, error))
			return NULL;
		return tf_module_describe(choice, error);
	}
	tf_raise(error, TF_ERROR_STORE_LIBRARY_MISSING, LIBRARY, NULL);

	return NULL;
}

/* NSS's own quoting: a backslash before what ends a value. */
static gchar *arguments_for(const gchar *directory, gboolean for_writing)
{
	g_autoptr(GString) text = g_string_new("configdir='sql:");

	for (const gchar *at = directory; *at != '\0'; at++) {
		if (*at == '\'' || *at == '\\')
			g_string_append_c(text, '\\');
		g_string_append_c(text, *at);
	}
	g_string_append_printf(text, "' certPrefix='' keyPrefix='' secmod='secmod.db' flags=%s ",
		for_writing ? "" : "readOnly");

	return g_string_free(g_steal_pointer(&text), FALSE);
}

/* SQLite's; only who opens the database to write may bring it to an end. */
static gboolean has_journal(const gchar *directory)
{
	static const gchar *const names[] = { "key4.db-journal", "cert9.db-journal" };

	for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autofree gchar *path = g_build_filename(directory, names[i], NULL);

		if (access(path, F_OK) == 0)
			return TRUE;
	}

	return FALSE;
}

static TfModule *load(
	const TfModuleFacts *facts, const gchar *directory, gboolean for_writing, GError **error)
{
	g_autofree gchar *arguments = arguments_for(directory, for_writing);
	g_autoptr(GError) problem = NULL;
	g_autoptr(TfModule) module = tf_module_load(facts, arguments, &problem);

	/* The library was found and is trusted: what it does not open is the store. */
	if (g_error_matches(problem, TF_ERROR, TF_ERROR_MODULE_UNLOADABLE))
		tf_raise(error, TF_ERROR_STORE_UNREADABLE, directory,
			has_journal(directory)
				? _("the browser did not come to its end, and left the journal of a change")
				: tf_error_arguments(problem)[1],
			NULL);
	else if (problem != NULL)
		g_propagate_error(error, g_steal_pointer(&problem));

	return g_steal_pointer(&module);
}

static TfTokenStatus *choose(TfModule *module, const gchar *directory, GError **error)
{
	g_autoptr(GPtrArray) tokens = tf_tokens(module, error);

	for (guint i = 0; tokens != NULL && i < tokens->len; i++) {
		const TfTokenStatus *status = g_ptr_array_index(tokens, i);

		if (strcmp(status->facts->label, LABEL) == 0)
			return g_ptr_array_steal_index(tokens, i);
	}
	if (tokens != NULL)
		tf_raise(error, TF_ERROR_STORE_UNREADABLE, directory, _("the library shows no store"), NULL);

	return NULL;
}

/* softokn says no more of it than that it cannot be initialised. SQLite's journal lies in the folder. */
static gboolean check_writable(const gchar *directory, GError **error)
{
	static const gchar *const names[] = { ".", "key4.db", "cert9.db" };

	for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autofree gchar *path = g_build_filename(directory, names[i], NULL);

		if (faccessat(AT_FDCWD, path, W_OK, AT_EACCESS) != 0)
			return tf_raise(error, TF_ERROR_WIPE_REFUSED, directory, g_strerror(errno), NULL);
	}

	return TRUE;
}

TfNssStore *tf_nss_store_open(const gchar *directory, gboolean for_writing, GError **error)
{
	g_autoptr(TfModuleFacts) facts = find_library(error);
	g_autoptr(TfNssStore) store = g_new0(TfNssStore, 1);

	if (facts == NULL || (for_writing && !check_writable(directory, error)))
		return NULL;
	store->directory = g_strdup(directory);
	store->module = load(facts, directory, for_writing, error);
	if (store->module == NULL)
		return NULL;
	store->status = choose(store->module, directory, error);
	if (store->status == NULL)
		return NULL;
	store->session = tf_session_open(store->module, store->status, for_writing, error);
	if (store->session == NULL)
		return NULL;

	return g_steal_pointer(&store);
}

void tf_nss_store_free(TfNssStore *store)
{
	if (store == NULL)
		return;

	tf_session_free(store->session);
	tf_token_status_free(store->status);
	tf_module_free(store->module);
	g_free(store->directory);
	g_free(store);
}

gboolean tf_nss_store_has_password(const TfNssStore *store)
{
	const CK_TOKEN_INFO *info = store->status->info;

	return (info->flags & CKF_LOGIN_REQUIRED) != 0;
}

gboolean tf_nss_store_login(TfNssStore *store, const TfSecret *password, GError **error)
{
	g_autoptr(GError) problem = NULL;

	if (tf_session_login(store->session, password, FALSE, &problem))
		return TRUE;
	/* softokn counts no tries, and says no more than that. */
	if (g_error_matches(problem, TF_ERROR, TF_ERROR_PIN_WRONG) ||
		g_error_matches(problem, TF_ERROR, TF_ERROR_PIN_FORMAT))
		return tf_raise(error, TF_ERROR_STORE_PASSWORD_WRONG, store->directory, NULL);
	g_propagate_error(error, g_steal_pointer(&problem));

	return FALSE;
}

void tf_nss_key_free(TfNssKey *key)
{
	if (key == NULL)
		return;

	g_clear_pointer(&key->id, g_bytes_unref);
	g_free(key->label);
	X509_free(key->certificate);
	g_free(key);
}

static void free_certificate(gpointer data)
{
	X509_free(data);
}

/* What stands under the key's CKA_ID. */
static GPtrArray *find_certificates(TfSession *session, GBytes *id, GError **error)
{
	g_autoptr(GArray) objects = tf_objects_of_class(session, CKO_CERTIFICATE, id, error);
	g_autoptr(GPtrArray) certificates = g_ptr_array_new_with_free_func(free_certificate);

	if (objects == NULL)
		return NULL;
	for (guint i = 0; i < objects->len; i++) {
		X509 *certificate = NULL;

		if (!tf_object_read_certificate(
			    session, g_array_index(objects, CK_OBJECT_HANDLE, i), &certificate, error))
			return NULL;
		if (certificate != NULL)
			g_ptr_array_add(certificates, certificate);
	}

	return g_steal_pointer(&certificates);
}

static gint by_end(gconstpointer a, gconstpointer b)
{
	X509 *const *first = a;
	X509 *const *second = b;

	return ASN1_TIME_compare(X509_get0_notAfter(*second), X509_get0_notAfter(*first));
}

/* What a program made for itself before the key was certified, or an earlier one by the same issuer. */
static gboolean is_superseded(X509 *certificate, const GPtrArray *better)
{
	for (guint i = 0; i < better->len; i++) {
		X509 *other = g_ptr_array_index(better, i);

		if (X509_NAME_cmp(X509_get_issuer_name(certificate), X509_get_issuer_name(other)) == 0)
			return TRUE;
	}

	return better->len > 0 && tf_certificate_is_self_signed(certificate);
}

/* Those that a person chooses between: by whom they are certified, each with the one that is valid longest.
 */
static GPtrArray *choosable(GPtrArray *certificates)
{
	GPtrArray *better = g_ptr_array_new();

	g_ptr_array_sort(certificates, by_end);
	for (guint pass = 0; pass < 2; pass++) {
		for (guint i = 0; i < certificates->len; i++) {
			X509 *certificate = g_ptr_array_index(certificates, i);
			gboolean is_own = tf_certificate_is_self_signed(certificate);

			if (is_own == (pass == 1) && !is_superseded(certificate, better))
				g_ptr_array_add(better, certificate);
		}
	}

	return better;
}

static gboolean is_listed(const GPtrArray *keys, GBytes *id)
{
	for (guint i = 0; i < keys->len; i++) {
		const TfNssKey *key = g_ptr_array_index(keys, i);

		if (g_bytes_equal(key->id, id))
			return TRUE;
	}

	return FALSE;
}

static void add(GPtrArray *keys, GBytes *id, const gchar *label, X509 *certificate)
{
	TfNssKey *key = g_new0(TfNssKey, 1);

	key->id = g_bytes_ref(id);
	key->label = g_strdup(label);
	key->certificate = certificate;
	if (certificate != NULL)
		X509_up_ref(certificate);
	g_ptr_array_add(keys, key);
}

static gboolean add_key(TfSession *session, CK_OBJECT_HANDLE object, GPtrArray *keys, GError **error)
{
	g_autoptr(GBytes) id = NULL;
	g_autofree gchar *label = NULL;
	g_autoptr(GPtrArray) certificates = NULL;
	g_autoptr(GPtrArray) better = NULL;

	if (!tf_object_read(session, object, CKA_ID, &id, error))
		return FALSE;
	if (id == NULL || g_bytes_get_size(id) == 0 || is_listed(keys, id))
		return TRUE;
	if (!tf_object_read_label(session, object, &label, error))
		return FALSE;
	certificates = find_certificates(session, id, error);
	if (certificates == NULL)
		return FALSE;
	better = choosable(certificates);
	if (better->len == 0)
		add(keys, id, label, NULL);
	for (guint i = 0; i < better->len; i++)
		add(keys, id, label, g_ptr_array_index(better, i));

	return TRUE;
}

/* The order in which a store shows its keys is nobody's promise; people name one by its number. */
static gint by_id(gconstpointer a, gconstpointer b)
{
	const TfNssKey *first = *(const TfNssKey *const *)a;
	const TfNssKey *second = *(const TfNssKey *const *)b;

	gint order = g_bytes_compare(first->id, second->id);

	return order != 0 || first->certificate == NULL || second->certificate == NULL
		       ? order
		       : by_end(&first->certificate, &second->certificate);
}

GPtrArray *tf_nss_store_keys(TfNssStore *store, GError **error)
{
	g_autoptr(GArray) objects = tf_objects_of_class(store->session, CKO_PRIVATE_KEY, NULL, error);
	g_autoptr(GPtrArray) keys = g_ptr_array_new_with_free_func((GDestroyNotify)tf_nss_key_free);

	if (objects == NULL)
		return NULL;
	for (guint i = 0; i < objects->len; i++) {
		if (!add_key(store->session, g_array_index(objects, CK_OBJECT_HANDLE, i), keys, error))
			return NULL;
	}
	g_ptr_array_sort(keys, by_id);

	return g_steal_pointer(&keys);
}
