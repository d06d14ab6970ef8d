/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "reader-set.h"

#include <string.h>

#include "reader-state.h"

#define NEW_READERS "\\\\?PnP?\\Notification"

typedef struct Known {
	TfReader *reader;
	DWORD state; /* as SCardGetStatusChange() gave it: the upper half counts insertions and removals */
} Known;

struct TfReaderSet {
	GPtrArray *known; /* Known, by name */
	GAsyncQueue *events;
};

static void known_free(Known *known)
{
	tf_reader_free(known->reader);
	g_free(known);
}

TfReaderSet *tf_reader_set_new(GAsyncQueue *events)
{
	TfReaderSet *set = g_new0(TfReaderSet, 1);

	set->known = g_ptr_array_new_with_free_func((GDestroyNotify)known_free);
	set->events = events;

	return set;
}

void tf_reader_set_free(TfReaderSet *set)
{
	if (set == NULL)
		return;

	g_ptr_array_unref(set->known);
	g_free(set);
}

void tf_reader_set_clear(TfReaderSet *set)
{
	g_ptr_array_set_size(set->known, 0);
}

static void tell(TfReaderSet *set, TfReaderEventKind kind, const TfReader *reader)
{
	TfReaderEvent *event = g_new0(TfReaderEvent, 1);

	event->kind = kind;
	event->reader = tf_reader_copy(reader);
	g_async_queue_push(set->events, event);
}

static void tell_card_removed(TfReaderSet *set, const TfReader *reader)
{
	if (reader->has_card)
		tell(set, TF_CARD_REMOVED, reader);
}

static gboolean is_named(const gchar *const *names, const gchar *name)
{
	return g_strv_contains(names, name);
}

static const Known *find(const TfReaderSet *set, const gchar *name)
{
	for (guint i = 0; i < set->known->len; i++) {
		const Known *known = g_ptr_array_index(set->known, i);

		if (strcmp(known->reader->name, name) == 0)
			return known;
	}

	return NULL;
}

static void forget_missing(TfReaderSet *set, const gchar *const *names)
{
	for (guint i = set->known->len; i > 0; i--) {
		const Known *known = g_ptr_array_index(set->known, i - 1);

		if (is_named(names, known->reader->name))
			continue;
		tell_card_removed(set, known->reader);
		tell(set, TF_READER_REMOVED, known->reader);
		g_ptr_array_remove_index(set->known, i - 1);
	}
}

void tf_reader_set_names(TfReaderSet *set, const gchar *const *names)
{
	forget_missing(set, names);
	for (gsize i = 0; names[i] != NULL; i++) {
		Known *known = NULL;

		if (find(set, names[i]) != NULL || set->known->len == PCSCLITE_MAX_READERS_CONTEXTS)
			continue;
		known = g_new0(Known, 1);
		known->reader = g_new0(TfReader, 1);
		known->reader->name = g_strdup(names[i]);
		known->state = SCARD_STATE_UNAWARE;
		tell(set, TF_READER_ARRIVED, known->reader);
		g_ptr_array_add(set->known, known);
	}
}

void tf_reader_set_ask(const TfReaderSet *set, SCARD_READERSTATE *states, DWORD *ret_n)
{
	DWORD n = 0;

	memset(states, 0, sizeof *states * PCSCLITE_MAX_READERS_CONTEXTS);
	for (n = 0; n < set->known->len; n++) {
		const Known *known = g_ptr_array_index(set->known, n);

		states[n].szReader = known->reader->name;
		states[n].dwCurrentState = known->state;
	}
	/* With sixteen readers there is no room for this entry, nor for another reader. */
	if (n < PCSCLITE_MAX_READERS_CONTEXTS)
		states[n++].szReader = NEW_READERS;
	*ret_n = n;
}

static guint count_of(DWORD state)
{
	return (guint)(state >> 16) & 0xFFFFu;
}

static gboolean is_same_card(const Known *known, const TfReader *now, DWORD state)
{
	const TfReader *before = known->reader;

	if (before->is_mute != now->is_mute || count_of(known->state) != count_of(state))
		return FALSE;
	if (before->atr == NULL || now->atr == NULL)
		return before->atr == now->atr;

	return g_bytes_equal(before->atr, now->atr);
}

static void answer_one(TfReaderSet *set, Known *known, const SCARD_READERSTATE *state)
{
	g_autoptr(TfReader) now = tf_reader_from_state(state);
	TfReader *before = known->reader;

	if (before->has_card && (!now->has_card || !is_same_card(known, now, state->dwEventState)))
		tell(set, TF_CARD_REMOVED, before);
	if (now->has_card && (!before->has_card || !is_same_card(known, now, state->dwEventState)))
		tell(set, TF_CARD_INSERTED, now);
	known->state = state->dwEventState & ~(DWORD)SCARD_STATE_CHANGED;
	known->reader = g_steal_pointer(&now);
	tf_reader_free(before);
}

void tf_reader_set_answer(TfReaderSet *set, const SCARD_READERSTATE *states)
{
	for (guint i = 0; i < set->known->len; i++) {
		/* A reader that went is told when it is missing among the names. */
		if ((states[i].dwEventState & SCARD_STATE_UNKNOWN) == 0)
			answer_one(set, g_ptr_array_index(set->known, i), &states[i]);
	}
}
