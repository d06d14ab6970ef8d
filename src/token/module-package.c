/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The package that owns a module file, asked of dpkg. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "token/module.h"

#define DPKG_QUERY	 "/usr/bin/dpkg-query"
#define OUTPUT_LIMIT	 4096u
#define DEADLINE_SECONDS 10

/* Reads until end of file, the limit or the deadline. */
static gchar *read_bounded(int fd)
{
	g_autoptr(GString) text = g_string_new(NULL);
	gint64 deadline = g_get_monotonic_time() + DEADLINE_SECONDS * G_USEC_PER_SEC;

	for (;;) {
		struct pollfd wait = { .fd = fd, .events = POLLIN };
		gint64 left = (deadline - g_get_monotonic_time()) / 1000;
		gchar piece[512];
		gssize n = 0;

		if (left <= 0 || poll(&wait, 1, (int)left) <= 0)
			return NULL;
		n = read(fd, piece, sizeof piece);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 || text->len + (gsize)n > OUTPUT_LIMIT)
			return NULL;
		if (n == 0)
			return g_string_free(g_steal_pointer(&text), FALSE);
		g_string_append_len(text, piece, n);
	}
}

/* Everything that dpkg-query prints, NULL when it is not there or fails. */
static gchar *ask_dpkg(const gchar *const *arguments)
{
	static const gchar *const environment[] = { "LC_ALL=C", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", NULL };
	TF_AUTO_FD int output = -1;
	g_autofree gchar *text = NULL;
	GPid child = 0;
	int status = 0;

	if (!g_spawn_async_with_pipes(NULL, (gchar **)arguments, (gchar **)environment,
		    G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, &child, NULL, &output,
		    NULL, NULL))
		return NULL;

	text = read_bounded(output);
	if (text == NULL)
		(void)kill(child, SIGKILL);
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		continue;
	g_spawn_close_pid(child);

	return g_spawn_check_wait_status(status, NULL) ? g_steal_pointer(&text) : NULL;
}

/* "softhsm2:amd64" out of "softhsm2:amd64: /usr/lib/…\n". */
static gchar *owner_of(const gchar *path)
{
	const gchar *const arguments[] = { DPKG_QUERY, "--search", path, NULL };
	g_autofree gchar *text = ask_dpkg(arguments);
	g_autofree gchar *expected = g_strconcat(": ", path, "\n", NULL);
	const gchar *end = text != NULL ? strstr(text, expected) : NULL;

	/* Several owners (", ") or a diversion (several lines) are no clear answer. */
	if (end == NULL || memchr(text, '\n', (gsize)(end - text)) != NULL ||
		memchr(text, ',', (gsize)(end - text)) != NULL)
		return NULL;

	return g_strndup(text, (gsize)(end - text));
}

/* dpkg knows some files by the names they had before /lib became /usr/lib. */
static gchar *owner_before_merge(const gchar *path)
{
	return g_str_has_prefix(path, "/usr/lib") ? owner_of(path + strlen("/usr")) : NULL;
}

/* Packages put libraries nowhere else (Debian Policy 9.1); a search through all of them takes a while. */
static gboolean can_be_packaged(const gchar *path)
{
	static const gchar *const roots[] = { "/usr/", "/lib", "/opt/" };

	for (gsize i = 0; i < G_N_ELEMENTS(roots); i++) {
		if (g_str_has_prefix(path, roots[i]))
			return TRUE;
	}

	return FALSE;
}

static gchar *package_of(const gchar *path)
{
	g_autofree gchar *owner = NULL;
	g_autofree gchar *package = NULL;

	/* dpkg-query takes patterns. */
	if (!can_be_packaged(path) || strpbrk(path, "*?[\\") != NULL)
		return NULL;

	owner = owner_of(path);
	if (owner == NULL)
		owner = owner_before_merge(path);
	if (owner != NULL) {
		const gchar *const arguments[] = { DPKG_QUERY, "--show", "--showformat=${Package} ${Version}",
			owner, NULL };

		package = ask_dpkg(arguments);
	}

	return package != NULL && g_utf8_validate(package, -1, NULL) ? g_steal_pointer(&package) : NULL;
}

void tf_module_find_package(TfModuleFacts *facts)
{
	g_free(facts->package);
	facts->package = package_of(facts->path);
}
