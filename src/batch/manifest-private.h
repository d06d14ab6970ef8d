/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A manifest as a table, for those who read less or more of it than its rows. */
#pragma once

#include "batch/manifest.h"
#include "table.h"

#define TF_MANIFEST_NUMBER_LIMIT   128u /* bytes: 32 characters of UTF-8 */
#define TF_MANIFEST_PASSWORD_LIMIT 1024u

typedef enum TfManifestColumn {
	TF_MANIFEST_NUMBER,
	TF_MANIFEST_NAME,
	TF_MANIFEST_P12,
	TF_MANIFEST_PASSWORD,
	TF_MANIFEST_TOKEN_SERIAL,
	TF_N_MANIFEST_COLUMNS
} TfManifestColumn;

/* 'fd' is borrowed. NULL with TF_ERROR_SOURCE_UNREADABLE. */
TfTable *tf_manifest_table(int fd, const gchar *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* tf_manifest_read() of a file that is open already; borrowed, read from its start by pread(). */
gboolean tf_manifest_read_descriptor(int fd, const gchar *path, const TfCampaign *campaign,
	TfManifestRowFunc row, TfManifestProblemFunc problem, gpointer user_data, GError **error);
