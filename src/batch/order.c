/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "order.h"

#include "variant-private.h"

/* On a token that was formatted for it there is nothing that an earlier run left. */
GVariant *tf_order_import(const TfTask *task)
{
	return g_variant_new("(t@ay@ay@aaysbbb)", task->slot, tf_variant_of_bytes(task->key_id),
		tf_variant_of_certificate(task->certificate), tf_variant_of_chain(task->chain), task->label,
		FALSE, FALSE, FALSE);
}
