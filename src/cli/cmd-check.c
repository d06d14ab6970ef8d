/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What this PC does for a key: so far, what the kernel takes from the processes that handle keys in a batch.
 */
#include <glib/gi18n.h>

#include "base/error.h"
#include "batch/process.h"
#include "cli/command.h"
#include "cli/describe.h"
#include "cli/output.h"

typedef struct Protection {
	const gchar *prefix; /* of its name in batch/confine.h */
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

static void print(const gchar *const *names)
{
	g_autoptr(GString) text = g_string_new(NULL);

	tf_describe_line(text, 0, _("Checked"), _("the processes that handle keys in a batch"));
	for (gsize i = 0; i < G_N_ELEMENTS(protections); i++)
		tf_describe_line(
			text, 2, _(protections[i].label), holds(names, &protections[i]) ? _("yes") : _("no"));
	tf_describe_line(text, 0, _("Not checked by this version"),
		_("support of the system, updates, antivirus, swap, disk encryption"));
	tf_output_text(text->str);
}

static void print_json(const gchar *const *names)
{
	json_t *result = tf_output_object("result");
	json_t *array = json_array();

	for (guint i = 0; names[i] != NULL; i++)
		(void)json_array_append_new(array, tf_output_string(names[i]));
	json_object_set_new(result, "status", json_string("done"));
	json_object_set_new(result, "confinement", array);
	tf_output_json(result);
}

gboolean tf_cmd_check(TfInvocation *invocation, G_GNUC_UNUSED int *ret_status, GError **error)
{
	g_autoptr(TfProcess) process = tf_opener_try(invocation->roles, error);

	if (process == NULL)
		return FALSE;
	if (invocation->options->is_json)
		print_json(tf_process_confinement(process));
	else
		print(tf_process_confinement(process));

	return TRUE;
}
