/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "destination.h"

#include <glib/gi18n.h>

#include "base/error.h"
#include "base/hex.h"
#include "destination-private.h"
#include "login.h"
#include "token/card.h"
#include "transfer/names.h"

void tf_destination_free(TfDestination *destination)
{
	if (destination == NULL)
		return;

	tf_token_facts_free(destination->token);
	tf_module_facts_free(destination->module);
	g_free(destination->module_arguments);
	tf_secret_free(destination->pin);
	g_clear_pointer(&destination->key_id, g_bytes_unref);
	g_clear_pointer(&destination->dropped, g_ptr_array_unref);
	tf_evidence_free(destination->evidence);
	g_clear_pointer(&destination->statement, g_bytes_unref);
	g_clear_pointer(&destination->signature, g_bytes_unref);
	tf_proof_free(destination->proof);
	g_free(destination);
}

void tf_run_close_modules(TfRun *run)
{
	g_clear_pointer(&run->modules, g_ptr_array_unref);
}

static gboolean is_needed(const TfLoadedModule *loaded, const GPtrArray *destinations)
{
	for (guint i = 0; i < destinations->len; i++) {
		const TfDestination *destination = g_ptr_array_index(destinations, i);

		if (g_str_equal(destination->module->path, tf_module_facts(loaded->module)->path))
			return TRUE;
	}

	return FALSE;
}

void tf_run_keep_modules(TfRun *run, const GPtrArray *destinations)
{
	for (guint i = run->modules->len; i > 0; i--) {
		if (!is_needed(g_ptr_array_index(run->modules, i - 1), destinations))
			g_ptr_array_remove_index(run->modules, i - 1);
	}
}

static TfChoice *choose(TfRun *run, const gchar *uri, GError **error)
{
	if (run->modules == NULL)
		run->modules = tf_modules_load(&run->plan->module, run->dialogue, error);
	if (run->modules == NULL)
		return NULL;

	return tf_choose_among(run->modules, uri, TRUE, error);
}

/* What nobody has tried is asked about before a key goes there. */
static gboolean confirm_family(const TfRun *run, TfDestination *destination, GError **error)
{
	g_autoptr(GError) problem = NULL;
	TfQuestionContext context = { .exception = TF_EXCEPTION_TOKEN_UNVERIFIED,
		.token = destination->token };

	if (run->plan->module.cards == NULL ||
		tf_family_check(destination->family, destination->token, &problem))
		return TRUE;
	context.problem = problem;
	destination->is_unverified =
		tf_dialogue_require(run->dialogue, TF_QUESTION_EXCEPTION, &context, "", error);

	return destination->is_unverified;
}

TfDestination *tf_destination_choose(TfRun *run, const gchar *uri, gboolean is_spare, GError **error)
{
	g_autoptr(TfChoice) choice = choose(run, uri, error);
	g_autoptr(TfDestination) destination = NULL;

	if (choice == NULL)
		return NULL;

	destination = g_new0(TfDestination, 1);
	destination->is_spare = is_spare;
	destination->token = tf_token_facts_copy(choice->status->facts);
	destination->module = tf_module_facts_copy(tf_module_facts(choice->module));
	destination->module_arguments = g_strdup(tf_module_arguments(choice->module));
	tf_module_find_package(destination->module);
	destination->is_exception = choice->is_exception;
	destination->family = choice->status->family;
	destination->reader = tf_cards_reader(run->plan->module.cards, choice->status->reader);
	tf_dialogue_tell(
		run->dialogue, TF_NEWS_TOKEN_CHOSEN, &(TfNewsContext){ .token = destination->token });
	if (!confirm_family(run, destination, error))
		return NULL;

	return g_steal_pointer(&destination);
}

gboolean tf_destination_check_card(const TfDestination *destination, GError **error)
{
	TfCardState state = TF_CARD_UNKNOWN;

	if (destination->reader == NULL || destination->family == NULL)
		return TRUE;
	if (!tf_card_look(destination->reader, destination->family, &state, error))
		return FALSE;
	switch (state) {
	case TF_CARD_UNKNOWN:
	case TF_CARD_READY:
		return TRUE;
	case TF_CARD_NOT_ACTIVATED:
		return tf_raise(error, TF_ERROR_TOKEN_NOT_ACTIVATED, destination->token->label, NULL);
	case TF_CARD_BLANK:
	case TF_CARD_HALF_FORMATTED:
	case TF_CARD_FOREIGN:
	case TF_N_CARD_STATES:
		break;
	}

	return tf_raise(error, TF_ERROR_TOKEN_NOT_INITIALIZED, destination->token->label, NULL);
}

