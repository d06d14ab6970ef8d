/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "needed.h"

typedef struct Looking {
	const TfLedger *ledger;
	GHashTable *seen; /* gchar: paths of which the newest run is known */
	GHashTable *needed;
} Looking;

static void looking_clear(Looking *looking)
{
	g_clear_pointer(&looking->seen, g_hash_table_unref);
	g_clear_pointer(&looking->needed, g_hash_table_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Looking, looking_clear)

static GHashTable *set_new(void)
{
	return g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
}

static gboolean was_needed(const TfLedger *ledger, const TfLedgerRow *row)
{
	g_autoptr(TfOutcome) outcome =
		row->step == TF_STEP_KEPT ? tf_ledger_row_outcome(ledger, row, NULL) : NULL;

	for (guint i = 0; outcome != NULL && i < outcome->kept->len; i++) {
		if (((const TfKept *)g_ptr_array_index(outcome->kept, i))->why == TF_KEPT_NEEDED)
			return TRUE;
	}

	return FALSE;
}

/* One that left nothing on its token says nothing of the file. */
static gboolean take_row(const TfLedgerRow *row, gpointer user_data, GError **error)
{
	Looking *looking = user_data;

	(void)error;
	if (row->spare_of != 0 || !tf_step_is_on_token(row->step))
		return TRUE;
	if (g_hash_table_add(looking->seen, g_strdup(row->source_path)) && was_needed(looking->ledger, row))
		g_hash_table_add(looking->needed, g_strdup(row->source_path));

	return TRUE;
}

static gboolean look_at(TfLedger *ledger, const guint8 *spki_sha256, Looking *looking, GError **error)
{
	g_autoptr(GPtrArray) rows = NULL;

	if (spki_sha256 == NULL)
		return tf_ledger_visit_rows(ledger, take_row, looking, error);
	rows = tf_ledger_rows(ledger, spki_sha256, error);
	for (guint i = 0; rows != NULL && i < rows->len; i++)
		(void)take_row(g_ptr_array_index(rows, i), looking, NULL);

	return rows != NULL;
}

GHashTable *tf_needed_find(TfLedger *ledger, const guint8 *spki_sha256, GError **error)
{
	g_auto(Looking) looking = { ledger, set_new(), set_new() };

	return look_at(ledger, spki_sha256, &looking, error) ? g_steal_pointer(&looking.needed) : NULL;
}
