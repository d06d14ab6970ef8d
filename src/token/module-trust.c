/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Whether a module may be handed a key: who could replace it, and whether it would write the key to a log. */
#include <errno.h>
#include <glib/gi18n.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "token/module.h"

static gboolean is_untrusted(const TfModuleChoice *choice, const gchar *reason, GError **error)
{
	return tf_raise(error, TF_ERROR_MODULE_UNTRUSTED, choice->path, reason, NULL);
}

/*
 * One step of the path, by lstat(): the path is resolved, so a link in it came afterwards. A directory that
 * all may write to is not trusted even where the sticky bit keeps others from renaming what lies in it: such
 * places are emptied at boot, and the name is then anybody's.
 */
static gboolean check_step(const TfModuleChoice *choice, const gchar *path, GError **error)
{
	g_autofree gchar *reason = NULL;
	struct stat status;

	if (lstat(path, &status) != 0)
		reason = g_strdup_printf("%s: %s", path, g_strerror(errno));
	else if (S_ISLNK(status.st_mode))
		reason = g_strdup_printf(_("'%s' became a symbolic link"), path);
	else if (status.st_uid != 0 && status.st_uid != geteuid())
		reason = g_strdup_printf(_("'%s' belongs to somebody else"), path);
	else if ((status.st_mode & (S_IWGRP | S_IWOTH)) != 0)
		reason = g_strdup_printf(_("others may write to '%s'"), path);

	return reason == NULL || is_untrusted(choice, reason, error);
}

gboolean tf_module_check_trust(const TfModuleChoice *choice, GError **error)
{
	g_autofree gchar *path = g_strdup(choice->path);
	struct stat status;

	if (lstat(choice->path, &status) == 0 && !S_ISREG(status.st_mode) && !S_ISLNK(status.st_mode))
		return is_untrusted(choice, _("it is not a regular file"), error);
	for (;;) {
		gchar *slash = NULL;

		if (!check_step(choice, *path != '\0' ? path : "/", error))
			return FALSE;
		if (*path == '\0')
			break;
		slash = strrchr(path, '/');
		g_assert(slash != NULL);
		*slash = '\0';
	}
	if (choice->origin == TF_MODULE_USER)
		return is_untrusted(choice, _("only the user's own files configure it"), error);

	return TRUE;
}

/* Variables that make a module, or what stands before it, write down what passes through it. */
static const gchar *const leaky_variables[] = {
	"OPENSC_DEBUG", /* from 3 on the private primes */
	"PKCS11SPY",
	"PKCS11SPY_OUTPUT",
	"P11_KIT_DEBUG",
	"NSS_OUTPUT_FILE",
	"NSS_DEBUG_PKCS11_MODULE",
	"PKCS11_LOGGER_LIBRARY_PATH",
	"PKCS11_LOGGER_LOG_FILE_PATH",
	"YKCS11_DBG",
	"YUBIHSM_PKCS11_DBG",
};

static const gchar *const leaky_names[] = { "spy", "logger" };

#define OPENSC_CONFIG	    "/etc/opensc/opensc.conf"
#define OPENSC_CONFIG_LIMIT (1u << 20)

/* What OPENSC_DEBUG does, this file does as well: "debug = 3;" outside of a comment. One that is there and
 * cannot be read may say anything. */
static gboolean opensc_is_told_to_log(const gchar *path)
{
	g_autoptr(GBytes) content = tf_file_load(path, OPENSC_CONFIG_LIMIT, NULL);
	g_autofree gchar *text = NULL;

	if (content == NULL)
		return g_file_test(path, G_FILE_TEST_EXISTS);
	text = g_strndup(g_bytes_get_data(content, NULL), g_bytes_get_size(content));

	return g_regex_match_simple(
		"^[^#\\n]*\\bdebug\\s*=\\s*\"?[1-9]", text, G_REGEX_MULTILINE | G_REGEX_RAW, 0);
}

/* NULL when it is silent. */
static const gchar *leaky_opensc(void)
{
	const gchar *named = g_getenv("OPENSC_CONF");
	const gchar *path = named != NULL && *named != '\0' ? named : OPENSC_CONFIG;

	return opensc_is_told_to_log(path) ? path : NULL;
}

static const gchar *leaky_variable(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(leaky_variables); i++) {
		const gchar *value = g_getenv(leaky_variables[i]);

		/* OPENSC_DEBUG=0 and an empty variable are how people turn it off. */
		if (value != NULL && *value != '\0' && !g_str_equal(value, "0"))
			return leaky_variables[i];
	}

	return NULL;
}

const gchar *tf_module_find_leak(void)
{
	const gchar *variable = leaky_variable();

	return variable != NULL ? variable : leaky_opensc();
}

gboolean tf_module_check_leaks(const TfModuleChoice *choice, GError **error)
{
	g_autofree gchar *name = g_path_get_basename(choice->path);
	g_autofree gchar *lower = g_ascii_strdown(name, -1);
	const gchar *leak = NULL;

	for (gsize i = 0; i < G_N_ELEMENTS(leaky_names); i++) {
		if (strstr(lower, leaky_names[i]) != NULL)
			return tf_raise(error, TF_ERROR_MODULE_LEAKY, name, NULL);
	}
	leak = leaky_variable();
	if (leak == NULL && strstr(lower, "opensc") != NULL)
		leak = leaky_opensc();

	return leak == NULL || tf_raise(error, TF_ERROR_MODULE_LEAKY, leak, NULL);
}
