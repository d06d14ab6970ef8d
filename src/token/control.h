/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The control key: a throw-away key of the same type and size whose every component we know, written to the
 * token as an extractable session object. What is refused for the key under audit must succeed for this one,
 * or the refusal means nothing.
 */
#pragma once

#include "subject-private.h"

typedef struct TfControlKey {
	const TfSubject *subject;
	EVP_PKEY *key;		 /* of the subject's stock, borrowed */
	const TfSecret *encoded; /* see TfControlPair; borrowed, too */
	CK_OBJECT_HANDLE object; /* 0: the token takes no such session object, there is no control */
} TfControlKey;

/* A subject that lacks session keys gets a control without object, and none is made. NULL with
 * TF_ERROR_SYSTEM (libcrypto) or TF_ERROR_TOKEN_REMOVED. */
TfControlKey *tf_control_new(const TfSubject *subject, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The session object is destroyed. */
void tf_control_free(TfControlKey *control);

/* What the stock keeps: a fresh pair of the type and size, or curve, of 'model', NULL when libcrypto fails;
 * and a pair as PrivateKeyInfo, NULL when it cannot be had. */
EVP_PKEY *tf_control_draw(EVP_PKEY *model) G_GNUC_WARN_UNUSED_RESULT;
TfSecret *tf_control_encode(EVP_PKEY *key) G_GNUC_WARN_UNUSED_RESULT;

/* Whether these bytes, padded or not, are the control key as a PrivateKeyInfo. */
gboolean tf_control_is_in(const TfControlKey *control, const TfSecret *bytes);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfControlKey, tf_control_free)
