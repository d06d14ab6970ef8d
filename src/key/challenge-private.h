/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What proof.c may know of a challenge. */
#pragma once

#include "key/proof.h"

/* TRUE for the first call only: a challenge answers once. */
gboolean tf_challenge_use(TfChallenge *challenge);

const guint8 *tf_challenge_certificate_sha256(const TfChallenge *challenge);
const guint8 *tf_challenge_source_sha256(const TfChallenge *challenge);
