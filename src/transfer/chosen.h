/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One token, chosen and opened, for a command that works on it with a PIN. */
#pragma once

#include "ledger/ledger.h"
#include "login.h"
#include "transfer/choice.h"
#include "transfer/dialogue.h"

typedef struct TfChosen {
	TfChoice *choice;
	TfSession *session; /* not logged in */
	TfLedger *ledger;   /* NULL: none is there */
	gchar *url;
} TfChosen;

/*
 * 'ledger_path': where PINs that failed are remembered, when it exists; NULL: nowhere. The token is told as
 * chosen. On failure 'ret_chosen' holds what there was, and is cleared as usual.
 */
gboolean tf_chosen_open(TfChosen *ret_chosen, const TfModuleRequest *module, const gchar *uri,
	const gchar *ledger_path, gboolean for_writing, const TfDialogue *dialogue, GError **error);
void tf_chosen_clear(TfChosen *chosen);

/* Borrowed parts. */
TfPinMemory tf_chosen_memory(const TfChosen *chosen);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(TfChosen, tf_chosen_clear)
