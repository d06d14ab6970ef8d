/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Exposures (1 << TfExposure), as the array "exposures" of a search or an outcome holds them. */
#pragma once

#include "record/search.h"

json_t *tf_exposures_to_json(guint exposures) G_GNUC_WARN_UNUSED_RESULT;

/* From that array of 'object'; FALSE when it is missing or out of form. */
gboolean tf_exposures_read(const json_t *object, guint *ret_exposures);
