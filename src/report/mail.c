/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <glib/gi18n.h>
#include <gmime/gmime.h>
#include <string.h>

#include "base/error.h"
#include "base/escape.h"
#include "base/hex.h"
#include "report/report.h"

#include "date-private.h"
#include "json-private.h"
#include "mail-body-private.h"
#include "mail-words-private.h"

#define ATTACHMENT "tokenferry.json"

G_DEFINE_AUTOPTR_CLEANUP_FUNC(GMimeMessage, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GMimeMultipart, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GMimePart, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GMimeTextPart, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GMimeDataWrapper, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GMimeStream, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GMimeFormatOptions, g_mime_format_options_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(InternetAddressList, g_object_unref)

static gboolean is_one_line(const gchar *text)
{
	if (text == NULL || text[0] == '\0' || !g_utf8_validate(text, -1, NULL))
		return FALSE;
	for (const gchar *at = text; *at != '\0'; at = g_utf8_next_char(at)) {
		if (g_unichar_iscntrl(g_utf8_get_char(at)))
			return FALSE;
	}

	return TRUE;
}

/* One plain mailbox: a group or a list would send the report to more people than the campaign names. */
static gboolean set_recipient(GMimeMessage *message, const gchar *address, GError **error)
{
	g_autoptr(InternetAddressList) list = NULL;
	InternetAddress *mailbox = NULL;

	if (is_one_line(address))
		list = internet_address_list_parse(NULL, address);
	if (list != NULL && internet_address_list_length(list) == 1)
		mailbox = internet_address_list_get_address(list, 0);
	if (mailbox == NULL || !INTERNET_ADDRESS_IS_MAILBOX(mailbox))
		return tf_raise(error, TF_ERROR_OUTPUT_FAILED, "mail",
			_("the campaign's address is not one mail address"), NULL);

	internet_address_list_append(g_mime_message_get_to(message), list);

	return TRUE;
}

static gboolean set_subject(
	GMimeMessage *message, const TfOutcome *outcome, const TfCampaign *campaign, GError **error)
{
	TfMailLanguage language = tf_mail_language(tf_campaign_mail_language(campaign));
	const gchar *subject = tf_outcome_may_claim_completion(outcome)
				       ? tf_campaign_mail_subject(campaign)
				       : tf_mail_word(language, TF_MAIL_OPEN_SUBJECT);

	g_autofree gchar *clean = NULL;

	if (outcome->search != NULL)
		subject = tf_mail_word(language, TF_MAIL_SUPPLEMENT_SUBJECT);
	if (!is_one_line(subject))
		return tf_raise(error, TF_ERROR_OUTPUT_FAILED, "mail",
			_("the campaign's subject is not one line"), NULL);
	clean = tf_escape_header(subject);
	g_mime_message_set_subject(message, clean, "UTF-8");

	return TRUE;
}

/* No From: the sender's address is not known here. X-Unsent makes mail programs open the file as a draft, and
 * they then add From (RFC 5322, 3.6.2), which only a message that was sent must have. The Message-ID names no
 * host: "invalid" belongs to nobody (RFC 2606). */
static void set_origin(GMimeMessage *message, const TfOutcome *outcome, const TfCampaign *campaign)
{
	g_autoptr(GDateTime) date = tf_report_time(tf_outcome_date(outcome), campaign);
	g_autofree gchar *uuid = tf_uuid();
	g_autofree gchar *message_id = g_strdup_printf("%s@tokenferry.invalid", uuid);

	if (date != NULL)
		g_mime_message_set_date(message, date);
	g_mime_message_set_message_id(message, message_id);
	g_mime_object_append_header(GMIME_OBJECT(message), "X-Unsent", "1", NULL);
}

static GMimeTextPart *new_text(const TfOutcome *outcome, const TfCampaign *campaign)
{
	g_autoptr(GMimeTextPart) part = g_mime_text_part_new_with_subtype("plain");
	g_autofree gchar *body = tf_mail_body(outcome, campaign);

	g_mime_text_part_set_charset(part, "UTF-8");
	g_mime_text_part_set_text(part, body);
	g_mime_part_set_content_encoding(GMIME_PART(part), GMIME_CONTENT_ENCODING_BASE64);

	return g_steal_pointer(&part);
}

static GMimePart *new_attachment(const TfOutcome *outcome)
{
	g_autoptr(GMimePart) part = g_mime_part_new_with_type("application", "json");
	g_autofree gchar *json = tf_report_public_json(outcome);
	g_autoptr(GMimeStream) stream = g_mime_stream_mem_new_with_buffer(json, strlen(json));
	g_autoptr(GMimeDataWrapper) content =
		g_mime_data_wrapper_new_with_stream(stream, GMIME_CONTENT_ENCODING_DEFAULT);

	g_mime_part_set_content(part, content);
	g_mime_part_set_content_encoding(part, GMIME_CONTENT_ENCODING_BASE64);
	g_mime_part_set_filename(part, ATTACHMENT);
	g_mime_object_set_disposition(GMIME_OBJECT(part), GMIME_DISPOSITION_ATTACHMENT);

	return g_steal_pointer(&part);
}

/* With CRLF, as RFC 5322, 2.1 wants it. */
static GBytes *write_out(GMimeMessage *message, GError **error)
{
	g_autoptr(GMimeFormatOptions) options = g_mime_format_options_new();
	g_autoptr(GMimeStream) stream = g_mime_stream_mem_new();
	GByteArray *bytes = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(stream));

	g_mime_format_options_set_newline_format(options, GMIME_NEWLINE_FORMAT_DOS);
	if (g_mime_object_write_to_stream(GMIME_OBJECT(message), options, stream) < 0) {
		tf_raise(error, TF_ERROR_OUTPUT_FAILED, "mail", g_strerror(ENOMEM), NULL);
		return NULL;
	}

	return g_bytes_new(bytes->data, bytes->len);
}

static gboolean may_be_named(const TfOutcome *outcome, const TfCampaign *campaign, GError **error)
{
	if (campaign == NULL)
		return tf_raise(error, TF_ERROR_USAGE,
			_("the mail needs a campaign, for its address and its words"), NULL);
	if (!is_one_line(outcome->member_name) || !is_one_line(outcome->member_number))
		return tf_raise(error, TF_ERROR_USAGE,
			_("the mail needs a name (--name) and a registration number (--number), each in one "
			  "line"),
			NULL);

	return TRUE;
}

GBytes *tf_report_mail(const TfOutcome *outcome, const TfCampaign *campaign, GError **error)
{
	g_autoptr(GMimeMessage) message = NULL;
	g_autoptr(GMimeMultipart) parts = NULL;
	g_autoptr(GMimeTextPart) text = NULL;
	g_autoptr(GMimePart) attachment = NULL;

	if (!may_be_named(outcome, campaign, error))
		return NULL;

	/* Counted, and never undone: GMime 3.2 cannot be used again after g_mime_shutdown(). */
	g_mime_init();
	message = g_mime_message_new(TRUE);
	if (!set_recipient(message, tf_campaign_mail_to(campaign), error))
		return NULL;
	if (!set_subject(message, outcome, campaign, error))
		return NULL;
	set_origin(message, outcome, campaign);

	parts = g_mime_multipart_new_with_subtype("mixed");
	text = new_text(outcome, campaign);
	attachment = new_attachment(outcome);
	g_mime_multipart_add(parts, GMIME_OBJECT(text));
	g_mime_multipart_add(parts, GMIME_OBJECT(attachment));
	g_mime_message_set_mime_part(message, GMIME_OBJECT(parts));

	return write_out(message, error);
}
