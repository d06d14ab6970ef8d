/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What is known and arranged before any module is loaded: the families of tokens, the cards in the readers,
 * and OpenSC told to leave those alone that are somebody's identity.
 */
#pragma once

#include <glib.h>

#include "token/audit.h"
#include "token/session.h"
#include "transfer/family.h"

typedef struct TfCards TfCards;

/*
 * 'named' is --token-profile, 'directory' --profiles; either may be NULL. OpenSC reads a configuration of
 * ours from now on (token/opensc.h), so this is called before the first module is loaded, and the object
 * outlives the last one and the last child. Where PC/SC is not there, there are no cards.
 * TF_ERROR_READER_HOSTILE: then nothing may run. Errors of tf_families_load().
 */
TfCards *tf_cards_new(const gchar *named, const gchar *directory, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void tf_cards_free(TfCards *cards);

const TfFamilies *tf_cards_families(const TfCards *cards);

/* TfIdentityCard, borrowed: set aside, in readers that no module of ours sees. */
const GPtrArray *tf_cards_identities(const TfCards *cards);

/* The reader of this name as it was found; NULL when there is none, or for no cards or no name. */
const TfReader *tf_cards_reader(const TfCards *cards, const gchar *name);

/* Sets 'reader' and 'family' of a token; both stay NULL without cards. */
gboolean tf_cards_describe(const TfCards *cards, TfModule *module, TfTokenStatus *status, GError **error);

/* Has the card itself say how many tries are left for its user PIN, where the family has a way to ask it.
 * What a module says of them "may always be false" (PKCS#11 2.40, 3.2, CKF_USER_PIN_FINAL_TRY): the card's
 * word goes before it. By one APDU. */
void tf_cards_count_pin_tries(TfTokenStatus *status);

/* Tells the auditor what it has to know of a token's family and reader; either may be NULL. Both are
 * borrowed. */
void tf_cards_instruct(TfAuditRequest *request, const TfTokenProfile *family, const TfReader *reader);

/* Notes in 'evidence' which of the attributes read the family answers by constant; NULL: none is known. */
void tf_cards_note_constants(TfEvidence *evidence, const TfTokenProfile *family);

/* The file of OpenSC's configuration, a '*' for the name that each run makes up for its folder; removed with
 * the object. The caller frees. */
gchar *tf_cards_configuration(const TfCards *cards) G_GNUC_WARN_UNUSED_RESULT;

/* NULL when PC/SC could be asked; else why not (TF_ERROR_PCSC_UNAVAILABLE). */
const GError *tf_cards_problem(const TfCards *cards);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfCards, tf_cards_free)
