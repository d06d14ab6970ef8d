/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "profile/token-profile.h"

#include <glib/gi18n.h>
#include <string.h>

#include "base/error.h"
#include "files-private.h"
#include "token-profile-private.h"

#define PIN_LIMIT 255
#define KEY_LIMIT 16384

static const gchar *const verifications[] = {
	[TF_TOKEN_VERIFIED_NO] = "no",
	[TF_TOKEN_VERIFIED_SOFTWARE] = "software",
	[TF_TOKEN_VERIFIED_EMULATOR] = "emulator",
	[TF_TOKEN_VERIFIED_HARDWARE] = "hardware",
	[TF_N_TOKEN_VERIFICATIONS] = NULL,
};
static const gchar *const targets[] = { "yes", "never", NULL };
static const gchar *const formats[] = {
	[TF_TOKEN_FORMAT_NONE] = "none",
	[TF_TOKEN_FORMAT_INIT_TOKEN] = "init-token",
	[TF_TOKEN_FORMAT_PKCS15_INIT] = "pkcs15-init",
	[TF_N_TOKEN_FORMATS] = NULL,
};
static const gchar *const activations[] = {
	[TF_TOKEN_ACTIVATION_NONE] = "none",
	[TF_TOKEN_ACTIVATION_MYEID] = "myeid",
	[TF_N_TOKEN_ACTIVATIONS] = NULL,
};
static const gchar *const logins[] = {
	[TF_TOKEN_LOGIN_USER] = "user",
	[TF_TOKEN_LOGIN_SO] = "so",
	[TF_N_TOKEN_LOGINS] = NULL,
};
static const gchar *const charsets[] = {
	[TF_TOKEN_CHARSET_ANY] = "any",
	[TF_TOKEN_CHARSET_ASCII] = "ascii",
	[TF_TOKEN_CHARSET_DIGITS] = "digits",
	[TF_TOKEN_CHARSET_HEX] = "hex",
	[TF_N_TOKEN_CHARSETS] = NULL,
};
static const gchar *const probes[] = {
	[TF_TOKEN_PROBE_NONE] = "none",
	[TF_TOKEN_PROBE_MYEID] = "myeid",
	[TF_N_TOKEN_PROBES] = NULL,
};
static const gchar *const parallels[] = {
	[TF_TOKEN_PARALLEL_ONE] = "one",
	[TF_TOKEN_PARALLEL_PROCESSES] = "processes",
	[TF_TOKEN_PARALLEL_THREADS] = "threads",
	[TF_N_TOKEN_PARALLELS] = NULL,
};

