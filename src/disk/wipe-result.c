/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "disk/wipe.h"

void tf_wipe_result_clear(TfWipeResult *result)
{
	g_clear_pointer(&result->references, g_ptr_array_unref);
}
