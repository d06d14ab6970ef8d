/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The challenges of a group answered through libp11, as a client would, each within a deadline: libp11 waits
 * for ever for a session that a module does not open. */
#pragma once

#include "audit-group.h"
#include "base/secret.h"

typedef struct TfClientTask {
	const TfAuditOrder *order;
	const TfSecret *pin;  /* NULL: protected authentication path */
	GBytes *bytes;	      /* the answer; NULL: none */
	const gchar *failure; /* static: the libp11 or EVP call that failed, or why there was none */
} TfClientTask;

/*
 * Fills in the answers of 'tasks' (n > 0 of them, in their order). FALSE when libp11 is stuck: it may still
 * use group, orders and PINs, and the process must end without freeing them.
 */
gboolean tf_client_answer(const TfAuditGroup *group, TfClientTask *tasks, gsize n);
