/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "profile/campaign.h"

#include <glib/gi18n.h>
#include <string.h>

#include "base/error.h"
#include "base/hex.h"
#include "files-private.h"

#define ADDRESS_LIMIT 254 /* RFC 5321 section 4.5.3.1, less the angle brackets */
#define NUMBER_LIMIT  32

struct TfCampaign {
	gchar *name;
	TfProfile *profile;
	GTimeZone *time_zone;
};

static const TfField fields[] = {
	{ "campaign", "Title", TF_FIELD_LINE, TRUE, 1, 200, NULL },
	{ "campaign", "Historical", TF_FIELD_BOOLEAN, FALSE, 0, 0, NULL },
	{ "campaign", "TimeZone", TF_FIELD_LINE, TRUE, 1, 64, NULL },
	{ "campaign", "Deadline", TF_FIELD_DATE, FALSE, 0, 0, NULL },
	{ "campaign", "Route", TF_FIELD_LINE, FALSE, 1, 500, NULL },

	{ "certificate", "Issuer", TF_FIELD_LINE, FALSE, 1, 500, NULL },
	{ "certificate", "ValidityYears", TF_FIELD_INTEGER, FALSE, 0, 100, NULL },
	{ "certificate", "ValidityDays", TF_FIELD_INTEGER, FALSE, -366, 36600, NULL },

	{ "number", "Digits", TF_FIELD_INTEGER, FALSE, 1, NUMBER_LIMIT, NULL },
	{ "number", "Label", TF_FIELD_LINE, TRUE, 1, 100, NULL },

	{ "pins", "UserDigits", TF_FIELD_INTEGER, FALSE, 4, 12, NULL },

	{ "escrow", "Fingerprint", TF_FIELD_LINE, FALSE, 64, 64, NULL },

	{ "mail", "To", TF_FIELD_LINE, TRUE, 3, ADDRESS_LIMIT, NULL },
	{ "mail", "Subject", TF_FIELD_LINE, TRUE, 1, 200, NULL },
	{ "mail", "Body", TF_FIELD_TEXT, TRUE, 1, 2000, NULL },
	{ "mail", "Language", TF_FIELD_LINE, TRUE, 2, 8, NULL },

	{ "contact", "Text", TF_FIELD_TEXT, TRUE, 1, 2000, NULL },

	{ "advice", "LostFile", TF_FIELD_TEXT, FALSE, 1, 2000, NULL },
	{ "advice", "LostPaper", TF_FIELD_TEXT, FALSE, 1, 2000, NULL },
	{ "advice", "LostToken", TF_FIELD_TEXT, FALSE, 1, 2000, NULL },
	{ "advice", "StolenKey", TF_FIELD_TEXT, FALSE, 1, 2000, NULL },
};

static const gchar *const advice_keys[TF_N_ADVICES] = {
	[TF_ADVICE_LOST_FILE] = "LostFile",
	[TF_ADVICE_LOST_PAPER] = "LostPaper",
	[TF_ADVICE_LOST_TOKEN] = "LostToken",
	[TF_ADVICE_STOLEN_KEY] = "StolenKey",
};

static void campaign_destroy(gpointer data)
{
	tf_campaign_free(data);
}

/* One address (the dot-atom form of RFC 5322 section 3.4.1, ASCII), so that a profile cannot add a header or
 * a second recipient. */
static gboolean is_address(const gchar *text)
{
	return g_regex_match_simple("^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
				    "@[A-Za-z0-9-]+(\\.[A-Za-z0-9-]+)+$",
		text, G_REGEX_DOLLAR_ENDONLY, 0);
}

static gboolean is_fingerprint(const gchar *text)
{
	return strlen(text) == 2 * (gsize)TF_SHA256_SIZE &&
	       text[strspn(text, G_CSET_DIGITS "abcdefABCDEF")] == '\0';
}

/* What the field table cannot say. */
static gboolean check(const TfCampaign *campaign, GError **error)
{
	const TfProfile *profile = campaign->profile;
	const gchar *fingerprint = tf_campaign_escrow_fingerprint(campaign);

	if (campaign->time_zone == NULL)
		return tf_profile_refuse(
			profile, "campaign", "TimeZone", _("this time zone is not known here"), error);
	if (tf_profile_has(profile, "certificate", "ValidityDays") &&
		!tf_profile_has(profile, "certificate", "ValidityYears"))
		return tf_profile_refuse(profile, "certificate", "ValidityYears", _("it is missing"), error);
	if (fingerprint != NULL && !is_fingerprint(fingerprint))
		return tf_profile_refuse(profile, "escrow", "Fingerprint",
			_("it is not a SHA-256 fingerprint: 64 hexadecimal digits"), error);
	if (!is_address(tf_campaign_mail_to(campaign)))
		return tf_profile_refuse(profile, "mail", "To", _("it is not one mail address"), error);
	if (!g_regex_match_simple("^[a-z]{2,3}$", tf_campaign_mail_language(campaign), 0, 0))
		return tf_profile_refuse(
			profile, "mail", "Language", _("it is not the code of a language"), error);

	return TRUE;
}