static const TfField fields[] = {
	{ "family", "Title", TF_FIELD_LINE, TRUE, 1, 100, NULL },
	{ "family", "Verified", TF_FIELD_CHOICE, TRUE, 0, 0, verifications },
	{ "family", "Target", TF_FIELD_CHOICE, FALSE, 0, 0, targets },

	{ "match", "Atr", TF_FIELD_LIST, FALSE, 1, 64, NULL },
	{ "match", "Applet", TF_FIELD_LINE, FALSE, 10, 32, NULL },
	{ "match", "Manufacturer", TF_FIELD_LIST, FALSE, 1, 64, NULL },
	{ "match", "Model", TF_FIELD_LIST, FALSE, 1, 64, NULL },
	{ "match", "Module", TF_FIELD_LIST, FALSE, 1, 64, NULL },

	{ "format", "Method", TF_FIELD_CHOICE, TRUE, 0, 0, formats },
	{ "format", "Activation", TF_FIELD_CHOICE, FALSE, 0, 0, activations },

	{ "pin", "UserMinimum", TF_FIELD_INTEGER, FALSE, 1, PIN_LIMIT, NULL },
	{ "pin", "UserMaximum", TF_FIELD_INTEGER, FALSE, 1, PIN_LIMIT, NULL },
	{ "pin", "UserCharset", TF_FIELD_CHOICE, FALSE, 0, 0, charsets },
	{ "pin", "UserTries", TF_FIELD_INTEGER, FALSE, 1, PIN_LIMIT, NULL },
	{ "pin", "PukMinimum", TF_FIELD_INTEGER, FALSE, 1, PIN_LIMIT, NULL },
	{ "pin", "PukMaximum", TF_FIELD_INTEGER, FALSE, 1, PIN_LIMIT, NULL },
	{ "pin", "PukCharset", TF_FIELD_CHOICE, FALSE, 0, 0, charsets },
	{ "pin", "PukTries", TF_FIELD_INTEGER, FALSE, 1, PIN_LIMIT, NULL },
	{ "pin", "SoMinimum", TF_FIELD_INTEGER, FALSE, 1, PIN_LIMIT, NULL },
	{ "pin", "SoMaximum", TF_FIELD_INTEGER, FALSE, 1, PIN_LIMIT, NULL },
	{ "pin", "SoCharset", TF_FIELD_CHOICE, FALSE, 0, 0, charsets },
	{ "pin", "SoTries", TF_FIELD_INTEGER, FALSE, 1, PIN_LIMIT, NULL },
	{ "pin", "SoPukMinimum", TF_FIELD_INTEGER, FALSE, 1, PIN_LIMIT, NULL },
	{ "pin", "SoPukMaximum", TF_FIELD_INTEGER, FALSE, 1, PIN_LIMIT, NULL },
	{ "pin", "SoPukCharset", TF_FIELD_CHOICE, FALSE, 0, 0, charsets },
	{ "pin", "SoPukTries", TF_FIELD_INTEGER, FALSE, 1, PIN_LIMIT, NULL },

	{ "key", "RsaBits", TF_FIELD_LIST, FALSE, 0, 16, NULL },
	{ "key", "EcBits", TF_FIELD_LIST, FALSE, 0, 16, NULL },

	{ "import", "Login", TF_FIELD_CHOICE, FALSE, 0, 0, logins },
	{ "import", "CertificateFirst", TF_FIELD_BOOLEAN, FALSE, 0, 0, NULL },
	{ "import", "MakesPublicKey", TF_FIELD_BOOLEAN, FALSE, 0, 0, NULL },

	{ "behaviour", "Constants", TF_FIELD_LIST, FALSE, 0, 32, NULL },
	{ "behaviour", "Parallel", TF_FIELD_CHOICE, FALSE, 0, 0, parallels },
	{ "behaviour", "SessionKeys", TF_FIELD_BOOLEAN, FALSE, 0, 0, NULL },
	{ "behaviour", "Probe", TF_FIELD_CHOICE, FALSE, 0, 0, probes },

	{ "notes", "Text", TF_FIELD_TEXT, TRUE, 1, 2000, NULL },
	{ "notes", "Purchase", TF_FIELD_TEXT, FALSE, 1, 1000, NULL },
};

typedef struct PinKeys {
	const gchar *minimum;
	const gchar *maximum;
	const gchar *charset;
	const gchar *tries;
} PinKeys;

static const PinKeys pin_keys[TF_N_TOKEN_PINS] = {
	[TF_TOKEN_PIN_USER] = { "UserMinimum", "UserMaximum", "UserCharset", "UserTries" },
	[TF_TOKEN_PIN_PUK] = { "PukMinimum", "PukMaximum", "PukCharset", "PukTries" },
	[TF_TOKEN_PIN_SO] = { "SoMinimum", "SoMaximum", "SoCharset", "SoTries" },
	[TF_TOKEN_PIN_SO_PUK] = { "SoPukMinimum", "SoPukMaximum", "SoPukCharset", "SoPukTries" },
};

void tf_token_profile_free(TfTokenProfile *profile)
{
	if (profile == NULL)
		return;

	tf_token_rules_clear(profile);
	tf_profile_free(profile->profile);
	g_free(profile->name);
	g_free(profile->path);
	g_free(profile);
}

static void profile_destroy(gpointer data)
{
	tf_token_profile_free(data);
}

/* Its place among 'choices'; 0, the first of them, when the field is absent. */
static guint choice_of(
	const TfTokenProfile *profile, const gchar *group, const gchar *key, const gchar *const *choices)
{
	const gchar *text = tf_profile_text(profile->profile, group, key, NULL);

	for (guint i = 0; text != NULL && choices[i] != NULL; i++) {
		if (strcmp(choices[i], text) == 0)
			return i;
	}

	return 0;
}

static gboolean check_pin(const TfProfile *profile, const PinKeys *keys, GError **error)
{
	gboolean has_minimum = tf_profile_has(profile, "pin", keys->minimum);
	gboolean has_maximum = tf_profile_has(profile, "pin", keys->maximum);

	if (has_minimum != has_maximum)
		return tf_profile_refuse(profile, "pin", has_minimum ? keys->maximum : keys->minimum,
			_("it is missing"), error);
	if (tf_profile_integer(profile, "pin", keys->minimum) >
		tf_profile_integer(profile, "pin", keys->maximum))
		return tf_profile_refuse(
			profile, "pin", keys->maximum, _("it is less than the minimum"), error);

	return TRUE;
}

