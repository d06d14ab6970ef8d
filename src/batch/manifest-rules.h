/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is held against one row of a manifest. Each raises its problem and answers FALSE, or TRUE. */
#pragma once

#include <glib.h>

#include "profile/campaign.h"

typedef struct TfManifestPlace {
	const gchar *path; /* of the manifest */
	guint line;
} TfManifestPlace;

/* TF_ERROR_NUMBER_FORMAT, TF_ERROR_MANIFEST_INVALID (full-width digits, or unfit to name a file). 'campaign'
 * NULL: no rule of its own. */
gboolean tf_manifest_check_number(
	const TfManifestPlace *place, const TfCampaign *campaign, const gchar *number, GError **error);

/* TF_ERROR_MANIFEST_INVALID: a character that was lost in a conversion, or that no other PC knows. */
gboolean tf_manifest_check_name(const TfManifestPlace *place, const gchar *name, GError **error);

/* TF_ERROR_MANIFEST_INVALID: not below the manifest's folder, by its spelling. */
gboolean tf_manifest_check_path(const TfManifestPlace *place, const gchar *path, GError **error);
