/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Formatting by pkcs15-init: erase, make the application and the SO PIN, make the user PIN, activate. */
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "base/error.h"
#include "base/log.h"
#include "card-private.h"
#include "terminal-tool.h"
#include "token/card.h"
#include "token/opensc.h"

#define PROGRAM	     "pkcs15-init"
#define PROGRAM_PATH "/usr/bin/" PROGRAM
#define N_ARGUMENTS  12

typedef struct Formatting {
	const TfReader *reader;
	const TfTokenProfile *profile;
	const gchar *label;
	const TfCardSecrets *secrets;
	GStrv environment;
	gint64 deadline;
} Formatting;

static void formatting_clear(Formatting *formatting)
{
	g_clear_pointer(&formatting->environment, g_strfreev);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Formatting, formatting_clear)

/* What pkcs15-init prints when it fails, where a person would act differently. */
static const struct {
	const gchar *text;
	TfErrorCode code;
} complaints[] = {
	{ "PIN code or key incorrect", TF_ERROR_SO_PIN_WRONG },
	{ "Authentication method blocked", TF_ERROR_SO_PIN_LOCKED },
};

/* The names of other failures, for whoever looks into one. */
static const gchar *const causes[] = { "Transmit failed", "Unresponsive card", "Card command failed",
	"Unknown data received from card", "Unsupported card", "Not enough memory on card",
	"Reader in use by another application", "Security status not satisfied", "File already exists",
	"File not found", "Internal error" };

/* The card that was looked at: not pulled since, and no other put in. */
static gboolean check_presence(const TfReader *reader, GError **error)
{
	g_autoptr(GPtrArray) readers = tf_readers(error);

	if (readers == NULL)
		return FALSE;

	for (guint i = 0; i < readers->len; i++) {
		const TfReader *now = g_ptr_array_index(readers, i);

		if (strcmp(now->name, reader->name) == 0 && now->has_card &&
			now->n_events == reader->n_events)
			return TRUE;
	}

	return tf_raise(error, TF_ERROR_TOKEN_REMOVED, PROGRAM, NULL);
}

static const gchar *find_cause(const TfToolResult *result)
{
	switch (result->end) {
	case TF_TOOL_LATE:
		return "timeout";
	case TF_TOOL_UNEXPECTED:
		return "prompt";
	case TF_TOOL_DONE:
	case TF_TOOL_FAILED:
		break;
	}
	for (gsize i = 0; i < G_N_ELEMENTS(causes); i++) {
		if (tf_tool_result_says(result, causes[i]))
			return causes[i];
	}

	return WIFSIGNALED(result->status) ? "signal" : "exit status";
}

/* The daemon notices a pulled card after the tool does; an APDU of ours waits for that. */
static gboolean raise_failure(const Formatting *formatting, const TfToolResult *result, GError **error)
{
	g_autoptr(GError) failure = NULL;
	gboolean is_active = FALSE;

	if (!tf_card_is_active(formatting->reader, &is_active, &failure) &&
		!g_error_matches(failure, TF_ERROR, TF_ERROR_TOKEN_FAILED)) {
		g_propagate_error(error, g_steal_pointer(&failure));
		return FALSE;
	}
	if (!check_presence(formatting->reader, error))
		return FALSE;

	for (gsize i = 0; i < G_N_ELEMENTS(complaints); i++) {
		if (result->end == TF_TOOL_FAILED && tf_tool_result_says(result, complaints[i].text))
			return tf_raise(error, complaints[i].code, formatting->reader->name, NULL);
	}

	return tf_raise(error, TF_ERROR_TOKEN_FAILED, PROGRAM, find_cause(result), NULL);
}

/* 'options' and 'prompts' end with NULL. */
static gboolean run(const Formatting *formatting, const gchar *const *options, const TfToolPrompt *prompts,
	GError **error)
{
	const gchar *arguments[N_ARGUMENTS] = { PROGRAM_PATH, "--reader", formatting->reader->name };
	g_auto(TfToolResult) result = { 0 };
	gsize n = 3;

	for (gsize i = 0; options[i] != NULL; i++) {
		g_assert(n + 1 < N_ARGUMENTS);
		arguments[n++] = options[i];
	}
	if (!check_presence(formatting->reader, error))
		return FALSE;
	tf_log("format", "reader", formatting->reader->name, "step", options[0], NULL);
	if (!tf_tool_run(&(TfTool){ arguments, (const gchar *const *)formatting->environment, prompts,
				 formatting->deadline },
		    &result, error))
		return FALSE;

	return result.end == TF_TOOL_DONE || raise_failure(formatting, &result, error);
}

