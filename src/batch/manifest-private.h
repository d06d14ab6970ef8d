/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* tf_manifest_read() of a file that is open already; borrowed, read from its start by pread(). */
#pragma once

#include "batch/manifest.h"

gboolean tf_manifest_read_descriptor(int fd, const gchar *path, const TfCampaign *campaign,
	TfManifestRowFunc row, TfManifestProblemFunc problem, gpointer user_data, GError **error);
