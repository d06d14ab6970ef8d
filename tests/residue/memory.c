/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "memory.h"

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

#define PIECE (1u << 20)

/* Read by the kernel, so that guard pages and vanished mappings answer an error and no signal. */
static gsize read_memory(guint8 *buffer, guintptr address, gsize length)
{
	struct iovec local = { buffer, length };
	struct iovec remote = { (gpointer)address, length };
	gssize n = process_vm_readv(getpid(), &local, 1, &remote, 1, 0);

	return n < 0 ? 0 : (gsize)n;
}

static guint count_in(const TfNeedle *needle, const guint8 *buffer, gsize length)
{
	guint count = 0;

	for (gsize i = 0; i + needle->length <= length; i++)
		count += tf_needle_is_at(needle, buffer + i) ? 1 : 0;

	return count;
}

/* Pieces overlap by a needle's length less one, so that none is missed at a seam and none is counted twice.
 */
static guint count_in_mapping(
	const TfNeedle *needle, guintptr start, guintptr end, guint8 *buffer, gsize *bytes)
{
	gsize step = PIECE - (needle->length - 1);
	guint count = 0;

	for (guintptr at = start; at < end; at += step) {
		gsize n = read_memory(buffer, at, MIN(PIECE, (gsize)(end - at)));

		/* The secure heap's guard page ends a read early; what follows it is another mapping. */
		count += count_in(needle, buffer, n);
		*bytes += MIN(n, step);
	}

	return count;
}

/* The search's own buffer holds what was just read, and is no residue: it alone is left out. */
static guint count_around_buffer(
	const TfNeedle *needle, guintptr start, guintptr end, guint8 *buffer, gsize *bytes)
{
	guintptr hole = (guintptr)buffer;

	if (hole < start || hole >= end)
		return count_in_mapping(needle, start, end, buffer, bytes);

	return count_in_mapping(needle, start, hole, buffer, bytes) +
	       count_in_mapping(needle, hole + PIECE, end, buffer, bytes);
}

/* Not of malloc(), which would sooner or later take it out of the very heap that is searched. */
static guint8 *map_buffer(void)
{
	guint8 *buffer = mmap(NULL, PIECE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	g_assert_true(buffer != MAP_FAILED);

	return buffer;
}

guint tf_memory_count(const TfNeedle *needle, gsize *ret_bytes)
{
	FILE *maps = fopen("/proc/self/maps", "re");
	guint8 *buffer = map_buffer();
	gchar line[512];
	gsize bytes = 0;
	guint count = 0;

	g_assert_nonnull(maps);
	while (fgets(line, sizeof line, maps) != NULL) {
		guintptr start = 0;
		guintptr end = 0;
		gchar access[5] = "";

		g_assert_cmpint(sscanf(line, "%lx-%lx %4s", &start, &end, access), ==, 3);
		if (access[0] == 'r' && strstr(line, "[v") == NULL)
			count += count_around_buffer(needle, start, end, buffer, &bytes);
	}
	g_assert_cmpint(munmap(buffer, PIECE), ==, 0);
	g_assert_cmpint(fclose(maps), ==, 0);
	if (ret_bytes != NULL)
		*ret_bytes = bytes;

	return count;
}
