/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/options.h"

#include <glib/gi18n.h>
#include <string.h>

#include "base/error.h"
#include "cli/answer.h"
#include "cli/phrase.h"

#define HELP_COLUMN 30u

typedef enum OptionType {
	OPTION_FLAG,
	OPTION_TEXT,   /* must be UTF-8 */
	OPTION_NAME,   /* the same, blanks around it taken off */
	OPTION_DIGITS, /* the same, typed in whatever width */
	OPTION_PATH,   /* any bytes */
	OPTION_LIST,
} OptionType;

typedef struct OptionRow {
	const gchar *name;
	gchar letter; /* '\0': none */
	OptionType type;
	TfOptionGroup group;
	gsize offset;
	const gchar *value; /* what stands for its value in the help; NULL for a flag */
	const gchar *description;
} OptionRow;

#define AT(member) G_STRUCT_OFFSET(TfOptions, member)

static const OptionRow rows[] = {
	{ "--module", 0, OPTION_PATH, TF_OPTIONS_MODULE, AT(module), N_("PATH"),
		N_("PKCS#11 module of the token; default: those that are configured") },
	{ "--module-args", 0, OPTION_TEXT, TF_OPTIONS_MODULE, AT(module_arguments), N_("STRING"),
		N_("Handed to the module when it is initialised") },
	{ "--allow-leaky-module", 0, OPTION_FLAG, TF_OPTIONS_MODULE, AT(allows_leaky_module), NULL,
		N_("Go on although the key would be written to a log; for test keys only") },
	{ "--token", 0, OPTION_TEXT, TF_OPTIONS_TOKEN, AT(token), N_("URI"),
		N_("Which token, like 'pkcs11:token=NAME'; never guessed between two") },
	{ "--token-profile", 0, OPTION_TEXT, TF_OPTIONS_TOKEN_PROFILE, AT(token_profile), N_("NAME"),
		N_("Which kind of token it is; default: as it looks, see 'tokenferry profiles'") },
	{ "--spare", 0, OPTION_TEXT, TF_OPTIONS_JOURNEY, AT(spare), N_("URI"),
		N_("A second token; the file is wiped only when the key is proven on both") },
	{ "--certificate", 0, OPTION_PATH, TF_OPTIONS_CERTIFICATE, AT(certificate), N_("FILE"),
		N_("The certificate, for a file without one or to compare with") },
	{ "--crl", 0, OPTION_PATH, TF_OPTIONS_CHECKS | TF_OPTIONS_BATCH, AT(crl), N_("FILE"),
		N_("Revocation list; without it revocation is unknown") },
	{ "--from-nss", 0, OPTION_PATH, TF_OPTIONS_JOURNEY, AT(from_nss), N_("DIR"),
		N_("Take the key out of the key store of a browser in this folder, not out of a file") },
	{ "--key", 0, OPTION_TEXT, TF_OPTIONS_CHECKS, AT(key), N_("NUMBER"),
		N_("Which of several keys in the file, as 'tokenferry inspect' numbers them") },
	{ "--campaign", 0, OPTION_TEXT, TF_OPTIONS_CHECKS | TF_OPTIONS_BATCH | TF_OPTIONS_SWEEP, AT(campaign),
		N_("NAME"), N_("The campaign; default: by the issuer of the certificate") },
	{ "--profiles", 0, OPTION_PATH, TF_OPTIONS_PROFILES, AT(profiles), N_("DIR"),
		N_("Look for profiles in this folder only") },
	{ "--name", 0, OPTION_NAME, TF_OPTIONS_CHECKS | TF_OPTIONS_SWEEP, AT(name), N_("TEXT"),
		N_("The member's name, compared with the certificate") },
	{ "--number", 0, OPTION_DIGITS, TF_OPTIONS_JOURNEY | TF_OPTIONS_SWEEP, AT(number), N_("NUMBER"),
		N_("The member's registration number, for the report") },
	{ "--password-source", 0, OPTION_PATH, TF_OPTIONS_PASSWORD, AT(password_source), N_("SRC"),
		N_("Where the PIN code of the file comes from: tty, fd:N or file:PATH") },
	{ "--pin-source", 0, OPTION_PATH, TF_OPTIONS_PIN, AT(pin_source), N_("SRC"),
		N_("Where the user PIN of the token comes from: tty, fd:N, file:PATH or pinpad") },
	{ "--spare-pin-source", 0, OPTION_PATH, TF_OPTIONS_JOURNEY, AT(spare_pin_source), N_("SRC"),
		N_("Where the user PIN of the second token comes from") },
	{ "--so-pin-source", 0, OPTION_PATH, TF_OPTIONS_SO_PIN | TF_OPTIONS_BATCH, AT(so_pin_source),
		N_("SRC"),
		N_("Where the SO PIN (administrator) of the token comes from: tty, fd:N or file:PATH") },
	{ "--new-pin-source", 0, OPTION_PATH, TF_OPTIONS_NEW_PIN, AT(new_pin_source), N_("SRC"),
		N_("Where the new user PIN of the token comes from: tty, fd:N or file:PATH") },
	{ "--puk-source", 0, OPTION_PATH, TF_OPTIONS_PUK, AT(puk_source), N_("SRC"),
		N_("Where the PUK of the token comes from: tty, fd:N, file:PATH or pinpad") },
	{ "--escrow", 0, OPTION_PATH, TF_OPTIONS_UNSEAL, AT(escrow), N_("FILE"),
		N_("The sealed SO PIN and PUK of the token, as a batch wrote them (NUMBER.p7m)") },
	{ "--escrow-key", 0, OPTION_TEXT, TF_OPTIONS_UNSEAL, AT(escrow_key), N_("URI"),
		N_("The token with the federation's key that opens them, like 'pkcs11:token=NAME'") },
	{ "--escrow-certificate", 0, OPTION_PATH, TF_OPTIONS_UNSEAL, AT(escrow_certificate), N_("FILE"),
		N_("The certificate they were sealed to; default: the one on that token") },
	{ "--escrow-pin-source", 0, OPTION_PATH, TF_OPTIONS_UNSEAL, AT(escrow_pin_source), N_("SRC"),
		N_("Where the user PIN of the token with the federation's key comes from") },
	{ "--so-puk-source", 0, OPTION_PATH, TF_OPTIONS_FORMATTING, AT(so_puk_source), N_("SRC"),
		N_("Where a PUK of the SO PIN comes from; default: it is the PUK") },
	{ "--reader", 0, OPTION_PATH, TF_OPTIONS_FORMATTING, AT(reader), N_("NAME"),
		N_("The card reader whose card is formatted, as 'tokenferry tokens' names it") },
	{ "--reformat", 0, OPTION_FLAG, TF_OPTIONS_FORMATTING | TF_OPTIONS_BATCH, AT(reformats), NULL,
		N_("Destroy what the token holds, after its name was typed; in a batch, what cards hold") },
	{ "--id", 0, OPTION_TEXT, TF_OPTIONS_ID, AT(id), N_("HEX"),
		N_("Which key on the token, by its CKA_ID; 'tokenferry tokens' shows it") },
	{ "--label", 0, OPTION_TEXT, TF_OPTIONS_LABEL, AT(label), N_("TEXT"),
		N_("Name for the token, at most 32 bytes") },
	{ "--yes", 0, OPTION_FLAG, TF_OPTIONS_YES, AT(is_yes), NULL,
		N_("Answer the usual questions with yes; nothing without evidence is ever destroyed") },
	{ "--accept", 0, OPTION_LIST, TF_OPTIONS_JOURNEY, AT(accepted), N_("RULE"),
		N_("Go on although this rule is broken: issuer, name, expired, validity, revoked, kept, "
		   "token-unverified, spare or posture; may be given again") },
	{ "--check-pc", 0, OPTION_FLAG, TF_OPTIONS_JOURNEY, AT(checks_pc), NULL,
		N_("Look at the state of this PC first, for the report, as a run at a terminal does") },
	{ "--dry-run", 0, OPTION_FLAG, TF_OPTIONS_DRY_RUN, AT(is_dry_run), NULL,
		N_("Say what would be touched, touch nothing") },
	{ "--keep-source", 0, OPTION_FLAG, TF_OPTIONS_JOURNEY | TF_OPTIONS_BATCH, AT(keeps_source), NULL,
		N_("Move the key, but do not wipe the file") },
	{ "--all", 0, OPTION_FLAG, TF_OPTIONS_SWEEP, AT(is_everywhere), NULL,
		N_("Search every mounted file system of this PC and of the media in it") },
	{ "--whole", 0, OPTION_FLAG, TF_OPTIONS_SWEEP, AT(reads_whole), NULL,
		N_("Read every file from front to back, for keys anywhere in it; takes much longer") },
	{ "--wipe", 0, OPTION_FLAG, TF_OPTIONS_SWEEP, AT(wipes), NULL,
		N_("Wipe the copies that the token's proof shows to be its key, after asking") },
	{ "--elsewhere", 0, OPTION_LIST, TF_OPTIONS_SWEEP, AT(elsewhere), N_("TEXT"),
		N_("Where else the file ever was, for the report; may be given again") },
	{ "--infected", 0, OPTION_FLAG, TF_OPTIONS_JOURNEY | TF_OPTIONS_SWEEP, AT(was_infected), NULL,
		N_("Malware was on this PC once: the report says that others may know the key") },
	{ "--wipe-backup", 0, OPTION_PATH, TF_OPTIONS_JOURNEY | TF_OPTIONS_SWEEP, AT(wipe_backup), N_("PATH"),
		N_("Wipe this file although it lies on a removable medium") },
	{ "--discard", 0, OPTION_FLAG, TF_OPTIONS_JOURNEY | TF_OPTIONS_SWEEP, AT(may_discard), NULL,
		N_("After wiping, have the disk discard all free space of that file system (as root)") },
	{ "--move-to", 0, OPTION_PATH, TF_OPTIONS_JOURNEY, AT(move_to), N_("DIR"),
		N_("The file is still needed: move it to this folder on a removable medium") },
	{ "--evidence", 0, OPTION_PATH, TF_OPTIONS_EVIDENCE, AT(evidence), N_("FILE"),
		N_("Check the evidence of this .json report, without a token") },
	{ "--ledger", 0, OPTION_PATH, TF_OPTIONS_LEDGER, AT(ledger), N_("URL"),
		N_("The durable record of all runs: sqlite:PATH") },
	{ "--report-dir", 0, OPTION_PATH, TF_OPTIONS_REPORT_DIR, AT(report_directory), N_("DIR"),
		N_("Where the completion report is written") },
	{ "--format", 0, OPTION_TEXT, TF_OPTIONS_FORMAT, AT(format), N_("FORM"),
		N_("Form of the report: text, json or mail") },
	{ "--list", 0, OPTION_FLAG, TF_OPTIONS_FORMAT, AT(lists), NULL,
		N_("List the runs that the ledger knows") },
	{ "--passwords", 0, OPTION_PATH, TF_OPTIONS_BATCH, AT(passwords), N_("FILE"),
		N_("The PIN codes of the files, as a list 'number,password' that only you can read") },
	{ "--letters", 0, OPTION_PATH, TF_OPTIONS_BATCH, AT(letters), N_("DIR"),
		N_("Where the letters with the PINs of the tokens are put") },
	{ "--no-letters", 0, OPTION_FLAG, TF_OPTIONS_BATCH, AT(lacks_letters), NULL,
		N_("Make no letters, so that nobody knows the PINs; for measuring") },
	{ "--escrow-to", 0, OPTION_PATH, TF_OPTIONS_BATCH, AT(escrow_to), N_("CERT"),
		N_("The federation's certificate, to which SO PINs and PUKs are sealed") },
	{ "--escrow-fingerprint", 0, OPTION_TEXT, TF_OPTIONS_BATCH, AT(escrow_fingerprint), N_("HEX"),
		N_("SHA-256 fingerprint of that certificate, as you were told it") },
	{ "--no-escrow", 0, OPTION_FLAG, TF_OPTIONS_BATCH, AT(lacks_escrow), NULL,
		N_("Seal no SO PINs and PUKs, so that nobody can unblock a token") },
	{ "--passphrase-source", 0, OPTION_PATH, TF_OPTIONS_BATCH, AT(passphrase_source), N_("SRC"),
		N_("Where the passphrase of this station comes from: tty, fd:N or file:PATH") },
	{ "--no-client", 0, OPTION_FLAG, TF_OPTIONS_BATCH, AT(lacks_client), NULL,
		N_("Do not have each token sign through libp11 as well; for measuring") },
	{ "--assign", 0, OPTION_TEXT, TF_OPTIONS_BATCH, AT(assign), N_("HOW"),
		N_("Who gets a card: next (default), serial (by the list's token_serial only) or ask") },
	{ "--operator", 0, OPTION_NAME, TF_OPTIONS_BATCH, AT(operator), N_("NAME"),
		N_("Who works at this station, for the ledger") },
	{ "--station", 0, OPTION_NAME, TF_OPTIONS_BATCH, AT(station), N_("NAME"),
		N_("Name of this station, for the ledger") },
	{ "--replace", 0, OPTION_DIGITS, TF_OPTIONS_BATCH, AT(replaced), N_("NUMBER"),
		N_("The token of this member is broken or lost: make another one") },
	{ "--reason", 0, OPTION_NAME, TF_OPTIONS_BATCH, AT(reason), N_("TEXT"),
		N_("Why it is replaced, for the ledger") },
	{ "--check", 0, OPTION_FLAG, TF_OPTIONS_CHECK | TF_OPTIONS_BATCH, AT(checks), NULL,
		N_("Check the profiles, or the list and every file in it; name each mistake, touch "
		   "nothing") },
	{ "--watch", 0, OPTION_FLAG, TF_OPTIONS_WATCH, AT(watches), NULL,
		N_("Follow readers and cards as they come and go, until Ctrl-C") },
	{ "--json", 0, OPTION_FLAG, TF_OPTIONS_COMMON, AT(is_json), NULL,
		N_("Results as one JSON object per line") },
	{ "--lang", 0, OPTION_TEXT, TF_OPTIONS_COMMON, AT(language), N_("LANG"),
		N_("Speak this language: en or ja") },
	{ "--verbose", 'v', OPTION_FLAG, TF_OPTIONS_COMMON, AT(is_verbose), NULL,
		N_("Say what is done, one line per event; never a secret") },
	{ "--help", 'h', OPTION_FLAG, TF_OPTIONS_COMMON, AT(shows_help), NULL, N_("Show this help") },
};

