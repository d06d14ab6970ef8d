/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "token/module.h"

#include <dlfcn.h>
#include <glib/gi18n.h>
#include <stddef.h>
#include <string.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/log.h"
#include "ckr.h"
#include "module-private.h"

struct TfModule {
	TfModuleFacts *facts;
	gchar *arguments;
	void *library;
	CK_FUNCTION_LIST *functions;
	gboolean is_initialized;
};

#define FUNCTION(name) offsetof(CK_FUNCTION_LIST, name)

/* What this folder calls. C_CopyObject, C_WrapKey and their like are the auditor's attempts, and may be
 * missing. */
static const gsize needed_functions[] = {
	FUNCTION(C_Initialize),
	FUNCTION(C_Finalize),
	FUNCTION(C_GetInfo),
	FUNCTION(C_GetSlotList),
	FUNCTION(C_GetSlotInfo),
	FUNCTION(C_GetTokenInfo),
	FUNCTION(C_GetMechanismList),
	FUNCTION(C_GetMechanismInfo),
	FUNCTION(C_InitToken),
	FUNCTION(C_InitPIN),
	FUNCTION(C_SetPIN),
	FUNCTION(C_OpenSession),
	FUNCTION(C_CloseSession),
	FUNCTION(C_Login),
	FUNCTION(C_Logout),
	FUNCTION(C_CreateObject),
	FUNCTION(C_DestroyObject),
	FUNCTION(C_GetAttributeValue),
	FUNCTION(C_SetAttributeValue),
	FUNCTION(C_FindObjectsInit),
	FUNCTION(C_FindObjects),
	FUNCTION(C_FindObjectsFinal),
	FUNCTION(C_DecryptInit),
	FUNCTION(C_Decrypt),
	FUNCTION(C_SignInit),
	FUNCTION(C_Sign),
};

static gboolean has_needed_functions(const CK_FUNCTION_LIST *functions)
{
	for (gsize i = 0; i < G_N_ELEMENTS(needed_functions); i++) {
		gconstpointer function = NULL;

		memcpy(&function, (const guint8 *)functions + needed_functions[i], sizeof function);
		if (function == NULL)
			return FALSE;
	}

	return TRUE;
}

static gboolean is_unloadable(const gchar *path, const gchar *reason, GError **error)
{
	return tf_raise(error, TF_ERROR_MODULE_UNLOADABLE, path, reason, NULL);
}

/* Whether the open file still is what lies at 'path', unchanged. */
static gboolean is_unchanged(int fd, const gchar *path, const TfFileIdentity *identity)
{
	struct stat at_path;
	struct stat now;

	if (lstat(path, &at_path) != 0 || fstat(fd, &now) != 0)
		return FALSE;

	return at_path.st_dev == now.st_dev && at_path.st_ino == now.st_ino &&
	       now.st_size == identity->size && now.st_ctim.tv_sec == identity->changed.tv_sec &&
	       now.st_ctim.tv_nsec == identity->changed.tv_nsec;
}

/*
 * The digest is taken by descriptor, dlopen() goes by path: a library that finds itself by its path, or its
 * friends by $ORIGIN, breaks under /proc/self/fd/N. So the path is looked at again afterwards. Whoever may
 * write to one of the directories can still swap the file in and out between the two, and a constructor of
 * the library has run by then: against that person stands tf_module_check_trust(), not this.
 */
static gboolean open_library(TfModule *module, GError **error)
{
	const gchar *path = module->facts->path;
	g_autofree gchar *sha256 = NULL;
	TfFileIdentity identity;
	TF_AUTO_FD int fd = tf_module_open_file(path, &identity, error);

	if (fd < 0)
		return FALSE;

	sha256 = tf_hex(identity.sha256, sizeof identity.sha256);
	if (!g_str_equal(sha256, module->facts->sha256))
		return is_unloadable(path, _("it was changed since it was checked"), error);
	module->library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	if (module->library == NULL)
		return is_unloadable(path, dlerror(), error);
	if (!is_unchanged(fd, path, &identity))
		return is_unloadable(path, _("it was changed since it was checked"), error);

	return TRUE;
}

