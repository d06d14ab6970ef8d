/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which sources are kept whatever else is answered. */
#pragma once

#include "disk/recognise.h"
#include "record/outcome.h"

/* How such a file is kept. */
typedef struct TfKeeping {
	TfStatus status;
	TfKeptWhy why;
	const gchar *detail; /* borrowed from the file's media; NULL for none */
} TfKeeping;

/* Laws 3 and 4, and --keep-source. 'is_named': --wipe-backup names this very file. FALSE when nothing keeps
 * it. */
gboolean tf_keeping_decide(
	const TfFound *found, gboolean keeps_source, gboolean is_named, TfKeeping *ret_keeping);
