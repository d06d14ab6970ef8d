/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gi18n.h>
#include <string.h>

#include "base/hex.h"
#include "token-profile-private.h"

#define ATR_MINIMUM    2  /* ISO/IEC 7816-3 clause 8.2.1: TS and T0 ... */
#define ATR_MAXIMUM    33 /* ... and at most 32 characters after TS */
#define APPLET_MINIMUM 5  /* ISO/IEC 7816-4: the registered part of an AID */
#define APPLET_MAXIMUM 16

static void atr_rule_free(gpointer data)
{
	TfAtrRule *rule = data;

	g_clear_pointer(&rule->value, g_bytes_unref);
	g_clear_pointer(&rule->mask, g_bytes_unref);
	g_free(rule);
}

void tf_token_rules_clear(TfTokenProfile *profile)
{
	g_clear_pointer(&profile->atrs, g_ptr_array_unref);
	g_clear_pointer(&profile->applet, g_bytes_unref);
}

/* NULL unless 'text' is so many bytes in hexadecimal. */
static GBytes *read_bytes(const gchar *text, gsize minimum, gsize maximum)
{
	g_autoptr(GBytes) bytes = tf_unhex(text);

	if (bytes == NULL || g_bytes_get_size(bytes) < minimum || g_bytes_get_size(bytes) > maximum)
		return NULL;

	return g_steal_pointer(&bytes);
}

/* "3BF5…" or "3BF5…/FFFF…"; NULL when it is neither. */
static TfAtrRule *read_atr(const gchar *text)
{
	g_auto(GStrv) parts = g_strsplit(text, "/", 2);
	TfAtrRule *rule = g_new0(TfAtrRule, 1);
	gboolean is_good = FALSE;

	rule->value = read_bytes(parts[0], ATR_MINIMUM, ATR_MAXIMUM);
	if (parts[1] != NULL)
		rule->mask = read_bytes(parts[1], ATR_MINIMUM, ATR_MAXIMUM);
	is_good = rule->value != NULL &&
		  (parts[1] == NULL || (rule->mask != NULL && g_bytes_get_size(rule->mask) ==
								      g_bytes_get_size(rule->value)));
	if (!is_good)
		g_clear_pointer(&rule, atr_rule_free);

	return rule;
}

gboolean tf_token_rules_read(TfTokenProfile *profile, GError **error)
{
	const gchar *const *atrs = tf_profile_list(profile->profile, "match", "Atr");
	const gchar *applet = tf_profile_text(profile->profile, "match", "Applet", NULL);

	profile->atrs = g_ptr_array_new_with_free_func(atr_rule_free);
	for (guint i = 0; atrs[i] != NULL; i++) {
		TfAtrRule *rule = read_atr(atrs[i]);

		if (rule == NULL)
			return tf_profile_refuse(profile->profile, "match", "Atr",
				_("it is not an ATR in hexadecimal, or its mask is not as long"), error);
		g_ptr_array_add(profile->atrs, rule);
	}
	if (applet != NULL) {
		profile->applet = read_bytes(applet, APPLET_MINIMUM, APPLET_MAXIMUM);
		if (profile->applet == NULL)
			return tf_profile_refuse(profile->profile, "match", "Applet",
				_("it is not the identifier of an application in hexadecimal"), error);
	}

	return TRUE;
}

static gboolean fits_rule(const TfAtrRule *rule, GBytes *atr)
{
	gsize length = 0;
	const guint8 *bytes = g_bytes_get_data(atr, &length);
	const guint8 *value = g_bytes_get_data(rule->value, NULL);
	const guint8 *mask = rule->mask != NULL ? g_bytes_get_data(rule->mask, NULL) : NULL;

	if (length != g_bytes_get_size(rule->value))
		return FALSE;
	for (gsize i = 0; i < length; i++) {
		guint8 counts = mask != NULL ? mask[i] : 0xFF;

		if ((bytes[i] & counts) != (value[i] & counts))
			return FALSE;
	}

	return TRUE;
}

gboolean tf_token_profile_fits_atr(const TfTokenProfile *profile, GBytes *atr)
{
	for (guint i = 0; atr != NULL && i < profile->atrs->len; i++) {
		if (fits_rule(g_ptr_array_index(profile->atrs, i), atr))
			return TRUE;
	}

	return FALSE;
}

typedef enum Fit {
	FIT_NO_RULE, /* the profile does not say */
	FIT_YES,
	FIT_NO,
} Fit;

static Fit fit_text(const TfTokenProfile *profile, const gchar *key, const gchar *text)
{
	const gchar *const *patterns = tf_profile_list(profile->profile, "match", key);

	if (patterns[0] == NULL)
		return FIT_NO_RULE;
	for (guint i = 0; text != NULL && patterns[i] != NULL; i++) {
		if (g_pattern_match_simple(patterns[i], text))
			return FIT_YES;
	}

	return FIT_NO;
}

/* Counts the rules about what PKCS#11 says; 0 unless all there are fit. */
static guint fit_information(const TfTokenProfile *profile, const TfTokenTraits *traits, Fit module)
{
	const Fit fits[] = {
		fit_text(profile, "Manufacturer", traits->manufacturer),
		fit_text(profile, "Model", traits->model),
		module,
	};
	guint n_fits = 0;

	for (gsize i = 0; i < G_N_ELEMENTS(fits); i++) {
		if (fits[i] == FIT_NO)
			return 0;
		if (fits[i] == FIT_YES)
			n_fits++;
	}

	return n_fits;
}

guint tf_token_rules_fit(const TfTokenProfile *profile, const TfTokenTraits *traits)
{
	g_autofree gchar *file = traits->module != NULL ? g_path_get_basename(traits->module) : NULL;
	Fit module = fit_text(profile, "Module", file);
	guint n_fits = fit_information(profile, traits, module);

	/* A family is a token and the module that speaks for it: the same card through another is another. */
	if (file != NULL && module == FIT_NO)
		return 0;
	if (tf_token_profile_fits_atr(profile, traits->atr))
		n_fits++;
	if (profile->applet != NULL && traits->applet != NULL &&
		g_bytes_equal(profile->applet, traits->applet))
		n_fits++;

	return n_fits;
}
