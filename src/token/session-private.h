/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the other files of this folder see of a session and of a slot. */
#pragma once

#include "cryptoki-private.h"
#include "token/session.h"

CK_FUNCTION_LIST *tf_session_functions(const TfSession *session);
CK_SESSION_HANDLE tf_session_handle(const TfSession *session);
CK_SLOT_ID tf_session_slot(const TfSession *session);

/* By this session itself: C_Login of another session of ours does not count. */
gboolean tf_session_is_logged_in(const TfSession *session);

/* The session's token as it is now. TF_ERROR_TOKEN_REMOVED when it is gone or another one. */
TfTokenStatus *tf_session_look(const TfSession *session, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The label of the token, or its serial number when it has none: how errors name it. Borrowed. */
const gchar *tf_token_name(const TfTokenFacts *token);

/* What the token in 'slot' says of itself now. NULL with an error, or without one when the slot is empty. */
TfTokenStatus *tf_token_look(TfModule *module, CK_SLOT_ID slot, GError **error) G_GNUC_WARN_UNUSED_RESULT;
