/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How safe this PC is for a key: the guide's first step and what else would let a key get away; and what the
 * kernel takes from the processes that handle keys in a batch. */
#include <glib/gi18n.h>

#include "base/error.h"
#include "batch/role.h"
#include "cli/command.h"
#include "cli/describe.h"
#include "cli/output.h"
#include "cli/posture-table.h"
#include "transfer/pc.h"

typedef struct Protection {
	const gchar *prefix; /* of its name in process/confine.h */
	const gchar *label;
} Protection;

static const Protection protections[] = {
	{ "no-core", N_("Leave no core file") },
	{ "not-dumpable", N_("Cannot be looked into") },
	{ "no-new-privileges", N_("Gain no privileges") },
	{ "no-capabilities", N_("Have no rights of the administrator") },
	{ "landlock-", N_("Reach named files only (Landlock)") },
	{ "seccomp", N_("Run no programs, have no network (seccomp)") },
};

static gboolean holds(const gchar *const *names, const Protection *protection)
{
	for (guint i = 0; names[i] != NULL; i++) {
		if (g_str_has_prefix(names[i], protection->prefix))
			return TRUE;
	}

	return FALSE;
}

static int status_of(const TfPosture *posture)
{
	if (tf_posture_count(posture, TF_NO) > 0)
		return TF_EXIT_POSTURE_NO;

	return tf_posture_count(posture, TF_UNKNOWN) > 0 ? TF_EXIT_POSTURE_UNKNOWN : TF_EXIT_DONE;
}

static const gchar *status_name(int status)
{
	if (status == TF_EXIT_POSTURE_NO)
		return "posture-no";

	return status == TF_EXIT_POSTURE_UNKNOWN ? "posture-unknown" : "done";
}

static void print(const TfPosture *posture, const gchar *const *names)
{
	g_autofree gchar *table = tf_posture_table(posture);
	g_autoptr(GString) text = g_string_new(table);

	g_string_append_c(text, '\n');
	tf_describe_line(
		text, 0, _("Confined by the kernel"), _("the processes that handle keys in a batch"));
	for (gsize i = 0; i < G_N_ELEMENTS(protections); i++)
		tf_describe_line(
			text, 2, _(protections[i].label), holds(names, &protections[i]) ? _("yes") : _("no"));
	tf_output_text(text->str);
}

static void print_json(const TfPosture *posture, int status, const gchar *const *names)
{
	json_t *result = tf_output_object("result");
	json_t *array = json_array();

	for (guint i = 0; i < posture->answers->len; i++) {
		json_t *line = tf_output_object("posture");
		json_t *answer = tf_posture_answer_to_json(g_ptr_array_index(posture->answers, i));

		(void)json_object_update(line, answer);
		json_decref(answer);
		tf_output_json(line);
	}
	for (guint i = 0; names[i] != NULL; i++)
		(void)json_array_append_new(array, tf_output_string(names[i]));
	json_object_set_new(result, "status", json_string(status_name(status)));
	json_object_set_new(result, "posture", tf_posture_to_json(posture));
	json_object_set_new(result, "confinement", array);
	tf_output_json(result);
}

gboolean tf_cmd_check(TfInvocation *invocation, int *ret_status, GError **error)
{
	const TfPostureSite site = tf_posture_site_here();
	g_autoptr(TfProcess) process = tf_opener_try(invocation->roles, error);
	g_autoptr(TfPosture) posture = NULL;

	if (process == NULL)
		return FALSE;
	posture = tf_pc_look(&site, NULL);
	*ret_status = status_of(posture);
	if (invocation->options->is_json)
		print_json(posture, *ret_status, tf_process_confinement(process));
	else
		print(posture, tf_process_confinement(process));

	return TRUE;
}
