/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "disk/wipe.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <openssl/rand.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "destroy-private.h"
#include "disk/volume-id.h"
#include "overwrite-private.h"
#include "recognise-private.h"
#include "remains-private.h"
#include "target-private.h"

/* Names to try for one that is not taken; in a folder where all of these are, the rename is left out. */
#define NAME_TRIES 16

static const gchar changed_reason[] = N_("it was replaced or changed since it was read");

/* Laws 1 and 3. */
static gboolean may_be_destroyed(const TfFound *found, const TfProof *proof, GError **error)
{
	if (memcmp(tf_proof_spki_sha256(proof), tf_found_spki_sha256(found), TF_SHA256_SIZE) != 0)
		return tf_raise(error, TF_ERROR_PROOF_INVALID, _("the proof is for another key"), NULL);
	if (!tf_proof_is_fresh(proof) &&
		memcmp(tf_proof_source_sha256(proof), tf_found_identity(found)->sha256, TF_SHA256_SIZE) != 0)
		return tf_raise(
			error, TF_ERROR_PROOF_INVALID, _("the stored proof is for another file"), NULL);
	if (!tf_found_holds_one_secret(found))
		return tf_target_refuse(tf_found_path(found), _("it holds another secret too"), error);

	return TRUE;
}

gboolean tf_wipe_is_free(const TfFound *found, GError **error)
{
	g_autofree gchar *directory = g_path_get_dirname(tf_found_path(found));
	g_autofree gchar *name = g_path_get_basename(tf_found_path(found));
	g_autoptr(TfTarget) target =
		tf_target_new(tf_found_fd(found), directory, name, tf_found_mounts(found), error);

	return target != NULL && tf_target_is_free_to_go(target, error);
}

/* Law 4. */
static gboolean may_be_destroyed_there(const TfTarget *target, const TfWipeOptions *options, GError **error)
{
	if (options->backup_is_named)
		return TRUE;

	switch (target->media->place) {
	case TF_PLACE_LOCAL:
		return TRUE;
	case TF_PLACE_REMOVABLE:
		return tf_target_refuse(target->path, _("it lies on a removable medium"), error);
	case TF_PLACE_NETWORK:
		return tf_target_refuse(target->path, _("it lies on the network"), error);
	case TF_PLACE_UNKNOWN:
		return tf_target_refuse(target->path, _("it is not known where it lies"), error);
	}

	return FALSE;
}

static gboolean is_unchanged(int fd, const TfFileIdentity *expected, gboolean with_time)
{
	TfFileIdentity now;

	if (!tf_file_identify(fd, "", &now, NULL))
		return FALSE;
	if (!with_time)
		now.changed = expected->changed;

	return tf_file_identity_equal(&now, expected);
}

/* As long as 'name', so that the folder's entry is overwritten where it stands, and of letters that every
 * file system takes. NULL when the random generator fails. */
static gchar *draw_name(int directory, gsize length)
{
	static const gchar letters[32] = "abcdefghijklmnopqrstuvwxyz234567";
	g_autofree gchar *name = g_malloc0(length + 1);
	struct stat status;

	for (guint i = 0; i < NAME_TRIES; i++) {
		if (RAND_bytes((guint8 *)name, (int)length) != 1)
			return NULL;
		for (gsize k = 0; k < length; k++)
			name[k] = letters[(guint8)name[k] % sizeof letters];
		if (fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) != 0)
			break;
	}

	return g_steal_pointer(&name);
}

static TfWipeTrace *plan(const TfTarget *target, GError **error)
{
	g_autoptr(TfWipeTrace) trace = g_new0(TfWipeTrace, 1);

	trace->directory = g_strdup(target->directory_path);
	trace->name = g_strdup(target->name);
	trace->new_name = draw_name(target->directory, strlen(target->name));
	trace->device = tf_volume_id(target->fd);
	trace->inode = target->status.st_ino;
	trace->size = target->status.st_size;
	if (trace->new_name == NULL) {
		tf_target_refuse(target->path, g_strerror(ENOSYS), error);
		return NULL;
	}

	return g_steal_pointer(&trace);
}

struct TfWiping {
	TfTarget *target;
	TfWipeTrace *trace;
	TfWipeOptions options;
};

