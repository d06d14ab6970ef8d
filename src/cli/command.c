/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/command.h"

#include <glib/gi18n.h>
#include <string.h>

#include "base/error.h"
#include "base/log.h"
#include "cli/failure.h"
#include "cli/interrupt.h"
#include "cli/language.h"
#include "cli/output.h"
#include "cli/phrase.h"

#define NAME_COLUMN 14u

static const TfCommand commands[] = {
	{ "tokens", "", N_("List the tokens that are plugged in, and what is on each"), tf_cmd_tokens, 0, 0,
		TF_OPTIONS_MODULE | TF_OPTIONS_TOKEN_PROFILE | TF_OPTIONS_PROFILES | TF_OPTIONS_YES |
			TF_OPTIONS_WATCH },
	{ "inspect", N_("FILE"), N_("Show what a .p12 file holds, and why it cannot be opened"),
		tf_cmd_inspect, 1, 1,
		TF_OPTIONS_PASSWORD | TF_OPTIONS_CERTIFICATE | TF_OPTIONS_CHECKS | TF_OPTIONS_PROFILES },
	{ "check", "", N_("Check how safe this PC is: updates, antivirus, swap, disk, modules"), tf_cmd_check,
		0, 0, 0 },
	{ "init-token", "", N_("Format a token or card"), tf_cmd_init_token, 0, 0,
		TF_OPTIONS_MODULE | TF_OPTIONS_TOKEN | TF_OPTIONS_TOKEN_PROFILE | TF_OPTIONS_PROFILES |
			TF_OPTIONS_LABEL | TF_OPTIONS_PIN | TF_OPTIONS_SO_PIN | TF_OPTIONS_PUK |
			TF_OPTIONS_FORMATTING | TF_OPTIONS_YES | TF_OPTIONS_DRY_RUN },
	{ "migrate", N_("[FILE]"), N_("Move one key onto one token"), tf_cmd_migrate, 0, 1,
		TF_OPTIONS_MODULE | TF_OPTIONS_TOKEN | TF_OPTIONS_TOKEN_PROFILE | TF_OPTIONS_PASSWORD |
			TF_OPTIONS_PIN | TF_OPTIONS_CERTIFICATE | TF_OPTIONS_CHECKS | TF_OPTIONS_PROFILES |
			TF_OPTIONS_LEDGER | TF_OPTIONS_REPORT_DIR | TF_OPTIONS_YES | TF_OPTIONS_DRY_RUN |
			TF_OPTIONS_JOURNEY },
	{ "verify", "", N_("Gather evidence that a token keeps its keys"), tf_cmd_verify, 0, 0,
		TF_OPTIONS_MODULE | TF_OPTIONS_TOKEN | TF_OPTIONS_TOKEN_PROFILE | TF_OPTIONS_PROFILES |
			TF_OPTIONS_PIN | TF_OPTIONS_CERTIFICATE | TF_OPTIONS_LEDGER | TF_OPTIONS_EVIDENCE |
			TF_OPTIONS_YES },
	{ "sweep", N_("[PATH…]"), N_("Search this PC for copies of keys, whatever their names"), tf_cmd_sweep,
		0, G_MAXUINT,
		TF_OPTIONS_PASSWORD | TF_OPTIONS_CERTIFICATE | TF_OPTIONS_LEDGER | TF_OPTIONS_MODULE |
			TF_OPTIONS_TOKEN | TF_OPTIONS_TOKEN_PROFILE | TF_OPTIONS_PROFILES | TF_OPTIONS_PIN |
			TF_OPTIONS_SWEEP | TF_OPTIONS_ID | TF_OPTIONS_REPORT_DIR | TF_OPTIONS_YES |
			TF_OPTIONS_DRY_RUN },
	{ "pin change", "", N_("Change the user PIN of a token"), tf_cmd_pin_change, 0, 0,
		TF_OPTIONS_MODULE | TF_OPTIONS_TOKEN | TF_OPTIONS_TOKEN_PROFILE | TF_OPTIONS_PROFILES |
			TF_OPTIONS_PIN | TF_OPTIONS_NEW_PIN | TF_OPTIONS_LEDGER | TF_OPTIONS_YES |
			TF_OPTIONS_DRY_RUN },
	{ "pin unblock", "",
		N_("Set a new user PIN with the PUK or SO PIN, when the old one is locked or lost"),
		tf_cmd_pin_unblock, 0, 0,
		TF_OPTIONS_MODULE | TF_OPTIONS_TOKEN | TF_OPTIONS_TOKEN_PROFILE | TF_OPTIONS_PROFILES |
			TF_OPTIONS_PUK | TF_OPTIONS_SO_PIN | TF_OPTIONS_NEW_PIN | TF_OPTIONS_UNSEAL |
			TF_OPTIONS_LEDGER | TF_OPTIONS_YES | TF_OPTIONS_DRY_RUN },
	{ "remove", "", N_("Destroy an expired or retired key on a token, after showing it"), tf_cmd_remove,
		0, 0,
		TF_OPTIONS_MODULE | TF_OPTIONS_TOKEN | TF_OPTIONS_TOKEN_PROFILE | TF_OPTIONS_PROFILES |
			TF_OPTIONS_ID | TF_OPTIONS_PIN | TF_OPTIONS_LEDGER | TF_OPTIONS_YES |
			TF_OPTIONS_DRY_RUN },
	{ "batch", N_("MANIFEST"), N_("Make the tokens of many members"), tf_cmd_batch, 1, 1,
		TF_OPTIONS_MODULE | TF_OPTIONS_TOKEN_PROFILE | TF_OPTIONS_PROFILES | TF_OPTIONS_LEDGER |
			TF_OPTIONS_YES | TF_OPTIONS_BATCH },
	{ "status", "", N_("Show how far a batch is, and who has no token yet"), tf_cmd_status, 0, 0,
		TF_OPTIONS_LEDGER | TF_OPTIONS_FORMAT },
	{ "report", N_("[RUN]"), N_("Show or write the completion report of a run"), tf_cmd_report, 0, 1,
		TF_OPTIONS_LEDGER | TF_OPTIONS_FORMAT | TF_OPTIONS_REPORT_DIR | TF_OPTIONS_PROFILES },
	{ "profiles", N_("[FILE…]"), N_("List and check the profiles of campaigns and tokens"),
		tf_cmd_profiles, 0, G_MAXUINT, TF_OPTIONS_PROFILES | TF_OPTIONS_CHECK },
};

