/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "letter-draw-private.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <string.h>

#include "base/error.h"

#define NOTE_GAP      0.5 /* between paragraphs, in sizes */
#define NONE	      "—"
#define PIN_GROUP_GAP 500 /* thousandths of the size */
#define PIN_DIGIT_GAP 100 /* likewise */

/* A text's place: left, top, width, height in points from the upper left of the page, and its largest and
 * smallest size. */
typedef struct Place {
	double at[2];
	double box[2];
	double size[2];
	PangoAlignment alignment;
} Place;

static const double frame[4] = { 57, 262, 481, 112 };
static const Place number_label_place = { { 57, 58 }, { 240, 24 }, { 8.5, 3 }, PANGO_ALIGN_LEFT };
static const Place number_place = { { 57, 83 }, { 240, 18 }, { 12, 4 }, PANGO_ALIGN_LEFT };
static const Place name_place = { { 57, 102 }, { 240, 52 }, { 18, 5 }, PANGO_ALIGN_LEFT };
static const Place date_place = { { 340, 58 }, { 198, 16 }, { 10, 6 }, PANGO_ALIGN_RIGHT };
static const Place campaign_place = { { 340, 76 }, { 198, 78 }, { 10, 4 }, PANGO_ALIGN_RIGHT };
static const Place title_place = { { 57, 190 }, { 481, 26 }, { 17, 8 }, PANGO_ALIGN_LEFT };
static const Place introduction_place = { { 57, 222 }, { 481, 34 }, { 10.5, 6 }, PANGO_ALIGN_LEFT };
static const Place token_label_title_place = { { 71, 270 }, { 210, 14 }, { 9, 5 }, PANGO_ALIGN_LEFT };
static const Place token_label_place = { { 71, 283 }, { 210, 26 }, { 12, 4 }, PANGO_ALIGN_LEFT };
static const Place token_serial_title_place = { { 305, 270 }, { 220, 14 }, { 9, 5 }, PANGO_ALIGN_LEFT };
static const Place token_serial_place = { { 305, 283 }, { 220, 26 }, { 12, 4 }, PANGO_ALIGN_LEFT };
static const Place user_pin_title_place = { { 71, 313 }, { 210, 14 }, { 10, 5 }, PANGO_ALIGN_LEFT };
static const Place notes_place = { { 57, 392 }, { 481, 394 }, { 10.5, 5 }, PANGO_ALIGN_LEFT };

static const double pin_at[2] = { 71, 360 }; /* its baseline */
static const double pin_width = 453;
static const double pin_size = 30;

static gboolean refuse_length(const gchar *letter, const gchar *text, GError **error)
{
	g_autofree gchar *reason = g_strdup_printf(_("'%s' is too long for it"), text);

	return tf_raise(error, TF_ERROR_LETTER_FAILED, letter, reason, NULL);
}

typedef struct Sheet {
	TfLetterInk *ink;
	TfLetterType *type;
	const TfLetterContents *contents;
} Sheet;

static gboolean draw_text(const Sheet *sheet, const Place *place, const gchar *text, GError **error)
{
	double size = 0;
	g_autoptr(PangoLayout) layout = tf_letter_type_fit(sheet->type, text, place->size, place->box, &size);

	if (layout == NULL)
		return refuse_length(sheet->contents->number, text, error);
	pango_layout_set_alignment(layout, place->alignment);

	return tf_letter_ink_draw(sheet->ink, layout, size, place->at, error);
}

/* The layouts of 'paragraphs' in that size; NULL when they are higher than the place. */
static GPtrArray *set_paragraphs(const Sheet *sheet, GPtrArray *paragraphs, double size)
{
	g_autoptr(GPtrArray) layouts = g_ptr_array_new_with_free_func(g_object_unref);
	double height = 0;

	for (guint i = 0; i < paragraphs->len; i++) {
		PangoLayout *layout =
			tf_letter_type_set(sheet->type, paragraphs->pdata[i], size, notes_place.box[0]);

		g_ptr_array_add(layouts, layout);
		height += tf_letter_type_height(layout) + NOTE_GAP * size;
	}

	return height <= notes_place.box[1] ? g_steal_pointer(&layouts) : NULL;
}

