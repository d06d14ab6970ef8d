/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "letter-press-private.h"

#include <errno.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"

#define COMMON_FONT "F1"
#define MEMBER_FONT "F2"

/* The front of every letter of a campaign: the objects of what is common, ended by the page, the list of
 * pages and the catalog. */
typedef struct Front {
	gchar *key;
	TfLetterPdf *pdf;
	guint catalog;
} Front;

struct TfLetterPress {
	TfLetterType *type;
	Front front; /* of the last letter */
};

static void front_clear(Front *front)
{
	g_clear_pointer(&front->key, g_free);
	g_clear_pointer(&front->pdf, tf_letter_pdf_free);
}

TfLetterPress *tf_letter_press_new(GError **error)
{
	g_autoptr(TfLetterType) type = tf_letter_type_new(error);
	TfLetterPress *press = NULL;

	if (type == NULL)
		return NULL;
	press = g_new0(TfLetterPress, 1);
	press->type = g_steal_pointer(&type);

	return press;
}

void tf_letter_press_free(TfLetterPress *press)
{
	if (press == NULL)
		return;
	front_clear(&press->front);
	tf_letter_type_free(press->type);
	g_free(press);
}

/* Everything that tf_letter_draw_common() draws. */
static gchar *front_key(const TfLetterContents *contents)
{
	return g_strdup_printf("%d\n%s\n%s\n%s", (int)contents->language,
		contents->number_label != NULL ? contents->number_label : "",
		contents->campaign_title != NULL ? contents->campaign_title : "",
		contents->contact != NULL ? contents->contact : "");
}

/* The page names objects that follow the front in every letter: the member's content and font, and, after the
 * letter's facts, the content of the PIN. */
static void add_page(Front *front, guint content, const TfLetterContents *contents)
{
	guint page = tf_letter_pdf_next(front->pdf), member = page + 3;
	guint pin = member + TF_LETTER_INK_OBJECTS + 1;

	(void)tf_letter_pdf_add(front->pdf,
		"<< /Type /Page /Parent %u 0 R /MediaBox [0 0 595.28 841.89] /Contents [%u 0 R %u 0 R %u 0 "
		"R]\n"
		"/Resources << /Font << /" COMMON_FONT " %u 0 R /" MEMBER_FONT " %u 0 R >> >> >>",
		page + 1, content, member, pin, content + TF_LETTER_INK_OBJECTS - 1,
		member + TF_LETTER_INK_OBJECTS - 1);
	(void)tf_letter_pdf_add(front->pdf, "<< /Type /Pages /Kids [%u 0 R] /Count 1 >>", page);
	front->catalog = tf_letter_pdf_add(front->pdf, "<< /Type /Catalog /Pages %u 0 R /Lang (%s) >>",
		page + 1, tf_letter_language_tag(contents->language));
}

static gboolean prepare_front(TfLetterPress *press, const TfLetterContents *contents, GError **error)
{
	g_autofree gchar *key = front_key(contents);
	g_autoptr(TfLetterPdf) pdf = NULL;
	g_autoptr(TfLetterInk) ink = NULL;
	guint content = 0;

	if (g_strcmp0(press->front.key, key) == 0)
		return TRUE;
	pdf = tf_letter_pdf_new(1);
	pdf->packs = TRUE;
	/* Four bytes above 127 say that the file is not text (section 7.5.2). */
	g_string_append(pdf->bytes, "%PDF-1.4\n%\xE2\xE3\xCF\xD3\n");
	ink = tf_letter_ink_new(press->type, COMMON_FONT, contents->number);
	content = tf_letter_pdf_next(pdf);
	if (!tf_letter_draw_common(ink, press->type, contents, error) ||
		!tf_letter_ink_add_to(ink, pdf, "COMMON", error))
		return FALSE;

	front_clear(&press->front);
	press->front.key = g_steal_pointer(&key);
	press->front.pdf = g_steal_pointer(&pdf);
	add_page(&press->front, content, contents);

	return TRUE;
}

/* No name, no number, no PIN: file managers and search engines show these. */
static void add_facts(TfLetterPdf *pdf, const TfLetterContents *contents)
{
	g_autoptr(GDateTime) issued = g_date_time_new_from_unix_utc(contents->issued);
	g_autofree gchar *date = issued != NULL ? g_date_time_format(issued, "%Y%m%d%H%M%SZ") : NULL;

	(void)tf_letter_pdf_add(pdf, "<< /Title (PIN letter) /Producer (tokenferry) /CreationDate (D:%s) >>",
		date != NULL ? date : "19700101000000Z");
}

