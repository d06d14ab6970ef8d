/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The modules that p11-kit has configured (pkcs11.conf(5)), read here: p11-kit would load them all at once.
 */
#include <glib/gi18n.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "base/log.h"
#include "token/module.h"

#define CONFIG_LIMIT (64u << 10)
#define OUR_NAME     "tokenferry"

/* One .module file's keys, those of an earlier place overridden by those of a later one. */
typedef struct Config {
	GHashTable *values; /* gchar -> gchar */
	gboolean is_users;  /* the user's file has named the library, or what it is initialised with */
} Config;

static void config_free(Config *config)
{
	g_hash_table_unref(config->values);
	g_free(config);
}

void tf_module_choice_free(TfModuleChoice *choice)
{
	if (choice == NULL)
		return;

	g_free(choice->path);
	g_free(choice->arguments);
	g_free(choice);
}

/* NULL when nothing lies there. */
static TfModuleChoice *choice_of(const gchar *path, TfModuleOrigin origin)
{
	char *real = realpath(path, NULL);
	TfModuleChoice *choice = NULL;

	if (real == NULL)
		return NULL;

	choice = g_new0(TfModuleChoice, 1);
	choice->path = g_strdup(real);
	choice->origin = origin;
	free(real);

	return choice;
}

static gchar *library_path(const gchar *module)
{
	return g_path_is_absolute(module) ? g_strdup(module)
					  : g_build_filename(P11_MODULE_PATH, module, NULL);
}

static void read_line(Config *config, const gchar *line, gboolean is_users)
{
	const gchar *colon = strchr(line, ':');
	g_autofree gchar *key = NULL;
	gchar *value = NULL;

	if (*line == '#' || colon == NULL)
		return;

	key = g_strstrip(g_strndup(line, (gsize)(colon - line)));
	value = g_strstrip(g_strdup(colon + 1));
	if (g_str_equal(key, "module") || g_str_equal(key, "x-init-reserved"))
		config->is_users = is_users;
	g_hash_table_replace(config->values, g_steal_pointer(&key), value);
}

