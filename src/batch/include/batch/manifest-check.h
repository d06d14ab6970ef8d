/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What only the whole of a manifest shows: a number, a file or a token serial that stands in it twice. Takes
 * 16 bytes for each (about 6 MiB for 100,000 rows with serials), until it is freed.
 */
#pragma once

#include <glib.h>

#include "batch/manifest.h"

typedef struct TfManifestCheck TfManifestCheck;

TfManifestCheck *tf_manifest_check_new(void);
void tf_manifest_check_free(TfManifestCheck *check);

/* From a TfManifestRowFunc. Paths are compared without '.' and '..' ("a/../x.p12" is "x.p12"). */
void tf_manifest_check_add(TfManifestCheck *check, const TfManifestRow *row);

/*
 * Tells TF_ERROR_MANIFEST_INVALID for every row that repeats an earlier one: numbers first, then files, then
 * serials, each by ascending line; each names the line it repeats. 'path' is the manifest's, for the errors.
 * FALSE when 'problem' is.
 */
gboolean tf_manifest_check_end(TfManifestCheck *check, const gchar *path, TfManifestProblemFunc problem,
	gpointer user_data, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfManifestCheck, tf_manifest_check_free)
