/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The completion report of a run, made from its TfOutcome and nothing else, in three forms: a text for the
 * member, JSON for programs, and the mail of the guide. It claims nothing that was not established, and
 * always says that the key existed outside the token before. The copy that is meant to be sent names files by
 * kind, count and grade; full paths stay in the member's copy.
 */
#pragma once

#include <glib.h>

#include "profile/campaign.h"
#include "record/outcome.h"

/* 'campaign' is NULL below when none fits the certificate: then there is no mail, and days are those of UTC.
 */

/* In the person's language. The caller frees; untrusted parts are escaped for a terminal. */
gchar *tf_report_text(const TfOutcome *outcome, const TfCampaign *campaign) G_GNUC_WARN_UNUSED_RESULT;

/* One line of JSON in ASCII, without a newline; the member's copy (paths in full). */
gchar *tf_report_json(const TfOutcome *outcome) G_GNUC_WARN_UNUSED_RESULT;

/*
 * An RFC 5322 message in UTF-8 to the campaign's address, in the campaign's language whatever the locale and
 * without a catalogue (its words are compiled in): the guide's subject and sentence where the outcome allows
 * them (else a subject and sentence that say what is still open), name, number, date, then the facts; the
 * public JSON attached. It has no From, for the sender's address is not known here, and X-Unsent, so that a
 * mail program opens it as a draft. Header values with CR or LF are refused. TF_ERROR_USAGE when name, number
 * or campaign is missing or not one line; TF_ERROR_OUTPUT_FAILED.
 */
GBytes *tf_report_mail(
	const TfOutcome *outcome, const TfCampaign *campaign, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * Writes the three (the mail only when name and number are there) as new files
 * "tokenferry-DATE-SERIAL.{txt,json,eml}" (the certificate's serial; "tokenferry-supplement-…" of a
 * supplement) into a directory that
 * tf_file_open_directory() accepts, and sets the outcome's report paths before the JSON is made, so that it
 * names them. An existing name gets a number. On failure no file is left and the outcome is as it was.
 * TF_ERROR_OUTPUT_UNSAFE, TF_ERROR_OUTPUT_FAILED, and the errors of tf_report_mail().
 */
gboolean tf_report_write(
	TfOutcome *outcome, const TfCampaign *campaign, const gchar *directory, GError **error);

/* What an attempt of the evidence ("read CKA_PRIME_1") was, in the person's language, escaped for a terminal.
 * The caller frees. */
gchar *tf_report_attempt(const gchar *name) G_GNUC_WARN_UNUSED_RESULT;

/* Why a file was kept, by tf_kept_why_name(), in the person's language. Static; NULL for no such name. */
const gchar *tf_report_kept_why(const gchar *name);

/* What a file of a 'kind' is ("pkcs12"), in the person's language, escaped for a terminal. The caller frees.
 */
gchar *tf_report_kind(const gchar *kind) G_GNUC_WARN_UNUSED_RESULT;

/* Where in a file a key lies, of one place or several ("offset 4096; a.zip: b.p12"), in the person's
 * language; what programs read is put into words, a name stays. Not escaped; the caller frees. */
gchar *tf_report_member(const gchar *member) G_GNUC_WARN_UNUSED_RESULT;

/* Why a file was not looked at completely: "it is too large". */
const gchar *tf_report_limit(TfLimit limit);

/* What a search that read only heads did not see. */
const gchar *tf_report_reach(void);

/* The day of completion in the campaign's time zone, "2014年4月1日" or "1 April 2014" by language. */
gchar *tf_report_date(
	gint64 seconds, const TfCampaign *campaign, const gchar *language) G_GNUC_WARN_UNUSED_RESULT;

/* The same in the time zone of that identifier; in UTC when it is NULL or unknown. */
gchar *tf_report_date_in(
	gint64 seconds, const gchar *time_zone, const gchar *language) G_GNUC_WARN_UNUSED_RESULT;

/* The same of a day that stands already for itself, "2026-11-25", in whatever time zone it was meant. NULL
 * for what is none. */
gchar *tf_report_day(const gchar *day, const gchar *language) G_GNUC_WARN_UNUSED_RESULT;
