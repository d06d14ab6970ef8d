/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A report may come from anyone: whatever the JSON, an outcome that can be written and read again, or an
 * error. */
#include "base/error.h"
#include "record/outcome.h"

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

static void check_copy(json_t *object)
{
	g_autoptr(json_t) owned = object;
	g_autoptr(GError) error = NULL;
	g_autoptr(TfOutcome) again = tf_outcome_from_json(owned, "again.json", &error);

	g_assert_no_error(error);
	g_assert_nonnull(again);
}

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
	g_autoptr(json_t) object = json_loadb((const char *)data, size, JSON_REJECT_DUPLICATES, NULL);
	g_autoptr(GError) error = NULL;
	g_autoptr(TfOutcome) outcome = tf_outcome_from_json(object, "fuzz.json", &error);

	g_assert((outcome == NULL) == (error != NULL));
	if (outcome == NULL) {
		g_assert(g_error_matches(error, TF_ERROR, TF_ERROR_EVIDENCE_UNREADABLE));
		return 0;
	}
	check_copy(tf_outcome_to_json(outcome));
	check_copy(tf_outcome_to_json_public(outcome));

	return 0;
}
