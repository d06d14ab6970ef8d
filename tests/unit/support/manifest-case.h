/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A list of members in a folder of its own, and what reading it says. */
#pragma once

#include <glib.h>

#include "batch/manifest.h"

typedef struct ManifestCase {
	gchar *directory;
	gchar *path;	     /* the list, owner-only */
	GPtrArray *rows;     /* gchar: "2|00000001|山田太郎|a.p12|password|serial", "-" for none */
	GPtrArray *problems; /* gchar: "line 2: sentence" */
} ManifestCase;

void manifest_case_set_up(ManifestCase *manifest, gconstpointer data);
void manifest_case_tear_down(ManifestCase *manifest, gconstpointer data);

/* 'length' -1: up to the NUL. */
void manifest_case_write(const ManifestCase *manifest, const gchar *content, gssize length);

/* A list of so many good rows: number, name, p12, token_serial. */
void manifest_case_write_members(const ManifestCase *manifest, guint n_rows);

/* Reads the list anew; asserts that the end is reached. */
void manifest_case_read(ManifestCase *manifest, const TfCampaign *campaign);

/* Writes 'content', reads it, and compares; the arrays end with NULL. A wanted problem is a part of one. */
void manifest_case_assert(ManifestCase *manifest, const TfCampaign *campaign, const gchar *content,
	const gchar *const *rows, const gchar *const *problems);

/* For tf_manifest_check_end(): adds to 'problems'. */
gboolean manifest_case_add_problem(guint line, const GError *problem, gpointer manifest, GError **error);
