/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "transfer/family.h"

#include <string.h>

#include "base/error.h"
#include "token/applet.h"

struct TfFamilies {
	GPtrArray *profiles;	     /* TfTokenProfile */
	const TfTokenProfile *named; /* one of them, or NULL */
};

void tf_families_free(TfFamilies *families)
{
	if (families == NULL)
		return;

	g_clear_pointer(&families->profiles, g_ptr_array_unref);
	g_free(families);
}

static const TfTokenProfile *profile_named(const GPtrArray *profiles, const gchar *name)
{
	for (guint i = 0; i < profiles->len; i++) {
		const TfTokenProfile *profile = g_ptr_array_index(profiles, i);

		if (strcmp(tf_token_profile_name(profile), name) == 0)
			return profile;
	}

	return NULL;
}

TfFamilies *tf_families_load(const gchar *named, const gchar *directory, GError **error)
{
	g_autoptr(TfFamilies) families = g_new0(TfFamilies, 1);

	families->profiles = tf_token_profile_load_all(directory, error);
	if (families->profiles == NULL)
		return NULL;
	if (named != NULL) {
		families->named = profile_named(families->profiles, named);
		if (families->named == NULL) {
			tf_raise(error, TF_ERROR_PROFILE_MISSING, named, NULL);
			return NULL;
		}
	}

	return g_steal_pointer(&families);
}

gboolean tf_families_find(const TfFamilies *families, const TfTokenFacts *token, const TfModuleFacts *module,
	GBytes *atr, const TfTokenProfile **ret_profile, GError **error)
{
	const TfTokenTraits traits = {
		.atr = atr,
		.manufacturer = token != NULL ? token->manufacturer : NULL,
		.model = token != NULL ? token->model : NULL,
		.module = module != NULL ? module->path : NULL,
	};
	const TfTokenProfile *found = NULL;
	g_autoptr(GError) problem = NULL;

	if (!tf_token_profile_match_among(families->profiles, &traits, &found, &problem) &&
		families->named == NULL) {
		g_propagate_error(error, g_steal_pointer(&problem));
		return FALSE;
	}
	if (families->named != NULL && (found == NULL || tf_token_profile_is_target(found)))
		found = families->named;
	*ret_profile = found;

	return TRUE;
}

void tf_identity_card_free(TfIdentityCard *card)
{
	if (card == NULL)
		return;

	g_free(card->reader);
	g_free(card);
}

/* The first profile whose application is on the card; *ret_profile stays as it is when none is. */
static gboolean ask_card(
	const TfFamilies *families, const gchar *reader, const TfTokenProfile **ret_profile, GError **error)
{
	for (guint i = 0; i < families->profiles->len; i++) {
		const TfTokenProfile *profile = g_ptr_array_index(families->profiles, i);
		GBytes *applet = tf_token_profile_applet(profile);
		gboolean is_there = FALSE;

		if (applet == NULL || tf_token_profile_is_target(profile))
			continue;
		if (!tf_applet_is_on_card(reader, applet, &is_there, error))
			return FALSE;
		if (is_there) {
			*ret_profile = profile;
			return TRUE;
		}
	}

	return TRUE;
}

/* The family by the card alone; what cannot be asked has none. */
static gboolean look(const TfFamilies *families, const TfReader *reader, const TfTokenProfile **ret_profile,
	GError **error)
{
	const TfTokenTraits traits = { .atr = reader->atr };
	g_autoptr(GError) problem = NULL;

	if (reader->atr == NULL)
		return TRUE;
	if (!tf_token_profile_match_among(families->profiles, &traits, ret_profile, error))
		return FALSE;
	if (*ret_profile != NULL || ask_card(families, reader->name, ret_profile, &problem))
		return TRUE;
	if (!g_error_matches(problem, TF_ERROR, TF_ERROR_PCSC_UNAVAILABLE))
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&problem));

	return FALSE;
}

GPtrArray *tf_families_identity_cards(const TfFamilies *families, const GPtrArray *readers, GError **error)
{
	g_autoptr(GPtrArray) cards = g_ptr_array_new_with_free_func((GDestroyNotify)tf_identity_card_free);

	for (guint i = 0; i < readers->len; i++) {
		const TfReader *reader = g_ptr_array_index(readers, i);
		const TfTokenProfile *profile = NULL;
		TfIdentityCard *card = NULL;

		if (!look(families, reader, &profile, error))
			return NULL;
		if (profile == NULL || tf_token_profile_is_target(profile))
			continue;
		card = g_new0(TfIdentityCard, 1);
		card->reader = g_strdup(reader->name);
		card->profile = profile;
		g_ptr_array_add(cards, card);
	}

	return g_steal_pointer(&cards);
}

gboolean tf_family_check(const TfTokenProfile *profile, const TfTokenFacts *token, GError **error)
{
	if (profile != NULL && !tf_token_profile_is_target(profile))
		return tf_raise(error, TF_ERROR_TOKEN_IDENTITY, token->label, NULL);
	if (profile == NULL || !tf_token_profile_is_verified(profile))
		return tf_raise(error, TF_ERROR_TOKEN_UNVERIFIED, token->label, NULL);

	return TRUE;
}
