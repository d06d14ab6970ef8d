/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a search holds copies against, by a certificate and by a ledger. */
#include <string.h>

#include "key/certificate.h"
#include "key/proof.h"
#include "ledger/stray-wipe.h"
#include "token/import.h"
#include "transfer/sweep.h"

void tf_sweep_know_certificate(TfKnown *known, X509 *certificate)
{
	g_autoptr(GBytes) key_id = tf_import_plan_id_of(X509_get0_pubkey(certificate));
	guint8 digest[TF_SHA256_SIZE];

	tf_certificate_spki_sha256(certificate, digest);
	tf_known_add_key(known, digest);
	if (key_id != NULL)
		tf_known_add_key_id(known, key_id);
}

static void know_row(TfKnown *known, const TfLedgerRow *row)
{
	tf_known_add_key(known, row->spki_sha256);
	tf_known_add_key_id(known, row->key_id);
	tf_known_add_content(known, row->source_sha256, row->spki_sha256, row->source_holds_one_secret);
}

static gboolean know_visited_row(const TfLedgerRow *row, gpointer user_data, GError **error)
{
	(void)error;
	know_row(user_data, row);

	return TRUE;
}

static gboolean know_exports(TfKnown *known, TfLedger *ledger, const guint8 *spki_sha256, GError **error)
{
	g_autoptr(GPtrArray) exports = tf_ledger_exports(ledger, spki_sha256, error);

	for (guint i = 0; exports != NULL && i < exports->len; i++)
		tf_known_add_export(known, g_bytes_get_data(g_ptr_array_index(exports, i), NULL));

	return exports != NULL;
}

gboolean tf_sweep_know_ledger(TfKnown *known, TfLedger *ledger, GError **error)
{
	return tf_ledger_visit_rows(ledger, know_visited_row, known, error) &&
	       know_exports(known, ledger, NULL, error);
}

/* That this was the key's file the ledger only says, unless the token once signed for it: then a file with
 * that content may be destroyed unopened. */
static gboolean has_proof(TfLedger *ledger, const TfLedgerRow *row)
{
	g_autoptr(X509) certificate = tf_certificate_parse(row->certificate_der, "", NULL);
	TfChallengeContext expected = { .ledger = tf_ledger_uuid(ledger),
		.row = row->id,
		.manufacturer = row->token->manufacturer,
		.model = row->token->model,
		.serial = row->token->serial };
	g_autoptr(TfProof) proof = NULL;

	if (certificate == NULL || row->statement == NULL || row->signature == NULL)
		return FALSE;
	tf_certificate_sha256(certificate, expected.certificate_sha256);
	memcpy(expected.source_sha256, row->source_sha256, TF_SHA256_SIZE);
	proof = tf_proof_load(row->statement, row->signature, certificate, &expected, NULL);

	return proof != NULL && memcmp(tf_proof_spki_sha256(proof), row->spki_sha256, TF_SHA256_SIZE) == 0;
}

gboolean tf_sweep_know_key(
	TfKnown *known, TfLedger *ledger, const guint8 spki_sha256[TF_SHA256_SIZE], GError **error)
{
	g_autoptr(GPtrArray) rows = tf_ledger_rows(ledger, spki_sha256, error);

	tf_known_add_key(known, spki_sha256);
	for (guint i = 0; rows != NULL && i < rows->len; i++) {
		const TfLedgerRow *row = g_ptr_array_index(rows, i);

		tf_known_add_key_id(known, row->key_id);
		if (has_proof(ledger, row))
			tf_known_add_content(
				known, row->source_sha256, row->spki_sha256, row->source_holds_one_secret);
	}

	return rows != NULL && know_exports(known, ledger, spki_sha256, error);
}
