/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Token families and identity cards, for people and programs. */
#pragma once

#include <glib.h>
#include <jansson.h>

#include "transfer/cards.h"

/* Title and how far the family was tried, a line each; or that no profile knows it (NULL). */
void tf_family_describe(GString *text, guint indent, const TfTokenProfile *family);

/* {"name":…,"title":…,"verified":"emulator","target":true}; null for NULL. */
json_t *tf_family_to_json(const TfTokenProfile *family);

/* The sentence for how far a family was tried, in the person's language; static. */
const gchar *tf_family_verified_text(TfTokenVerified verified);

/* The cards that are named and left alone. */
void tf_family_print_identities(const GPtrArray *identities, gboolean is_json);
