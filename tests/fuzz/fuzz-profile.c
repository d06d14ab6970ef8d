/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A profile is hostile until loaded: whatever the bytes, a value or an error that names the file. */
#include "base/error.h"
#include "profile/profile.h"

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

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
	g_autoptr(GBytes) bytes = g_bytes_new(data, size);
	g_autoptr(GError) error = NULL;
	g_autoptr(TfProfile) profile =
		tf_profile_parse(bytes, "fuzz.profile", fields, G_N_ELEMENTS(fields), &error);

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
