/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/touch-print.h"

#include <glib/gi18n.h>
#include <string.h>

#include "cli/output.h"
#include "cli/phrase.h"

typedef struct TouchRow {
	const gchar *name;
	const gchar *sentence;
} TouchRow;

static const TouchRow touches[] = {
	[TF_TOUCH_WRITE_FILE] = { "write-file", N_("would write the file {what}") },
	[TF_TOUCH_WRITE_TOKEN] = { "write-token", N_("would write to the token {what}") },
	[TF_TOUCH_COMPLETE_TOKEN] = { "complete-token",
		N_("an earlier run wrote this to the token; would write it again if it is missing: {what}") },
	[TF_TOUCH_WIPE_FILE] = { "wipe-file", N_("would wipe the file {what}, once the key is proven") },
	[TF_TOUCH_DISCARD] = { "discard",
		N_("would have the disk discard all free space of the file system that holds {what}") },
	[TF_TOUCH_EMPTY_JOURNAL] = { "empty-journal",
		N_("would write out and empty the journal of the file system mounted at {what}") },
	[TF_TOUCH_FINISH_WIPE] = { "finish-wipe",
		N_("would finish wiping the file {what}, which an earlier run began") },
	[TF_TOUCH_EMPTY_STORE] = { "empty-store",
		N_("would remove the key or its certificate from the database {what}, once the key is "
		   "proven") },
	[TF_TOUCH_FINISH_STORE] = { "finish-store",
		N_("would finish removing the key or its certificate from the database {what}, which an "
		   "earlier run began") },
	[TF_TOUCH_REMOVE_RECORD] = { "remove-record",
		N_("would remove the trash's record of a file that is wiped: {what}") },
};

/* What is written to a token, as the planner names it behind the URI. */
static const gchar *const objects[] = {
	N_("private key"),
	N_("public key"),
	N_("certificate"),
	N_("intermediate certificate"),
};

/* A URI has no blank, so that the first one ends it. */
static gchar *translate_touch(TfTouchKind kind, const gchar *what)
{
	gboolean is_object = kind == TF_TOUCH_WRITE_TOKEN || kind == TF_TOUCH_COMPLETE_TOKEN;
	const gchar *blank = is_object ? strchr(what, ' ') : NULL;

	for (gsize i = 0; blank != NULL && i < G_N_ELEMENTS(objects); i++) {
		if (strcmp(blank + 1, objects[i]) == 0)
			return g_strdup_printf("%.*s %s", (int)(blank - what), what, _(objects[i]));
	}

	return g_strdup(what);
}

void tf_touch_print(gboolean is_json, TfTouchKind kind, const gchar *what)
{
	if (is_json) {
		json_t *object = tf_output_object("touch");

		json_object_set_new(object, "kind", json_string(touches[kind].name));
		json_object_set_new(object, "what", tf_output_string(what));
		tf_output_json(object);
	} else {
		g_autofree gchar *translated = translate_touch(kind, what);
		g_autofree gchar *line = tf_phrase(_(touches[kind].sentence), "what", translated, NULL);

		tf_output_text(line);
	}
}
