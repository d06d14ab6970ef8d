/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the other files of this folder see of a loaded module. */
#pragma once

#include "base/file.h"
#include "cryptoki-private.h"
#include "token/module.h"

/* Every function that this folder calls is there (checked on loading); further ones are NULL or not at the
 * module's pleasure. Borrowed. */
CK_FUNCTION_LIST *tf_module_functions(const TfModule *module);

/*
 * tf_module_load() in its two halves, for a process that initialises one library again and again: the digest
 * and dlopen(), then C_Initialize. TF_ERROR_MODULE_MISSING, TF_ERROR_MODULE_UNLOADABLE.
 */
TfModule *tf_module_open(const TfModuleFacts *facts, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean tf_module_initialize(TfModule *module, const gchar *arguments, GError **error);
/* C_Finalize; no session of it is used afterwards. That somebody else has finalised it is as good. */
void tf_module_finalize(TfModule *module);

/* Opens and identifies the file of a module. -1 with TF_ERROR_MODULE_MISSING, TF_ERROR_MODULE_UNLOADABLE. */
int tf_module_open_file(const gchar *path, TfFileIdentity *ret_identity, GError **error);
