/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "token/opensc.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "opensc-text.h"

#define FILE_NAME	"opensc.conf"
#define PREFIX		"tokenferry-"
#define RANDOM		"XXXXXX"
#define CONFIG_VARIABLE "OPENSC_CONF"
#define DRIVER_VARIABLE "OPENSC_DRIVER"

struct TfOpensc {
	gchar *directory;
	gchar *path;
};

/* Nobody else can put another file in the place of ours: every directory above belongs to root or us, and
 * others may write there only where the sticky bit keeps them from renaming what is not theirs. */
static gboolean is_step_safe(const gchar *path)
{
	struct stat status;

	if (lstat(path, &status) != 0 || !S_ISDIR(status.st_mode))
		return FALSE;
	if (status.st_uid != 0 && status.st_uid != geteuid())
		return FALSE;

	return (status.st_mode & (S_IWGRP | S_IWOTH)) == 0 || (status.st_mode & S_ISVTX) != 0;
}

static gboolean is_safe(const gchar *path)
{
	g_autofree gchar *step = g_strdup(path);

	while (is_step_safe(step)) {
		g_autofree gchar *above = g_path_get_dirname(step);

		if (strcmp(above, step) == 0)
			return TRUE;
		g_free(step);
		step = g_steal_pointer(&above);
	}

	return FALSE;
}

/* Those places (gchar) that are there and safe, resolved, the best first. */
static GPtrArray *find_places(void)
{
	g_autofree gchar *run = g_strdup_printf("/run/user/%u", geteuid());
	const gchar *const places[] = { g_getenv("XDG_RUNTIME_DIR"), g_getenv("TMPDIR"), "/tmp", run };
	GPtrArray *found = g_ptr_array_new_with_free_func(g_free);

	for (gsize i = 0; i < G_N_ELEMENTS(places); i++) {
		g_autofree char *real = places[i] != NULL ? realpath(places[i], NULL) : NULL;

		if (real != NULL && is_safe(real) && access(real, W_OK) == 0)
			g_ptr_array_add(found, g_strdup(real));
	}

	return found;
}

/* 'owner' NULL: nobody. */
static gchar *make_directory(const gchar *owner, GError **error)
{
	g_autofree gchar *name =
		owner != NULL ? g_strconcat(PREFIX, owner, "-" RANDOM, NULL) : g_strdup(PREFIX RANDOM);
	g_autoptr(GPtrArray) places = find_places();
	g_autofree gchar *directory = NULL;

	if (places->len == 0) {
		tf_raise(error, TF_ERROR_OUTPUT_FAILED, FILE_NAME,
			_("there is no folder for temporary files that others cannot change"), NULL);
		return NULL;
	}
	directory = g_build_filename(g_ptr_array_index(places, 0), name, NULL);
	if (g_mkdtemp(directory) == NULL) {
		tf_raise(error, TF_ERROR_OUTPUT_FAILED, directory, g_strerror(errno), NULL);
		return NULL;
	}

	return g_steal_pointer(&directory);
}

static gboolean write_file(const gchar *directory, const gchar *text, GError **error)
{
	TF_AUTO_FD int fd = open(directory, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (fd < 0)
		return tf_raise(error, TF_ERROR_OUTPUT_FAILED, directory, g_strerror(errno), NULL);

	return tf_file_create(fd, FILE_NAME, text, strlen(text), error);
}

TfOpensc *tf_opensc_new_of(const gchar *owner, const GPtrArray *ignored, GError **error)
{
	g_autofree gchar *text = tf_opensc_text(ignored, error);
	g_autofree gchar *directory = text != NULL ? make_directory(owner, error) : NULL;
	TfOpensc *opensc = NULL;

	if (directory == NULL)
		return NULL;
	if (!write_file(directory, text, error)) {
		(void)g_rmdir(directory);
		return NULL;
	}
	opensc = g_new0(TfOpensc, 1);
	opensc->path = g_build_filename(directory, FILE_NAME, NULL);
	opensc->directory = g_steal_pointer(&directory);

	return opensc;
}

TfOpensc *tf_opensc_new(const GPtrArray *ignored, GError **error)
{
	return tf_opensc_new_of(NULL, ignored, error);
}

static void remove_directory(const gchar *directory)
{
	g_autofree gchar *path = g_build_filename(directory, FILE_NAME, NULL);

	(void)g_unlink(path);
	(void)g_rmdir(directory);
}

/* No link, and nobody else's, who cannot enter it either. */
static gboolean is_own_directory(const gchar *path)
{
	struct stat status;

	return lstat(path, &status) == 0 && S_ISDIR(status.st_mode) && status.st_uid == geteuid() &&
	       (status.st_mode & (S_IRWXG | S_IRWXO)) == 0;
}

/* Paths (gchar) of our own directories in 'place' whose names begin so. */
static GPtrArray *own_directories(const gchar *place, const gchar *prefix)
{
	GPtrArray *paths = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GDir) listing = g_dir_open(place, 0, NULL);
	const gchar *name = NULL;

	while (listing != NULL && (name = g_dir_read_name(listing)) != NULL) {
		g_autofree gchar *path = g_build_filename(place, name, NULL);

		if (g_str_has_prefix(name, prefix) && is_own_directory(path))
			g_ptr_array_add(paths, g_steal_pointer(&path));
	}

	return paths;
}

/* In each, a child that lived there may have left one more (card-format.c). */
static void sweep_place(const gchar *place, const gchar *prefix)
{
	g_autoptr(GPtrArray) left = own_directories(place, prefix);

	for (guint i = 0; i < left->len; i++) {
		const gchar *directory = g_ptr_array_index(left, i);
		g_autoptr(GPtrArray) inner = own_directories(directory, PREFIX);

		for (guint k = 0; k < inner->len; k++)
			remove_directory(g_ptr_array_index(inner, k));
		remove_directory(directory);
	}
}

void tf_opensc_sweep(const gchar *owner)
{
	g_autofree gchar *prefix = g_strconcat(PREFIX, owner, "-", NULL);
	g_autoptr(GPtrArray) places = find_places();

	for (guint i = 0; i < places->len; i++)
		sweep_place(g_ptr_array_index(places, i), prefix);
}

const gchar *tf_opensc_path(const TfOpensc *opensc)
{
	return opensc->path;
}

void tf_opensc_use(const TfOpensc *opensc)
{
	gboolean is_set = g_setenv(CONFIG_VARIABLE, opensc->path, TRUE);

	g_assert(is_set);
	g_unsetenv(DRIVER_VARIABLE);
}

GStrv tf_opensc_environment(const TfOpensc *opensc, GStrv environment)
{
	environment = g_environ_setenv(environment, CONFIG_VARIABLE, opensc->path, TRUE);

	return g_environ_unsetenv(environment, DRIVER_VARIABLE);
}

void tf_opensc_free(TfOpensc *opensc)
{
	if (opensc == NULL)
		return;

	(void)g_unlink(opensc->path);
	(void)g_rmdir(opensc->directory);
	g_free(opensc->path);
	g_free(opensc->directory);
	g_free(opensc);
}
