/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a run does, told while it does it: sentences on stderr, or {"type":"step"} lines on stdout. */
#pragma once

#include "transfer/dialogue.h"

void tf_news_tell(gboolean is_json, TfNews news, const TfNewsContext *context);

const gchar *tf_news_name(TfNews news); /* "source-opened" */
