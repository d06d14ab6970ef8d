/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "batch/check-row.h"

#include <fontconfig/fontconfig.h>
#include <glib/gstdio.h>
#include <string.h>

#include "base/error.h"
#include "fixtures.h"
#include "profile-folder.h"

#define NOW    (TF_FIXTURE_NOT_BEFORE + 86400)
#define ISSUER "Test Issuer"
#define PROFILE                                                                                              \
	"[campaign]\nTitle=t\nTimeZone=UTC\n[certificate]\nIssuer=" ISSUER                                   \
	"\nValidityYears=5\nValidityDays=-1\n[number]\nLabel=l\n[mail]\nTo=a@b.example\nSubject=s\n"         \
	"Body=b\nLanguage=ja\n[contact]\nText=c\n"

typedef struct Case {
	ProfileFolder profiles;
	TfCampaign *campaign;
	TfFixtureMember *member;
	TfOpenedSource source;
	TfRowFindings findings;
} Case;

static void set_up(Case *test, gconstpointer data)
{
	g_autofree gchar *path = NULL;
	g_autoptr(GError) error = NULL;

	(void)data;
	profile_folder_set_up(&test->profiles, "campaigns");
	path = profile_folder_write(&test->profiles, "x.profile", PROFILE);
	test->campaign = tf_campaign_load_file(path, &error);
	g_assert_no_error(error);
	test->member = tf_fixture_member("ec256", "山田太郎", ISSUER);
	test->source = (TfOpenedSource){ test->member->certificate, test->member->chain, TRUE, FALSE };
}

static void tear_down(Case *test, gconstpointer data)
{
	(void)data;
	tf_fixture_member_free(test->member);
	tf_campaign_free(test->campaign);
	profile_folder_tear_down(&test->profiles, "campaigns");
}

static GPtrArray *hold(Case *test, TfRowChecks *checks, guint line, const gchar *name)
{
	const TfManifestRow row = { .line = line, .number = "1", .name = name, .path = "a.p12" };
	g_autoptr(GError) error = NULL;
	GPtrArray *problems = tf_row_checks_hold(checks, &row, &test->source, &test->findings, &error);

	g_assert_no_error(error);

	return problems;
}

static void assert_problems(const GPtrArray *problems, const TfErrorCode *codes, guint n_codes)
{
	for (guint i = 0; i < problems->len && i < n_codes; i++)
		g_assert_error(((GError *)g_ptr_array_index(problems, i)), TF_ERROR, (gint)codes[i]);
	g_assert_cmpuint(problems->len, ==, n_codes);
}

static void assert_one_row(Case *test, TfRowChecks *checks, const gchar *name, TfErrorCode code)
{
	g_autoptr(GPtrArray) problems = hold(test, checks, 2, name);

	assert_problems(problems, &code, 1);
}

static void a_good_row_has_no_problem(Case *test, gconstpointer data)
{
	g_autoptr(TfRowChecks) checks = tf_row_checks_new("m.csv", test->campaign, NULL, NOW);
	g_autoptr(GPtrArray) problems = hold(test, checks, 2, "山田　太郎");

	(void)data;
	g_assert_cmpuint(problems->len, ==, 0);
	g_assert_cmpuint(test->findings.notices, ==, 0);
}

static void the_certificate_of_another_person_is_told(Case *test, gconstpointer data)
{
	g_autoptr(TfRowChecks) checks = tf_row_checks_new("m.csv", test->campaign, NULL, NOW);

	(void)data;
	assert_one_row(test, checks, "佐藤花子", TF_ERROR_CERTIFICATE_NAME);
}

static void a_certificate_out_of_its_time_is_told(Case *test, gconstpointer data)
{
	g_autoptr(TfRowChecks) late =
		tf_row_checks_new("m.csv", test->campaign, NULL, TF_FIXTURE_NOT_AFTER + 1);
	g_autoptr(TfRowChecks) early =
		tf_row_checks_new("m.csv", test->campaign, NULL, TF_FIXTURE_NOT_BEFORE - 1);

	(void)data;
	assert_one_row(test, late, "山田太郎", TF_ERROR_CERTIFICATE_EXPIRED);
	assert_one_row(test, early, "山田太郎", TF_ERROR_CERTIFICATE_NOT_YET_VALID);
}

