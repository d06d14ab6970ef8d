/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Public facts in words for people, one 'label: value' per line, escaped for a terminal. */
#pragma once

#include <glib.h>

#include "key/openssl.h"
#include "profile/campaign.h"
#include "record/facts.h"
#include "token/card.h"
#include "token/session.h"

/* "  Issued to:   …\n"; an empty or NULL value gives no line. 'label' is translated already. */
void tf_describe_line(GString *text, guint indent, const gchar *label, const gchar *value);

/* To whom, by whom, when, until when, the key and the fingerprint. Dates in the campaign's time zone;
 * 'campaign' may be NULL. */
void tf_describe_certificate(
	GString *text, guint indent, const TfCertificateFacts *certificate, const TfCampaign *campaign);

/* The same for each of several keys, numbered from 1: 'certificates' are X509, NULL for a key without one. */
void tf_describe_keys(GString *text, const GPtrArray *certificates);

/* Label, maker, model, serial and URI. */
void tf_describe_token(GString *text, guint indent, const TfTokenFacts *token);

/* What the flags say about the tries left; "" when they say nothing. In the person's language. */
const gchar *tf_describe_pin_state(TfPinState state);
/* For whoever is about to type one: the number where the card told it, and something in the normal state as
 * well. The caller frees. */
gchar *tf_describe_pin_tries(const TfTokenStatus *status);
const gchar *tf_pin_state_name(TfPinState state); /* "count-low" */

/* "not formatted yet", in the person's language. */
const gchar *tf_describe_card_state(TfCardState state);

/* "RSA 2048". The caller frees. */
gchar *tf_describe_key(const TfCertificateFacts *certificate) G_GNUC_WARN_UNUSED_RESULT;
