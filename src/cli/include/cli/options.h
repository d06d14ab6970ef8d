/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The options of all commands: one table, in options.c, each option a row. A command names the groups it
 * takes. GOption is not used: its complaints and its help come from GLib's message catalogue, which need not
 * be installed, and are then English.
 */
#pragma once

#include <glib.h>

typedef enum TfOptionGroup {
	TF_OPTIONS_COMMON = 1 << 0, /* taken by every command */
	TF_OPTIONS_MODULE = 1 << 1,
	TF_OPTIONS_TOKEN = 1 << 2,
	TF_OPTIONS_PASSWORD = 1 << 3,
	TF_OPTIONS_PIN = 1 << 4,
	TF_OPTIONS_SO_PIN = 1 << 5,
	TF_OPTIONS_CERTIFICATE = 1 << 6,
	TF_OPTIONS_CHECKS = 1 << 7,
	TF_OPTIONS_PROFILES = 1 << 8,
	TF_OPTIONS_LEDGER = 1 << 9,
	TF_OPTIONS_REPORT_DIR = 1 << 10,
	TF_OPTIONS_FORMAT = 1 << 11,
	TF_OPTIONS_YES = 1 << 12,
	TF_OPTIONS_DRY_RUN = 1 << 13,
	TF_OPTIONS_LABEL = 1 << 14,
	TF_OPTIONS_EVIDENCE = 1 << 15,
	TF_OPTIONS_CHECK = 1 << 16,
	TF_OPTIONS_JOURNEY = 1 << 17,
	TF_OPTIONS_NEW_PIN = 1 << 18,
	TF_OPTIONS_PUK = 1 << 19,
	TF_OPTIONS_TOKEN_PROFILE = 1 << 20,
	TF_OPTIONS_ID = 1 << 21,
	TF_OPTIONS_UNSEAL = 1 << 22,
	TF_OPTIONS_WATCH = 1 << 24,
	TF_OPTIONS_FORMATTING = 1 << 25,
	TF_OPTIONS_BATCH = 1 << 26,
	TF_OPTIONS_SWEEP = 1 << 27,
} TfOptionGroup;

/* What was given; NULL, FALSE or an empty list when it was not. */
typedef struct TfOptions {
	gboolean shows_help;
	gboolean is_json;
	gboolean is_verbose;
	gchar *language;
	gchar *module;
	gchar *module_arguments;
	gboolean allows_leaky_module;
	gchar *token;
	gchar *token_profile;
	gchar *password_source;
	gchar *pin_source;
	gchar *so_pin_source;
	gchar *new_pin_source;
	gchar *puk_source;
	gchar *so_puk_source;
	gchar *escrow;
	gchar *escrow_key;
	gchar *escrow_certificate;
	gchar *escrow_pin_source;
	gchar *reader;
	gboolean reformats;
	gchar *id;
	gchar *certificate;
	gchar *campaign;
	gchar *crl;
	gchar *from_nss;
	gchar *key;
	gchar *name;
	gchar *profiles;
	gchar *ledger;
	gchar *report_directory;
	gchar *format;
	gboolean lists;
	gboolean is_yes;
	gboolean is_dry_run;
	gchar *label;
	gchar *evidence;
	gboolean checks;
	gboolean watches;
	gchar *number;
	gchar *spare;
	gchar *spare_pin_source;
	gboolean keeps_source;
	gboolean checks_pc;
	gboolean is_everywhere;
	gboolean reads_whole;
	gboolean wipes;
	GPtrArray *elsewhere; /* gchar */
	gboolean was_infected;
	gchar *wipe_backup;
	gboolean may_discard;
	gchar *move_to;
	GPtrArray *accepted; /* gchar */
	gchar *passwords;
	gchar *letters;
	gboolean lacks_letters;
	gchar *escrow_to;
	gchar *escrow_fingerprint;
	gboolean lacks_escrow;
	gchar *passphrase_source;
	gboolean lacks_client;
	gchar *assign;
	gchar *operator;
	gchar *station;
	gchar *replaced;
	gchar *reason;
} TfOptions;

void tf_options_init(TfOptions *options);
void tf_options_clear(TfOptions *options);

/*
 * 'arguments' (NULL-terminated, without program and command) are options of 'groups' in any order, --name
 * VALUE or --name=VALUE, and words; after -- all are words. Every argument is read even when one is wrong, so
 * that --json is known when that is told. *ret_words: the words, for g_strfreev(). TF_ERROR_USAGE.
 */
gboolean tf_options_parse(
	TfOptions *options, guint groups, const gchar *const *arguments, GStrv *ret_words, GError **error);

/* The value of the option 'name' ("--lang") wherever it stands before --; NULL when it does not. Borrowed. */
const gchar *tf_options_find(const gchar *const *arguments, const gchar *name);

/* Whether 'argument' is the program-wide option --lang, which may stand before the command, too. */
gboolean tf_options_is_language(const gchar *argument);

/* "--module PATH  description" lines for people, in their language. The caller frees. */
gchar *tf_options_help(guint groups) G_GNUC_WARN_UNUSED_RESULT;

/* The names with their dashes, in the table's order: gchar, static. The caller frees the array. */
GPtrArray *tf_options_names(guint groups) G_GNUC_WARN_UNUSED_RESULT;

/* Puts blanks behind 'text' until it is 'width' terminal columns wide. */
void tf_options_pad(GString *line, const gchar *text, guint width);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(TfOptions, tf_options_clear)
