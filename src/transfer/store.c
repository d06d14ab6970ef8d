/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "store.h"

#include "base/error.h"
#include "disk/browser.h"

static gboolean log_in(gpointer store, const TfSecret *password, GError **error)
{
	return tf_nss_store_login(store, password, error);
}

static gboolean open_with_password(
	TfNssStore *store, const gchar *path, const TfDialogue *dialogue, TfSecret **password, GError **error)
{
	if (*password != NULL || dialogue == NULL)
		return tf_nss_store_login(store, *password, error);
	*password = tf_dialogue_open(dialogue, dialogue->store_password, path, log_in, store,
		TF_ERROR_STORE_PASSWORD_WRONG, error);

	return *password != NULL;
}

TfNssStore *tf_store_open(const gchar *path, gboolean for_writing, const TfDialogue *dialogue,
	TfSecret **password, GError **error)
{
	g_autoptr(TfNssStore) store = NULL;

	if (!tf_browser_check_closed(path, error))
		return NULL;
	store = tf_nss_store_open(path, for_writing, error);
	if (store == NULL)
		return NULL;
	if (tf_nss_store_has_password(store) && !open_with_password(store, path, dialogue, password, error))
		return NULL;

	return g_steal_pointer(&store);
}
