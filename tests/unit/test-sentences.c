/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <libintl.h>
#include <locale.h>

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

static void test_kept_whys(Fixture *fixture, gconstpointer data)
{
	static const gchar *const sentences[TF_N_KEPT_WHYS] = {
		[TF_KEPT_BACKUP] = "Backup: put it into a locked cabinet, together with the paper",
		[TF_KEPT_NETWORK] = "it is your backup",
		[TF_KEPT_OTHER_SECRET] = "It holds another key or secret",
		[TF_KEPT_ASKED] = "You asked to keep it",
		[TF_KEPT_NEEDED] = "takes only this file",
		[TF_KEPT_EVIDENCE] = "so the file was not destroyed",
		[TF_KEPT_WIPE_REFUSED] = "It was not wiped",
		[TF_KEPT_MOVED] = "Moved to this removable medium",
		[TF_KEPT_WITHIN] = "The key lies in something else",
		[TF_KEPT_IN_STORE] = "in the key store of a browser",
		[TF_KEPT_LOCKED] = "what else is in it is not known",
		[TF_KEPT_SHARED] = "can still be read there",
		[TF_KEPT_WIPE_INCOMPLETE] = "could not be finished",
	};
	static const gchar *const labels[TF_N_KEPT_WHYS] = {
		[TF_KEPT_BACKUP] = "Inside",
		[TF_KEPT_WITHIN] = "Inside",
		[TF_KEPT_LOCKED] = "Inside",
		[TF_KEPT_NETWORK] = "File system",
	};

	(void)data;
	for (guint i = 0; i < TF_N_KEPT_WHYS; i++) {
		g_autofree gchar *text = NULL;
		g_autofree gchar *detail =
			g_strdup_printf("%s: the detail\n", labels[i] != NULL ? labels[i] : "Reason");

		g_ptr_array_set_size(fixture->outcome->kept, 0);
		tf_outcome_add_kept(fixture->outcome, "/a/b.p12", "pkcs12", (TfKeptWhy)i, "the detail");
		text = tf_report_text(fixture->outcome, fixture->campaign);

		tf_assert_says(text, "PKCS#12 file (.p12, .pfx): /a/b.p12\n");
		tf_assert_says(text, sentences[i]);
		tf_assert_says(text, detail);
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

		tf_assert_says(text, "NOT CHECKED\n");
		tf_assert_says(text, sentences[i]);
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
		[TF_EXCEPTION_TOKEN_UNVERIFIED] = "nobody had tried",
		[TF_EXCEPTION_SPARE] = "this run did not prove that one",
		[TF_EXCEPTION_POSTURE] = "Not everything about the PC is in order",
	};

	(void)data;
	for (guint i = 0; i < TF_N_EXCEPTIONS; i++) {
		g_autofree gchar *text = NULL;

		g_array_set_size(fixture->outcome->exceptions, 0);
		tf_outcome_add_exception(fixture->outcome, (TfException)i);
		text = tf_report_text(fixture->outcome, fixture->campaign);

		tf_assert_says(text, "CONFIRMED AS EXCEPTIONS\n");
		tf_assert_says(text, sentences[i]);
	}
}

static void test_remains(Fixture *fixture, gconstpointer data)
{
	g_autofree gchar *silent = NULL;
	g_autofree gchar *unnamed = NULL;
	g_autofree gchar *named = NULL;
	TfWiped *wiped = NULL;

	(void)data;
	g_ptr_array_set_size(fixture->outcome->wiped, 0);
	wiped = tf_outcome_add_wiped(fixture->outcome, "/a/b.p12", "pkcs12", 2, "G");
	silent = tf_report_text(fixture->outcome, fixture->campaign);
	wiped->name_may_stay = TRUE;
	wiped->is_shared = TRUE;
	unnamed = tf_report_text(fixture->outcome, fixture->campaign);
	wiped->references = g_ptr_array_new_with_free_func(g_free);
	g_ptr_array_add(wiped->references, g_strdup("/snapshots/1/b.p12"));
	named = tf_report_text(fixture->outcome, fixture->campaign);

	tf_assert_silent(silent, "its name may still stand");
	tf_assert_silent(silent, "still held by");
	tf_assert_says(unnamed, "its name may still stand in the journal or in folders");
	tf_assert_says(unnamed, "still held by a snapshot or another file");
	tf_assert_says(named, "still held by: /snapshots/1/b.p12\n");
	tf_assert_silent(named, "was not found out");
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

		tf_assert_says(text, sentences[i]);
		tf_assert_says(text, "F: flash memory or an unknown medium");
		tf_assert_says(text, "T: the disk also says");
		tf_assert_says(text, "E: the disk is encrypted");
		tf_assert_says(text, "G: earlier versions of the file");
		tf_assert_silent(text, "unrecoverable");
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

		tf_assert_says(text, words[i]);
		tf_assert_says(text, "- copying it so that the copy can leave: ");
		tf_assert_says(text, " (CKR_ANYTHING)\n");
	}
}

