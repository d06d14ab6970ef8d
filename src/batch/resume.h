/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a run that died left, by ledger and store, before anything new is begun: a token that was not
 * published does not exist, and its job waits again with the PINs it has; one that was is audited where it
 * lies, its letter drawn again, and a card waits for the reader it is put into; a stored proof finishes the
 * wipe of its source. Nothing is made twice.
 */
#pragma once

#include "batch-private.h"

gboolean tf_resume(TfBatch *batch, GError **error);