void tf_options_init(TfOptions *options)
{
	*options = (TfOptions){ .accepted = g_ptr_array_new_with_free_func(g_free),
		.elsewhere = g_ptr_array_new_with_free_func(g_free) };
}

static gchar **text_at(TfOptions *options, const OptionRow *row)
{
	return G_STRUCT_MEMBER_P(options, row->offset);
}

void tf_options_clear(TfOptions *options)
{
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		if (rows[i].type != OPTION_FLAG && rows[i].type != OPTION_LIST)
			g_clear_pointer(text_at(options, &rows[i]), g_free);
	}
	g_clear_pointer(&options->accepted, g_ptr_array_unref);
	g_clear_pointer(&options->elsewhere, g_ptr_array_unref);
}

static const OptionRow *row_named(const gchar *name, gsize length, guint groups)
{
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		gboolean is_letter = length == 2 && rows[i].letter != '\0' && name[1] == rows[i].letter;
		gboolean is_name = strlen(rows[i].name) == length && strncmp(rows[i].name, name, length) == 0;

		if ((is_letter || is_name) && (groups & (guint)rows[i].group) != 0)
			return &rows[i];
	}

	return NULL;
}

/* Only the first mistake is told. */
static void complain(GError **problem, const gchar *sentence, const gchar *option)
{
	g_autofree gchar *detail = NULL;

	if (*problem != NULL)
		return;

	detail = tf_phrase(sentence, "option", option, NULL);
	tf_raise(problem, TF_ERROR_USAGE, detail, NULL);
}

