/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Groups of audits on one SoftHSM store, within this process: it is the auditor. */
#include <glib/gstdio.h>
#include <string.h>

#include "audit-case.h"
#include "audit-group.h"
#include "module-private.h"

#define N_TOKENS 3u

/* Three tokens of one store, what is asked about them, and what was told. */
typedef struct Party {
	TfAuditCase *cases[N_TOKENS];
	TfModuleFacts *module;
	gchar *arguments;
	TfSecret *pin;
	TfAuditRequest requests[N_TOKENS];
	GPtrArray *told; /* texts */
} Party;

/* The module is put down before the auditor's turn, and the mock counts from there. */
static Party *party_new(TfOpenToken *token, const gchar *first_type)
{
	const gchar *const labels[] = { NULL, "Second", "Third" };
	Party *party = g_new0(Party, 1);

	party->cases[0] = tf_audit_case_new(token, first_type);
	for (guint i = 1; i < N_TOKENS; i++)
		party->cases[i] = tf_audit_case_beside(party->cases[0], labels[i], "ec256");
	party->module = tf_module_facts_copy(tf_module_facts(token->module));
	party->arguments = g_strdup(token->arguments);
	party->pin = tf_open_token_pin();
	party->told = g_ptr_array_new_with_free_func(g_free);
	g_clear_pointer(&token->session, tf_session_free);
	g_clear_pointer(&token->module, tf_module_free);
	for (guint i = 0; i < N_TOKENS; i++) {
		party->requests[i] =
			tf_audit_case_request(party->cases[i], party->module, party->arguments, party->pin);
		party->requests[i].client_seconds = 30;
	}

	return party;
}

static Party *party_of_mock(const gchar *script)
{
	Party *party = party_new(tf_open_mock_token(""), "ec256");
	TfSoftToken *soft = party->cases[0]->token->soft;
	const gchar *const names[] = { "mock.counter", "mock.log" };
	g_autofree gchar *arguments = tf_soft_token_mock_arguments(soft, script);

	for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autofree gchar *path = g_build_filename(soft->directory, names[i], NULL);

		g_assert_cmpint(g_unlink(path), ==, 0);
	}
	g_assert_cmpstr(arguments, ==, party->arguments);

	return party;
}

static void party_free(Party *party)
{
	for (guint i = N_TOKENS; i > 0; i--)
		tf_audit_case_free(party->cases[i - 1]);
	tf_module_facts_free(party->module);
	g_free(party->arguments);
	tf_secret_free(party->pin);
	g_ptr_array_unref(party->told);
	g_free(party);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Party, party_free)

static void note(guint index, const gchar *text, gpointer user_data)
{
	Party *party = user_data;

	g_assert_cmpuint(index, ==, party->told->len);
	g_ptr_array_add(party->told, g_strdup(text));
}

static gboolean run(Party *party, TfAuditing *auditing)
{
	const TfAuditRequest *pointers[N_TOKENS];
	g_autofree gchar *text = NULL;
	g_autoptr(TfSecret) pins = NULL;

	for (guint i = 0; i < N_TOKENS; i++)
		pointers[i] = &party->requests[i];
	text = tf_audit_group_to_text(pointers, N_TOKENS);
	pins = tf_audit_group_pins(pointers, N_TOKENS);
	g_ptr_array_set_size(party->told, 0);

	return tf_auditing_run(auditing, text, pins, note, party);
}

static TfAuditResult *result_of(const Party *party, guint i)
{
	g_assert_cmpuint(party->told->len, ==, N_TOKENS);

	return tf_audit_group_result(g_ptr_array_index(party->told, i), &party->requests[i]);
}

