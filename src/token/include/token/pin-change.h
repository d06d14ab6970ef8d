/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The user PIN of a token set anew: by whoever knows the old one, or the PUK or SO PIN (law 8: one attempt).
 */
#pragma once

#include "record/pin.h"
#include "token/session.h"

/* The length alone, for a PIN that is to be set. TF_ERROR_PIN_FORMAT. */
gboolean tf_pin_fits(const TfTokenStatus *status, const TfSecret *pin, GError **error);

/* How long a PIN of this kind may be that is to be set: what the token and its family, where it is known,
 * both take. Bytes; G_MAXULONG: no bound. */
void tf_pin_bounds(const TfTokenStatus *status, TfTokenPin kind, gulong *ret_minimum, gulong *ret_maximum);

/* Those bounds, and the characters that the family takes. TF_ERROR_PIN_FORMAT for the length,
 * TF_ERROR_PIN_REFUSED for the characters. */
gboolean tf_pin_suits(const TfTokenStatus *status, TfTokenPin kind, const TfSecret *pin, GError **error);

/*
 * C_SetPIN in 'session', which is for writing and logged in by 'old' (tf_session_login()): without that login
 * a module of OpenSC may take 'old' for the PUK. Both NULL: typed on the reader (2.40, 5.5.9).
 * TF_ERROR_PIN_FORMAT before anything is sent, TF_ERROR_PIN_REFUSED, TF_ERROR_PIN_WRONG,
 * TF_ERROR_PIN_LOCKED, TF_ERROR_DECLINED.
 */
gboolean tf_pin_change(TfSession *session, const TfSecret *old, const TfSecret *new, GError **error);

/* TF_PIN_PUK or TF_PIN_SO: with which secret the module of 'session' sets a user PIN that nobody knows. */
TfPinKind tf_unblock_kind(TfSession *session);

/* Whether 'kind' would be taken, before anybody is asked for it: TF_ERROR_UNBLOCK_UNSUPPORTED,
 * TF_ERROR_PIN_NOT_SET, TF_ERROR_SO_PIN_LOCKED. */
gboolean tf_unblock_check(TfSession *session, TfPinKind kind, GError **error);

/*
 * Sets the user PIN to 'new' with the PUK (C_SetPIN without login, as OpenSC takes it when its configuration
 * says so) or with the SO PIN (C_Login, C_InitPIN), in a session for writing that is not logged in. Both
 * secrets NULL: typed on the reader. All of tf_unblock_check() again; TF_ERROR_SO_PIN_LAST_TRY unless
 * 'insists'; TF_ERROR_PIN_FORMAT before anything is sent; then TF_ERROR_PUK_WRONG, TF_ERROR_PUK_LOCKED,
 * TF_ERROR_SO_PIN_WRONG, TF_ERROR_SO_PIN_LOCKED, TF_ERROR_PIN_REFUSED, TF_ERROR_DECLINED.
 */
gboolean tf_unblock(TfSession *session, TfPinKind kind, const TfSecret *secret, const TfSecret *new,
	gboolean insists, GError **error);
