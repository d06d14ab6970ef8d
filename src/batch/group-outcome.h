/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a task came to, as the value from which reports are made. */
#pragma once

#include "batch-private.h"

/* All but the source: certificate, token, evidence, what was not checked. Status 'provisioned'. */
void tf_group_outcome_begin(const TfBatch *batch, TfTask *task);

/* JSON text as it stands now. The caller frees. */
gchar *tf_group_outcome_text(const TfTask *task) G_GNUC_WARN_UNUSED_RESULT;
