/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The readers that a watch knows, and what becomes of them between two looks. Knows no thread and no service.
 */
#pragma once

#include <glib.h>
#include <winscard.h>

#include "token/reader-watch.h"

typedef struct TfReaderSet TfReaderSet;

/* 'events' gets a TfReaderEvent for each change, in the order in which they are told; borrowed. */
TfReaderSet *tf_reader_set_new(GAsyncQueue *events) G_GNUC_WARN_UNUSED_RESULT;
void tf_reader_set_free(TfReaderSet *set);

/* Those are the readers now, sorted. */
void tf_reader_set_names(TfReaderSet *set, const gchar *const *names);

/* What SCardGetStatusChange() is asked: *ret_n entries in 'states' (room for PCSCLITE_MAX_READERS_CONTEXTS),
 * those of the readers and, while there is room for one more reader, the one that reports it. */
void tf_reader_set_ask(const TfReaderSet *set, SCARD_READERSTATE *states, DWORD *ret_n);

/* What it answered, in the same order. */
void tf_reader_set_answer(TfReaderSet *set, const SCARD_READERSTATE *states);

/* Forgets all, without an event. */
void tf_reader_set_clear(TfReaderSet *set);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfReaderSet, tf_reader_set_free)
