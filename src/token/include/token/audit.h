/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The audit of one key on one token, in a process that never held the key (law 2). The parent (tf_audit)
 * executes the auditor, hands it the module's facts, the token, the CKA_ID, the certificate and the statement
 * to sign by message, and the PIN by descriptor; the auditor (tf_auditor_main) answers with bytes, which the
 * parent verifies. The message that comes back is hostile until checked: a module runs in that process.
 */
#pragma once

#include <glib.h>

#include "base/secret.h"
#include "key/openssl.h"
#include "profile/token-profile.h"
#include "record/evidence.h"
#include "record/facts.h"

typedef struct TfAuditRequest {
	const gchar *const
		*auditor; /* argv of the auditor: this program with its hidden option; NULL-terminated */
	const TfModuleFacts *module;
	const gchar *module_arguments; /* NULL for none */
	const TfTokenFacts *token;     /* manufacturer, model and serial must be found again */
	GBytes *key_id;
	X509 *certificate;   /* of the source, or ('verify') the one found on the token */
	GBytes *statement;   /* to be signed; NULL when 'ciphertext' is given */
	GBytes *ciphertext;  /* to be decrypted, for a certificate that allows no signing; else NULL */
	const TfSecret *pin; /* NULL: protected authentication path */
	guint deadline_seconds;
	guint client_seconds;  /* of them for libp11, which waits for ever when a session fails; 0: a sixth */
	gboolean skips_client; /* libp11 is not asked, and the evidence says so */

	/* The module writes every private and public key to the token, CKA_TOKEN=FALSE or not (OpenSC): there
	 * are no control keys then, and no object is made that a token removed in the middle would keep. */
	gboolean lacks_session_keys;

	/* The PC/SC reader the token lies in, and how the card in it is asked for the key below PKCS#11. */
	const gchar *reader; /* NULL: none is known */
	TfTokenProbe probe;
} TfAuditRequest;

/*
 * What the auditor found. The responses are as it sent them: signatures are verified by whoever makes the
 * proof from them (key/proof.h). *ret_answer is the decrypted challenge, when 'ciphertext' was given. The
 * challenge is answered through Cryptoki and through libp11 as a client would; evidence->unanswered says
 * which failed and why. The 'dropped' and 'constants' of the evidence are left empty: importer and family
 * know them. TF_ERROR_AUDITOR_FAILED (died, deadline, nonsense), or what the auditor itself ran into (token
 * and PIN errors).
 */
TfEvidence *tf_audit(
	const TfAuditRequest *request, GBytes **ret_answer, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The auditor's main(): reads one request from the socket on descriptor 3 and the PIN from descriptor 4,
 * answers, returns an exit status. Called after tf_secret_setup(). */
int tf_auditor_main(void);

/*
 * Many audits in one initialisation of the module, for a process that lives for many groups. The requests of
 * a group share module, arguments, deadline and reader; a failure of one token costs its own result only.
 */
#define TF_AUDIT_GROUP_LIMIT 64u

typedef struct TfAuditResult {
	TfEvidence *evidence; /* NULL when 'error' is set */
	GBytes *answer;	      /* the decrypted challenge; NULL unless 'ciphertext' was given */
	GError *error;
} TfAuditResult;
void tf_audit_result_free(TfAuditResult *result);

/*
 * The supervisor's half. Who carries the messages is the caller's affair: these make one text of a group (1
 * to TF_AUDIT_GROUP_LIMIT requests, about 4 KiB each) and one secret of its PINs (each after its length), and
 * check what comes back. The secret is NULL when the secure heap is exhausted, or a PIN is no PIN (64 KiB).
 */
gchar *tf_audit_group_to_text(const TfAuditRequest *const *requests, gsize n) G_GNUC_WARN_UNUSED_RESULT;
TfSecret *tf_audit_group_pins(const TfAuditRequest *const *requests, gsize n) G_GNUC_WARN_UNUSED_RESULT;

/* One result of the group, checked against its request. The text is hostile, a module ran where it was made:
 * TF_ERROR_AUDITOR_FAILED for one that is not understood, or is about another request. Otherwise as
 * tf_audit(). Never NULL. */
TfAuditResult *tf_audit_group_result(
	const gchar *text, const TfAuditRequest *request) G_GNUC_WARN_UNUSED_RESULT;

/* The auditor's half: keeps what costs (the key pairs of the controls, the library of the module) from group
 * to group, and nothing of a token. */
typedef struct TfAuditing TfAuditing;

TfAuditing *tf_auditing_new(void) G_GNUC_WARN_UNUSED_RESULT;
void tf_auditing_free(TfAuditing *auditing);

/* Called once per request, in their order, when the whole group is through. 'text' is borrowed. */
typedef void (*TfAuditingTell)(guint index, const gchar *text, gpointer user_data);

/*
 * FALSE when the text is no group, or the PINs are not its PINs: nothing was told then; and, after all was
 * told, when libp11 is stuck in one of the tokens. Either way this process does no further audit: it ends by
 * _exit(), since a thread of libp11 may still be at work (tf_auditing_free() then frees nothing).
 */
gboolean tf_auditing_run(TfAuditing *auditing, const gchar *text, const TfSecret *pins, TfAuditingTell tell,
	gpointer user_data);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfAuditResult, tf_audit_result_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfAuditing, tf_auditing_free)
