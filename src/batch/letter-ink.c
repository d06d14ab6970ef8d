/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "letter-ink-private.h"

#include <glib/gi18n.h>

#include "base/error.h"
#include "batch/letter.h"

/* A glyph's code in the content is its place in 'glyphs'; 0 is .notdef. */
struct TfLetterInk {
	TfLetterType *type;
	const gchar *resource;
	const gchar *letter;
	GString *content;
	GArray *glyphs;	   /* guint32, index in the whole font */
	GPtrArray *texts;  /* what each stands for, UTF-8 */
	GHashTable *codes; /* "GLYPH TEXT" -> code */
};

static guint add_glyph(TfLetterInk *ink, guint32 glyph, const gchar *text, gsize length)
{
	g_autofree gchar *key = g_strdup_printf("%u %.*s", glyph, (int)length, text);
	gpointer known = g_hash_table_lookup(ink->codes, key);
	guint code = ink->glyphs->len;

	if (known != NULL)
		return GPOINTER_TO_UINT(known);
	g_array_append_val(ink->glyphs, glyph);
	g_ptr_array_add(ink->texts, g_strndup(text, length));
	g_hash_table_insert(ink->codes, g_steal_pointer(&key), GUINT_TO_POINTER(code));

	return code;
}

TfLetterInk *tf_letter_ink_new(TfLetterType *type, const gchar *resource, const gchar *letter)
{
	TfLetterInk *ink = g_new0(TfLetterInk, 1);

	ink->type = type;
	ink->resource = resource;
	ink->letter = letter;
	ink->content = g_string_new(NULL);
	ink->glyphs = g_array_new(FALSE, FALSE, sizeof(guint32));
	ink->texts = g_ptr_array_new_with_free_func(g_free);
	ink->codes = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	(void)add_glyph(ink, 0, "", 0);

	return ink;
}

void tf_letter_ink_free(TfLetterInk *ink)
{
	if (ink == NULL)
		return;
	g_string_free(ink->content, TRUE);
	g_array_unref(ink->glyphs);
	g_ptr_array_unref(ink->texts);
	g_hash_table_unref(ink->codes);
	g_free(ink);
}

static double advance_of(const TfLetterInk *ink, guint32 glyph)
{
	return hb_font_get_glyph_h_advance(tf_letter_type_font(ink->type), glyph);
}

void tf_letter_ink_add_digits(TfLetterInk *ink, double *ret_width)
{
	double width = 0;

	for (const gchar *digit = "0123456789"; *digit != '\0'; digit++) {
		hb_codepoint_t glyph = 0;

		(void)hb_font_get_nominal_glyph(tf_letter_type_font(ink->type), (guchar)*digit, &glyph);
		(void)add_glyph(ink, glyph, digit, 1);
		width = MAX(width, advance_of(ink, glyph));
	}
	*ret_width = width;
}

/* Where in the item's text the cluster of glyph i ends; runs are left to right. */
static gsize cluster_end(const PangoGlyphItem *run, int i)
{
	const int *starts = run->glyphs->log_clusters;

	for (int next = i + 1; next < run->glyphs->num_glyphs; next++) {
		if (starts[next] > starts[i])
			return (gsize)starts[next];
	}

	return (gsize)run->item->length;
}

static gboolean refuse_character(const TfLetterInk *ink, const gchar *text, GError **error)
{
	g_autofree gchar *character = g_strndup(text, (gsize)(g_utf8_next_char(text) - text));
	g_autofree gchar *reason = g_strdup_printf(_("its font has no character '%s'"), character);

	return tf_raise(error, TF_ERROR_LETTER_FAILED, ink->letter, reason, NULL);
}

/* Moves the next glyph to the right, in thousandths of the size (section 9.4.3, the operator TJ). */
static void append_shift(GString *content, double shift)
{
	if (ABS(shift) < 0.5)
		return;
	g_string_append(content, "> ");
	tf_letter_pdf_append_number(content, -shift);
	g_string_append_c(content, '<');
}

