/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "base/secret.h"
#include "outcomes.h"
#include "report/report.h"

typedef struct Fixture {
	TfFixtureMember *member;
	TfCampaign *campaign;
	TfOutcome *outcome;
} Fixture;

static void set_up(Fixture *fixture, gconstpointer data)
{
	(void)data;
	fixture->member = tf_fixture_member("ec256", TF_FIXTURE_NAME, "Tokenferry Demo Issuing CA");
	fixture->campaign = tf_fixture_campaign("demo");
	fixture->outcome = tf_fixture_outcome(fixture->member->certificate, TF_STATUS_DONE);
}

static void tear_down(Fixture *fixture, gconstpointer data)
{
	(void)data;
	tf_outcome_free(fixture->outcome);
	tf_campaign_free(fixture->campaign);
	tf_fixture_member_free(fixture->member);
}

static void test_done(Fixture *fixture, gconstpointer data)
{
	g_autofree gchar *text = NULL;

	(void)data;
	text = tf_report_text(fixture->outcome, fixture->campaign);

	tf_assert_says(text, "The key is on the token, and this run left no copy");
	tf_assert_says(text, "This may be reported as completed.");
	tf_assert_says(text, "Issued to: " TF_FIXTURE_NAME);
	tf_assert_says(text, "Issued by: Tokenferry Demo Issuing CA");
	tf_assert_says(text, "Issued on: 1 January 2026");
	tf_assert_says(text, "Date of completion: 1 January 2027");
	tf_assert_says(text, "Serial number of the token: 0001");
	tf_assert_says(text, "all were refused.");
	tf_assert_says(text,
		"- reading CKA_PRIVATE_EXPONENT: refused (CKR_ATTRIBUTE_SENSITIVE); the same attempt "
		"succeeded on a test key");
	tf_assert_says(
		text, "- taking it out wrapped by CKM_AES_KEY_WRAP: refused (CKR_KEY_UNEXTRACTABLE)\n");
	tf_assert_says(text, TF_FIXTURE_DIRECTORY "/Desktop/key.p12");
	tf_assert_says(text, "WHOM TO ASK\n  This is a demo");
	tf_assert_silent(text, "unrecoverable");
}

static void test_exposure(Fixture *fixture, gconstpointer data)
{
	g_autofree gchar *before = NULL;
	g_autofree gchar *text = NULL;

	(void)data;
	before = tf_report_text(fixture->outcome, fixture->campaign);
	fixture->outcome->knows_exposure = TRUE;
	fixture->outcome->exposures = 1u << TF_EXPOSURE_READABLE;
	text = tf_report_text(fixture->outcome, fixture->campaign);

	tf_assert_silent(before, "HAS THE KEY BECOME KNOWN TO OTHERS?");
	tf_assert_says(text, "others may know the key already");
	tf_assert_says(text, "Other users of this PC could read a copy.");
	tf_assert_says(text, "1. Ask now, as named below, whether the certificate is to be revoked");
}

static void test_search_to_be_done(Fixture *fixture, gconstpointer data)
{
	g_autofree gchar *text = NULL;
	g_autofree gchar *searched = NULL;

	(void)data;
	g_array_set_size(fixture->outcome->unchecked, 0);
	searched = tf_report_text(fixture->outcome, fixture->campaign);
	tf_outcome_add_unchecked(fixture->outcome, TF_UNCHECKED_COPIES);
	text = tf_report_text(fixture->outcome, fixture->campaign);

	tf_assert_says(text,
		"This may be reported as completed.\n  The search of this PC for other copies of the file is "
		"not part of that");
	tf_assert_silent(searched, "is not part of that");
}

static void test_always_outside(Fixture *fixture, gconstpointer data)
{
	(void)data;
	for (guint i = 0; i < TF_N_STATUSES; i++) {
		g_autofree gchar *text = NULL;

		fixture->outcome->status = (TfStatus)i;
		text = tf_report_text(fixture->outcome, fixture->campaign);

		tf_assert_says(text, "The key existed outside the token before.");
		tf_assert_says(text, "moving it heals nothing: have the certificate revoked");
	}
}

static void test_open_statuses(Fixture *fixture, gconstpointer data)
{
	static const gchar *const sentences[TF_N_STATUSES] = {
		[TF_STATUS_DONE] = NULL,
		[TF_STATUS_KEPT] = "a file that holds it, or its content, is still",
		[TF_STATUS_CLAIMED] = "it could not be shown well enough",
		[TF_STATUS_REFUTED] = "This token let the key out",
		[TF_STATUS_PROVISIONED] = "The key was put onto the token at an event.",
	};

	(void)data;
	for (guint i = TF_STATUS_KEPT; i < TF_N_STATUSES; i++) {
		g_autofree gchar *text = NULL;

		fixture->outcome->status = (TfStatus)i;
		text = tf_report_text(fixture->outcome, fixture->campaign);

		tf_assert_says(text, sentences[i]);
		tf_assert_says(text, "This is not finished and is not reported as completed.");
		tf_assert_silent(text, "This may be reported as completed.");
	}
}

