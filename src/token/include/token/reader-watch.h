/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Readers and cards as they come and go, for a person at one reader and for a batch at sixteen. The watch
 * lives through a pcscd that is not there yet, is killed or started again. It asks PC/SC in a thread of its
 * own; nothing else in the process may use PC/SC meanwhile (libpcsclite keeps the readers' states in one
 * place for all), and the environment must not be changed.
 */
#pragma once

#include <glib.h>

#include "token/reader.h"

typedef enum TfReaderEventKind {
	TF_READER_ARRIVED, /* also for each reader that was there before the watch */
	TF_READER_REMOVED, /* after TF_CARD_REMOVED when there was a card in it */
	TF_CARD_INSERTED,  /* also for each card that was there before */
	TF_CARD_REMOVED,
	/* Nothing is known of readers and cards from here on; what is there afterwards arrives anew, after
	 * TF_SERVICE_BACK. Also the first event when pcscd is not there. */
	TF_SERVICE_LOST,
	TF_SERVICE_BACK,
	TF_N_READER_EVENTS
} TfReaderEventKind;

typedef struct TfReaderEvent {
	TfReaderEventKind kind;
	/* With a reader's and a card's events: the reader, as it was then. A card that was swapped for
	 * another between two looks is told as removed and inserted. */
	TfReader *reader;
	const gchar *reason; /* with TF_SERVICE_LOST, for people, in their language; static */
} TfReaderEvent;

void tf_reader_event_free(TfReaderEvent *event);

typedef struct TfReaderWatch TfReaderWatch;

/* Events come from now on. TF_ERROR_SYSTEM. */
TfReaderWatch *tf_reader_watch_new(GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Readable while there are events to take: for poll(2) beside other descriptors, with a deadline and signals
 * of the caller's. Borrowed. */
int tf_reader_watch_fd(const TfReaderWatch *watch);

/* The next event in their order, or NULL when there is none now. The caller frees. */
TfReaderEvent *tf_reader_watch_take(TfReaderWatch *watch) G_GNUC_WARN_UNUSED_RESULT;

/* Ends the thread; within two seconds even when pcscd hangs, where the thread is left behind. */
void tf_reader_watch_free(TfReaderWatch *watch);

/* "card-inserted", for programs. Static. */
const gchar *tf_reader_event_name(TfReaderEventKind kind);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfReaderEvent, tf_reader_event_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfReaderWatch, tf_reader_watch_free)
