/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Prints letters, one after the other. What is the same in all letters of a campaign is drawn once, and the
 * bytes kept; a letter adds what is its own. The PIN lies on the secure heap from the pipe to the file, and
 * neither Pango nor HarfBuzz sees it.
 */
#pragma once

#include "letter-draw-private.h"

typedef struct TfLetterPress TfLetterPress;

/* TF_ERROR_LETTER_FAILED when the font is not there. */
TfLetterPress *tf_letter_press_new(GError **error) G_GNUC_WARN_UNUSED_RESULT;
void tf_letter_press_free(TfLetterPress *press);

/* One page of PDF 1.4 into 'fd', the same bytes for the same letter. TF_ERROR_LETTER_FAILED. */
gboolean tf_letter_press_print(
	TfLetterPress *press, const TfLetterContents *contents, const TfSecret *pin, int fd, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfLetterPress, tf_letter_press_free)
