/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/places.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"

#define SCHEME "sqlite:"

TfModuleRequest tf_places_module(const TfOptions *options, const TfCards *cards)
{
	return (TfModuleRequest){
		.module = options->module,
		.arguments = options->module_arguments,
		.allows_leaky = options->allows_leaky_module,
		.cards = cards,
	};
}

gchar *tf_places_ledger(const TfOptions *options, GError **error)
{
	if (options->ledger == NULL)
		return g_build_filename(g_get_user_state_dir(), PACKAGE, "ledger.db", NULL);
	if (g_str_has_prefix(options->ledger, SCHEME) && options->ledger[strlen(SCHEME)] != '\0')
		return g_strdup(options->ledger + strlen(SCHEME));
	tf_raise(error, TF_ERROR_USAGE, _("a ledger is named by sqlite:PATH"), NULL);

	return NULL;
}

gchar *tf_places_reports(const TfOptions *options)
{
	return options->report_directory != NULL
		       ? g_strdup(options->report_directory)
		       : g_build_filename(g_get_user_state_dir(), PACKAGE, "reports", NULL);
}

gboolean tf_places_campaign(
	const TfOutcome *outcome, const TfOptions *options, TfCampaign **ret_campaign, GError **error)
{
	TfCampaign *campaign = NULL;

	if (outcome->campaign != NULL) {
		campaign = tf_campaign_load(outcome->campaign, options->profiles, error);
		if (campaign == NULL)
			return FALSE;
	}
	*ret_campaign = campaign;

	return TRUE;
}

gboolean tf_places_check_reports(const TfOptions *options, GError **error)
{
	g_autofree gchar *reports = tf_places_reports(options);
	TF_AUTO_FD int fd = tf_file_open_directory(reports, error);

	if (fd < 0)
		return FALSE;
	if (faccessat(fd, ".", W_OK | X_OK, AT_EACCESS) != 0)
		return tf_raise(error, TF_ERROR_OUTPUT_UNSAFE, reports, g_strerror(errno), NULL);

	return TRUE;
}
