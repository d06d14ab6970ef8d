/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/result.h"

#include <glib/gi18n.h>

#include "base/error.h"
#include "cli/output.h"
#include "cli/phrase.h"
#include "cli/places.h"
#include "report/report.h"

static int kept_status(TfKeptWhy why, gboolean keeps_source)
{
	switch (why) {
	case TF_KEPT_BACKUP:
	case TF_KEPT_MOVED:
		return TF_EXIT_DONE;
	case TF_KEPT_ASKED:
		return keeps_source ? TF_EXIT_DONE : TF_EXIT_KEPT;
	case TF_KEPT_WIPE_REFUSED:
		return TF_EXIT_WIPE_REFUSED;
	case TF_KEPT_WIPE_INCOMPLETE:
		return TF_EXIT_WIPE_INCOMPLETE;
	case TF_KEPT_EVIDENCE:
		return TF_EXIT_EVIDENCE_CLAIMED;
	case TF_KEPT_NETWORK:
	case TF_KEPT_OTHER_SECRET:
	case TF_KEPT_NEEDED:
	case TF_KEPT_WITHIN:
	case TF_KEPT_IN_STORE:
	case TF_KEPT_LOCKED:
	case TF_KEPT_SHARED:
	case TF_N_KEPT_WHYS:
		break;
	}

	return TF_EXIT_KEPT;
}

int tf_result_exit_status(const TfOutcome *outcome, gboolean keeps_source)
{
	int status = TF_EXIT_DONE;

	switch (outcome->status) {
	case TF_STATUS_CLAIMED:
		return TF_EXIT_EVIDENCE_CLAIMED;
	case TF_STATUS_REFUTED:
		return TF_EXIT_EVIDENCE_REFUTED;
	case TF_STATUS_DONE:
	case TF_STATUS_PROVISIONED:
	case TF_N_STATUSES:
		return TF_EXIT_DONE;
	case TF_STATUS_KEPT:
		break;
	}
	for (guint i = 0; i < outcome->kept->len; i++) {
		const TfKept *kept = g_ptr_array_index(outcome->kept, i);

		status = MAX(status, kept_status(kept->why, keeps_source));
	}

	return status;
}

/* Where its reports were written. */
static void tell_files(const TfOutcome *outcome)
{
	const gchar *const paths[] = { outcome->report_text, outcome->report_json, outcome->report_mail };

	for (gsize i = 0; i < G_N_ELEMENTS(paths); i++) {
		g_autofree gchar *text = NULL;

		if (paths[i] == NULL)
			continue;
		text = tf_phrase(_("Written: {path}"), "path", paths[i], NULL);
		tf_output_notice(text);
	}
	if (outcome->report_mail == NULL)
		tf_output_notice(_("No mail was written: it needs a campaign, --name and --number."));
}

static void tell_json(const TfOutcome *outcome, json_t *more)
{
	json_t *object = tf_outcome_to_json(outcome);

	if (more != NULL)
		(void)json_object_update(object, more);
	tf_output_json(object);
}

gboolean tf_result_tell(TfOutcome *outcome, json_t *more, const TfOptions *options, GError **error)
{
	g_autofree gchar *directory = tf_places_reports(options);
	g_autoptr(json_t) extra = more;
	g_autoptr(TfCampaign) campaign = NULL;
	gboolean is_written = FALSE;

	if (!tf_places_campaign(outcome, options, &campaign, error))
		return FALSE;
	is_written = tf_report_write(outcome, campaign, directory, error);
	if (options->is_json && is_written) {
		tell_json(outcome, extra);
	} else if (!options->is_json) {
		g_autofree gchar *text = tf_report_text(outcome, campaign);

		/* Even when it could not be written: this is what happened. */
		tf_output_text(text);
	}
	if (is_written && !options->is_json)
		tell_files(outcome);

	return is_written;
}
