/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "emptying.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <sys/stat.h>

#include "base/error.h"
#include "ending.h"
#include "store.h"
#include "token/nss-removal.h"
#include "transfer/wiped.h"

/* One key in one store. */
typedef struct Emptying {
	TfRun *run;
	gint64 row;
	const gchar *path;
	X509 *certificate;
	const guint8 *source_sha256;
	const TfProof *proof;
	TfSecret **password; /* that opened the store, once it is known */
} Emptying;

static TfNssStore *open_store(const Emptying *emptying, gboolean for_writing, GError **error)
{
	return tf_store_open(emptying->path, for_writing, emptying->run->dialogue, emptying->password, error);
}

static TfWipeTrace *make_trace(const gchar *path, GError **error)
{
	g_autofree gchar *database = g_build_filename(path, TF_WIPE_TRACE_STORE, NULL);
	TfWipeTrace *trace = NULL;
	struct stat status;

	if (lstat(database, &status) != 0) {
		tf_raise(error, TF_ERROR_SOURCE_UNREADABLE, database, g_strerror(errno), NULL);
		return NULL;
	}
	trace = g_new0(TfWipeTrace, 1);
	trace->directory = g_strdup(path);
	trace->name = g_strdup(TF_WIPE_TRACE_STORE);
	trace->new_name = g_strdup(TF_WIPE_TRACE_STORE);
	trace->device = status.st_dev;
	trace->inode = status.st_ino;
	trace->size = status.st_size;

	return trace;
}

/* By a library that was loaded anew, from what is in the files now. */
static gboolean check_gone(const Emptying *emptying, GError **error)
{
	g_autoptr(TfNssStore) store = open_store(emptying, FALSE, error);
	gboolean is_needed = FALSE;

	if (store == NULL || !tf_nss_removal_is_needed(store, emptying->certificate, &is_needed, error))
		return FALSE;
	if (is_needed)
		return tf_raise(error, TF_ERROR_WIPE_INCOMPLETE, emptying->path,
			_("the store still shows the key or its certificate"), NULL);

	return TRUE;
}

/* 'store' is taken over. */
static gboolean empty(const Emptying *emptying, TfNssStore *store, TfOutcome *outcome, GError **error)
{
	g_autoptr(TfNssStore) open = store;
	const TfWipeResult result = { .level = 1, .suffixes = "G" };

	if (!tf_nss_removal(open, emptying->certificate, emptying->source_sha256, emptying->proof, error))
		return FALSE;
	g_clear_pointer(&open, tf_nss_store_free);
	if (!check_gone(emptying, error))
		return FALSE;

	return tf_ending_record_wiped(
		emptying->run, emptying->row, TF_KIND_STORE, emptying->path, &result, outcome, error);
}

gboolean tf_emptying_run(TfRun *run, const TfDestination *destination, const TfSource *source,
	TfOutcome *outcome, GError **error)
{
	TfSecret *known = source->store_password;
	g_autoptr(TfSecret) asked = NULL;
	const Emptying emptying = { run, destination->row, source->path, source->certificate, source->sha256,
		destination->proof, known != NULL ? &known : &asked };
	gboolean is_backup =
		tf_ending_names_backup(run, source) && tf_source_media(source)->place != TF_PLACE_LOCAL;
	g_autoptr(TfNssStore) store = NULL;
	g_autoptr(TfWipeTrace) trace = NULL;

	tf_dialogue_tell(run->dialogue, TF_NEWS_EMPTYING, &(TfNewsContext){ .path = source->path });
	trace = make_trace(source->path, error);
	store = trace != NULL ? open_store(&emptying, TRUE, error) : NULL;
	if (store == NULL)
		return FALSE;
	outcome->status = TF_STATUS_DONE;
	if (!tf_ending_record_wiping(run, destination->row, trace, outcome, is_backup, error))
		return FALSE;

	return empty(&emptying, g_steal_pointer(&store), outcome, error);
}

gboolean tf_emptying_finish(TfRun *run, const TfLedgerRow *row, X509 *certificate, const TfProof *proof,
	TfOutcome *outcome, gboolean *ret_is_whole, GError **error)
{
	g_autoptr(TfSecret) password = NULL;
	const Emptying emptying = { run, row->id, row->source_path, certificate, row->source_sha256, proof,
		&password };
	g_autoptr(TfNssStore) store = open_store(&emptying, TRUE, error);

	if (store == NULL || !tf_nss_removal_finds_private(store, certificate, ret_is_whole, error))
		return FALSE;
	if (*ret_is_whole)
		return TRUE;
	tf_dialogue_tell(run->dialogue, TF_NEWS_EMPTYING, &(TfNewsContext){ .path = row->source_path });

	return empty(&emptying, g_steal_pointer(&store), outcome, error);
}
