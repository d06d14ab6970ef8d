/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "batch/check.h"

#include <glib/gi18n.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "batch/letter.h"
#include "batch/manifest-check.h"
#include "openers.h"
#include "variant-private.h"

/* Rows that wait until those before them are told: one slow file does not stop the openers of the others. */
#define WINDOW 64u

typedef struct Item {
	guint line;
	gchar *number; /* NULL: not known */
	gchar *name;
	GPtrArray *problems; /* GError */
	X509 *certificate;   /* NULL: not opened */
	TfX509Stack *chain;
	gboolean holds_one_secret;
	gboolean is_weak;
	gboolean lacks_serial;
	gboolean is_over;
} Item;

typedef struct Check {
	const TfCheckPlan *plan;
	const TfCheckListener *listener;
	TfManifestCheck *whole;
	TfRowChecks *rules;
	TfOpeners *openers; /* NULL: none */
	GQueue items;	    /* in the order of the rows */
	guint last_line;
	TfCheckResult result;
	GError *fatal;
} Check;

static void free_error(gpointer error)
{
	g_error_free(error);
}

static void free_item(gpointer data)
{
	Item *item = data;

	g_free(item->number);
	g_free(item->name);
	g_ptr_array_unref(item->problems);
	X509_free(item->certificate);
	g_clear_pointer(&item->chain, tf_x509_stack_free);
	g_free(item);
}

static void check_clear(Check *check)
{
	/* First: they are asked about the items. */
	g_clear_pointer(&check->openers, tf_openers_free);
	g_queue_clear_full(&check->items, free_item);
	tf_row_checks_free(check->rules);
	tf_manifest_check_free(check->whole);
	g_clear_error(&check->fatal);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Check, check_clear)

static Item *add_item(Check *check, guint line, const gchar *number, const gchar *name)
{
	Item *item = g_new0(Item, 1);

	item->line = line;
	item->number = g_strdup(number);
	item->name = g_strdup(name);
	item->problems = g_ptr_array_new_with_free_func(free_error);
	g_queue_push_tail(&check->items, item);
	/* Line 1 is the header. */
	if (line != check->last_line && line > 1)
		check->result.n_rows++;
	check->last_line = line;

	return item;
}

/* Takes 'problem' over. */
static void end_item(Item *item, GError *problem)
{
	if (problem != NULL)
		g_ptr_array_add(item->problems, problem);
	item->is_over = TRUE;
}

static gboolean hold(Check *check, Item *item, TfRowFindings *ret_findings, GError **error)
{
	const TfManifestRow row = { .line = item->line, .number = item->number, .name = item->name };
	const TfOpenedSource source = { item->certificate, item->chain, item->holds_one_secret,
		item->is_weak };
	g_autoptr(GPtrArray) found = NULL;

	if (item->certificate == NULL)
		return TRUE;
	found = tf_row_checks_hold(check->rules, &row, &source, ret_findings, error);
	if (found == NULL)
		return FALSE;
	for (guint i = 0; i < found->len; i++)
		g_ptr_array_add(item->problems, g_error_copy(g_ptr_array_index(found, i)));

	return TRUE;
}

static void tell_notices(const Check *check, const Item *item, guint notices)
{
	static const TfRowNotice all[] = { TF_ROW_NOTICE_WEAK, TF_ROW_NOTICE_KEPT, TF_ROW_NOTICE_NO_SERIAL };
	const TfCheckListener *listener = check->listener;

	for (guint i = 0; i < G_N_ELEMENTS(all); i++) {
		if ((notices & (guint)all[i]) != 0)
			listener->notice(item->line, item->number, all[i], listener->user_data);
	}
}

static gboolean tell_item(Check *check, Item *item, GError **error)
{
	const TfCheckListener *listener = check->listener;
	TfRowFindings findings = { 0, TF_REVOCATION_UNKNOWN };

	if (!hold(check, item, &findings, error))
		return FALSE;
	for (guint i = 0; i < item->problems->len; i++)
		listener->problem(
			item->line, item->number, g_ptr_array_index(item->problems, i), listener->user_data);
	check->result.n_problems += item->problems->len;
	tell_notices(
		check, item, findings.notices | (item->lacks_serial ? (guint)TF_ROW_NOTICE_NO_SERIAL : 0u));
	if (listener->row != NULL)
		listener->row(check->result.n_rows - check->items.length, listener->user_data);

	return TRUE;
}

