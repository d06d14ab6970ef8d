/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "text-private.h"

#include <glib/gi18n.h>
#include <string.h>

#include "base/escape.h"

#include "report/report.h"
#include "sentences-private.h"

/* A copy that was sent names no paths. */
static void add_file(GString *text, const gchar *path, const gchar *kind)
{
	g_autofree gchar *what = tf_report_kind(kind);
	g_autofree gchar *escaped = tf_escape_terminal(path);
	g_autofree gchar *line = path != NULL ? g_strdup_printf("%s: %s", what, escaped) : g_strdup(what);

	tf_text_line(text, 1, line);
}

/* What the wipe could not reach. */
static void add_remains(GString *text, const TfWiped *wiped)
{
	if (wiped->name_may_stay)
		tf_text_line(text, 2,
			_("its name may still stand in the journal or in folders of the file system"));
	if (wiped->is_shared && wiped->references == NULL)
		tf_text_line(text, 2,
			_("the same content is still held by a snapshot or another file; which one, was not "
			  "found out"));
	for (guint i = 0; wiped->references != NULL && i < wiped->references->len; i++)
		tf_text_field(text, 2, _("The same content is still held by"),
			g_ptr_array_index(wiped->references, i));
}

/* No file was wiped: the key is gone from a database that stays. */
static void add_emptied(GString *text, const TfWiped *wiped)
{
	add_file(text, wiped->path, wiped->kind);
	tf_text_line(text, 2,
		_("W1: the key and its certificate were removed from it, and it did not show them when it "
		  "was "
		  "opened again"));
	tf_text_line(text, 2,
		_("the encrypted key may still be recovered from deleted journal files and free pages of the "
		  "database, from the disk and from backups; without a primary password in the browser, "
		  "anybody can then use it"));
}

static void add_wiped(GString *text, const TfWiped *wiped)
{
	g_autofree gchar *level = g_strdup_printf("W%u: %s", wiped->level, tf_sentence_level(wiped->level));

	add_file(text, wiped->path, wiped->kind);
	tf_text_line(text, 2, level);
	for (const gchar *at = wiped->suffixes; at != NULL && *at != '\0'; at++) {
		g_autofree gchar *suffix = g_strdup_printf("%c: %s", *at, tf_sentence_suffix(*at));

		if (tf_sentence_suffix(*at)[0] != '\0')
			tf_text_line(text, 2, suffix);
	}
	add_remains(text, wiped);
}

static void add(GString *text, const TfWiped *wiped)
{
	if (strcmp(wiped->kind, "nss") == 0)
		add_emptied(text, wiped);
	else
		add_wiped(text, wiped);
}

void tf_text_inside(GString *text, const gchar *member)
{
	g_autofree gchar *place = member != NULL ? tf_report_member(member) : NULL;

	if (place != NULL)
		tf_text_field(text, 2, _("Inside"), place);
}

static void add_kept(GString *text, const TfKept *kept)
{
	add_file(text, kept->path, kept->kind);
	tf_text_line(text, 2, tf_sentence_kept_why(kept->why));
	if (kept->why == TF_KEPT_WITHIN || kept->why == TF_KEPT_BACKUP || kept->why == TF_KEPT_LOCKED)
		tf_text_inside(text, kept->detail);
	else if (kept->why == TF_KEPT_NETWORK && kept->detail != NULL && kept->detail[0] != '\0')
		tf_text_field(text, 2, _("File system"), kept->detail);
	else if (kept->detail != NULL)
		tf_text_field(text, 2, _("Reason"), kept->detail);
}

void tf_text_files(GString *text, const TfOutcome *outcome)
{
	tf_text_heading(text, _("WIPED"));
	if (outcome->wiped->len == 0)
		tf_text_line(text, 1, _("Nothing was wiped."));
	for (guint i = 0; i < outcome->wiped->len; i++)
		add(text, g_ptr_array_index(outcome->wiped, i));
	if (outcome->kept->len > 0)
		tf_text_heading(text, _("KEPT"));
	for (guint i = 0; i < outcome->kept->len; i++)
		add_kept(text, g_ptr_array_index(outcome->kept, i));
}
