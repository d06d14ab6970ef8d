/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "place.h"

#include "disk/access.h"

void tf_place_note(TfStray *stray, const TfSharing *sharing, gboolean is_readable_by_others)
{
	stray->is_readable_by_others = is_readable_by_others;
	stray->synced_by = g_strdup(tf_sharing_service(sharing, stray->path));
	stray->is_offered = tf_sharing_is_offered(sharing, stray->path);
}

guint tf_place_exposures(TfStray *stray, int fd)
{
	g_autoptr(TfSharing) sharing = tf_sharing_new("");

	stray->rank = TF_RANK_SAME_KEY;
	tf_place_note(stray, sharing, tf_access_by_others(fd, stray->path));

	return tf_stray_exposures(stray);
}