/* Never the last try: nobody insists on losing a card. The tries are those of the card that is meant. */
static gboolean check_so_pin(const Formatting *formatting, GError **error)
{
	guint tries_left = 0;

	if (tf_token_profile_activation(formatting->profile) != TF_TOKEN_ACTIVATION_MYEID)
		return TRUE;
	if (!check_presence(formatting->reader, error) ||
		!tf_card_so_pin_tries(formatting->reader, &tries_left, error) ||
		!check_presence(formatting->reader, error))
		return FALSE;
	if (tries_left == 0)
		return tf_raise(error, TF_ERROR_SO_PIN_LOCKED, formatting->reader->name, NULL);
	if (tries_left == 1)
		return tf_raise(error, TF_ERROR_SO_PIN_LAST_TRY, formatting->reader->name, NULL);

	return TRUE;
}

static gboolean erase(const Formatting *formatting, TfCardState found, GError **error)
{
	static const gchar *const options[] = { "--erase-card", NULL };
	const TfToolPrompt none[] = { { NULL, NULL } };
	const TfToolPrompt prompts[] = { { "PIN [Security Officer PIN] required.\r\n"
					   "Please enter PIN [Security Officer PIN]: ",
						 formatting->secrets->so_pin },
		{ NULL, NULL } };

	switch (found) {
	case TF_CARD_BLANK:
	case TF_N_CARD_STATES:
		return TRUE;
	case TF_CARD_HALF_FORMATTED:
	case TF_CARD_NOT_ACTIVATED:
		return run(formatting, options, none, error);
	case TF_CARD_READY:
	case TF_CARD_FOREIGN:
	case TF_CARD_UNKNOWN:
		break;
	}

	return check_so_pin(formatting, error) && run(formatting, options, prompts, error);
}

/* The second pair is that of the SO PIN, whatever the tool calls it. */
static gboolean create(const Formatting *formatting, GError **error)
{
	const gchar *const options[] = { "--create-pkcs15", "--label", formatting->label, NULL };
	const TfToolPrompt prompts[] = {
		{ "New Security Officer PIN (Optional - press return for no PIN).\r\n"
		  "Please enter Security Officer PIN: ",
			formatting->secrets->so_pin },
		{ "\r\nPlease type again to verify: ", formatting->secrets->so_pin },
		{ "\r\nUnblock Code for New User PIN (Optional - press return for no PIN).\r\n"
		  "Please enter User unblocking PIN (PUK): ",
			formatting->secrets->so_puk },
		{ "\r\nPlease type again to verify: ", formatting->secrets->so_puk },
		{ NULL, NULL },
	};

	return run(formatting, options, prompts, error);
}

/* A PIN of this label is left out of the token's, which is then the one that was asked for. */
static gboolean store_pin(const Formatting *formatting, GError **error)
{
	static const gchar *const options[] = { "--store-pin", "--id", "01", "--label", "PIN", NULL };
	const TfToolPrompt prompts[] = {
		{ "New User PIN.\r\nPlease enter User PIN: ", formatting->secrets->pin },
		{ "\r\nPlease type again to verify: ", formatting->secrets->pin },
		{ "\r\nUnblock Code for New User PIN (Optional - press return for no PIN).\r\n"
		  "Please enter User unblocking PIN (PUK): ",
			formatting->secrets->puk },
		{ "\r\nPlease type again to verify: ", formatting->secrets->puk },
		{ NULL, NULL },
	};

	return run(formatting, options, prompts, error);
}

/* pkcs15-init passes over some failures. As long as the card is not activated, nothing is lost by that. */
static gboolean check_completeness(const Formatting *formatting, GError **error)
{
	TfCardState state = TF_CARD_UNKNOWN;

	if (!tf_card_look(formatting->reader, formatting->profile, &state, error))
		return FALSE;
	if (state == TF_CARD_NOT_ACTIVATED || state == TF_CARD_UNKNOWN)
		return TRUE;

	return tf_raise(error, TF_ERROR_TOKEN_FAILED, PROGRAM, tf_card_state_name(state), NULL);
}

