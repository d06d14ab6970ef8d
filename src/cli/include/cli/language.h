/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which language is spoken: the locale's, or --lang's whatever locale is installed. */
#pragma once

#include <glib.h>

/* "en" and "ja". */
gboolean tf_language_is_spoken(const gchar *language);

/*
 * Before the first message. 'language' is that of --lang, or NULL. Without it the locale decides; where the
 * locale of the environment is not installed its language is spoken nevertheless. An unknown language is
 * passed over here, so that it can be complained about in the locale's.
 */
void tf_language_setup(const gchar *language);

/*
 * In a child of ours, before it is confined: the language of the process that started it. What it says of a
 * failure is read by people, and the catalogues are out of its reach later.
 */
void tf_language_take_over(void);

/* "ja" or "en": what messages are really spoken in; for texts that profiles hold in both. */
const gchar *tf_language_spoken(void);
