/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* From the first byte to the last name, and what may be said of it then. */
#pragma once

#include <glib.h>

#include "disk/wipe.h"
#include "overwrite-private.h"
#include "target-private.h"

/*
 * Destroys the file of 'target', which is held and was recorded as 'trace'; 'content' is what it is now.
 * TF_ERROR_WIPE_INCOMPLETE: it failed half-way.
 */
gboolean tf_destroy(const TfTarget *target, const TfWipeTrace *trace, TfContent content,
	const TfWipeOptions *options, TfWipeResult *ret_result, GError **error);

/* What may be said of a file that is gone from its folder on this medium, when nobody saw how; what it left
 * behind is cleared as the options allow. */
TfWipeResult tf_destroy_gone(
	int directory, const TfWipeTrace *trace, const TfMedia *media, const TfWipeOptions *options);
