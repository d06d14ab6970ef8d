/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The letter's font as fontconfig knows it. */
#pragma once

#include <fontconfig/fontconfig.h>
#include <glib.h>

#include "batch/letter.h"

/* NULL when it is not installed: fontconfig then offers the next best, which the letter does not use. */
FcPattern *tf_letter_font_find(void) G_GNUC_WARN_UNUSED_RESULT;

void tf_letter_font_free(FcPattern *font); /* NULL is fine */

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FcPattern, tf_letter_font_free)
