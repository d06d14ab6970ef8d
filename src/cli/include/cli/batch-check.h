/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* 'batch --check': the list and its files looked through, nothing made or changed. */
#pragma once

#include "cli/command.h"

/* Every defect is told, then how many there are: TF_EXIT_MANIFEST when there is one. FALSE: it could not be
 * looked through to the end. */
gboolean tf_batch_check(const TfInvocation *invocation, int *ret_status, GError **error);
