/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The longest road through the program; it reads like the manual page. */
#include "transfer/transfer.h"

#include <glib/gi18n.h>
#include <string.h>

#include "admission.h"
#include "base/error.h"
#include "destination.h"
#include "ending.h"
#include "resumption.h"
#include "source.h"
#include "suspicion.h"
#include "transfer/checks.h"

typedef struct Journey {
	TfRun run;
	TfLedgerRow *emptied; /* by an earlier run, of a store; NULL */
	TfSource *source;
	GPtrArray *destinations; /* TfDestination: the token, then the spare */
	TfOutcome *outcome;
} Journey;

static void journey_clear(Journey *journey)
{
	tf_run_close_modules(&journey->run);
	g_clear_pointer(&journey->emptied, tf_ledger_row_free);
	g_clear_pointer(&journey->source, tf_source_free);
	g_clear_pointer(&journey->destinations, g_ptr_array_unref);
	g_clear_pointer(&journey->outcome, tf_outcome_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Journey, journey_clear)

static void copy_names(GPtrArray *to, const GPtrArray *from)
{
	for (guint i = 0; i < from->len; i++)
		g_ptr_array_add(to, g_strdup(g_ptr_array_index(from, i)));
}

static gboolean open_source(Journey *journey, GError **error)
{
	guint suspected = 0;

	if (!tf_resumption_emptied(&journey->run, &journey->emptied, error))
		return FALSE;
	journey->source =
		tf_source_open(journey->run.plan, journey->emptied != NULL, journey->run.dialogue, error);
	if (journey->source == NULL ||
		!tf_suspicion_find(journey->run.ledger, journey->source->spki_sha256, &suspected, error))
		return FALSE;

	journey->run.where = TF_WHERE_SOURCE;
	journey->outcome->started = g_get_real_time() / G_USEC_PER_SEC;
	journey->outcome->certificate = tf_certificate_facts_copy(journey->source->facts);
	journey->outcome->certificate_der = tf_certificate_der(journey->source->certificate);
	journey->outcome->source_sha256 = tf_hex(journey->source->sha256, TF_SHA256_SIZE);
	journey->outcome->knows_exposure = TRUE;
	journey->outcome->exposures = journey->source->exposures | journey->run.exposures | suspected;
	if (journey->run.plan->was_infected)
		journey->outcome->exposures |= 1u << TF_EXPOSURE_INFECTED;
	copy_names(journey->outcome->carried, journey->source->carried);
	copy_names(journey->outcome->dropped, journey->source->dropped);

	return TRUE;
}

static const gchar *revocation_name(TfRevocation revocation)
{
	switch (revocation) {
	case TF_REVOCATION_GOOD:
		return "good";
	case TF_REVOCATION_REVOKED:
		return "revoked";
	case TF_REVOCATION_UNKNOWN:
		break;
	}

	return "unknown";
}

/* What was not looked at is part of every report. */
static void note_unchecked(Journey *journey, TfRevocation revocation)
{
	tf_outcome_add_unchecked(journey->outcome, TF_UNCHECKED_COPIES);
	tf_outcome_add_unchecked(journey->outcome, TF_UNCHECKED_OTHER_PLACES);
	tf_outcome_set_posture(journey->outcome, journey->run.plan->posture);
	if (journey->run.plan->accepts_pc)
		tf_outcome_accept_pc(journey->outcome);
	if (revocation == TF_REVOCATION_UNKNOWN)
		tf_outcome_add_unchecked(journey->outcome, TF_UNCHECKED_REVOCATION);
	if (journey->run.plan->member_name == NULL)
		tf_outcome_add_unchecked(journey->outcome, TF_UNCHECKED_NAME);
}

static gboolean confirm_certificate(Journey *journey, GError **error)
{
	const TfDialogue *dialogue = journey->run.dialogue;
	const TfCertificateFacts *facts = journey->source->facts;
	g_auto(TfAdmission) admission = { 0 };

	if (!tf_admission_examine(journey->run.plan, journey->source, &admission, error))
		return FALSE;
	if (admission.campaign != NULL)
		journey->outcome->campaign = g_strdup(tf_campaign_name(admission.campaign));
	g_free(journey->outcome->revocation);
	journey->outcome->revocation = g_strdup(revocation_name(admission.revocation));
	note_unchecked(journey, admission.revocation);
	if (!tf_dialogue_require(dialogue, TF_QUESTION_IS_THIS_YOU,
		    &(TfQuestionContext){ .certificate = facts }, _("this is your certificate"), error) ||
		!tf_admission_confirm(&admission, facts, dialogue, error))
		return FALSE;
	for (guint i = 0; i < admission.problems->len; i++) {
		const TfProblem *problem = g_ptr_array_index(admission.problems, i);

		tf_outcome_add_exception(journey->outcome, problem->exception);
	}

	return TRUE;
}

/* Both tokens are looked at before anything is written to one of them. */
static gboolean choose_tokens(Journey *journey, GError **error)
{
	const TfTransferPlan *plan = journey->run.plan;
	TfDestination *destination = tf_destination_choose(&journey->run, plan->token_uri, FALSE, error);
	TfDestination *spare = NULL;
	gboolean lets_go = FALSE;

	if (destination == NULL)
		return FALSE;
	g_ptr_array_add(journey->destinations, destination);
	if (plan->spare_uri == NULL) {
		if (!tf_admission_open_spares(
			    journey->run.ledger, journey->source, journey->run.dialogue, &lets_go, error))
			return FALSE;
		if (lets_go)
			tf_outcome_add_exception(journey->outcome, TF_EXCEPTION_SPARE);
		tf_dialogue_tell(journey->run.dialogue, TF_NEWS_NO_SPARE,
			&(TfNewsContext){ .token = destination->token });
		return TRUE;
	}

	spare = tf_destination_choose(&journey->run, plan->spare_uri, TRUE, error);
	if (spare == NULL)
		return FALSE;
	g_ptr_array_add(journey->destinations, spare);
	if (tf_token_facts_equal(destination->token, spare->token))
		return tf_raise(error, TF_ERROR_USAGE, _("the spare is the same token"), NULL);

	return TRUE;
}

static gboolean check_cards(Journey *journey, GError **error)
{
	for (guint i = 0; i < journey->destinations->len; i++) {
		const TfDestination *destination = g_ptr_array_index(journey->destinations, i);

		if (!tf_destination_check_key(destination, journey->source->keypair, error) ||
			!tf_destination_check_card(destination, error))
			return FALSE;
	}

	return TRUE;
}

static gboolean write_tokens(Journey *journey, GError **error)
{
	const TfDestination *first = g_ptr_array_index(journey->destinations, 0);

	tf_run_keep_modules(&journey->run, journey->destinations);
	for (guint i = 0; i < journey->destinations->len; i++) {
		TfDestination *destination = g_ptr_array_index(journey->destinations, i);

		if (!tf_destination_write(
			    &journey->run, destination, journey->source, i == 0 ? 0 : first->row, error))
			return FALSE;
		if (destination->is_exception)
			tf_outcome_add_exception(journey->outcome, TF_EXCEPTION_MODULE);
		if (destination->is_unverified)
			tf_outcome_add_exception(journey->outcome, TF_EXCEPTION_TOKEN_UNVERIFIED);
	}
	journey->outcome->run =
		g_strdup_printf("%s/%" G_GINT64_FORMAT, tf_ledger_uuid(journey->run.ledger), first->row);

	return TRUE;
}

/* From here on no secret of the file is in this process; the auditor never had one (law 2). */
static void close_source(Journey *journey)
{
	tf_source_close(journey->source);
	tf_dialogue_tell(journey->run.dialogue, TF_NEWS_SOURCE_CLOSED,
		&(TfNewsContext){ .path = journey->source->path });
}

static gboolean prove_tokens(Journey *journey, GError **error)
{
	TfSubject subject = { .certificate = journey->source->certificate,
		.chain = journey->source->chain,
		.source = journey->source };

	memcpy(subject.source_sha256, journey->source->sha256, TF_SHA256_SIZE);
	for (guint i = 0; i < journey->destinations->len; i++) {
		TfDestination *destination = g_ptr_array_index(journey->destinations, i);

		if (!tf_dialogue_go_on(journey->run.dialogue, error))
			return FALSE;
		if (!tf_destination_prove(&journey->run, destination, &subject, error))
			return FALSE;
		g_ptr_array_add(journey->outcome->placements, tf_destination_describe(destination));
	}
	for (guint i = 0; i < journey->destinations->len; i++) {
		TfDestination *destination = g_ptr_array_index(journey->destinations, i);

		g_clear_pointer(&destination->pin, tf_secret_free);
	}

	return TRUE;
}

static gboolean travel(Journey *journey, GError **error)
{
	return open_source(journey, error) && confirm_certificate(journey, error) &&
	       choose_tokens(journey, error) && check_cards(journey, error) && write_tokens(journey, error);
}

static gboolean arrive(Journey *journey, GError **error)
{
	return prove_tokens(journey, error) &&
	       tf_ending_run(&journey->run, journey->destinations, journey->source, journey->outcome, error);
}

static gboolean run_journey(Journey *journey, GError **error)
{
	const TfTransferPlan *plan = journey->run.plan;
	g_autoptr(GError) problem = NULL;

	journey->outcome = tf_outcome_new();
	journey->outcome->member_name = g_strdup(plan->member_name);
	journey->outcome->member_number = g_strdup(plan->member_number);
	if (travel(journey, &problem)) {
		close_source(journey);
		return arrive(journey, error);
	}
	/* A file that was wiped is gone; a store that was emptied has to be opened to be seen empty. */
	if (journey->emptied != NULL && g_error_matches(problem, TF_ERROR, TF_ERROR_SOURCE_NO_KEY)) {
		g_clear_pointer(&journey->outcome, tf_outcome_free);
		return tf_resumption_repeat(&journey->run, journey->emptied, &journey->outcome, error);
	}
	g_propagate_error(error, g_steal_pointer(&problem));

	return FALSE;
}

TfOutcome *tf_transfer(const TfTransferPlan *plan, TfLedger *ledger, const TfDialogue *dialogue,
	TfWhereabouts *ret_where, GError **error)
{
	g_auto(Journey) journey = {
		.run = { .plan = plan, .ledger = ledger, .dialogue = dialogue, .where = TF_WHERE_UNKNOWN }
	};
	gboolean has_arrived = FALSE;

	*ret_where = TF_WHERE_UNKNOWN;
	if (!tf_ledger_lock(ledger, error))
		return NULL;

	journey.destinations = g_ptr_array_new_with_free_func((GDestroyNotify)tf_destination_free);
	if (!tf_resumption_run(&journey.run, &journey.outcome, error)) {
		*ret_where = journey.run.where;
		return NULL;
	}
	if (journey.outcome != NULL) {
		*ret_where = journey.run.where;
		return g_steal_pointer(&journey.outcome);
	}

	has_arrived = run_journey(&journey, error);
	*ret_where = journey.run.where;

	return has_arrived ? g_steal_pointer(&journey.outcome) : NULL;
}
