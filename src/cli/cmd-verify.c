/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gi18n.h>

#include "base/error.h"
#include "base/file.h"
#include "cli/command.h"
#include "cli/conversation.h"
#include "cli/describe.h"
#include "cli/output.h"
#include "cli/phrase.h"
#include "cli/places.h"
#include "report/evidence-check.h"
#include "transfer/verification.h"

#define REPORT_SIZE_LIMIT (4u << 20)

/* What the evidence comes to, the weakest last. */
typedef enum Verdict {
	VERDICT_GOOD,
	VERDICT_CLAIMED,
	VERDICT_UNPROVEN,
	VERDICT_REFUTED,
	N_VERDICTS
} Verdict;

typedef struct VerdictRow {
	const gchar *name;
	TfExit exit_status;
	const gchar *sentence;
} VerdictRow;

static const VerdictRow verdicts[N_VERDICTS] = {
	[VERDICT_GOOD] = { "done", TF_EXIT_DONE,
		N_("Attempts were made to get the key out of the token, and all were refused.") },
	[VERDICT_CLAIMED] = { "claimed", TF_EXIT_EVIDENCE_CLAIMED,
		N_("The token only claims to keep the key, or to let it be used; this could not be shown "
		   "completely.") },
	[VERDICT_UNPROVEN] = { "unproven", TF_EXIT_EVIDENCE_INVALID,
		N_("The token did not sign with the key of this certificate, so nothing is proven.") },
	[VERDICT_REFUTED] = { "refuted", TF_EXIT_EVIDENCE_REFUTED,
		N_("The key, or a copy that can leave, came out of the token.") },
};

typedef struct ComparisonRow {
	const gchar *name;
	const gchar *sentence;
	const gchar *good; /* what VERDICT_GOOD then comes to; NULL: its own sentence */
} ComparisonRow;

static const ComparisonRow comparisons[] = {
	[TF_COMPARED_LEDGER] = { "ledger",
		N_("the certificate that the ledger recorded when the key was moved"), NULL },
	[TF_COMPARED_CERTIFICATE] = { "certificate", N_("the certificate that you named"), NULL },
	[TF_COMPARED_TOKEN] = { "token",
		N_("only the certificate on the token itself, which anybody could have "
		   "written there together with the key"),
		N_("Attempts were made to get the key out of the token, and all were refused. That it is "
		   "your key, only the token itself says: name your certificate with --certificate FILE to "
		   "have it compared.") },
};

static Verdict verdict_of(TfGrade grade, gboolean is_signed)
{
	if (grade == TF_GRADE_REFUTED)
		return VERDICT_REFUTED;
	if (!is_signed)
		return VERDICT_UNPROVEN;

	return grade == TF_GRADE_REFUSED ? VERDICT_GOOD : VERDICT_CLAIMED;
}

static Verdict verdict_on(const TfVerification *verification)
{
	return verdict_of(tf_evidence_grade(verification->placement->evidence), verification->is_signed);
}

static gchar *count_attempts(const TfEvidence *evidence)
{
	guint counts[TF_N_ATTEMPT_OUTCOMES] = { 0 };
	gchar numbers[TF_N_ATTEMPT_OUTCOMES][16];

	for (guint i = 0; i < evidence->attempts->len; i++)
		counts[((const TfAttempt *)g_ptr_array_index(evidence->attempts, i))->outcome]++;
	for (guint i = 0; i < TF_N_ATTEMPT_OUTCOMES; i++)
		g_snprintf(numbers[i], sizeof numbers[i], "%u", counts[i]);

	return tf_phrase(
		_("refused: {refused}, not possible on this token: {absent}, no clear answer: {unclear}, "
		  "the key came out: {leaked}"),
		"refused", numbers[TF_ATTEMPT_REFUSED], "absent", numbers[TF_ATTEMPT_NOT_OFFERED], "unclear",
		numbers[TF_ATTEMPT_INCONCLUSIVE], "leaked", numbers[TF_ATTEMPT_LEAKED], NULL);
}

/* A grade holds for the key that was compared, and says so when only the token says which that is. */
static const gchar *conclude(const TfVerification *verification)
{
	const ComparisonRow *comparison = &comparisons[verification->compared_with];
	Verdict verdict = verdict_on(verification);

	return verdict == VERDICT_GOOD && comparison->good != NULL ? _(comparison->good)
								   : _(verdicts[verdict].sentence);
}

static void print_key(const TfVerification *verification)
{
	const TfPlacement *placement = verification->placement;
	const TfCertificateFacts *facts = verification->certificate;
	g_autoptr(TfCampaign) campaign =
		tf_campaign_match(facts->issuer, facts->issuer_common_name, NULL, NULL);
	g_autoptr(GString) text = g_string_new(NULL);
	g_autofree gchar *attempts = count_attempts(placement->evidence);

	tf_describe_line(text, 0, _("Key"), placement->key_id);
	tf_describe_certificate(text, 2, facts, campaign);
	tf_describe_token(text, 2, placement->token);
	tf_describe_line(text, 2, _("Compared with"), _(comparisons[verification->compared_with].sentence));
	tf_describe_line(text, 2, _("Attempts"), attempts);
	if (placement->evidence->unanswered != NULL)
		tf_describe_line(text, 2, _("One way of using the token gave no answer"),
			placement->evidence->unanswered);
	tf_describe_line(text, 2, _("Result"), conclude(verification));
	tf_describe_line(text, 2, _("Remember"),
		_("if the key was in a file before, this says nothing about copies of that file"));
	tf_output_text(text->str);
}

