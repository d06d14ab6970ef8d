/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "csv.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <string.h>
#include <unistd.h>

#include "base/secret.h"

#define INPUT_SIZE 16000u
#define NO_BYTE	   (-1) /* the end of the file */
#define NO_READING (-2) /* it failed */

typedef enum State {
	STATE_START, /* of a cell */
	STATE_PLAIN,
	STATE_QUOTED,
	STATE_CLOSED, /* behind a quotation mark that ends the cell, or is the first half of one inside it */
} State;

typedef struct Place {
	goffset offset;
	guint line;
} Place;

struct TfCsv {
	int fd;
	TfCsvMark mark;
	TfSecret *input;
	gsize taken;   /* of 'input' */
	goffset ahead; /* where in the file 'input' ends */
	guint line;
	gboolean is_after_return; /* a line feed now belongs to the carriage return before it */

	Place row;
	Place second;	/* where the row's second line begins; line 0: it has none */
	TfSecret *text; /* the cells of the row, one behind the other */
	gsize ends[TF_CSV_CELL_LIMIT];
	guint n_cells;
	const gchar *reason;
};

TfCsv *tf_csv_new(int fd)
{
	g_autoptr(TfCsv) csv = g_new0(TfCsv, 1);

	csv->fd = fd;
	csv->line = 1;
	csv->input = tf_secret_new(INPUT_SIZE);
	csv->text = tf_secret_new(TF_CSV_ROW_LIMIT);
	if (csv->input == NULL || csv->text == NULL)
		return NULL;

	return g_steal_pointer(&csv);
}

void tf_csv_free(TfCsv *csv)
{
	if (csv == NULL)
		return;

	tf_secret_free(csv->input);
	tf_secret_free(csv->text);
	g_free(csv);
}

static goffset position(const TfCsv *csv)
{
	return csv->ahead - (goffset)(tf_secret_length(csv->input) - csv->taken);
}

/* A byte order mark stands at the start of a file only. */
static void take_mark(TfCsv *csv)
{
	const guint8 *bytes = tf_secret_peek(csv->input);
	gsize length = tf_secret_length(csv->input);

	if (length >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0) {
		csv->mark = TF_CSV_MARK_UTF8;
		csv->taken = 3;
	} else if (length >= 2 && (memcmp(bytes, "\xFF\xFE", 2) == 0 || memcmp(bytes, "\xFE\xFF", 2) == 0)) {
		csv->mark = TF_CSV_MARK_UTF16;
	}
}

/* FALSE at the end of the file (errno 0) and when reading fails. */
static gboolean fill(TfCsv *csv)
{
	gssize n = 0;

	do {
		errno = 0;
		n = pread(csv->fd, tf_secret_buffer(csv->input), tf_secret_capacity(csv->input), csv->ahead);
	} while (n < 0 && errno == EINTR);
	tf_secret_set_length(csv->input, n > 0 ? (gsize)n : 0);
	csv->taken = 0;
	if (n <= 0)
		return FALSE;

	if (csv->ahead == 0)
		take_mark(csv);
	csv->ahead += n;

	return TRUE;
}

static int peek(TfCsv *csv)
{
	while (csv->taken == tf_secret_length(csv->input)) {
		if (!fill(csv))
			return errno == 0 ? NO_BYTE : NO_READING;
	}

	return tf_secret_peek(csv->input)[csv->taken];
}

/* Counts lines, of which CRLF ends one. */
static int take(TfCsv *csv)
{
	int byte = peek(csv);

	if (byte < 0)
		return byte;
	csv->taken++;
	if (byte == '\r' || (byte == '\n' && !csv->is_after_return))
		csv->line++;
	csv->is_after_return = byte == '\r';

	return byte;
}

static gboolean is_line_end(int byte)
{
	return byte == '\n' || byte == '\r';
}

/* After a line end: so that a CRLF is taken whole. */
static void take_line_feed(TfCsv *csv)
{
	if (csv->is_after_return && peek(csv) == '\n')
		(void)take(csv);
}

static const gchar *append(TfCsv *csv, int byte)
{
	guint8 octet = (guint8)byte;

	return tf_secret_append(csv->text, &octet, 1) ? NULL : _("the line is too long");
}

static const gchar *end_cell(TfCsv *csv)
{
	if (csv->n_cells == TF_CSV_CELL_LIMIT)
		return _("the line has too many cells");

	csv->ends[csv->n_cells++] = tf_secret_length(csv->text);

	return NULL;
}

