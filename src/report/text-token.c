/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "text-private.h"

#include <glib/gi18n.h>
#include <string.h>

#include "base/escape.h"

#include "sentences-private.h"

static void add_module(GString *text, const TfModuleFacts *module)
{
	tf_text_field(text, 1, _("Software of the token (module)"), module->path);
	tf_text_field(text, 2, _("Package"),
		module->package != NULL ? module->package : _("of no installed package"));
	tf_text_field(text, 2, "SHA-256", module->sha256);
	if (module->let_pass != NULL)
		tf_text_field(text, 2, _("Used all the same"), module->let_pass);
}

static void add_attempt(GString *text, const TfAttempt *attempt)
{
	const gchar *control = tf_sentence_control(attempt->control);
	g_autofree gchar *name = tf_sentence_attempt_name(attempt->name);
	g_autofree gchar *code = tf_escape_terminal(attempt->code);
	g_autofree gchar *line = g_strdup_printf("- %s: %s (%s)%s%s", name,
		tf_sentence_attempt_outcome(attempt->outcome), code, control[0] != '\0' ? "; " : "", control);

	tf_text_line(text, 2, line);
}

static gboolean some_attempt_was_not_possible(const TfEvidence *evidence)
{
	for (guint i = 0; i < evidence->attempts->len; i++) {
		const TfAttempt *attempt = g_ptr_array_index(evidence->attempts, i);

		if (attempt->outcome == TF_ATTEMPT_NOT_OFFERED)
			return TRUE;
	}

	return FALSE;
}

static void add_attempts(GString *text, const TfEvidence *evidence)
{
	TfGrade grade = tf_evidence_grade(evidence);

	tf_text_line(text, 1, tf_sentence_grade(grade));
	if (grade == TF_GRADE_REFUSED && some_attempt_was_not_possible(evidence))
		tf_text_line(text, 1, _("This counts the attempts for which the token has no function."));
	if (evidence->attempts->len == 0)
		tf_text_line(text, 2, _("No attempt to get the key out was made."));
	for (guint i = 0; i < evidence->attempts->len; i++)
		add_attempt(text, g_ptr_array_index(evidence->attempts, i));
}

static void add_challenge(GString *text, const TfEvidence *evidence)
{
	if (strcmp(evidence->challenge, "signed") == 0)
		tf_text_line(text, 1,
			_("The token signed a fresh challenge, and the certificate verifies the "
			  "signature."));
	else if (strcmp(evidence->challenge, "decrypted") == 0)
		tf_text_line(text, 1,
			_("The token decrypted a fresh challenge made with the certificate. Nobody can check "
			  "this again later."));
	else
		tf_text_line(text, 1, _("The token answered no challenge."));
	if (evidence->unanswered != NULL)
		tf_text_field(text, 1, _("One way of using the token gave no answer"), evidence->unanswered);
}

/* Those that are constants, or those that are not; the title stands above the first. */
static void add_values(GString *text, const TfEvidence *evidence, gboolean are_constants, const gchar *title)
{
	gboolean is_titled = FALSE;

	for (guint i = 0; i < evidence->attributes->len; i++) {
		const TfAttribute *attribute = g_ptr_array_index(evidence->attributes, i);

		if (tf_evidence_is_constant(evidence, attribute->name) != are_constants)
			continue;
		if (!is_titled)
			tf_text_line(text, 1, title);
		is_titled = TRUE;
		tf_text_field(text, 2, attribute->name, tf_sentence_claim(attribute->value));
	}
}

static void add_attributes(GString *text, const TfEvidence *evidence)
{
	add_values(text, evidence, FALSE, _("What the token itself says of the key (a claim, no evidence):"));
	add_values(text, evidence, TRUE,
		_("Answered by this kind of token whatever was written (it says nothing of this key):"));
	if (evidence->dropped->len > 0)
		tf_text_line(text, 1, _("The token did not accept these settings of the key:"));
	for (guint i = 0; i < evidence->dropped->len; i++) {
		g_autofree gchar *name = tf_escape_terminal(g_ptr_array_index(evidence->dropped, i));

		tf_text_line(text, 2, name);
	}
}

static void add_warnings(GString *text, const TfEvidence *evidence)
{
	if (evidence->copies > 0)
		tf_text_line(text, 1,
			_("The token holds further private keys that are the same or look the same. Nothing "
			  "is known of how they are kept."));
	if (!evidence->certificate_is_public)
		tf_text_line(text, 1,
			_("The certificate on the token was not found without the user PIN of the token; "
			  "some programs will not find it."));
}

void tf_text_placement(GString *text, const TfPlacement *placement)
{
	const TfTokenFacts *token = placement->token;

	if (token != NULL) {
		tf_text_field(text, 1, _("Label"), token->label);
		tf_text_field(text, 1, _("Manufacturer"), token->manufacturer);
		tf_text_field(text, 1, _("Model"), token->model);
		tf_text_field(text, 1, _("Serial number of the token"), token->serial);
	}
	if (placement->key_id != NULL)
		tf_text_field(text, 1, "CKA_ID", placement->key_id);
	if (placement->module != NULL)
		add_module(text, placement->module);
	if (placement->evidence == NULL)
		return;

	add_attempts(text, placement->evidence);
	add_challenge(text, placement->evidence);
	add_warnings(text, placement->evidence);
	add_attributes(text, placement->evidence);
}
