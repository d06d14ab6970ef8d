/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/error.h"
#include "base/secret.h"
#include "cli/result.h"

static int status_of(TfStatus status, TfKeptWhy why, gboolean keeps_source)
{
	g_autoptr(TfOutcome) outcome = tf_outcome_new();

	outcome->status = status;
	if (why != TF_N_KEPT_WHYS)
		tf_outcome_add_kept(outcome, "/a.p12", "pkcs12", why, NULL);

	return tf_result_exit_status(outcome, keeps_source);
}

static void test_done(void)
{
	g_assert_cmpint(status_of(TF_STATUS_DONE, TF_N_KEPT_WHYS, FALSE), ==, 0);
	g_assert_cmpint(status_of(TF_STATUS_DONE, TF_KEPT_BACKUP, FALSE), ==, 0);
	g_assert_cmpint(status_of(TF_STATUS_DONE, TF_KEPT_MOVED, FALSE), ==, 0);
}

static void test_asked(void)
{
	g_assert_cmpint(status_of(TF_STATUS_KEPT, TF_KEPT_ASKED, TRUE), ==, 0);
	g_assert_cmpint(status_of(TF_STATUS_KEPT, TF_KEPT_ASKED, FALSE), ==, TF_EXIT_KEPT);
}

static void test_kept(void)
{
	g_assert_cmpint(status_of(TF_STATUS_KEPT, TF_KEPT_NEEDED, FALSE), ==, TF_EXIT_KEPT);
	g_assert_cmpint(status_of(TF_STATUS_KEPT, TF_KEPT_OTHER_SECRET, FALSE), ==, TF_EXIT_KEPT);
}

static void test_refused(void)
{
	g_assert_cmpint(status_of(TF_STATUS_KEPT, TF_KEPT_WIPE_REFUSED, FALSE), ==, TF_EXIT_WIPE_REFUSED);
}

static void test_evidence(void)
{
	g_assert_cmpint(status_of(TF_STATUS_CLAIMED, TF_KEPT_EVIDENCE, FALSE), ==, TF_EXIT_EVIDENCE_CLAIMED);
	g_assert_cmpint(status_of(TF_STATUS_REFUTED, TF_KEPT_EVIDENCE, TRUE), ==, TF_EXIT_EVIDENCE_REFUTED);
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/result/done, and a backup kept, is success", test_done);
	g_test_add_func("/result/kept by --keep-source is success, by an answer it is not", test_asked);
	g_test_add_func("/result/a file that stays on the PC has a status of its own", test_kept);
	g_test_add_func("/result/a refused wipe has a status of its own", test_refused);
	g_test_add_func("/result/weak evidence is never success", test_evidence);

	return g_test_run();
}
