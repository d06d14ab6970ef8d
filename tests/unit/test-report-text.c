/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "base/secret.h"
#include "outcomes.h"
#include "report/report.h"

#define DEMO  "/../../profiles/campaigns/demo.profile"
#define GUIDE "/../../profiles/campaigns/sharoushi-2014.profile"

typedef struct Fixture {
	TfFixtureMember *member;
	TfCampaign *campaign;
	TfOutcome *outcome;
} Fixture;

static TfCampaign *load(const gchar *name)
{
	g_autofree gchar *path = g_strconcat(g_getenv("G_TEST_SRCDIR"), name, NULL);
	g_autoptr(GError) error = NULL;
	TfCampaign *campaign = tf_campaign_load_file(path, &error);

	g_assert_no_error(error);

	return campaign;
}

static void set_up(Fixture *fixture, gconstpointer data)
{
	(void)data;
	fixture->member = tf_fixture_member("ec256", TF_FIXTURE_NAME, "Tokenferry Demo Issuing CA");
	fixture->campaign = load(DEMO);
	fixture->outcome = tf_fixture_outcome(fixture->member->certificate, TF_STATUS_DONE);
}

static void tear_down(Fixture *fixture, gconstpointer data)
{
	(void)data;
	tf_outcome_free(fixture->outcome);
	tf_campaign_free(fixture->campaign);
	tf_fixture_member_free(fixture->member);
}

static void assert_says(const gchar *text, const gchar *wanted)
{
	if (strstr(text, wanted) == NULL)
		g_error("'%s' is not in:\n%s", wanted, text);
}

static void assert_silent(const gchar *text, const gchar *unwanted)
{
	if (strstr(text, unwanted) != NULL)
		g_error("'%s' is in:\n%s", unwanted, text);
}

static void test_done(Fixture *fixture, gconstpointer data)
{
	g_autofree gchar *text = NULL;

	(void)data;
	text = tf_report_text(fixture->outcome, fixture->campaign);

	assert_says(text, "The key is on the token, and this run left no copy");
	assert_says(text, "This may be reported as completed.");
	assert_says(text, "Issued to: " TF_FIXTURE_NAME);
	assert_says(text, "Issued by: Tokenferry Demo Issuing CA");
	assert_says(text, "Issued on: 1 January 2026");
	assert_says(text, "Date of completion: 1 January 2027");
	assert_says(text, "Serial number of the token: 0001");
	assert_says(text, "all were refused.");
	assert_says(text,
		"- reading CKA_PRIVATE_EXPONENT: refused (CKR_ATTRIBUTE_SENSITIVE); the same attempt "
		"succeeded on a test key");
	assert_says(text, "- taking it out wrapped by CKM_AES_KEY_WRAP: refused (CKR_KEY_UNEXTRACTABLE)\n");
	assert_says(text, TF_FIXTURE_DIRECTORY "/Desktop/key.p12");
	assert_says(text, "WHOM TO ASK\n  This is a demo");
	assert_silent(text, "unrecoverable");
}

static void test_always_outside(Fixture *fixture, gconstpointer data)
{
	(void)data;
	for (guint i = 0; i < TF_N_STATUSES; i++) {
		g_autofree gchar *text = NULL;

		fixture->outcome->status = (TfStatus)i;
		text = tf_report_text(fixture->outcome, fixture->campaign);

		assert_says(text, "The key existed outside the token before.");
		assert_says(text, "moving it heals nothing: have the certificate revoked");
	}
}

static void test_open_statuses(Fixture *fixture, gconstpointer data)
{
	static const gchar *const sentences[TF_N_STATUSES] = {
		[TF_STATUS_DONE] = NULL,
		[TF_STATUS_KEPT] = "the file that holds it is still on this PC",
		[TF_STATUS_CLAIMED] = "it could not be shown well enough",
		[TF_STATUS_REFUTED] = "This token let the key out",
	};

	(void)data;
	for (guint i = TF_STATUS_KEPT; i < TF_N_STATUSES; i++) {
		g_autofree gchar *text = NULL;

		fixture->outcome->status = (TfStatus)i;
		text = tf_report_text(fixture->outcome, fixture->campaign);

		assert_says(text, sentences[i]);
		assert_says(text, "This is not finished and is not reported as completed.");
		assert_silent(text, "This may be reported as completed.");
	}
}

static void test_revoked(Fixture *fixture, gconstpointer data)
{
	g_autofree gchar *text = NULL;

	(void)data;
	g_free(fixture->outcome->revocation);
	fixture->outcome->revocation = g_strdup("revoked");
	text = tf_report_text(fixture->outcome, fixture->campaign);

	assert_says(text, "The certificate has been revoked: moving its key does not make it good");
	assert_silent(text, "This may be reported as completed.");
}