static gpointer parse(GBytes *bytes, const gchar *path, GError **error)
{
	g_autoptr(TfProfile) profile = tf_profile_parse(bytes, path, fields, G_N_ELEMENTS(fields), error);
	g_autoptr(TfCampaign) campaign = NULL;

	if (profile == NULL)
		return NULL;
	campaign = g_new0(TfCampaign, 1);
	campaign->name = tf_profile_name_of(path);
	campaign->profile = g_steal_pointer(&profile);
	campaign->time_zone =
		g_time_zone_new_identifier(tf_profile_text(campaign->profile, "campaign", "TimeZone", NULL));
	if (!check(campaign, error))
		return NULL;

	return g_steal_pointer(&campaign);
}

static const TfProfileKind kind = { "campaigns", parse, campaign_destroy };

TfCampaign *tf_campaign_load_file(const gchar *path, GError **error)
{
	return tf_profile_load_file(&kind, path, error);
}

TfCampaign *tf_campaign_load(const gchar *name, const gchar *directory, GError **error)
{
	return tf_profile_load_named(&kind, name, directory, error);
}

GPtrArray *tf_campaign_load_all(const gchar *directory, GError **error)
{
	return tf_profile_load_all(&kind, directory, error);
}

TfCampaign *tf_campaign_match(
	const gchar *issuer, const gchar *issuer_common_name, const gchar *directory, GError **error)
{
	g_autoptr(GPtrArray) campaigns = tf_campaign_load_all(directory, error);
	guint n_matches = 0;
	guint match = 0;

	for (guint i = 0; campaigns != NULL && i < campaigns->len; i++) {
		const TfCampaign *campaign = g_ptr_array_index(campaigns, i);

		if (tf_campaign_issuer(campaign) == NULL ||
			!tf_campaign_fits_issuer(campaign, issuer, issuer_common_name))
			continue;
		match = i;
		n_matches++;
	}
	if (n_matches != 1)
		return NULL;

	return g_ptr_array_steal_index(campaigns, match);
}

void tf_campaign_free(TfCampaign *campaign)
{
	if (campaign == NULL)
		return;

	g_free(campaign->name);
	tf_profile_free(campaign->profile);
	g_clear_pointer(&campaign->time_zone, g_time_zone_unref);
	g_free(campaign);
}

const gchar *tf_campaign_name(const TfCampaign *campaign)
{
	return campaign->name;
}

const gchar *tf_campaign_title(const TfCampaign *campaign, const gchar *language)
{
	return tf_profile_text(campaign->profile, "campaign", "Title", language);
}

gboolean tf_campaign_is_historical(const TfCampaign *campaign)
{
	return tf_profile_boolean(campaign->profile, "campaign", "Historical");
}

const gchar *tf_campaign_issuer(const TfCampaign *campaign)
{
	return tf_profile_text(campaign->profile, "certificate", "Issuer", NULL);
}

gboolean tf_campaign_fits_issuer(
	const TfCampaign *campaign, const gchar *issuer, const gchar *issuer_common_name)
{
	const gchar *demanded = tf_campaign_issuer(campaign);
	gboolean has_common_name = issuer_common_name != NULL && issuer_common_name[0] != '\0';

	return demanded == NULL || g_strcmp0(demanded, has_common_name ? issuer_common_name : issuer) == 0;
}

/* The last second of the day 'days' after 'day'. */
static GDateTime *end_of_day(GDateTime *day, GTimeZone *zone, gint days)
{
	g_autoptr(GDateTime) shifted = g_date_time_add_days(day, days);

	if (shifted == NULL)
		return NULL;

	return g_date_time_new(zone, g_date_time_get_year(shifted), g_date_time_get_month(shifted),
		g_date_time_get_day_of_month(shifted), 23, 59, 59);
}

static gboolean is_same_day(GDateTime *a, GDateTime *b)
{
	return g_date_time_get_year(a) == g_date_time_get_year(b) &&
	       g_date_time_get_day_of_year(a) == g_date_time_get_day_of_year(b);
}

