/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gi18n.h>
#include <string.h>

#include "base/error.h"
#include "cli/describe.h"
#include "cli/output.h"
#include "cli/phrase.h"
#include "report/report.h"
#include "stray-print-private.h"

static const gchar *const rank_titles[TF_N_RANKS] = {
	[TF_RANK_SAME_KEY] = N_("The key that was moved"),
	[TF_RANK_SAME_EXPORT] = N_("A copy of the file it was moved from"),
	[TF_RANK_ANOTHER_KEY] = N_("Another key"),
	[TF_RANK_UNKNOWN] = N_("A key, not known which"),
};

static const gchar *const basis_sentences[TF_N_BASES] = {
	[TF_BASIS_NONE] = N_("it could not be opened, and nothing outside tells whose it is"),
	[TF_BASIS_CONTENT] = N_("its content is that of the file that was moved"),
	[TF_BASIS_OPENED] = N_("its key was compared"),
	[TF_BASIS_CERTIFICATE] = N_("the certificate in it was compared"),
	[TF_BASIS_SALTS] = N_("it was written by the same export, as its salts show"),
	[TF_BASIS_NO_KEY] = N_("it was opened, but there was no key to compare it with"),
	[TF_BASIS_KEY_ID] = N_("the number by which the browser finds this key stands in it"),
};

/* How a key leaves a browser's database, which no search changes. A copy of one, under another name, the
 * browser does not know. */
static void add_removal(GString *text, const TfStray *stray)
{
	const gchar *path = stray->path;
	g_autofree gchar *folder = g_path_get_dirname(path);
	g_autofree gchar *quoted = g_shell_quote(folder);
	g_autofree gchar *command = g_strconcat("tokenferry migrate --from-nss ", quoted, NULL);

	if (!tf_sweep_is_live_store(stray))
		tf_describe_line(text, 2, _("What to do"),
			_("it is a copy that no browser uses: delete it yourself, and empty the trash"));
	else
		tf_describe_line(text, 2, _("What to do, the browser closed"), command);
}

void tf_stray_print(const TfStray *stray)
{
	g_autofree gchar *place = stray->member != NULL ? tf_report_member(stray->member) : NULL;
	g_autofree gchar *form = tf_report_kind(stray->form);
	g_autoptr(GString) text = g_string_new(NULL);

	tf_describe_line(text, 0, _(rank_titles[stray->rank]), stray->path);
	tf_describe_line(text, 2, _("Inside"), place);
	tf_describe_line(text, 2, _("Form"), form);
	tf_describe_line(text, 2, _("How it is known"), _(basis_sentences[stray->basis]));
	if (stray->trashed_from != NULL && strcmp(stray->trashed_from, stray->path) == 0)
		tf_describe_line(text, 2, _("Place"), _("the trash; where it lay before is not known"));
	else if (stray->trashed_from != NULL)
		tf_describe_line(text, 2, _("In the trash, from"), stray->trashed_from);
	if (stray->is_removable)
		tf_describe_line(text, 2, _("Place"), _("a removable medium: the backup, to be locked away"));
	if (stray->is_unprotected)
		tf_describe_line(text, 2, _("Attention"),
			_("whoever has this file has the key: no password protects it"));
	if (stray->is_weak)
		tf_describe_line(text, 2, _("Attention"), _("its encryption can be broken within hours"));
	if (stray->rank == TF_RANK_SAME_KEY && strcmp(stray->form, "nss") == 0)
		add_removal(text, stray);
	if (stray->is_readable_by_others)
		tf_describe_line(text, 2, _("Attention"), _("other users of this PC may read it"));
	if (stray->is_in_mail)
		tf_describe_line(text, 2, _("Attention"),
			_("it lies in mail, and was on every server that the mail went through"));
	if (stray->synced_by != NULL)
		tf_describe_line(
			text, 2, _("Attention, its folder is copied to elsewhere by"), stray->synced_by);
	if (stray->is_offered)
		tf_describe_line(
			text, 2, _("Attention"), _("this PC offers its folder to others on the network"));
	if (stray->is_damaged)
		tf_describe_line(text, 2, _("Attention"), _("only a part of it is there, or it is damaged"));
	tf_output_text(text->str);
}

void tf_stray_print_json(const TfStray *stray)
{
	json_t *object = tf_stray_to_json(stray);

	json_object_set_new(object, "type", json_string("stray"));
	tf_output_json(object);
}

