/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The challenge answered through libp11, as a client would, and within a deadline: libp11 waits for ever for
 * a session that a module does not open. */
#pragma once

#include "audit-message.h"
#include "base/secret.h"

typedef struct TfClientAnswer {
	GBytes *bytes;	      /* NULL: no answer */
	const gchar *failure; /* static: the libp11 or EVP call that failed, or that it took too long */
	gboolean
		is_stuck; /* libp11 still uses 'order' and 'pin': the process must end without freeing them */
} TfClientAnswer;

void tf_client_answer(const TfAuditOrder *order, const TfSecret *pin, TfClientAnswer *ret_answer);
