/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "disk/sharing.h"
#include "site-private.h"

#define TF_SHARING_FILES_LIMIT 1000u /* in a folder of configuration */

/* Somebody who works at the PC. */
typedef struct TfAccount {
	gchar *name;
	gchar *home; /* absolute, resolved, and not "/" */
} TfAccount;

struct TfSharing {
	gchar *root; /* resolved */
	TfPostureSite site;
	gchar *home;	     /* our own, resolved; NULL: of another system */
	GPtrArray *accounts; /* TfAccount */
	GPtrArray *offered;  /* gchar: folders, resolved */
};

/* Where 'path' (absolute, of that system) leads, as far as that can be asked without waiting for a server;
 * else the path itself, put in order. The caller frees. */
gchar *tf_sharing_resolve(const TfSharing *sharing, const gchar *path) G_GNUC_WARN_UNUSED_RESULT;

/* The lines of a file of that system, those that end in a backslash joined with the next, but for comments
 * that begin with one of the characters in 'ends'; at most 1 MiB. Empty when it cannot be read, or is no
 * regular file. Free with g_strfreev(). */
GStrv tf_sharing_lines(
	const TfSharing *sharing, const gchar *path, const gchar *ends) G_GNUC_WARN_UNUSED_RESULT;

/* One more folder that is offered; nothing when it is not absolute. */
void tf_sharing_add(TfSharing *sharing, const gchar *folder);

/* Reads them into 'accounts'; before anything else. */
void tf_sharing_read_accounts(TfSharing *sharing);
/* Somebody's home directory, of this system or, by where it lies, of another one on a disk of this PC. */
gboolean tf_sharing_is_home(const TfSharing *sharing, const gchar *folder);

void tf_sharing_read_samba(TfSharing *sharing);
void tf_sharing_read_nfs(TfSharing *sharing);
