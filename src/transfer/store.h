/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The key store of a browser, opened with the person's help. */
#pragma once

#include "token/nss-store.h"
#include "transfer/dialogue.h"

/*
 * The store in 'path' (resolved), the browser closed, logged in where a primary password is set. *password,
 * when it is not NULL, is tried first, once; else the person is asked as often as they like, and what opened
 * the store is kept there; with 'dialogue' NULL nobody is asked. A password that is wrong changes nothing and
 * is counted by nobody; still none is sent that no person gave (law 8).
 */
TfNssStore *tf_store_open(const gchar *path, gboolean for_writing, const TfDialogue *dialogue,
	TfSecret **password, GError **error) G_GNUC_WARN_UNUSED_RESULT;
