/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "transfer/keeping.h"

#include <string.h>

#include "base/file.h"

gboolean tf_keeping_is_named(const gchar *path, const gchar *named)
{
	g_autofree gchar *resolved = named != NULL ? tf_file_resolve(named, NULL) : NULL;

	return resolved != NULL && strcmp(resolved, path) == 0;
}

gboolean tf_keeping_decide(const TfMedia *media, gboolean holds_one_secret, gboolean keeps_source,
	gboolean is_named, TfKeeping *ret_keeping)
{
	/* First, whatever else is true of it: it does not lie on this PC, so nothing is left to be done here.
	 */
	if (media->place == TF_PLACE_REMOVABLE && !is_named)
		*ret_keeping = (TfKeeping){ TF_STATUS_DONE, TF_KEPT_BACKUP, NULL };
	else if (!holds_one_secret)
		*ret_keeping = (TfKeeping){ TF_STATUS_KEPT, TF_KEPT_OTHER_SECRET, NULL };
	else if (keeps_source)
		*ret_keeping = (TfKeeping){ TF_STATUS_KEPT, TF_KEPT_ASKED, NULL };
	else if (media->place == TF_PLACE_LOCAL || is_named)
		return FALSE;
	else if (media->place == TF_PLACE_NETWORK)
		*ret_keeping = (TfKeeping){ TF_STATUS_DONE, TF_KEPT_NETWORK, NULL };
	else
		*ret_keeping = (TfKeeping){ TF_STATUS_KEPT, TF_KEPT_NETWORK, media->file_system };

	return TRUE;
}
