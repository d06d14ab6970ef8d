/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gi18n.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "batch/batch.h"
#include "batch/escrow.h"
#include "cli/batch-check.h"
#include "cli/batch-list.h"
#include "cli/batch-news.h"
#include "cli/batch-replacement.h"
#include "cli/batch-unassigned.h"
#include "cli/command.h"
#include "cli/conversation.h"
#include "cli/interrupt.h"
#include "cli/output.h"
#include "cli/phrase.h"
#include "cli/places.h"
#include "token/module.h"
#include "transfer/choice.h"

/* A station loads no module itself (law 9), so that the family goes by the library's name. */
static const struct {
	const gchar *library;
	const gchar *profile;
} usual[] = {
	{ "libsofthsm2", "softhsm2" },
	{ "opensc-pkcs11", "myeid-opensc" },
	{ "onepin-opensc-pkcs11", "myeid-opensc" },
};

/* Everything that a plan borrows from. */
typedef struct Station {
	TfConversation conversation;
	TfCampaign *campaign;
	TfTokenProfile *family;
	TfFamilies *families; /* NULL: the tokens are no cards */
	TfModuleFacts *module;
	TfLedger *ledger;
	TfPasswords *passwords;
	TfStationKey *key;
	TfBatchAssign assign;
	guint64 n_unassigned; /* members who get no card by it */
	TfSecret *so_pin;     /* of cards that are formatted again; NULL */
	X509 *escrow;
} Station;

static void station_clear(Station *station)
{
	tf_conversation_clear(&station->conversation);
	tf_campaign_free(station->campaign);
	tf_token_profile_free(station->family);
	tf_families_free(station->families);
	tf_module_facts_free(station->module);
	tf_ledger_free(station->ledger);
	tf_passwords_free(station->passwords);
	tf_station_key_free(station->key);
	tf_secret_free(station->so_pin);
	X509_free(station->escrow);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Station, station_clear)

static gboolean check_options(const TfOptions *options, GError **error)
{
	if (options->module == NULL)
		return tf_raise(error, TF_ERROR_USAGE, _("--module is missing"), NULL);
	if ((options->letters == NULL) != options->lacks_letters)
		return tf_raise(error, TF_ERROR_USAGE,
			_("say where the letters go (--letters), or that there are to be none "
			  "(--no-letters)"),
			NULL);
	if ((options->escrow_to == NULL) != options->lacks_escrow)
		return tf_raise(error, TF_ERROR_USAGE,
			_("say to whom SO PINs and PUKs are sealed (--escrow-to), or that they are to be "
			  "lost "
			  "(--no-escrow)"),
			NULL);
	if (options->lacks_letters && !options->lacks_escrow)
		return tf_raise(error, TF_ERROR_USAGE,
			_("sealed PINs lie below the letters: --escrow-to needs --letters"), NULL);
	if ((options->replaced == NULL) != (options->reason == NULL))
		return tf_raise(error, TF_ERROR_USAGE, _("--replace and --reason belong together"), NULL);

	return TRUE;
}

static const gchar *usual_profile(const gchar *module)
{
	g_autofree gchar *name = g_path_get_basename(module);

	for (gsize i = 0; i < G_N_ELEMENTS(usual); i++) {
		if (g_str_has_prefix(name, usual[i].library))
			return usual[i].profile;
	}

	return NULL;
}

static gboolean find_family(Station *station, const TfOptions *options, GError **error)
{
	const gchar *profile = options->token_profile != NULL ? options->token_profile
							      : usual_profile(station->module->path);

	if (profile == NULL)
		return tf_raise(
			error, TF_ERROR_USAGE, _("say by --token-profile which kind of token it is"), NULL);
	station->family = tf_token_profile_load(profile, options->profiles, error);
	if (station->family == NULL)
		return FALSE;
	if (tf_token_profile_format(station->family) == TF_TOKEN_FORMAT_NONE)
		return tf_raise(error, TF_ERROR_TOKEN_FORMAT_UNSUPPORTED,
			tf_token_profile_title(station->family, NULL), NULL);
	if (tf_token_profile_format(station->family) == TF_TOKEN_FORMAT_PKCS15_INIT)
		station->families = tf_families_load(NULL, options->profiles, error);

	return station->families != NULL ||
	       tf_token_profile_format(station->family) == TF_TOKEN_FORMAT_INIT_TOKEN;
}

static gboolean find_assignment(Station *station, const TfOptions *options, GError **error)
{
	static const gchar *const names[TF_N_BATCH_ASSIGNS] = {
		[TF_BATCH_ASSIGN_NEXT] = "next",
		[TF_BATCH_ASSIGN_SERIAL] = "serial",
		[TF_BATCH_ASSIGN_ASK] = "ask",
	};

	if (station->families == NULL && (options->assign != NULL || options->reformats))
		return tf_raise(error, TF_ERROR_USAGE, _("--assign and --reformat are for cards only"), NULL);
	if (g_strcmp0(options->assign, names[TF_BATCH_ASSIGN_ASK]) == 0 &&
		station->conversation.terminal == NULL)
		return tf_raise(error, TF_ERROR_USAGE, _("'--assign ask' asks somebody at a terminal"), NULL);
	for (guint i = 0; i < TF_N_BATCH_ASSIGNS; i++) {
		if (options->assign == NULL || g_str_equal(names[i], options->assign)) {
			station->assign = (TfBatchAssign)i;
			return TRUE;
		}
	}

	return tf_raise(error, TF_ERROR_USAGE, _("--assign is one of next, serial and ask"), NULL);
}

