/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the other files of this folder see of a loaded module. */
#pragma once

#include "cryptoki-private.h"
#include "token/module.h"

/* Every function that this folder calls is there (checked on loading); further ones are NULL or not at the
 * module's pleasure. Borrowed. */
CK_FUNCTION_LIST *tf_module_functions(const TfModule *module);

/* What C_Initialize was given as pReserved; NULL for none. Borrowed. */
const gchar *tf_module_arguments(const TfModule *module);
