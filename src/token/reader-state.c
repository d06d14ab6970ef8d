/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "reader-state.h"

#include <string.h>

static gint compare_names(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const gchar *const *)a, *(const gchar *const *)b);
}

LONG tf_reader_names(SCARDCONTEXT context, GStrv *ret_names)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new();
	char *list = NULL;
	DWORD length = SCARD_AUTOALLOCATE;
	LONG status = SCardListReaders(context, NULL, (LPSTR)&list, &length);

	if (status != SCARD_S_SUCCESS && status != SCARD_E_NO_READERS_AVAILABLE)
		return status;
	for (const gchar *name = list; name != NULL && *name != '\0'; name += strlen(name) + 1)
		g_ptr_array_add(names, g_strdup(name));
	if (list != NULL)
		(void)SCardFreeMemory(context, list);
	g_ptr_array_sort(names, compare_names);
	g_ptr_array_add(names, NULL);
	*ret_names = (GStrv)g_ptr_array_free(g_steal_pointer(&names), FALSE);

	return SCARD_S_SUCCESS;
}

TfReader *tf_reader_from_state(const SCARD_READERSTATE *state)
{
	TfReader *reader = g_new0(TfReader, 1);

	reader->name = g_strdup(state->szReader);
	/* pcsc-lite counts in the upper half (SCardGetStatusChange(), pcsclite.h). */
	reader->n_events = (guint)(state->dwEventState >> 16) & 0xffffu;
	reader->has_card = (state->dwEventState & SCARD_STATE_PRESENT) != 0;
	reader->is_mute = reader->has_card && (state->dwEventState & SCARD_STATE_MUTE) != 0;
	if (reader->has_card && !reader->is_mute && state->cbAtr > 0)
		reader->atr = g_bytes_new(state->rgbAtr, MIN(state->cbAtr, sizeof state->rgbAtr));

	return reader;
}
