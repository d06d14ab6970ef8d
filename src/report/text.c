/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gi18n.h>

#include "base/escape.h"
#include "report/report.h"

#include "sentences-private.h"
#include "text-private.h"

void tf_text_heading(GString *text, const gchar *heading)
{
	g_string_append_printf(text, "\n%s\n", heading);
}

void tf_text_line(GString *text, guint depth, const gchar *sentence)
{
	g_string_append_printf(text, "%*s%s\n", (gint)(2 * depth), "", sentence);
}

void tf_text_field(GString *text, guint depth, const gchar *label, const gchar *value)
{
	g_autofree gchar *joined = g_strdup_printf("%s: %s", label, value != NULL ? value : "");
	g_autofree gchar *line = tf_escape_terminal(joined);

	tf_text_line(text, depth, line);
}

static void add_result(GString *text, const TfOutcome *outcome)
{
	tf_text_heading(text, _("RESULT"));
	tf_text_line(text, 1, tf_sentence_status(outcome->status));
	if (tf_outcome_may_claim_completion(outcome))
		tf_text_line(text, 1, _("This may be reported as completed."));
	else
		tf_text_line(text, 1, _("This is not finished and is not reported as completed."));
	if (tf_outcome_may_claim_completion(outcome) && tf_outcome_is_unchecked(outcome, TF_UNCHECKED_COPIES))
		tf_text_line(text, 1,
			_("The search of this PC for other copies of the file is not part of that, and is "
			  "still to "
			  "be done: see below what to do next."));
	if (g_strcmp0(outcome->revocation, "revoked") == 0)
		tf_text_line(text, 1,
			_("The certificate has been revoked: moving its key does not make it good "
			  "again."));
}

static void add_member(GString *text, const TfOutcome *outcome, const TfCampaign *campaign)
{
	const gchar *language = tf_sentence_language();
	g_autofree gchar *date = tf_report_date(tf_outcome_date(outcome), campaign, language);

	tf_text_heading(text, _("WHO AND WHEN"));
	if (outcome->member_name != NULL)
		tf_text_field(text, 1, _("Name"), outcome->member_name);
	if (outcome->member_number != NULL && campaign != NULL)
		tf_text_field(text, 1, tf_campaign_number_label(campaign, language), outcome->member_number);
	else if (outcome->member_number != NULL)
		tf_text_field(text, 1, _("Registration number"), outcome->member_number);
	tf_text_field(text, 1,
		tf_outcome_may_claim_completion(outcome) ? _("Date of completion") : _("Date of this state"),
		date);
	if (campaign == NULL)
		return;

	tf_text_field(text, 1, _("Campaign"), tf_campaign_title(campaign, language));
	if (tf_campaign_deadline(campaign) != NULL)
		tf_text_field(text, 1, _("Deadline"), tf_campaign_deadline(campaign));
	if (tf_campaign_is_historical(campaign))
		tf_text_line(text, 1,
			_("This campaign is over and serves as an example. Its mail address leads nowhere; "
			  "do not send the mail."));
}

static void add_certificate(GString *text, const TfOutcome *outcome, const TfCampaign *campaign)
{
	const TfCertificateFacts *facts = outcome->certificate;
	const gchar *language = tf_sentence_language();
	g_autofree gchar *issued = NULL;
	g_autofree gchar *expires = NULL;
	g_autofree gchar *type = NULL;
	g_autofree gchar *key = NULL;

	tf_text_heading(text, _("CERTIFICATE"));
	if (facts == NULL)
		return;

	type = g_ascii_strup(facts->key_type, -1);
	key = g_strdup_printf("%s %u", type, facts->bits);
	issued = tf_report_date(facts->not_before, campaign, language);
	expires = tf_report_date(facts->not_after, campaign, language);
	tf_text_field(
		text, 1, _("Issued to"), facts->common_name[0] != '\0' ? facts->common_name : facts->subject);
	tf_text_field(text, 1, _("Issued by"),
		facts->issuer_common_name[0] != '\0' ? facts->issuer_common_name : facts->issuer);
	tf_text_field(text, 1, _("Issued on"), issued);
	tf_text_field(text, 1, _("Valid until"), expires);
	tf_text_field(text, 1, _("Serial number of the certificate"), facts->serial);
	tf_text_field(text, 1, _("Kind of key"), key);
	tf_text_field(text, 1, "SHA-256", facts->sha256);
	tf_text_field(text, 1, _("Revocation"), tf_sentence_revocation(outcome->revocation));
}

static void add_names(GString *text, const gchar *heading, const GPtrArray *names)
{
	if (names->len == 0)
		return;

	tf_text_heading(text, heading);
	for (guint i = 0; i < names->len; i++) {
		g_autofree gchar *name = tf_escape_terminal(g_ptr_array_index(names, i));

		tf_text_line(text, 1, name);
	}
}

static void add_tokens(GString *text, const TfOutcome *outcome)
{
	for (guint i = 0; i < outcome->placements->len; i++) {
		tf_text_heading(text, i == 0 ? _("TOKEN") : _("SPARE TOKEN"));
		tf_text_placement(text, g_ptr_array_index(outcome->placements, i));
	}
	tf_text_line(text, 1,
		_("The key existed outside the token before. A copy made then works like the key on the "
		  "token."));
}

static void add_limits(GString *text, const TfOutcome *outcome)
{
	if (outcome->unchecked->len > 0)
		tf_text_heading(text, _("NOT CHECKED"));
	if (outcome->search != NULL)
		tf_text_not_searched(text, outcome->search);
	for (guint i = 0; i < outcome->unchecked->len; i++)
		tf_text_line(
			text, 1, tf_sentence_unchecked(g_array_index(outcome->unchecked, TfUnchecked, i)));
	if (outcome->exceptions->len > 0)
		tf_text_heading(text, _("CONFIRMED AS EXCEPTIONS"));
	for (guint i = 0; i < outcome->exceptions->len; i++)
		tf_text_line(
			text, 1, tf_sentence_exception(g_array_index(outcome->exceptions, TfException, i)));
}

gchar *tf_report_text(const TfOutcome *outcome, const TfCampaign *campaign)
{
	g_autoptr(GString) text = g_string_new(NULL);

	if (outcome->search != NULL) {
		tf_text_line(
			text, 0, _("Supplement to the report on moving a key onto a token (tokenferry)"));
		tf_text_supplement(text, outcome);
	} else {
		tf_text_line(text, 0, _("Report on moving a key onto a token (tokenferry)"));
		add_result(text, outcome);
	}
	if (tf_outcome_tells_exposure(outcome))
		tf_text_exposure(text, tf_outcome_exposures(outcome));
	add_member(text, outcome, campaign);
	add_certificate(text, outcome, campaign);
	add_tokens(text, outcome);
	if (outcome->search != NULL)
		tf_text_search(text, outcome->search);
	tf_text_files(text, outcome);
	if (outcome->search != NULL)
		tf_text_unknown(text, outcome->search);
	tf_text_pc(text, outcome);
	add_names(text, _("ATTRIBUTES OF THE FILE CARRIED OVER TO THE TOKEN"), outcome->carried);
	add_names(text, _("ATTRIBUTES OF THE FILE NOT CARRIED OVER"), outcome->dropped);
	add_limits(text, outcome);
	tf_text_next(text, outcome, campaign);

	return g_string_free(g_steal_pointer(&text), FALSE);
}
