/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "digest-index.h"

#include <string.h>

#include "base/hex.h"

#define DIGEST_SIZE 12

typedef struct Entry {
	guint8 digest[DIGEST_SIZE];
	guint32 value;
} Entry;

typedef struct Double {
	guint32 repetition;
	guint32 first;
} Double;

struct TfDigestIndex {
	GArray *entries;
};

TfDigestIndex *tf_digest_index_new(void)
{
	TfDigestIndex *index = g_new0(TfDigestIndex, 1);

	index->entries = g_array_new(FALSE, FALSE, sizeof(Entry));

	return index;
}

void tf_digest_index_free(TfDigestIndex *index)
{
	if (index == NULL)
		return;

	g_array_unref(index->entries);
	g_free(index);
}

static Entry entry_of(const gchar *text, gsize length, guint32 value)
{
	guint8 digest[TF_SHA256_SIZE];
	Entry entry = { .value = value };

	tf_sha256(text, length, digest);
	memcpy(entry.digest, digest, sizeof entry.digest);

	return entry;
}

void tf_digest_index_add(TfDigestIndex *index, const gchar *text, gsize length, guint32 value)
{
	Entry entry = entry_of(text, length, value);

	g_array_append_val(index->entries, entry);
}

static gint compare_digests(const Entry *a, const Entry *b)
{
	return memcmp(a->digest, b->digest, sizeof a->digest);
}

static gint compare_entries(gconstpointer a, gconstpointer b)
{
	const Entry *left = a;
	const Entry *right = b;
	gint order = compare_digests(left, right);

	return order != 0 ? order : (left->value > right->value) - (left->value < right->value);
}

void tf_digest_index_sort(TfDigestIndex *index)
{
	g_array_sort(index->entries, compare_entries);
}

gboolean tf_digest_index_find(const TfDigestIndex *index, const gchar *text, gsize length, guint32 *ret_value)
{
	Entry wanted = entry_of(text, length, 0);
	guint low = 0;
	guint high = index->entries->len;

	while (low < high) {
		guint middle = low + (high - low) / 2;

		if (compare_digests(&g_array_index(index->entries, Entry, middle), &wanted) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == index->entries->len ||
		compare_digests(&g_array_index(index->entries, Entry, low), &wanted) != 0)
		return FALSE;
	*ret_value = g_array_index(index->entries, Entry, low).value;

	return TRUE;
}

static gint compare_doubles(gconstpointer a, gconstpointer b)
{
	const Double *left = a;
	const Double *right = b;

	return (left->repetition > right->repetition) - (left->repetition < right->repetition);
}

static GArray *collect_doubles(const TfDigestIndex *index)
{
	GArray *doubles = g_array_new(FALSE, FALSE, sizeof(Double));
	const Entry *first = NULL;

	for (guint i = 0; i < index->entries->len; i++) {
		const Entry *entry = &g_array_index(index->entries, Entry, i);

		if (first == NULL || compare_digests(first, entry) != 0) {
			first = entry;
		} else {
			Double found = { .repetition = entry->value, .first = first->value };

			g_array_append_val(doubles, found);
		}
	}
	g_array_sort(doubles, compare_doubles);

	return doubles;
}

gboolean tf_digest_index_doubles(
	const TfDigestIndex *index, TfDigestDoubleFunc callback, gpointer user_data, GError **error)
{
	g_autoptr(GArray) doubles = collect_doubles(index);

	for (guint i = 0; i < doubles->len; i++) {
		const Double *found = &g_array_index(doubles, Double, i);

		if (!callback(found->first, found->repetition, user_data, error))
			return FALSE;
	}

	return TRUE;
}