/* How many of 'arguments' are the name of 'command', which may have two words; 0: they are not it. */
static guint match_name(const TfCommand *command, const gchar *const *arguments)
{
	g_auto(GStrv) words = g_strsplit(command->name, " ", -1);
	guint n = 0;

	for (; words[n] != NULL; n++) {
		if (arguments[n] == NULL || strcmp(arguments[n], words[n]) != 0)
			return 0;
	}

	return n;
}

static const TfCommand *command_at(const gchar *const *arguments, guint *ret_n_words)
{
	for (gsize i = 0; i < G_N_ELEMENTS(commands); i++) {
		*ret_n_words = match_name(&commands[i], arguments);
		if (*ret_n_words > 0)
			return &commands[i];
	}

	return NULL;
}

/* "pin", of "pin change". */
static gboolean begins_names(const gchar *word)
{
	g_autofree gchar *beginning = g_strconcat(word, " ", NULL);

	for (gsize i = 0; i < G_N_ELEMENTS(commands); i++) {
		if (g_str_has_prefix(commands[i].name, beginning))
			return TRUE;
	}

	return FALSE;
}

static void print_program_help(void)
{
	g_autoptr(GString) help = g_string_new(NULL);

	g_string_append_printf(help, "%s tokenferry %s\n\n%s\n\n%s\n", _("Usage:"),
		_("COMMAND [OPTION…] [ARGUMENT…]"),
		_("Moves the key of a .p12 file onto a smart card or USB token, proves it, and wipes the "
		  "file."),
		_("Commands:"));
	for (gsize i = 0; i < G_N_ELEMENTS(commands); i++) {
		g_autofree gchar *name = g_strconcat("  ", commands[i].name, NULL);

		tf_options_pad(help, name, NAME_COLUMN);
		g_string_append_printf(help, " %s\n", _(commands[i].summary));
	}
	g_string_append_printf(help, "\n%s\n%s\n",
		_("'tokenferry COMMAND --help' describes one command, 'man tokenferry' all of them."),
		_("To begin, type 'tokenferry migrate': it leads you through."));
	tf_output_text(help->str);
}

