/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The letter's type: what sets its texts (Pango) and what is embedded of its font (HarfBuzz). Made once, for
 * it takes long. Pango gets text, never markup. */
#pragma once

#include <glib.h>
#include <hb.h>
#include <pango/pango.h>

/* What an error names that concerns every letter. */
#define TF_LETTER_ANY "*.pdf"

typedef struct TfLetterType TfLetterType;

/* TF_ERROR_LETTER_FAILED when the font is not installed or cannot be read. */
TfLetterType *tf_letter_type_new(GError **error) G_GNUC_WARN_UNUSED_RESULT;
void tf_letter_type_free(TfLetterType *type);

hb_font_t *tf_letter_type_font(const TfLetterType *type); /* one unit is a thousandth of the size; borrowed */

/* 'text' in lines of at most 'width' points; a word that is longer is broken. Sizes are in points. */
PangoLayout *tf_letter_type_set(
	TfLetterType *type, const gchar *text, double size, double width) G_GNUC_WARN_UNUSED_RESULT;
double tf_letter_type_height(PangoLayout *layout); /* in points */

/* The same in the largest of the sizes from size[0] down to size[1] at which it fits into box[0] x box[1]
 * points; *ret_size is that size. NULL when it fits at none. */
PangoLayout *tf_letter_type_fit(TfLetterType *type, const gchar *text, const double size[2],
	const double box[2], double *ret_size) G_GNUC_WARN_UNUSED_RESULT;
#define TF_LETTER_SIZE_STEP 0.5

/* The font reduced to 'glyphs' (n of them, by their index), as a TrueType file; *ret_indices the new index of
 * each. NULL with TF_ERROR_LETTER_FAILED. */
GBytes *tf_letter_type_subset(TfLetterType *type, const guint32 *glyphs, guint n, guint32 *ret_indices,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfLetterType, tf_letter_type_free)