/* In the largest size in which they fit; NULL when there is none. */
static GPtrArray *fit_paragraphs(const Sheet *sheet, GPtrArray *paragraphs, double *ret_size)
{
	for (guint i = 0; notes_place.size[0] - i * TF_LETTER_SIZE_STEP >= notes_place.size[1]; i++) {
		double size = notes_place.size[0] - i * TF_LETTER_SIZE_STEP;
		GPtrArray *layouts = set_paragraphs(sheet, paragraphs, size);

		if (layouts == NULL)
			continue;
		*ret_size = size;
		return layouts;
	}

	return NULL;
}

static gboolean draw_paragraphs(const Sheet *sheet, GPtrArray *paragraphs, GError **error)
{
	double size = 0, at[2] = { notes_place.at[0], notes_place.at[1] };
	g_autoptr(GPtrArray) layouts = fit_paragraphs(sheet, paragraphs, &size);

	if (layouts == NULL)
		return refuse_length(sheet->contents->number, _("what is said below the PIN"), error);
	for (guint i = 0; i < layouts->len; i++) {
		PangoLayout *layout = layouts->pdata[i];

		if (!tf_letter_ink_draw(sheet->ink, layout, size, at, error))
			return FALSE;
		at[1] += tf_letter_type_height(layout) + NOTE_GAP * size;
	}

	return TRUE;
}

static gboolean draw_notes(const Sheet *sheet, GError **error)
{
	g_autoptr(GPtrArray) paragraphs = g_ptr_array_new_with_free_func(g_free);
	guint number = 1;

	for (TfLetterWord note = TF_LETTER_NOTE_PIN_CODE; note <= TF_LETTER_NOTE_NOT_DONE; note++)
		g_ptr_array_add(paragraphs,
			g_strdup_printf("%u. %s", number++, tf_letter_word(sheet->contents->language, note)));
	if (sheet->contents->contact != NULL)
		g_ptr_array_add(
			paragraphs, g_strdup_printf("%s\n%s",
					    tf_letter_word(sheet->contents->language, TF_LETTER_CONTACT),
					    sheet->contents->contact));

	return draw_paragraphs(sheet, paragraphs, error);
}

static gboolean draw_word(const Sheet *sheet, const Place *place, TfLetterWord word, GError **error)
{
	return draw_text(sheet, place, tf_letter_word(sheet->contents->language, word), error);
}

gboolean tf_letter_draw_common(
	TfLetterInk *ink, TfLetterType *type, const TfLetterContents *contents, GError **error)
{
	const Sheet sheet = { ink, type, contents };
	const gchar *number_label = contents->number_label != NULL
					    ? contents->number_label
					    : tf_letter_word(contents->language, TF_LETTER_NUMBER);
	const gchar *campaign_title = contents->campaign_title != NULL ? contents->campaign_title : "";

	tf_letter_ink_draw_box(ink, frame);

	return draw_text(&sheet, &number_label_place, number_label, error) &&
	       draw_text(&sheet, &campaign_place, campaign_title, error) &&
	       draw_word(&sheet, &title_place, TF_LETTER_TITLE, error) &&
	       draw_word(&sheet, &introduction_place, TF_LETTER_INTRODUCTION, error) &&
	       draw_word(&sheet, &token_label_title_place, TF_LETTER_TOKEN_LABEL, error) &&
	       draw_word(&sheet, &token_serial_title_place, TF_LETTER_TOKEN_SERIAL, error) &&
	       draw_word(&sheet, &user_pin_title_place, TF_LETTER_USER_PIN, error) &&
	       draw_notes(&sheet, error);
}

gboolean tf_letter_draw_member(
	TfLetterInk *ink, TfLetterType *type, const TfLetterContents *contents, GError **error)
{
	const Sheet sheet = { ink, type, contents };
	g_auto(GStrv) parts =
		g_strsplit(tf_letter_word(contents->language, TF_LETTER_ADDRESSEE), "{name}", 2);
	g_autofree gchar *addressee = g_strconcat(parts[0], contents->name, parts[1], NULL);
	const gchar *label = contents->token_label != NULL ? contents->token_label : NONE;
	const gchar *serial = contents->token_serial != NULL ? contents->token_serial : NONE;

	return draw_text(&sheet, &number_place, contents->number, error) &&
	       draw_text(&sheet, &name_place, addressee, error) &&
	       draw_text(&sheet, &date_place, contents->date, error) &&
	       draw_text(&sheet, &token_label_place, label, error) &&
	       draw_text(&sheet, &token_serial_place, serial, error);
}

