/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "transfer/pc.h"

#include "base/error.h"

#define CONFIGURATION "p11-kit"
#define ENVIRONMENT   "environment"

/* One that is made to log what passes through it is told so by being there. The caller frees. */
static gchar *find_leaky(const GPtrArray *modules, const gchar **ret_path)
{
	for (guint i = 0; i < modules->len; i++) {
		const TfModuleChoice *module = g_ptr_array_index(modules, i);
		g_autoptr(GError) problem = NULL;

		*ret_path = module->path;
		if (!tf_module_check_leaks(module, &problem))
			return g_strdup(tf_error_arguments(problem)[0]);
	}

	return NULL;
}

static void add_leaks(const TfPostureSite *site, const GPtrArray *modules, TfPosture *posture)
{
	const gchar *leak = tf_module_find_leak();
	const gchar *path = NULL;
	g_autofree gchar *leaky = leak == NULL ? find_leaky(modules, &path) : NULL;

	if (leak != NULL)
		(void)tf_posture_add(posture, TF_FINDING_VARIABLE_LEAKS,
			g_path_is_absolute(leak) ? leak : ENVIRONMENT, site->now, leak, NULL);
	else if (leaky != NULL)
		(void)tf_posture_add(posture, TF_FINDING_VARIABLE_LEAKS, path, site->now, leaky, NULL);
	else
		(void)tf_posture_add(posture, TF_FINDING_VARIABLES_NONE, ENVIRONMENT, site->now, NULL);
}

/* FALSE, with the answer given, for a module that is not trusted. */
static gboolean check_module(const TfPostureSite *site, const TfModuleChoice *module, TfPosture *posture)
{
	g_autoptr(GError) problem = NULL;
	const gchar *const *arguments = NULL;

	if (tf_module_check_trust(module, &problem))
		return TRUE;
	arguments = tf_error_arguments(problem);
	(void)tf_posture_add(posture, TF_FINDING_MODULE_UNTRUSTED, module->path, site->now, arguments[0],
		arguments[1], NULL);

	return FALSE;
}

static void add_modules(
	const TfPostureSite *site, const GPtrArray *modules, const gchar *source, TfPosture *posture)
{
	g_autofree gchar *count = g_strdup_printf("%u", modules->len);

	for (guint i = 0; i < modules->len; i++) {
		if (!check_module(site, g_ptr_array_index(modules, i), posture))
			return;
	}
	if (modules->len == 0)
		(void)tf_posture_add(posture, TF_FINDING_MODULES_NONE, source, site->now, NULL);
	else
		(void)tf_posture_add(posture, TF_FINDING_MODULES_TRUSTED, source, site->now, count, NULL);
}

TfPosture *tf_pc_look(const TfPostureSite *site, const TfModuleChoice *module)
{
	TfPosture *posture = tf_posture_new();
	g_autoptr(GPtrArray) modules = NULL;

	if (module == NULL) {
		modules = tf_modules_configured();
	} else {
		modules = g_ptr_array_new();
		g_ptr_array_add(modules, (gpointer)module);
	}
	tf_posture_look(site, posture);
	add_leaks(site, modules, posture);
	add_modules(site, modules, module != NULL ? module->path : CONFIGURATION, posture);

	return posture;
}
