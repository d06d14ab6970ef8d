/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "mail-body-private.h"

#include <string.h>

#include "base/escape.h"
#include "report/report.h"

#include "mail-words-private.h"

typedef struct Body {
	GString *text;
	TfMailLanguage language;
} Body;

static void add(Body *body, guint depth, const gchar *line)
{
	g_string_append_printf(body->text, "%*s%s\n", (gint)(2 * depth), "", line);
}

static void add_word(Body *body, guint depth, TfMailWord word)
{
	add(body, depth, tf_mail_word(body->language, word));
}

static void add_section(Body *body, TfMailWord word)
{
	add(body, 0, "");
	add_word(body, 0, word);
}

static void add_labelled(Body *body, guint depth, const gchar *label, const gchar *value)
{
	g_autofree gchar *joined = g_strdup_printf("%s: %s", label, value != NULL ? value : "");
	g_autofree gchar *line = tf_escape_terminal(joined);

	add(body, depth, line);
}

static void add_field(Body *body, guint depth, TfMailWord label, const gchar *value)
{
	add_labelled(body, depth, tf_mail_word(body->language, label), value);
}

static const gchar *open_sentence(const TfOutcome *outcome, TfMailLanguage language)
{
	if (outcome->search != NULL)
		return tf_mail_word(language, TF_MAIL_SUPPLEMENT);
	if (g_strcmp0(outcome->revocation, "revoked") == 0 ||
		tf_outcome_has_exception(outcome, TF_EXCEPTION_REVOKED))
		return tf_mail_word(language, TF_MAIL_OPEN_REVOKED);
	if (outcome->status == TF_STATUS_DONE && tf_outcome_leaves_pc_open(outcome))
		return tf_mail_word(
			language, outcome->posture != NULL ? TF_MAIL_OPEN_POSTURE : TF_MAIL_OPEN_PC_UNSEEN);
	if (outcome->status == TF_STATUS_DONE)
		return tf_mail_word(language, TF_MAIL_OPEN_OTHERWISE);

	return tf_mail_status(language, outcome->status);
}

static void add_report(Body *body, const TfOutcome *outcome, const TfCampaign *campaign)
{
	gboolean is_completed = tf_outcome_may_claim_completion(outcome);
	const gchar *language = tf_campaign_mail_language(campaign);
	g_autofree gchar *date = tf_report_date(tf_outcome_date(outcome), campaign, language);

	add(body, 0, is_completed ? tf_campaign_mail_body(campaign) : open_sentence(outcome, body->language));
	add(body, 0, "");
	add_field(body, 0, TF_MAIL_NAME, outcome->member_name);
	add_labelled(body, 0, tf_campaign_number_label(campaign, language), outcome->member_number);
	add_field(body, 0, is_completed ? TF_MAIL_DATE_DONE : TF_MAIL_DATE_OPEN, date);
	add(body, 0, "");
	add_word(body, 0, TF_MAIL_FACTS);
}

static TfMailWord revocation_word(const gchar *revocation)
{
	if (g_strcmp0(revocation, "good") == 0)
		return TF_MAIL_REVOCATION_GOOD;
	if (g_strcmp0(revocation, "revoked") == 0)
		return TF_MAIL_REVOCATION_REVOKED;

	return TF_MAIL_REVOCATION_UNKNOWN;
}

static void add_certificate(Body *body, const TfOutcome *outcome, const TfCampaign *campaign)
{
	const TfCertificateFacts *facts = outcome->certificate;
	const gchar *language = tf_campaign_mail_language(campaign);
	g_autofree gchar *issued = tf_report_date(facts->not_before, campaign, language);
	g_autofree gchar *expires = tf_report_date(facts->not_after, campaign, language);
	TfMailWord revocation = revocation_word(outcome->revocation);

	add_section(body, TF_MAIL_CERTIFICATE);
	add_field(body, 1, TF_MAIL_ISSUED_TO,
		facts->common_name[0] != '\0' ? facts->common_name : facts->subject);
	add_field(body, 1, TF_MAIL_ISSUED_BY,
		facts->issuer_common_name[0] != '\0' ? facts->issuer_common_name : facts->issuer);
	add_field(body, 1, TF_MAIL_ISSUED_ON, issued);
	add_field(body, 1, TF_MAIL_VALID_UNTIL, expires);
	add_field(body, 1, TF_MAIL_SERIAL, facts->serial);
	add_labelled(body, 1, "SHA-256", facts->sha256);
	add_field(body, 1, TF_MAIL_REVOCATION, tf_mail_word(body->language, revocation));
}