gboolean tf_destination_check_key(const TfDestination *destination, const TfKeypair *keypair, GError **error)
{
	gboolean is_rsa = EVP_PKEY_is_a(tf_keypair_key(keypair), "RSA");
	guint bits = (guint)EVP_PKEY_get_bits(tf_keypair_key(keypair));
	g_autofree gchar *what = NULL;

	if (destination->family == NULL)
		return TRUE;
	if (tf_token_profile_import_login(destination->family) == TF_TOKEN_LOGIN_SO)
		return tf_raise(error, TF_ERROR_TOKEN_UNSUPPORTED,
			_("this kind of token is written by its administrator (SO) only, which tokenferry "
			  "does "
			  "not do"),
			NULL);
	if (tf_token_profile_takes_key(destination->family, is_rsa ? "rsa" : "ec", bits))
		return TRUE;

	what = g_strdup_printf("%s %u", is_rsa ? "RSA" : "EC", bits);

	return tf_raise(error, TF_ERROR_TOKEN_UNSUPPORTED, what, NULL);
}

TfDestination *tf_destination_of_row(TfRun *run, const TfLedgerRow *row, GError **error)
{
	g_autoptr(TfDestination) destination =
		tf_destination_choose(run, row->token->uri, row->spare_of != 0, error);

	if (destination == NULL)
		return NULL;
	if (!tf_token_facts_equal(destination->token, row->token)) {
		tf_raise(error, TF_ERROR_TOKEN_MISSING, row->token->uri, NULL);
		return NULL;
	}
	destination->row = row->id;
	destination->key_id = g_bytes_ref(row->key_id);
	destination->dropped = g_ptr_array_new_with_free_func(g_free);
	tf_names_add_from_json(destination->dropped, row->dropped);

	return g_steal_pointer(&destination);
}

void tf_open_token_clear(TfOpenToken *open)
{
	g_clear_pointer(&open->session, tf_session_free);
	g_clear_pointer(&open->choice, tf_choice_free);
}

static gboolean log_in(
	TfRun *run, TfDestination *destination, TfSession *session, TfTokenStatus *status, GError **error)
{
	/* A PIN that has succeeded may be used again in the same run (law 8). */
	if (destination->pin != NULL)
		return tf_session_login(session, destination->pin, FALSE, error);

	return tf_login(session, status, destination->is_spare, &(TfPinMemory){ run->ledger, NULL },
		run->dialogue, &destination->pin, error);
}

gboolean tf_destination_open(TfRun *run, TfDestination *destination, TfOpenToken *ret_open, GError **error)
{
	g_auto(TfOpenToken) open = { NULL, NULL };

	open.choice = choose(run, destination->token->uri, error);
	if (open.choice == NULL)
		return FALSE;
	if (!tf_token_facts_equal(open.choice->status->facts, destination->token))
		return tf_raise(error, TF_ERROR_TOKEN_MISSING, destination->token->uri, NULL);
	open.session = tf_session_open(open.choice->module, open.choice->status, TRUE, error);
	if (open.session == NULL)
		return FALSE;
	if (!log_in(run, destination, open.session, open.choice->status, error))
		return FALSE;
	ret_open->choice = g_steal_pointer(&open.choice);
	ret_open->session = g_steal_pointer(&open.session);

	return TRUE;
}

TfWhereabouts tf_run_where_without(const TfRun *run)
{
	return run->n_holders > 0 ? TF_WHERE_SOURCE_AND_TOKEN : TF_WHERE_SOURCE;
}

TfPlacement *tf_destination_describe(const TfDestination *destination)
{
	TfPlacement *placement = tf_placement_new();

	placement->token = tf_token_facts_copy(destination->token);
	placement->module = tf_module_facts_copy(destination->module);
	placement->key_id =
		tf_hex(g_bytes_get_data(destination->key_id, NULL), g_bytes_get_size(destination->key_id));
	placement->evidence = tf_evidence_copy(destination->evidence);
	placement->statement = destination->statement != NULL ? g_bytes_ref(destination->statement) : NULL;

	return placement;
}
