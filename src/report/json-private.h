/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

#include "record/outcome.h"

/* The copy that is meant to be sent, in one line: no path of any kind. */
gchar *tf_report_public_json(const TfOutcome *outcome) G_GNUC_WARN_UNUSED_RESULT;
