/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Card readers, for people and programs. */
#pragma once

#include <glib.h>

#include "cli/command.h"
#include "transfer/cards.h"

/*
 * After the tokens of 'modules' (TfLoadedModule) and the identity cards of 'cards', the readers that PC/SC
 * has. People are told of those whose card no module has shown, or that are empty; programs of all. A card
 * that is known by its ATR, and not formatted, is named by its kind and state. PC/SC need not be there: many
 * tokens do without.
 */
void tf_readers_list(const GPtrArray *modules, const TfCards *cards, gboolean is_json);

/* 'tokens --watch': until Ctrl-C (status 130), or until nobody reads standard output (0). */
gboolean tf_readers_follow(const TfOptions *options, int *ret_status, GError **error);
