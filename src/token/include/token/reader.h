/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * PC/SC readers (pcsc-lite): which there are, what is in each, and waiting for a change. A reader's name
 * holds strings that a USB device chose, and is hostile: it is compared as bytes and escaped wherever it is
 * shown.
 */
#pragma once

#include <glib.h>

typedef struct TfReader {
	gchar *name; /* the bytes PC/SC has, any but NUL */
	gboolean has_card;
	gboolean is_mute; /* there is a card and it does not answer (SCARD_STATE_MUTE): the wrong way round */
	GBytes *atr;	  /* ISO 7816-3; NULL without a card that answers */
	guint n_events;	  /* cards put in and pulled so far: as long as it stays, so does the card */
} TfReader;

void tf_reader_free(TfReader *reader);
TfReader *tf_reader_copy(const TfReader *reader) G_GNUC_WARN_UNUSED_RESULT;

/* TfReader of every reader, by name. None is an empty array. TF_ERROR_PCSC_UNAVAILABLE when pcscd does not
 * run and cannot be started. */
GPtrArray *tf_readers(GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Whether the name may stand in an opensc.conf: printable ASCII without " \ { } ; #. */
gboolean tf_reader_name_is_safe(const gchar *name);

/* TF_ERROR_READER_HOSTILE with the first name among 'readers' that is not safe: OpenSC could not be told to
 * leave that reader alone, so nothing runs while it is plugged in. */
gboolean tf_readers_check(const GPtrArray *readers, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfReader, tf_reader_free)
