/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Values of ours as parts of a message's body, and back. What comes back is from another process: every
 * reader checks, and NULL means that it is not of that form. */
#pragma once

#include <glib.h>

#include "key/certificates.h"
#include "record/facts.h"

#define TF_VARIANT_CHAIN_LIMIT 16u

/* Floating. */
GVariant *tf_variant_of_bytes(GBytes *bytes); /* ay */
GVariant *tf_variant_of_memory(gconstpointer bytes, gsize length);
GVariant *tf_variant_of_certificate(X509 *certificate);	 /* ay */
GVariant *tf_variant_of_chain(const TfX509Stack *chain); /* aay; NULL: an empty one */
GVariant *tf_variant_of_names(const GPtrArray *names);	 /* as, made valid UTF-8; NULL: an empty one */

GBytes *tf_variant_bytes(GVariant *variant) G_GNUC_WARN_UNUSED_RESULT;
X509 *tf_variant_certificate(GVariant *variant) G_GNUC_WARN_UNUSED_RESULT;
/* 'authorities' may be NULL. */
TfX509Stack *tf_variant_chain(GVariant *variant, TfCertificates *authorities) G_GNUC_WARN_UNUSED_RESULT;
GPtrArray *tf_variant_names(GVariant *variant) G_GNUC_WARN_UNUSED_RESULT; /* gchar */
