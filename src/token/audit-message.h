/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What supervisor and auditor say of one audit, as JSON objects. The PIN is in none of them. */
#pragma once

#include <jansson.h>

#include "token/audit.h"

/* The request as the auditor reads it. */
typedef struct TfAuditOrder {
	TfTokenFacts *token;
	GBytes *key_id;
	GBytes *certificate_der;
	EVP_PKEY *public;  /* of the certificate */
	GBytes *statement; /* exactly one of the two */
	GBytes *ciphertext;
	gboolean has_pin;
	gboolean lacks_session_keys;
	gchar *reader; /* NULL unless 'probe' asks for it */
	TfTokenProbe probe;
	guint client_seconds; /* how long libp11 may take */
	gboolean skips_client;
} TfAuditOrder;

json_t *tf_audit_order_to_json(const TfAuditRequest *request);
/* NULL when a field is missing or out of form. */
TfAuditOrder *tf_audit_order_from_json(const json_t *object);
void tf_audit_order_free(TfAuditOrder *order);

/* 'answer' may be NULL. A result names its order by the digest of what was to be signed or decrypted, which
 * is drawn afresh for each. */
json_t *tf_audit_result_to_json(const TfAuditOrder *order, const TfEvidence *evidence, GBytes *answer);
json_t *tf_audit_error_to_json(const TfAuditOrder *order, const GError *error);

/*
 * What the auditor found, or its own error raised again; TF_ERROR_AUDITOR_FAILED for anything that is
 * neither, or is about another request. The object is hostile.
 */
TfEvidence *tf_audit_result_from_json(
	const json_t *object, const TfAuditRequest *request, GBytes **ret_answer, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfAuditOrder, tf_audit_order_free)
