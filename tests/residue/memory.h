/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A search of this process's whole memory: every readable mapping, heap, stacks and the secure heap included.
 */
#pragma once

#include "needle.h"

/* How often the needle lies in memory. *ret_bytes: how much was searched. */
guint tf_memory_count(const TfNeedle *needle, gsize *ret_bytes);
