/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Where SoftHSM keeps its tokens. It scans its whole store at each C_InitToken and never calls fsync(), so a
 * batch makes its tokens in small staging stores of its own and publishes them: each copied into a folder of
 * the store that SoftHSM does not read for tokens, synced, and renamed. Until the rename a token does not
 * exist.
 */
#pragma once

#include <glib.h>

#include "record/facts.h"

typedef struct TfStore TfStore;

/* The store of the configuration that SoftHSM would read now: $SOFTHSM2_CONF, else the user's, else the
 * system's. TF_ERROR_SYSTEM: there is none, it is no store of files, or its directory is not there. */
TfStore *tf_store_find(GError **error) G_GNUC_WARN_UNUSED_RESULT;
void tf_store_free(TfStore *store);
const gchar *tf_store_directory(const TfStore *store);
const gchar *tf_store_configuration(const TfStore *store); /* the file */

/* Whether it is a token of SoftHSM's at all. */
gboolean tf_store_makes(const TfTokenFacts *token);

/* Whether a token of this serial number is in the store. */
gboolean tf_store_holds(const TfStore *store, const gchar *serial);

/* That token survives a power cut: its files, its directory and its name. TF_ERROR_BATCH_PLACE_FAILED. */
gboolean tf_store_sync(const TfStore *store, const gchar *serial, GError **error);

typedef struct TfStaging TfStaging;

/*
 * Staging store 'index' of the ledger with this UUID, empty; what a dead run left under that name is
 * destroyed first. In memory where there is some ($XDG_RUNTIME_DIR, /dev/shm), since each token is
 * written a hundred times; else beside the store. A link in the store leads there.
 * TF_ERROR_BATCH_PLACE_UNSAFE: somebody else's is there. TF_ERROR_BATCH_PLACE_FAILED.
 */
TfStaging *tf_staging_new(const TfStore *store, const gchar *ledger_uuid, guint index,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;
const gchar *tf_staging_directory(const TfStaging *staging);
const gchar *tf_staging_configuration(const TfStaging *staging); /* for $SOFTHSM2_CONF */

/*
 * Publishes the tokens of these serial numbers (gchar), durably: when it returns TRUE they survive a power
 * cut, but for those that get a problem in 'ret_problems' (one for each serial, NULL before), which are not
 * there: a child has put something else in their place. TF_ERROR_BATCH_PLACE_FAILED: those that were renamed
 * by then are published (tf_store_holds() says which). The staging store keeps its own copies until it is
 * emptied.
 */
gboolean tf_staging_publish(
	const TfStaging *staging, const GPtrArray *serials, GError **ret_problems, GError **error);

/* Destroys every token in it. */
gboolean tf_staging_empty(const TfStaging *staging, GError **error);

/* Destroys it with everything in it. */
void tf_staging_free(TfStaging *staging);

/* Destroys what dead runs of this ledger left, staged or half published, wherever they were told to stage:
 * only folders of ours that nobody else can enter, and by no link but the store's own. */
void tf_staging_destroy_dead(const TfStore *store, const gchar *ledger_uuid);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfStore, tf_store_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfStaging, tf_staging_free)
