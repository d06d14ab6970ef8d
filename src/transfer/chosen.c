/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "chosen.h"

#include <unistd.h>

void tf_chosen_clear(TfChosen *chosen)
{
	g_clear_pointer(&chosen->session, tf_session_free);
	g_clear_pointer(&chosen->choice, tf_choice_free);
	g_clear_pointer(&chosen->ledger, tf_ledger_free);
	g_clear_pointer(&chosen->url, g_free);
}

gboolean tf_chosen_open(TfChosen *ret_chosen, const TfModuleRequest *module, const gchar *uri,
	const gchar *ledger_path, gboolean for_writing, const TfDialogue *dialogue, GError **error)
{
	TfChosen *chosen = ret_chosen;

	if (ledger_path != NULL)
		chosen->url = g_strconcat("sqlite:", ledger_path, NULL);
	if (ledger_path != NULL && access(ledger_path, F_OK) == 0) {
		chosen->ledger = tf_ledger_open(chosen->url, error);
		if (chosen->ledger == NULL)
			return FALSE;
	}
	chosen->choice = tf_choose(module, uri, TRUE, dialogue, error);
	if (chosen->choice == NULL)
		return FALSE;
	chosen->session = tf_session_open(chosen->choice->module, chosen->choice->status, for_writing, error);
	if (chosen->session == NULL)
		return FALSE;
	tf_dialogue_tell(
		dialogue, TF_NEWS_TOKEN_CHOSEN, &(TfNewsContext){ .token = chosen->choice->status->facts });

	return TRUE;
}

TfPinMemory tf_chosen_memory(const TfChosen *chosen)
{
	return (TfPinMemory){ chosen->ledger, chosen->url };
}
