/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The package that owns a module file, asked of dpkg. */
#include <string.h>

#include "base/capture.h"
#include "token/module.h"

#define DPKG_QUERY	 "/usr/bin/dpkg-query"
#define OUTPUT_LIMIT	 4096u
#define DEADLINE_SECONDS 10

/* "softhsm2:amd64" out of "softhsm2:amd64: /usr/lib/…\n". */
static gchar *owner_of(const gchar *path)
{
	const gchar *const arguments[] = { DPKG_QUERY, "--search", path, NULL };
	g_autofree gchar *text = tf_capture(arguments, OUTPUT_LIMIT, DEADLINE_SECONDS);
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

		package = tf_capture(arguments, OUTPUT_LIMIT, DEADLINE_SECONDS);
	}

	return package != NULL && g_utf8_validate(package, -1, NULL) ? g_steal_pointer(&package) : NULL;
}

void tf_module_find_package(TfModuleFacts *facts)
{
	g_free(facts->package);
	facts->package = package_of(facts->path);
}
