/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What card-format.c asks card-look.c. */
#pragma once

#include "token/card.h"

/* Whether the access rules are in force. One APDU; errors as tf_card_look(). */
gboolean tf_card_is_active(const TfReader *reader, gboolean *ret_is_active, GError **error);

/* By one APDU; 0 is locked, TF_PIN_TRIES_UNKNOWN when the card does not say. Errors as tf_card_look(). */
gboolean tf_card_so_pin_tries(const TfReader *reader, guint *ret_tries_left, GError **error);
