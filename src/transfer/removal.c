/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "transfer/removal.h"

#include <glib/gi18n.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/error.h"
#include "base/hex.h"
#include "key/certificate.h"
#include "login.h"
#include "token/retired.h"

void tf_removal_free(TfRemoval *removal)
{
	if (removal == NULL)
		return;

	tf_token_facts_free(removal->token);
	g_free(removal->key_id);
	g_clear_pointer(&removal->certificates, g_ptr_array_unref);
	g_clear_pointer(&removal->intermediates, g_ptr_array_unref);
	g_free(removal);
}

/* All that one removal works with. */
typedef struct Run {
	TfLedger *ledger; /* NULL: none is there */
	GPtrArray *rows;  /* TfLedgerRow of this key, NULL without a ledger */
	gchar *url;
	TfChoice *choice;
	TfSession *session;
	TfRetired *retired;
} Run;

static void run_clear(Run *run)
{
	g_clear_pointer(&run->retired, tf_retired_free);
	g_clear_pointer(&run->session, tf_session_free);
	g_clear_pointer(&run->choice, tf_choice_free);
	g_clear_pointer(&run->rows, g_ptr_array_unref);
	g_clear_pointer(&run->ledger, tf_ledger_free);
	g_free(run->url);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Run, run_clear)

static gboolean open_ledger(Run *run, const TfRemovalPlan *plan, GError **error)
{
	if (plan->ledger_path == NULL)
		return TRUE;
	run->url = g_strconcat("sqlite:", plan->ledger_path, NULL);
	if (access(plan->ledger_path, F_OK) != 0)
		return TRUE;
	run->ledger = tf_ledger_open(run->url, error);

	return run->ledger != NULL && tf_ledger_lock(run->ledger, error);
}

static gboolean open_token(Run *run, const TfRemovalPlan *plan, const TfDialogue *dialogue, GError **error)
{
	const TfPinMemory memory = { run->ledger, run->url };
	g_autoptr(TfSecret) pin = NULL;

	run->choice = tf_choose(&plan->module, plan->token_uri, TRUE, dialogue, error);
	if (run->choice == NULL)
		return FALSE;
	run->session = tf_session_open(run->choice->module, run->choice->status, !plan->is_dry_run, error);
	if (run->session == NULL)
		return FALSE;
	tf_dialogue_tell(
		dialogue, TF_NEWS_TOKEN_CHOSEN, &(TfNewsContext){ .token = run->choice->status->facts });

	return tf_login(run->session, run->choice->status, FALSE, &memory, dialogue, &pin, error);
}

static gboolean is_expired(const TfRetired *retired)
{
	const X509 *longest = g_ptr_array_index(retired->certificates, 0);

	return X509_cmp_current_time(X509_get0_notAfter(longest)) < 0;
}

/* What lies under an unclear CKA_ID is no candidate, and does not hide those that are. */
static TfRetired *look_at(TfSession *session, GBytes *id, GError **error)
{
	g_autoptr(GError) problem = NULL;
	TfRetired *retired = tf_retired_new(session, id, &problem);

	if (problem != NULL && !g_error_matches(problem, TF_ERROR, TF_ERROR_TOKEN_KEY_UNCLEAR) &&
		!g_error_matches(problem, TF_ERROR, TF_ERROR_TOKEN_KEY_MISSING))
		g_propagate_error(error, g_steal_pointer(&problem));

	return retired;
}

static void add_name(GString *names, GBytes *key_id)
{
	g_autofree gchar *name = tf_hex(g_bytes_get_data(key_id, NULL), g_bytes_get_size(key_id));

	g_string_append_printf(names, "%s%s", names->len > 0 ? ", " : "", name);
}

/* The only expired one; two are never guessed between. */
static TfRetired *find_expired(const Run *run, GError **error)
{
	const gchar *label = run->choice->status->facts->label;
	g_autoptr(GPtrArray) ids = tf_retired_ids(run->session, error);
	g_autoptr(TfRetired) found = NULL;
	g_autoptr(GString) names = g_string_new(NULL);
	guint n = 0;

	if (ids == NULL)
		return NULL;
	for (guint i = 0; i < ids->len; i++) {
		GError *failure = NULL;
		g_autoptr(TfRetired) retired = look_at(run->session, g_ptr_array_index(ids, i), &failure);

		if (failure != NULL) {
			g_propagate_error(error, failure);
			return NULL;
		}
		if (retired == NULL || !is_expired(retired))
			continue;
		n++;
		add_name(names, retired->key_id);
		tf_retired_free(found);
		found = g_steal_pointer(&retired);
	}
	if (n == 1)
		return g_steal_pointer(&found);
	if (n == 0)
		tf_raise(error, TF_ERROR_TOKEN_KEY_MISSING, label,
			_("a key with an expired certificate (name another by --id)"), NULL);
	else
		tf_raise(error, TF_ERROR_TOKEN_SEVERAL_KEYS, label, TF_NUMBER(n), names->str, NULL);

	return NULL;
}

static TfRetired *find_named(const Run *run, const gchar *text, GError **error)
{
	g_autoptr(GBytes) id = tf_unhex(text);

	if (id == NULL || g_bytes_get_size(id) == 0) {
		tf_raise(error, TF_ERROR_USAGE, _("--id takes a CKA_ID in hexadecimal digits"), NULL);
		return NULL;
	}

	return tf_retired_new(run->session, id, error);
}