static gboolean draw_run(
	TfLetterInk *ink, PangoLayout *layout, const PangoGlyphItem *run, double size, GError **error)
{
	const gchar *text = pango_layout_get_text(layout) + run->item->offset;
	double per_unit = 1000 / size / PANGO_SCALE, owed = 0;
	int previous = -1;

	g_string_append(ink->content, "[<");
	for (int i = 0; i < run->glyphs->num_glyphs; i++) {
		const PangoGlyphInfo *info = &run->glyphs->glyphs[i];
		int start = run->glyphs->log_clusters[i];
		/* The first glyph of a cluster stands for its text, the others for none. */
		gsize length = start != previous ? cluster_end(run, i) - (gsize)start : 0;
		double width = info->geometry.width * per_unit, offset = info->geometry.x_offset * per_unit;

		previous = start;
		if (info->glyph == PANGO_GLYPH_EMPTY) {
			owed += width;
			continue;
		}
		if ((info->glyph & PANGO_GLYPH_UNKNOWN_FLAG) != 0)
			return refuse_character(ink, text + start, error);
		append_shift(ink->content, owed + offset);
		g_string_append_printf(
			ink->content, "%04X", add_glyph(ink, info->glyph, text + start, length));
		owed = width - advance_of(ink, info->glyph) - offset;
	}
	g_string_append(ink->content, ">] TJ\n");

	return TRUE;
}

gboolean tf_letter_ink_draw(
	TfLetterInk *ink, PangoLayout *layout, double size, const double at[2], GError **error)
{
	PangoLayoutIter *iter = pango_layout_get_iter(layout);
	gboolean is_drawn = TRUE;

	g_string_append_printf(ink->content, "BT /%s ", ink->resource);
	tf_letter_pdf_append_number(ink->content, size);
	g_string_append(ink->content, "Tf\n");
	do {
		const PangoGlyphItem *run = pango_layout_iter_get_run_readonly(iter);
		double baseline = (double)pango_layout_iter_get_baseline(iter) / PANGO_SCALE;
		PangoRectangle extents;

		if (run == NULL)
			continue;
		pango_layout_iter_get_run_extents(iter, NULL, &extents);
		g_string_append(ink->content, "1 0 0 1 ");
		tf_letter_pdf_append_number(ink->content, at[0] + (double)extents.x / PANGO_SCALE);
		tf_letter_pdf_append_number(ink->content, TF_LETTER_PAGE_HEIGHT - at[1] - baseline);
		g_string_append(ink->content, "Tm ");
		is_drawn = draw_run(ink, layout, run, size, error);
	} while (is_drawn && pango_layout_iter_next_run(iter));
	g_string_append(ink->content, "ET\n");
	pango_layout_iter_free(iter);

	return is_drawn;
}

void tf_letter_ink_draw_box(TfLetterInk *ink, const double box[4])
{
	g_string_append(ink->content, "0.75 w ");
	tf_letter_pdf_append_number(ink->content, box[0]);
	tf_letter_pdf_append_number(ink->content, TF_LETTER_PAGE_HEIGHT - box[1] - box[3]);
	tf_letter_pdf_append_number(ink->content, box[2]);
	tf_letter_pdf_append_number(ink->content, box[3]);
	g_string_append(ink->content, "re S\n");
}

static void append_block(GString *map, GString *rows, guint *n_rows)
{
	if (*n_rows > 0)
		g_string_append_printf(map, "%u beginbfchar\n%sendbfchar\n", *n_rows, rows->str);
	g_string_truncate(rows, 0);
	*n_rows = 0;
}

