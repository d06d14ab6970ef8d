/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A profile is hostile until loaded: whatever the bytes, a value or an error that names the file. */
#include "base/error.h"
#include "profile/profile.h"
#include "profile/token-profile.h"

static const gchar *const choices[] = { "one", "two", NULL };

static const TfField fields[] = {
	{ "a", "Text", TF_FIELD_TEXT, FALSE, 0, 100, NULL },
	{ "a", "Line", TF_FIELD_LINE, FALSE, 1, 100, NULL },
	{ "a", "Switch", TF_FIELD_BOOLEAN, FALSE, 0, 0, NULL },
	{ "b", "Number", TF_FIELD_INTEGER, FALSE, -100, 100, NULL },
	{ "b", "Day", TF_FIELD_DATE, FALSE, 0, 0, NULL },
	{ "b", "Choice", TF_FIELD_CHOICE, FALSE, 0, 0, choices },
	{ "b", "List", TF_FIELD_LIST, FALSE, 0, 10, NULL },
};

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

/* The same bytes as a token family: what is loaded is fit to be matched. */
static void try_token(GBytes *bytes)
{
	const guint8 atr_bytes[] = { 0x3B, 0x00 };
	g_autoptr(GBytes) atr = g_bytes_new_static(atr_bytes, sizeof atr_bytes);
	const TfTokenTraits traits = { atr, NULL, "manufacturer", "model", "/module.so" };
	g_autoptr(GPtrArray) profiles = g_ptr_array_new();
	g_autoptr(GError) error = NULL;
	g_autoptr(TfTokenProfile) profile = tf_token_profile_parse(bytes, "fuzz.profile", &error);
	const TfTokenProfile *found = NULL;
	guint minimum = 0;
	guint maximum = 0;

	g_assert((profile == NULL) == (error != NULL));
	if (profile == NULL) {
		g_assert(g_error_matches(error, TF_ERROR, TF_ERROR_PROFILE_INVALID));
		return;
	}
	g_ptr_array_add(profiles, profile);
	g_assert(tf_token_profile_match_among(profiles, &traits, &found, NULL));
	g_assert(found == NULL || found == profile);
	if (tf_token_profile_pin_length(profile, TF_TOKEN_PIN_USER, &minimum, &maximum))
		g_assert(minimum >= 1 && minimum <= maximum);
	g_assert(tf_token_profile_is_target(profile) ||
		 tf_token_profile_format(profile) == TF_TOKEN_FORMAT_NONE);
}

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
	g_autoptr(GBytes) bytes = g_bytes_new(data, size);
	g_autoptr(GError) error = NULL;
	g_autoptr(TfProfile) profile =
		tf_profile_parse(bytes, "fuzz.profile", fields, G_N_ELEMENTS(fields), &error);

	try_token(bytes);
	g_assert((profile == NULL) == (error != NULL));
	if (profile == NULL) {
		g_assert(g_error_matches(error, TF_ERROR, TF_ERROR_PROFILE_INVALID));
		return 0;
	}
	(void)tf_profile_text(profile, "a", "Text", "ja");
	g_assert(tf_profile_integer(profile, "b", "Number") >= -100);
	g_assert(tf_profile_integer(profile, "b", "Number") <= 100);
	g_assert(g_strv_length((gchar **)tf_profile_list(profile, "b", "List")) <= 10);

	return 0;
}
