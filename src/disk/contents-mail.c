/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The parts of a mail, or of the many of an mbox (RFC 4155). Every part is decoded and looked at like any
 * file: what it is, its first octets say. */
#include <gmime/gmime.h>
#include <openssl/crypto.h>
#include <string.h>

#include "contents-private.h"

#define PART_LIMIT 1000u
#define UU_BEGIN   10 /* "begin 644 " */

typedef struct Parts {
	TfSearch *search;
	const gchar *outer;
	guint message;
	guint n;
	guint depth;
} Parts;

/* "2: 証明書.p12" for the second message's part of that name; the parts without one are counted. */
static gchar *name_of(const Parts *parts, GMimePart *part)
{
	const gchar *filename = g_mime_part_get_filename(part);
	g_autofree gchar *valid =
		filename != NULL ? g_utf8_make_valid(filename, -1) : g_strdup_printf("#%u", parts->n);
	g_autofree gchar *name =
		parts->message > 0 ? g_strdup_printf("%u: %s", parts->message, valid) : g_strdup(valid);

	return tf_search_member(parts->outer, name);
}

/* The next line that begins what programs before MIME wrote into the text: "begin 644 name". NULL: none. */
static const guint8 *find_uuencoded(const guint8 *bytes, gsize length)
{
	const guint8 *end = bytes + length;

	for (const guint8 *at = bytes; at != NULL && end - at > UU_BEGIN; at++) {
		if (memcmp(at, "begin ", 6) == 0 && g_ascii_isdigit(at[6]) && g_ascii_isdigit(at[7]) &&
			g_ascii_isdigit(at[8]) && at[9] == ' ')
			return at;
		at = memchr(at, '\n', (gsize)(end - at));
		if (at == NULL)
			break;
	}

	return NULL;
}

/* 'bytes' begin with its first line. */
static void look_at_uuencoded(Parts *parts, const guint8 *bytes, gsize length, const gchar *outer)
{
	const guint8 *line_end = memchr(bytes, '\n', length);
	gsize rest = line_end != NULL ? length - (gsize)(line_end + 1 - bytes) : 0;
	g_autofree gchar *label =
		rest > 0 ? g_strndup((const gchar *)bytes + UU_BEGIN, (gsize)(line_end - bytes) - UU_BEGIN)
			 : NULL;
	g_autofree gchar *valid = label != NULL ? g_utf8_make_valid(g_strchomp(label), -1) : NULL;
	g_autofree gchar *name = valid != NULL ? tf_search_member(outer, valid) : NULL;
	guint8 *decoded =
		rest > 0 && tf_search_may_unpack(parts->search, rest) ? OPENSSL_malloc(rest + 3) : NULL;
	int state = 0;
	guint32 save = 0;
	gsize n = 0;

	if (decoded == NULL)
		return;
	n = g_mime_encoding_uudecode_step(line_end + 1, rest, decoded, &state, &save);
	tf_search_bytes(parts->search, decoded, n, name, parts->depth + 2);
	OPENSSL_cleanse(&save, sizeof save);
	OPENSSL_clear_free(decoded, rest + 3);
}

static void look_at_all_uuencoded(Parts *parts, const guint8 *bytes, gsize length, const gchar *outer)
{
	const guint8 *end = NULL;

	if (length == 0)
		return;
	end = bytes + length;
	for (guint n = 0; n < PART_LIMIT && (bytes = find_uuencoded(bytes, (gsize)(end - bytes))) != NULL;
		n++) {
		look_at_uuencoded(parts, bytes, (gsize)(end - bytes), outer);
		bytes = memchr(bytes, '\n', (gsize)(end - bytes));
		if (bytes == NULL)
			return;
		bytes++;
	}
}

static void look_at_part(Parts *parts, GMimePart *part)
{
	GMimeDataWrapper *content = g_mime_part_get_content(part);
	GMimeStream *stream = NULL;
	GByteArray *octets = NULL;
	g_autofree gchar *name = NULL;

	if (content == NULL)
		return;
	stream = g_mime_stream_mem_new();
	(void)g_mime_data_wrapper_write_to_stream(content, stream);
	octets = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(stream));
	if (tf_search_may_unpack(parts->search, octets->len)) {
		name = name_of(parts, part);
		tf_search_bytes(parts->search, octets->data, octets->len, name, parts->depth + 1);
		look_at_all_uuencoded(parts, octets->data, octets->len, name);
	}
	OPENSSL_cleanse(octets->data, octets->len);
	g_object_unref(stream);
}

static void visit_part(GMimeObject *parent, GMimeObject *part, gpointer user_data)
{
	Parts *parts = user_data;

	(void)parent;
	if (parts->search->is_ended || ++parts->n > PART_LIMIT)
		return;
	if (GMIME_IS_PART(part))
		look_at_part(parts, GMIME_PART(part));
	else if (GMIME_IS_MESSAGE_PART(part)) {
		GMimeMessage *message = g_mime_message_part_get_message(GMIME_MESSAGE_PART(part));

		if (message != NULL)
			g_mime_message_foreach(message, visit_part, parts);
	}
}

static void look_at_messages(Parts *parts, GMimeParser *parser, gboolean is_mbox)
{
	while (!parts->search->is_ended) {
		GMimeMessage *message = g_mime_parser_construct_message(parser, NULL);

		if (message == NULL)
			return;
		parts->message += is_mbox ? 1 : 0;
		parts->n = 0;
		g_mime_message_foreach(message, visit_part, parts);
		parts->search->limits.is_too_large =
			parts->search->limits.is_too_large || parts->n > PART_LIMIT;
		g_object_unref(message);
		if (!is_mbox || g_mime_parser_eos(parser))
			return;
	}
}

/* 'n_before' messages of the mailbox were looked at. */
static void look_at_mail(
	TfSearch *search, const guint8 *bytes, gsize length, const gchar *member, guint depth, guint n_before)
{
	gsize lead = tf_form_mail_lead(bytes, length);
	gboolean is_mbox = length - lead > 5 && memcmp(bytes + lead, "From ", 5) == 0;
	Parts parts = { .search = search, .outer = member, .depth = depth, .message = n_before };
	gboolean is_within = search->is_in_mail;
	GMimeStream *stream = NULL;
	GMimeParser *parser = NULL;

	search->is_in_mail = TRUE;
	g_mime_init();
	stream = g_mime_stream_mem_new_with_buffer((const char *)bytes + lead, length - lead);
	parser = g_mime_parser_new_with_stream(stream);
	g_mime_parser_set_format(parser, is_mbox ? GMIME_FORMAT_MBOX : GMIME_FORMAT_MESSAGE);
	look_at_messages(&parts, parser, is_mbox);
	g_object_unref(parser);
	g_object_unref(stream);
	search->is_in_mail = is_within;
}

/* What only looks like a mail at its head is a text all the same. */
void tf_search_mail(TfSearch *search, const guint8 *bytes, gsize length, const gchar *member, guint depth)
{
	guint n_told = search->n_told;

	look_at_mail(search, bytes, length, member, depth, 0);
	if (search->n_told == n_told)
		tf_search_text(search, bytes, length, member, depth);
}

void tf_search_messages(TfSearch *search, const guint8 *bytes, gsize length, guint number)
{
	look_at_mail(search, bytes, length, NULL, 0, number - 1);
}