void tf_wiping_free(TfWiping *wiping)
{
	if (wiping == NULL)
		return;

	tf_target_free(wiping->target);
	tf_wipe_trace_free(wiping->trace);
	g_free(wiping);
}

const TfWipeTrace *tf_wiping_trace(const TfWiping *wiping)
{
	return wiping->trace;
}

TfWiping *tf_wipe_prepare(TfFound *found, const TfProof *proof, const TfWipeOptions *options, GError **error)
{
	const TfFileIdentity *identity = tf_found_identity(found);
	g_autofree gchar *directory = g_path_get_dirname(tf_found_path(found));
	g_autofree gchar *name = g_path_get_basename(tf_found_path(found));
	g_autoptr(TfWiping) wiping = g_new0(TfWiping, 1);
	TfTarget *target = NULL;

	wiping->options = *options;
	if (!may_be_destroyed(found, proof, error))
		return NULL;
	target = wiping->target =
		tf_target_new(tf_found_fd(found), directory, name, tf_found_mounts(found), error);
	if (target == NULL || !may_be_destroyed_there(target, options, error))
		return NULL;
	if (!is_unchanged(target->fd, identity, TRUE)) {
		tf_target_refuse(target->path, _(changed_reason), error);
		return NULL;
	}
	if (!tf_target_prepare(target, error))
		return NULL;
	tf_found_replace_fd(found, fcntl(target->fd, F_DUPFD_CLOEXEC, 0));
	if (!tf_target_hold(target, error))
		return NULL;
	/* Once more, now that nobody can write to it; opening may have changed the time of change. */
	if (!is_unchanged(target->fd, identity, FALSE)) {
		tf_target_refuse(target->path, _(changed_reason), error);
		return NULL;
	}
	wiping->trace = plan(target, error);

	return wiping->trace != NULL ? g_steal_pointer(&wiping) : NULL;
}

gboolean tf_wipe_carry_out(TfWiping *wiping, TfWipeResult *ret_result, GError **error)
{
	return tf_destroy(
		wiping->target, wiping->trace, TF_CONTENT_WHOLE, &wiping->options, ret_result, error);
}

gboolean tf_wipe(TfFound *found, const TfProof *proof, const TfWipeOptions *options, TfWipeResult *ret_result,
	GError **error)
{
	g_autoptr(TfWiping) wiping = NULL;

	g_assert(options->journal != NULL);
	wiping = tf_wipe_prepare(found, proof, options, error);

	return wiping != NULL && options->journal(wiping->trace, options->user_data, error) &&
	       tf_wipe_carry_out(wiping, ret_result, error);
}

gboolean tf_wipe_empties_journal(const TfMedia *media, const TfWipeOptions *options)
{
	return tf_remains_empties_journal(media, options);
}

/* Looks for the trace's inode under both names. Returns its descriptor and name; -1 without an error when
 * neither name exists, or, with 'passes_over_others', when it is another file that has one of them; -1 with
 * an error when there is a file, but another, or one that cannot be looked at. */
static int find_again(int directory, const TfWipeTrace *trace, gboolean passes_over_others,
	const gchar **ret_name, GError **error)
{
	const gchar *const names[] = { trace->new_name, trace->name };
	gboolean is_unclear = FALSE;

	for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
		TF_AUTO_FD int fd = tf_target_open_file(directory, names[i], O_RDONLY);
		struct stat status;

		if (fd < 0 && errno == ENOENT)
			continue;
		if (fd >= 0 && fstat(fd, &status) == 0 && S_ISREG(status.st_mode) &&
			status.st_ino == trace->inode) {
			*ret_name = names[i];
			return tf_file_steal(&fd);
		}
		is_unclear = is_unclear || !passes_over_others || (fd < 0 && errno != ELOOP);
	}
	if (is_unclear) {
		g_autofree gchar *path = g_build_filename(trace->directory, trace->name, NULL);

		tf_target_refuse(path, _(changed_reason), error);
	}

	return -1;
}

