/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "record/trace.h"

#include <string.h>

gboolean tf_wipe_trace_is_of_store(const TfWipeTrace *trace)
{
	return strcmp(trace->name, TF_WIPE_TRACE_STORE) == 0 &&
	       strcmp(trace->new_name, TF_WIPE_TRACE_STORE) == 0;
}

TfWipeTrace *tf_wipe_trace_copy(const TfWipeTrace *trace)
{
	TfWipeTrace *copy = g_new0(TfWipeTrace, 1);

	*copy = *trace;
	copy->directory = g_strdup(trace->directory);
	copy->name = g_strdup(trace->name);
	copy->new_name = g_strdup(trace->new_name);

	return copy;
}

void tf_wipe_trace_free(TfWipeTrace *trace)
{
	if (trace == NULL)
		return;

	g_free(trace->directory);
	g_free(trace->name);
	g_free(trace->new_name);
	g_free(trace);
}
