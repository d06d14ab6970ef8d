/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A secret that is searched for, kept masked so that the searcher does not find itself. Needles are made by
 * another process (the stage's maker) and travel masked through a file.
 */
#pragma once

#include <glib.h>

#include "base/secret.h"

#define TF_NEEDLE_LIMIT 1024

typedef struct TfNeedle {
	gchar name[32]; /* "d", "PIN" */
	guint32 length;
	guint8 masked[TF_NEEDLE_LIMIT];
} TfNeedle;

TfNeedle tf_needle_new(const gchar *name, gconstpointer secret, gsize length);

/* The same bytes in reverse: a BIGNUM's words on a little-endian machine. */
TfNeedle tf_needle_reversed(const TfNeedle *needle, const gchar *name);

/* TRUE when the bytes at 'memory' are the needle's. Never unmasks. */
gboolean tf_needle_is_at(const TfNeedle *needle, const guint8 *memory);

/* Straight onto the secure heap. */
TfSecret *tf_needle_secret(const TfNeedle *needle);