static gboolean find_module(Station *station, const TfOptions *options, GError **error)
{
	g_autoptr(TfModuleChoice) choice = tf_module_named(options->module, error);
	TfDialogue dialogue = tf_conversation_dialogue(&station->conversation);
	g_autofree gchar *let_pass = NULL;

	if (choice == NULL ||
		!tf_module_admit(choice, options->allows_leaky_module, &dialogue, &let_pass, error))
		return FALSE;
	station->module = tf_module_describe(choice, error);
	if (station->module == NULL)
		return FALSE;
	station->module->let_pass = g_steal_pointer(&let_pass);
	tf_module_find_package(station->module);

	return find_family(station, options, error);
}

/* That of the cards that are destroyed; without one only those are that ask for none. */
static gboolean open_so_pin(Station *station, const TfOptions *options, GError **error)
{
	if (!options->reformats || options->so_pin_source == NULL)
		return TRUE;
	station->so_pin = tf_conversation_counted_secret(&station->conversation, options->so_pin_source,
		_("SO PIN of the cards that are destroyed (it has few tries; not shown while you type): "),
		_("the SO PIN of the token"), error);

	return station->so_pin != NULL;
}

static gboolean open_key(Station *station, const TfOptions *options, const gchar *ledger, GError **error)
{
	g_autofree gchar *path = tf_station_key_path(ledger);
	g_autoptr(TfSecret) passphrase = NULL;

	if (access(path, F_OK) == 0)
		passphrase = tf_conversation_secret(&station->conversation, options->passphrase_source,
			_("Passphrase of this station (not shown while you type): "),
			_("the passphrase of this station"), error);
	else
		passphrase = tf_conversation_new_secret(&station->conversation, options->passphrase_source,
			_("New passphrase of this station (needed to go on after a power cut; write it "
			  "down): "),
			_("New passphrase once more: "), _("the passphrase of this station"), error);
	station->key = passphrase != NULL ? tf_station_key_open(ledger, passphrase, error) : NULL;

	return station->key != NULL;
}

/* By what the person was told, not by what lies beside the certificate. */
static gboolean confirm_escrow(Station *station, const gchar *path, GError **error)
{
	g_autofree gchar *prompt = NULL;
	g_autofree gchar *typed = NULL;

	if (station->conversation.terminal == NULL)
		return tf_raise(error, TF_ERROR_ESCROW_CERTIFICATE, path,
			_("nobody confirmed its fingerprint; give it by --escrow-fingerprint"), NULL);
	prompt = tf_phrase(
		_("Type the last 8 digits of the fingerprint of the federation's certificate, as you "
		  "were told them: "),
		NULL);
	typed = tf_terminal_ask_fresh_line(station->conversation.terminal, prompt, error);
	if (typed == NULL)
		return FALSE;
	if (!tf_escrow_tail_fits(station->escrow, typed))
		return tf_raise(error, TF_ERROR_ESCROW_CERTIFICATE, path,
			_("its fingerprint ends in other digits"), NULL);

	return TRUE;
}

static gboolean open_escrow(Station *station, const TfOptions *options, GError **error)
{
	gboolean needs_confirmation = FALSE;

	if (options->escrow_to == NULL)
		return TRUE;
	station->escrow = tf_escrow_load(options->escrow_to, station->campaign, options->escrow_fingerprint,
		g_get_real_time() / G_USEC_PER_SEC, &needs_confirmation, error);
	if (station->escrow == NULL)
		return FALSE;

	return !needs_confirmation || confirm_escrow(station, options->escrow_to, error);
}

static gboolean set_up(Station *station, const TfOptions *options, GError **error)
{
	g_autofree gchar *ledger = NULL;

	if (!check_options(options, error) || !tf_conversation_init(&station->conversation, options, error))
		return FALSE;
	if (options->campaign != NULL) {
		station->campaign = tf_campaign_load(options->campaign, options->profiles, error);
		if (station->campaign == NULL)
			return FALSE;
	}
	if (!find_module(station, options, error) || !find_assignment(station, options, error) ||
		!open_escrow(station, options, error) || !open_so_pin(station, options, error))
		return FALSE;
	if (options->passwords != NULL) {
		station->passwords = tf_passwords_open(options->passwords, error);
		if (station->passwords == NULL)
			return FALSE;
	}
	ledger = tf_places_ledger(options, error);
	if (ledger == NULL)
		return FALSE;
	station->ledger = tf_ledger_open(options->ledger, error);
	if (station->ledger == NULL || !tf_ledger_lock(station->ledger, error))
		return FALSE;

	return open_key(station, options, ledger, error);
}