void tf_left_out_print(const gchar *path, guint limits)
{
	for (guint i = 0; i < TF_N_LIMITS; i++) {
		g_autofree gchar *text = NULL;

		if ((limits & 1u << i) == 0)
			continue;
		text = tf_phrase(_("'{path}' was not looked at completely: {reason}."), "path", path,
			"reason", tf_report_limit((TfLimit)i), NULL);
		tf_output_notice(text);
	}
}

void tf_left_out_print_json(const gchar *path, guint limits)
{
	json_t *object = tf_output_object("left-out");
	json_t *reasons = json_array();

	for (guint i = 0; i < TF_N_LIMITS; i++) {
		if ((limits & 1u << i) != 0)
			(void)json_array_append_new(reasons, json_string(tf_limit_name((TfLimit)i)));
	}
	json_object_set_new(object, "path", tf_output_string(path));
	json_object_set_new(object, "reasons", reasons);
	tf_output_json(object);
}

static void add_number(GString *text, const gchar *label, guint64 number)
{
	tf_describe_line(text, 2, label, TF_NUMBER((gint64)number));
}

static gboolean has_landlock(const TfSweepResult *result)
{
	return result->confinement == NULL ||
	       !g_strv_contains((const gchar *const *)result->confinement, "no-landlock");
}

static const gchar *const standing_titles[TF_N_VOLUME_STANDINGS] = {
	[TF_VOLUME_HERE] = N_("Searched"),
	[TF_VOLUME_NETWORK] = N_("Not searched, it lies on the network"),
	[TF_VOLUME_UNKNOWN] = N_("Not searched, where it lies is not known"),
	[TF_VOLUME_TWICE] = N_("Searched elsewhere, the same files"),
	[TF_VOLUME_UNREACHABLE] = N_("Not searched, it cannot be reached"),
};

static void add_volumes(GString *text, const GPtrArray *volumes)
{
	for (guint i = 0; volumes != NULL && i < volumes->len; i++) {
		const TfVolume *volume = g_ptr_array_index(volumes, i);
		g_autofree gchar *place = g_strdup_printf("%s (%s)", volume->path, volume->file_system);

		tf_describe_line(text, 2,
			volume->is_removable && volume->standing == TF_VOLUME_HERE
				? _("Searched, a removable medium")
				: _(standing_titles[volume->standing]),
			place);
	}
}

static void add_places(GString *text, const TfSweepResult *result)
{
	add_volumes(text, result->volumes);
	for (guint i = 0; i < result->skipped->len; i++) {
		const TfSkipped *skipped = g_ptr_array_index(result->skipped, i);
		g_autofree gchar *place = g_strdup_printf("%s (%s)", skipped->path, skipped->file_system);

		tf_describe_line(text, 2, _("Not searched, another file system"), place);
	}
	for (guint i = 0; i < result->unreadable->len; i++)
		tf_describe_line(text, 2, _("Could not be read"), g_ptr_array_index(result->unreadable, i));
}

void tf_sweep_print(const TfSweepResult *result, guint n_known, gboolean is_cleaning)
{
	g_autoptr(GString) text = g_string_new(NULL);

	tf_describe_line(text, 0, _("Searched"),
		is_cleaning ? _("what became of the copies is listed below") : _("nothing was changed"));
	add_number(text, _("Files looked at"), result->progress.n_files);
	for (guint rank = 0; rank < TF_N_RANKS; rank++)
		add_number(text, _(rank_titles[rank]), result->n_of_rank[rank]);
	add_number(text, _("Not looked at completely"), result->n_left_out);
	add_number(text, _("Could not be read"), result->progress.n_unreadable);
	add_places(text, result);
	if (!result->reads_whole)
		tf_describe_line(text, 2, _("Remember"), tf_report_reach());
	if (result->exposures != 0)
		tf_describe_line(text, 2, _("Attention"),
			_("others may know the key that was moved already, by what is said of its copies: "
			  "then moving it does not help. Ask whoever issued the certificate whether it is "
			  "to be revoked"));
	if (n_known == 0)
		tf_describe_line(text, 2, _("Remember"),
			_("no key was moved with this ledger and no --certificate was given, so none could "
			  "be "
			  "recognised as the one that was moved"));
	if (!has_landlock(result))
		tf_describe_line(text, 2, _("Remember"),
			_("this system could not keep the process that looks into files away from other "
			  "files (no Landlock)"));
	tf_describe_line(text, 2, _("Not searched"),
		_("other PCs, disks that are not plugged in, phones, mail on servers"));
	tf_output_text(text->str);
}

