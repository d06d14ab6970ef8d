/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Of PC/SC, what reader.c and reader-watch.c share. */
#pragma once

#include <glib.h>
#include <winscard.h>

#include "token/reader.h"

/* The names of all readers, sorted; none is an empty array. *ret_names is for g_strfreev(). */
LONG tf_reader_names(SCARDCONTEXT context, GStrv *ret_names);

/* What SCardGetStatusChange() has said of a reader. */
TfReader *tf_reader_from_state(const SCARD_READERSTATE *state) G_GNUC_WARN_UNUSED_RESULT;

/* tf_readers(), waiting so long for PC/SC. */
GPtrArray *tf_readers_within(guint seconds, GError **error) G_GNUC_WARN_UNUSED_RESULT;