static void every_rule_that_is_broken_is_told(Case *test, gconstpointer data)
{
	const TfErrorCode codes[] = { TF_ERROR_CERTIFICATE_ISSUER, TF_ERROR_CERTIFICATE_VALIDITY,
		TF_ERROR_CERTIFICATE_NAME, TF_ERROR_CERTIFICATE_EXPIRED };
	const TfFixtureCertificate wanted = {
		.key = test->member->key, .name = "佐藤花子", .not_after = TF_FIXTURE_NOT_BEFORE + 60
	};
	g_autoptr(X509) certificate = tf_fixture_certificate(&wanted);
	g_autoptr(TfRowChecks) checks = tf_row_checks_new("m.csv", test->campaign, NULL, NOW);
	g_autoptr(GPtrArray) problems = NULL;

	(void)data;
	test->source.certificate = certificate;
	problems = hold(test, checks, 2, "山田太郎");

	assert_problems(problems, codes, G_N_ELEMENTS(codes));
}

static void a_revoked_certificate_is_told(Case *test, gconstpointer data)
{
	g_autofree gchar *path = g_build_filename(test->profiles.directory, "crl", NULL);
	X509 *issuer = sk_X509_value(test->member->chain, 0);
	g_autoptr(GBytes) crl = tf_fixture_crl(
		issuer, test->member->issuer_key, test->member->certificate, TF_FIXTURE_NOT_BEFORE + 60, 0);
	g_autoptr(TfRowChecks) checks = tf_row_checks_new("m.csv", test->campaign, path, NOW);

	(void)data;
	tf_fixture_write(path, crl);

	assert_one_row(test, checks, "山田太郎", TF_ERROR_CERTIFICATE_REVOKED);
}

static void a_crl_is_read_once_for_all_rows(Case *test, gconstpointer data)
{
	g_autofree gchar *path = g_build_filename(test->profiles.directory, "crl", NULL);
	X509 *issuer = sk_X509_value(test->member->chain, 0);
	g_autoptr(GBytes) crl = tf_fixture_crl(
		issuer, test->member->issuer_key, test->member->certificate, TF_FIXTURE_NOT_BEFORE + 60, 0);
	g_autoptr(TfRowChecks) checks = tf_row_checks_new(NULL, test->campaign, path, NOW);

	(void)data;
	tf_fixture_write(path, crl);
	assert_one_row(test, checks, "山田太郎", TF_ERROR_CERTIFICATE_REVOKED);
	g_assert_cmpint(g_unlink(path), ==, 0);

	assert_one_row(test, checks, "山田太郎", TF_ERROR_CERTIFICATE_REVOKED);
}

static void a_crl_that_cannot_be_used_hides_no_other_problem(Case *test, gconstpointer data)
{
	const TfErrorCode codes[] = { TF_ERROR_CERTIFICATE_NAME, TF_ERROR_CRL_UNUSABLE };
	g_autofree gchar *path = g_build_filename(test->profiles.directory, "crl", NULL);
	g_autoptr(TfRowChecks) checks = tf_row_checks_new("m.csv", test->campaign, path, NOW);
	g_autoptr(GPtrArray) problems = NULL;

	(void)data;
	g_assert_true(g_file_set_contents(path, "no list", -1, NULL));
	problems = hold(test, checks, 2, "佐藤花子");

	assert_problems(problems, codes, G_N_ELEMENTS(codes));
}

static void a_certificate_of_two_rows_is_told_with_both_lines(Case *test, gconstpointer data)
{
	g_autoptr(TfRowChecks) checks = tf_row_checks_new("m.csv", test->campaign, NULL, NOW);
	g_autoptr(GPtrArray) first = hold(test, checks, 2, "山田太郎");
	g_autoptr(GPtrArray) again = hold(test, checks, 2, "山田太郎");
	g_autoptr(GPtrArray) second = hold(test, checks, 7, "山田太郎");
	const TfErrorCode code = TF_ERROR_MANIFEST_INVALID;
	const GError *problem = NULL;

	(void)data;
	g_assert_cmpuint(first->len, ==, 0);
	g_assert_cmpuint(again->len, ==, 0);
	assert_problems(second, &code, 1);
	problem = g_ptr_array_index(second, 0);
	g_assert_cmpstr(tf_error_arguments(problem)[1], ==, "7");
	g_assert_nonnull(strstr(problem->message, "line 2"));
}

