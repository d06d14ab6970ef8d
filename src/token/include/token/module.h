/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * PKCS#11 modules: which there are, whether they may be trusted with a key, loading and finalising. A module
 * runs with all our rights inside the process that loads it, so the checks come before dlopen().
 */
#pragma once

#include <glib.h>

#include "record/facts.h"

typedef enum TfModuleOrigin {
	TF_MODULE_NAMED,  /* by --module: a person named this very path */
	TF_MODULE_SYSTEM, /* configured for p11-kit by the administrator or a package */
	TF_MODULE_USER,	  /* configured in the user's own p11-kit files only: anything of the user's may have
			     done that */
	TF_MODULE_WELL_KNOWN, /* found in a well-known place */
} TfModuleOrigin;

typedef struct TfModuleChoice {
	gchar *path; /* resolved, absolute */
	TfModuleOrigin origin;
	gchar *arguments; /* x-init-reserved of its configuration; NULL for none */
} TfModuleChoice;

/* TfModuleChoice of p11-kit's configuration (remote: ones are left out and said in the log; 'enable-in',
 * 'disable-in' for "tokenferry"; the trust module and the proxy are no token modules), then well-known places
 * not yet among them. */
GPtrArray *tf_modules_configured(void) G_GNUC_WARN_UNUSED_RESULT;
/* The one a person named: a path, or a file name below p11-kit's module directory. TF_ERROR_MODULE_MISSING,
 * TF_ERROR_MODULE_UNTRUSTED for 'remote:' and '|command' forms. */
TfModuleChoice *tf_module_named(const gchar *name, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void tf_module_choice_free(TfModuleChoice *choice);

/*
 * TF_ERROR_MODULE_UNTRUSTED with the first reason: the file or a directory above it is writable by others
 * than root or us, belongs to somebody else, or the module is configured by the user's own files only. What
 * is wrong may be confirmed by a person; whether --yes does, is the caller's rule.
 */
gboolean tf_module_check_trust(const TfModuleChoice *choice, GError **error);

/* TF_ERROR_MODULE_LEAKY: a spy module, or a variable of the environment that makes a module or p11-kit log
 * keys (OPENSC_DEBUG, PKCS11SPY*, P11_KIT_DEBUG, NSS_OUTPUT_FILE, …). */
gboolean tf_module_check_leaks(const TfModuleChoice *choice, GError **error);

/* The same without a module in mind: the name of the first such variable that is set, or the path of an
 * OpenSC configuration that has it log. NULL when there is none. Static, or the environment's. */
const gchar *tf_module_find_leak(void);

/* Path and SHA-256; the package is NULL. */
TfModuleFacts *tf_module_describe(const TfModuleChoice *choice, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Sets the package that owns the file: dpkg searches all its lists, which takes a tenth of a second, so this
 * is asked once per run, for the module that is used. NULL stays where nobody knows. */
void tf_module_find_package(TfModuleFacts *facts);

typedef struct TfModule TfModule;

/*
 * dlopen() of the file whose SHA-256 'facts' states (checked by descriptor), C_GetFunctionList, C_Initialize
 * with CKF_OS_LOCKING_OK and 'arguments' (--module-args; may be NULL) where the standard has pReserved,
 * followed by a NULL, as NSS wants it. TF_ERROR_MODULE_UNLOADABLE.
 */
TfModule *tf_module_load(
	const TfModuleFacts *facts, const gchar *arguments, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* C_Finalize and dlclose. */
void tf_module_free(TfModule *module);
const TfModuleFacts *tf_module_facts(const TfModule *module);
/* What C_Initialize was given as pReserved; NULL for none. Borrowed. */
const gchar *tf_module_arguments(const TfModule *module);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfModuleChoice, tf_module_choice_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfModule, tf_module_free)
