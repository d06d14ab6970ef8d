/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "record/outcome.h"

static void wiped_free(gpointer data)
{
	TfWiped *wiped = data;

	g_free(wiped->path);
	g_free(wiped->kind);
	g_free(wiped->suffixes);
	g_clear_pointer(&wiped->references, g_ptr_array_unref);
	g_free(wiped);
}

static void kept_free(gpointer data)
{
	TfKept *kept = data;

	g_free(kept->path);
	g_free(kept->kind);
	g_free(kept->detail);
	g_free(kept);
}

static void placement_destroy(gpointer data)
{
	tf_placement_free(data);
}

TfPlacement *tf_placement_new(void)
{
	return g_new0(TfPlacement, 1);
}

void tf_placement_free(TfPlacement *placement)
{
	if (placement == NULL)
		return;

	tf_token_facts_free(placement->token);
	tf_module_facts_free(placement->module);
	g_free(placement->key_id);
	tf_evidence_free(placement->evidence);
	g_clear_pointer(&placement->statement, g_bytes_unref);
	g_free(placement);
}

TfOutcome *tf_outcome_new(void)
{
	TfOutcome *outcome = g_new0(TfOutcome, 1);

	outcome->status = TF_STATUS_KEPT;
	outcome->revocation = g_strdup("unknown");
	outcome->placements = g_ptr_array_new_with_free_func(placement_destroy);
	outcome->wiped = g_ptr_array_new_with_free_func(wiped_free);
	outcome->kept = g_ptr_array_new_with_free_func(kept_free);
	outcome->carried = g_ptr_array_new_with_free_func(g_free);
	outcome->dropped = g_ptr_array_new_with_free_func(g_free);
	outcome->unchecked = g_array_new(FALSE, FALSE, sizeof(TfUnchecked));
	outcome->exceptions = g_array_new(FALSE, FALSE, sizeof(TfException));

	return outcome;
}

void tf_outcome_free(TfOutcome *outcome)
{
	if (outcome == NULL)
		return;

	g_free(outcome->run);
	g_free(outcome->campaign);
	g_free(outcome->member_name);
	g_free(outcome->member_number);
	tf_certificate_facts_free(outcome->certificate);
	g_clear_pointer(&outcome->certificate_der, g_bytes_unref);
	g_free(outcome->source_sha256);
	g_free(outcome->revocation);
	tf_search_free(outcome->search);
	tf_posture_free(outcome->posture);
	g_ptr_array_unref(outcome->placements);
	g_ptr_array_unref(outcome->wiped);
	g_ptr_array_unref(outcome->kept);
	g_ptr_array_unref(outcome->carried);
	g_ptr_array_unref(outcome->dropped);
	g_array_unref(outcome->unchecked);
	g_array_unref(outcome->exceptions);
	g_free(outcome->report_text);
	g_free(outcome->report_json);
	g_free(outcome->report_mail);
	g_free(outcome);
}

TfWiped *tf_outcome_add_wiped(
	TfOutcome *outcome, const gchar *path, const gchar *kind, guint level, const gchar *suffixes)
{
	TfWiped *wiped = g_new0(TfWiped, 1);

	wiped->path = g_strdup(path);
	wiped->kind = g_strdup(kind);
	wiped->level = level;
	wiped->suffixes = g_strdup(suffixes);
	g_ptr_array_add(outcome->wiped, wiped);

	return wiped;
}

void tf_outcome_add_kept(
	TfOutcome *outcome, const gchar *path, const gchar *kind, TfKeptWhy why, const gchar *detail)
{
	TfKept *kept = g_new0(TfKept, 1);

	kept->path = g_strdup(path);
	kept->kind = g_strdup(kind);
	kept->why = why;
	kept->detail = g_strdup(detail);
	g_ptr_array_add(outcome->kept, kept);
}

void tf_outcome_add_unchecked(TfOutcome *outcome, TfUnchecked unchecked)
{
	if (!tf_outcome_is_unchecked(outcome, unchecked))
		g_array_append_val(outcome->unchecked, unchecked);
}

gboolean tf_outcome_is_unchecked(const TfOutcome *outcome, TfUnchecked unchecked)
{
	for (guint i = 0; i < outcome->unchecked->len; i++) {
		if (g_array_index(outcome->unchecked, TfUnchecked, i) == unchecked)
			return TRUE;
	}

	return FALSE;
}