/* As an input method leaves a name or a number. NULL: nothing is left. */
static gchar *tidy(OptionType type, const gchar *value)
{
	switch (type) {
	case OPTION_NAME:
		return tf_answer_text(value);
	case OPTION_DIGITS:
		return tf_answer_digits(value);
	case OPTION_FLAG:
	case OPTION_TEXT:
	case OPTION_PATH:
	case OPTION_LIST:
		break;
	}

	return g_strdup(value);
}

static void set_text(TfOptions *options, const OptionRow *row, const gchar *value, GError **problem)
{
	gchar **text = text_at(options, row);

	if (row->type != OPTION_PATH && !g_utf8_validate(value, -1, NULL))
		complain(problem, _("the value of '{option}' is not UTF-8"), row->name);
	else if (*text != NULL)
		complain(problem, _("'{option}' is given twice"), row->name);
	else
		*text = tidy(row->type, value);
}

/* Returns how many arguments were used up. */
static guint take_option(TfOptions *options, guint groups, const gchar *const *arguments, GError **problem)
{
	const gchar *equals = strchr(arguments[0], '=');
	gsize length = equals != NULL ? (gsize)(equals - arguments[0]) : strlen(arguments[0]);
	const OptionRow *row = row_named(arguments[0], length, groups);
	const gchar *value = equals != NULL ? equals + 1 : arguments[1];

	if (row == NULL) {
		g_autofree gchar *name = g_strndup(arguments[0], length);

		complain(problem, _("there is no option '{option}' here"), name);
		return 1;
	}
	if (row->type == OPTION_FLAG) {
		if (equals != NULL)
			complain(problem, _("'{option}' takes no value"), row->name);
		*(gboolean *)G_STRUCT_MEMBER_P(options, row->offset) = TRUE;
		return 1;
	}
	if (value == NULL) {
		complain(problem, _("'{option}' lacks its value"), row->name);
		return 1;
	}
	if (row->type == OPTION_LIST)
		g_ptr_array_add(*(GPtrArray **)G_STRUCT_MEMBER_P(options, row->offset), g_strdup(value));
	else
		set_text(options, row, value, problem);

	return equals != NULL ? 1 : 2;
}

