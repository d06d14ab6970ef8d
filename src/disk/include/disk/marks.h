/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Where in any octets a key may begin: disk images, memory dumps, databases, documents. A mark is no find,
 * only a place worth a look: nothing is parsed here but lengths.
 */
#pragma once

#include <glib.h>

/* Around a mark so much is looked at: whoever has octets in pieces lets them overlap by that. */
#define TF_MARKS_BEFORE 64
#define TF_MARKS_AFTER	1024

/* The next mark at 'from' or after it; -1: none. A key in PEM (at its first dash), in base64 that is not the
 * body of PEM, in DER, or a key store of Java. */
gssize tf_marks_find(const guint8 *bytes, gsize length, gsize from);

/* A key store of Java by its beginning as far as its first entry, which is more than its magic. */
gboolean tf_marks_is_java(const guint8 *bytes, gsize length);
