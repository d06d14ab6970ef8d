/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A card in a file, so that it survives being pulled: a GKeyFile with groups [card], [pin N] and [file PPPP
 * IIII]. */
#pragma once

#include "card.h"

/* Replaces the file as a whole. */
gboolean card_state_save(const Card *card, const gchar *path, GError **error);

/* The card as it was saved, powered off; 'card' is untouched on failure. */
gboolean card_state_load(Card *card, const gchar *path, GError **error);
