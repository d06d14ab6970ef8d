/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gi18n.h>

#include "base/error.h"
#include "token-profile-private.h"

/* Whether 'profile' with so many fitting rules goes before 'best'. */
static gboolean is_better(
	const TfTokenProfile *profile, guint n_fits, const TfTokenProfile *best, guint n_best)
{
	gboolean is_target = tf_token_profile_is_target(profile);

	if (best == NULL)
		return TRUE;
	/* However well another fits, an identity card stays one: no profile can argue that away. */
	if (is_target != tf_token_profile_is_target(best))
		return !is_target;

	return n_fits > n_best;
}

gboolean tf_token_profile_match_among(const GPtrArray *profiles, const TfTokenTraits *traits,
	const TfTokenProfile **ret_profile, GError **error)
{
	const TfTokenProfile *best = NULL;
	const TfTokenProfile *rival = NULL;
	guint n_best = 0;

	for (guint i = 0; i < profiles->len; i++) {
		const TfTokenProfile *profile = g_ptr_array_index(profiles, i);
		guint n_fits = tf_token_rules_fit(profile, traits);

		if (n_fits == 0)
			continue;
		if (is_better(profile, n_fits, best, n_best)) {
			best = profile;
			n_best = n_fits;
			rival = NULL;
		} else if (!is_better(best, n_best, profile, n_fits)) {
			rival = profile;
		}
	}
	if (rival != NULL && tf_token_profile_is_target(best)) {
		g_autofree gchar *reason =
			g_strdup_printf(_("the profile '%s' fits this token just as well"), rival->name);

		return tf_raise(
			error, TF_ERROR_PROFILE_INVALID, best->name, TF_NUMBER(0), "[match]", reason, NULL);
	}
	*ret_profile = best;

	return TRUE;
}

TfTokenProfile *tf_token_profile_match(const TfTokenTraits *traits, const gchar *directory, GError **error)
{
	g_autoptr(GPtrArray) profiles = tf_token_profile_load_all(directory, error);
	const TfTokenProfile *best = NULL;
	guint index = 0;

	if (profiles == NULL || !tf_token_profile_match_among(profiles, traits, &best, error))
		return NULL;
	if (best == NULL || !g_ptr_array_find(profiles, best, &index))
		return NULL;

	return g_ptr_array_steal_index(profiles, index);
}
