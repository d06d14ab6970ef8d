/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The PINs of one token: drawn by the campaign's rule within the family's, written for an envelope, read
 * back. */
#pragma once

#include <glib.h>

#include "base/secret.h"
#include "profile/campaign.h"
#include "profile/token-profile.h"

typedef struct TfPins {
	TfSecret *user; /* NULL: not known here, as in the escrow */
	TfSecret *so;
	TfSecret *puk;	     /* NULL: the family has none */
	TfSecret *so_puk;    /* NULL: the family has none */
	gchar *token_serial; /* of the token they are for; NULL: not known when they were drawn */
} TfPins;

/*
 * Uniform from the private random generator, digits only. The user PIN has as many as the campaign says (8
 * when it does not, within the family's bounds), and is never one digit throughout nor a run up or down. The
 * others have 8 digits where the family takes digits only or is not known, 16 elsewhere, within its bounds.
 * 'campaign', 'family' may be NULL; a token without a family gets no PUKs. TF_ERROR_SYSTEM (random generator,
 * secure heap), TF_ERROR_USAGE when campaign and family leave no length.
 */
TfPins *tf_pins_draw(
	const TfCampaign *campaign, const TfTokenProfile *family, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void tf_pins_free(TfPins *pins);

/*
 * The texts of the envelopes, UTF-8, lines ended by LF: "tokenferry-pins 1", "number NUMBER", and of "token
 * SERIAL", "user DIGITS", "so DIGITS", "puk DIGITS", "so-puk DIGITS" those that there are: all of them for
 * the resume, without the user PIN for the escrow. 'number' has no line break and is not empty.
 * TF_ERROR_SYSTEM.
 */
TfSecret *tf_pins_write(const TfPins *pins, const gchar *number, gboolean for_escrow,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* And back, all that there are. 'number' must be the one in it; NULL: any. 'name' is for the error:
 * TF_ERROR_ENVELOPE_UNREADABLE when it is no such text, or another member's. */
TfPins *tf_pins_read(const TfSecret *text, const gchar *number, const gchar *name,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The number in such a text, valid UTF-8, for whoever does not know it yet; NULL when it is no such text. */
gchar *tf_pins_number(const TfSecret *text) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfPins, tf_pins_free)
