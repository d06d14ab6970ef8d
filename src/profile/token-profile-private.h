/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Shared by the files of a token profile. */
#pragma once

#include "profile/token-profile.h"

struct TfTokenProfile {
	gchar *name;
	gchar *path;
	TfProfile *profile;
	GPtrArray *atrs; /* TfAtrRule */
	GBytes *applet;	 /* NULL: no such rule */
};

/* What an ATR must have where 'mask' has ones. */
typedef struct TfAtrRule {
	GBytes *value;
	GBytes *mask; /* as long; NULL: all of it counts */
} TfAtrRule;

/* Reads the rules of [match]. TF_ERROR_PROFILE_INVALID. */
gboolean tf_token_rules_read(TfTokenProfile *profile, GError **error);
void tf_token_rules_clear(TfTokenProfile *profile);

/* How many rules fit; 0: the profile does not fit. */
guint tf_token_rules_fit(const TfTokenProfile *profile, const TfTokenTraits *traits);