static void assert_proven(const Party *party, guint i)
{
	g_autoptr(TfAuditResult) result = result_of(party, i);
	const TfAuditCase *audited = party->cases[i];
	const TfTokenFacts *token = audited->token->status->facts;

	g_assert_no_error(result->error);
	g_assert_cmpstr(result->evidence->unanswered, ==, NULL);
	g_assert_cmpuint(result->evidence->responses->len, ==, 2);
	g_assert_true(result->evidence->certificate_is_public);
	g_assert_cmpstr(tf_grade_name(tf_evidence_grade(result->evidence)), ==, "refused");
	for (guint k = 0; k < 2; k++) {
		const TfResponse *response = g_ptr_array_index(result->evidence->responses, k);
		g_autoptr(GError) error = NULL;

		(void)tf_proof_check(tf_challenge_statement(audited->challenge), response->bytes,
			audited->member->certificate, token->manufacturer, token->model, token->serial,
			&error);
		g_assert_no_error(error);
	}
}

static void assert_fails(const Party *party, guint i, TfErrorCode code)
{
	g_autoptr(TfAuditResult) result = result_of(party, i);

	g_assert_error(result->error, TF_ERROR, (gint)code);
	g_assert_null(result->evidence);
}

static void assert_unanswered(const Party *party, guint i, const gchar *why)
{
	g_autoptr(TfAuditResult) result = result_of(party, i);

	g_assert_no_error(result->error);
	g_assert_cmpstr(result->evidence->unanswered, ==, why);
	g_assert_cmpuint(result->evidence->responses->len, ==, 1);
	g_assert_cmpstr(
		((const TfResponse *)g_ptr_array_index(result->evidence->responses, 0))->via, ==, "cryptoki");
}

static void test_each_is_proven(void)
{
	g_autoptr(Party) party = party_new(tf_open_soft_token(), "rsa2048");
	g_autoptr(TfAuditing) auditing = tf_auditing_new();

	for (guint group = 0; group < 2; group++) {
		g_assert_true(run(party, auditing));

		for (guint i = 0; i < N_TOKENS; i++)
			assert_proven(party, i);
	}
}

static void test_one_initialisation(void)
{
	g_autoptr(Party) party = party_of_mock("");
	g_autoptr(TfAuditing) auditing = tf_auditing_new();
	const TfOpenToken *token = party->cases[0]->token;

	for (guint i = 0; i < N_TOKENS; i++)
		party->requests[i].skips_client = TRUE;
	g_assert_true(run(party, auditing));

	g_assert_cmpuint(tf_open_token_n_calls(token, "C_Initialize"), ==, 1);
	g_assert_cmpuint(tf_open_token_n_calls(token, "C_Finalize"), ==, 1);
	g_assert_cmpuint(tf_open_token_n_calls(token, "C_Login"), ==, N_TOKENS);
	for (guint i = 0; i < N_TOKENS; i++)
		assert_unanswered(party, i, "libp11: not asked");
}

static void test_wrong_pin(void)
{
	g_autoptr(Party) party = party_new(tf_open_soft_token(), "ec256");
	g_autoptr(TfAuditing) auditing = tf_auditing_new();
	g_autoptr(TfSecret) wrong = tf_secret_new_copy("000000", 6);

	party->requests[1].pin = wrong;
	g_assert_true(run(party, auditing));

	assert_proven(party, 0);
	assert_fails(party, 1, TF_ERROR_PIN_WRONG);
	assert_proven(party, 2);
}

static void test_missing(void)
{
	g_autoptr(Party) party = party_new(tf_open_soft_token(), "ec256");
	g_autoptr(TfAuditing) auditing = tf_auditing_new();
	TfTokenFacts absent = *party->requests[0].token;
	g_autofree gchar *serial = g_strdup("0123456789abcdef");

	absent.serial = serial;
	party->requests[0].token = &absent;
	g_assert_true(run(party, auditing));

	assert_fails(party, 0, TF_ERROR_TOKEN_MISSING);
	assert_proven(party, 1);
	assert_proven(party, 2);
}