/* Those that stand in the list itself go before --passwords. */
static gboolean add_passwords(Station *station, const gchar *list, GError **error)
{
	TfPasswords *all = tf_passwords_open_manifest(list, station->passwords, error);

	if (all == NULL)
		return FALSE;
	station->passwords = all;

	return TRUE;
}

static gboolean prepare_jobs(Station *station, const TfInvocation *invocation, GError **error)
{
	const TfOptions *options = invocation->options;

	if (!tf_batch_list_read(invocation->words[0], station->campaign, station->families == NULL,
		    station->ledger, options->is_json, error))
		return FALSE;
	if (!add_passwords(station, invocation->words[0], error))
		return FALSE;
	if (options->replaced != NULL && !tf_batch_replace(station->ledger, options->replaced,
						 options->reason, options->is_json, error))
		return FALSE;

	return station->assign != TF_BATCH_ASSIGN_SERIAL ||
	       tf_batch_unassigned_tell(station->ledger, options->is_json, &station->n_unassigned, error);
}

static gboolean count(const Station *station, guint64 *ret_left, guint64 *ret_total, GError **error)
{
	guint64 counts[TF_N_JOB_STATES] = { 0 };

	if (!tf_ledger_count_listed_jobs(station->ledger, counts, error))
		return FALSE;
	*ret_left = counts[TF_JOB_WAITING] + counts[TF_JOB_CLAIMED] + counts[TF_JOB_FAILED];
	*ret_total = *ret_left + counts[TF_JOB_PROVISIONED];

	return TRUE;
}

static gboolean run(const Station *station, const TfBatchPlan *plan, const TfOptions *options,
	TfBatchResult *ret_result, GError **error)
{
	g_autoptr(TfBatchTeller) teller = NULL;
	TfBatchListener listener;
	guint64 left = 0;
	guint64 total = 0;

	if (!count(station, &left, &total, error))
		return FALSE;
	teller = tf_batch_teller_new(&(TfBatchTellerPlan){
		.is_json = options->is_json,
		.is_verbose = options->is_verbose,
		.terminal = station->conversation.terminal,
		.n_done = total - left,
		.n_total = total,
	});
	listener = tf_batch_teller_listener(teller);

	return tf_batch_run(plan, station->ledger, &listener, ret_result, error);
}

/* Somebody may have destroyed it since. */
static gboolean count_kept(const TfJob *job, gpointer user_data, G_GNUC_UNUSED GError **error)
{
	guint64 *n_kept = user_data;

	if (access(job->source_path, F_OK) == 0)
		(*n_kept)++;

	return TRUE;
}

static gboolean end(Station *station, const TfBatchResult *result, const TfOptions *options, GError **error)
{
	guint64 left = 0;
	guint64 total = 0;
	guint64 n_kept = 0;

	if (!count(station, &left, &total, error) ||
		!tf_ledger_visit_kept_jobs(station->ledger, count_kept, &n_kept, error))
		return FALSE;
	if (!options->is_json)
		tf_batch_news_kept(n_kept);
	if (result->was_interrupted)
		return tf_raise(error, TF_ERROR_INTERRUPTED, NULL);
	if (station->n_unassigned > 0)
		return tf_raise(error, TF_ERROR_BATCH_UNASSIGNED, TF_NUMBER(left), TF_NUMBER(total),
			TF_NUMBER(station->n_unassigned), NULL);
	if (left > 0)
		return tf_raise(error, TF_ERROR_BATCH_INCOMPLETE, TF_NUMBER(left), TF_NUMBER(total), NULL);
	tf_batch_news_end(result, total, n_kept, options->is_json);

	return TRUE;
}

gboolean tf_cmd_batch(TfInvocation *invocation, int *ret_status, GError **error)
{
	const TfOptions *options = invocation->options;
	g_auto(Station) station = { 0 };
	TfBatchResult result = { 0 };
	TfBatchPlan plan = {
		.program = invocation->roles,
		.module_arguments = options->module_arguments,
		.crl_path = options->crl,
		.letters = options->letters,
		.language = tf_batch_news_language(),
		.operator= options->operator,
		.station = options->station,
		.reformats = options->reformats,
		.keeps_source = options->keeps_source,
		.skips_client = options->lacks_client,
	};

	if (options->checks)
		return tf_batch_check(invocation, ret_status, error);
	if (!set_up(&station, options, error) || !prepare_jobs(&station, invocation, error))
		return FALSE;
	plan.module = station.module;
	plan.family = station.family;
	plan.families = station.families;
	plan.assign = station.assign;
	plan.so_pin = station.so_pin;
	plan.campaign = station.campaign;
	plan.passwords = station.passwords;
	plan.escrow = station.escrow;
	plan.station_key = station.key;
	if (!run(&station, &plan, options, &result, error))
		return FALSE;
	*ret_status = TF_EXIT_DONE;

	return end(&station, &result, options, error);
}
