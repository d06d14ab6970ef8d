/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the state of the PC does to an outcome and its reports. */
#include <string.h>

#include "base/secret.h"
#include "outcomes.h"
#include "report/report.h"

typedef struct Fixture {
	TfFixtureMember *member;
	TfCampaign *campaign;
	TfOutcome *outcome;
	TfPosture *posture; /* of a PC whose disk is not encrypted */
} Fixture;

static void set_up(Fixture *fixture, gconstpointer data)
{
	(void)data;
	fixture->member = tf_fixture_member("ec256", TF_FIXTURE_NAME, "Tokenferry Demo Issuing CA");
	fixture->campaign = tf_fixture_campaign("sharoushi-2014");
	fixture->outcome = tf_fixture_outcome(fixture->member->certificate, TF_STATUS_DONE);
	fixture->posture = tf_posture_new();
	(void)tf_posture_add(fixture->posture, TF_FINDING_SWAP_NONE, "/proc/swaps", 0, NULL);
	(void)tf_posture_add(
		fixture->posture, TF_FINDING_NOT_ENCRYPTED, "/sys/dev/block", 0, "/home/\x1b[2J", NULL);
}

static void tear_down(Fixture *fixture, gconstpointer data)
{
	(void)data;
	tf_posture_free(fixture->posture);
	tf_outcome_free(fixture->outcome);
	tf_campaign_free(fixture->campaign);
	tf_fixture_member_free(fixture->member);
}

static void set(Fixture *fixture, gboolean is_confirmed)
{
	TfPostureAnswer *answer = g_ptr_array_index(fixture->posture->answers, 1);

	answer->is_confirmed = is_confirmed;
	tf_outcome_set_posture(fixture->outcome, fixture->posture);
}

static gboolean has_unchecked(const TfOutcome *outcome)
{
	for (guint i = 0; i < outcome->unchecked->len; i++) {
		if (g_array_index(outcome->unchecked, TfUnchecked, i) == TF_UNCHECKED_POSTURE)
			return TRUE;
	}

	return FALSE;
}

/* The part of the mail of that type, decoded. */
static gchar *part_of(const Fixture *fixture, const gchar *type)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) mail = tf_report_mail(fixture->outcome, fixture->campaign, &error);
	g_autofree gchar *text = NULL;
	g_autofree gchar *bytes = NULL;
	gchar *begin = NULL;
	gchar *end = NULL;
	gsize length = 0;

	g_assert_no_error(error);
	text = g_strndup(g_bytes_get_data(mail, NULL), g_bytes_get_size(mail));
	begin = strstr(strstr(text, type), "\r\n\r\n");
	g_assert_nonnull(begin);
	end = strstr(begin, "\r\n--");
	g_assert_nonnull(end);
	*end = '\0';
	bytes = (gchar *)g_base64_decode(begin, &length);

	return g_strndup(bytes, length);
}

static void test_open(Fixture *fixture, gconstpointer data)
{
	(void)data;
	set(fixture, FALSE);

	g_assert_false(tf_outcome_may_claim_completion(fixture->outcome));
	g_assert_false(tf_outcome_has_exception(fixture->outcome, TF_EXCEPTION_POSTURE));
	g_assert_false(has_unchecked(fixture->outcome));
}

static void test_confirmed(Fixture *fixture, gconstpointer data)
{
	(void)data;
	set(fixture, TRUE);

	g_assert_true(tf_outcome_may_claim_completion(fixture->outcome));
	g_assert_true(tf_outcome_has_exception(fixture->outcome, TF_EXCEPTION_POSTURE));
}

static void test_replaces(Fixture *fixture, gconstpointer data)
{
	g_autoptr(TfPosture) better = tf_posture_new();

	(void)data;
	set(fixture, TRUE);
	tf_outcome_set_posture(fixture->outcome, better);

	g_assert_cmpuint(fixture->outcome->posture->answers->len, ==, 0);
	g_assert_false(tf_outcome_has_exception(fixture->outcome, TF_EXCEPTION_POSTURE));
	tf_outcome_set_posture(fixture->outcome, NULL);
	g_assert_null(fixture->outcome->posture);
	g_assert_true(has_unchecked(fixture->outcome));
}

static void test_comes_back(Fixture *fixture, gconstpointer data)
{
	g_autoptr(TfOutcome) read = NULL;
	g_autoptr(json_t) object = NULL;
	g_autoptr(json_t) again = NULL;

	(void)data;
	set(fixture, FALSE);
	object = tf_outcome_to_json(fixture->outcome);
	read = tf_outcome_from_json(object, "report.json", NULL);
	g_assert_nonnull(read);
	again = tf_outcome_to_json(read);

	g_assert_true(json_equal(object, again));
	g_assert_true(json_is_false(json_object_get(object, "completed")));
}

