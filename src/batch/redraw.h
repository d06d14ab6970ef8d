/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Letters of tokens that a run before this one wrote. The folder that it put them into may be gone, or may be
 * another one, with letters that open other tokens: each is drawn again, from the PINs in the ledger, before
 * those are forgotten.
 */
#pragma once

#include "batch-private.h"

/* 'numbers' (gchar): jobs that were begun. One whose letter cannot be drawn has none afterwards, and is not
 * ended (tf_group_provision()). FALSE: none can be drawn at all. */
gboolean tf_redraw_letters(TfBatch *batch, const GPtrArray *numbers, GError **error);