/* Gone from the very file system: a medium that is not plugged in is not that one. */
static gboolean settle_gone(int directory, const TfWipeTrace *trace, const TfWipeOptions *options,
	TfWipeResult *ret_result, GError **error)
{
	g_autofree gchar *path = g_build_filename(trace->directory, trace->name, NULL);
	g_autoptr(TfMedia) media = tf_media_of(directory, NULL, error);

	if (media == NULL)
		return FALSE;
	if (!tf_volume_is(directory, trace->device))
		return tf_raise(error, TF_ERROR_SOURCE_MISSING, path, NULL);

	*ret_result = tf_destroy_gone(directory, trace, media, options);

	return TRUE;
}

/* 'ret_is_whole' NULL: a file of which no octet is overwritten yet is destroyed, too; else it is left. */
static gboolean finish(TfTarget *target, const TfWipeTrace *trace, const guint8 source_sha256[TF_SHA256_SIZE],
	const TfWipeOptions *options, gboolean *ret_is_whole, TfWipeResult *ret_result, GError **error)
{
	g_autoptr(TfPattern) pattern = tf_pattern_new(trace);
	TfContent content = TF_CONTENT_OTHER;
	int failure = 0;

	if (!tf_target_prepare(target, error) || !tf_target_hold(target, error))
		return FALSE;
	failure = tf_content_of(target->fd, (guint64)trace->size, source_sha256, pattern, &content);
	if (failure != 0)
		return tf_target_refuse(target->path, g_strerror(failure), error);
	if (content == TF_CONTENT_OTHER)
		return tf_target_refuse(target->path, _(changed_reason), error);
	if (ret_is_whole != NULL && content == TF_CONTENT_WHOLE) {
		*ret_is_whole = TRUE;
		return TRUE;
	}

	return tf_destroy(target, trace, content, options, ret_result, error);
}

static gboolean resume(const TfWipeTrace *trace, const guint8 source_sha256[TF_SHA256_SIZE],
	const TfWipeOptions *options, gboolean *ret_is_whole, TfWipeResult *ret_result, GError **error)
{
	g_autofree gchar *path = g_build_filename(trace->directory, trace->name, NULL);
	TF_AUTO_FD int directory = tf_target_open_directory(trace->directory);
	TF_AUTO_FD int fd = -1;
	g_autoptr(TfTarget) target = NULL;
	g_autoptr(GError) other = NULL;
	const gchar *name = NULL;

	if (tf_wipe_trace_is_of_store(trace))
		return tf_target_refuse(path, _("it is the database of a key store"), error);
	if (directory < 0)
		return tf_raise(error, TF_ERROR_SOURCE_MISSING, path, NULL);
	fd = find_again(directory, trace, ret_is_whole != NULL, &name, &other);
	if (other != NULL) {
		g_propagate_error(error, g_steal_pointer(&other));
		return FALSE;
	}
	if (fd < 0)
		return settle_gone(directory, trace, options, ret_result, error);
	target = tf_target_new(fd, trace->directory, name, NULL, error);
	if (target == NULL)
		return FALSE;
	/* A duplicate is the target's; ours would count as "open elsewhere" once the target is reopened. */
	tf_file_close(&fd);

	return finish(target, trace, source_sha256, options, ret_is_whole, ret_result, error);
}

gboolean tf_wipe_resume(const TfWipeTrace *trace, const TfProof *proof,
	const guint8 source_sha256[TF_SHA256_SIZE], const TfWipeOptions *options, TfWipeResult *ret_result,
	GError **error)
{
	if (memcmp(tf_proof_source_sha256(proof), source_sha256, TF_SHA256_SIZE) != 0)
		return tf_raise(error, TF_ERROR_PROOF_INVALID, _("the proof is for another file"), NULL);

	return resume(trace, source_sha256, options, NULL, ret_result, error);
}

gboolean tf_wipe_resume_key(const TfWipeTrace *trace, const TfProof *proof,
	const guint8 spki_sha256[TF_SHA256_SIZE], const guint8 source_sha256[TF_SHA256_SIZE],
	const TfWipeOptions *options, gboolean *ret_is_whole, TfWipeResult *ret_result, GError **error)
{
	*ret_is_whole = FALSE;
	if (!tf_proof_is_fresh(proof) ||
		memcmp(tf_proof_spki_sha256(proof), spki_sha256, TF_SHA256_SIZE) != 0)
		return tf_raise(error, TF_ERROR_PROOF_INVALID, _("the proof is for another key"), NULL);

	return resume(trace, source_sha256, options, ret_is_whole, ret_result, error);
}