static json_t *key_to_json(const TfVerification *verification, const gchar *type)
{
	const TfPlacement *placement = verification->placement;
	const TfCertificateFacts *facts = verification->certificate;
	json_t *object = tf_output_object(type);
	json_t *key = json_object();

	json_object_set_new(object, "status", json_string(verdicts[verdict_on(verification)].name));
	json_object_set_new(
		object, "compared_with", json_string(comparisons[verification->compared_with].name));
	json_object_set_new(object, "signed", json_boolean(verification->is_signed));
	json_object_set_new(object, "certificate", tf_certificate_facts_to_json(facts));
	json_object_set_new(object, "token", tf_token_facts_to_json(placement->token));
	json_object_set_new(object, "module", tf_module_facts_to_json(placement->module));
	json_object_set_new(key, "id", tf_output_string(placement->key_id));
	json_object_set_new(key, "type", tf_output_string(facts->key_type));
	json_object_set_new(key, "bits", json_integer(facts->bits));
	json_object_set_new(object, "key", key);
	json_object_set_new(object, "evidence", tf_evidence_to_json(placement->evidence));

	return object;
}

/* The result is about the key with the weakest evidence; the others come before it. */
static Verdict print_keys(const GPtrArray *keys, gboolean is_json)
{
	guint weakest = 0;
	json_t *result = NULL;

	for (guint i = 1; i < keys->len; i++) {
		if (verdict_on(g_ptr_array_index(keys, i)) > verdict_on(g_ptr_array_index(keys, weakest)))
			weakest = i;
	}
	for (guint i = 0; i < keys->len; i++) {
		const TfVerification *verification = g_ptr_array_index(keys, i);

		if (!is_json)
			print_key(verification);
		else if (i != weakest)
			tf_output_json(key_to_json(verification, "key"));
	}
	if (is_json) {
		result = key_to_json(g_ptr_array_index(keys, weakest), "result");
		json_object_set_new(result, "keys", json_integer(keys->len));
		tf_output_json(result);
	}

	return verdict_on(g_ptr_array_index(keys, weakest));
}

static gboolean verify_token(const TfInvocation *invocation, int *ret_status, GError **error)
{
	const TfOptions *options = invocation->options;
	g_autoptr(TfCards) cards = tf_cards_new(options->token_profile, options->profiles, error);
	g_autofree gchar *ledger = cards != NULL ? tf_places_ledger(options, error) : NULL;
	const TfVerificationPlan plan = {
		.module = tf_places_module(options, cards),
		.token_uri = options->token,
		.certificate_file = options->certificate,
		.ledger_path = ledger,
		.auditor = invocation->auditor,
	};
	g_auto(TfConversation) conversation = { 0 };
	g_autoptr(GPtrArray) keys = NULL;
	TfDialogue dialogue;

	if (ledger == NULL || !tf_conversation_init(&conversation, options, error))
		return FALSE;
	dialogue = tf_conversation_dialogue(&conversation);
	keys = tf_verify(&plan, &dialogue, error);
	if (keys == NULL)
		return FALSE;

	*ret_status = (int)verdicts[print_keys(keys, options->is_json)].exit_status;

	return TRUE;
}

static void print_check(const TfEvidenceCheck *check, Verdict verdict, gboolean is_json)
{
	g_autofree gchar *text = NULL;

	if (is_json) {
		json_t *result = tf_outcome_to_json(check->outcome);

		json_object_set_new(result, "type", json_string("result"));
		json_object_set_new(result, "status", json_string(verdicts[verdict].name));
		json_object_set_new(result, "checked", json_string("report"));
		json_object_set_new(result, "placements", json_integer(check->n_placements));
		json_object_set_new(result, "placements_signed", json_integer(check->n_placements_signed));
		json_object_set_new(result, "certificate_fits", json_boolean(check->certificate_fits));
		json_object_set_new(result, "statement_fits", json_boolean(check->statement_fits));
		json_object_set_new(result, "grade", json_string(tf_grade_name(check->grade)));
		json_object_set_new(result, "not_shown", tf_evidence_check_limits());
		tf_output_json(result);
		return;
	}

	text = tf_evidence_check_text(check);
	tf_output_text(text);
}

static gboolean verify_report(const TfOptions *options, int *ret_status, GError **error)
{
	g_autoptr(GBytes) report = tf_file_load(options->evidence, REPORT_SIZE_LIMIT, error);
	g_autoptr(TfEvidenceCheck) check = NULL;
	Verdict verdict = VERDICT_UNPROVEN;

	if (report == NULL)
		return FALSE;
	check = tf_evidence_check(report, options->evidence, error);
	if (check == NULL)
		return FALSE;

	/* What the report says of itself counts for nothing unless its parts agree. */
	verdict = verdict_of(check->grade, check->certificate_fits && check->statement_fits &&
						   check->n_placements > 0 &&
						   check->n_placements_signed == check->n_placements);
	print_check(check, verdict, options->is_json);
	*ret_status = (int)verdicts[verdict].exit_status;

	return TRUE;
}

gboolean tf_cmd_verify(TfInvocation *invocation, int *ret_status, GError **error)
{
	return invocation->options->evidence != NULL ? verify_report(invocation->options, ret_status, error)
						     : verify_token(invocation, ret_status, error);
}