static gboolean check_sizes(const TfProfile *profile, const gchar *key, GError **error)
{
	const gchar *const *sizes = tf_profile_list(profile, "key", key);

	for (guint i = 0; sizes[i] != NULL; i++) {
		if (!g_ascii_string_to_unsigned(sizes[i], 10, 1, KEY_LIMIT, NULL, NULL))
			return tf_profile_refuse(
				profile, "key", key, _("it is not a list of key sizes in bits"), error);
	}

	return TRUE;
}

static gboolean check_constants(const TfProfile *profile, GError **error)
{
	const gchar *const *names = tf_profile_list(profile, "behaviour", "Constants");

	for (guint i = 0; names[i] != NULL; i++) {
		if (!g_regex_match_simple("^CKA_[A-Z_]+$", names[i], G_REGEX_DOLLAR_ENDONLY, 0))
			return tf_profile_refuse(profile, "behaviour", "Constants",
				_("it is not a list of attributes like CKA_SENSITIVE"), error);
	}

	return TRUE;
}

static gboolean check_rules(const TfProfile *profile, GError **error)
{
	const gchar *const keys[] = { "Atr", "Applet", "Manufacturer", "Model", "Module" };

	for (gsize i = 0; i < G_N_ELEMENTS(keys); i++) {
		if (tf_profile_has(profile, "match", keys[i]))
			return TRUE;
	}

	return tf_profile_refuse(
		profile, "match", "Module", _("there is no rule that a token could be matched by"), error);
}

/* What the field table cannot say. */
static gboolean check(const TfTokenProfile *token, GError **error)
{
	const TfProfile *profile = token->profile;

	for (TfTokenPin pin = 0; pin < TF_N_TOKEN_PINS; pin++) {
		if (!check_pin(profile, &pin_keys[pin], error))
			return FALSE;
	}
	if (!tf_token_profile_is_target(token) && tf_token_profile_format(token) != TF_TOKEN_FORMAT_NONE)
		return tf_profile_refuse(profile, "format", "Method",
			_("a card that is never a target is not formatted"), error);
	if (tf_token_profile_activation(token) != TF_TOKEN_ACTIVATION_NONE &&
		tf_token_profile_format(token) != TF_TOKEN_FORMAT_PKCS15_INIT)
		return tf_profile_refuse(profile, "format", "Activation",
			_("only what pkcs15-init formats is activated"), error);

	return check_rules(profile, error) && check_sizes(profile, "RsaBits", error) &&
	       check_sizes(profile, "EcBits", error) && check_constants(profile, error);
}

TfTokenProfile *tf_token_profile_parse(GBytes *bytes, const gchar *path, GError **error)
{
	g_autoptr(TfProfile) profile = tf_profile_parse(bytes, path, fields, G_N_ELEMENTS(fields), error);
	g_autoptr(TfTokenProfile) token = NULL;

	if (profile == NULL)
		return NULL;
	token = g_new0(TfTokenProfile, 1);
	token->name = tf_profile_name_of(path);
	token->path = g_strdup(path);
	token->profile = g_steal_pointer(&profile);
	if (!tf_token_rules_read(token, error) || !check(token, error))
		return NULL;

	return g_steal_pointer(&token);
}

static gpointer parse(GBytes *bytes, const gchar *path, GError **error)
{
	return tf_token_profile_parse(bytes, path, error);
}

static const TfProfileKind kind = { "tokens", parse, profile_destroy };

TfTokenProfile *tf_token_profile_load_file(const gchar *path, GError **error)
{
	return tf_profile_load_file(&kind, path, error);
}

TfTokenProfile *tf_token_profile_load(const gchar *name, const gchar *directory, GError **error)
{
	return tf_profile_load_named(&kind, name, directory, error);
}

GPtrArray *tf_token_profile_load_all(const gchar *directory, GError **error)
{
	return tf_profile_load_all(&kind, directory, error);
}

const gchar *tf_token_profile_name(const TfTokenProfile *profile)
{
	return profile->name;
}

const gchar *tf_token_profile_path(const TfTokenProfile *profile)
{
	return profile->path;
}

const gchar *tf_token_profile_title(const TfTokenProfile *profile, const gchar *language)
{
	return tf_profile_text(profile->profile, "family", "Title", language);
}

TfTokenVerified tf_token_profile_verified(const TfTokenProfile *profile)
{
	return (TfTokenVerified)choice_of(profile, "family", "Verified", verifications);
}

const gchar *tf_token_verified_name(TfTokenVerified verified)
{
	return verifications[verified];
}

