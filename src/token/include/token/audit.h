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
	guint client_seconds; /* of them for libp11, which waits for ever when a session fails; 0: a sixth */

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
