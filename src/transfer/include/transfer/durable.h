/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A token in files (SoftHSM) is written without one fsync(2), and each login writes to it again: what a
 * module answered in its proof may be gone after a power cut, while the ledger's row and the wipe are not. So
 * between an audit and what it allows stands this.
 */
#pragma once

#include "transfer/dialogue.h"

/* Returns TRUE once all that was written so far, by whatever module and to whatever file system, is on its
 * medium. That may take long on a PC that has much to write: after a second the dialogue is told
 * (TF_NEWS_SYNCING), and from then on the wait can be interrupted (TF_ERROR_INTERRUPTED). */
gboolean tf_durable(const TfDialogue *dialogue, GError **error) G_GNUC_WARN_UNUSED_RESULT;
