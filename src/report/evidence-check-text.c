/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gi18n.h>

#include "report/evidence-check.h"

#include "sentences-private.h"
#include "text-private.h"

static void add_signatures(GString *text, const TfEvidenceCheck *check)
{
	if (check->n_placements_signed == 0)
		tf_text_line(text, 1,
			_("The report holds no signature that could be checked. What it says rests on its "
			  "word alone."));
	else if (check->n_placements_signed < check->n_placements)
		tf_text_line(text, 1,
			_("The signature of one token is good for the certificate; for the other token there "
			  "is none that could be checked."));
	else
		tf_text_line(text, 1,
			_("The signature of each token in the report is good for the "
			  "certificate."));
	if (check->statement_fits)
		tf_text_line(text, 1,
			_("What was signed names this certificate, this file, this run and this token."));
}

static void add_tokens(GString *text, const TfOutcome *outcome)
{
	for (guint i = 0; i < outcome->placements->len; i++) {
		const TfPlacement *placement = g_ptr_array_index(outcome->placements, i);

		tf_text_field(text, 1, i == 0 ? _("Token") : _("Spare token"), placement->token->label);
		tf_text_field(text, 2, _("Serial number of the token"), placement->token->serial);
	}
}

/* What a signature covers and what it does not, said whatever the result: a reader would else take the whole
 * report for signed. */
static const struct {
	const gchar *name;
	const gchar *sentence;
} limits[] = {
	{ "unsigned-statements",
		N_("The attempts, the CKA_ID, the module, the files wiped and kept, the names and the dates "
		   "are "
		   "not signed: they are the word of whoever wrote the report, and a change to them cannot "
		   "be seen.") },
	{ "token-signed",
		N_("The signature shows that whoever signed had the key. The key existed outside the token "
		   "before, so it does not show by itself that a token signed.") },
	{ "certificate-status", N_("Whether the certificate itself is genuine or revoked was not checked.") },
};

static void add_limits(GString *text)
{
	tf_text_heading(text, _("WHAT THIS DOES NOT SHOW"));
	for (gsize i = 0; i < G_N_ELEMENTS(limits); i++)
		tf_text_line(text, 1, _(limits[i].sentence));
}

json_t *tf_evidence_check_limits(void)
{
	json_t *names = json_array();

	for (gsize i = 0; i < G_N_ELEMENTS(limits); i++)
		json_array_append_new(names, json_string(limits[i].name));

	return names;
}

gchar *tf_evidence_check_text(const TfEvidenceCheck *check)
{
	g_autoptr(GString) text = g_string_new(NULL);
	const TfCertificateFacts *facts = check->outcome->certificate;

	tf_text_line(text, 0, _("Check of a report"));
	tf_text_field(
		text, 1, _("Issued to"), facts->common_name[0] != '\0' ? facts->common_name : facts->subject);
	tf_text_field(text, 1, _("Issued by"),
		facts->issuer_common_name[0] != '\0' ? facts->issuer_common_name : facts->issuer);
	tf_text_field(text, 1, _("Serial number of the certificate"), facts->serial);
	add_tokens(text, check->outcome);
	if (check->certificate_fits)
		tf_text_line(text, 1, _("The report describes the certificate that it holds."));
	add_signatures(text, check);
	tf_text_line(text, 1, _("By the attempts that the report lists:"));
	tf_text_line(text, 2, tf_sentence_grade(check->grade));
	add_limits(text);

	return g_string_free(g_steal_pointer(&text), FALSE);
}
