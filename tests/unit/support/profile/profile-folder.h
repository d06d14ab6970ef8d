/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A folder of profiles of one kind, for one test. */
#pragma once

#include <glib.h>

typedef struct ProfileFolder {
	gchar *root; /* what --profiles would name */
	gchar *directory;
} ProfileFolder;

/* 'kind' is "campaigns" or "tokens". */
void profile_folder_set_up(ProfileFolder *folder, gconstpointer kind);
void profile_folder_tear_down(ProfileFolder *folder, gconstpointer kind);

/* The path of the file, which the caller frees. */
gchar *profile_folder_write(const ProfileFolder *folder, const gchar *name, const gchar *text);

/* The profiles of the source tree; the caller frees. */
gchar *profile_folder_shipped(void);