/* Those that are over, up to the first that is not. */
static gboolean tell_items(Check *check, GError **error)
{
	Item *first = NULL;

	if (check->listener->is_interrupted != NULL &&
		check->listener->is_interrupted(check->listener->user_data))
		return tf_raise(error, TF_ERROR_INTERRUPTED, NULL);
	if (check->fatal != NULL) {
		g_propagate_error(error, g_steal_pointer(&check->fatal));
		return FALSE;
	}
	while ((first = g_queue_peek_head(&check->items)) != NULL && first->is_over) {
		if (!tell_item(check, first, error))
			return FALSE;
		free_item(g_queue_pop_head(&check->items));
	}

	return TRUE;
}

static gboolean wait_for_opener(Check *check, GError **error)
{
	g_main_context_iteration(NULL, TRUE);

	return tell_items(check, error);
}

/* For one more row. */
static gboolean wait_for_room(Check *check, GError **error)
{
	while (check->openers != NULL &&
		(check->items.length >= WINDOW || !tf_openers_have_room(check->openers))) {
		if (!wait_for_opener(check, error))
			return FALSE;
	}

	return TRUE;
}

/* FALSE: it is not of that form. */
static gboolean take(Item *item, const TfMessage *opened)
{
	g_autoptr(GVariant) certificate = g_variant_get_child_value(opened->body, 1);
	g_autoptr(GVariant) chain = g_variant_get_child_value(opened->body, 2);

	g_variant_get_child(opened->body, 4, "b", &item->holds_one_secret);
	g_variant_get_child(opened->body, 5, "b", &item->is_weak);
	item->certificate = tf_variant_certificate(certificate);
	item->chain = tf_variant_chain(chain, NULL);

	return item->certificate != NULL && item->chain != NULL;
}

static void heard(gpointer data, TfMessage *opened, GError *problem, G_GNUC_UNUSED gpointer user_data)
{
	Item *item = data;

	if (opened != NULL && !take(item, opened)) {
		g_clear_pointer(&item->certificate, X509_free);
		tf_raise(&problem, TF_ERROR_WORKER_FAILED, _("its answer is not understood"), NULL);
	}
	end_item(item, problem);
}

static void broke(const GError *problem, gpointer user_data)
{
	Check *check = user_data;

	check->fatal = g_error_copy(problem);
}

gboolean tf_check_is_begun(TfLedger *ledger, const TfManifestRow *row, gboolean *ret_is_begun, GError **error)
{
	g_autoptr(TfJob) job = NULL;

	if (ledger != NULL && !tf_ledger_job_of_number(ledger, row->number, &job, error))
		return FALSE;
	*ret_is_begun = job != NULL && (job->migration != 0 || job->replaces_reason != NULL);

	return !*ret_is_begun || strcmp(job->name, row->name) == 0 ||
	       tf_raise(error, TF_ERROR_MANIFEST_CHANGED, row->number, _("the name"), NULL);
}

/* Why there is no file: TRUE with NULL when none is needed any more. FALSE with the ledger's errors. */
static gboolean explain_absence(
	const Check *check, const TfManifestRow *row, GError **problem, GError **error)
{
	gboolean is_begun = FALSE;
	g_autoptr(GError) failure = NULL;

	if (!tf_check_is_begun(check->plan->ledger, row, &is_begun, &failure) &&
		!g_error_matches(failure, TF_ERROR, TF_ERROR_MANIFEST_CHANGED)) {
		g_propagate_error(error, g_steal_pointer(&failure));
		return FALSE;
	}
	if (!is_begun)
		return TRUE;
	g_clear_error(problem);
	*problem = g_steal_pointer(&failure);

	return TRUE;
}

