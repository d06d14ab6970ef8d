/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "report/evidence-check.h"

#include <glib/gi18n.h>
#include <string.h>

#include "base/error.h"
#include "evidence-sense-private.h"
#include "key/certificate.h"
#include "key/proof.h"

#define SIZE_LIMIT (4u << 20)

void tf_evidence_check_free(TfEvidenceCheck *check)
{
	if (check == NULL)
		return;

	tf_outcome_free(check->outcome);
	g_free(check);
}

static TfOutcome *read_outcome(GBytes *report, const gchar *path, GError **error)
{
	gsize length = 0;
	const gchar *data = g_bytes_get_data(report, &length);
	g_autoptr(json_t) object = NULL;
	json_error_t problem;

	if (length == 0 || length > SIZE_LIMIT) {
		tf_raise(error, TF_ERROR_EVIDENCE_UNREADABLE, path, _("it is empty or too long"), NULL);
		return NULL;
	}
	object = json_loadb(data, length, JSON_REJECT_DUPLICATES, &problem);
	if (object == NULL) {
		tf_raise(error, TF_ERROR_EVIDENCE_UNREADABLE, path, _("it is not JSON"), NULL);
		return NULL;
	}

	return tf_outcome_from_json(object, path, error);
}

/* Every word of the report about the certificate against the certificate that it carries. */
static gboolean certificate_fits(const TfOutcome *outcome, X509 *certificate)
{
	const TfCertificateFacts *words = outcome->certificate;
	g_autoptr(TfCertificateFacts) facts = tf_certificate_describe(certificate);

	return g_strcmp0(facts->sha256, words->sha256) == 0 &&
	       g_strcmp0(facts->spki_sha256, words->spki_sha256) == 0 &&
	       g_strcmp0(facts->subject, words->subject) == 0 &&
	       g_strcmp0(facts->common_name, words->common_name) == 0 &&
	       g_strcmp0(facts->issuer, words->issuer) == 0 &&
	       g_strcmp0(facts->issuer_common_name, words->issuer_common_name) == 0 &&
	       g_strcmp0(facts->serial, words->serial) == 0 && facts->not_before == words->not_before &&
	       facts->not_after == words->not_after && g_strcmp0(facts->key_type, words->key_type) == 0 &&
	       facts->bits == words->bits;
}

static X509 *read_certificate(const TfOutcome *outcome, const gchar *path, GError **error)
{
	g_autoptr(X509) certificate = NULL;

	if (outcome->certificate_der == NULL) {
		tf_raise(error, TF_ERROR_EVIDENCE_UNREADABLE, path, _("it holds no certificate"), NULL);
		return NULL;
	}
	certificate = tf_certificate_parse(outcome->certificate_der, path, NULL);
	if (certificate == NULL) {
		tf_raise(error, TF_ERROR_EVIDENCE_UNREADABLE, path, _("the certificate in it cannot be read"),
			NULL);
		return NULL;
	}
	if (!certificate_fits(outcome, certificate)) {
		tf_raise(error, TF_ERROR_PROOF_INVALID,
			_("the report describes another certificate than the one it holds"), NULL);
		return NULL;
	}

	return g_steal_pointer(&certificate);
}

/* A statement is lines of "name: value" (key/proof.h); 'value' is a hexadecimal digest, a UUID or a number,
 * which are written there as they are in a report. */
static gboolean statement_says(GBytes *statement, const gchar *name, const gchar *value)
{
	gsize length = 0;
	const gchar *data = g_bytes_get_data(statement, &length);
	g_autofree gchar *text = g_strndup(data, length);
	g_autofree gchar *wanted = g_strdup_printf("%s: %s", name, value);
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

	return g_strv_contains((const gchar *const *)lines, wanted);
}

/* The run is "LEDGER-UUID/ROW". A spare has a row of its own in the same ledger. */
static gboolean statement_fits(
	GBytes *statement, const TfOutcome *outcome, const gchar *source_sha256, gboolean is_spare)
{
	const gchar *slash = outcome->run != NULL ? strrchr(outcome->run, '/') : NULL;
	g_autofree gchar *ledger = NULL;

	if (slash == NULL)
		return FALSE;
	ledger = g_strndup(outcome->run, (gsize)(slash - outcome->run));
	if (!statement_says(statement, "ledger", ledger))
		return FALSE;
	if (!is_spare && !statement_says(statement, "row", slash + 1))
		return FALSE;

	return statement_says(statement, "source", source_sha256);
}

