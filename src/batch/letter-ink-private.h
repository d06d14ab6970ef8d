/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is drawn in one font resource of the page: a content stream (ISO 32000-1 section 9.4), the glyphs it
 * uses, and the text that each stands for, so that the page can be searched and read aloud. */
#pragma once

#include "letter-pdf-private.h"
#include "letter-type-private.h"

typedef struct TfLetterInk TfLetterInk;

#define TF_LETTER_PAGE_WIDTH  595.28 /* A4, in points */
#define TF_LETTER_PAGE_HEIGHT 841.89

/* 'resource' ("F1") names the font in the content; 'letter' is for errors. Both and 'type' are borrowed. */
TfLetterInk *tf_letter_ink_new(
	TfLetterType *type, const gchar *resource, const gchar *letter) G_GNUC_WARN_UNUSED_RESULT;
void tf_letter_ink_free(TfLetterInk *ink);

/* The digits 0 to 9, as the first of an ink: their codes are 1 to 10. *ret_width is that of the widest, in
 * thousandths of the size. */
void tf_letter_ink_add_digits(TfLetterInk *ink, double *ret_width);

/* Draws 'layout', set in 'size', with its upper left corner there, in points from the page's upper left.
 * TF_ERROR_LETTER_FAILED when the font has no glyph for a character. */
gboolean tf_letter_ink_draw(
	TfLetterInk *ink, PangoLayout *layout, double size, const double at[2], GError **error);

/* The outline of a box: left, top, width, height. */
void tf_letter_ink_draw_box(TfLetterInk *ink, const double box[4]);

/* Adds the content to 'pdf', then the font with the glyphs that were drawn, TF_LETTER_INK_OBJECTS objects in
 * all: the content is the first, the font resource the last. 'tag' is six capitals (section 9.6.4). */
#define TF_LETTER_INK_OBJECTS 7
gboolean tf_letter_ink_add_to(TfLetterInk *ink, TfLetterPdf *pdf, const gchar *tag, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfLetterInk, tf_letter_ink_free)