static json_t *skipped_to_json(const GPtrArray *all)
{
	json_t *array = json_array();

	for (guint i = 0; i < all->len; i++) {
		const TfSkipped *skipped = g_ptr_array_index(all, i);
		json_t *object = json_object();

		json_object_set_new(object, "path", tf_output_string(skipped->path));
		json_object_set_new(object, "file_system", tf_output_string(skipped->file_system));
		json_object_set_new(object, "network", json_boolean(skipped->is_network));
		(void)json_array_append_new(array, object);
	}

	return array;
}

static json_t *volumes_to_json(const GPtrArray *all)
{
	json_t *array = json_array();

	for (guint i = 0; i < all->len; i++) {
		const TfVolume *volume = g_ptr_array_index(all, i);
		json_t *object = json_object();

		json_object_set_new(object, "path", tf_output_string(volume->path));
		json_object_set_new(object, "file_system", tf_output_string(volume->file_system));
		json_object_set_new(
			object, "standing", json_string(tf_volume_standing_name(volume->standing)));
		json_object_set_new(object, "removable", json_boolean(volume->is_removable));
		(void)json_array_append_new(array, object);
	}

	return array;
}

static json_t *confinement_to_json(const TfSweepResult *result)
{
	json_t *array = json_array();

	for (gsize i = 0; result->confinement != NULL && result->confinement[i] != NULL; i++)
		(void)json_array_append_new(array, tf_output_string(result->confinement[i]));

	return array;
}

void tf_sweep_add_json(json_t *object, const TfSweepResult *result, guint n_known)
{
	json_t *ranks = json_object();

	for (guint rank = 0; rank < TF_N_RANKS; rank++)
		json_object_set_new(ranks, tf_rank_name((TfRank)rank), json_integer(result->n_of_rank[rank]));
	json_object_set_new(object, "mode", json_string(tf_search_mode(result->reads_whole)));
	json_object_set_new(object, "files", json_integer((json_int_t)result->progress.n_files));
	json_object_set_new(object, "folders", json_integer((json_int_t)result->progress.n_folders));
	json_object_set_new(object, "unreadable", json_integer((json_int_t)result->progress.n_unreadable));
	json_object_set_new(object, "left_out", json_integer(result->n_left_out));
	json_object_set_new(object, "known_keys", json_integer(n_known));
	json_object_set_new(object, "strays", ranks);
	if (result->volumes != NULL)
		json_object_set_new(object, "volumes", volumes_to_json(result->volumes));
	json_object_set_new(object, "skipped", skipped_to_json(result->skipped));
	json_object_set_new(object, "confinement", confinement_to_json(result));
}

void tf_sweep_print_json(const TfSweepResult *result, guint n_known)
{
	json_t *object = tf_output_object("result");
	guint n_moved = result->n_of_rank[TF_RANK_SAME_KEY] + result->n_of_rank[TF_RANK_SAME_EXPORT];

	json_object_set_new(object, "status", json_string(n_moved > 0 ? "strays" : "done"));
	tf_sweep_add_json(object, result, n_known);
	json_object_set_new(object, "exposure", json_string(tf_exposures_word(result->exposures)));
	tf_output_json(object);
}

static const gchar *const half_sentences[TF_N_FINISHERS] = {
	[TF_FINISHER_SWEEP] =
		N_("An earlier run began to wipe '{path}' and did not come to its end. 'tokenferry "
		   "sweep --wipe' finishes it, with the token."),
	[TF_FINISHER_STORE] =
		N_("An earlier run began to remove the key from the key store '{path}' and did not "
		   "come to its end. 'tokenferry migrate --from-nss' with this folder finishes it."),
	[TF_FINISHER_BATCH] = N_("A batch began to wipe '{path}' and did not come to its end. The same "
				 "'tokenferry batch' finishes it."),
};

void tf_half_wiped_print(gboolean is_json, const TfHalfWiped *half)
{
	g_autofree gchar *text = NULL;

	if (is_json) {
		json_t *object = tf_output_object("half-wiped");

		json_object_set_new(object, "path", tf_output_string(half->path));
		json_object_set_new(object, "finished_by", json_string(tf_finisher_name(half->finisher)));
		tf_output_json(object);
		return;
	}
	text = tf_phrase(_(half_sentences[half->finisher]), "path", half->path, NULL);
	tf_output_notice(text);
}
