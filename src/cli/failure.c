/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/failure.h"

#include <glib/gi18n.h>
#include <stdio.h>
#include <unistd.h>

#include "base/error.h"
#include "base/escape.h"
#include "cli/interrupt.h"
#include "cli/output.h"
#include "cli/wording.h"
#include "record/json-line.h"

typedef struct WhereRow {
	const gchar *name;
	const gchar *sentence;
} WhereRow;

static const WhereRow wheres[TF_N_WHEREABOUTS] = {
	[TF_WHERE_SOURCE] = { "source",
		N_("in the file, which is unchanged; this run left nothing of it on a token") },
	[TF_WHERE_SOURCE_AND_TOKEN] = { "source-and-token",
		N_("in the file, which is unchanged, and also on the token") },
	[TF_WHERE_SOURCE_AND_PERHAPS_TOKEN] = { "source-and-perhaps-token",
		N_("in the file, which is unchanged, and perhaps already on the token: writing it there was "
		   "cut short") },
	[TF_WHERE_TOKEN] = { "token", N_("on the token, where it was proven; the file was wiped, or partly "
					 "wiped, or is still to be") },
	[TF_WHERE_TOKEN_ALONE] = { "token-alone",
		N_("on the token, which could not be shown to keep it; the file was removed or changed "
		   "meanwhile, so nothing was taken from the token") },
	[TF_WHERE_UNKNOWN] = { "unknown", N_("where it was before; this run did not get as far as the key") },
};

/* The same with the key store of a browser as the source; NULL: the sentence says as much. */
static const gchar *const stores[TF_N_WHEREABOUTS] = {
	[TF_WHERE_SOURCE] =
		N_("in the key store, which is unchanged; this run left nothing of it on a token"),
	[TF_WHERE_SOURCE_AND_TOKEN] = N_("in the key store, which is unchanged, and also on the token"),
	[TF_WHERE_SOURCE_AND_PERHAPS_TOKEN] =
		N_("in the key store, which is unchanged, and perhaps already on the token: writing it there "
		   "was cut short"),
	[TF_WHERE_TOKEN] =
		N_("on the token, where it was proven; in the key store it was removed, or is being removed"),
	[TF_WHERE_TOKEN_ALONE] =
		N_("on the token, which could not be shown to keep it; the key store does not show it any "
		   "more, so nothing was taken from the token"),
};

const gchar *tf_whereabouts_name(TfWhereabouts where)
{
	return wheres[where].name;
}

const gchar *tf_whereabouts_sentence(TfWhereabouts where, gboolean is_store)
{
	return _(is_store && stores[where] != NULL ? stores[where] : wheres[where].sentence);
}

static void print_labelled(const gchar *label, const gchar *text)
{
	g_autofree gchar *escaped = tf_escape_terminal(text);

	if (escaped[0] != '\0')
		(void)fprintf(stderr, "  %s: %s\n", label, escaped);
}

static void tell_person(const GError *error, const TfInvocation *invocation)
{
	g_autofree gchar *sentence = tf_wording_of_error(error);
	g_autofree gchar *advice = tf_error_advice(error);
	g_autofree gchar *escaped = tf_escape_terminal(sentence);

	(void)fprintf(stderr, "tokenferry: %s\n", escaped);
	if (invocation->moves_key)
		print_labelled(_("The key is now"),
			tf_whereabouts_sentence(invocation->where, invocation->is_from_store));
	print_labelled(_("What to do next"), advice);
	if (invocation->contact != NULL)
		print_labelled(_("Whom to ask"), invocation->contact);
	else if (invocation->moves_key)
		print_labelled(_("Whom to ask"), _("whoever issued your certificate"));
}

static json_t *describe(const GError *error, const TfInvocation *invocation)
{
	g_autofree gchar *sentence = tf_wording_of_error(error);
	g_autofree gchar *advice = tf_error_advice(error);
	json_t *result = tf_output_object("result");
	json_t *object = json_object();

	json_object_set_new(object, "code", json_string(tf_error_name(error)));
	json_object_set_new(object, "message", tf_output_string(sentence));
	json_object_set_new(object, "advice", tf_output_string(advice));
	json_object_set_new(object, "exit", json_integer(tf_error_exit_status(error)));
	json_object_set_new(result, "status", json_string("error"));
	json_object_set_new(result, "error", object);
	if (invocation->moves_key)
		json_object_set_new(result, "where", json_string(tf_whereabouts_name(invocation->where)));
	if (invocation->contact != NULL)
		json_object_set_new(result, "contact", tf_output_string(invocation->contact));

	return result;
}

void tf_failure_tell(const GError *error, const TfInvocation *invocation)
{
	(void)fflush(stdout);
	if (invocation->options->is_json)
		tf_output_json(describe(error, invocation));
	else
		tell_person(error, invocation);
}

/* Where the key is then, the next run says: it is nowhere but in the file and on the token. */
void tf_failure_prepare(const TfInvocation *invocation)
{
	g_autoptr(GError) interruption = NULL;
	g_autofree gchar *sentence = NULL;
	g_autofree gchar *advice = NULL;
	g_autofree gchar *waiting = g_strdup_printf("%s\n",
		_("Stopping as soon as what was begun has come to its end. Ctrl-C once more stops at once."));
	g_autofree gchar *last = NULL;

	tf_raise(&interruption, TF_ERROR_INTERRUPTED, NULL);
	if (invocation->options->is_json) {
		g_autoptr(json_t) result = describe(interruption, invocation);
		g_autofree gchar *line = tf_json_line(result, JSON_ENSURE_ASCII);

		last = g_strconcat(line, "\n", NULL);
		tf_interrupt_prepare(waiting, last, STDOUT_FILENO);
		return;
	}
	sentence = tf_wording_of_error(interruption);
	advice = tf_error_advice(interruption);
	last = g_strdup_printf("tokenferry: %s\n  %s: %s\n", sentence, _("What to do next"), advice);
	tf_interrupt_prepare(waiting, last, STDERR_FILENO);
}
