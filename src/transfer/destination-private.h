/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Shared by the files of a destination: its token opened for writing, with its module. */
#pragma once

#include "destination.h"

typedef struct TfOpenToken {
	TfChoice *choice;
	TfSession *session;
} TfOpenToken;

void tf_open_token_clear(TfOpenToken *open);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(TfOpenToken, tf_open_token_clear)

/* The same token again, logged in: the PIN is asked for once per run. */
gboolean tf_destination_open(TfRun *run, TfDestination *destination, TfOpenToken *ret_open, GError **error);
