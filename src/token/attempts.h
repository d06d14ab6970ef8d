/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Every attempt to get the key out, each with its control where the token allows one. */
#pragma once

#include "subject-private.h"

/* What the key says of itself: claims, into evidence->attributes. FALSE when the token is gone. */
gboolean tf_attempts_ask(const TfSubject *subject, GError **error);

/*
 * Reads each private component, copies as extractable, wraps, and last sets CKA_EXTRACTABLE back; into
 * evidence->attempts. Everything made is a session object and destroyed again. FALSE when the token is gone
 * or libcrypto fails: half an audit is none.
 */
gboolean tf_attempts_run(const TfSubject *subject, GError **error);
