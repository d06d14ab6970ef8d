/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The list of a rehearsal (--dry-run), as people and programs read it. */
#pragma once

#include "transfer/touch.h"

void tf_touch_print(gboolean is_json, TfTouchKind kind, const gchar *what);