static void print_command_help(const TfCommand *command)
{
	g_autofree gchar *options = tf_options_help(command->groups | TF_OPTIONS_COMMON);
	g_autoptr(GString) help = g_string_new(NULL);

	g_string_append_printf(help, "%s tokenferry %s %s%s%s\n\n%s\n\n%s\n%s", _("Usage:"), command->name,
		_("[OPTION…]"), command->words[0] != '\0' ? " " : "",
		command->words[0] != '\0' ? _(command->words) : "", _(command->summary), _("Options:"),
		options);
	tf_output_text(help->str);
}

static void list_commands(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(commands); i++)
		tf_output_text(commands[i].name);
}

static void list_options(const TfCommand *command)
{
	g_autoptr(GPtrArray) names = tf_options_names(command->groups | TF_OPTIONS_COMMON);

	for (guint i = 0; i < names->len; i++)
		tf_output_text(g_ptr_array_index(names, i));
}

static void list_exit_status(TfExit status, const gchar *name)
{
	g_autofree gchar *line = g_strdup_printf("%d %s", (int)status, name);

	tf_output_text(line);
}

static void list_exit_statuses(void)
{
	list_exit_status(TF_EXIT_DONE, "done");
	list_exit_status(TF_EXIT_KEPT, "kept");
	list_exit_status(TF_EXIT_POSTURE_NO, "posture-no");
	list_exit_status(TF_EXIT_POSTURE_UNKNOWN, "posture-unknown");
	for (TfErrorCode code = 0; code < TF_N_ERRORS; code++)
		list_exit_status(tf_error_code_exit_status(code), tf_error_code_name(code));
}

static gboolean check_invocation(
	const TfCommand *command, const TfOptions *options, const gchar *const *words, GError **error)
{
	guint n_words = g_strv_length((gchar **)words);
	g_autofree gchar *detail = NULL;

	if (options->language != NULL && !tf_language_is_spoken(options->language))
		detail = tf_phrase(_("the language '{language}' is not spoken, only en and ja"), "language",
			options->language, NULL);
	else if (n_words < command->n_words_minimum)
		detail = tf_phrase(_("'{command}' lacks its argument"), "command", command->name, NULL);
	else if (n_words > command->n_words_maximum)
		detail = tf_phrase(_("'{word}' is one argument too many"), "word",
			words[command->n_words_maximum], NULL);
	else if (options->profiles != NULL && !g_file_test(options->profiles, G_FILE_TEST_IS_DIR))
		detail = tf_phrase(_("'{path}' is no folder (--profiles)"), "path", options->profiles, NULL);
	if (detail != NULL)
		return tf_raise(error, TF_ERROR_USAGE, detail, NULL);

	return TRUE;
}

/* Ends with an exit status; an error is told. */
static int finish(gboolean is_successful, int status, const GError *error, const TfInvocation *invocation)
{
	g_autoptr(GError) output_error = NULL;

	if (!is_successful) {
		tf_failure_tell(error, invocation);
		return tf_error_exit_status(error);
	}
	if (!tf_output_finish(&output_error)) {
		tf_failure_tell(output_error, invocation);
		return status != TF_EXIT_DONE ? status : tf_error_exit_status(output_error);
	}

	return status;
}

