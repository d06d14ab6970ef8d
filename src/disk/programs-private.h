/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What was found of programs that came past the package manager, and which places could not be looked at.
 * Places are paths of the PC that is looked at; what begins with "~/" lies in the home directory of whoever
 * the key belongs to, where no link is followed. */
#pragma once

#include "site-private.h"

typedef struct TfPrograms {
	const TfPostureSite *site;
	GString *names;	     /* of the first that were found */
	guint n;	     /* of all that were found */
	guint n_listed;	     /* names in directories so far */
	gchar *refused;	     /* the first such place; NULL: none */
	gchar *elsewhere;    /* likewise: a link, another file system, too much */
	gboolean asked_dpkg; /* its lists were looked at, too */
} TfPrograms;

TfPrograms tf_programs_new(const TfPostureSite *site);
void tf_programs_clear(TfPrograms *programs);

void tf_programs_add(TfPrograms *programs, const gchar *path);
/* Of a place that is not to be taken for empty: TF_SITE_REFUSED and _ELSEWHERE count, the others do nothing.
 */
void tf_programs_note(TfPrograms *programs, const gchar *path, TfSiteAccess access);

/* The names there, bounded for each directory and for all of them. NULL: there is nothing, or what hinders is
 * noted; so is what was left out. Free with g_strfreev(). */
GStrv tf_programs_list(TfPrograms *programs, const gchar *directory) G_GNUC_WARN_UNUSED_RESULT;

TfSiteAccess tf_programs_look(const TfPrograms *programs, const gchar *path);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(TfPrograms, tf_programs_clear)
