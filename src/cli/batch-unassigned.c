/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/batch-unassigned.h"

#include <glib/gi18n.h>

#include "base/error.h"
#include "cli/output.h"
#include "cli/phrase.h"

typedef struct Telling {
	gboolean is_json;
	guint64 n;
} Telling;

static gboolean is_unassigned(const TfJob *job)
{
	return job->state != TF_JOB_PROVISIONED && job->state != TF_JOB_SUPERSEDED &&
	       job->state != TF_JOB_UNLISTED && job->token_serial == NULL && job->made_serial == NULL;
}

static void tell_json(const TfJob *job)
{
	json_t *object = tf_output_object("unassigned");

	json_object_set_new(object, "line", json_integer(job->line));
	json_object_set_new(object, "number", tf_output_string(job->number));
	json_object_set_new(object, "name", tf_output_string(job->name));
	tf_output_json(object);
}

static void tell_text(const TfJob *job)
{
	g_autofree gchar *text =
		tf_phrase(_("Line {line}, {number} {name}: no token_serial, and so no card with '--assign "
			    "serial'."),
			"line", TF_NUMBER(job->line), "number", job->number, "name", job->name, NULL);

	tf_output_notice(text);
}

static gboolean tell(const TfJob *job, gpointer user_data, G_GNUC_UNUSED GError **error)
{
	Telling *telling = user_data;

	if (!is_unassigned(job))
		return TRUE;
	telling->n++;
	if (telling->is_json)
		tell_json(job);
	else
		tell_text(job);

	return TRUE;
}

gboolean tf_batch_unassigned_tell(TfLedger *ledger, gboolean is_json, guint64 *ret_n, GError **error)
{
	Telling telling = { .is_json = is_json };
	g_autofree gchar *text = NULL;

	if (!tf_ledger_visit_jobs(ledger, TF_N_JOB_STATES, tell, &telling, error))
		return FALSE;
	*ret_n = telling.n;
	if (telling.n == 0 || is_json)
		return TRUE;
	text = tf_phrase(_("Members with no token_serial: {count}. With '--assign serial' they get no card, "
			   "and the batch ends without them."),
		"count", TF_NUMBER(telling.n), NULL);
	tf_output_notice(text);

	return TRUE;
}
