/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A group of audits as the auditor reads it, and the one packet each way between tf_audit() and its auditor:
 * a group of one, and its result. */
#pragma once

#include "audit-message.h"

/* Of one packet, and of the text of one result. */
#define TF_AUDIT_MESSAGE_LIMIT (160u << 10)
/* Descriptors of the auditor that tf_audit() executes. */
#define TF_AUDIT_SOCKET 3
#define TF_AUDIT_PINS	4

typedef struct TfAuditGroup {
	TfModuleFacts *module;
	gchar *module_arguments;
	GPtrArray *orders; /* TfAuditOrder, at least one */
} TfAuditGroup;

/* NULL when it is no group. */
TfAuditGroup *tf_audit_group_from_text(const gchar *text) G_GNUC_WARN_UNUSED_RESULT;
void tf_audit_group_free(TfAuditGroup *group);

/* The PIN of each order (TfSecret, or NULL for one without). NULL when 'pins' does not hold just these. */
GPtrArray *tf_audit_group_split(const TfAuditGroup *group, const TfSecret *pins) G_GNUC_WARN_UNUSED_RESULT;

/* One packet. FALSE when it cannot be sent or is too long. */
gboolean tf_audit_send(int fd, const gchar *text);
/* NULL at the end, or for a packet that is too long or has a NUL in it. */
gchar *tf_audit_receive(int fd) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfAuditGroup, tf_audit_group_free)
