/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "site-private.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "reach-private.h"

/* With sudo, which the answers advise, it is the home of whoever called it that is meant. */
static const gchar *home_here(void)
{
	const gchar *text = g_getenv("SUDO_UID");
	guint64 user = 0;
	const struct passwd *entry = NULL;

	if (geteuid() == 0 && text != NULL &&
		g_ascii_string_to_unsigned(text, 10, 1, G_MAXUINT32 - 1, &user, NULL))
		entry = getpwuid((uid_t)user);

	/* As long as the process lasts, as the other one. */
	return entry != NULL ? g_intern_string(entry->pw_dir) : g_get_home_dir();
}

TfPostureSite tf_posture_site_here(void)
{
	TfPostureSite site = {
		.root = "",
		.home = home_here(),
		.now = g_get_real_time() / G_USEC_PER_SEC,
		.is_dumpable = prctl(PR_GET_DUMPABLE) != 0,
		.core_limit = RLIM_INFINITY,
	};
	struct rlimit limit;

	if (getrlimit(RLIMIT_CORE, &limit) == 0)
		site.core_limit = limit.rlim_cur;

	return site;
}

gchar *tf_site_path(const TfPostureSite *site, const gchar *path)
{
	return g_strconcat(site->root, path, NULL);
}

TfSiteAccess tf_site_look(const TfPostureSite *site, const gchar *path)
{
	g_autofree gchar *real = tf_site_path(site, path);

	if (!tf_reach_is_own(real))
		return TF_SITE_ELSEWHERE;

	return g_file_test(real, G_FILE_TEST_EXISTS) ? TF_SITE_READ : TF_SITE_NONE;
}

gboolean tf_site_has(const TfPostureSite *site, const gchar *path)
{
	return tf_site_look(site, path) == TF_SITE_READ;
}

static gboolean is_refusal(int failure)
{
	return failure == EACCES || failure == EPERM;
}

/* Files of /proc say that they are empty: what counts is what comes. */
static gsize read_some(int fd, gchar *buffer, gsize size)
{
	gsize n = 0;

	while (n < size) {
		gssize piece = read(fd, buffer + n, size - n);

		if (piece < 0 && errno == EINTR)
			continue;
		if (piece <= 0)
			break;
		n += (gsize)piece;
	}

	return n;
}

gchar *tf_site_read(const TfPostureSite *site, const gchar *path, gsize limit, TfSiteFile *ret_file)
{
	g_autofree gchar *real = tf_site_path(site, path);
	g_autofree gchar *content = g_malloc(limit + 1);
	TF_AUTO_FD int fd = open(real, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	struct stat status;
	gsize n = 0;

	*ret_file = (TfSiteFile){ .is_refused = fd < 0 && is_refusal(errno) };
	if (fd < 0 || fstat(fd, &status) != 0 || !S_ISREG(status.st_mode))
		return NULL;

	n = read_some(fd, content, limit + 1);
	ret_file->date = status.st_mtim.tv_sec;
	ret_file->is_whole = n <= limit;

	return g_utf8_make_valid(content, (gssize)strnlen(content, MIN(n, limit)));
}

static int compare(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const gchar *const *)a, *(const gchar *const *)b);
}

/* Closes the directory. */
static GStrv names_in(DIR *directory, guint limit)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
	const struct dirent *entry = NULL;

	while (names->len < limit && (entry = readdir(directory)) != NULL) {
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			g_ptr_array_add(names, g_strdup(entry->d_name));
	}
	(void)closedir(directory);
	g_ptr_array_sort(names, compare);
	g_ptr_array_add(names, NULL);

	return (GStrv)g_ptr_array_steal(names, NULL);
}

static TfSiteAccess access_by(int failure)
{
	switch (failure) {
	case 0:
		return TF_SITE_READ;
	case ENOENT:
	case ENOTDIR:
		return TF_SITE_NONE;
	case ELOOP:
	case EXDEV:
		return TF_SITE_ELSEWHERE;
	default:
		return TF_SITE_REFUSED;
	}
}

gchar *tf_site_end(const TfPostureSite *site, const gchar *path, mode_t *ret_mode, TfSiteAccess *ret_access)
{
	g_autofree gchar *asked = tf_site_path(site, path);
	const gchar *below = NULL;
	char root[PATH_MAX];
	char end[PATH_MAX];
	struct stat status;

	*ret_access = TF_SITE_ELSEWHERE;
	if (!tf_reach_is_own(asked))
		return NULL;
	if (realpath(asked, end) == NULL || stat(end, &status) != 0) {
		*ret_access = access_by(errno);
		return NULL;
	}
	*ret_access = TF_SITE_READ;
	*ret_mode = status.st_mode;
	if (realpath(site->root[0] != '\0' ? site->root : "/", root) != NULL)
		below = tf_file_below(end, root);

	return g_strdup(below != NULL ? below : end);
}

GStrv tf_site_list(const TfPostureSite *site, const gchar *path, guint limit, TfSiteAccess *ret_access)
{
	g_autofree gchar *real = tf_site_path(site, path);
	DIR *directory = NULL;

	*ret_access = TF_SITE_ELSEWHERE;
	if (!tf_reach_is_own(real))
		return NULL;
	directory = opendir(real);
	*ret_access = access_by(directory != NULL ? 0 : errno);

	return directory != NULL ? names_in(directory, limit) : NULL;
}

/* -1 with errno. */
static int open_own(const TfPostureSite *site, const gchar *path, int flags)
{
	g_autofree gchar *home = tf_site_path(site, site->home);
	TF_AUTO_FD int fd = open(home, O_PATH | O_DIRECTORY | O_CLOEXEC);

	return fd >= 0 ? tf_file_open_on_mount(fd, path, flags) : -1;
}

TfSiteAccess tf_site_look_own(const TfPostureSite *site, const gchar *path)
{
	TF_AUTO_FD int fd = open_own(site, path, O_PATH);

	return access_by(fd >= 0 ? 0 : errno);
}

GStrv tf_site_list_own(const TfPostureSite *site, const gchar *path, guint limit, TfSiteAccess *ret_access)
{
	/* So that a link is one on the way, and not merely no directory. */
	g_autofree gchar *inside = g_build_filename(path, ".", NULL);
	TF_AUTO_FD int fd = open_own(site, inside, O_RDONLY | O_DIRECTORY);
	DIR *directory = fd >= 0 ? fdopendir(fd) : NULL;

	*ret_access = access_by(directory != NULL ? 0 : errno);
	if (directory == NULL)
		return NULL;
	(void)tf_file_steal(&fd);

	return names_in(directory, limit);
}
