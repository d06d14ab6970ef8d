/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How a key pair lies on a token, so that every client finds it: the templates of its objects. */
#pragma once

#include "key/keypair.h"
#include "public-half.h"
#include "template.h"

/* The private parts go into secrets of the template: free it straight after the write. TF_ERROR_SYSTEM when
 * the secure heap is exhausted, TF_ERROR_TOKEN_UNSUPPORTED when the key lacks a part that tokens want. */
TfTemplate *tf_layout_private_key(const TfKeypair *keypair, const TfPublicHalf *half, GBytes *id,
	const gchar *label, GError **error) G_GNUC_WARN_UNUSED_RESULT;
TfTemplate *tf_layout_public_key(const TfKeypair *keypair, const TfPublicHalf *half, GBytes *id,
	const gchar *label) G_GNUC_WARN_UNUSED_RESULT;
/* 'category': TF_CERTIFICATE_CATEGORY_*. */
TfTemplate *tf_layout_certificate(const gchar *name, X509 *certificate, CK_ULONG category, GBytes *id,
	const gchar *label) G_GNUC_WARN_UNUSED_RESULT;

/* Printable ASCII of sensible length: Java shows other labels as mojibake. NULL and "" are none. */
gboolean tf_layout_is_plain_label(const gchar *text);

/* 'wanted' if it is such a label; else the common
 * name of the certificate if that is; else "key-" and the start of 'id'. 'wanted' may be NULL. */
gchar *tf_layout_label(const gchar *wanted, X509 *certificate, GBytes *id) G_GNUC_WARN_UNUSED_RESULT;