static TfMailWord challenge_word(const gchar *challenge)
{
	if (g_strcmp0(challenge, "signed") == 0)
		return TF_MAIL_CHALLENGE_SIGNED;
	if (g_strcmp0(challenge, "decrypted") == 0)
		return TF_MAIL_CHALLENGE_DECRYPTED;

	return TF_MAIL_CHALLENGE_NONE;
}

/* Only their names: a value that is always the same tells nothing. */
static void add_constants(Body *body, const TfEvidence *evidence)
{
	g_autoptr(GString) names = g_string_new(NULL);

	for (guint i = 0; i < evidence->constants->len; i++) {
		const gchar *name = g_ptr_array_index(evidence->constants, i);

		g_string_append_printf(names, "%s%s", i == 0 ? "" : ", ", name);
	}
	if (evidence->constants->len > 0)
		add_field(body, 1, TF_MAIL_CONSTANTS, names->str);
}

static const gchar *evidence_words(const TfEvidence *evidence, TfMailLanguage language)
{
	return tf_evidence_lacks_only_client(evidence) ? tf_mail_word(language, TF_MAIL_NO_CLIENT)
						       : tf_mail_grade(language, tf_evidence_grade(evidence));
}

/* The reason is a module's or a library's own text; what may be a path stays at home. */
static const gchar *unanswered_words(const gchar *reason, TfMailLanguage language)
{
	return strchr(reason, '/') != NULL ? tf_mail_word(language, TF_MAIL_UNANSWERED_WAY) : reason;
}

static void add_evidence(Body *body, const TfEvidence *evidence)
{
	g_autofree gchar *copies = g_strdup_printf("%u", evidence->copies);

	add_field(body, 1, TF_MAIL_EVIDENCE, evidence_words(evidence, body->language));
	add_field(body, 1, TF_MAIL_CHALLENGE,
		tf_mail_word(body->language, challenge_word(evidence->challenge)));
	if (evidence->unanswered != NULL)
		add_field(
			body, 1, TF_MAIL_UNANSWERED, unanswered_words(evidence->unanswered, body->language));
	if (evidence->copies > 0)
		add_field(body, 1, TF_MAIL_COPIES, copies);
	if (evidence->attempts->len == 0)
		add_field(body, 1, TF_MAIL_ATTEMPTS, tf_mail_word(body->language, TF_MAIL_NO_ATTEMPT));
	else
		add_word(body, 1, TF_MAIL_ATTEMPTS);
	for (guint i = 0; i < evidence->attempts->len; i++) {
		const TfAttempt *attempt = g_ptr_array_index(evidence->attempts, i);
		g_autofree gchar *name = tf_mail_attempt_name(body->language, attempt->name);
		g_autofree gchar *outcome = g_strdup_printf(
			"%s (%s)", tf_mail_attempt_outcome(body->language, attempt->outcome), attempt->code);

		add_labelled(body, 2, name, outcome);
	}
	add_constants(body, evidence);
}

/* The module by name, package and digest: where it lies says something of the PC, not of the module. */
static void add_placement(Body *body, const TfPlacement *placement, TfMailWord heading)
{
	g_autofree gchar *name = g_path_get_basename(placement->module->path);
	g_autofree gchar *package = placement->module->package != NULL
					    ? g_strdup_printf(" (%s)", placement->module->package)
					    : NULL;
	g_autofree gchar *module = g_strdup_printf(
		"%s%s SHA-256 %s", name, package != NULL ? package : "", placement->module->sha256);

	add_section(body, heading);
	add_field(body, 1, TF_MAIL_LABEL, placement->token->label);
	add_field(body, 1, TF_MAIL_MANUFACTURER, placement->token->manufacturer);
	add_field(body, 1, TF_MAIL_MODEL, placement->token->model);
	add_field(body, 1, TF_MAIL_TOKEN_SERIAL, placement->token->serial);
	add_field(body, 1, TF_MAIL_MODULE, module);
	add_evidence(body, placement->evidence);
}

