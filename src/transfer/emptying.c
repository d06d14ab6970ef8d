/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "emptying.h"

#include <fcntl.h>
#include <glib/gi18n.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/file.h"
#include "disk/volume-id.h"
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
	const TfWipeTrace *trace;
} Emptying;

static TfNssStore *open_store(const Emptying *emptying, gboolean for_writing, GError **error)
{
	return tf_store_open(emptying->path, for_writing, emptying->run->dialogue, emptying->password, error);
}

static TfWipeTrace *make_trace(const TfSource *source)
{
	TfWipeTrace *trace = g_new0(TfWipeTrace, 1);

	trace->directory = g_strdup(source->path);
	trace->name = g_strdup(TF_WIPE_TRACE_STORE);
	trace->new_name = g_strdup(TF_WIPE_TRACE_STORE);
	trace->device = source->store_volume;
	trace->inode = source->store_inode;

	return trace;
}

/* Something else at that path may hold nothing of the key, and says nothing of the store that does. While
 * softokn has it open no descriptor of ours may be closed: that would give SQLite's locks up. */
static gboolean check_same(const TfWipeTrace *trace, GError **error)
{
	g_autofree gchar *database = g_build_filename(trace->directory, trace->name, NULL);
	TF_AUTO_FD int folder =
		tf_file_open_without_links(AT_FDCWD, trace->directory, O_RDONLY | O_DIRECTORY);
	struct stat status;

	if (folder >= 0 && fstatat(folder, trace->name, &status, AT_SYMLINK_NOFOLLOW) == 0 &&
		S_ISREG(status.st_mode) && status.st_ino == trace->inode &&
		tf_volume_is(folder, trace->device))
		return TRUE;

	return tf_raise(error, TF_ERROR_WIPE_REFUSED, database,
		_("it was replaced or changed since it was read"), NULL);
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
	if (!check_gone(emptying, error) || !check_same(emptying->trace, error))
		return FALSE;

	return tf_ending_record_wiped(
		emptying->run, emptying->row, TF_KIND_STORE, emptying->path, &result, outcome, error);
}

/* Opened as it was read, the key in it. */
static TfNssStore *open_same(const Emptying *emptying, GError **error)
{
	g_autoptr(TfNssStore) store = open_store(emptying, TRUE, error);
	gboolean finds = FALSE;

	if (store == NULL || !tf_nss_removal_finds_private(store, emptying->certificate, &finds, error) ||
		!check_same(emptying->trace, error))
		return NULL;
	if (!finds) {
		tf_raise(error, TF_ERROR_WIPE_REFUSED, emptying->path,
			_("the key is not in it any more, and it was not this run that removed it"), NULL);
		return NULL;
	}

	return g_steal_pointer(&store);
}

gboolean tf_emptying_run(TfRun *run, const TfDestination *destination, const TfSource *source,
	TfOutcome *outcome, GError **error)
{
	TfSecret *known = source->store_password;
	g_autoptr(TfSecret) asked = NULL;
	g_autoptr(TfWipeTrace) trace = make_trace(source);
	const Emptying emptying = { run, destination->row, source->path, source->certificate, source->sha256,
		destination->proof, known != NULL ? &known : &asked, trace };
	gboolean is_backup =
		tf_ending_names_backup(run, source) && tf_source_media(source)->place != TF_PLACE_LOCAL;
	g_autoptr(TfNssStore) store = NULL;

	tf_dialogue_tell(run->dialogue, TF_NEWS_EMPTYING, &(TfNewsContext){ .path = source->path });
	store = check_same(trace, error) ? open_same(&emptying, error) : NULL;
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
		&password, row->wipe };
	g_autoptr(TfNssStore) store = open_store(&emptying, TRUE, error);

	if (store == NULL || !tf_nss_removal_finds_private(store, certificate, ret_is_whole, error))
		return FALSE;
	/* Another store with the key is the beginning of a journey of its own. */
	if (*ret_is_whole)
		return TRUE;
	if (!check_same(row->wipe, error))
		return FALSE;
	tf_dialogue_tell(run->dialogue, TF_NEWS_EMPTYING, &(TfNewsContext){ .path = row->source_path });

	return empty(&emptying, g_steal_pointer(&store), outcome, error);
}
