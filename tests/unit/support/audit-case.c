/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "audit-case.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "audit-group.h"
#include "key/certificate.h"
#include "module-private.h"
#include "token/audit.h"
#include "token/import.h"

/* argv[0]: /proc/self/exe cannot be read by a process that is not dumpable. */
static const gchar *program;

static TfChallenge *draw_challenge(const TfAuditCase *audited)
{
	const TfTokenFacts *token = audited->token->status->facts;
	TfChallengeContext context = { .ledger = "5c3f7b0a-0f0f-4a53-9a07-4b4c7e2d8a11",
		.row = 1,
		.manufacturer = token->manufacturer,
		.model = token->model,
		.serial = token->serial };
	g_autoptr(GError) error = NULL;
	TfChallenge *challenge = NULL;

	tf_certificate_sha256(audited->member->certificate, context.certificate_sha256);
	challenge = tf_challenge_draw(&context, &error);
	g_assert_no_error(error);

	return challenge;
}

/* A member's key, imported as it is in life. */
TfAuditCase *tf_audit_case_for_usage(TfOpenToken *token, const gchar *key_type, const gchar *usage)
{
	TfAuditCase *audited = g_new0(TfAuditCase, 1);
	TfImportOptions options = { .label = "member" };
	g_autoptr(GPtrArray) dropped = NULL;
	g_autoptr(GError) error = NULL;

	audited->token = token;
	audited->seconds = 60;
	audited->member = tf_fixture_member(key_type, "Yamada Taro", "Test Issuing Authority");
	if (usage != NULL) {
		X509_free(audited->member->certificate);
		audited->member->certificate =
			tf_fixture_certificate(&(TfFixtureCertificate){ .key = audited->member->key,
				.name = "Yamada Taro",
				.issuer = sk_X509_value(audited->member->chain, 0),
				.issuer_key = audited->member->issuer_key,
				.usage = usage });
	}
	audited->keypair = tf_keypair_new(audited->member->key, audited->member->certificate,
		audited->member->chain, NULL, "test.p12", &error);
	g_assert_no_error(error);
	audited->key_id = tf_import_plan_id(audited->keypair);
	options.key_id = audited->key_id;
	(void)tf_import(token->session, audited->keypair, &options, &dropped, &error);
	g_assert_no_error(error);
	audited->challenge = draw_challenge(audited);

	return audited;
}

TfAuditCase *tf_audit_case_new(TfOpenToken *token, const gchar *key_type)
{
	return tf_audit_case_for_usage(token, key_type, NULL);
}

static TfOpenToken *format_beside(TfModule *module, const gchar *label)
{
	TfOpenToken *token = g_new0(TfOpenToken, 1);
	g_autoptr(TfSecret) pin = tf_open_token_pin();
	g_autoptr(TfSecret) so_pin = tf_secret_new_copy(TF_SOFT_SO_PIN, strlen(TF_SOFT_SO_PIN));
	g_autoptr(GError) error = NULL;
	g_autoptr(TfTokenStatus) blank = tf_open_token_choose(module, NULL, FALSE, &error);

	g_assert_no_error(error);
	token->module = module;
	token->status = tf_token_initialize(module, blank, FALSE, NULL, label, so_pin, pin, &error);
	g_assert_no_error(error);
	token->session = tf_open_token_session(token);
	(void)tf_session_login(token->session, pin, FALSE, &error);
	g_assert_no_error(error);

	return token;
}

TfAuditCase *tf_audit_case_beside(const TfAuditCase *first, const gchar *label, const gchar *key_type)
{
	TfAuditCase *audited = tf_audit_case_new(format_beside(first->token->module, label), key_type);

	g_clear_pointer(&audited->token->session, tf_session_free);
	audited->token->module = NULL;

	return audited;
}

