/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The order of a group of audits. It never held a key (law 2). */
#include <string.h>

#include "audit-group.h"
#include "client.h"
#include "examination.h"
#include "module-private.h"
#include "record/json-line.h"

struct TfAuditing {
	TfStock *stock;
	TfModule *module; /* its library loaded, not initialised between groups; NULL at first */
	gboolean is_stuck;
};

/* All of a group, until it is told. */
typedef struct Group {
	TfAuditGroup *said;
	GPtrArray *pins;
	TfAuditResult *results; /* one per order */
} Group;

static void free_results(Group *group)
{
	for (guint i = 0; group->results != NULL && i < group->said->orders->len; i++) {
		tf_evidence_free(group->results[i].evidence);
		g_clear_pointer(&group->results[i].answer, g_bytes_unref);
		g_clear_error(&group->results[i].error);
	}
	g_clear_pointer(&group->results, g_free);
}

static void group_clear(Group *group)
{
	free_results(group);
	g_clear_pointer(&group->pins, g_ptr_array_unref);
	g_clear_pointer(&group->said, tf_audit_group_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Group, group_clear)

TfAuditing *tf_auditing_new(void)
{
	TfAuditing *auditing = g_new0(TfAuditing, 1);

	auditing->stock = tf_stock_new();

	return auditing;
}

void tf_auditing_free(TfAuditing *auditing)
{
	/* A thread still works with it. */
	if (auditing == NULL || auditing->is_stuck)
		return;

	tf_module_free(auditing->module);
	tf_stock_free(auditing->stock);
	g_free(auditing);
}

static gboolean is_loaded(const TfAuditing *auditing, const TfModuleFacts *module)
{
	const TfModuleFacts *loaded = auditing->module != NULL ? tf_module_facts(auditing->module) : NULL;

	return loaded != NULL && g_str_equal(loaded->path, module->path) &&
	       g_str_equal(loaded->sha256, module->sha256);
}

/* Initialised for each group anew: what a token says is not what the module remembers of the last one. */
static gboolean ready_module(TfAuditing *auditing, const TfAuditGroup *group, GError **error)
{
	if (!is_loaded(auditing, group->module)) {
		g_clear_pointer(&auditing->module, tf_module_free);
		auditing->module = tf_module_open(group->module, error);
	}

	return auditing->module != NULL &&
	       tf_module_initialize(auditing->module, group->module_arguments, error);
}

static void fail_all(Group *group, const GError *error)
{
	for (guint i = 0; i < group->said->orders->len; i++)
		group->results[i].error = g_error_copy(error);
}

static void examine_all(TfAuditing *auditing, Group *group)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) tokens = NULL;

	if (ready_module(auditing, group->said, &error))
		tokens = tf_tokens(auditing->module, &error);
	if (tokens == NULL) {
		fail_all(group, error);
		return;
	}
	for (guint i = 0; i < group->said->orders->len; i++) {
		TfAuditResult *result = &group->results[i];

		result->evidence = tf_examine(auditing->module, tokens, auditing->stock,
			g_ptr_array_index(group->said->orders, i), g_ptr_array_index(group->pins, i),
			&result->answer, &result->error);
	}
}

static void take_answer(const TfClientTask *task, TfAuditResult *result)
{
	const TfAuditOrder *order = task->order;
	g_autoptr(GBytes) bytes = task->bytes;

	if (bytes == NULL) {
		tf_examination_unanswered(result->evidence, "libp11", task->failure);
		return;
	}
	tf_examination_answered(result->evidence, order, "libp11",
		order->statement != NULL ? "EVP_DigestSign" : "EVP_PKEY_decrypt", bytes);
	if (order->statement == NULL && result->answer == NULL)
		result->answer = g_steal_pointer(&bytes);
}

/*
 * libp11 last, without a session of ours and in the same initialisation, which costs a smart card more than
 * all the rest: it logs in for itself as a client does, and its unloading finalises the module under
 * everybody. FALSE when it is stuck; the module is then still in use.
 */
static gboolean ask_libp11(Group *group)
{
	guint n_orders = group->said->orders->len;
	g_autofree TfClientTask *tasks = g_new0(TfClientTask, n_orders);
	g_autofree TfAuditResult **results = g_new0(TfAuditResult *, n_orders);
	gsize n_tasks = 0;
	gboolean is_through = TRUE;

	for (guint i = 0; i < n_orders; i++) {
		const TfAuditOrder *order = g_ptr_array_index(group->said->orders, i);

		if (group->results[i].evidence == NULL)
			continue;
		if (order->skips_client) {
			tf_examination_unanswered(group->results[i].evidence, "libp11", "not asked");
			continue;
		}
		results[n_tasks] = &group->results[i];
		tasks[n_tasks++] = (TfClientTask){ .order = order, .pin = g_ptr_array_index(group->pins, i) };
	}
	if (n_tasks > 0)
		is_through = tf_client_answer(group->said, tasks, n_tasks);
	for (gsize i = 0; i < n_tasks; i++)
		take_answer(&tasks[i], results[i]);

	return is_through;
}

static void tell_all(const Group *group, TfAuditingTell tell, gpointer user_data)
{
	for (guint i = 0; i < group->said->orders->len; i++) {
		const TfAuditOrder *order = g_ptr_array_index(group->said->orders, i);
		const TfAuditResult *result = &group->results[i];
		g_autoptr(json_t) object =
			result->error != NULL
				? tf_audit_error_to_json(order, result->error)
				: tf_audit_result_to_json(order, result->evidence, result->answer);
		g_autofree gchar *text = tf_json_line(object, 0);

		tell(i, text, user_data);
	}
}

gboolean tf_auditing_run(TfAuditing *auditing, const gchar *text, const TfSecret *pins, TfAuditingTell tell,
	gpointer user_data)
{
	g_auto(Group) group = { .said = tf_audit_group_from_text(text) };

	if (auditing->is_stuck || group.said == NULL)
		return FALSE;
	group.pins = tf_audit_group_split(group.said, pins);
	if (group.pins == NULL)
		return FALSE;
	group.results = g_new0(TfAuditResult, group.said->orders->len);

	examine_all(auditing, &group);
	auditing->is_stuck = !ask_libp11(&group);
	if (!auditing->is_stuck && auditing->module != NULL)
		tf_module_finalize(auditing->module);
	tell_all(&group, tell, user_data);
	if (!auditing->is_stuck)
		return TRUE;

	/* A thread still works with orders and PINs. */
	free_results(&group);
	memset(&group, 0, sizeof group);

	return FALSE;
}