static int run_command(const TfCommand *command, const gchar *const *arguments, const TfPrograms *programs)
{
	g_auto(TfOptions) options = { 0 };
	g_auto(GStrv) words = NULL;
	g_autoptr(GError) error = NULL;
	TfInvocation invocation = { .options = &options,
		.auditor = programs->auditor,
		.roles = programs->roles,
		.where = TF_WHERE_UNKNOWN };
	gboolean is_successful = FALSE;
	int status = TF_EXIT_DONE;

	tf_options_init(&options);
	is_successful =
		tf_options_parse(&options, command->groups | TF_OPTIONS_COMMON, arguments, &words, &error);
	if (options.shows_help) {
		print_command_help(command);
		return finish(TRUE, status, NULL, &invocation);
	}
	invocation.words = (const gchar *const *)words;
	if (is_successful)
		is_successful = check_invocation(command, &options, invocation.words, &error);
	if (is_successful) {
		tf_log_enable(options.is_verbose);
		tf_failure_prepare(&invocation);
		is_successful = command->function(&invocation, &status, &error);
	}
	status = finish(is_successful, status, error, &invocation);
	g_free(invocation.contact);

	return status;
}

static int refuse(const gchar *sentence, const gchar *word, gboolean is_json)
{
	const TfOptions options = { .is_json = is_json };
	const TfInvocation invocation = { .options = &options };
	g_autofree gchar *detail = tf_phrase(sentence, "word", word, NULL);
	g_autoptr(GError) error = NULL;

	tf_raise(&error, TF_ERROR_USAGE, detail, NULL);

	return finish(FALSE, TF_EXIT_USAGE, error, &invocation);
}

static int refuse_word(const gchar *word, gboolean is_json)
{
	if (begins_names(word))
		return refuse(_("the command '{word}' lacks its second word"), word, is_json);

	return refuse(
		word[0] == '-' ? _("there is no option '{word}' here") : _("there is no command '{word}'"),
		word, is_json);
}

/* What may stand where a command is expected. */
static int run_word(const gchar *const *arguments, const TfPrograms *programs)
{
	const gchar *word = arguments[0];
	guint n = 0;
	const TfCommand *command = word != NULL ? command_at(arguments, &n) : NULL;

	if (word == NULL)
		return refuse(_("a command is missing"), NULL, FALSE);
	if (command != NULL && arguments[n] != NULL && strcmp(arguments[n], "--list-options") == 0)
		list_options(command);
	else if (command != NULL)
		return run_command(command, arguments + n, programs);
	else if (strcmp(word, "--version") == 0)
		tf_output_text(PACKAGE " " VERSION);
	else if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0 || strcmp(word, "help") == 0)
		print_program_help();
	else if (strcmp(word, "--list-commands") == 0)
		list_commands();
	else if (strcmp(word, "--list-exit-statuses") == 0)
		list_exit_statuses();
	else
		return refuse_word(word, g_strv_contains(arguments, "--json"));

	return tf_output_finish(NULL) ? TF_EXIT_DONE : TF_EXIT_OUTPUT;
}

int tf_cli_main(const gchar *const *arguments, const TfPrograms *programs)
{
	const gchar *language = tf_options_find(arguments, "--lang");

	tf_output_setup();
	tf_language_setup(language);
	tf_interrupt_setup();

	/* --lang may stand before the command. */
	while (arguments[0] != NULL && tf_options_is_language(arguments[0])) {
		gboolean is_joined = strchr(arguments[0], '=') != NULL;

		if (language == NULL || !tf_language_is_spoken(language))
			return refuse(_("the language '{word}' is not spoken, only en and ja"), language,
				g_strv_contains(arguments, "--json"));
		arguments += is_joined ? 1 : 2;
	}

	return run_word(arguments, programs);
}