static void test_removed(void)
{
	g_autoptr(Party) party = party_of_mock("fail=C_CopyObject:1:CKR_DEVICE_REMOVED");
	g_autoptr(TfAuditing) auditing = tf_auditing_new();

	g_assert_true(run(party, auditing));

	assert_fails(party, 0, TF_ERROR_TOKEN_REMOVED);
	assert_proven(party, 1);
	assert_proven(party, 2);
}

static void test_unloadable(void)
{
	g_autoptr(Party) party = party_new(tf_open_soft_token(), "ec256");
	g_autoptr(TfAuditing) auditing = tf_auditing_new();
	TfModuleFacts changed = *party->module;
	g_autofree gchar *sha256 = g_strnfill(64, '0');

	changed.sha256 = sha256;
	for (guint i = 0; i < N_TOKENS; i++)
		party->requests[i].module = &changed;
	g_assert_true(run(party, auditing));

	for (guint i = 0; i < N_TOKENS; i++)
		assert_fails(party, i, TF_ERROR_MODULE_UNLOADABLE);
}

/* What one token's turn told is never taken for another's, whatever index comes with it. */
static void test_other_result(void)
{
	g_autoptr(Party) party = party_new(tf_open_soft_token(), "ec256");
	g_autoptr(TfAuditing) auditing = tf_auditing_new();
	g_autoptr(TfAuditResult) result = NULL;

	g_assert_true(run(party, auditing));
	result = tf_audit_group_result(g_ptr_array_index(party->told, 1), &party->requests[2]);

	g_assert_error(result->error, TF_ERROR, TF_ERROR_AUDITOR_FAILED);
	g_assert_null(result->evidence);
}

static void test_no_group(void)
{
	g_autoptr(Party) party = party_new(tf_open_soft_token(), "ec256");
	g_autoptr(TfAuditing) auditing = tf_auditing_new();
	const TfAuditRequest *pointers[] = { &party->requests[0], &party->requests[1] };
	g_autofree gchar *text = tf_audit_group_to_text(pointers, 2);
	g_autoptr(TfSecret) one_pin = tf_audit_group_pins(pointers, 1);

	g_assert_false(tf_auditing_run(auditing, "{}", one_pin, note, party));
	g_assert_false(tf_auditing_run(auditing, text, one_pin, note, party));

	g_assert_cmpuint(party->told->len, ==, 0);
}

/* Of the five sessions the last is the second of libp11, which waits for ever when it is not opened. */
static void test_stuck(void)
{
	g_autoptr(Party) party = party_of_mock("fail=C_OpenSession:5:CKR_DEVICE_ERROR");
	g_autoptr(TfAuditing) auditing = tf_auditing_new();

	party->requests[1].client_seconds = 1;
	g_assert_false(run(party, auditing));

	assert_proven(party, 0);
	assert_unanswered(party, 1, "libp11: no answer in time");
	assert_unanswered(party, 2, "libp11: not asked: libp11 is stuck");
	g_assert_false(run(party, auditing));
	g_assert_cmpuint(party->told->len, ==, 0);
}

int main(int argc, char **argv)
{
	tf_audit_case_setup(argc, argv);
	g_test_init(&argc, &argv, NULL);

	g_test_add_func("/auditing/each request of a group has its own proof, group after group",
		test_each_is_proven);
	g_test_add_func("/auditing/a group costs one initialisation, and libp11 is asked on demand",
		test_one_initialisation);
	g_test_add_func("/auditing/a wrong PIN costs its own result", test_wrong_pin);
	g_test_add_func("/auditing/a missing token costs its own result", test_missing);
	g_test_add_func("/auditing/a token that goes costs its own result", test_removed);
	g_test_add_func("/auditing/a changed module costs the whole group", test_unloadable);
	g_test_add_func("/auditing/the result of one token is none of another", test_other_result);
	g_test_add_func("/auditing/what is no group tells nothing", test_no_group);
	/* Last: the module stays in use. */
	g_test_add_func("/auditing/a stuck libp11 leaves the rest unasked, and ends it all", test_stuck);

	return g_test_run();
}
