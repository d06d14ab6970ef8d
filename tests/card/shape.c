/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Put into pcscd by LD_PRELOAD: its readers become what only USB devices could make of them.
 * - Readers that say at once when a card comes or goes. vpcd cannot, and is asked every 400 ms.
 * - Names with quotes. pcscd's own configuration file can say any other byte, but drops quotes; so it says
 * DEL, which becomes a quote.
 * - Readers that come and go. Those whose names are lines of the file TEST_CARD_HIDDEN are not there; clients
 * see it at pcscd's next event.
 */
#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <winscard.h>

#define PLACEHOLDER    '\x7f'
#define PERIOD	       400000000L /* nanoseconds; PCSCLITE_STATUS_POLL_RATE of pcscd */
#define QUICKER_PERIOD 20000000L

/* What pcscd 1.9 sends of each of its readers. */
typedef struct ReaderState {
	char name[MAX_READERNAME];
	uint32_t event_counter;
	uint32_t state;
	int32_t sharing;
	uint8_t atr[MAX_ATR_SIZE];
	uint32_t atr_length;
	uint32_t protocol;
} ReaderState;

static void put_quotes(char name[MAX_READERNAME])
{
	for (size_t i = 0; i < MAX_READERNAME; i++) {
		if (name[i] == PLACEHOLDER)
			name[i] = '"';
	}
}

static void hide(ReaderState *states, const char *name)
{
	for (int i = 0; i < PCSCLITE_MAX_READERS_CONTEXTS; i++) {
		if (strncmp(states[i].name, name, MAX_READERNAME) == 0)
			memset(states[i].name, 0, MAX_READERNAME);
	}
}

static void hide_listed(ReaderState *states)
{
	const char *path = getenv("TEST_CARD_HIDDEN");
	FILE *list = path != NULL ? fopen(path, "re") : NULL;
	char line[MAX_READERNAME + 1];

	if (list == NULL)
		return;
	while (fgets(line, sizeof line, list) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		if (line[0] != '\0')
			hide(states, line);
	}
	(void)fclose(list);
}

ssize_t send(int fd, const void *bytes, size_t length, int flags)
{
	ssize_t (*real)(int, const void *, size_t, int) = NULL;
	ReaderState states[PCSCLITE_MAX_READERS_CONTEXTS];

	*(void **)&real = dlsym(RTLD_NEXT, "send");
	if (length != sizeof states)
		return real(fd, bytes, length, flags);

	memcpy(states, bytes, sizeof states);
	for (int i = 0; i < PCSCLITE_MAX_READERS_CONTEXTS; i++)
		put_quotes(states[i].name);
	hide_listed(states);

	return real(fd, states, sizeof states, flags);
}

int nanosleep(const struct timespec *time, struct timespec *ret_left)
{
	int (*real)(const struct timespec *, struct timespec *) = NULL;
	const struct timespec quicker = { 0, QUICKER_PERIOD };
	int is_poll = time->tv_sec == 0 && time->tv_nsec == PERIOD;

	*(void **)&real = dlsym(RTLD_NEXT, "nanosleep");

	return real(is_poll ? &quicker : time, ret_left);
}