static void test_kept_whys(Fixture *fixture, gconstpointer data)
{
	static const gchar *const sentences[TF_N_KEPT_WHYS] = {
		[TF_KEPT_BACKUP] = "Backup: put it into a locked cabinet, together with the paper",
		[TF_KEPT_NETWORK] = "It lies on a network drive",
		[TF_KEPT_OTHER_SECRET] = "It holds another key or secret",
		[TF_KEPT_ASKED] = "You asked to keep it",
		[TF_KEPT_NEEDED] = "takes only this file",
		[TF_KEPT_EVIDENCE] = "so the file was not destroyed",
		[TF_KEPT_WIPE_REFUSED] = "It could not be wiped",
		[TF_KEPT_MOVED] = "Moved to this removable medium",
	};

	(void)data;
	for (guint i = 0; i < TF_N_KEPT_WHYS; i++) {
		g_autofree gchar *text = NULL;

		g_ptr_array_set_size(fixture->outcome->kept, 0);
		tf_outcome_add_kept(fixture->outcome, "/a/b.p12", "pkcs12", (TfKeptWhy)i, "the detail");
		text = tf_report_text(fixture->outcome, fixture->campaign);

		assert_says(text, "PKCS#12 file (.p12, .pfx): /a/b.p12\n");
		assert_says(text, sentences[i]);
		assert_says(text, "Reason: the detail\n");
	}
}

static void test_unchecked(Fixture *fixture, gconstpointer data)
{
	static const gchar *const sentences[TF_N_UNCHECKED] = {
		[TF_UNCHECKED_COPIES] = "Whether other copies of the key lie on this PC",
		[TF_UNCHECKED_OTHER_PLACES] = "Whether copies lie elsewhere",
		[TF_UNCHECKED_POSTURE] = "The state of this PC",
		[TF_UNCHECKED_REVOCATION] = "Whether the certificate has been revoked",
		[TF_UNCHECKED_GENERATIONS] = "Earlier versions of the wiped file",
		[TF_UNCHECKED_NAME] = "Whether the certificate bears your name",
	};

	(void)data;
	for (guint i = 0; i < TF_N_UNCHECKED; i++) {
		g_autofree gchar *text = NULL;

		g_array_set_size(fixture->outcome->unchecked, 0);
		tf_outcome_add_unchecked(fixture->outcome, (TfUnchecked)i);
		text = tf_report_text(fixture->outcome, fixture->campaign);

		assert_says(text, "NOT CHECKED\n");
		assert_says(text, sentences[i]);
	}
}

static void test_exceptions(Fixture *fixture, gconstpointer data)
{
	static const gchar *const sentences[TF_N_EXCEPTIONS] = {
		[TF_EXCEPTION_ISSUER] = "The issuer of the certificate is not",
		[TF_EXCEPTION_NAME] = "The name in the certificate is not",
		[TF_EXCEPTION_EXPIRED] = "The certificate is not valid at this time",
		[TF_EXCEPTION_VALIDITY] = "The validity of the certificate does not follow",
		[TF_EXCEPTION_REVOKED] = "The certificate has been revoked.",
		[TF_EXCEPTION_MODULE] = "A token module that is not trusted",
		[TF_EXCEPTION_CLAIMED] = "The claim of the token was accepted",
		[TF_EXCEPTION_KEPT] = "Completion is reported although the file stays",
		[TF_EXCEPTION_BACKUP_WIPED] = "it is no longer a backup",
	};

	(void)data;
	for (guint i = 0; i < TF_N_EXCEPTIONS; i++) {
		g_autofree gchar *text = NULL;

		g_array_set_size(fixture->outcome->exceptions, 0);
		tf_outcome_add_exception(fixture->outcome, (TfException)i);
		text = tf_report_text(fixture->outcome, fixture->campaign);

		assert_says(text, "CONFIRMED AS EXCEPTIONS\n");
		assert_says(text, sentences[i]);
	}
}

static void test_levels(Fixture *fixture, gconstpointer data)
{
	static const gchar *const sentences[] = {
		"W0: wiping was refused",
		"W1: only the name is gone",
		"W2: overwritten, but it is not known",
		"W3: overwritten in place and written",
		"W4: overwritten in place, and read back",
	};

	(void)data;
	for (guint i = 0; i < G_N_ELEMENTS(sentences); i++) {
		g_autofree gchar *text = NULL;

		g_ptr_array_set_size(fixture->outcome->wiped, 0);
		tf_outcome_add_wiped(fixture->outcome, "/a/b.p12", "pkcs12", i, "FTEG");
		text = tf_report_text(fixture->outcome, fixture->campaign);

		assert_says(text, sentences[i]);
		assert_says(text, "F: flash memory or an unknown medium");
		assert_says(text, "T: the disk also says");
		assert_says(text, "E: the disk is encrypted");
		assert_says(text, "G: earlier versions of the file");
		assert_silent(text, "unrecoverable");
	}
}