gboolean tf_token_profile_is_verified(const TfTokenProfile *profile)
{
	return tf_token_profile_verified(profile) != TF_TOKEN_VERIFIED_NO;
}

gboolean tf_token_profile_is_target(const TfTokenProfile *profile)
{
	return choice_of(profile, "family", "Target", targets) == 0;
}

GBytes *tf_token_profile_applet(const TfTokenProfile *profile)
{
	return profile->applet;
}

TfTokenFormat tf_token_profile_format(const TfTokenProfile *profile)
{
	return (TfTokenFormat)choice_of(profile, "format", "Method", formats);
}

const gchar *tf_token_format_name(TfTokenFormat format)
{
	return formats[format];
}

TfTokenActivation tf_token_profile_activation(const TfTokenProfile *profile)
{
	return (TfTokenActivation)choice_of(profile, "format", "Activation", activations);
}

TfTokenLogin tf_token_profile_import_login(const TfTokenProfile *profile)
{
	return (TfTokenLogin)choice_of(profile, "import", "Login", logins);
}

TfTokenParallel tf_token_profile_parallel(const TfTokenProfile *profile)
{
	return (TfTokenParallel)choice_of(profile, "behaviour", "Parallel", parallels);
}

gboolean tf_token_profile_has_session_keys(const TfTokenProfile *profile)
{
	return !tf_profile_has(profile->profile, "behaviour", "SessionKeys") ||
	       tf_profile_boolean(profile->profile, "behaviour", "SessionKeys");
}

TfTokenProbe tf_token_profile_probe(const TfTokenProfile *profile)
{
	return (TfTokenProbe)choice_of(profile, "behaviour", "Probe", probes);
}

const gchar *tf_token_probe_name(TfTokenProbe probe)
{
	return probes[probe];
}

gboolean tf_token_probe_from_name(const gchar *name, TfTokenProbe *ret_probe)
{
	for (guint i = 0; name != NULL && probes[i] != NULL; i++) {
		if (strcmp(probes[i], name) == 0) {
			*ret_probe = (TfTokenProbe)i;
			return TRUE;
		}
	}

	return FALSE;
}

gboolean tf_token_profile_pin_length(
	const TfTokenProfile *profile, TfTokenPin pin, guint *ret_minimum, guint *ret_maximum)
{
	if (!tf_profile_has(profile->profile, "pin", pin_keys[pin].minimum))
		return FALSE;

	*ret_minimum = (guint)tf_profile_integer(profile->profile, "pin", pin_keys[pin].minimum);
	*ret_maximum = (guint)tf_profile_integer(profile->profile, "pin", pin_keys[pin].maximum);

	return TRUE;
}

TfTokenCharset tf_token_profile_pin_charset(const TfTokenProfile *profile, TfTokenPin pin)
{
	return (TfTokenCharset)choice_of(profile, "pin", pin_keys[pin].charset, charsets);
}

guint tf_token_profile_pin_tries(const TfTokenProfile *profile, TfTokenPin pin)
{
	return (guint)tf_profile_integer(profile->profile, "pin", pin_keys[pin].tries);
}

gboolean tf_token_profile_certificate_first(const TfTokenProfile *profile)
{
	return tf_profile_boolean(profile->profile, "import", "CertificateFirst");
}

gboolean tf_token_profile_makes_public_key(const TfTokenProfile *profile)
{
	return tf_profile_boolean(profile->profile, "import", "MakesPublicKey");
}

const gchar *const *tf_token_profile_constants(const TfTokenProfile *profile)
{
	return tf_profile_list(profile->profile, "behaviour", "Constants");
}

const gchar *const *tf_token_profile_key_sizes(const TfTokenProfile *profile, const gchar *key_type)
{
	return tf_profile_list(profile->profile, "key", strcmp(key_type, "rsa") == 0 ? "RsaBits" : "EcBits");
}

gboolean tf_token_profile_takes_key(const TfTokenProfile *profile, const gchar *key_type, guint bits)
{
	const gchar *key = strcmp(key_type, "rsa") == 0 ? "RsaBits" : "EcBits";
	g_autofree gchar *size = g_strdup_printf("%u", bits);

	return !tf_profile_has(profile->profile, "key", key) ||
	       g_strv_contains(tf_profile_list(profile->profile, "key", key), size);
}

const gchar *tf_token_profile_notes(const TfTokenProfile *profile, const gchar *language)
{
	return tf_profile_text(profile->profile, "notes", "Text", language);
}

const gchar *tf_token_profile_purchase(const TfTokenProfile *profile, const gchar *language)
{
	return tf_profile_text(profile->profile, "notes", "Purchase", language);
}
