/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The lists of packages that apt fetched: whether there is one of security updates, and how old it is. Its
 * own date counts: a file's time says when it was fetched, and not what it knows. */
#pragma once

#include "disk/posture.h"

#define TF_LISTS_DIRECTORY "/var/lib/apt/lists"

/* Which lists count. */
typedef struct TfListsScope {
	const gchar *const *codenames;	/* of this system, "bookworm": updates of another release, and a list
					   whose maker calls it one of security, are none of its own */
	const gchar *const *configured; /* names in the folder, of the packages that apt takes into account */
} TfListsScope;

typedef struct TfLists {
	guint n;	     /* lists of security updates whose date can be read */
	gint64 date;	     /* of the oldest of them */
	gboolean is_partial; /* there is none but those of which the packages themselves are not there, or
				which apt does not take into account */
	gboolean is_odd;     /* there is one whose date cannot be read: it may be of any day */
	gboolean is_stale;   /* one of them is past its Valid-Until, or a week old without one */
	gboolean is_early;   /* one of them is of a day that the clock has not reached */
	gboolean is_refused; /* there may be more, which we may not read */
} TfLists;

TfLists tf_lists_look(const TfPostureSite *site, const TfListsScope *scope);
