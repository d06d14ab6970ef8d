/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Secrets for later, to one certificate: CMS AuthEnvelopedData (RFC 5083) with AES-256-GCM (RFC 5084), the
 * key by RSA-OAEP with SHA-256 (RFC 8017) or by ECDH with SHA-256 (RFC 5753), DER.
 *
 * A key on a token opens it through libp11: RSA by CKM_RSA_X_509, the padding taken off here, so that a
 * module whose own OAEP knows SHA-1 only (SoftHSM) is no obstacle; EC by CKM_ECDH1_DERIVE, for which the key
 * must have CKA_DERIVE.
 */
#pragma once

#include <glib.h>

#include "base/secret.h"
#include "key/openssl.h"

#define TF_ENVELOPE_LIMIT	  ((gsize)64 << 10) /* bytes of an envelope that is opened */
#define TF_ENVELOPE_CONTENT_LIMIT ((gsize)32 << 10) /* bytes of what is sealed */

/*
 * Whether things can be sealed to it at 'now' (seconds): neither expired nor not yet valid, KeyUsage allows
 * keyEncipherment or dataEncipherment (RSA) or keyAgreement (EC) or is absent, RSA of 2048 to 8192 bits or EC
 * on P-256, P-384 or P-521. TF_ERROR_ESCROW_CERTIFICATE with 'path' and the reason.
 */
gboolean tf_envelope_check_certificate(X509 *certificate, const gchar *path, gint64 now, GError **error);

/* 'recipient' is not checked again. TF_ERROR_SYSTEM when libcrypto cannot. */
GBytes *tf_envelope_seal(const TfSecret *content, X509 *recipient, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * 'key' may live on a token; 'recipient' is its certificate, and the only recipient of the envelope. 'name'
 * is for the error: TF_ERROR_ENVELOPE_UNREADABLE when it is larger than TF_ENVELOPE_LIMIT, not in DER, of
 * another form than this program seals, for another certificate, damaged or tampered with; no byte of it can
 * be changed unnoticed.
 */
TfSecret *tf_envelope_open(GBytes *envelope, EVP_PKEY *key, X509 *recipient, const gchar *name,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Whether it names this certificate as its recipient; FALSE for what is no envelope, too. */
gboolean tf_envelope_is_for(GBytes *envelope, X509 *recipient);
