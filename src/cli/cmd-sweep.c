/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gi18n.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "cli/command.h"
#include "cli/conversation.h"
#include "cli/interrupt.h"
#include "cli/output.h"
#include "cli/phrase.h"
#include "key/certificate.h"
#include "stray-print-private.h"
#include "transfer/sweep.h"

#define CERTIFICATE_LIMIT (1u << 20)

typedef struct Search {
	const TfOptions *options;
	gboolean shows_progress;
	gboolean is_line_open; /* a progress line stands on the terminal */
} Search;

static void close_line(Search *search)
{
	if (search->is_line_open)
		(void)!write(STDERR_FILENO, "\r\033[K", 4);
	search->is_line_open = FALSE;
}

static void take_stray(gpointer user_data, const TfStray *stray)
{
	Search *search = user_data;

	close_line(search);
	if (search->options->is_json)
		tf_stray_print_json(stray);
	else
		tf_stray_print(stray);
}

static void take_left_out(gpointer user_data, const gchar *path, const TfContentsLimits *limits)
{
	Search *search = user_data;

	close_line(search);
	if (search->options->is_json)
		tf_left_out_print_json(path, limits);
	else
		tf_left_out_print(path, limits);
}

static void take_progress(gpointer user_data, const TfWalkProgress *progress)
{
	Search *search = user_data;
	g_autofree gchar *line = NULL;
	g_autofree gchar *text = NULL;

	if (!search->shows_progress)
		return;
	text = tf_phrase(_("{files} files looked at …"), "files", TF_NUMBER((gint64)progress->n_files), NULL);
	line = g_strdup_printf("\r%s\033[K", text);
	(void)!write(STDERR_FILENO, line, strlen(line));
	search->is_line_open = TRUE;
}

static gboolean go_on(G_GNUC_UNUSED gpointer user_data, GError **error)
{
	return !tf_interrupt_is_noted() || tf_raise(error, TF_ERROR_INTERRUPTED, NULL);
}

static gboolean know_certificate(TfKnown *known, const gchar *path, GError **error)
{
	g_autoptr(GBytes) content = tf_file_load(path, CERTIFICATE_LIMIT, error);
	g_autoptr(X509) certificate = content != NULL ? tf_certificate_parse(content, path, error) : NULL;
	guint8 digest[TF_SHA256_SIZE];

	if (certificate == NULL)
		return FALSE;
	tf_certificate_spki_sha256(certificate, digest);
	tf_known_add_key(known, digest);

	return TRUE;
}

static gboolean know_ledger(TfKnown *known, const TfOptions *options, GError **error)
{
	g_autoptr(TfLedger) ledger = NULL;

	if (!tf_ledger_open_to_read(options->ledger, &ledger, error))
		return FALSE;

	return ledger == NULL || tf_sweep_know_ledger(known, ledger, error) >= 0;
}

/* Only where it was named: a search asks nothing. */
static gboolean read_password(const TfOptions *options, TfSecret **ret_password, GError **error)
{
	g_auto(TfConversation) conversation = { 0 };

	*ret_password = NULL;
	if (options->password_source == NULL)
		return TRUE;
	if (!tf_conversation_init(&conversation, options, error))
		return FALSE;
	*ret_password = tf_conversation_secret(&conversation, options->password_source,
		_("PIN code (from the paper notice; it is not shown while you type): "),
		_("the PIN code of the file (paper notice)"), error);

	return *ret_password != NULL;
}

static gboolean search(
	const TfInvocation *invocation, TfKnown *known, TfSweepResult *ret_result, GError **error)
{
	const TfOptions *options = invocation->options;
	const gchar *const home[] = { g_get_home_dir(), NULL };
	g_autoptr(TfSecret) password = NULL;
	Search state = { .options = options, .shows_progress = isatty(STDERR_FILENO) == 1 };
	const TfSweepListener listener = { &state, take_stray, take_left_out, take_progress, go_on };
	TfSweepPlan plan = {
		.paths = (const gchar *const *)invocation->words, .known = known, .program = invocation->roles
	};
	gboolean is_over = FALSE;

	if (invocation->words[0] == NULL)
		plan.paths = home;
	if (!read_password(options, &password, error))
		return FALSE;
	plan.password = password;
	is_over = tf_sweep(&plan, &listener, ret_result, error);
	close_line(&state);

	return is_over;
}

gboolean tf_cmd_sweep(TfInvocation *invocation, int *ret_status, GError **error)
{
	const TfOptions *options = invocation->options;
	g_autoptr(TfKnown) known = tf_known_new();
	g_auto(TfSweepResult) result = { 0 };

	if (!know_ledger(known, options, error) ||
		(options->certificate != NULL && !know_certificate(known, options->certificate, error)) ||
		!search(invocation, known, &result, error))
		return FALSE;
	if (options->is_json)
		tf_sweep_print_json(&result, tf_known_n_keys(known));
	else
		tf_sweep_print(&result, tf_known_n_keys(known));
	*ret_status = result.n_of_rank[TF_RANK_SAME_KEY] + result.n_of_rank[TF_RANK_SAME_EXPORT] > 0
			      ? TF_EXIT_STRAYS
			      : TF_EXIT_DONE;

	return TRUE;
}