static gboolean wiped_alike(const TfWiped *a, const TfWiped *b)
{
	return strcmp(a->kind, b->kind) == 0 && a->level == b->level &&
	       g_strcmp0(a->suffixes, b->suffixes) == 0 && a->name_may_stay == b->name_may_stay &&
	       a->is_shared == b->is_shared;
}

/* "W3: overwritten in place; encrypted disk" */
static gchar *wiped_words(const TfWiped *wiped, TfMailLanguage language)
{
	g_autoptr(GString) text = g_string_new(NULL);

	g_string_printf(text, "W%u%s: %s", wiped->level, wiped->suffixes != NULL ? wiped->suffixes : "",
		tf_mail_level(language, wiped->kind, wiped->level));
	for (const gchar *at = wiped->suffixes; at != NULL && *at != '\0'; at++) {
		const gchar *words = tf_mail_suffix(language, *at);

		if (words[0] != '\0')
			g_string_append_printf(text, "; %s", words);
	}
	if (wiped->name_may_stay)
		g_string_append_printf(text, "; %s", tf_mail_word(language, TF_MAIL_NAME_MAY_STAY));
	if (wiped->is_shared)
		g_string_append_printf(text, "; %s", tf_mail_word(language, TF_MAIL_STILL_SHARED));

	return g_string_free(g_steal_pointer(&text), FALSE);
}

static void add_count(Body *body, const gchar *kind, guint count, const gchar *value)
{
	const gchar *known = tf_mail_kind(body->language, kind);
	g_autofree gchar *counted = g_strdup_printf("%s x %u", known != NULL ? known : kind, count);

	add_labelled(body, 1, counted, value);
}

static void add_wiped(Body *body, const GPtrArray *files)
{
	add_section(body, TF_MAIL_WIPED);
	if (files->len == 0)
		add_word(body, 1, TF_MAIL_NONE);
	for (guint i = 0; i < files->len; i++) {
		const TfWiped *wiped = g_ptr_array_index(files, i);
		g_autofree gchar *value = wiped_words(wiped, body->language);
		guint count = 0;
		guint first = i;

		for (guint j = files->len; j-- > 0;) {
			if (wiped_alike(wiped, g_ptr_array_index(files, j))) {
				first = j;
				count++;
			}
		}
		if (first == i)
			add_count(body, wiped->kind, count, value);
	}
}

static void add_kept(Body *body, const GPtrArray *files)
{
	add_section(body, TF_MAIL_KEPT);
	if (files->len == 0)
		add_word(body, 1, TF_MAIL_NONE);
	for (guint i = 0; i < files->len; i++) {
		const TfKept *kept = g_ptr_array_index(files, i);
		guint count = 0;
		guint first = i;

		for (guint j = files->len; j-- > 0;) {
			const TfKept *other = g_ptr_array_index(files, j);

			if (other->why == kept->why && strcmp(other->kind, kept->kind) == 0) {
				first = j;
				count++;
			}
		}
		if (first == i)
			add_count(body, kept->kind, count, tf_mail_kept_why(body->language, kept->why));
	}
}

/* The answers alone: what was found says more of the PC than the federation has to know. */
static void add_posture(Body *body, const TfPosture *posture)
{
	if (posture == NULL)
		return;

	add_section(body, TF_MAIL_POSTURE);
	for (guint i = 0; i < posture->answers->len; i++) {
		const TfPostureAnswer *answer = g_ptr_array_index(posture->answers, i);
		const gchar *value = tf_mail_answer(body->language, tf_finding_answer(answer->finding));
		g_autofree gchar *confirmed =
			g_strdup_printf("%s (%s)", value, tf_mail_word(body->language, TF_MAIL_CONFIRMED));

		add_labelled(body, 1, tf_mail_question(body->language, tf_finding_question(answer->finding)),
			answer->is_confirmed ? confirmed : value);
	}
}

