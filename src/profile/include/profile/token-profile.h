/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A token family as data: how it is recognised, formatted, written and checked. tokenferry-profile(5). */
#pragma once

#include <glib.h>

#include "profile/profile.h"

typedef struct TfTokenProfile TfTokenProfile;

/* What is known of a token when its profile is looked for; unknown ones are NULL. */
typedef struct TfTokenTraits {
	GBytes *atr;		   /* of the card, where it lies in a PC/SC reader */
	GBytes *applet;		   /* the identifier (AID) of an application the card was found to have */
	const gchar *manufacturer; /* CK_TOKEN_INFO, blanks removed */
	const gchar *model;
	const gchar *module; /* path of the PKCS#11 module; its file name counts */
} TfTokenTraits;

/* On what tokenferry has been run with the family. */
typedef enum TfTokenVerified {
	TF_TOKEN_VERIFIED_NO,
	TF_TOKEN_VERIFIED_SOFTWARE, /* the family is software, and that very software was run */
	TF_TOKEN_VERIFIED_EMULATOR, /* on the emulated card of tests/card, never on a real one */
	TF_TOKEN_VERIFIED_HARDWARE,
	TF_N_TOKEN_VERIFICATIONS
} TfTokenVerified;
const gchar *tf_token_verified_name(TfTokenVerified verified); /* "emulator" */

typedef enum TfTokenFormat {
	TF_TOKEN_FORMAT_NONE,	     /* not by us */
	TF_TOKEN_FORMAT_INIT_TOKEN,  /* C_InitToken and C_InitPIN */
	TF_TOKEN_FORMAT_PKCS15_INIT, /* OpenSC's pkcs15-init */
	TF_N_TOKEN_FORMATS
} TfTokenFormat;
const gchar *tf_token_format_name(TfTokenFormat format); /* "pkcs15-init" */

typedef enum TfTokenPin {
	TF_TOKEN_PIN_USER,
	TF_TOKEN_PIN_PUK,
	TF_TOKEN_PIN_SO,
	TF_TOKEN_PIN_SO_PUK,
	TF_N_TOKEN_PINS
} TfTokenPin;

/* Of what a PIN may be made. */
typedef enum TfTokenCharset {
	TF_TOKEN_CHARSET_ANY,	/* whatever bytes */
	TF_TOKEN_CHARSET_ASCII, /* printable ASCII */
	TF_TOKEN_CHARSET_DIGITS,
	TF_TOKEN_CHARSET_HEX,
	TF_N_TOKEN_CHARSETS
} TfTokenCharset;

/* How many tokens of the family can be worked on at once. */
typedef enum TfTokenParallel {
	TF_TOKEN_PARALLEL_ONE,
	TF_TOKEN_PARALLEL_PROCESSES, /* one process for each token */
	TF_TOKEN_PARALLEL_THREADS,   /* several in one process */
	TF_N_TOKEN_PARALLELS
} TfTokenParallel;

typedef enum TfTokenLogin {
	TF_TOKEN_LOGIN_USER,
	TF_TOKEN_LOGIN_SO,
	TF_N_TOKEN_LOGINS
} TfTokenLogin;

/* How a card is asked for its key below PKCS#11, where the module would answer by constant. */
typedef enum TfTokenProbe {
	TF_TOKEN_PROBE_NONE,  /* not known how */
	TF_TOKEN_PROBE_MYEID, /* GET DATA and READ BINARY on the key's file */
	TF_N_TOKEN_PROBES
} TfTokenProbe;
const gchar *tf_token_probe_name(TfTokenProbe probe); /* "myeid" */

/* FALSE when 'name' is none. */
gboolean tf_token_probe_from_name(const gchar *name, TfTokenProbe *ret_probe);

/* How a card says that its access rules are in force. */
typedef enum TfTokenActivation {
	TF_TOKEN_ACTIVATION_NONE,  /* the family has no such state */
	TF_TOKEN_ACTIVATION_MYEID, /* life cycle byte (tag 8A) in the FCI of the applet */
	TF_N_TOKEN_ACTIVATIONS
} TfTokenActivation;

/*
 * By name, all, or the one that fits; see campaign.h for 'directory' and errors.
 *
 * A profile fits when the ATR or the application is one of its rules, or when all its rules about
 * manufacturer, model and module hold; and never when it names modules and the token is seen through another.
 * Among several that fit it is one with Target=never, else the one with most rules that hold; a tie is
 * TF_ERROR_PROFILE_INVALID. NULL without error when none fits.
 */
