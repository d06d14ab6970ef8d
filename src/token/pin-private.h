/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The PIN guard (law 8): what is asked before a PIN is sent. */
#pragma once

#include "cryptoki-private.h"
#include "token/pin-change.h"

/* TF_ERROR_PIN_LOCKED, TF_ERROR_PIN_NOT_SET, TF_ERROR_PIN_LAST_TRY (unless 'insists'), TF_ERROR_PIN_FORMAT;
 * TF_ERROR_SECRET_SOURCE for 'pin' NULL on a token without a protected authentication path. */
gboolean tf_pin_guard(const TfTokenStatus *status, const TfSecret *pin, gboolean insists, GError **error);

/* Cryptoki takes a PIN as writable memory, and must not write to it. NULL and 0 for the protected path. */
CK_UTF8CHAR *tf_pin_bytes(const TfSecret *pin);
CK_ULONG tf_pin_length(const TfSecret *pin);

/* Whether it holds only what the character set has. */
gboolean tf_pin_is_of(const TfSecret *pin, TfTokenCharset charset);

/* A PIN that is to be set: it fits, or is typed on a reader that can. TF_ERROR_PIN_FORMAT,
 * TF_ERROR_SECRET_SOURCE. */
gboolean tf_pin_may_be_set(const TfTokenStatus *status, const TfSecret *new, GError **error);

/* What C_SetPIN and C_InitPIN answer about the new PIN. TF_ERROR_PIN_REFUSED, TF_ERROR_DECLINED. */
gboolean tf_pin_check_set(CK_RV rv, const gchar *call, const TfTokenFacts *token, GError **error);
