/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which sources are kept whatever else is answered: files, and key stores of browsers. */
#pragma once

#include "disk/media.h"
#include "record/outcome.h"

/* How such a source is kept. */
typedef struct TfKeeping {
	TfStatus status;
	TfKeptWhy why;
	const gchar *detail; /* borrowed from its media; NULL for none */
} TfKeeping;

/* 'named' (NULL: none) is 'path', which is resolved, whatever way it takes. */
gboolean tf_keeping_is_named(const gchar *path, const gchar *named);

/* Laws 3 and 4, and --keep-source. 'is_named': --wipe-backup names this very source. FALSE when nothing keeps
 * it. */
gboolean tf_keeping_decide(const TfMedia *media, gboolean holds_one_secret, gboolean keeps_source,
	gboolean is_named, TfKeeping *ret_keeping);