TfTokenProfile *tf_token_profile_load(
	const gchar *name, const gchar *directory, GError **error) G_GNUC_WARN_UNUSED_RESULT;
TfTokenProfile *tf_token_profile_parse(
	GBytes *bytes, const gchar *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
TfTokenProfile *tf_token_profile_load_file(const gchar *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
GPtrArray *tf_token_profile_load_all(const gchar *directory, GError **error) G_GNUC_WARN_UNUSED_RESULT;
TfTokenProfile *tf_token_profile_match(
	const TfTokenTraits *traits, const gchar *directory, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The same among loaded ones, for whoever looks at many tokens. Borrowed from 'profiles'. *ret_profile is
 * NULL when none fits. */
gboolean tf_token_profile_match_among(const GPtrArray *profiles, const TfTokenTraits *traits,
	const TfTokenProfile **ret_profile, GError **error);
void tf_token_profile_free(TfTokenProfile *profile);

/* Whether the ATR alone says that the card is of this family; a profile without ATR rules never does. */
gboolean tf_token_profile_fits_atr(const TfTokenProfile *profile, GBytes *atr);

const gchar *tf_token_profile_name(const TfTokenProfile *profile); /* the file's name without .profile */
const gchar *tf_token_profile_path(const TfTokenProfile *profile); /* of its file, to load it again */
const gchar *tf_token_profile_title(const TfTokenProfile *profile, const gchar *language);

/* TF_TOKEN_VERIFIED_NO: nobody has run this family with tokenferry; it is said, and confirmed before an
 * import. */
TfTokenVerified tf_token_profile_verified(const TfTokenProfile *profile);
gboolean tf_token_profile_is_verified(const TfTokenProfile *profile);

/* FALSE (Target=never): somebody's identity card. Never asked for a PIN, formatted, written, or counted as
 * the one token present. */
gboolean tf_token_profile_is_target(const TfTokenProfile *profile);

/* The identifier of the application that makes a card one of the family; NULL when there is no such rule.
 * Borrowed. */
GBytes *tf_token_profile_applet(const TfTokenProfile *profile);

TfTokenFormat tf_token_profile_format(const TfTokenProfile *profile);
TfTokenActivation tf_token_profile_activation(const TfTokenProfile *profile);
TfTokenLogin tf_token_profile_import_login(const TfTokenProfile *profile);
TfTokenParallel tf_token_profile_parallel(const TfTokenProfile *profile);

/* Bytes; FALSE when the profile does not say. */
gboolean tf_token_profile_pin_length(
	const TfTokenProfile *profile, TfTokenPin pin, guint *ret_minimum, guint *ret_maximum);

/* TF_TOKEN_CHARSET_ANY, and 0 tries before it locks, when the profile does not say. */
TfTokenCharset tf_token_profile_pin_charset(const TfTokenProfile *profile, TfTokenPin pin);
guint tf_token_profile_pin_tries(const TfTokenProfile *profile, TfTokenPin pin);

/* Whether the certificate is written before the private key, as OpenSC needs it to learn the modulus. */
gboolean tf_token_profile_certificate_first(const TfTokenProfile *profile);

/* Whether the token shows a public key object by itself, from the certificate; none is written then. */
gboolean tf_token_profile_makes_public_key(const TfTokenProfile *profile);

/* FALSE: private and public keys made as session objects (CKA_TOKEN=FALSE) are written to the token all the
 * same. */
gboolean tf_token_profile_has_session_keys(const TfTokenProfile *profile);
TfTokenProbe tf_token_profile_probe(const TfTokenProfile *profile);

/* Names of attributes ("CKA_SENSITIVE") that the token answers by constant, whatever was written: they are
 * not even a claim. NULL-terminated, borrowed. */
const gchar *const *tf_token_profile_constants(const TfTokenProfile *profile);

/* Whether the family takes a key of this kind ("rsa", "ec") and size; TRUE when the profile does not say. */
gboolean tf_token_profile_takes_key(const TfTokenProfile *profile, const gchar *key_type, guint bits);

/* The sizes in bits as the profile writes them; empty when it does not say, or says none. Borrowed. */
const gchar *const *tf_token_profile_key_sizes(const TfTokenProfile *profile, const gchar *key_type);

/* For people: how the family behaves, and what is known of buying one (may be NULL). */
const gchar *tf_token_profile_notes(const TfTokenProfile *profile, const gchar *language);
const gchar *tf_token_profile_purchase(const TfTokenProfile *profile, const gchar *language);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfTokenProfile, tf_token_profile_free)
