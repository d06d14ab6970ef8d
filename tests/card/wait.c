/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "wait.h"

#include <winscard.h>

#define PERIOD                                                                                               \
	50 /* milliseconds between two looks at what gives no event: the daemon, and its list of readers */

static gint64 milliseconds_until(gint64 deadline)
{
	return MAX((deadline - g_get_monotonic_time()) / G_TIME_SPAN_MILLISECOND, 0);
}

/* A pause that ends by itself, in the absence of an event to wait for. */
static void pause_until(gint64 deadline)
{
	g_usleep((gulong)MIN(PERIOD, milliseconds_until(deadline)) * G_TIME_SPAN_MILLISECOND);
}

static gboolean wait_in(SCARDCONTEXT context, const gchar *reader, CardPresence presence, gint64 deadline)
{
	SCARD_READERSTATE state = { .szReader = reader, .dwCurrentState = SCARD_STATE_UNAWARE };
	DWORD wanted = presence == CARD_PRESENT ? SCARD_STATE_PRESENT : SCARD_STATE_EMPTY;

	while (milliseconds_until(deadline) > 0) {
		LONG rv = SCardGetStatusChange(context, (DWORD)milliseconds_until(deadline), &state, 1);

		if (rv == SCARD_S_SUCCESS && (state.dwEventState & wanted) != 0 &&
			(state.dwEventState & SCARD_STATE_MUTE) == 0)
			return TRUE;
		if (rv == SCARD_S_SUCCESS)
			state.dwCurrentState = state.dwEventState;
		else
			pause_until(deadline);
	}

	return FALSE;
}

gboolean card_wait(const gchar *reader, CardPresence presence, guint seconds)
{
	gint64 deadline = g_get_monotonic_time() + seconds * G_TIME_SPAN_SECOND;
	SCARDCONTEXT context = 0;
	gboolean is_seen = FALSE;

	while (SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &context) != SCARD_S_SUCCESS) {
		if (milliseconds_until(deadline) == 0)
			return FALSE;
		pause_until(deadline);
	}
	is_seen = wait_in(context, reader, presence, deadline);
	SCardReleaseContext(context);

	return is_seen;
}
