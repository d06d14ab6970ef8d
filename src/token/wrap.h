/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Attempts to get the key out by C_WrapKey, with every mechanism of the token that has CKF_WRAP. */
#pragma once

#include "control.h"

/* Adds one attempt per mechanism; one "wrap" that is not offered when there is none. FALSE when the token is
 * gone or does not tell its mechanisms. */
gboolean tf_wrap_attempts(const TfSubject *subject, const TfControlKey *control, GError **error);
