/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Lists of attribute names as the ledger keeps them: a JSON array of texts. */
#pragma once

#include <glib.h>

gchar *tf_names_to_json(const GPtrArray *names) G_GNUC_WARN_UNUSED_RESULT;

/* Appends those not yet in 'names'. What is no array of texts (NULL included) adds nothing. */
void tf_names_add_from_json(GPtrArray *names, const gchar *text);