gboolean tf_campaign_fits_validity(
	const TfCampaign *campaign, gint64 not_before, gint64 not_after, gint64 *ret_expected)
{
	gint years = (gint)tf_profile_integer(campaign->profile, "certificate", "ValidityYears");
	gint days = (gint)tf_profile_integer(campaign->profile, "certificate", "ValidityDays");
	g_autoptr(GDateTime) first_utc = g_date_time_new_from_unix_utc(not_before);
	g_autoptr(GDateTime) last_utc = g_date_time_new_from_unix_utc(not_after);
	g_autoptr(GDateTime) first = NULL;
	g_autoptr(GDateTime) last = NULL;
	g_autoptr(GDateTime) anniversary = NULL;
	g_autoptr(GDateTime) expected = NULL;
	g_autoptr(GDateTime) also = NULL;

	if (!tf_profile_has(campaign->profile, "certificate", "ValidityYears"))
		return TRUE;

	first = first_utc != NULL ? g_date_time_to_timezone(first_utc, campaign->time_zone) : NULL;
	last = last_utc != NULL ? g_date_time_to_timezone(last_utc, campaign->time_zone) : NULL;
	anniversary = first != NULL ? g_date_time_add_years(first, years) : NULL;
	expected = anniversary != NULL ? end_of_day(anniversary, campaign->time_zone, days) : NULL;
	if (expected == NULL || last == NULL) {
		*ret_expected = not_before;
		return FALSE;
	}
	/* Issued on 29 February, a term of years without such a day ends on 28 February itself (Civil Code,
	 * article 143), while most programs count back from it: both are right. */
	if (g_date_time_get_day_of_month(anniversary) != g_date_time_get_day_of_month(first))
		also = end_of_day(anniversary, campaign->time_zone, days + 1);
	if (is_same_day(last, expected) || (also != NULL && is_same_day(last, also)))
		return TRUE;
	*ret_expected = g_date_time_to_unix(expected);

	return FALSE;
}

guint tf_campaign_number_digits(const TfCampaign *campaign)
{
	return (guint)tf_profile_integer(campaign->profile, "number", "Digits");
}

static gboolean is_printable(const gchar *text)
{
	if (!g_utf8_validate(text, -1, NULL) || g_utf8_strlen(text, -1) < 1 ||
		g_utf8_strlen(text, -1) > NUMBER_LIMIT)
		return FALSE;
	for (const gchar *at = text; *at != '\0'; at = g_utf8_next_char(at)) {
		if (!g_unichar_isprint(g_utf8_get_char(at)))
			return FALSE;
	}

	return TRUE;
}

gboolean tf_campaign_check_number(const TfCampaign *campaign, const gchar *number, GError **error)
{
	guint digits = tf_campaign_number_digits(campaign);

	if (digits == 0)
		return is_printable(number) || tf_raise(error, TF_ERROR_NUMBER_FORMAT, number, "1-32", NULL);

	if (strlen(number) == digits && number[strspn(number, G_CSET_DIGITS)] == '\0')
		return TRUE;

	return tf_raise(error, TF_ERROR_NUMBER_FORMAT, number, TF_NUMBER(digits), NULL);
}

const gchar *tf_campaign_number_label(const TfCampaign *campaign, const gchar *language)
{
	return tf_profile_text(campaign->profile, "number", "Label", language);
}

guint tf_campaign_user_pin_digits(const TfCampaign *campaign)
{
	return (guint)tf_profile_integer(campaign->profile, "pins", "UserDigits");
}

const gchar *tf_campaign_escrow_fingerprint(const TfCampaign *campaign)
{
	return tf_profile_text(campaign->profile, "escrow", "Fingerprint", NULL);
}

const gchar *tf_campaign_deadline(const TfCampaign *campaign)
{
	return tf_profile_text(campaign->profile, "campaign", "Deadline", NULL);
}

const gchar *tf_campaign_time_zone(const TfCampaign *campaign)
{
	return tf_profile_text(campaign->profile, "campaign", "TimeZone", NULL);
}

const gchar *tf_campaign_mail_to(const TfCampaign *campaign)
{
	return tf_profile_text(campaign->profile, "mail", "To", NULL);
}

const gchar *tf_campaign_mail_subject(const TfCampaign *campaign)
{
	return tf_profile_text(campaign->profile, "mail", "Subject", NULL);
}

const gchar *tf_campaign_mail_body(const TfCampaign *campaign)
{
	return tf_profile_text(campaign->profile, "mail", "Body", NULL);
}

const gchar *tf_campaign_mail_language(const TfCampaign *campaign)
{
	return tf_profile_text(campaign->profile, "mail", "Language", NULL);
}

const gchar *tf_campaign_contact(const TfCampaign *campaign, const gchar *language)
{
	return tf_profile_text(campaign->profile, "contact", "Text", language);
}

const gchar *tf_campaign_route(const TfCampaign *campaign, const gchar *language)
{
	return tf_profile_text(campaign->profile, "campaign", "Route", language);
}

const gchar *tf_campaign_advice(const TfCampaign *campaign, TfAdvice advice, const gchar *language)
{
	return tf_profile_text(campaign->profile, "advice", advice_keys[advice], language);
}
