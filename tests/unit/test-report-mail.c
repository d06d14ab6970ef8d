/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gstdio.h>
#include <gmime/gmime.h>
#include <string.h>

#include "base/error.h"
#include "base/secret.h"
#include "outcomes.h"
#include "report/report.h"

#define DEMO "/../../profiles/campaigns/demo.profile"

G_DEFINE_AUTOPTR_CLEANUP_FUNC(GMimeMessage, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GMimeParser, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GMimeStream, g_object_unref)

typedef struct Fixture {
	TfFixtureMember *member;
	TfCampaign *campaign;
	TfOutcome *outcome;
} Fixture;

/* What a mail program makes of the bytes. */
typedef struct Mail {
	gchar *subject;
	gchar *to;
	gchar *message_id;
	gchar *unsent;
	gchar *from;
	gchar *date;
	gchar *body;
	gchar *attachment_name;
	gchar *attachment;
	gchar *raw;
} Mail;

static void mail_free(Mail *mail)
{
	g_free(mail->subject);
	g_free(mail->to);
	g_free(mail->message_id);
	g_free(mail->unsent);
	g_free(mail->from);
	g_free(mail->date);
	g_free(mail->body);
	g_free(mail->attachment_name);
	g_free(mail->attachment);
	g_free(mail->raw);
	g_free(mail);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Mail, mail_free)

/* The demo's campaign in another mail language. */
static TfCampaign *load_english(void)
{
	g_autofree gchar *directory = tf_fixture_directory();
	g_autofree gchar *source = g_strconcat(g_getenv("G_TEST_SRCDIR"), DEMO, NULL);
	g_autofree gchar *path = g_build_filename(directory, "english.profile", NULL);
	g_autofree gchar *content = NULL;
	g_autoptr(GError) error = NULL;
	g_autoptr(GString) changed = NULL;
	TfCampaign *campaign = NULL;

	g_assert_true(g_file_get_contents(source, &content, NULL, NULL));
	changed = g_string_new(content);
	g_assert_cmpuint(g_string_replace(changed, "Language=ja", "Language=en", 1), ==, 1);
	g_assert_true(g_file_set_contents(path, changed->str, -1, NULL));
	campaign = tf_campaign_load_file(path, &error);
	g_assert_no_error(error);
	tf_fixture_remove(directory);

	return campaign;
}

static void set_up(Fixture *fixture, gconstpointer data)
{
	(void)data;
	fixture->member = tf_fixture_member("ec256", TF_FIXTURE_NAME, "Tokenferry Demo Issuing CA");
	fixture->campaign = tf_fixture_campaign("sharoushi-2014");
	fixture->outcome = tf_fixture_outcome(fixture->member->certificate, TF_STATUS_DONE);
}

static void tear_down(Fixture *fixture, gconstpointer data)
{
	(void)data;
	tf_outcome_free(fixture->outcome);
	tf_campaign_free(fixture->campaign);
	tf_fixture_member_free(fixture->member);
}

static gchar *text_of(GMimeObject *part)
{
	g_autoptr(GMimeStream) stream = g_mime_stream_mem_new();
	GByteArray *bytes = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(stream));

	g_mime_data_wrapper_write_to_stream(g_mime_part_get_content(GMIME_PART(part)), stream);

	return g_strndup((const gchar *)bytes->data, bytes->len);
}

static Mail *parse(GBytes *bytes)
{
	gsize length = 0;
	const gchar *data = g_bytes_get_data(bytes, &length);
	g_autoptr(GMimeStream) stream = g_mime_stream_mem_new_with_buffer(data, length);
	g_autoptr(GMimeParser) parser = g_mime_parser_new_with_stream(stream);
	g_autoptr(GMimeMessage) message = g_mime_parser_construct_message(parser, NULL);
	GMimeMultipart *parts = GMIME_MULTIPART(g_mime_message_get_mime_part(message));
	Mail *mail = g_new0(Mail, 1);

	mail->raw = g_strndup(data, length);
	mail->subject = g_strdup(g_mime_message_get_subject(message));
	mail->to = internet_address_list_to_string(g_mime_message_get_to(message), NULL, FALSE);
	mail->message_id = g_strdup(g_mime_message_get_message_id(message));
	mail->unsent = g_strdup(g_mime_object_get_header(GMIME_OBJECT(message), "X-Unsent"));
	mail->from = g_strdup(g_mime_object_get_header(GMIME_OBJECT(message), "From"));
	mail->date = g_date_time_format_iso8601(g_mime_message_get_date(message));
	g_assert_cmpint(g_mime_multipart_get_count(parts), ==, 2);
	mail->body = text_of(g_mime_multipart_get_part(parts, 0));
	mail->attachment = text_of(g_mime_multipart_get_part(parts, 1));
	mail->attachment_name =
		g_strdup(g_mime_part_get_filename(GMIME_PART(g_mime_multipart_get_part(parts, 1))));

	return mail;
}