static gboolean is_of(const TfLedgerRow *row, const Run *run)
{
	return tf_token_facts_equal(row->token, run->choice->status->facts) &&
	       g_bytes_equal(row->key_id, run->retired->key_id);
}

static gboolean was_wiped(const TfLedger *ledger, const TfLedgerRow *row)
{
	g_autoptr(TfOutcome) outcome = tf_ledger_row_outcome(ledger, row, NULL);

	return outcome != NULL && outcome->wiped->len > 0;
}

static gboolean ask_ledger(Run *run, TfRemoval *removal, GError **error)
{
	guint8 spki[TF_SHA256_SIZE];

	if (run->ledger == NULL)
		return TRUE;
	tf_certificate_spki_sha256(g_ptr_array_index(run->retired->certificates, 0), spki);
	run->rows = tf_ledger_rows(run->ledger, spki, error);
	if (run->rows == NULL)
		return FALSE;
	for (guint i = 0; i < run->rows->len; i++) {
		const TfLedgerRow *row = g_ptr_array_index(run->rows, i);

		removal->source_was_wiped = removal->source_was_wiped || was_wiped(run->ledger, row);
		if (is_of(row, run))
			removal->is_known = TRUE;
		else if (tf_step_is_on_token(row->step))
			removal->is_elsewhere = TRUE;
	}

	return TRUE;
}

static GPtrArray *describe_all(const GPtrArray *certificates)
{
	GPtrArray *all = g_ptr_array_new_with_free_func((GDestroyNotify)tf_certificate_facts_free);

	for (guint i = 0; i < certificates->len; i++)
		g_ptr_array_add(all, tf_certificate_describe(g_ptr_array_index(certificates, i)));

	return all;
}

static TfRemoval *describe(Run *run, GError **error)
{
	g_autoptr(TfRemoval) removal = g_new0(TfRemoval, 1);
	const TfRetired *retired = run->retired;

	removal->token = tf_token_facts_copy(run->choice->status->facts);
	removal->key_id = tf_hex(g_bytes_get_data(retired->key_id, NULL), g_bytes_get_size(retired->key_id));
	removal->has_private_key = retired->has_private_key;
	removal->is_valid = !is_expired(retired);
	removal->certificates = describe_all(retired->certificates);
	removal->intermediates = describe_all(retired->intermediates);
	if (!ask_ledger(run, removal, error))
		return NULL;

	return g_steal_pointer(&removal);
}

static gboolean require_typed(const TfRemoval *removal, const TfDialogue *dialogue, GError **error)
{
	g_autofree gchar *typed = NULL;

	if (!dialogue->typed_removal(dialogue->data, removal, &typed, error))
		return FALSE;
	if (typed != NULL &&
		((removal->token->label[0] != '\0' && strcmp(typed, removal->token->label) == 0) ||
			g_ascii_strcasecmp(typed, removal->key_id) == 0))
		return TRUE;

	return tf_raise(error, TF_ERROR_DECLINED,
		_("that a key with a valid certificate is destroyed (by typing the token's name or the "
		  "CKA_ID)"),
		NULL);
}

static gboolean confirm(const TfRemoval *removal, const TfDialogue *dialogue, GError **error)
{
	if (removal->is_valid)
		return require_typed(removal, dialogue, error);

	return tf_dialogue_require(dialogue, TF_QUESTION_REMOVE,
		&(TfQuestionContext){
			.token = removal->token, .certificate = g_ptr_array_index(removal->certificates, 0) },
		_("that the key is destroyed on the token"), error);
}

/* Of every row that is not closed already. A row at 'removing' is one of a removal that was cut short. */
static gboolean record(const Run *run, TfStep step, GError **error)
{
	for (guint i = 0; run->rows != NULL && i < run->rows->len; i++) {
		const TfLedgerRow *row = g_ptr_array_index(run->rows, i);
		gboolean is_open = row->step == TF_STEP_INTENT || row->step == TF_STEP_REMOVING ||
				   tf_step_is_on_token(row->step);

		if (is_open && is_of(row, run) &&
			!tf_ledger_record_step(run->ledger, row->id, step, NULL, error))
			return FALSE;
	}

	return TRUE;
}

TfRemoval *tf_remove(const TfRemovalPlan *plan, const TfDialogue *dialogue, GError **error)
{
	g_auto(Run) run = { NULL, NULL, NULL, NULL, NULL, NULL };
	g_autoptr(TfRemoval) removal = NULL;

	if (!open_ledger(&run, plan, error) || !open_token(&run, plan, dialogue, error))
		return NULL;
	run.retired = plan->id != NULL ? find_named(&run, plan->id, error) : find_expired(&run, error);
	if (run.retired == NULL)
		return NULL;
	removal = describe(&run, error);
	if (removal == NULL)
		return NULL;
	dialogue->show_removal(dialogue->data, removal);
	if (plan->is_dry_run)
		return g_steal_pointer(&removal);

	if (!confirm(removal, dialogue, error) || !tf_dialogue_go_on(dialogue, error) ||
		!record(&run, TF_STEP_REMOVING, error) ||
		!tf_retired_destroy(run.session, run.retired, error) || !record(&run, TF_STEP_REMOVED, error))
		return NULL;

	return g_steal_pointer(&removal);
}