/* Every signature that the report shows must be good; FALSE without error when it shows none. */
static gboolean check_signatures(
	const TfPlacement *placement, X509 *certificate, gboolean *ret_is_signed, GError **error)
{
	const TfTokenFacts *token = placement->token;
	gboolean is_signed = FALSE;

	for (guint i = 0; i < placement->evidence->responses->len; i++) {
		const TfResponse *response = g_ptr_array_index(placement->evidence->responses, i);

		if (response->bytes == NULL)
			continue;
		if (placement->statement == NULL)
			return tf_raise(error, TF_ERROR_PROOF_INVALID,
				_("the report shows a signature without what was signed"), NULL);
		if (!tf_proof_check(placement->statement, response->bytes, certificate, token->manufacturer,
			    token->model, token->serial, error))
			return FALSE;
		is_signed = TRUE;
	}
	*ret_is_signed = is_signed;

	return TRUE;
}

static gboolean check_attempts(const TfEvidence *evidence, GError **error)
{
	const TfAttempt *odd = tf_evidence_contradiction(evidence);
	g_autofree gchar *reason = NULL;

	if (odd == NULL)
		return TRUE;
	reason = g_strdup_printf(_("the attempt '%s' is called %s, and its code is %s"), odd->name,
		tf_attempt_outcome_name(odd->outcome), odd->code);

	return tf_raise(error, TF_ERROR_PROOF_INVALID, reason, NULL);
}

/* One token shown twice would pass for two. */
static gboolean check_distinct(const TfOutcome *outcome, guint index, GError **error)
{
	const TfPlacement *placement = g_ptr_array_index(outcome->placements, index);

	for (guint i = 0; i < index; i++) {
		const TfPlacement *other = g_ptr_array_index(outcome->placements, i);

		if (tf_token_facts_equal(placement->token, other->token))
			return tf_raise(
				error, TF_ERROR_PROOF_INVALID, _("the report shows one token as two"), NULL);
	}

	return TRUE;
}

static gboolean check_placement(TfEvidenceCheck *check, guint index, X509 *certificate, GError **error)
{
	static const gchar no_source[] = "0000000000000000000000000000000000000000000000000000000000000000";
	const TfOutcome *outcome = check->outcome;
	const TfPlacement *placement = g_ptr_array_index(outcome->placements, index);
	const gchar *source = outcome->source_sha256 != NULL ? outcome->source_sha256 : no_source;
	gboolean says_signed = strcmp(placement->evidence->challenge, "signed") == 0;
	gboolean is_signed = FALSE;

	if (!check_attempts(placement->evidence, error) || !check_distinct(outcome, index, error) ||
		!check_signatures(placement, certificate, &is_signed, error))
		return FALSE;
	if (says_signed != is_signed)
		return tf_raise(error, TF_ERROR_PROOF_INVALID,
			_("what the report says of the challenge is not what it shows"), NULL);
	check->grade = MAX(check->grade, tf_evidence_grade(placement->evidence));
	if (!tf_evidence_is_whole(placement->evidence))
		check->grade = MAX(check->grade, TF_GRADE_CLAIMED);
	if (!is_signed) {
		check->statement_fits = FALSE;
		return TRUE;
	}
	if (!statement_fits(placement->statement, outcome, source, index > 0))
		return tf_raise(error, TF_ERROR_PROOF_INVALID,
			_("what was signed names another run or another file than the report"), NULL);
	check->n_placements_signed++;

	return TRUE;
}

TfEvidenceCheck *tf_evidence_check(GBytes *report, const gchar *path, GError **error)
{
	g_autoptr(TfEvidenceCheck) check = g_new0(TfEvidenceCheck, 1);
	g_autoptr(X509) certificate = NULL;

	check->outcome = read_outcome(report, path, error);
	if (check->outcome == NULL)
		return NULL;
	certificate = read_certificate(check->outcome, path, error);
	if (certificate == NULL)
		return NULL;

	check->certificate_fits = TRUE;
	check->n_placements = check->outcome->placements->len;
	check->statement_fits = check->n_placements > 0;
	check->grade = check->n_placements > 0 ? TF_GRADE_REFUSED : TF_GRADE_CLAIMED;
	for (guint i = 0; i < check->n_placements; i++) {
		if (!check_placement(check, i, certificate, error))
			return NULL;
	}

	return g_steal_pointer(&check);
}