static Mail *send_report(const TfOutcome *outcome, const TfCampaign *campaign)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) bytes = tf_report_mail(outcome, campaign, &error);

	g_assert_no_error(error);

	return parse(bytes);
}

static void test_guide(Fixture *fixture, gconstpointer data)
{
	g_autoptr(Mail) mail = send_report(fixture->outcome, fixture->campaign);

	(void)data;
	g_assert_cmpstr(mail->subject, ==, "再インポート完了連絡");
	g_assert_cmpstr(mail->to, ==, "certificate-desk@federation.example");
	g_assert_true(g_str_has_prefix(mail->body,
		"ウイルス対策と再インポートが完了しましたので、ご連絡いたします。\n\n"
		"氏名: " TF_FIXTURE_NAME "\n"
		"社労士登録番号(8ケタ): " TF_FIXTURE_NUMBER "\n"
		"完了日: 2027年1月1日\n"));
	tf_assert_says(mail->body, "発行先: " TF_FIXTURE_NAME "\n");
	tf_assert_says(mail->body, "証拠: 取り出しを試み、すべて拒否されました");
	tf_assert_says(mail->body, "CKA_PRIVATE_EXPONENT の読み出し: 拒否 (CKR_ATTRIBUTE_SENSITIVE)\n");
	tf_assert_says(mail->body, "この鍵は、以前はトークンの外に存在していました。");
	tf_assert_says(mail->body, "PKCS#12ファイル x 1: W3FG: 元の場所に上書き; フラッシュメモリ");
	tf_assert_says(
		mail->body, "PKCS#12ファイル x 1: 取り外せる媒体上のバックアップ(鍵付きキャビネットへ)");
	tf_assert_says(mail->body, "確認していないこと\n");
}

static void test_draft(Fixture *fixture, gconstpointer data)
{
	g_autoptr(Mail) mail = send_report(fixture->outcome, fixture->campaign);

	(void)data;
	g_assert_cmpstr(mail->unsent, ==, "1");
	g_assert_null(mail->from);
	g_assert_true(g_str_has_suffix(mail->message_id, "@tokenferry.invalid"));
	g_assert_cmpstr(mail->date, ==, "2027-01-01T23:30:00+09");
	tf_assert_silent(mail->raw, g_get_host_name());
	tf_assert_says(mail->raw, "MIME-Version: 1.0\r\n");
}

static void test_headers_are_ascii(Fixture *fixture, gconstpointer data)
{
	g_autoptr(Mail) mail = send_report(fixture->outcome, fixture->campaign);
	g_auto(GStrv) lines = g_strsplit(mail->raw, "\r\n", -1);

	(void)data;
	tf_assert_says(mail->raw, "Subject: =?UTF-8?");
	for (guint i = 0; lines[i] != NULL; i++) {
		g_assert_true(g_str_is_ascii(lines[i]));
		g_assert_null(strpbrk(lines[i], "\r\n"));
		g_assert_cmpuint(strlen(lines[i]), <=, 998);
	}
}

