/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The values of a sentence put into their places. */
#pragma once

#include <glib.h>

/* Replaces each {name} of 'names' by the value beside it; one pass, so that braces inside a value stay what
 * they are. A name that is not among them stays. Nothing is escaped. The caller frees. */
gchar *tf_fill(const gchar *sentence, const gchar *const *names, const gchar *const *values,
	gsize n) G_GNUC_WARN_UNUSED_RESULT;
