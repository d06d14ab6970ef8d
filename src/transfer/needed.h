/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Files that stay on the PC because a service takes only a file, as the member said when the key was moved.
 */
#pragma once

#include "ledger/ledger.h"

/* A set of the paths (gchar, resolved): those whose newest run, of this key (SPKI SHA-256; NULL: of any),
 * ended so. */
GHashTable *tf_needed_find(
	TfLedger *ledger, const guint8 *spki_sha256, GError **error) G_GNUC_WARN_UNUSED_RESULT;
