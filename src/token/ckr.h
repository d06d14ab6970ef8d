/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The border where a CK_RV becomes an error of ours, by table. */
#pragma once

#include "cryptoki-private.h"

/*
 * TRUE for CKR_OK. Else the error of the table: TF_ERROR_TOKEN_REMOVED, TF_ERROR_TOKEN_FULL,
 * TF_ERROR_TOKEN_WRITE_PROTECTED, TF_ERROR_TOKEN_UNSUPPORTED, or TF_ERROR_TOKEN_FAILED with the code's name.
 * 'call' names the function, "C_CreateObject". Codes about a PIN mean something to tf_session_login() only.
 */
gboolean tf_ckr_check(CK_RV rv, const gchar *call, GError **error);

/* "CKR_DEVICE_ERROR"; "CKR_VENDOR_DEFINED" or "CKR_UNKNOWN" for a code the standard does not name. Static. */
const gchar *tf_ckr_name(CK_RV rv);

/* The token is gone: what is left to do on it is left to the next run. */
gboolean tf_ckr_is_removal(CK_RV rv);