void tf_audit_case_free(TfAuditCase *audited)
{
	tf_open_token_free(audited->token);
	tf_fixture_member_free(audited->member);
	tf_keypair_free(audited->keypair);
	tf_challenge_free(audited->challenge);
	g_bytes_unref(audited->key_id);
	g_clear_pointer(&audited->ciphertext, g_bytes_unref);
	g_free(audited);
}

TfAuditCase *tf_audit_case_mock(const gchar *key_type, const gchar *script)
{
	TfAuditCase *audited = tf_audit_case_new(tf_open_mock_token(""), key_type);
	g_autofree gchar *counter = g_build_filename(audited->token->soft->directory, "mock.counter", NULL);
	g_autofree gchar *arguments = tf_soft_token_mock_arguments(audited->token->soft, script);

	g_assert_cmpstr(arguments, ==, audited->token->arguments);
	g_assert_cmpint(g_unlink(counter), ==, 0);

	return audited;
}

TfAuditRequest tf_audit_case_request(
	const TfAuditCase *audited, const TfModuleFacts *module, const gchar *arguments, const TfSecret *pin)
{
	return (TfAuditRequest){ .module = module,
		.module_arguments = arguments,
		.token = audited->token->status->facts,
		.key_id = audited->key_id,
		.certificate = audited->member->certificate,
		.statement = audited->ciphertext == NULL ? tf_challenge_statement(audited->challenge) : NULL,
		.ciphertext = audited->ciphertext,
		.pin = pin,
		.lacks_session_keys = audited->lacks_session_keys,
		.deadline_seconds = audited->seconds };
}

TfEvidence *tf_audit_case_run(
	const TfAuditCase *audited, const gchar *mode, GBytes **ret_answer, GError **error)
{
	const gchar *const auditor[] = { program, mode, NULL };
	g_autoptr(TfSecret) pin = tf_open_token_pin();
	TfAuditRequest request = tf_audit_case_request(audited, tf_module_facts(audited->token->module),
		tf_module_arguments(audited->token->module), pin);

	request.auditor = auditor;

	return tf_audit(&request, ret_answer, error);
}

static void print(const TfEvidence *evidence)
{
	for (guint i = 0; i < evidence->attempts->len; i++) {
		const TfAttempt *attempt = g_ptr_array_index(evidence->attempts, i);
		const gchar *const controls[] = { "none", "passed", "failed" };

		g_test_message("%s: %s %s, control %s", attempt->name,
			tf_attempt_outcome_name(attempt->outcome), attempt->code, controls[attempt->control]);
	}
	g_test_message("challenge %s, unanswered %s", evidence->challenge, evidence->unanswered);
}

TfEvidence *tf_audit_case_evidence(const TfAuditCase *audited)
{
	g_autoptr(GError) error = NULL;
	TfEvidence *evidence = tf_audit_case_run(audited, TF_AUDIT_HONEST, NULL, &error);

	g_assert_no_error(error);
	g_assert_nonnull(evidence);
	print(evidence);

	return evidence;
}

static const TfAttempt *attempt_named(const TfEvidence *evidence, const gchar *name)
{
	for (guint i = 0; i < evidence->attempts->len; i++) {
		const TfAttempt *attempt = g_ptr_array_index(evidence->attempts, i);

		if (strcmp(attempt->name, name) == 0)
			return attempt;
	}
	g_error("no attempt is named '%s'", name);
}

void tf_audit_case_assert_attempt(const TfEvidence *evidence, const gchar *name, TfAttemptOutcome outcome,
	const gchar *code, TfControl control)
{
	const TfAttempt *attempt = attempt_named(evidence, name);

	g_assert_cmpstr(tf_attempt_outcome_name(attempt->outcome), ==, tf_attempt_outcome_name(outcome));
	g_assert_cmpstr(attempt->code, ==, code);
	g_assert_cmpint(attempt->control, ==, control);
}

void tf_audit_case_assert_fails(const TfAuditCase *audited, TfErrorCode code)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TfEvidence) evidence = tf_audit_case_run(audited, TF_AUDIT_HONEST, NULL, &error);

	g_assert_error(error, TF_ERROR, (gint)code);
	g_assert_null(evidence);
}