static void read_file(GHashTable *configs, const gchar *directory, const gchar *name, gboolean is_users)
{
	g_autofree gchar *path = g_build_filename(directory, name, NULL);
	g_autoptr(GError) failure = NULL;
	g_autoptr(GBytes) bytes = tf_file_load(path, CONFIG_LIMIT, &failure);
	g_autofree gchar *text = NULL;
	g_auto(GStrv) lines = NULL;
	Config *config = g_hash_table_lookup(configs, name);

	if (bytes == NULL) {
		tf_log("module configuration", "reason", failure->message, NULL);
		return;
	}
	if (config == NULL) {
		config = g_new0(Config, 1);
		config->values = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
		g_hash_table_insert(configs, g_strdup(name), config);
	}

	text = g_strndup(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
	lines = g_strsplit(text, "\n", -1);
	for (gsize i = 0; lines[i] != NULL; i++)
		read_line(config, g_strstrip(lines[i]), is_users);
}

static void read_directory(GHashTable *configs, const gchar *path, gboolean is_users)
{
	g_autoptr(GDir) directory = g_dir_open(path, 0, NULL);
	const gchar *name = NULL;

	while (directory != NULL && (name = g_dir_read_name(directory)) != NULL) {
		if (g_str_has_suffix(name, ".module"))
			read_file(configs, path, name, is_users);
	}
}

static gboolean lists_us(const gchar *list)
{
	g_auto(GStrv) names = g_strsplit_set(list, ", \t", -1);

	return g_strv_contains((const gchar *const *)names, OUR_NAME);
}

/* The trust module holds certificates of authorities, the proxy stands for all others. */
static gboolean is_token_module(const gchar *library)
{
	g_autofree gchar *name = g_path_get_basename(library);

	return !g_str_equal(name, "p11-kit-trust.so") && !g_str_equal(name, "p11-kit-proxy.so") &&
	       !g_str_has_prefix(name, "libp11-kit.so") && !g_str_has_prefix(name, "libnssckbi");
}

static TfModuleChoice *choice_of_config(const gchar *name, const Config *config)
{
	const gchar *module = g_hash_table_lookup(config->values, "module");
	const gchar *enabled_in = g_hash_table_lookup(config->values, "enable-in");
	const gchar *disabled_in = g_hash_table_lookup(config->values, "disable-in");
	g_autofree gchar *path = NULL;
	TfModuleChoice *choice = NULL;

	/* A remote: module is another process, or another machine, that would be handed the key. */
	if (g_hash_table_contains(config->values, "remote")) {
		tf_log("remote module left out", "name", name, NULL);
		return NULL;
	}
	if (module == NULL || *module == '\0' || !is_token_module(module))
		return NULL;
	if ((enabled_in != NULL && !lists_us(enabled_in)) || (disabled_in != NULL && lists_us(disabled_in)))
		return NULL;

	path = library_path(module);

	choice = choice_of(path, config->is_users ? TF_MODULE_USER : TF_MODULE_SYSTEM);
	if (choice != NULL)
		choice->arguments = g_strdup(g_hash_table_lookup(config->values, "x-init-reserved"));

	return choice;
}

static void add(GPtrArray *choices, TfModuleChoice *choice)
{
	for (guint i = 0; choice != NULL && i < choices->len; i++) {
		TfModuleChoice *other = g_ptr_array_index(choices, i);

		if (!g_str_equal(other->path, choice->path))
			continue;
		/* Configured twice: the more trusted of the two stands. */
		if (other->origin == TF_MODULE_USER && choice->origin == TF_MODULE_SYSTEM) {
			g_free(other->arguments);
			other->arguments = g_steal_pointer(&choice->arguments);
		}
		if (other->origin == TF_MODULE_USER)
			other->origin = choice->origin;
		g_clear_pointer(&choice, tf_module_choice_free);
	}
	if (choice != NULL)
		g_ptr_array_add(choices, choice);
}

static const gchar *const well_known[] = {
	P11_MODULE_PATH "/opensc-pkcs11.so",
	"/usr/lib/x86_64-linux-gnu/opensc-pkcs11.so",
	"/usr/lib/softhsm/libsofthsm2.so",
	"/usr/lib/x86_64-linux-gnu/libykcs11.so.2",
	"/usr/lib/libeToken.so",
	"/usr/lib/libIDPrimePKCS11.so",
};

GPtrArray *tf_modules_configured(void)
{
	g_autoptr(GPtrArray) choices = g_ptr_array_new_with_free_func((GDestroyNotify)tf_module_choice_free);
	g_autoptr(GHashTable) configs =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)config_free);
	g_autofree gchar *users = g_build_filename(g_get_user_config_dir(), "pkcs11", "modules", NULL);
	g_autoptr(GList) names = NULL;

	read_directory(configs, P11_PACKAGE_CONFIG_MODULES, FALSE);
	read_directory(configs, P11_SYSTEM_CONFIG_MODULES, FALSE);
	read_directory(configs, "/etc/pkcs11/modules", FALSE);
	read_directory(configs, users, TRUE);
	names = g_list_sort(g_hash_table_get_keys(configs), (GCompareFunc)strcmp);
	for (const GList *at = names; at != NULL; at = at->next)
		add(choices, choice_of_config(at->data, g_hash_table_lookup(configs, at->data)));
	for (gsize i = 0; i < G_N_ELEMENTS(well_known); i++)
		add(choices, choice_of(well_known[i], TF_MODULE_WELL_KNOWN));

	return g_steal_pointer(&choices);
}

TfModuleChoice *tf_module_named(const gchar *name, GError **error)
{
	g_autofree gchar *path = NULL;
	TfModuleChoice *choice = NULL;

	if (g_str_has_prefix(name, "remote:") || *name == '|') {
		tf_raise(error, TF_ERROR_MODULE_UNTRUSTED, name, _("it is not a library on this computer"),
			NULL);
		return NULL;
	}

	path = strchr(name, '/') != NULL ? g_strdup(name) : library_path(name);
	choice = choice_of(path, TF_MODULE_NAMED);
	if (choice == NULL)
		tf_raise(error, TF_ERROR_MODULE_MISSING, path, NULL);

	return choice;
}
