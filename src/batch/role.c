/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "batch/role.h"

#include <string.h>

static const gchar *const names[TF_N_ROLES] = {
	[TF_ROLE_OPENER] = "opener",
	[TF_ROLE_WORKER] = "worker",
	[TF_ROLE_AUDITOR] = "auditor",
	[TF_ROLE_FORMATTER] = "formatter",
	[TF_ROLE_LETTER_WRITER] = "letter-writer",
};

const gchar *tf_role_name(TfRole role)
{
	return names[role];
}

gboolean tf_role_from_name(const gchar *name, TfRole *ret_role)
{
	for (guint i = 0; i < TF_N_ROLES; i++) {
		if (strcmp(names[i], name) == 0) {
			*ret_role = (TfRole)i;
			return TRUE;
		}
	}

	return FALSE;
}
