/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "transfer/unsealing.h"

#include <glib/gi18n.h>

#include "base/error.h"
#include "chosen.h"
#include "key/envelope.h"
#include "token/keys.h"
#include "token/unseal.h"

/* What is needed of the token once its module is no longer loaded. */
typedef struct Found {
	TfModuleFacts *module;
	gchar *arguments;
	TfTokenFacts *token;
	GBytes *key_id;
	X509 *recipient;
} Found;

static void found_clear(Found *found)
{
	g_clear_pointer(&found->module, tf_module_facts_free);
	g_clear_pointer(&found->arguments, g_free);
	g_clear_pointer(&found->token, tf_token_facts_free);
	g_clear_pointer(&found->key_id, g_bytes_unref);
	g_clear_pointer(&found->recipient, X509_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Found, found_clear)

/* The key for whose certificate the envelope is. */
static gboolean find_key(Found *found, const TfUnsealPlan *plan, const TfChosen *chosen, GError **error)
{
	g_autoptr(GPtrArray) keys = tf_token_keys(chosen->session, plan->certificate, error);

	if (keys == NULL)
		return FALSE;
	for (guint i = 0; i < keys->len; i++) {
		const TfTokenKey *key = g_ptr_array_index(keys, i);
		X509 *certificate = plan->certificate != NULL ? plan->certificate : key->certificate;

		if (certificate == NULL || !tf_envelope_is_for(plan->envelope, certificate))
			continue;
		(void)X509_up_ref(certificate);
		found->recipient = certificate;
		found->key_id = g_bytes_ref(key->key_id);
		return TRUE;
	}

	return tf_raise(error, TF_ERROR_TOKEN_KEY_MISSING, chosen->choice->status->facts->label,
		_("the key and certificate to which the PINs were sealed"), NULL);
}

static void describe(Found *found, const TfChosen *chosen)
{
	found->module = tf_module_facts_copy(tf_module_facts(chosen->choice->module));
	found->arguments = g_strdup(tf_module_arguments(chosen->choice->module));
	found->token = tf_token_facts_copy(chosen->choice->status->facts);
}

/* The PIN that succeeded; NULL for the protected path. */
static gboolean find(Found *found, const TfUnsealPlan *plan, const TfDialogue *dialogue, TfSecret **ret_pin,
	GError **error)
{
	g_auto(TfChosen) chosen = { NULL, NULL, NULL, NULL };
	g_autoptr(TfSecret) pin = NULL;
	TfPinMemory memory = { NULL, NULL };

	if (!tf_chosen_open(
		    &chosen, &plan->module, plan->token_uri, plan->ledger_path, FALSE, dialogue, error))
		return FALSE;
	memory = tf_chosen_memory(&chosen);
	if (!tf_login(chosen.session, chosen.choice->status, FALSE, &memory, dialogue, &pin, error) ||
		!find_key(found, plan, &chosen, error))
		return FALSE;
	describe(found, &chosen);
	*ret_pin = g_steal_pointer(&pin);

	return TRUE;
}

TfSecret *tf_unseal(const TfUnsealPlan *plan, const TfDialogue *dialogue, GError **error)
{
	g_auto(Found) found = { NULL, NULL, NULL, NULL, NULL };
	g_autoptr(TfSecret) pin = NULL;
	TfUnsealing unsealing = { 0 };

	if (!find(&found, plan, dialogue, &pin, error) || !tf_dialogue_go_on(dialogue, error))
		return NULL;
	unsealing = (TfUnsealing){ .module = found.module,
		.arguments = found.arguments,
		.token = found.token,
		.key_id = found.key_id,
		.recipient = found.recipient };

	return tf_token_unseal(&unsealing, pin, plan->envelope, plan->name, error);
}