static void test_privacy(Fixture *fixture, gconstpointer data)
{
	TfPlacement *placement = g_ptr_array_index(fixture->outcome->placements, 0);
	g_autoptr(Mail) mail = NULL;

	(void)data;
	g_free(placement->token->uri);
	placement->token->uri = g_strdup("pkcs11:serial=1?module-path=/home/taro-account/m.so");
	placement->evidence->unanswered = g_strdup("cannot open '/root/.config/x'");
	fixture->outcome->report_text = g_strdup(TF_FIXTURE_DIRECTORY "/a.txt");
	fixture->outcome->report_json = g_strdup(TF_FIXTURE_DIRECTORY "/a.json");
	fixture->outcome->report_mail = g_strdup(TF_FIXTURE_DIRECTORY "/a.eml");
	((TfPlacement *)g_ptr_array_index(fixture->outcome->placements, 0))->module->let_pass =
		g_strdup("others may write to '" TF_FIXTURE_DIRECTORY "/lib'");
	tf_outcome_add_kept(fixture->outcome, TF_FIXTURE_DIRECTORY "/x.p12", "pkcs12", TF_KEPT_WIPE_REFUSED,
		"'" TF_FIXTURE_DIRECTORY "/x.p12' is open");
	g_ptr_array_add(fixture->outcome->placements, tf_fixture_placement("0002"));
	mail = send_report(fixture->outcome, fixture->campaign);

	tf_assert_silent(mail->body, "taro-account");
	tf_assert_silent(mail->body, "/home");
	tf_assert_silent(mail->body, "/media");
	tf_assert_silent(mail->body, "/root");
	tf_assert_says(mail->body, "応答がなかったもの: トークンの使い方の一つ");
	tf_assert_silent(mail->attachment, "taro-account");
	tf_assert_silent(mail->attachment, "/home");
	tf_assert_silent(mail->attachment, "/media");
	tf_assert_silent(mail->attachment, "/root");
	tf_assert_silent(mail->attachment, "\"/");
	tf_assert_says(mail->body, "module.so (module 1.0) SHA-256 " TF_FIXTURE_SOURCE);
}

static void test_counts(Fixture *fixture, gconstpointer data)
{
	g_autoptr(Mail) mail = NULL;

	(void)data;
	tf_outcome_add_wiped(fixture->outcome, "/b.p12", "pkcs12", 1, "G");
	tf_outcome_add_wiped(fixture->outcome, "/c.p12", "pkcs12", 3, "FG");
	tf_outcome_add_wiped(fixture->outcome, "/e.p12", "pkcs12", 1, "G")->is_shared = TRUE;
	tf_outcome_add_wiped(fixture->outcome, "/profile", "nss", 1, "G");
	tf_outcome_add_kept(fixture->outcome, "/d.p12", "pkcs12", TF_KEPT_BACKUP, NULL);
	mail = send_report(fixture->outcome, fixture->campaign);

	tf_assert_says(mail->body, "PKCS#12ファイル x 2: W3FG: ");
	tf_assert_says(mail->body, "PKCS#12ファイル x 1: W1G: 名前のみ削除");
	tf_assert_says(mail->body, "ブラウザーの鍵の保管場所(NSS) x 1: W1G: 鍵を削除し、");
	tf_assert_says(mail->body, "同じ内容がスナップショットまたは別のファイルに残存");
	tf_assert_says(mail->body, "PKCS#12ファイル x 2: 取り外せる媒体上のバックアップ");
}

static void test_attachment(Fixture *fixture, gconstpointer data)
{
	g_autoptr(Mail) mail = send_report(fixture->outcome, fixture->campaign);
	g_autoptr(json_t) object = json_loads(mail->attachment, 0, NULL);
	g_autoptr(GError) error = NULL;
	g_autoptr(TfOutcome) outcome = tf_outcome_from_json(object, "attachment", &error);

	(void)data;
	g_assert_no_error(error);
	g_assert_cmpstr(mail->attachment_name, ==, "tokenferry.json");
	g_assert_cmpstr(outcome->member_number, ==, TF_FIXTURE_NUMBER);
	g_assert_cmpuint(outcome->wiped->len, ==, 1);
}

static void test_open(Fixture *fixture, gconstpointer data)
{
	static const gchar *const sentences[TF_N_STATUSES] = {
		[TF_STATUS_DONE] = NULL,
		[TF_STATUS_KEPT] = "元のファイルまたはその中身がパソコンに残っているため、完了していません。",
		[TF_STATUS_CLAIMED] = "十分に確認できていないため、完了していません。",
		[TF_STATUS_REFUTED] = "このトークンは使用できず、完了していません。",
		[TF_STATUS_PROVISIONED] = "ご本人のパソコンの確認がまだのため、完了していません。",
	};

	(void)data;
	for (guint i = TF_STATUS_KEPT; i < TF_N_STATUSES; i++) {
		g_autoptr(Mail) mail = NULL;

		fixture->outcome->status = (TfStatus)i;
		mail = send_report(fixture->outcome, fixture->campaign);

		g_assert_cmpstr(mail->subject, ==, "再インポート状況のご連絡(未完了)");
		tf_assert_says(mail->body, sentences[i]);
		tf_assert_silent(mail->body, "完了しましたので");
		tf_assert_silent(mail->body, "完了日");
		tf_assert_says(mail->body, "この鍵は、以前はトークンの外に存在していました。");
	}
}

