/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "disk/browser.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"

#define NAME_LIMIT 64u

static const gchar *const databases[] = { "key4.db", "cert9.db" };
#define N_DATABASES G_N_ELEMENTS(databases)

typedef struct Store {
	const gchar *path;
	struct stat status[N_DATABASES];
} Store;

/* What the process calls itself; the kernel's word for it may hold anything. */
static gchar *program_name(pid_t process)
{
	g_autofree gchar *path = g_strdup_printf("/proc/%d/comm", (int)process);
	g_autofree gchar *text = NULL;

	if (process <= 0 || !g_file_get_contents(path, &text, NULL, NULL) || g_strchomp(text)[0] == '\0')
		return g_strdup(_("another program"));

	return g_utf8_make_valid(text, (gssize)strnlen(text, NAME_LIMIT));
}

static gboolean is_in_use(const Store *store, pid_t process, GError **error)
{
	g_autofree gchar *name = program_name(process);

	return tf_raise(error, TF_ERROR_STORE_IN_USE, store->path, name, NULL);
}

static gboolean is_of(const Store *store, const struct stat *status)
{
	for (gsize i = 0; i < N_DATABASES; i++) {
		if (status->st_dev == store->status[i].st_dev && status->st_ino == store->status[i].st_ino)
			return TRUE;
	}

	return FALSE;
}

/* Of another user's process nothing is seen. */
static gboolean has_open(const Store *store, pid_t process)
{
	g_autofree gchar *path = g_strdup_printf("/proc/%d/fd", (int)process);
	GDir *directory = g_dir_open(path, 0, NULL);
	const gchar *name = NULL;
	gboolean has = FALSE;

	if (directory == NULL)
		return FALSE;
	while (!has && (name = g_dir_read_name(directory)) != NULL) {
		g_autofree gchar *link = g_build_filename(path, name, NULL);
		struct stat status;

		has = stat(link, &status) == 0 && is_of(store, &status);
	}
	g_dir_close(directory);

	return has;
}

static gboolean check_processes(const Store *store, GError **error)
{
	GDir *directory = g_dir_open("/proc", 0, NULL);
	const gchar *name = NULL;
	pid_t user = 0;

	if (directory == NULL)
		return TRUE;
	while (user == 0 && (name = g_dir_read_name(directory)) != NULL) {
		pid_t process = (pid_t)strtol(name, NULL, 10);

		if (process > 0 && process != getpid() && has_open(store, process))
			user = process;
	}
	g_dir_close(directory);

	return user == 0 || is_in_use(store, user, error);
}

/* Firefox locks it for as long as it runs, also before it opens a database. The link 'lock' beside it
 * outlives a crash and says nothing. */
static gboolean check_profile_lock(const Store *store, GError **error)
{
	g_autofree gchar *path = g_build_filename(store->path, ".parentlock", NULL);
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	TF_AUTO_FD int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0 || fcntl(fd, F_GETLK, &lock) != 0 || lock.l_type == F_UNLCK)
		return TRUE;

	return is_in_use(store, lock.l_pid, error);
}

/* The kernel refuses a lease on a file that somebody else has open, whoever it is (fcntl(2)). Other errors
 * mean that it gives none here, and tell nothing. */
static gboolean check_lease(const Store *store, int fd, GError **error)
{
	/* Ignored by default, whereas SIGIO would end us when somebody opens the file in between. */
	(void)fcntl(fd, F_SETSIG, SIGURG);
	if (fcntl(fd, F_SETLEASE, F_WRLCK) != 0)
		return errno != EAGAIN || is_in_use(store, 0, error);
	(void)fcntl(fd, F_SETLEASE, F_UNLCK);

	return TRUE;
}

/* Firefox below 58 and others of that time kept keys in key3.db, which no library of today opens. */
static gboolean say_missing(const Store *store, const gchar *path, GError **error)
{
	g_autofree gchar *old = g_build_filename(store->path, "key3.db", NULL);

	if (access(old, F_OK) == 0)
		return tf_raise(error, TF_ERROR_SOURCE_UNSUPPORTED, store->path,
			_("key3.db, the format of old browsers; a browser of today converts it when it "
			  "starts with "
			  "this profile"),
			NULL);

	return tf_raise(error, TF_ERROR_SOURCE_MISSING, path, NULL);
}

static gboolean look(Store *store, gsize i, GError **error)
{
	g_autofree gchar *path = g_build_filename(store->path, databases[i], NULL);

	if (lstat(path, &store->status[i]) != 0)
		return say_missing(store, path, error);
	if (!S_ISREG(store->status[i].st_mode))
		return tf_raise(error, TF_ERROR_SOURCE_UNREADABLE, path, _("it is not a regular file"), NULL);

	return TRUE;
}

static gboolean check_leases(const Store *store, GError **error)
{
	for (gsize i = 0; i < N_DATABASES; i++) {
		g_autofree gchar *path = g_build_filename(store->path, databases[i], NULL);
		TF_AUTO_FD int fd = tf_file_open(path, NULL, error);

		if (fd < 0 || !check_lease(store, fd, error))
			return FALSE;
	}

	return TRUE;
}

gboolean tf_browser_check_closed(const gchar *directory, GError **error)
{
	Store store = { .path = directory };

	for (gsize i = 0; i < N_DATABASES; i++) {
		if (!look(&store, i, error))
			return FALSE;
	}

	return check_processes(&store, error) && check_profile_lock(&store, error) &&
	       check_leases(&store, error);
}