static void test_revoked(Fixture *fixture, gconstpointer data)
{
	g_autofree gchar *text = NULL;

	(void)data;
	g_free(fixture->outcome->revocation);
	fixture->outcome->revocation = g_strdup("revoked");
	text = tf_report_text(fixture->outcome, fixture->campaign);

	tf_assert_says(text, "The certificate has been revoked: moving its key does not make it good");
	tf_assert_silent(text, "This may be reported as completed.");
}

static void test_silence(Fixture *fixture, gconstpointer data)
{
	const TfPlacement *placement = g_ptr_array_index(fixture->outcome->placements, 0);
	g_autofree gchar *text = NULL;

	(void)data;
	g_ptr_array_set_size(placement->evidence->attempts, 0);
	text = tf_report_text(fixture->outcome, fixture->campaign);

	tf_assert_says(text, "No attempt to get the key out was made.");
	tf_assert_silent(text, "all were refused");
	tf_assert_silent(text, "This may be reported as completed.");
}

static void test_spare(Fixture *fixture, gconstpointer data)
{
	g_autofree gchar *alone = NULL;
	g_autofree gchar *spared = NULL;

	(void)data;
	alone = tf_report_text(fixture->outcome, fixture->campaign);
	g_ptr_array_add(fixture->outcome->placements, tf_fixture_placement("0002"));
	spared = tf_report_text(fixture->outcome, fixture->campaign);

	tf_assert_says(alone, "There is no spare token. If this one is lost or breaks");
	tf_assert_silent(alone, "SPARE TOKEN");
	tf_assert_says(spared, "SPARE TOKEN\n");
	tf_assert_says(spared, "Serial number of the token: 0002");
	tf_assert_silent(spared, "There is no spare token");
}

static void test_no_backup(Fixture *fixture, gconstpointer data)
{
	g_autofree gchar *text = NULL;

	(void)data;
	g_ptr_array_set_size(fixture->outcome->kept, 0);
	text = tf_report_text(fixture->outcome, fixture->campaign);

	tf_assert_says(text, "This run knows of no backup.");
	tf_assert_says(text, "there is no backup, the key is gone");
	tf_assert_says(text, "uses it straight from the USB memory");
}

static void test_historical(Fixture *fixture, gconstpointer data)
{
	g_autoptr(TfCampaign) guide = tf_fixture_campaign("sharoushi-2014");
	g_autofree gchar *text = NULL;

	(void)data;
	text = tf_report_text(fixture->outcome, guide);

	tf_assert_says(text, "Deadline: 2014-05-09");
	tf_assert_says(text, "do not send the mail");
}

static void test_no_campaign(Fixture *fixture, gconstpointer data)
{
	g_autofree gchar *text = NULL;

	(void)data;
	text = tf_report_text(fixture->outcome, NULL);

	tf_assert_says(text, "Registration number: " TF_FIXTURE_NUMBER);
	tf_assert_says(text, "Whoever issued the certificate.");
}

static void test_constants(Fixture *fixture, gconstpointer data)
{
	const TfPlacement *placement = g_ptr_array_index(fixture->outcome->placements, 0);
	g_autofree gchar *text = NULL;
	const gchar *title = NULL;

	(void)data;
	g_ptr_array_set_size(placement->evidence->attributes, 0);
	tf_evidence_add_attribute(placement->evidence, "CKA_SENSITIVE", TF_CLAIM_FALSE);
	tf_evidence_add_attribute(placement->evidence, "CKA_TRUSTED", TF_CLAIM_FALSE);
	tf_evidence_add_constant(placement->evidence, "CKA_SENSITIVE");
	text = tf_report_text(fixture->outcome, fixture->campaign);
	title = strstr(text, "Answered by this kind of token whatever was written");

	tf_assert_says(text, "What the token itself says of the key");
	g_assert_nonnull(title);
	g_assert_nonnull(strstr(title, "CKA_SENSITIVE"));
	g_assert_null(strstr(title, "CKA_TRUSTED"));
	g_assert_true(strstr(text, "CKA_SENSITIVE") > title);
}

