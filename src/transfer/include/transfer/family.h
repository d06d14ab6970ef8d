/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which family a token or card belongs to, and which cards are somebody's identity. */
#pragma once

#include <glib.h>

#include "profile/token-profile.h"
#include "record/facts.h"
#include "token/reader.h"

/* All token profiles, loaded once for a run. */
typedef struct TfFamilies TfFamilies;

/* 'named' is --token-profile, 'directory' --profiles; either may be NULL. TF_ERROR_PROFILE_MISSING,
 * TF_ERROR_PROFILE_INVALID: a broken profile is an error, since it could be the one of an identity card. */
TfFamilies *tf_families_load(
	const gchar *named, const gchar *directory, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void tf_families_free(TfFamilies *families);

/*
 * The family of a token: the named one, else the one that fits; that of an identity card whatever was named.
 * 'token', 'module' and 'atr' may each be NULL when unknown. *ret_profile is borrowed from 'families', NULL
 * when none fits. TF_ERROR_PROFILE_INVALID when two fit as well.
 */
gboolean tf_families_find(const TfFamilies *families, const TfTokenFacts *token, const TfModuleFacts *module,
	GBytes *atr, const TfTokenProfile **ret_profile, GError **error);

/* A card that is named and left alone (Target=never). */
typedef struct TfIdentityCard {
	gchar *reader;
	const TfTokenProfile *profile; /* borrowed from the families */
} TfIdentityCard;
void tf_identity_card_free(TfIdentityCard *card);

/*
 * Those among the cards in 'readers' (TfReader), to be kept from every module: a module that looks at a card
 * reads its PIN counters and certificates. A card whose ATR no profile knows is asked for the applications of
 * the profiles, one APDU each; no other is asked anything. A card that went meanwhile, or does not answer, is
 * not among them. TF_ERROR_PCSC_UNAVAILABLE.
 */
GPtrArray *tf_families_identity_cards(
	const TfFamilies *families, const GPtrArray *readers, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Whether an import has to be confirmed first: nobody has run the family with tokenferry, or no profile knows
 * the token. TF_ERROR_TOKEN_UNVERIFIED or TF_ERROR_TOKEN_IDENTITY then. */
gboolean tf_family_check(const TfTokenProfile *profile, const TfTokenFacts *token, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfFamilies, tf_families_free)
