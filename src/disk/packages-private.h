/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which files came with a package of dpkg's: its lists name them. */
#pragma once

#include "site-private.h"

#define TF_PACKAGES_DIRECTORY "/var/lib/dpkg/info"

/* Takes out of the set 'paths' (of gchar *, absolute, without links) those that such a list names. READ: all
 * lists were read. NONE: there are none here. Else a list could not be read, or they are too much: what is
 * still in the set may yet belong to a package. */
TfSiteAccess tf_packages_take_out(const TfPostureSite *site, GHashTable *paths);

/* The absolute 'path', without links, lies where packages of every kind have their files, and nothing else is
 * to be: for when there are no lists. */
gboolean tf_packages_have_place(const gchar *path);
