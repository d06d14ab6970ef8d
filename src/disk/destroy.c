/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "destroy-private.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "assurance-private.h"
#include "base/error.h"
#include "disk/trash.h"
#include "raw-private.h"
#include "references-private.h"
#include "reflinks-private.h"
#include "remains-private.h"

/* Some file systems cannot sync a folder and say so. */
static int sync_directory(int directory)
{
	return fsync(directory) == 0 || errno == EINVAL || errno == EOPNOTSUPP ? 0 : errno;
}

/*
 * The name is taken away by renaming, so that what is unlinked is what was overwritten: whoever puts another
 * file at the old name meanwhile keeps it. Where renaming without replacing is not to be had the old name is
 * unlinked. Returns 0 or an errno value; ESTALE when another file came under our hands.
 */
static int remove_name(const TfTarget *target, const gchar *new_name)
{
	const gchar *name = target->name;

	if (strcmp(name, new_name) != 0 &&
		renameat2(target->directory, name, target->directory, new_name, RENAME_NOREPLACE) == 0) {
		if (!tf_target_is_at(target, new_name)) {
			(void)renameat2(
				target->directory, new_name, target->directory, name, RENAME_NOREPLACE);
			return ESTALE;
		}
		name = new_name;
	}
	if (!tf_target_is_at(target, name))
		return ESTALE;
	if (ftruncate(target->fd, 0) != 0 || fsync(target->fd) != 0 ||
		unlinkat(target->directory, name, 0) != 0)
		return errno;

	return sync_directory(target->directory);
}

/* The bytes, and all that is known of where they went. */
typedef struct Traces {
	TfExtents *before;
	TfExtents *after;
	gboolean is_read_back;
	gboolean is_contradicted; /* by the device */
} Traces;

static void traces_clear(Traces *traces)
{
	tf_extents_free(traces->before);
	tf_extents_free(traces->after);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Traces, traces_clear)

/* The raw device is asked only where its answer could count, and its positive control comes before the first
 * byte is overwritten. NULL when it fails. */
static TfRaw *open_raw(const TfTarget *target, const TfWipeTrace *trace, const TfWipeOptions *options,
	const TfExtents *before)
{
	g_autoptr(TfRaw) raw = NULL;

	if (!options->checks_device || target->media->overwrites_in_place != TF_YES || before->is_shared)
		return NULL;
	raw = tf_raw_open(target->fd);
	if (raw == NULL || !tf_raw_holds_file(raw, target->fd, (guint64)trace->size, before))
		return NULL;

	return g_steal_pointer(&raw);
}

/* Returns 0 or an errno value. */
static int overwrite(const TfTarget *target, const TfWipeTrace *trace, TfContent content,
	const TfWipeOptions *options, Traces *traces)
{
	guint64 size = (guint64)trace->size;
	guint64 block = tf_overwrite_block(target->fd);
	g_autoptr(TfPattern) pattern = tf_pattern_new(trace);
	g_autoptr(TfRaw) raw = NULL;
	int failure = 0;

	traces->before = tf_extents_of(target->fd);
	if (content == TF_CONTENT_WHOLE)
		raw = open_raw(target, trace, options, traces->before);
	if (content != TF_CONTENT_EMPTY)
		failure = tf_overwrite(target->fd, size, block, traces->before, pattern);
	traces->after = tf_extents_of(target->fd);
	traces->is_read_back =
		failure == 0 && raw != NULL &&
		tf_raw_holds_pattern(raw, pattern, tf_overwrite_end(size, block), traces->before);
	traces->is_contradicted = failure == 0 && raw != NULL && !traces->is_read_back;

	return failure;
}

/* What the medium and what is left on it add. */
static void add_medium(
	TfWipeFacts *facts, const TfMedia *media, const TfRemains *remains, gboolean was_recorded)
{
	facts->is_flash = media->is_flash;
	facts->is_encrypted = media->is_encrypted;
	facts->journal_may_hold_content = remains->journal_may_hold_content;
	facts->name_may_stay = remains->name_may_stay || was_recorded;
	facts->is_discarded = remains->is_discarded;
}

/* What was shared before stays with the others: on xfs, an overwritten file has moved away from them. */
static GPtrArray *find_references(const TfTarget *target, const TfExtents *before)
{
	return strcmp(target->media->file_system, "xfs") == 0 ? tf_reflinks_of(target, before)
							      : tf_references_of(target, before);
}

gboolean tf_destroy(const TfTarget *target, const TfWipeTrace *trace, TfContent content,
	const TfWipeOptions *options, TfWipeResult *ret_result, GError **error)
{
	g_auto(Traces) traces = { 0 };
	g_autoptr(GPtrArray) references = NULL;
	TfWipeFacts facts = { 0 };
	TfRemains remains;
	gboolean was_recorded = FALSE;
	int failure = overwrite(target, trace, content, options, &traces);

	if (failure == 0 && options->checks_device && traces.before->is_shared)
		references = find_references(target, traces.before);
	if (failure == 0)
		failure = remove_name(target, trace->new_name);
	if (failure != 0)
		return tf_raise(error, TF_ERROR_WIPE_INCOMPLETE, target->path,
			failure == ESTALE ? _("it was replaced or changed since it was read")
					  : g_strerror(failure),
			NULL);

	was_recorded = tf_trash_forget(target->directory, trace->directory, trace->name);
	remains = tf_remains_clear(target->directory, target->media, options);
	/* An empty file is ours for sure only under the name that nobody else knows. */
	facts.is_overwritten = content != TF_CONTENT_EMPTY || strcmp(target->name, trace->new_name) == 0;
	facts.was_whole = content == TF_CONTENT_WHOLE;
	facts.is_placed = traces.before->is_known;
	facts.is_contradicted = traces.is_contradicted;
	facts.has_same_extents = tf_extents_equal(traces.before, traces.after);
	facts.is_shared = traces.before->is_shared || traces.after->is_shared;
	facts.is_plain = traces.before->is_plain && traces.after->is_plain;
	facts.is_read_back = traces.is_read_back;
	facts.overwrites_in_place = target->media->overwrites_in_place;
	add_medium(&facts, target->media, &remains, was_recorded);
	*ret_result = tf_assurance(&facts);
	ret_result->references = g_steal_pointer(&references);

	return TRUE;
}

TfWipeResult tf_destroy_gone(
	int directory, const TfWipeTrace *trace, const TfMedia *media, const TfWipeOptions *options)
{
	gboolean was_recorded = tf_trash_forget(directory, trace->directory, trace->name);
	TfRemains remains = tf_remains_clear(directory, media, options);
	TfWipeFacts facts = { .overwrites_in_place = TF_UNKNOWN };

	add_medium(&facts, media, &remains, was_recorded);

	return tf_assurance(&facts);
}
