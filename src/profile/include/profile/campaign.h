/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A campaign: one round of migration with its issuer, validity rule, member number, deadline, mail and texts.
 */
#pragma once

#include <glib.h>

#include "profile/profile.h"

typedef struct TfCampaign TfCampaign;

/* What the campaign tells those who cannot go on alone. */
typedef enum TfAdvice {
	TF_ADVICE_LOST_FILE,  /* the .p12 is gone, no backup */
	TF_ADVICE_LOST_PAPER, /* the notice with the PIN code is gone */
	TF_ADVICE_LOST_TOKEN, /* the token is gone, or locked for good */
	TF_ADVICE_STOLEN_KEY, /* malware or somebody else may have the key: moving it heals nothing */
	TF_N_ADVICES
} TfAdvice;

/* TF_ERROR_PROFILE_MISSING when no file of that name is found; TF_ERROR_PROFILE_INVALID. */
TfCampaign *tf_campaign_load(
	const gchar *name, const gchar *directory, GError **error) G_GNUC_WARN_UNUSED_RESULT;
TfCampaign *tf_campaign_load_file(const gchar *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * All profiles of tf_profile_list_files("campaigns", directory) loaded, in that order; a broken one is an
 * error. The caller frees the array of TfCampaign.
 */
GPtrArray *tf_campaign_load_all(const gchar *directory, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The campaign whose issuer this certificate names; NULL without error when none does, or two do. One without
 * an issuer is never matched. A broken profile is an error: it could have been the one. */
TfCampaign *tf_campaign_match(const gchar *issuer, const gchar *issuer_common_name, const gchar *directory,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;
void tf_campaign_free(TfCampaign *campaign);

const gchar *tf_campaign_name(const TfCampaign *campaign); /* the file's name without .profile */
const gchar *tf_campaign_title(const TfCampaign *campaign, const gchar *language);
gboolean tf_campaign_is_historical(const TfCampaign *campaign);
const gchar *tf_campaign_issuer(
	const TfCampaign *campaign); /* common name demanded of the issuer; NULL: any */
gboolean tf_campaign_fits_issuer(
	const TfCampaign *campaign, const gchar *issuer, const gchar *issuer_common_name);

/* By the validity rule (2014: issue date + 5 years - 1 day, by the day in the campaign's time zone). TRUE
 * when the rule holds or there is none; else *ret_expected is the last second of the last day by the rule. */
gboolean tf_campaign_fits_validity(
	const TfCampaign *campaign, gint64 not_before, gint64 not_after, gint64 *ret_expected);

/* Number of digits of a member's number; 0 when the campaign has no rule for it. */
guint tf_campaign_number_digits(const TfCampaign *campaign);

/* TF_ERROR_NUMBER_FORMAT. A campaign without a number rule takes 1 to 32 printable characters. */
gboolean tf_campaign_check_number(const TfCampaign *campaign, const gchar *number, GError **error);
const gchar *tf_campaign_number_label(
	const TfCampaign *campaign, const gchar *language); /* 社労士登録番号(8ケタ) */

/* How many digits the user PIN of a batch's token has, 4 to 12; 0 when the campaign has no rule for it. */
guint tf_campaign_user_pin_digits(const TfCampaign *campaign);

/* SHA-256 of the one certificate to which SO PINs and PUKs are sealed: 64 hexadecimal digits of either case;
 * NULL: the campaign pins none. */
const gchar *tf_campaign_escrow_fingerprint(const TfCampaign *campaign);

const gchar *tf_campaign_deadline(const TfCampaign *campaign);	/* YYYY-MM-DD or NULL */
const gchar *tf_campaign_time_zone(const TfCampaign *campaign); /* "Asia/Tokyo" */
const gchar *tf_campaign_mail_to(const TfCampaign *campaign);
const gchar *tf_campaign_mail_subject(const TfCampaign *campaign);
const gchar *tf_campaign_mail_body(const TfCampaign *campaign); /* the sentence of completion */
const gchar *tf_campaign_mail_language(
	const TfCampaign *campaign); /* "ja": the mail speaks it whatever the locale */
const gchar *tf_campaign_contact(const TfCampaign *campaign, const gchar *language); /* whom to ask */

/* How the notice is passed down ("連合会 → 都道府県会 → 支部"); NULL when the profile does not say. */
const gchar *tf_campaign_route(const TfCampaign *campaign, const gchar *language);

/* NULL when the campaign has no advice of its own for that case: then the contact is all there is to say. */
const gchar *tf_campaign_advice(const TfCampaign *campaign, TfAdvice advice, const gchar *language);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfCampaign, tf_campaign_free)
