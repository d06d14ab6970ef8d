/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "suspicion.h"

#include <string.h>

#include "key/certificate.h"
#include "ledger/supplement.h"
#include "record/json-line.h"

static gboolean is_of_key(const TfOutcome *outcome, const guint8 spki_sha256[TF_SHA256_SIZE])
{
	g_autoptr(X509) certificate = outcome->certificate_der != NULL
					      ? tf_certificate_parse(outcome->certificate_der, "", NULL)
					      : NULL;
	guint8 digest[TF_SHA256_SIZE];

	if (certificate == NULL)
		return FALSE;
	tf_certificate_spki_sha256(certificate, digest);

	return memcmp(digest, spki_sha256, sizeof digest) == 0;
}

static gboolean find_in_supplements(
	TfLedger *ledger, const guint8 spki_sha256[TF_SHA256_SIZE], guint *exposures, GError **error)
{
	g_autoptr(GPtrArray) supplements = tf_ledger_supplements(ledger, error);

	for (guint i = 0; supplements != NULL && i < supplements->len; i++) {
		const TfSupplement *supplement = g_ptr_array_index(supplements, i);
		g_autoptr(TfOutcome) outcome = NULL;

		if (tf_ledger_supplement(ledger, supplement->id, &outcome, NULL) && outcome != NULL &&
			is_of_key(outcome, spki_sha256))
			*exposures |= tf_outcome_exposures(outcome);
	}

	return supplements != NULL;
}

gboolean tf_suspicion_find(
	TfLedger *ledger, const guint8 spki_sha256[TF_SHA256_SIZE], guint *ret_exposures, GError **error)
{
	g_autoptr(GPtrArray) rows = NULL;

	*ret_exposures = 0;
	if (ledger == NULL)
		return TRUE;
	rows = tf_ledger_rows(ledger, spki_sha256, error);
	for (guint i = 0; rows != NULL && i < rows->len; i++) {
		g_autoptr(TfOutcome) outcome =
			tf_ledger_row_outcome(ledger, g_ptr_array_index(rows, i), NULL);

		if (outcome != NULL)
			*ret_exposures |= tf_outcome_exposures(outcome);
	}

	return rows != NULL && find_in_supplements(ledger, spki_sha256, ret_exposures, error);
}

static gboolean amend(TfLedger *ledger, const TfLedgerRow *row, guint exposures, GError **error)
{
	g_autoptr(TfOutcome) outcome = tf_ledger_row_outcome(ledger, row, NULL);
	g_autoptr(json_t) object = NULL;
	g_autofree gchar *text = NULL;

	if (outcome == NULL ||
		(outcome->knows_exposure && (outcome->exposures | exposures) == outcome->exposures))
		return TRUE;
	outcome->knows_exposure = TRUE;
	outcome->exposures |= exposures;
	object = tf_outcome_to_json(outcome);
	text = tf_json_line(object, 0);

	return tf_ledger_amend_outcome(ledger, row->id, text, error);
}

gboolean tf_suspicion_spread(
	TfLedger *ledger, const guint8 spki_sha256[TF_SHA256_SIZE], guint exposures, GError **error)
{
	g_autoptr(GPtrArray) rows = NULL;

	if (exposures == 0)
		return TRUE;
	rows = tf_ledger_rows(ledger, spki_sha256, error);
	for (guint i = 0; rows != NULL && i < rows->len; i++) {
		const TfLedgerRow *row = g_ptr_array_index(rows, i);

		if (tf_step_is_finished(row->step) && !amend(ledger, row, exposures, error))
			return FALSE;
	}

	return rows != NULL;
}
