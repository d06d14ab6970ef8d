/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

#include "base/hex.h"
#include "structure-private.h"

/* Over the salts of the MAC and of every encrypted part that anyone can see, with their parameters. FALSE
 * when there are fewer than two: one alone, of few octets, says too little. */
gboolean tf_salts_sha256(const TfPfx *pfx, const TfSafes *safes, guint8 ret_digest[TF_SHA256_SIZE]);