/* The object of the PIN's content stream, on the secure heap; NULL when that is full. */
static TfSecret *wrap_pin(const TfSecret *content, guint number)
{
	g_autofree gchar *head = g_strdup_printf(
		"%u 0 obj\n<< /Length %" G_GSIZE_FORMAT " >>\nstream\n", number, tf_secret_length(content));
	static const gchar tail[] = "\nendstream\nendobj\n";
	gsize length = strlen(head) + tf_secret_length(content) + strlen(tail);
	g_autoptr(TfSecret) object = tf_secret_new(length);

	if (object == NULL || !tf_secret_append(object, head, strlen(head)) ||
		!tf_secret_append(object, tf_secret_peek(content), tf_secret_length(content)) ||
		!tf_secret_append(object, tail, strlen(tail)))
		return NULL;

	return g_steal_pointer(&object);
}

/* Cross-reference table and trailer (sections 7.5.4 and 7.5.5). */
static GString *finish(const Front *front, const TfLetterPdf *own, gsize pin_length)
{
	GString *end = g_string_new(NULL);
	gsize pin_at = front->pdf->bytes->len + own->bytes->len;
	guint n = tf_letter_pdf_next(own) + 1;

	g_string_append_printf(end, "xref\n0 %u\n0000000000 65535 f \n", n);
	tf_letter_pdf_append_rows(end, front->pdf, 0);
	tf_letter_pdf_append_rows(end, own, front->pdf->bytes->len);
	g_string_append_printf(end, "%010" G_GSIZE_FORMAT " 00000 n \n", pin_at);
	g_string_append_printf(end,
		"trailer\n<< /Size %u /Root %u 0 R /Info %u 0 R >>\nstartxref\n%" G_GSIZE_FORMAT
		"\n%%%%EOF\n",
		n, front->catalog, tf_letter_pdf_next(own) - 1, pin_at + pin_length);

	return end;
}

static gboolean write_all(const GString *const parts[3], const TfSecret *pin,
	const TfLetterContents *contents, int fd, GError **error)
{
	int failure = tf_file_write_all(fd, parts[0]->str, parts[0]->len);

	if (failure == 0)
		failure = tf_file_write_all(fd, parts[1]->str, parts[1]->len);
	if (failure == 0)
		failure = tf_file_write_all(fd, tf_secret_peek(pin), tf_secret_length(pin));
	if (failure == 0)
		failure = tf_file_write_all(fd, parts[2]->str, parts[2]->len);
	if (failure != 0)
		return tf_raise(error, TF_ERROR_LETTER_FAILED, contents->number, g_strerror(failure), NULL);

	return TRUE;
}

gboolean tf_letter_press_print(
	TfLetterPress *press, const TfLetterContents *contents, const TfSecret *pin, int fd, GError **error)
{
	g_autoptr(TfLetterInk) ink = tf_letter_ink_new(press->type, MEMBER_FONT, contents->number);
	g_autoptr(TfLetterPdf) own = NULL;
	g_autoptr(TfSecret) content = NULL, object = NULL;
	g_autoptr(GString) end = NULL;
	double digit_width = 0;

	tf_letter_ink_add_digits(ink, &digit_width);
	content = tf_letter_draw_pin(pin, MEMBER_FONT, digit_width, contents->number, error);
	if (content == NULL || !prepare_front(press, contents, error))
		return FALSE;
	own = tf_letter_pdf_new(tf_letter_pdf_next(press->front.pdf));
	if (!tf_letter_draw_member(ink, press->type, contents, error) ||
		!tf_letter_ink_add_to(ink, own, "MEMBER", error))
		return FALSE;
	add_facts(own, contents);
	object = wrap_pin(content, tf_letter_pdf_next(own));
	if (object == NULL)
		return tf_raise(error, TF_ERROR_LETTER_FAILED, contents->number, g_strerror(ENOMEM), NULL);
	end = finish(&press->front, own, tf_secret_length(object));

	return write_all((const GString *const[]){ press->front.pdf->bytes, own->bytes, end }, object,
		contents, fd, error);
}