/* The text of each code (section 9.10.3), in blocks of at most 100 rows. */
static void add_texts(const TfLetterInk *ink, TfLetterPdf *pdf)
{
	g_autoptr(GString) map =
		g_string_new("/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
			     "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) "
			     "/Supplement 0 >> def\n/CMapName /Adobe-Identity-UCS def\n"
			     "/CMapType 2 def\n1 begincodespacerange\n<0000> <FFFF>\n"
			     "endcodespacerange\n");
	g_autoptr(GString) rows = g_string_new(NULL);
	guint n_rows = 0;

	for (guint code = 1; code < ink->texts->len; code++) {
		g_autofree gunichar2 *text = g_utf8_to_utf16(ink->texts->pdata[code], -1, NULL, NULL, NULL);

		if (text == NULL || text[0] == 0)
			continue;
		g_string_append_printf(rows, "<%04X> <", code);
		for (const gunichar2 *unit = text; *unit != 0; unit++)
			g_string_append_printf(rows, "%04X", *unit);
		g_string_append(rows, ">\n");
		if (++n_rows == 100)
			append_block(map, rows, &n_rows);
	}
	append_block(map, rows, &n_rows);
	g_string_append(map, "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend");
	(void)tf_letter_pdf_add_stream(pdf, map->str, map->len);
}

/* Codes to glyphs of the subset, two bytes each, high byte first (section 9.7.4.2, CIDToGIDMap). */
static void add_indices(TfLetterPdf *pdf, const guint32 *indices, guint n)
{
	g_autofree guint8 *map = g_malloc((gsize)n * 2);

	for (guint code = 0; code < n; code++) {
		map[code * 2] = (guint8)(indices[code] >> 8 & 0xFF);
		map[code * 2 + 1] = (guint8)(indices[code] & 0xFF);
	}
	(void)tf_letter_pdf_add_stream(pdf, map, (gsize)n * 2);
}

static gchar *widths_text(const TfLetterInk *ink)
{
	g_autoptr(GString) widths = g_string_new(NULL);

	for (guint code = 0; code < ink->glyphs->len; code++)
		tf_letter_pdf_append_number(
			widths, advance_of(ink, g_array_index(ink->glyphs, guint32, code)));

	return g_string_free(g_steal_pointer(&widths), FALSE);
}

gboolean tf_letter_ink_add_to(TfLetterInk *ink, TfLetterPdf *pdf, const gchar *tag, GError **error)
{
	guint n = ink->glyphs->len, first = tf_letter_pdf_next(pdf);
	g_autofree guint32 *indices = g_new0(guint32, n);
	g_autoptr(GBytes) file = tf_letter_type_subset(
		ink->type, (const guint32 *)(gpointer)ink->glyphs->data, n, indices, error);
	g_autofree gchar *widths = widths_text(ink);

	if (file == NULL)
		return FALSE;
	(void)tf_letter_pdf_add_stream(pdf, ink->content->str, ink->content->len);
	(void)tf_letter_pdf_add_font_file(pdf, g_bytes_get_data(file, NULL), g_bytes_get_size(file));
	add_indices(pdf, indices, n);
	add_texts(ink, pdf);
	(void)tf_letter_pdf_add(pdf,
		"<< /Type /FontDescriptor /FontName /%s+%s /Flags 4 /FontBBox [-1000 -300 2000 1100] "
		"/ItalicAngle 0 /Ascent 880 /Descent -120 /CapHeight 720 /StemV 80 /FontFile2 %u 0 R >>",
		tag, TF_LETTER_FONT, first + 1);
	(void)tf_letter_pdf_add(pdf,
		"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /%s+%s /CIDSystemInfo << /Registry (Adobe) "
		"/Ordering (Identity) /Supplement 0 >> /FontDescriptor %u 0 R /W [0 [%s]] "
		"/CIDToGIDMap %u 0 R >>",
		tag, TF_LETTER_FONT, first + 4, widths, first + 2);
	(void)tf_letter_pdf_add(pdf,
		"<< /Type /Font /Subtype /Type0 /BaseFont /%s+%s /Encoding /Identity-H "
		"/DescendantFonts [%u 0 R] /ToUnicode %u 0 R >>",
		tag, TF_LETTER_FONT, first + 5, first + 3);
	g_assert(tf_letter_pdf_next(pdf) == first + TF_LETTER_INK_OBJECTS);

	return TRUE;
}
