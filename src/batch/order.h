/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a child is told about a task. */
#pragma once

#include "task.h"

/* Body of IMPORT, floating. */
GVariant *tf_order_import(const TfTask *task);