static gboolean activate(const Formatting *formatting, GError **error)
{
	static const gchar *const options[] = { "--finalize", NULL };
	const TfToolPrompt none[] = { { NULL, NULL } };
	gboolean is_active = FALSE;

	if (!run(formatting, options, none, error))
		return FALSE;
	if (tf_token_profile_activation(formatting->profile) == TF_TOKEN_ACTIVATION_NONE)
		return TRUE;
	if (!tf_card_is_active(formatting->reader, &is_active, error))
		return FALSE;
	if (!is_active)
		return tf_raise(error, TF_ERROR_TOKEN_NOT_ACTIVATED, formatting->reader->name, NULL);

	return TRUE;
}

/* pkcs15-init would take such a name for the number of a reader, or for an ATR. */
static gboolean is_name(const gchar *reader)
{
	gchar *end = NULL;

	(void)strtoul(reader, &end, 0);

	return *end != '\0' && !g_str_has_prefix(reader, "ATR:");
}

/* Nothing of ours but where the daemon listens. */
static GStrv make_environment(const TfOpensc *opensc)
{
	static const gchar *const plain[] = { "LC_ALL=C", "PATH=/usr/bin:/bin", NULL };
	const gchar *socket = g_getenv("PCSCLITE_CSOCK_NAME");
	GStrv environment = tf_opensc_environment(opensc, g_strdupv((GStrv)plain));

	return socket != NULL ? g_environ_setenv(environment, "PCSCLITE_CSOCK_NAME", socket, TRUE)
			      : environment;
}

/* OpenSC connects to every reader it knows before it looks at one, and pcscd has it wait for whoever works
 * with the cards in them. A name that is part of this reader's cannot be ignored without it. */
static TfOpensc *ignore_others(const TfReader *reader, GError **error)
{
	g_autoptr(GPtrArray) readers = tf_readers(error);
	g_autoptr(GPtrArray) ignored = g_ptr_array_new();

	if (readers == NULL)
		return NULL;
	for (guint i = 0; i < readers->len; i++) {
		const TfReader *other = g_ptr_array_index(readers, i);

		if (strstr(reader->name, other->name) == NULL)
			g_ptr_array_add(ignored, other->name);
	}

	return tf_opensc_new(ignored, error);
}

/* What pkcs15-init reads, and how long it may take; FALSE when the reader cannot be named to it. */
static gboolean prepare(Formatting *formatting, guint deadline_seconds, TfOpensc **ret_opensc, GError **error)
{
	if (!is_name(formatting->reader->name))
		return tf_raise(error, TF_ERROR_READER_HOSTILE, formatting->reader->name, NULL);
	*ret_opensc = ignore_others(formatting->reader, error);
	if (*ret_opensc == NULL)
		return FALSE;
	formatting->environment = make_environment(*ret_opensc);
	formatting->deadline = g_get_monotonic_time() + deadline_seconds * G_TIME_SPAN_SECOND;

	return TRUE;
}

gboolean tf_card_format(const TfReader *reader, const TfTokenProfile *profile, TfCardState found,
	const gchar *label, const TfCardSecrets *secrets, guint deadline_seconds, GError **error)
{
	g_autoptr(TfOpensc) opensc = NULL;
	g_auto(Formatting) formatting = { reader, profile, label, secrets, NULL, 0 };

	if (!tf_card_check_plan(reader, profile, label, secrets, error) ||
		!prepare(&formatting, deadline_seconds, &opensc, error))
		return FALSE;

	return erase(&formatting, found, error) && create(&formatting, error) &&
	       store_pin(&formatting, error) && check_completeness(&formatting, error) &&
	       activate(&formatting, error) && check_presence(reader, error);
}

gboolean tf_card_erase(const TfReader *reader, const TfTokenProfile *profile, TfCardState found,
	const TfSecret *so_pin, guint deadline_seconds, GError **error)
{
	g_autoptr(TfOpensc) opensc = NULL;
	const TfCardSecrets secrets = { .so_pin = so_pin };
	g_auto(Formatting) formatting = { reader, profile, "", &secrets, NULL, 0 };

	return tf_card_check_pin(reader, profile, TF_TOKEN_PIN_SO, so_pin, error) &&
	       prepare(&formatting, deadline_seconds, &opensc, error) && erase(&formatting, found, error) &&
	       check_presence(reader, error);
}
