/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Why a MAC does not fit: a part of the file that the password opens bears witness that the password is
 * right.
 */
#pragma once

#include <glib.h>

#include "opener-private.h"
#include "structure-private.h"

/*
 * TF_UNLOCKED when an encrypted safe or a shrouded key holds, under the password, a SafeContents of known
 * bags (RFC 7292, 4.2) or a PrivateKeyInfo (RFC 5208, 5), each to the last byte: padding alone comes out
 * right for one wrong password in 256. Nothing that was decrypted is kept. Only for files whose rounds a walk
 * has summed and found within the limit: each part costs what it costs to open it. Else TF_UNLOCKED_NOT or
 * _NO_ROOM.
 */
TfUnlocked tf_witness_hear(const TfSafes *safes, TfOpener *opener) G_GNUC_WARN_UNUSED_RESULT;
