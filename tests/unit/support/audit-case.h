/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A member's key imported on a token, and the audit of it through its real processes: a test program that
 * uses this is the auditor too, with --auditor. Everything asserts.
 */
#pragma once

#include "base/error.h"
#include "key/keypair.h"
#include "key/proof.h"
#include "open-token.h"
#include "record/evidence.h"
#include "token/audit.h"

typedef struct TfAuditCase {
	TfOpenToken *token;
	TfFixtureMember *member;
	TfKeypair *keypair;
	GBytes *key_id;
	TfChallenge *challenge;
	GBytes *ciphertext; /* NULL: a signature is asked for */
	gboolean lacks_session_keys;
	guint seconds; /* the deadline */
} TfAuditCase;

/* To be called first by main(): returns only when this process is no auditor, after tf_secret_setup(). The
 * further modes are auditors with a hostile module in them. */
void tf_audit_case_setup(int argc, char **argv);
#define TF_AUDIT_HONEST	     "--auditor"
#define TF_AUDIT_NONSENSE    "--nonsense"
#define TF_AUDIT_EMPTY	     "--empty"
#define TF_AUDIT_LARGE	     "--large"
#define TF_AUDIT_OTHER_ERROR "--other-error"
#define TF_AUDIT_LIE	     "--lie"
/* Answers token-unsupported with the numbers of its open descriptors. */
#define TF_AUDIT_DESCRIPTORS "--descriptors"

/* Takes 'token'; imports a fresh key of this type with a certificate for signing, or for 'usage'. */
TfAuditCase *tf_audit_case_new(TfOpenToken *token, const gchar *key_type);
TfAuditCase *tf_audit_case_for_usage(TfOpenToken *token, const gchar *key_type, const gchar *usage);
/* Behind the mock module. The import is faithful; what the script spoils, it spoils for the auditor. */
TfAuditCase *tf_audit_case_mock(const gchar *key_type, const gchar *script);
/* Another token in the store of 'first', formatted with this label; its module stays that of 'first'. */
TfAuditCase *tf_audit_case_beside(const TfAuditCase *first, const gchar *label, const gchar *key_type);
void tf_audit_case_free(TfAuditCase *audited);

/* What is asked about it; all borrowed. */
TfAuditRequest tf_audit_case_request(
	const TfAuditCase *audited, const TfModuleFacts *module, const gchar *arguments, const TfSecret *pin);
TfEvidence *tf_audit_case_run(
	const TfAuditCase *audited, const gchar *mode, GBytes **ret_answer, GError **error);
/* Asserts that there is no error, and prints the attempts as test messages. */
TfEvidence *tf_audit_case_evidence(const TfAuditCase *audited);
void tf_audit_case_assert_fails(const TfAuditCase *audited, TfErrorCode code);
void tf_audit_case_assert_attempt(const TfEvidence *evidence, const gchar *name, TfAttemptOutcome outcome,
	const gchar *code, TfControl control);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfAuditCase, tf_audit_case_free)
