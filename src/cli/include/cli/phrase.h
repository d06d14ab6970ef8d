/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Sentences with {placeholders}. What is put in is escaped for a terminal, so that no call can forget it. */
#pragma once

#include <glib.h>

/* 'sentence' (translated already), then pairs of placeholder's name and value, ended by NULL. The caller
 * frees. */
gchar *tf_phrase(const gchar *sentence, ...) G_GNUC_NULL_TERMINATED G_GNUC_WARN_UNUSED_RESULT;
