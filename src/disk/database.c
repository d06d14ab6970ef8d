/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "database-private.h"

#include <string.h>
#include <unistd.h>

#define MARK "nssPrivate"
/* A digest, and what else could be one; an ID of a few bytes stands anywhere. */
#define ID_MINIMUM 16u
#define ID_MAXIMUM 64u
#define CHUNK	   65536u
#define SIZE_LIMIT (64u << 20)

typedef struct Database {
	GHashTable *ids;
	gboolean has_mark;
	gboolean has_id;
} Database;

static gboolean is_in(const guint8 *bytes, gsize length, gconstpointer needle, gsize size)
{
	return memmem(bytes, length, needle, size) != NULL;
}

static void look(Database *database, const guint8 *bytes, gsize length)
{
	GHashTableIter iterator;
	gpointer id = NULL;

	database->has_mark = database->has_mark || is_in(bytes, length, MARK, strlen(MARK));
	g_hash_table_iter_init(&iterator, database->ids);
	while (!database->has_id && g_hash_table_iter_next(&iterator, &id, NULL)) {
		gsize size = 0;
		gconstpointer needle = g_bytes_get_data(id, &size);

		database->has_id =
			size >= ID_MINIMUM && size <= ID_MAXIMUM && is_in(bytes, length, needle, size);
	}
}

/* Piece by piece, the end of one before the next, so that nothing is cut apart. */
gboolean tf_database_names(int fd, GHashTable *ids)
{
	Database database = { .ids = ids };
	g_autofree guint8 *bytes = g_malloc(ID_MAXIMUM + CHUNK);
	gsize kept = 0;

	for (off_t at = 0; at < (off_t)SIZE_LIMIT && !(database.has_mark && database.has_id);) {
		ssize_t got = pread(fd, bytes + kept, CHUNK, at);
		gsize length = 0;

		if (got <= 0)
			break;
		length = kept + (gsize)got;
		look(&database, bytes, length);
		kept = MIN(length, ID_MAXIMUM);
		memmove(bytes, bytes + length - kept, kept);
		at += got;
	}

	return database.has_mark && database.has_id;
}