static void add_limits(Body *body, const TfOutcome *outcome)
{
	if (outcome->unchecked->len > 0)
		add_section(body, TF_MAIL_UNCHECKED);
	for (guint i = 0; i < outcome->unchecked->len; i++)
		add(body, 1,
			tf_mail_unchecked(body->language, g_array_index(outcome->unchecked, TfUnchecked, i)));
	if (outcome->exceptions->len > 0)
		add_section(body, TF_MAIL_EXCEPTIONS);
	for (guint i = 0; i < outcome->exceptions->len; i++)
		add(body, 1,
			tf_mail_exception(body->language, g_array_index(outcome->exceptions, TfException, i),
				outcome->posture != NULL));
}

static void add_number(Body *body, TfMailWord label, guint number)
{
	g_autofree gchar *value = g_strdup_printf("%u", number);

	add_field(body, 1, label, value);
}

static void add_exposure(Body *body, const TfOutcome *outcome)
{
	guint exposures = tf_outcome_exposures(outcome);

	if (!tf_outcome_tells_exposure(outcome))
		return;

	add_section(body, TF_MAIL_EXPOSURE);
	add_word(body, 1, exposures != 0 ? TF_MAIL_EXPOSURE_SUSPECTED : TF_MAIL_EXPOSURE_NOT_SEEN);
	for (guint i = 0; i < TF_N_EXPOSURES; i++) {
		if ((exposures & 1u << i) != 0)
			add(body, 2, tf_mail_exposure(body->language, (TfExposure)i));
	}
}

static void add_unknown(Body *body, const TfSearch *search)
{
	add_number(body, TF_MAIL_UNKNOWN, search->n_unknown);
	for (guint i = 0; i < search->unknown->len; i++) {
		const gchar *kind = ((const TfUnknown *)g_ptr_array_index(search->unknown, i))->kind;
		const gchar *known = tf_mail_kind(body->language, kind);
		guint count = tf_search_count_unknown(search, i);
		g_autofree gchar *value = g_strdup_printf("%u", count);

		if (count > 0)
			add_labelled(body, 2, known != NULL ? known : kind, value);
	}
}

/* Of a supplement: how much, and no paths; where else the file was, in the member's words. */
static void add_search(Body *body, const TfSearch *search)
{
	if (search == NULL)
		return;

	add_section(body, TF_MAIL_SEARCHED);
	add_number(body, TF_MAIL_FILES, search->n_files);
	add_field(body, 1, TF_MAIL_REACH,
		tf_mail_word(
			body->language, search->reads_whole ? TF_MAIL_REACH_WHOLE : TF_MAIL_REACH_HEADS));
	add_number(body, TF_MAIL_LEFT_OUT, search->n_left_out);
	add_number(body, TF_MAIL_UNREADABLE, search->n_unreadable);
	add_number(body, TF_MAIL_SKIPPED, search->n_skipped);
	add_unknown(body, search);
	for (guint i = 0; i < search->elsewhere->len; i++)
		add_field(body, 1, TF_MAIL_ELSEWHERE, g_ptr_array_index(search->elsewhere, i));
}

gchar *tf_mail_body(const TfOutcome *outcome, const TfCampaign *campaign)
{
	g_autoptr(GString) text = g_string_new(NULL);
	Body body = { .text = text, .language = tf_mail_language(tf_campaign_mail_language(campaign)) };

	add_report(&body, outcome, campaign);
	add_certificate(&body, outcome, campaign);
	for (guint i = 0; i < outcome->placements->len; i++)
		add_placement(&body, g_ptr_array_index(outcome->placements, i),
			i == 0 ? TF_MAIL_TOKEN : TF_MAIL_SPARE);
	add_section(&body, TF_MAIL_EXISTED_OUTSIDE);
	add_exposure(&body, outcome);
	add_search(&body, outcome->search);
	add_wiped(&body, outcome->wiped);
	add_kept(&body, outcome->kept);
	add_posture(&body, outcome->posture);
	add_limits(&body, outcome);
	add_section(&body, TF_MAIL_ATTACHED);

	return g_string_free(g_steal_pointer(&text), FALSE);
}