static const gchar *take_plain(TfCsv *csv, int byte, State *state)
{
	if (byte == ',') {
		*state = STATE_START;
		return end_cell(csv);
	}
	if (byte == '"' && *state == STATE_START) {
		*state = STATE_QUOTED;
		return NULL;
	}
	if (byte == '"')
		return _("a quotation mark stands inside a cell that does not begin with one");
	*state = STATE_PLAIN;

	return append(csv, byte);
}

static const gchar *take_closed(TfCsv *csv, int byte, State *state)
{
	if (byte == '"') {
		*state = STATE_QUOTED;
		return append(csv, byte);
	}
	if (byte == ',') {
		*state = STATE_START;
		return end_cell(csv);
	}

	return _("text stands between the closing quotation mark of a cell and the next comma");
}

static const gchar *take_quoted(TfCsv *csv, int byte, State *state)
{
	if (byte == '"') {
		*state = STATE_CLOSED;
		return NULL;
	}
	if (csv->second.line == 0 && (byte == '\n' || (byte == '\r' && peek(csv) != '\n'))) {
		csv->second = (Place){ position(csv), csv->line };
	}

	return append(csv, byte);
}

/* NULL, or what is against the rules. */
static const gchar *take_into_row(TfCsv *csv, int byte, State *state)
{
	if (byte == '\0')
		return _("it holds a NUL byte");

	switch (*state) {
	case STATE_START:
	case STATE_PLAIN:
		return take_plain(csv, byte, state);
	case STATE_QUOTED:
		return take_quoted(csv, byte, state);
	case STATE_CLOSED:
		return take_closed(csv, byte, state);
	}
	g_assert_not_reached();
}

/* A quotation mark that was forgotten swallows the lines behind it: they are read again for themselves. */
static TfCsvAnswer break_row(TfCsv *csv, int byte, const gchar *reason)
{
	csv->reason = reason;
	if (csv->second.line != 0) {
		tf_csv_seek(csv, csv->second.offset, csv->second.line);
		return TF_CSV_BROKEN;
	}
	while (byte >= 0 && !is_line_end(byte))
		byte = take(csv);
	take_line_feed(csv);

	return byte == NO_READING ? TF_CSV_FAILED : TF_CSV_BROKEN;
}

static TfCsvAnswer end_row(TfCsv *csv, int byte, State state)
{
	const gchar *reason = NULL;

	if (state == STATE_QUOTED)
		return break_row(csv, byte, _("a quotation mark is not closed"));
	reason = end_cell(csv);
	if (reason != NULL)
		return break_row(csv, byte, reason);
	take_line_feed(csv);

	return TF_CSV_ROW;
}

static TfCsvAnswer read_row(TfCsv *csv, int byte)
{
	State state = STATE_START;

	for (; byte >= 0 && (state == STATE_QUOTED || !is_line_end(byte)); byte = take(csv)) {
		const gchar *reason = take_into_row(csv, byte, &state);

		if (reason != NULL)
			return break_row(csv, byte, reason);
	}
	if (byte == NO_READING)
		return TF_CSV_FAILED;

	return end_row(csv, byte, state);
}

TfCsvAnswer tf_csv_next(TfCsv *csv)
{
	int byte = peek(csv);

	tf_secret_set_length(csv->text, 0);
	csv->n_cells = 0;
	csv->reason = NULL;
	csv->second.line = 0;
	for (; is_line_end(byte); byte = peek(csv))
		(void)take(csv);
	if (byte < 0)
		return byte == NO_BYTE ? TF_CSV_END : TF_CSV_FAILED;
	csv->row = (Place){ position(csv), csv->line };

	return read_row(csv, take(csv));
}

TfCsvMark tf_csv_mark(const TfCsv *csv)
{
	return csv->mark;
}

guint tf_csv_n_cells(const TfCsv *csv)
{
	return csv->n_cells;
}

TfCsvCell tf_csv_cell(const TfCsv *csv, guint index)
{
	gsize start = index > 0 ? csv->ends[index - 1] : 0;

	g_assert_cmpuint(index, <, csv->n_cells);

	return (TfCsvCell){ tf_secret_peek(csv->text) + start, csv->ends[index] - start };
}

const gchar *tf_csv_reason(const TfCsv *csv)
{
	return csv->reason;
}

guint tf_csv_line(const TfCsv *csv)
{
	return csv->row.line;
}

goffset tf_csv_offset(const TfCsv *csv)
{
	return csv->row.offset;
}

void tf_csv_seek(TfCsv *csv, goffset offset, guint line)
{
	tf_secret_set_length(csv->input, 0);
	csv->taken = 0;
	csv->ahead = offset;
	csv->line = line;
	csv->is_after_return = FALSE;
}
