/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The parent of the audit: it believes nothing, and waits no longer than it said. */
#include <fcntl.h>

#include "audit-case.h"
#include "base/file.h"
#include "module-private.h"
#include "token/audit.h"

static void test_deadline(void)
{
	g_autoptr(TfAuditCase) audited = tf_audit_case_mock("ec256", "hang-nth=20");

	audited->seconds = 2;

	tf_audit_case_assert_fails(audited, TF_ERROR_AUDITOR_FAILED);
}

/* libp11 waits for ever for the session that the token does not open; what Cryptoki answered still counts. */
static void test_libp11_stuck(void)
{
	g_autoptr(TfAuditCase) audited = tf_audit_case_mock("ec256", "fail=C_OpenSession:2:CKR_DEVICE_ERROR");
	g_autoptr(TfEvidence) evidence = NULL;
	const TfResponse *response = NULL;

	audited->seconds = 12;
	evidence = tf_audit_case_evidence(audited);

	g_assert_cmpuint(evidence->responses->len, ==, 1);
	response = g_ptr_array_index(evidence->responses, 0);
	g_assert_cmpstr(response->via, ==, "cryptoki");
	g_assert_cmpstr(evidence->unanswered, ==, "libp11: no answer in time");
}

static void test_killed(void)
{
	g_autoptr(TfAuditCase) audited = tf_audit_case_mock("ec256", "kill-nth=30");

	tf_audit_case_assert_fails(audited, TF_ERROR_AUDITOR_FAILED);
}

static void test_nonsense(void)
{
	g_autoptr(TfAuditCase) audited = tf_audit_case_new(tf_open_soft_token(), "ec256");
	const gchar *const modes[] = { TF_AUDIT_NONSENSE, TF_AUDIT_EMPTY, TF_AUDIT_LARGE,
		TF_AUDIT_OTHER_ERROR, TF_AUDIT_LIE };

	for (gsize i = 0; i < G_N_ELEMENTS(modes); i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(TfEvidence) evidence = tf_audit_case_run(audited, modes[i], NULL, &error);

		g_assert_error(error, TF_ERROR, TF_ERROR_AUDITOR_FAILED);
		g_assert_null(evidence);
	}
}

static void test_not_there(void)
{
	const gchar *const auditor[] = { "/nonexistent/auditor", TF_AUDIT_HONEST, NULL };
	g_autoptr(TfAuditCase) audited = tf_audit_case_new(tf_open_soft_token(), "ec256");
	const TfAuditRequest request = {
		.auditor = auditor,
		.module = tf_module_facts(audited->token->module),
		.token = audited->token->status->facts,
		.key_id = audited->key_id,
		.certificate = audited->member->certificate,
		.statement = tf_challenge_statement(audited->challenge),
		.deadline_seconds = audited->seconds,
	};
	g_autoptr(GError) error = NULL;
	g_autoptr(TfEvidence) evidence = tf_audit(&request, NULL, &error);

	g_assert_error(error, TF_ERROR, TF_ERROR_AUDITOR_FAILED);
	g_assert_null(evidence);
}

/* Not even a descriptor without O_CLOEXEC, as a lock of somebody else's library may be. */
static void test_closes_descriptors(void)
{
	g_autoptr(TfAuditCase) audited = tf_audit_case_new(tf_open_soft_token(), "ec256");
	g_autoptr(GError) error = NULL;
	TF_AUTO_FD int lock = open(audited->token->soft->directory, O_RDONLY | O_DIRECTORY);
	g_autoptr(TfEvidence) evidence = tf_audit_case_run(audited, TF_AUDIT_DESCRIPTORS, NULL, &error);

	g_assert_cmpint(lock, >=, 0);
	g_assert_error(error, TF_ERROR, TF_ERROR_TOKEN_UNSUPPORTED);
	g_assert_cmpstr(tf_error_arguments(error)[0], ==, "0 1 2 3 4");
	g_assert_null(evidence);
}

int main(int argc, char **argv)
{
	tf_audit_case_setup(argc, argv);
	g_test_init(&argc, &argv, NULL);

	g_test_add_func("/audit/a hanging module meets the deadline", test_deadline);
	g_test_add_func("/audit/a libp11 that waits for ever costs its answer only", test_libp11_stuck);
	g_test_add_func("/audit/a killed auditor is an error", test_killed);
	g_test_add_func("/audit/nonsense is not believed", test_nonsense);
	g_test_add_func("/audit/an auditor that is not there is an error", test_not_there);
	g_test_add_func(
		"/audit/the auditor inherits nothing but its own descriptors", test_closes_descriptors);

	return g_test_run();
}
