/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "walk-paths-private.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "disk/walk.h"
#include "reach-private.h"

TfCandidate *tf_candidate_new(gchar *path, TfForm form, TfSpots *spots)
{
	TfCandidate *candidate = g_new0(TfCandidate, 1);

	candidate->path = path;
	candidate->form = form;
	candidate->spots = spots;

	return candidate;
}

void tf_candidate_free(TfCandidate *candidate)
{
	if (candidate == NULL)
		return;

	g_free(candidate->path);
	tf_spots_free(candidate->spots);
	g_free(candidate);
}

void tf_skipped_free(TfSkipped *skipped)
{
	g_free(skipped->path);
	g_free(skipped->file_system);
	g_free(skipped);
}

guint8 tf_walk_type_of(int folder, const struct dirent64 *entry)
{
	struct stat status;

	if (entry->d_type != DT_UNKNOWN)
		return entry->d_type;
	if (fstatat(folder, entry->d_name, &status, AT_SYMLINK_NOFOLLOW) != 0)
		return DT_UNKNOWN;

	return IFTODT(status.st_mode);
}

static gboolean ends_with_one_of(const gchar *name, const gchar *const *endings, gsize n_endings)
{
	gsize length = strlen(name);

	for (gsize i = 0; i < n_endings; i++) {
		gsize n = strlen(endings[i]);

		if (length > n && g_ascii_strcasecmp(name + length - n, endings[i]) == 0)
			return TRUE;
	}

	return FALSE;
}

gboolean tf_walk_is_telling_name(const gchar *name)
{
	static const gchar *const endings[] = { ".p12", ".pfx", ".pem", ".key", ".p8", ".jks", ".keystore",
		".ovpn", ".mobileconfig", ".eml", ".mbox" };

	return ends_with_one_of(name, endings, G_N_ELEMENTS(endings));
}

gboolean tf_walk_may_be_text(const gchar *name, const guint8 *head, gsize length)
{
	static const gchar *const endings[] = { ".conf", ".cfg", ".cnf", ".config", ".ini", ".env", ".yml",
		".yaml", ".txt" };

	return length == TF_FORM_HEAD && ends_with_one_of(name, endings, G_N_ELEMENTS(endings)) &&
	       memchr(head, '\0', length) == NULL;
}

int tf_candidate_open(const TfCandidate *candidate)
{
	TF_AUTO_FD int fd = tf_file_open_unnoticed(candidate->path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
	struct stat status;

	if (fd >= 0 && (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode))) {
		errno = ESTALE;
		return -1;
	}

	return tf_file_steal(&fd);
}

int tf_walk_open_folder(const gchar *path)
{
	return tf_file_open_unnoticed(path, O_RDONLY | O_DIRECTORY);
}

int tf_walk_open_file(int folder, const gchar *name)
{
	int fd = openat(folder, name, TF_WALK_FILE_FLAGS | O_NOATIME);

	return fd < 0 && errno == EPERM ? openat(folder, name, TF_WALK_FILE_FLAGS) : fd;
}

/* What a person names is to be searched, or it is said that it cannot be. Where others would have to answer
 * nobody is asked: the walk waits for them in a thread of its own, which can be left. */
static gboolean may_be_searched(const gchar *path, const gchar *real, GError **error)
{
	struct stat status;

	if (!tf_reach_is_own(real))
		return TRUE;
	if (stat(real, &status) != 0)
		return tf_raise(error, TF_ERROR_SOURCE_UNREADABLE, path, g_strerror(errno), NULL);
	if (!S_ISDIR(status.st_mode) && !S_ISREG(status.st_mode))
		return tf_raise(error, TF_ERROR_SOURCE_UNREADABLE, path,
			_("it is neither a file nor a folder"), NULL);
	if (faccessat(AT_FDCWD, real, S_ISDIR(status.st_mode) ? R_OK | X_OK : R_OK, AT_EACCESS) != 0)
		return tf_raise(error, TF_ERROR_SOURCE_UNREADABLE, path, g_strerror(errno), NULL);

	return TRUE;
}

GPtrArray *tf_walk_resolve(const gchar *const *paths, GError **error)
{
	g_autoptr(GPtrArray) resolved = g_ptr_array_new_with_free_func(g_free);

	for (gsize i = 0; paths[i] != NULL; i++) {
		char *real = realpath(paths[i], NULL);

		if (real == NULL) {
			if (errno == ENOENT)
				tf_raise(error, TF_ERROR_SOURCE_MISSING, paths[i], NULL);
			else
				tf_raise(
					error, TF_ERROR_SOURCE_UNREADABLE, paths[i], g_strerror(errno), NULL);
			return NULL;
		}
		g_ptr_array_add(resolved, g_strdup(real));
		free(real);
		if (!may_be_searched(paths[i], g_ptr_array_index(resolved, i), error))
			return NULL;
	}

	return g_steal_pointer(&resolved);
}

static gboolean is_beneath(const gchar *path, const gchar *folder)
{
	const gchar *rest = tf_file_below(path, folder);

	return rest != NULL && rest[0] != '\0';
}

gboolean tf_walk_is_covered(const GPtrArray *paths, guint index)
{
	const gchar *path = g_ptr_array_index(paths, index);

	for (guint i = 0; i < paths->len; i++) {
		const gchar *other = g_ptr_array_index(paths, i);

		if (is_beneath(path, other) || (i < index && strcmp(path, other) == 0))
			return TRUE;
	}

	return FALSE;
}
