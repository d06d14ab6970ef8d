/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/describe.h"

#include <glib/gi18n.h>

#include "base/escape.h"
#include "cli/language.h"
#include "cli/options.h"
#include "cli/phrase.h"
#include "key/certificate.h"
#include "report/report.h"

#define LABEL_WIDTH 24u

typedef struct PinStateRow {
	const gchar *name;
	const gchar *sentence;
} PinStateRow;

static const PinStateRow pin_states[] = {
	[TF_PIN_FINE] = { "fine", "" },
	[TF_PIN_COUNT_LOW] = { "count-low", N_("A wrong user PIN was given to this token lately: fewer tries "
					       "than usual are left.") },
	[TF_PIN_LAST_TRY] = { "last-try", N_("Only one try is left for the user PIN of this token.") },
	[TF_PIN_LOCKED] = { "locked", N_("The user PIN of this token is locked.") },
	[TF_PIN_UNSET] = { "unset", N_("This token has no user PIN yet.") },
};

void tf_describe_line(GString *text, guint indent, const gchar *label, const gchar *value)
{
	g_autofree gchar *escaped = tf_escape_terminal(value);
	g_autofree gchar *head = g_strdup_printf("%*s%s:", (int)indent, "", label);

	if (escaped[0] == '\0')
		return;

	tf_options_pad(text, head, LABEL_WIDTH);
	g_string_append_printf(text, " %s\n", escaped);
}

gchar *tf_describe_key(const TfCertificateFacts *certificate)
{
	g_autofree gchar *type = g_ascii_strup(certificate->key_type, -1);

	return g_strdup_printf("%s %u", type, certificate->bits);
}

void tf_describe_certificate(
	GString *text, guint indent, const TfCertificateFacts *certificate, const TfCampaign *campaign)
{
	const gchar *language = tf_language_spoken();
	g_autofree gchar *issued = tf_report_date(certificate->not_before, campaign, language);
	g_autofree gchar *expires = tf_report_date(certificate->not_after, campaign, language);
	g_autofree gchar *key = tf_describe_key(certificate);
	gboolean has_name = certificate->common_name[0] != '\0';
	gboolean has_issuer = certificate->issuer_common_name[0] != '\0';

	tf_describe_line(
		text, indent, _("Issued to"), has_name ? certificate->common_name : certificate->subject);
	tf_describe_line(text, indent, _("Issued by"),
		has_issuer ? certificate->issuer_common_name : certificate->issuer);
	tf_describe_line(text, indent, _("Issued on"), issued);
	tf_describe_line(text, indent, _("Valid until"), expires);
	tf_describe_line(text, indent, _("Serial number"), certificate->serial);
	tf_describe_line(text, indent, _("Kind of key"), key);
	tf_describe_line(text, indent, "SHA-256", certificate->sha256);
}

void tf_describe_keys(GString *text, const GPtrArray *certificates)
{
	for (guint i = 0; i < certificates->len; i++) {
		X509 *certificate = g_ptr_array_index(certificates, i);
		g_autoptr(TfCertificateFacts) facts =
			certificate != NULL ? tf_certificate_describe(certificate) : NULL;

		g_string_append_printf(text, "%u.\n", i + 1);
		if (facts != NULL)
			tf_describe_certificate(text, 3, facts, NULL);
		else
			g_string_append_printf(text, "   %s\n", _("no certificate fits this key"));
	}
}

void tf_describe_token(GString *text, guint indent, const TfTokenFacts *token)
{
	gboolean has_label = token->label != NULL && token->label[0] != '\0';

	tf_describe_line(text, indent, _("Token"), has_label ? token->label : _("without a name"));
	tf_describe_line(text, indent + 2, _("Manufacturer"), token->manufacturer);
	tf_describe_line(text, indent + 2, _("Model"), token->model);
	tf_describe_line(text, indent + 2, _("Token serial number"), token->serial);
	tf_describe_line(text, indent + 2, "URI", token->uri);
}

const gchar *tf_describe_pin_state(TfPinState state)
{
	return pin_states[state].sentence[0] != '\0' ? _(pin_states[state].sentence) : "";
}

gchar *tf_describe_pin_tries(const TfTokenStatus *status)
{
	gchar number[16];

	if (status->knows_pin_tries && status->pin_tries > 1) {
		g_snprintf(number, sizeof number, "%u", status->pin_tries);
		return tf_phrase(_("{n} tries are left for the user PIN of this token."), "n", number, NULL);
	}

	return g_strdup(status->pin_state == TF_PIN_FINE
				? _("The token reports no wrong user PIN since the last right one. How many "
				    "tries are left, it does not tell.")
				: tf_describe_pin_state(status->pin_state));
}

const gchar *tf_pin_state_name(TfPinState state)
{
	return pin_states[state].name;
}

const gchar *tf_describe_card_state(TfCardState state)
{
	switch (state) {
	case TF_CARD_BLANK:
		return _("not formatted yet");
	case TF_CARD_HALF_FORMATTED:
		return _("half formatted, by a run that did not come to its end");
	case TF_CARD_NOT_ACTIVATED:
		return _("formatted, but never activated");
	case TF_CARD_READY:
	case TF_CARD_FOREIGN:
	case TF_CARD_UNKNOWN:
	case TF_N_CARD_STATES:
		break;
	}

	return _("formatted");
}