gboolean tf_options_parse(
	TfOptions *options, guint groups, const gchar *const *arguments, GStrv *ret_words, GError **error)
{
	g_autoptr(GStrvBuilder) words = g_strv_builder_new();
	GError *problem = NULL;
	gboolean takes_options = TRUE;

	for (guint i = 0; arguments[i] != NULL;) {
		if (takes_options && strcmp(arguments[i], "--") == 0) {
			takes_options = FALSE;
			i++;
		} else if (takes_options && arguments[i][0] == '-' && arguments[i][1] != '\0') {
			i += take_option(options, groups, arguments + i, &problem);
		} else {
			g_strv_builder_add(words, arguments[i++]);
		}
	}
	if (problem != NULL) {
		g_propagate_error(error, problem);
		return FALSE;
	}
	*ret_words = g_strv_builder_end(words);

	return TRUE;
}

const gchar *tf_options_find(const gchar *const *arguments, const gchar *name)
{
	gsize length = strlen(name);

	for (guint i = 0; arguments[i] != NULL && strcmp(arguments[i], "--") != 0; i++) {
		if (strcmp(arguments[i], name) == 0)
			return arguments[i + 1];
		if (strncmp(arguments[i], name, length) == 0 && arguments[i][length] == '=')
			return arguments[i] + length + 1;
	}

	return NULL;
}