/* Room for what tf_letter_draw_pin() writes round n digits and for each of them. */
static gsize pin_room(gsize n)
{
	return 256 + n * 32;
}

static gboolean append_text(TfSecret *content, const gchar *text)
{
	return tf_secret_append(content, text, strlen(text));
}

/* Each digit by 'row' (10 of them): as its UTF-16 code, or as its code in the font. */
static gboolean append_digits(
	TfSecret *content, const TfSecret *pin, const gchar *const row[10], const gchar *gap)
{
	const guint8 *digits = tf_secret_peek(pin);

	for (gsize i = 0; i < tf_secret_length(pin); i++) {
		if (i > 0 && i % 4 == 0 && !append_text(content, gap))
			return FALSE;
		if (!append_text(content, row[digits[i] - '0']))
			return FALSE;
	}

	return TRUE;
}

static gboolean is_digits(const TfSecret *pin)
{
	const guint8 *digits = tf_secret_peek(pin);
	gsize n = tf_secret_length(pin);

	for (gsize i = 0; i < n; i++) {
		if (!g_ascii_isdigit(digits[i]))
			return FALSE;
	}

	return n >= 4 && n <= 32;
}

/* The digits' size: smaller where there are too many of them for the line. */
static double fit_pin(gsize n, double digit_width)
{
	gsize n_gaps = (n - 1) / 4;
	double width = (double)n * (digit_width + PIN_DIGIT_GAP) + (double)n_gaps * PIN_GROUP_GAP;

	return MIN(pin_size, pin_width * 1000 / width);
}

/* What is read aloud or copied is the PIN without its gaps (ISO 32000-1 section 14.9.4). */
TfSecret *tf_letter_draw_pin(
	const TfSecret *pin, const gchar *resource, double digit_width, const gchar *letter, GError **error)
{
	static const gchar *const utf16[10] = { "0030", "0031", "0032", "0033", "0034", "0035", "0036",
		"0037", "0038", "0039" };
	static const gchar *const codes[10] = { "0001", "0002", "0003", "0004", "0005", "0006", "0007",
		"0008", "0009", "000A" };
	g_autoptr(GString) before = g_string_new(NULL);
	g_autoptr(TfSecret) content = NULL;
	double size = 0;

	if (!is_digits(pin)) {
		tf_raise(error, TF_ERROR_LETTER_FAILED, letter, _("the PIN is not 4 to 32 digits"), NULL);
		return NULL;
	}
	size = fit_pin(tf_secret_length(pin), digit_width);
	g_string_append_printf(before, "> >> BDC\nBT /%s ", resource);
	tf_letter_pdf_append_number(before, size);
	g_string_append(before, "Tf ");
	tf_letter_pdf_append_number(before, size * PIN_DIGIT_GAP / 1000);
	g_string_append(before, "Tc 1 0 0 1 ");
	tf_letter_pdf_append_number(before, pin_at[0]);
	tf_letter_pdf_append_number(before, TF_LETTER_PAGE_HEIGHT - pin_at[1]);
	g_string_append(before, "Tm\n[<");

	content = tf_secret_new(pin_room(tf_secret_length(pin)));
	if (content == NULL || !append_text(content, "/Span << /ActualText <FEFF") ||
		!append_digits(content, pin, utf16, "") || !append_text(content, before->str) ||
		!append_digits(content, pin, codes, "> -" G_STRINGIFY(PIN_GROUP_GAP) " <") ||
		!append_text(content, ">] TJ\nET\nEMC\n")) {
		tf_raise(error, TF_ERROR_LETTER_FAILED, letter, g_strerror(ENOMEM), NULL);
		return NULL;
	}

	return g_steal_pointer(&content);
}