static void test_kept_but_confirmed(Fixture *fixture, gconstpointer data)
{
	g_autoptr(Mail) mail = NULL;

	(void)data;
	fixture->outcome->status = TF_STATUS_KEPT;
	tf_outcome_add_exception(fixture->outcome, TF_EXCEPTION_KEPT);
	mail = send_report(fixture->outcome, fixture->campaign);

	g_assert_cmpstr(mail->subject, ==, "再インポート完了連絡");
	tf_assert_says(mail->body,
		"本人が例外として確認したこと\n  パソコンの状態を確認しないまま完了と報告すること\n  "
		"ファイルをパソコンに残したまま完了と報告");
}

static void test_revoked(Fixture *fixture, gconstpointer data)
{
	g_autoptr(Mail) mail = NULL;

	(void)data;
	g_free(fixture->outcome->revocation);
	fixture->outcome->revocation = g_strdup("revoked");
	mail = send_report(fixture->outcome, fixture->campaign);

	g_assert_cmpstr(mail->subject, ==, "再インポート状況のご連絡(未完了)");
	tf_assert_says(mail->body, "電子証明書が失効しているため、完了していません。");
	tf_assert_silent(mail->body, "完了しましたので");
}

static void test_english(Fixture *fixture, gconstpointer data)
{
	g_autoptr(TfCampaign) english = load_english();
	g_autoptr(Mail) mail = NULL;

	(void)data;
	fixture->outcome->status = TF_STATUS_KEPT;
	mail = send_report(fixture->outcome, english);

	g_assert_cmpstr(mail->subject, ==, "State of the key migration (not completed)");
	tf_assert_says(mail->body, "still on the PC, so this is not completed.");
	tf_assert_says(mail->body, "registration number (8 digits): " TF_FIXTURE_NUMBER);
	tf_assert_says(mail->body, "Date of this state: 1 January 2027");
}

/* Every value of every enum has words in the language that the mail speaks; none is missing or English. */
static void test_every_word(Fixture *fixture, gconstpointer data)
{
	TfPlacement *placement = g_ptr_array_index(fixture->outcome->placements, 0);
	g_autoptr(Mail) mail = NULL;

	(void)data;
	for (guint i = 0; i < TF_N_ATTEMPT_OUTCOMES; i++)
		tf_evidence_add_attempt(
			placement->evidence, "attempt", (TfAttemptOutcome)i, "CKR_OK", TF_CONTROL_NONE);
	placement->evidence->copies = 2;
	tf_evidence_add_attribute(placement->evidence, "CKA_SENSITIVE", TF_CLAIM_FALSE);
	tf_evidence_add_constant(placement->evidence, "CKA_SENSITIVE");
	for (guint i = 0; i < TF_N_KEPT_WHYS; i++)
		tf_outcome_add_kept(fixture->outcome, "/p", "pkcs12", (TfKeptWhy)i, NULL);
	for (guint i = 0; i <= 4; i++)
		tf_outcome_add_wiped(fixture->outcome, "/p", "pkcs12", i, "FTEG")->name_may_stay = TRUE;
	for (guint i = 0; i < TF_N_UNCHECKED; i++)
		tf_outcome_add_unchecked(fixture->outcome, (TfUnchecked)i);
	for (guint i = 0; i < TF_N_EXCEPTIONS; i++)
		tf_outcome_add_exception(fixture->outcome, (TfException)i);
	fixture->outcome->status = TF_STATUS_REFUTED;
	mail = send_report(fixture->outcome, fixture->campaign);

	tf_assert_silent(mail->body, "(null)");
	tf_assert_says(mail->body, "attempt: 取り出せた (CKR_OK)");
	tf_assert_says(mail->body, "同じ値で答える項目(証拠になりません): CKA_SENSITIVE");
	tf_assert_says(mail->body, "電子証明書が失効しているため");
	tf_assert_says(mail->body, "W0FTEG: 拒否(変更なし); ");
	tf_assert_says(mail->body, "W4FTEG: 元の場所に上書きし、読み戻して確認; ");
	tf_assert_says(mail->body, "; 名前はジャーナルやフォルダーに残る可能性あり");
}

