/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "letter-pdf-private.h"

#include <zlib.h>

TfLetterPdf *tf_letter_pdf_new(guint first)
{
	TfLetterPdf *pdf = g_new0(TfLetterPdf, 1);

	pdf->bytes = g_string_new(NULL);
	pdf->offsets = g_array_new(FALSE, FALSE, sizeof(gsize));
	pdf->first = first;

	return pdf;
}

void tf_letter_pdf_free(TfLetterPdf *pdf)
{
	if (pdf == NULL)
		return;
	g_string_free(pdf->bytes, TRUE);
	g_array_unref(pdf->offsets);
	g_free(pdf);
}

guint tf_letter_pdf_next(const TfLetterPdf *pdf)
{
	return pdf->first + pdf->offsets->len;
}

static guint begin(TfLetterPdf *pdf)
{
	guint number = tf_letter_pdf_next(pdf);

	g_array_append_val(pdf->offsets, pdf->bytes->len);
	g_string_append_printf(pdf->bytes, "%u 0 obj\n", number);

	return number;
}

guint tf_letter_pdf_add(TfLetterPdf *pdf, const gchar *format, ...)
{
	guint number = begin(pdf);
	va_list arguments;

	va_start(arguments, format);
	g_string_append_vprintf(pdf->bytes, format, arguments);
	va_end(arguments);
	g_string_append(pdf->bytes, "\nendobj\n");

	return number;
}

/* 'bytes' as zlib packs them (section 7.4.4); NULL when they stay as they are. */
static guint8 *pack(const TfLetterPdf *pdf, gconstpointer bytes, gsize length, gsize *ret_length)
{
	uLongf room = compressBound(length);
	g_autofree guint8 *packed = NULL;

	if (!pdf->packs)
		return NULL;
	packed = g_malloc(room);
	if (compress2(packed, &room, bytes, length, Z_BEST_COMPRESSION) != Z_OK)
		return NULL;
	*ret_length = room;

	return g_steal_pointer(&packed);
}

static guint add_stream(TfLetterPdf *pdf, gconstpointer bytes, gsize length, const gchar *entries)
{
	guint number = begin(pdf);
	gsize packed_length = length;
	g_autofree guint8 *packed = pack(pdf, bytes, length, &packed_length);

	g_string_append_printf(pdf->bytes, "<< /Length %" G_GSIZE_FORMAT "%s%s >>\nstream\n", packed_length,
		packed != NULL ? " /Filter /FlateDecode" : "", entries);
	g_string_append_len(pdf->bytes, packed != NULL ? packed : bytes, (gssize)packed_length);
	g_string_append(pdf->bytes, "\nendstream\nendobj\n");

	return number;
}

guint tf_letter_pdf_add_stream(TfLetterPdf *pdf, gconstpointer bytes, gsize length)
{
	return add_stream(pdf, bytes, length, "");
}

guint tf_letter_pdf_add_font_file(TfLetterPdf *pdf, gconstpointer bytes, gsize length)
{
	g_autofree gchar *entries = g_strdup_printf(" /Length1 %" G_GSIZE_FORMAT, length);

	return add_stream(pdf, bytes, length, entries);
}

void tf_letter_pdf_append_rows(GString *table, const TfLetterPdf *pdf, gsize base)
{
	for (guint i = 0; i < pdf->offsets->len; i++) {
		gsize offset = base + g_array_index(pdf->offsets, gsize, i);

		g_string_append_printf(table, "%010" G_GSIZE_FORMAT " 00000 n \n", offset);
	}
}

void tf_letter_pdf_append_number(GString *content, double number)
{
	gint64 hundredths = (gint64)(number * 100 + (number < 0 ? -0.5 : 0.5));

	g_string_append_printf(content, "%s%" G_GINT64_FORMAT ".%02d ", hundredths < 0 ? "-" : "",
		ABS(hundredths) / 100, (int)(ABS(hundredths) % 100));
}
