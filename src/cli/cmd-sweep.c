/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gi18n.h>
#include <pwd.h>
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
#include "sweep-private.h"
#include "transfer/sweep.h"

#define CERTIFICATE_LIMIT (1u << 20)

typedef struct Search {
	const TfOptions *options;
	TfConversation *conversation;
	gboolean shows_progress;
	gboolean is_line_open; /* a progress line stands on the terminal */
	gint64 began;	       /* monotonic, of the first progress; 0: none yet */
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

static void take_left_out(gpointer user_data, const gchar *path, guint limits)
{
	Search *search = user_data;

	close_line(search);
	if (search->options->is_json)
		tf_left_out_print_json(path, limits);
	else
		tf_left_out_print(path, limits);
}

/* The first one has no time behind it, over which there could be a rate. */
static gchar *progress_text(Search *search, const TfWalkProgress *progress)
{
	gint64 now = g_get_monotonic_time();

	if (search->began == 0) {
		search->began = now;
		return tf_phrase(
			_("{files} files looked at …"), "files", TF_NUMBER((gint64)progress->n_files), NULL);
	}

	return tf_phrase(_("{files} files looked at, {rate} a second …"), "files",
		TF_NUMBER((gint64)progress->n_files), "rate",
		TF_NUMBER((gint64)progress->n_files * G_USEC_PER_SEC / MAX(now - search->began, 1)), NULL);
}

static void take_progress(gpointer user_data, const TfWalkProgress *progress)
{
	Search *search = user_data;
	g_autofree gchar *line = NULL;
	g_autofree gchar *text = NULL;

	if (!search->shows_progress)
		return;
	text = progress_text(search, progress);
	line = g_strdup_printf("\r%s\033[K", text);
	(void)!write(STDERR_FILENO, line, strlen(line));
	search->is_line_open = TRUE;
}

static void take_end(gpointer user_data)
{
	close_line(user_data);
}

static gboolean go_on(G_GNUC_UNUSED gpointer user_data, GError **error)
{
	return !tf_interrupt_is_noted() || tf_raise(error, TF_ERROR_INTERRUPTED, NULL);
}

static gboolean ask_further(gpointer user_data, const GPtrArray *paths, guint n_asked, guint n_opened,
	TfSecret **ret_password, GError **error)
{
	const Search *search = user_data;

	return tf_sweep_ask_further(search->conversation, paths, n_asked, n_opened, ret_password, error);
}

static X509 *load_certificate(const gchar *path, GError **error)
{
	g_autoptr(GBytes) content = tf_file_load(path, CERTIFICATE_LIMIT, error);

	return content != NULL ? tf_certificate_parse(content, path, error) : NULL;
}

static gboolean know_certificate(TfKnown *known, const gchar *path, GError **error)
{
	g_autoptr(X509) certificate = load_certificate(path, error);

	if (certificate == NULL)
		return FALSE;
	tf_sweep_know_certificate(known, certificate);

	return TRUE;
}

/* A dry run of a wipe that names its key: as the real one, of the ledger's keys it knows this one only. */
static gboolean know_one(TfKnown *known, const TfOptions *options, GError **error)
{
	g_autoptr(X509) certificate = load_certificate(options->certificate, error);
	g_autoptr(TfLedger) ledger = NULL;
	guint8 digest[TF_SHA256_SIZE];

	if (certificate == NULL || !tf_ledger_open_to_read(options->ledger, &ledger, error))
		return FALSE;
	tf_certificate_spki_sha256(certificate, digest);
	tf_sweep_know_certificate(known, certificate);

	return ledger == NULL || tf_sweep_know_key(known, ledger, digest, error);
}

/* The same by --id, as far as the ledger knows that key. */
static gboolean know_id(TfKnown *known, const TfOptions *options, GError **error)
{
	g_autoptr(GBytes) id = tf_unhex(options->id);
	g_autoptr(TfLedger) ledger = NULL;
	g_autoptr(GPtrArray) rows = NULL;

	if (!tf_ledger_open_to_read(options->ledger, &ledger, error))
		return FALSE;
	if (ledger == NULL || id == NULL)
		return TRUE;
	rows = tf_ledger_rows_of_key_id(ledger, id, error);
	for (guint i = 0; rows != NULL && i < rows->len; i++) {
		const TfLedgerRow *row = g_ptr_array_index(rows, i);

		if (!tf_sweep_know_key(known, ledger, row->spki_sha256, error))
			return FALSE;
	}

	return rows != NULL;
}

static gboolean know_ledger(TfKnown *known, const TfOptions *options, GError **error)
{
	g_autoptr(TfLedger) ledger = NULL;

	if (!tf_ledger_open_to_read(options->ledger, &ledger, error))
		return FALSE;

	return ledger == NULL || tf_sweep_know_ledger(known, ledger, error);
}

/* Somebody who reads what is found sits there; a program that searches, or a rehearsal, is asked nothing. */
static gboolean may_be_asked(const TfConversation *conversation, const TfOptions *options)
{
	return !options->is_dry_run && (options->wipes || !options->is_json) &&
	       tf_conversation_is_with_person(conversation);
}

/* Before it begins a search asks nothing; one that wipes asks for what opens copies whose content is another.
 */
static gboolean read_password(
	TfConversation *conversation, const TfOptions *options, TfSecret **ret_password, GError **error)
{
	gboolean asks =
		options->wipes && !options->is_dry_run && tf_conversation_is_with_person(conversation);

	*ret_password = NULL;
	if (options->password_source == NULL && !asks)
		return TRUE;
	*ret_password = tf_conversation_secret(conversation, options->password_source,
		asks ? _("PIN code of the file (from the paper notice; it is not shown while you type; only "
			 "Enter: without): ")
		     : _("PIN code (from the paper notice; it is not shown while you type): "),
		_("the PIN code of the file (paper notice)"), error);

	return *ret_password != NULL;
}

static gboolean search(const TfSweepRun *run, TfKnown *known, TfSweepResult *ret_result, GError **error)
{
	const TfSweepPlan plan = { .paths = run->paths,
		.scope = run->scope,
		.known = known,
		.password = run->password,
		.program = run->invocation->roles };

	return tf_sweep(&plan, run->listener, ret_result, error);
}

gboolean tf_sweep_name_left(const TfOptions *options, guint *ret_n_left, GError **error)
{
	g_autoptr(TfLedger) ledger = NULL;
	g_autoptr(GPtrArray) left = NULL;

	*ret_n_left = 0;
	if (!tf_ledger_open_to_read(options->ledger, &ledger, error))
		return FALSE;
	if (ledger == NULL)
		return TRUE;
	left = tf_half_wiped_find(ledger, error);
	for (guint i = 0; left != NULL && i < left->len; i++)
		tf_half_wiped_print(options->is_json, g_ptr_array_index(left, i));
	*ret_n_left = left != NULL ? left->len : 0;

	return left != NULL;
}

static gboolean only_search(const TfSweepRun *run, TfKnown *known, int *ret_status, GError **error)
{
	const TfOptions *options = run->invocation->options;
	g_auto(TfSweepResult) result = { 0 };
	guint n_left = 0;

	if (!search(run, known, &result, error) || !tf_sweep_name_left(options, &n_left, error))
		return FALSE;
	if (options->is_json)
		tf_sweep_print_json(&result, tf_known_n_keys(known));
	else
		tf_sweep_print(&result, tf_known_n_keys(known), FALSE);
	*ret_status = n_left + result.n_of_rank[TF_RANK_SAME_KEY] + result.n_of_rank[TF_RANK_SAME_EXPORT] > 0
			      ? TF_EXIT_STRAYS
			      : TF_EXIT_DONE;

	return TRUE;
}

/* The home directory of this user; NULL: it cannot be told. The caller frees. */
static gchar *home_of(uid_t user)
{
	const struct passwd *entry = getpwuid(user);

	return entry != NULL ? g_strdup(entry->pw_dir) : NULL;
}

/* Under sudo the home directory is root's on most systems, and nobody means that. */
static gboolean check_home(const TfOptions *options, GError **error)
{
	const gchar *text = g_getenv("SUDO_UID");
	guint64 user = 0;
	g_autofree gchar *roots = home_of(0);
	g_autofree gchar *persons = NULL;
	g_autofree gchar *detail = NULL;

	if (text == NULL || geteuid() != 0 || g_strcmp0(roots, g_get_home_dir()) != 0 ||
		!g_ascii_string_to_unsigned(text, 10, 1, G_MAXUINT32 - 1, &user, NULL))
		return TRUE;
	persons = home_of((uid_t)user);
	detail = tf_phrase(_("sudo made the home directory root's; name the place to search: 'sudo "
			     "tokenferry sweep {options}{home}'; the ledger and the reports are root's then"),
		"options", options->wipes ? "--wipe " : "", "home", persons != NULL ? persons : "/home",
		NULL);

	return tf_raise(error, TF_ERROR_USAGE, detail, NULL);
}

static gboolean check_options(const TfOptions *options, const gchar *const *words, GError **error)
{
	if (options->is_everywhere && words[0] != NULL)
		return tf_raise(error, TF_ERROR_USAGE,
			_("--all searches every file system; no place is named beside it"), NULL);
	if (!options->wipes &&
		(options->is_dry_run || options->wipe_backup != NULL || options->may_discard ||
			options->elsewhere->len > 0 || options->was_infected || options->id != NULL))
		return tf_raise(error, TF_ERROR_USAGE,
			_("--dry-run, --wipe-backup, --discard, --elsewhere, --infected and --id go "
			  "together with --wipe"),
			NULL);
	if (options->wipe_backup != NULL && g_file_test(options->wipe_backup, G_FILE_TEST_IS_DIR))
		return tf_raise(error, TF_ERROR_USAGE,
			_("--wipe-backup names the one file that is given up, and no folder"), NULL);
	if (options->may_discard && geteuid() != 0)
		return tf_raise(error, TF_ERROR_USAGE, _("--discard asks for root"), NULL);

	return options->is_everywhere || words[0] != NULL || check_home(options, error);
}

/* The home directory, unless something is named. */
static const gchar *const *paths_of(const TfInvocation *invocation, const gchar *const *home)
{
	if (invocation->words[0] != NULL)
		return (const gchar *const *)invocation->words;

	return invocation->options->is_everywhere ? home + 1 : home;
}

/* What copies are held against. A run that wipes learns its key from the token's proof instead. */
static gboolean know(TfKnown *known, const TfOptions *options, GError **error)
{
	if (options->wipes && !options->is_dry_run)
		return TRUE;
	if (options->wipes && options->certificate != NULL)
		return know_one(known, options, error);
	if (options->wipes && options->id != NULL)
		return know_id(known, options, error);

	return know_ledger(known, options, error) &&
	       (options->certificate == NULL || know_certificate(known, options->certificate, error));
}

gboolean tf_cmd_sweep(TfInvocation *invocation, int *ret_status, GError **error)
{
	const TfOptions *options = invocation->options;
	const gchar *const home[] = { g_get_home_dir(), NULL };
	Search state = { .options = options, .shows_progress = isatty(STDERR_FILENO) == 1 };
	TfSweepListener listener = { &state, take_stray, take_left_out, take_progress, go_on, take_end,
		NULL };
	g_autoptr(TfKnown) known = tf_known_new();
	g_auto(TfConversation) conversation = { 0 };
	g_autoptr(TfSecret) password = NULL;
	TfSweepRun run = { .invocation = invocation,
		.conversation = &conversation,
		.listener = &listener,
		.paths = paths_of(invocation, home),
		.scope = { .is_everywhere = options->is_everywhere, .reads_whole = options->reads_whole } };

	if (!check_options(options, (const gchar *const *)invocation->words, error) ||
		!know(known, options, error) || !tf_conversation_init(&conversation, options, error) ||
		!read_password(&conversation, options, &password, error))
		return FALSE;
	run.password = password;
	state.conversation = &conversation;
	if (may_be_asked(&conversation, options))
		listener.further_password = ask_further;
	if (!options->wipes)
		return only_search(&run, known, ret_status, error);

	return options->is_dry_run ? tf_sweep_rehearse(&run, known, error)
				   : tf_sweep_clean(&run, ret_status, error);
}