gboolean tf_options_is_language(const gchar *argument)
{
	return strcmp(argument, "--lang") == 0 || g_str_has_prefix(argument, "--lang=");
}

static guint width_of(const gchar *text)
{
	guint width = 0;

	for (const gchar *at = text; *at != '\0'; at = g_utf8_next_char(at)) {
		gunichar character = g_utf8_get_char(at);

		if (!g_unichar_iszerowidth(character))
			width += g_unichar_iswide(character) ? 2 : 1;
	}

	return width;
}

void tf_options_pad(GString *line, const gchar *text, guint width)
{
	g_string_append(line, text);
	for (guint i = width_of(text); i < width; i++)
		g_string_append_c(line, ' ');
}

gchar *tf_options_help(guint groups)
{
	g_autoptr(GString) help = g_string_new(NULL);

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GString) name = NULL;

		if ((groups & (guint)rows[i].group) == 0)
			continue;
		name = g_string_new("  ");
		if (rows[i].letter != '\0')
			g_string_append_printf(name, "-%c, ", rows[i].letter);
		g_string_append(name, rows[i].name);
		if (rows[i].value != NULL)
			g_string_append_printf(name, " %s", _(rows[i].value));
		tf_options_pad(help, name->str, HELP_COLUMN);
		g_string_append_printf(help, " %s\n", _(rows[i].description));
	}

	return g_string_free(g_steal_pointer(&help), FALSE);
}

GPtrArray *tf_options_names(guint groups)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new();

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		if ((groups & (guint)rows[i].group) != 0)
			g_ptr_array_add(names, (gpointer)rows[i].name);
	}

	return g_steal_pointer(&names);
}