/* The row's own password, or that of the list of passwords. */
static gboolean ask_opener(const Check *check, Item *item, const TfManifestRow *row, int file,
	const gchar *source, GError **error)
{
	TfPasswords *passwords = check->plan->passwords;
	g_autoptr(TfSecret) listed = NULL;

	if (row->password == NULL && passwords != NULL &&
		!tf_passwords_get(passwords, row->number, &listed, error))
		return FALSE;

	return tf_openers_ask(
		check->openers, item, source, file, row->password != NULL ? row->password : listed, error);
}

static gboolean open_row(Check *check, Item *item, const TfManifestRow *row, GError **error)
{
	GError *problem = NULL;
	g_autofree gchar *source = NULL;
	TF_AUTO_FD int file = tf_manifest_open_source(check->plan->manifest, row->path, &source, &problem);

	if (file >= 0 && check->openers != NULL) {
		if (!ask_opener(check, item, row, file, source, &problem))
			end_item(item, problem);
		return TRUE;
	}
	if (g_error_matches(problem, TF_ERROR, TF_ERROR_SOURCE_MISSING) &&
		!explain_absence(check, row, &problem, error)) {
		g_error_free(problem);
		return FALSE;
	}
	end_item(item, problem);

	return TRUE;
}

static gboolean check_row(const TfManifestRow *row, gpointer user_data, GError **error)
{
	Check *check = user_data;
	Item *item = NULL;
	GError *problem = NULL;

	if (!wait_for_room(check, error))
		return FALSE;
	tf_manifest_check_add(check->whole, row);
	item = add_item(check, row->line, row->number, row->name);
	item->lacks_serial = check->plan->gives_by_serial && row->token_serial == NULL;
	if (check->plan->makes_serials && row->token_serial != NULL &&
		!tf_raise(&problem, TF_ERROR_MANIFEST_INVALID, check->plan->manifest, TF_NUMBER(row->line),
			_("token_serial is for cards only"), NULL))
		g_ptr_array_add(item->problems, g_steal_pointer(&problem));
	if (check->openers != NULL && !tf_row_checks_glyphs(check->rules, row->name, &problem))
		g_ptr_array_add(item->problems, problem);

	return open_row(check, item, row, error) && tell_items(check, error);
}

static gboolean note_problem(guint line, const GError *problem, gpointer user_data, GError **error)
{
	Check *check = user_data;

	if (!wait_for_room(check, error))
		return FALSE;
	end_item(add_item(check, line, NULL, NULL), g_error_copy(problem));

	return tell_items(check, error);
}

/* What only the whole shows: the rows were counted before. */
static gboolean note_double(
	guint line, const GError *problem, gpointer user_data, G_GNUC_UNUSED GError **error)
{
	Check *check = user_data;
	const TfCheckListener *listener = check->listener;

	listener->problem(line, NULL, problem, listener->user_data);
	check->result.n_problems++;

	return TRUE;
}

static gboolean set_up(Check *check, GError **error)
{
	const TfCheckPlan *plan = check->plan;
	const TfOpenersListener listener = { .heard = heard, .broke = broke, .user_data = check };

	check->whole = tf_manifest_check_new();
	check->rules = tf_row_checks_new(
		plan->manifest, plan->campaign, plan->crl, g_get_real_time() / G_USEC_PER_SEC);
	if (plan->program == NULL)
		return TRUE;
	if (!tf_row_checks_font(check->rules, error))
		return FALSE;
	check->openers = tf_openers_new(plan->program, &listener);

	return TRUE;
}

gboolean tf_check(
	const TfCheckPlan *plan, const TfCheckListener *listener, TfCheckResult *ret_result, GError **error)
{
	g_auto(Check) check = { .plan = plan, .listener = listener };

	if (!set_up(&check, error) ||
		!tf_manifest_read(plan->manifest, plan->campaign, check_row, note_problem, &check, error))
		return FALSE;
	while (check.items.length > 0) {
		if (!wait_for_opener(&check, error))
			return FALSE;
	}
	if (!tf_manifest_check_end(check.whole, plan->manifest, note_double, &check, error))
		return FALSE;
	*ret_result = check.result;

	return TRUE;
}
