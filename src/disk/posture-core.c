/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Whether a crash of this program leaves its memory in a file. A pattern with '|' ignores a limit of 0
 * (core(5)); that a process is not dumpable is the sure way. */
#include <string.h>

#include "posture-private.h"
#include "site-private.h"

#define PATTERN	      "/proc/sys/kernel/core_pattern"
#define PATTERN_LIMIT 4096u

void tf_posture_core(const TfPostureSite *site, TfPosture *posture)
{
	TfSiteFile file;
	g_autofree gchar *pattern = tf_site_read(site, PATTERN, PATTERN_LIMIT, &file);

	if (pattern != NULL)
		(void)g_strstrip(pattern);
	if (!site->is_dumpable)
		(void)tf_posture_add(posture, TF_FINDING_CORE_REFUSED, "PR_GET_DUMPABLE", site->now, NULL);
	else if (pattern == NULL)
		tf_posture_add(posture, TF_FINDING_CORE_UNREADABLE, PATTERN, site->now, NULL)
			->root_would_add = file.is_refused;
	else if (pattern[0] == '|')
		(void)tf_posture_add(posture, TF_FINDING_CORE_PIPED, PATTERN, site->now, pattern, NULL);
	else if (site->core_limit == 0)
		(void)tf_posture_add(posture, TF_FINDING_CORE_LIMITED, "RLIMIT_CORE", site->now, NULL);
	else
		(void)tf_posture_add(posture, TF_FINDING_CORE_WRITTEN, PATTERN, site->now, pattern, NULL);
}