static void test_missing(Fixture *fixture, gconstpointer data)
{
	g_autoptr(GError) without_name = NULL;
	g_autoptr(GError) without_number = NULL;
	g_autoptr(GError) without_campaign = NULL;
	g_autofree gchar *name = g_steal_pointer(&fixture->outcome->member_name);

	(void)data;
	g_assert_null(tf_report_mail(fixture->outcome, fixture->campaign, &without_name));
	fixture->outcome->member_name = g_steal_pointer(&name);
	g_assert_null(tf_report_mail(fixture->outcome, NULL, &without_campaign));
	g_clear_pointer(&fixture->outcome->member_number, g_free);
	g_assert_null(tf_report_mail(fixture->outcome, fixture->campaign, &without_number));

	g_assert_error(without_name, TF_ERROR, TF_ERROR_USAGE);
	g_assert_error(without_number, TF_ERROR, TF_ERROR_USAGE);
	g_assert_error(without_campaign, TF_ERROR, TF_ERROR_USAGE);
}

static void test_injection(Fixture *fixture, gconstpointer data)
{
	static const gchar *const hostile[] = { "a\r\nBcc: x@example.com", "a\nb", "a\rb", "a\x1b[2J", "" };

	(void)data;
	for (guint i = 0; i < G_N_ELEMENTS(hostile); i++) {
		g_autoptr(GError) error = NULL;

		g_free(fixture->outcome->member_name);
		fixture->outcome->member_name = g_strdup(hostile[i]);
		g_assert_null(tf_report_mail(fixture->outcome, fixture->campaign, &error));

		g_assert_error(error, TF_ERROR, TF_ERROR_USAGE);
	}
}

static void test_hostile_facts(Fixture *fixture, gconstpointer data)
{
	TfPlacement *placement = g_ptr_array_index(fixture->outcome->placements, 0);
	g_autoptr(Mail) mail = NULL;

	(void)data;
	g_free(placement->token->label);
	placement->token->label = g_strdup("x\r\nBcc: y@example.com\r\n\r\n--\u202eevil\x1b[2J");
	tf_evidence_add_attempt(
		placement->evidence, "a\nb\u202e", TF_ATTEMPT_REFUSED, "c\nd", TF_CONTROL_NONE);
	mail = send_report(fixture->outcome, fixture->campaign);

	tf_assert_says(mail->body, "x\\u{d}\\u{a}Bcc: ");
	tf_assert_silent(mail->body, "\u202e");
	tf_assert_silent(mail->body, "\x1b");
	tf_assert_silent(mail->raw, "\nBcc:");
}

static void test_no_catalogue(Fixture *fixture, gconstpointer data)
{
	g_autofree gchar *language = g_strdup(g_getenv("LANGUAGE"));
	g_autoptr(Mail) mail = NULL;

	(void)data;
	g_setenv("LANGUAGE", "en", TRUE);
	mail = send_report(fixture->outcome, fixture->campaign);
	if (language != NULL)
		g_setenv("LANGUAGE", language, TRUE);
	else
		g_unsetenv("LANGUAGE");

	tf_assert_says(mail->body, "発行者: ");
	tf_assert_silent(mail->body, "Issued by");
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	g_mime_init();

#define ADD(path, function) g_test_add(path, Fixture, NULL, set_up, function, tear_down)
	ADD("/report-mail/is the mail of the guide, then the facts", test_guide);
	ADD("/report-mail/is a draft that names neither sender nor host", test_draft);
	ADD("/report-mail/Japanese headers are encoded", test_headers_are_ascii);
	ADD("/report-mail/names no path and no account, the attachment neither", test_privacy);
	ADD("/report-mail/counts files of one kind and grade", test_counts);
	ADD("/report-mail/attaches the facts for programs", test_attachment);
	ADD("/report-mail/says what is open instead of the sentence of completion", test_open);
	ADD("/report-mail/a kept file may be reported as completed when confirmed", test_kept_but_confirmed);
	ADD("/report-mail/a revoked certificate completes nothing", test_revoked);
	ADD("/report-mail/speaks the campaign's language", test_english);
	ADD("/report-mail/has words for everything a run may say", test_every_word);
	ADD("/report-mail/is refused without name, number or campaign", test_missing);
	ADD("/report-mail/a name of several lines is refused", test_injection);
	ADD("/report-mail/nothing out of a token becomes a line of its own", test_hostile_facts);
	ADD("/report-mail/speaks Japanese in an English locale without a catalogue", test_no_catalogue);
#undef ADD

	return g_test_run();
}