void tf_outcome_add_exception(TfOutcome *outcome, TfException exception)
{
	if (!tf_outcome_has_exception(outcome, exception))
		g_array_append_val(outcome->exceptions, exception);
}

gboolean tf_outcome_has_exception(const TfOutcome *outcome, TfException exception)
{
	for (guint i = 0; i < outcome->exceptions->len; i++) {
		if (g_array_index(outcome->exceptions, TfException, i) == exception)
			return TRUE;
	}

	return FALSE;
}

static void remove_value(GArray *values, guint value)
{
	for (guint i = values->len; i > 0; i--) {
		if (g_array_index(values, guint, i - 1) == value)
			g_array_remove_index(values, i - 1);
	}
}

void tf_outcome_accept_pc(TfOutcome *outcome)
{
	gboolean is_open = outcome->posture == NULL;

	for (guint i = 0; outcome->posture != NULL && i < outcome->posture->answers->len; i++) {
		TfPostureAnswer *answer = g_ptr_array_index(outcome->posture->answers, i);

		if (tf_finding_answer(answer->finding) == TF_YES)
			continue;
		answer->is_confirmed = TRUE;
		is_open = TRUE;
	}
	if (is_open)
		tf_outcome_add_exception(outcome, TF_EXCEPTION_POSTURE);
}

void tf_outcome_set_posture(TfOutcome *outcome, const TfPosture *posture)
{
	TfPosture *copy = tf_posture_copy(posture);

	tf_posture_free(outcome->posture);
	outcome->posture = copy;
	remove_value(outcome->unchecked, TF_UNCHECKED_POSTURE);
	remove_value(outcome->exceptions, TF_EXCEPTION_POSTURE);
	if (copy == NULL)
		tf_outcome_add_unchecked(outcome, TF_UNCHECKED_POSTURE);
	else if (tf_posture_count_exceptions(copy, TRUE) > 0)
		tf_outcome_add_exception(outcome, TF_EXCEPTION_POSTURE);
}

static gboolean placement_is_good_enough(const TfOutcome *outcome, const TfPlacement *placement)
{
	if (placement->evidence == NULL)
		return FALSE;

	/* A signature that no client got was asked about before the wipe; earlier versions did not ask. */
	switch (tf_evidence_grade_without_client(placement->evidence)) {
	case TF_GRADE_REFUSED:
		return TRUE;
	case TF_GRADE_CLAIMED:
		return tf_outcome_has_exception(outcome, TF_EXCEPTION_CLAIMED);
	case TF_GRADE_REFUTED:
	case TF_N_GRADES:
		return FALSE;
	}
	g_assert_not_reached();
}

gboolean tf_outcome_leaves_pc_open(const TfOutcome *outcome)
{
	if (outcome->posture == NULL)
		return !tf_outcome_has_exception(outcome, TF_EXCEPTION_POSTURE);

	return tf_posture_count_exceptions(outcome->posture, FALSE) > 0;
}

gboolean tf_outcome_tells_exposure(const TfOutcome *outcome)
{
	return outcome->search != NULL || outcome->knows_exposure;
}

guint tf_outcome_exposures(const TfOutcome *outcome)
{
	return outcome->search != NULL ? outcome->search->exposures : outcome->exposures;
}

gboolean tf_outcome_may_claim_completion(const TfOutcome *outcome)
{
	if (outcome->search != NULL)
		return FALSE;
	if (outcome->status != TF_STATUS_DONE &&
		!(outcome->status == TF_STATUS_KEPT && tf_outcome_has_exception(outcome, TF_EXCEPTION_KEPT)))
		return FALSE;
	if (g_strcmp0(outcome->revocation, "revoked") == 0 ||
		tf_outcome_has_exception(outcome, TF_EXCEPTION_REVOKED))
		return FALSE;
	if (tf_outcome_leaves_pc_open(outcome))
		return FALSE;
	for (guint i = 0; i < outcome->placements->len; i++) {
		if (!placement_is_good_enough(outcome, g_ptr_array_index(outcome->placements, i)))
			return FALSE;
	}

	return outcome->placements->len > 0;
}

gint64 tf_outcome_date(const TfOutcome *outcome)
{
	return outcome->completed_at != 0 && tf_outcome_may_claim_completion(outcome) ? outcome->completed_at
										      : outcome->finished;
}