static void test_not_believed(Fixture *fixture, gconstpointer data)
{
	g_autoptr(json_t) object = NULL;

	(void)data;
	set(fixture, FALSE);
	object = tf_outcome_to_json(fixture->outcome);
	(void)json_object_set_new(object, "completed", json_true());
	g_assert_null(tf_outcome_from_json(object, "report.json", NULL));
	(void)json_object_set_new(object, "completed", json_false());
	(void)json_object_set_new(object, "posture", json_string("in order"));

	g_assert_null(tf_outcome_from_json(object, "report.json", NULL));
}

static void test_text(Fixture *fixture, gconstpointer data)
{
	g_autofree gchar *open = NULL;
	g_autofree gchar *confirmed = NULL;

	(void)data;
	set(fixture, FALSE);
	open = tf_report_text(fixture->outcome, fixture->campaign);
	set(fixture, TRUE);
	confirmed = tf_report_text(fixture->outcome, fixture->campaign);

	tf_assert_says(open, "STATE OF THE PC\n  [+] yes: Does memory reach no disk unencrypted (swap)?\n");
	tf_assert_says(open, "  [!] no: Does your home folder lie on an encrypted disk?\n");
	tf_assert_says(open, "This is not finished and is not reported as completed.");
	tf_assert_says(open, "--check-pc");
	tf_assert_silent(open, "\x1b");
	tf_assert_silent(open, "The state of this PC: security updates");
	tf_assert_says(confirmed, "Confirmed as an exception.");
	tf_assert_says(confirmed, "This may be reported as completed.");
	tf_assert_silent(confirmed, "--check-pc");
}

static void test_open_mail(Fixture *fixture, gconstpointer data)
{
	g_autofree gchar *body = NULL;

	(void)data;
	set(fixture, FALSE);
	body = part_of(fixture, "text/plain");

	g_assert_true(g_str_has_prefix(body, "パソコンの状態に、問題のある点または確認できない点があるため"));
	tf_assert_says(body, "ディスクが暗号化されていること: いいえ\n");
	tf_assert_silent(body, "ウイルス対策と再インポートが完了しました");
	tf_assert_silent(body, "/home");
}

static void test_unseen_mail(Fixture *fixture, gconstpointer data)
{
	g_autofree gchar *body = NULL;

	(void)data;
	tf_outcome_set_posture(fixture->outcome, NULL);
	body = part_of(fixture, "text/plain");

	g_assert_true(g_str_has_prefix(body, "パソコンの状態を確認していないため、完了していません。"));
	tf_assert_silent(body, "ウイルス対策と再インポートが完了しました");
}

static void test_confirmed_mail(Fixture *fixture, gconstpointer data)
{
	g_autofree gchar *body = NULL;

	(void)data;
	set(fixture, TRUE);
	body = part_of(fixture, "text/plain");

	g_assert_true(g_str_has_prefix(body, "ウイルス対策と再インポートが完了しましたので"));
	tf_assert_says(body, "ディスクが暗号化されていること: いいえ (本人が例外として確認)\n");
	tf_assert_says(body, "この連絡に記したパソコンの状態\n");
}

static void test_attachment(Fixture *fixture, gconstpointer data)
{
	g_autoptr(TfOutcome) read = NULL;
	g_autoptr(json_t) object = NULL;
	g_autofree gchar *json = NULL;

	(void)data;
	set(fixture, FALSE);
	json = part_of(fixture, "application/json");
	object = json_loads(json, 0, NULL);
	read = tf_outcome_from_json(object, "mail", NULL);

	tf_assert_silent(json, "/home/");
	g_assert_nonnull(read);
	g_assert_cmpuint(tf_posture_count(read->posture, TF_NO), ==, 1);
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);

#define ADD(path, function) g_test_add(path, Fixture, NULL, set_up, function, tear_down)
	ADD("/report-pc/an open answer about the PC allows no completion", test_open);
	ADD("/report-pc/a confirmed answer about the PC allows completion", test_confirmed);
	ADD("/report-pc/a later look replaces the one before", test_replaces);
	ADD("/report-pc/the state of the PC comes back from JSON", test_comes_back);
	ADD("/report-pc/a completion that the PC does not allow is not believed", test_not_believed);
	ADD("/report-pc/the text names each answer and what to do", test_text);
	ADD("/report-pc/the mail reports no completion with an open answer", test_open_mail);
	ADD("/report-pc/the mail reports no completion when nobody looked", test_unseen_mail);
	ADD("/report-pc/the mail names what was confirmed", test_confirmed_mail);
	ADD("/report-pc/the attachment says no more of the PC than its answers", test_attachment);
#undef ADD

	return g_test_run();
}
