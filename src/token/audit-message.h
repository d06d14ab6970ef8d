/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What parent and auditor say to each other: one JSON object each way, one packet each. The PIN is in
 * neither.
 */
#pragma once

#include <jansson.h>

#include "token/audit.h"

#define TF_AUDIT_MESSAGE_LIMIT (160u << 10)
#define TF_AUDIT_SOCKET	       3
#define TF_AUDIT_PIN	       4

/* The request as the auditor reads it. */
typedef struct TfAuditOrder {
	TfModuleFacts *module;
	gchar *module_arguments;
	TfTokenFacts *token;
	GBytes *key_id;
	X509 *certificate;
	GBytes *statement; /* exactly one of the two */
	GBytes *ciphertext;
	gboolean has_pin;
	gboolean lacks_session_keys;
	gchar *reader; /* NULL unless 'probe' asks for it */
	TfTokenProbe probe;
	guint client_seconds; /* how long libp11 may take */
} TfAuditOrder;

json_t *tf_audit_order_to_json(const TfAuditRequest *request);
/* NULL when a field is missing or out of form. */
TfAuditOrder *tf_audit_order_from_json(const json_t *object);
void tf_audit_order_free(TfAuditOrder *order);

/* 'answer' may be NULL. */
json_t *tf_audit_result_to_json(const TfEvidence *evidence, GBytes *answer);
json_t *tf_audit_error_to_json(const GError *error);

/*
 * What the auditor found, or its own error raised again; TF_ERROR_AUDITOR_FAILED for anything that is
 * neither. The object is hostile.
 */
TfEvidence *tf_audit_result_from_json(
	const json_t *object, const TfAuditRequest *request, GBytes **ret_answer, GError **error);

/* One packet. FALSE when it cannot be sent or is too long. */
gboolean tf_audit_send(int fd, const json_t *object);
/* NULL at the end, or for a packet that is too long or no JSON object. */
json_t *tf_audit_receive(int fd);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfAuditOrder, tf_audit_order_free)