static void a_weak_key_and_a_second_secret_are_noticed(Case *test, gconstpointer data)
{
	g_autoptr(TfRowChecks) checks = tf_row_checks_new("m.csv", test->campaign, NULL, NOW);
	g_autoptr(GPtrArray) problems = NULL;

	(void)data;
	test->source.is_weak = TRUE;
	test->source.holds_one_secret = FALSE;
	problems = hold(test, checks, 2, "山田太郎");

	g_assert_cmpuint(problems->len, ==, 0);
	g_assert_cmpuint(test->findings.notices, ==, TF_ROW_NOTICE_WEAK | TF_ROW_NOTICE_KEPT);
	g_assert_cmpstr(tf_row_notice_text(TF_ROW_NOTICE_WEAK), !=, tf_row_notice_text(TF_ROW_NOTICE_KEPT));
}

static void without_a_list_rows_are_not_compared(Case *test, gconstpointer data)
{
	g_autoptr(TfRowChecks) checks = tf_row_checks_new(NULL, test->campaign, NULL, NOW);
	g_autoptr(GPtrArray) first = hold(test, checks, 2, "山田太郎");
	g_autoptr(GPtrArray) second = hold(test, checks, 7, "山田太郎");

	(void)data;
	g_assert_cmpuint(first->len, ==, 0);
	g_assert_cmpuint(second->len, ==, 0);
	g_assert_cmpint(test->findings.revocation, ==, TF_REVOCATION_UNKNOWN);
}

static void a_name_that_no_letter_can_show_is_told(Case *test, gconstpointer data)
{
	g_autoptr(TfRowChecks) checks = tf_row_checks_new(NULL, test->campaign, NULL, NOW);
	g_autoptr(GError) error = NULL;

	(void)data;
	g_assert_true(tf_row_checks_glyphs(checks, "髙橋 太郎", &error));
	g_assert_no_error(error);

	/* U+13000, a hieroglyph */
	g_assert_false(tf_row_checks_glyphs(checks, "山田\xF0\x93\x80\x80", &error));
	g_assert_error(error, TF_ERROR, TF_ERROR_LETTER_GLYPH);
	g_assert_cmpstr(tf_error_arguments(error)[1], ==, "\xF0\x93\x80\x80");
}

static void add(const gchar *path, void (*test)(Case *, gconstpointer))
{
	g_test_add(path, Case, NULL, set_up, test, tear_down);
}

int main(int argc, char **argv)
{
	int status = 0;

	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	add("/check-row/a good row has no problem", a_good_row_has_no_problem);
	add("/check-row/the certificate of another person is told",
		the_certificate_of_another_person_is_told);
	add("/check-row/a certificate out of its time is told", a_certificate_out_of_its_time_is_told);
	add("/check-row/every rule that is broken is told", every_rule_that_is_broken_is_told);
	add("/check-row/a revoked certificate is told", a_revoked_certificate_is_told);
	add("/check-row/a CRL is read once for all rows", a_crl_is_read_once_for_all_rows);
	add("/check-row/a CRL that cannot be used hides no other problem",
		a_crl_that_cannot_be_used_hides_no_other_problem);
	add("/check-row/a certificate of two rows is told with both lines",
		a_certificate_of_two_rows_is_told_with_both_lines);
	add("/check-row/without a list rows are not compared", without_a_list_rows_are_not_compared);
	add("/check-row/a name that no letter can show is told", a_name_that_no_letter_can_show_is_told);
	add("/check-row/a weak key and a second secret are noticed",
		a_weak_key_and_a_second_secret_are_noticed);

	status = g_test_run();
	/* What fontconfig keeps for the next caller would look like a leak. */
	FcFini();

	return status;
}