static void test_attempts(Fixture *fixture, gconstpointer data)
{
	static const gchar *const words[TF_N_ATTEMPT_OUTCOMES] = {
		[TF_ATTEMPT_REFUSED] = "all were refused.",
		[TF_ATTEMPT_NOT_OFFERED] = "This counts the attempts for which the token has no function.",
		[TF_ATTEMPT_INCONCLUSIVE] = "The token only claims to keep the key",
		[TF_ATTEMPT_LEAKED] = "The key, or a copy that can leave, came out of the token.",
	};
	const TfPlacement *placement = g_ptr_array_index(fixture->outcome->placements, 0);

	(void)data;
	for (guint i = 0; i < TF_N_ATTEMPT_OUTCOMES; i++) {
		g_autofree gchar *text = NULL;

		g_ptr_array_set_size(placement->evidence->attempts, 0);
		tf_evidence_add_attempt(placement->evidence, "copy as extractable", (TfAttemptOutcome)i,
			"CKR_ANYTHING", TF_CONTROL_NONE);
		text = tf_report_text(fixture->outcome, fixture->campaign);

		assert_says(text, words[i]);
		assert_says(text, "- copying it so that the copy can leave: ");
		assert_says(text, " (CKR_ANYTHING)\n");
	}
}

static void test_silence(Fixture *fixture, gconstpointer data)
{
	const TfPlacement *placement = g_ptr_array_index(fixture->outcome->placements, 0);
	g_autofree gchar *text = NULL;

	(void)data;
	g_ptr_array_set_size(placement->evidence->attempts, 0);
	text = tf_report_text(fixture->outcome, fixture->campaign);

	assert_says(text, "No attempt to get the key out was made.");
	assert_silent(text, "all were refused");
	assert_silent(text, "This may be reported as completed.");
}

static void test_spare(Fixture *fixture, gconstpointer data)
{
	g_autofree gchar *alone = NULL;
	g_autofree gchar *spared = NULL;

	(void)data;
	alone = tf_report_text(fixture->outcome, fixture->campaign);
	g_ptr_array_add(fixture->outcome->placements, tf_fixture_placement("0002"));
	spared = tf_report_text(fixture->outcome, fixture->campaign);

	assert_says(alone, "There is no spare token. If this one is lost or breaks");
	assert_silent(alone, "SPARE TOKEN");
	assert_says(spared, "SPARE TOKEN\n");
	assert_says(spared, "Serial number of the token: 0002");
	assert_silent(spared, "There is no spare token");
}

static void test_no_backup(Fixture *fixture, gconstpointer data)
{
	g_autofree gchar *text = NULL;

	(void)data;
	g_ptr_array_set_size(fixture->outcome->kept, 0);
	text = tf_report_text(fixture->outcome, fixture->campaign);

	assert_says(text, "This run knows of no backup.");
	assert_says(text, "there is no backup, the key is gone");
	assert_says(text, "uses it straight from the USB memory");
}

static void test_historical(Fixture *fixture, gconstpointer data)
{
	g_autoptr(TfCampaign) guide = load(GUIDE);
	g_autofree gchar *text = NULL;

	(void)data;
	text = tf_report_text(fixture->outcome, guide);

	assert_says(text, "Deadline: 2014-05-09");
	assert_says(text, "do not send the mail");
}

static void test_no_campaign(Fixture *fixture, gconstpointer data)
{
	g_autofree gchar *text = NULL;

	(void)data;
	text = tf_report_text(fixture->outcome, NULL);

	assert_says(text, "Registration number: " TF_FIXTURE_NUMBER);
	assert_says(text, "Whoever issued the certificate.");
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

	assert_says(text, "a\\u{1b}[2Jb\\u{a}CERTIFICATE\\u{202e}c");
	assert_silent(text, "\x1b");
	assert_silent(text, "\u202e");
	assert_silent(text, "\u200b");
	g_assert_true(g_utf8_validate(text, -1, NULL));
	g_assert_null(strstr(strstr(text, "\nCERTIFICATE") + 1, "\nCERTIFICATE"));
}

static void test_dates(void)
{
	g_autoptr(TfCampaign) campaign = load(DEMO);
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
	ADD("/report-text/always says that the key was outside the token before", test_always_outside);
	ADD("/report-text/an unfinished run is not called completed", test_open_statuses);
	ADD("/report-text/a revoked certificate is not called completed", test_revoked);
	ADD("/report-text/every reason for keeping a file has its sentence", test_kept_whys);
	ADD("/report-text/everything not checked has its sentence", test_unchecked);
	ADD("/report-text/every exception has its sentence", test_exceptions);
	ADD("/report-text/every level and suffix of a wipe has its sentence", test_levels);
	ADD("/report-text/every outcome of an attempt changes the sentence", test_attempts);
	ADD("/report-text/without attempts nothing was refused", test_silence);
	ADD("/report-text/a spare token, or what losing the only one costs", test_spare);
	ADD("/report-text/no known backup is said and is no loss", test_no_backup);
	ADD("/report-text/a campaign that is over says so", test_historical);
	ADD("/report-text/speaks without a campaign too", test_no_campaign);
	ADD("/report-text/nothing out of a token or certificate reaches the terminal raw", test_hostile);
#undef ADD
	g_test_add_func("/report-text/a day is the campaign's day, in either language", test_dates);

	return g_test_run();
}
