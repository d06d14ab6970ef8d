/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Card readers, for people and programs. */
#pragma once

#include <glib.h>

#include "cli/command.h"

/*
 * After the tokens of 'modules' (TfLoadedModule), the readers that PC/SC has. People are told of those whose
 * card no module has shown, or that are empty; programs of all. PC/SC need not be there: many tokens do
 * without.
 */
void tf_readers_list(const GPtrArray *modules, gboolean is_json);

/* 'tokens --watch': until Ctrl-C (status 130), or until nobody reads standard output (0). */
gboolean tf_readers_follow(const TfOptions *options, int *ret_status, GError **error);
