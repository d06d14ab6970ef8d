/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gi18n.h>
#include <string.h>

#include "base/error.h"
#include "cli/describe.h"
#include "cli/init-token.h"
#include "cli/output.h"
#include "cli/phrase.h"

static void describe_object(GString *text, const TfTokenObject *object)
{
	const gchar *label = object->label != NULL && object->label[0] != '\0' ? object->label : object->id;

	if (object->certificate != NULL)
		tf_describe_certificate(text, 4, object->certificate, NULL);
	else
		tf_describe_line(text, 4,
			g_strcmp0(object->kind, "private-key") == 0 ? _("Private key") : _("Public key"),
			label);
}

static void show(const gchar *name, const GPtrArray *objects)
{
	g_autofree gchar *title =
		tf_phrase(_("Everything on '{token}' would be destroyed for good:"), "token", name, NULL);
	g_autoptr(GString) text = g_string_new(title);

	g_string_append_c(text, '\n');
	for (guint i = 0; objects != NULL && i < objects->len; i++)
		describe_object(text, g_ptr_array_index(objects, i));
	if (objects == NULL || objects->len == 0)
		tf_describe_line(text, 4, _("Content"), _("nothing that can be seen without the user PIN"));
	g_string_truncate(text, text->len - 1);
	tf_output_notice(text->str);
}

gboolean tf_init_consent(
	TfConversation *conversation, const gchar *name, const GPtrArray *objects, GError **error)
{
	g_autofree gchar *prompt =
		tf_phrase(_("To destroy all this, type the name '{token}' (anything else stops): "), "token",
			name, NULL);
	g_autofree gchar *line = NULL;

	show(name, objects);
	if (conversation->terminal == NULL)
		return tf_raise(
			error, TF_ERROR_NO_TERMINAL, _("the name of the token, typed as a consent"), NULL);
	line = tf_terminal_ask_fresh_line(conversation->terminal, prompt, error);
	if (line == NULL)
		return FALSE;
	if (strcmp(g_strstrip(line), name) != 0)
		return tf_raise(error, TF_ERROR_DECLINED, prompt, NULL);

	return TRUE;
}
