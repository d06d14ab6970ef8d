/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The federation's certificate, to which SO PINs and PUKs are sealed, and how it is known to be the
 * federation's. */
#pragma once

#include <glib.h>

#include "key/openssl.h"
#include "profile/campaign.h"

/*
 * The certificate in 'path' (PEM or DER), fit for sealing at 'now' (tf_envelope_check_certificate()). Whether
 * it is the right one is settled by its SHA-256 fingerprint: one that the campaign pins must be equal; one
 * that was given
 * (--escrow-fingerprint: 64 hexadecimal digits of either case, colons and blanks allowed; NULL: none) must
 * be, too. *ret_needs_confirmation: there was neither, and a person must type the last 8 digits of the
 * fingerprint they were told, by another way than the certificate came (tf_escrow_tail_fits()); who cannot
 * ask must not seal.
 *
 * 'campaign' may be NULL. TF_ERROR_SOURCE_MISSING, TF_ERROR_SOURCE_UNREADABLE,
 * TF_ERROR_CERTIFICATE_UNREADABLE, TF_ERROR_ESCROW_CERTIFICATE, TF_ERROR_USAGE (what was given is no
 * fingerprint).
 */
X509 *tf_escrow_load(const gchar *path, const TfCampaign *campaign, const gchar *given_fingerprint,
	gint64 now, gboolean *ret_needs_confirmation, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Whether 'typed' is the last 8 hexadecimal digits of the fingerprint, of either case, colons and blanks
 * allowed. */
gboolean tf_escrow_tail_fits(X509 *certificate, const gchar *typed);
