/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The PIN guard (law 8): what is asked before a PIN is sent. */
#pragma once

#include "token/session.h"

/* TF_ERROR_PIN_LOCKED, TF_ERROR_PIN_NOT_SET, TF_ERROR_PIN_LAST_TRY (unless 'insists'), TF_ERROR_PIN_FORMAT;
 * TF_ERROR_SECRET_SOURCE for 'pin' NULL on a token without a protected authentication path. */
gboolean tf_pin_guard(const TfTokenStatus *status, const TfSecret *pin, gboolean insists, GError **error);

/* The length alone, for a PIN that is to be set. */
gboolean tf_pin_fits(const TfTokenStatus *status, const TfSecret *pin, GError **error);