static gchar *list_descriptors(void)
{
	g_autoptr(GString) list = g_string_new("0");

	for (int fd = 1; fd < 1024; fd++) {
		if (fcntl(fd, F_GETFD) >= 0)
			g_string_append_printf(list, " %d", fd);
	}

	return g_strdup_printf("{\"error\":\"token-unsupported\",\"arguments\":[\"%s\"]}", list->str);
}

/* The lie names the request that it answers; what is no object stays as it is. */
static gchar *about(const gchar *request, const gchar *lie)
{
	g_autoptr(TfAuditGroup) group = tf_audit_group_from_text(request);
	g_autoptr(TfEvidence) none = tf_evidence_new();
	g_autoptr(json_t) honest = tf_audit_result_to_json(g_ptr_array_index(group->orders, 0), none, NULL);
	g_autoptr(json_t) object = json_loads(lie, 0, NULL);
	char *text = NULL;
	gchar *copy = NULL;

	if (object == NULL)
		return g_strdup(lie);
	(void)json_object_set(object, "about", json_object_get(honest, "about"));
	text = json_dumps(object, 0);
	copy = g_strdup(text);
	free(text);

	return copy;
}

static void say(gchar **said, const gchar *text)
{
	g_free(*said);
	*said = g_strdup(text);
}

/* Auditors with a hostile module in them: what they say must not be believed. */
static int answer_badly(const gchar *mode)
{
	const gchar *const lie = "{\"evidence\":{\"grade\":\"refused\",\"challenge\":\"decrypted\","
				 "\"unanswered\":null,\"copies\":0,"
				 "\"certificate_is_public\":true,\"attributes\":{},\"dropped\":[],"
				 "\"attempts\":[{\"name\":\"wrap\","
				 "\"outcome\":\"refused\",\"code\":\"CKR_KEY_UNEXTRACTABLE\",\"control\":"
				 "true}],\"responses\":[]},"
				 "\"answer\":null}";
	g_autofree gchar *said = g_strdup("not JSON");
	g_autofree gchar *text = NULL;
	/* Before anything is opened here; and once the request is there, so that the parent does not meet a
	 * closed socket. */
	g_autofree gchar *descriptors = list_descriptors();
	g_autofree gchar *request = tf_audit_receive(3);

	g_assert_nonnull(request);
	if (strcmp(mode, TF_AUDIT_EMPTY) == 0)
		say(&said, "{}");
	if (strcmp(mode, TF_AUDIT_OTHER_ERROR) == 0)
		say(&said, "{\"error\":\"evidence-refuted\",\"arguments\":[\"a\",\"b\"]}");
	if (strcmp(mode, TF_AUDIT_LIE) == 0)
		say(&said, lie);
	if (strcmp(mode, TF_AUDIT_DESCRIPTORS) == 0)
		say(&said, descriptors);
	text = strcmp(mode, TF_AUDIT_LARGE) == 0 ? g_strnfill(200000, ' ') : about(request, said);
	g_assert_cmpint(send(3, text, strlen(text), 0), ==, strlen(text));

	return 0;
}

static int act_as_auditor(const gchar *mode)
{
	if (strcmp(mode, TF_AUDIT_HONEST) == 0)
		return tf_auditor_main();

	return answer_badly(mode);
}

void tf_audit_case_setup(int argc, char **argv)
{
	const gchar *const modes[] = { TF_AUDIT_HONEST, TF_AUDIT_NONSENSE, TF_AUDIT_EMPTY, TF_AUDIT_LARGE,
		TF_AUDIT_OTHER_ERROR, TF_AUDIT_LIE, TF_AUDIT_DESCRIPTORS, NULL };

	tf_secret_setup();
	program = argv[0];
	/* Exit handlers of modules are no part of the audit, nor are their leaks. */
	if (argc == 2 && g_strv_contains(modes, argv[1]))
		_exit(act_as_auditor(argv[1]));
}
