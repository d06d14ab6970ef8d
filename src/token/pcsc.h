/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Status codes of PC/SC (winscard.h) -> TfError, by one table. */
#pragma once

#include <glib.h>
#include <winscard.h>

/*
 * TRUE for SCARD_S_SUCCESS. Else TF_ERROR_PCSC_UNAVAILABLE when nobody answers, TF_ERROR_TOKEN_REMOVED when
 * the card or its reader is gone or another program reset the card, TF_ERROR_TOKEN_FAILED with the code's
 * name.
 */
gboolean tf_pcsc_check(LONG rv, const gchar *call, GError **error);

/* For people, in their language, without a full stop: why the service cannot be used. Static. */
const gchar *tf_pcsc_reason(LONG rv);