static void test_hostile(Fixture *fixture, gconstpointer data)
{
	static const gchar hostile[] = "a\x1b[2Jb\nCERTIFICATE\u202ec\u200bd\x9b";
	TfPlacement *placement = g_ptr_array_index(fixture->outcome->placements, 0);
	gchar **const places[] = {
		&placement->token->label,
		&placement->token->manufacturer,
		&placement->token->model,
		&placement->token->serial,
		&placement->module->path,
		&placement->module->package,
		&placement->module->let_pass,
		&placement->key_id,
		&placement->evidence->unanswered,
		&fixture->outcome->certificate->common_name,
		&fixture->outcome->certificate->issuer_common_name,
		&fixture->outcome->member_name,
		&fixture->outcome->member_number,
		&fixture->outcome->report_mail,
	};
	g_autofree gchar *text = NULL;

	(void)data;
	for (guint i = 0; i < G_N_ELEMENTS(places); i++) {
		g_free(*places[i]);
		*places[i] = g_strdup(hostile);
	}
	tf_evidence_add_attempt(placement->evidence, hostile, TF_ATTEMPT_REFUSED, hostile, TF_CONTROL_NONE);
	tf_evidence_add_attribute(placement->evidence, hostile, TF_CLAIM_TRUE);
	tf_evidence_add_dropped(placement->evidence, hostile);
	tf_outcome_add_wiped(fixture->outcome, hostile, hostile, 3, "\x1b[");
	tf_outcome_add_kept(fixture->outcome, hostile, hostile, TF_KEPT_ASKED, hostile);
	g_ptr_array_add(fixture->outcome->carried, g_strdup(hostile));
	text = tf_report_text(fixture->outcome, fixture->campaign);

	tf_assert_says(text, "a\\u{1b}[2Jb\\u{a}CERTIFICATE\\u{202e}c");
	tf_assert_silent(text, "\x1b");
	tf_assert_silent(text, "\u202e");
	tf_assert_silent(text, "\u200b");
	g_assert_true(g_utf8_validate(text, -1, NULL));
	g_assert_null(strstr(strstr(text, "\nCERTIFICATE") + 1, "\nCERTIFICATE"));
}

static void test_emptied(Fixture *fixture, gconstpointer data)
{
	g_autofree gchar *text = NULL;

	(void)data;
	g_ptr_array_set_size(fixture->outcome->wiped, 0);
	tf_outcome_add_wiped(fixture->outcome, "/home/m/profile", "nss", 1, "G");
	text = tf_report_text(fixture->outcome, fixture->campaign);

	tf_assert_says(text, "key database of a browser or mail program (NSS): /home/m/profile\n");
	tf_assert_says(text, "did not show them when it was opened again");
	tf_assert_says(text, "may still be recovered");
	tf_assert_silent(text, "overwritten");
}

static void test_kept_in_store(Fixture *fixture, gconstpointer data)
{
	g_autofree gchar *text = NULL;

	(void)data;
	fixture->outcome->status = TF_STATUS_KEPT;
	g_ptr_array_set_size(fixture->outcome->kept, 0);
	tf_outcome_add_kept(fixture->outcome, "/home/m/profile", "nss", TF_KEPT_ASKED, NULL);
	text = tf_report_text(fixture->outcome, fixture->campaign);

	tf_assert_says(text, "The key is still in the browser's key store on this PC.");
	tf_assert_silent(text, "The file is still on this PC.");
}

static void test_dates(void)
{
	g_autoptr(TfCampaign) campaign = tf_fixture_campaign("demo");
	g_autofree gchar *japanese = tf_report_date(1396278000, campaign, "ja");
	g_autofree gchar *english = tf_report_date(1396278000, campaign, "en");
	g_autofree gchar *utc = tf_report_date(1396278000, NULL, NULL);

	g_assert_cmpstr(japanese, ==, "2014年4月1日");
	g_assert_cmpstr(english, ==, "1 April 2014");
	g_assert_cmpstr(utc, ==, "31 March 2014");
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);

#define ADD(path, function) g_test_add(path, Fixture, NULL, set_up, function, tear_down)
	ADD("/report-text/a finished run tells who, where and what was tried", test_done);
	ADD("/report-text/a file that others could read is said with whom to ask", test_exposure);
	ADD("/report-text/completion stands beside the search that is still to be done",
		test_search_to_be_done);
	ADD("/report-text/always says that the key was outside the token before", test_always_outside);
	ADD("/report-text/an unfinished run is not called completed", test_open_statuses);
	ADD("/report-text/a revoked certificate is not called completed", test_revoked);
	ADD("/report-text/without attempts nothing was refused", test_silence);
	ADD("/report-text/a spare token, or what losing the only one costs", test_spare);
	ADD("/report-text/no known backup is said and is no loss", test_no_backup);
	ADD("/report-text/a campaign that is over says so", test_historical);
	ADD("/report-text/speaks without a campaign too", test_no_campaign);
	ADD("/report-text/what a kind of token always answers is not its claim", test_constants);
	ADD("/report-text/an emptied key store says what may remain", test_emptied);
	ADD("/report-text/a key that stays in a browser is said to be there", test_kept_in_store);
	ADD("/report-text/nothing out of a token or certificate reaches the terminal raw", test_hostile);
#undef ADD
	g_test_add_func("/report-text/a day is the campaign's day, in either language", test_dates);

	return g_test_run();
}