/* All that a run may say at once, for an outcome of no real run. */
static void say_everything(TfOutcome *outcome)
{
	TfPlacement *placement = g_ptr_array_index(outcome->placements, 0);
	TfEvidence *evidence = placement->evidence;
	static const gchar *const attempts[] = { "read CKA_D", "set CKA_E", "copy as extractable", "wrap",
		"wrap with CKM_F" };

	for (guint i = 0; i < TF_N_ATTEMPT_OUTCOMES; i++)
		tf_evidence_add_attempt(
			evidence, attempts[i], (TfAttemptOutcome)i, "CKR_G", TF_CONTROL_FAILED);
	tf_evidence_add_attempt(evidence, attempts[4], TF_ATTEMPT_REFUSED, "CKR_G", TF_CONTROL_PASSED);
	tf_evidence_add_attribute(evidence, "CKA_H", TF_CLAIM_TRUE);
	tf_evidence_add_dropped(evidence, "CKA_COPYABLE");
	evidence->copies = 1;
	evidence->certificate_is_public = FALSE;
	evidence->unanswered = g_strdup("理由");
	for (guint i = 0; i < TF_N_KEPT_WHYS; i++)
		tf_outcome_add_kept(outcome, "/a.p12", "pkcs12", (TfKeptWhy)i, "理由");
	for (guint i = 0; i <= 4; i++)
		tf_outcome_add_wiped(outcome, "/a.p12", "pkcs12", i, "FTEG");
	for (guint i = 0; i < TF_N_UNCHECKED; i++)
		tf_outcome_add_unchecked(outcome, (TfUnchecked)i);
	for (guint i = 0; i < TF_N_EXCEPTIONS; i++)
		tf_outcome_add_exception(outcome, (TfException)i);
	g_ptr_array_add(outcome->placements, tf_fixture_placement("0002"));
	outcome->report_mail = g_strdup("/a.eml");
}

/* Two words of small letters in a row are English; names and the standard's words have capitals. */
/* A command is typed as it is in every language. */
static void assert_no_english(const gchar *text)
{
	g_autoptr(GRegex) english = g_regex_new("\\b[a-z]{2,} [a-z]{2,}\\b", 0, 0, NULL);
	g_autoptr(GRegex) command = g_regex_new("「tokenferry [^」]*」", 0, 0, NULL);
	g_autofree gchar *rest = g_regex_replace_literal(command, text, -1, 0, "", 0, NULL);
	g_autoptr(GMatchInfo) match = NULL;

	if (g_regex_match(english, rest, 0, &match)) {
		g_autofree gchar *found = g_match_info_fetch(match, 0);

		g_error("'%s' in:\n%s", found, text);
	}
}

static void test_japanese(Fixture *fixture, gconstpointer data)
{
	static const gchar *const revocations[] = { "unknown", "good", "revoked", "unknown", "good" };
	static const gchar *const challenges[] = { "signed", "decrypted", "none", "signed", "signed" };
	TfPlacement *placement = g_ptr_array_index(fixture->outcome->placements, 0);
	g_autofree gchar *done = NULL;

	(void)data;
	g_assert_nonnull(setlocale(LC_ALL, "C.UTF-8"));
	g_assert_true(g_setenv("LANGUAGE", "ja", TRUE));
	g_assert_nonnull(bindtextdomain(GETTEXT_PACKAGE, g_getenv("TF_TEST_LOCALEDIR")));
	g_assert_nonnull(textdomain(GETTEXT_PACKAGE));
	done = tf_report_text(fixture->outcome, fixture->campaign);
	say_everything(fixture->outcome);
	for (guint i = 0; i < TF_N_STATUSES; i++) {
		g_autofree gchar *text = NULL;

		fixture->outcome->status = (TfStatus)i;
		g_free(fixture->outcome->revocation);
		fixture->outcome->revocation = g_strdup(revocations[i]);
		g_free(placement->evidence->challenge);
		placement->evidence->challenge = g_strdup(challenges[i]);
		text = tf_report_text(fixture->outcome, i == 0 ? NULL : fixture->campaign);
		assert_no_english(text);
	}
	g_unsetenv("LANGUAGE");
	setlocale(LC_ALL, "C");

	assert_no_english(done);
	tf_assert_says(done, "取り出しを試み、すべて拒否されました");
	tf_assert_says(done, "バックアップ: 鍵付きキャビネットへ");
	tf_assert_says(done, "発行先: " TF_FIXTURE_NAME);
	tf_assert_says(done, "発行日: 2026年1月1日");
	tf_assert_says(done, "登録番号(8ケタ): " TF_FIXTURE_NUMBER);
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);

#define ADD(path, function) g_test_add(path, Fixture, NULL, set_up, function, tear_down)
	ADD("/sentences/every reason for keeping a file has its sentence", test_kept_whys);
	ADD("/sentences/everything not checked has its sentence", test_unchecked);
	ADD("/sentences/every exception has its sentence", test_exceptions);
	ADD("/sentences/every level and suffix of a wipe has its sentence", test_levels);
	ADD("/sentences/what a wipe could not reach is said, and only then", test_remains);
	ADD("/sentences/every outcome of an attempt changes the sentence", test_attempts);
	ADD("/sentences/speaks Japanese and no English", test_japanese);
#undef ADD

	return g_test_run();
}