static gboolean get_functions(TfModule *module, GError **error)
{
	const gchar *path = module->facts->path;
	CK_C_GetFunctionList get_function_list = NULL;
	CK_FUNCTION_LIST *functions = NULL;
	void *symbol = dlsym(module->library, "C_GetFunctionList");
	CK_RV rv = CKR_OK;

	if (symbol == NULL)
		return is_unloadable(path, _("it is not a PKCS#11 module"), error);
	/* POSIX lets a function pointer come out of dlsym(), ISO C has no cast for it. */
	memcpy(&get_function_list, &symbol, sizeof get_function_list);
	rv = get_function_list(&functions);
	if (rv != CKR_OK)
		return is_unloadable(path, tf_ckr_name(rv), error);
	if (functions == NULL || functions->version.major < 2 ||
		(functions->version.major == 2 && functions->version.minor < 20) ||
		!has_needed_functions(functions))
		return is_unloadable(path, _("it lacks functions of PKCS#11 2.20"), error);
	module->functions = functions;

	return TRUE;
}

/*
 * The standard (2.40, 5.4) wants pReserved NULL. NSS and its like take a string there, and their structure
 * has one pointer more. CKR_CRYPTOKI_ALREADY_INITIALIZED is an error: somebody else in this process would
 * finalise it under us.
 */
static gboolean initialize(TfModule *module, GError **error)
{
	struct {
		CK_C_INITIALIZE_ARGS standard;
		void *further;
	} arguments = {
		.standard = { .flags = CKF_OS_LOCKING_OK, .pReserved = module->arguments },
		.further = NULL,
	};
	CK_RV rv = module->functions->C_Initialize(&arguments);
	g_autofree gchar *reason = NULL;

	if (rv == CKR_OK) {
		module->is_initialized = TRUE;
		return TRUE;
	}

	reason = g_strdup_printf("C_Initialize: %s (0x%lx)", tf_ckr_name(rv), rv);

	return is_unloadable(module->facts->path, reason, error);
}

TfModule *tf_module_open(const TfModuleFacts *facts, GError **error)
{
	g_autoptr(TfModule) module = g_new0(TfModule, 1);

	module->facts = tf_module_facts_copy(facts);
	if (!open_library(module, error))
		return NULL;
	if (!get_functions(module, error))
		return NULL;

	tf_log("module", "path", facts->path, "sha256", facts->sha256, NULL);

	return g_steal_pointer(&module);
}

gboolean tf_module_initialize(TfModule *module, const gchar *arguments, GError **error)
{
	g_assert(!module->is_initialized);
	g_free(module->arguments);
	module->arguments = g_strdup(arguments);

	return initialize(module, error);
}

TfModule *tf_module_load(const TfModuleFacts *facts, const gchar *arguments, GError **error)
{
	g_autoptr(TfModule) module = tf_module_open(facts, error);

	if (module == NULL || !tf_module_initialize(module, arguments, error))
		return NULL;

	return g_steal_pointer(&module);
}

void tf_module_finalize(TfModule *module)
{
	CK_RV rv = CKR_OK;

	/* Several modules crash in exit handlers when they were not finalised, and one that stays initialised
	 * could not be loaded again by this process: a device that failed once is asked once more. */
	if (module->is_initialized)
		rv = module->functions->C_Finalize(NULL);
	if (rv != CKR_OK && rv != CKR_CRYPTOKI_NOT_INITIALIZED) /* libp11 did it already */
		rv = module->functions->C_Finalize(NULL);
	if (rv != CKR_OK && rv != CKR_CRYPTOKI_NOT_INITIALIZED)
		tf_log("finalize", "path", module->facts->path, "code", tf_ckr_name(rv), NULL);
	module->is_initialized = FALSE;
}

void tf_module_free(TfModule *module)
{
	if (module == NULL)
		return;

	tf_module_finalize(module);
	if (module->library != NULL)
		(void)dlclose(module->library);
	tf_module_facts_free(module->facts);
	g_free(module->arguments);
	g_free(module);
}

const TfModuleFacts *tf_module_facts(const TfModule *module)
{
	return module->facts;
}

CK_FUNCTION_LIST *tf_module_functions(const TfModule *module)
{
	return module->functions;
}

const gchar *tf_module_arguments(const TfModule *module)
{
	return module->arguments;
}
