/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a run that died had begun to destroy and did not come to the end of, as the ledger says; and whose
 * business the end is. */
#pragma once

#include <glib.h>

#include "ledger/ledger.h"

typedef enum TfFinisher {
	TF_FINISHER_SWEEP, /* 'sweep --wipe' with the token */
	TF_FINISHER_STORE, /* 'migrate --from-nss', which can open the key store */
	TF_FINISHER_BATCH, /* the batch whose member it is */
	TF_N_FINISHERS
} TfFinisher;
const gchar *tf_finisher_name(TfFinisher finisher); /* "sweep", "migrate", "batch" */

typedef struct TfHalfWiped {
	gchar *path; /* of the file, or of the folder of a store */
	TfFinisher finisher;
} TfHalfWiped;
void tf_half_wiped_free(TfHalfWiped *half);

/* TfHalfWiped of every key, oldest first: sources of migrations, then copies. The ledger is only read. */
GPtrArray *tf_half_wiped_find(TfLedger *ledger, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Of a row of tf_ledger_wipes_left(). */
gboolean tf_half_wiped_finisher(
	TfLedger *ledger, const TfLedgerRow *row, TfFinisher *ret_finisher, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfHalfWiped, tf_half_wiped_free)
