/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One journey onto the card of a reader, again and again from the same start: the formatted card is loaded,
 * the ledger forgotten, the .p12 written again. And what is on the card afterwards, by the card's own saved
 * state, with no other program in between. Everything asserts.
 */
#pragma once

#include "stage.h"
#include "world.h"

typedef struct TfCardJourney {
	TfStage *stage;
	gchar *formatted; /* the saved state of the card */
	gchar *last;	  /* where its state is saved for a look */
	gchar *module;	  /* a copy of OpenSC's */
	gchar *shape;	  /* of the card after a journey without faults; NULL before one */
	gchar *profiles;
	TfCards *cards;
	GStrv apdus; /* of a journey without faults, as the card's log has them: "NUMBER COMMAND > RESPONSE"
		      */
} TfCardJourney;

/* Card 0 is blank and becomes a formatted one; the tests are the auditor too (stage.h). */
TfCardJourney *tf_card_journey_new(const gchar *key_type, const gchar *program);
void tf_card_journey_free(TfCardJourney *journey);

/* Back to the start: a healed, formatted card 0 in its reader, no ledger, a whole .p12. */
void tf_card_journey_rewind(TfCardJourney *journey);

/* One journey without faults. Returns how many APDUs it takes; from then on the judge knows how a card looks
 * afterwards. Wants a log (with-cards --log). */
guint tf_card_journey_measure(TfCardJourney *journey);

/* Whether the n-th APDU of a journey, from 1, changes the card: without its answer nobody knows whether it
 * did. */
gboolean tf_card_journey_changes(const TfCardJourney *journey, guint nth);

/* The card of a journey that ended done: one whole key file and nothing else that a journey without faults
 * does not leave, too; no try lost. NULL, or what is wrong; the caller frees. */
gchar *tf_card_journey_judge(const TfCardJourney *journey, guint number) G_GNUC_WARN_UNUSED_RESULT;

/* Key files, whether the directory names them or not. */
guint tf_card_journey_n_keys(const TfCardJourney *journey, guint number);

/* Tries left of the user PIN. */
guint tf_card_journey_tries(const TfCardJourney *journey, guint number);

/* Everything that lies on the card and can differ, a line each; the caller frees. */
gchar *tf_card_journey_shape(const TfCardJourney *journey, guint number);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfCardJourney, tf_card_journey_free)
