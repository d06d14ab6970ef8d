/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Objects of a PDF file (ISO 32000-1), numbered one after the other, and where each begins. Numbers are
 * written the same in every locale. */
#pragma once

#include <glib.h>

typedef struct TfLetterPdf {
	GString *bytes;
	GArray *offsets; /* gsize: of each object, in 'bytes' */
	guint first;	 /* the number of the first object */
	gboolean packs;	 /* whether streams are deflated: set it for what is made once and used often */
} TfLetterPdf;

TfLetterPdf *tf_letter_pdf_new(guint first) G_GNUC_WARN_UNUSED_RESULT;
void tf_letter_pdf_free(TfLetterPdf *pdf);

/* The number that the next object gets. */
guint tf_letter_pdf_next(const TfLetterPdf *pdf);

/* Each returns the number of the new object. */
guint tf_letter_pdf_add(TfLetterPdf *pdf, const gchar *format, ...) G_GNUC_PRINTF(2, 3);
guint tf_letter_pdf_add_stream(TfLetterPdf *pdf, gconstpointer bytes, gsize length);
guint tf_letter_pdf_add_font_file(TfLetterPdf *pdf, gconstpointer bytes, gsize length); /* TrueType */

/* Rows of the cross-reference table (section 7.5.4), 'base' bytes added to every offset. */
void tf_letter_pdf_append_rows(GString *table, const TfLetterPdf *pdf, gsize base);

/* A number with at most two decimals and a blank after it. */
void tf_letter_pdf_append_number(GString *content, double number);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfLetterPdf, tf_letter_pdf_free)
