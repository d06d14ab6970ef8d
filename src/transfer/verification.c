/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "transfer/verification.h"

#include <glib/gi18n.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "key/certificate.h"
#include "ledger/ledger.h"
#include "login.h"
#include "token/audit.h"
#include "token/keys.h"

#define CERTIFICATE_SIZE_LIMIT 65536u
#define AUDIT_DEADLINE_SECONDS 180

void tf_verification_free(TfVerification *verification)
{
	if (verification == NULL)
		return;

	tf_placement_free(verification->placement);
	tf_certificate_facts_free(verification->certificate);
	g_clear_pointer(&verification->certificate_der, g_bytes_unref);
	tf_proof_free(verification->proof);
	g_free(verification);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfVerification, tf_verification_free)

/* What is known before the module is closed and the auditor takes over. */
typedef struct Inspection {
	TfTokenFacts *token;
	TfModuleFacts *module;
	gchar *arguments; /* that the module was initialised with */
	TfSecret *pin;
	GPtrArray *keys;	      /* TfTokenKey */
	const TfTokenProfile *family; /* borrowed from the plan's cards, like the reader */
	const TfReader *reader;
} Inspection;

static void inspection_clear(Inspection *inspection)
{
	g_clear_pointer(&inspection->token, tf_token_facts_free);
	g_clear_pointer(&inspection->module, tf_module_facts_free);
	g_clear_pointer(&inspection->arguments, g_free);
	g_clear_pointer(&inspection->pin, tf_secret_free);
	g_clear_pointer(&inspection->keys, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Inspection, inspection_clear)

static gchar *ledger_url(const TfVerificationPlan *plan)
{
	return plan->ledger_path != NULL ? g_strconcat("sqlite:", plan->ledger_path, NULL) : NULL;
}

static gboolean inspect(const TfVerificationPlan *plan, X509 *given, TfLedger *ledger,
	const TfDialogue *dialogue, Inspection *inspection, GError **error)
{
	g_autofree gchar *url = ledger_url(plan);
	const TfPinMemory memory = { ledger, url };
	g_autoptr(TfChoice) choice = tf_choose(&plan->module, plan->token_uri, TRUE, dialogue, error);
	g_autoptr(TfSession) session = NULL;

	if (choice == NULL)
		return FALSE;
	session = tf_session_open(choice->module, choice->status, FALSE, error);
	if (session == NULL)
		return FALSE;
	tf_dialogue_tell(dialogue, TF_NEWS_TOKEN_CHOSEN, &(TfNewsContext){ .token = choice->status->facts });
	if (!tf_login(session, choice->status, FALSE, &memory, dialogue, &inspection->pin, error))
		return FALSE;
	inspection->keys = tf_token_keys(session, given, error);
	inspection->token = tf_token_facts_copy(choice->status->facts);
	inspection->module = tf_module_facts_copy(tf_module_facts(choice->module));
	inspection->arguments = g_strdup(tf_module_arguments(choice->module));
	tf_module_find_package(inspection->module);
	inspection->family = choice->status->family;
	inspection->reader = tf_cards_reader(plan->module.cards, choice->status->reader);
	g_clear_pointer(&session, tf_session_free);

	return inspection->keys != NULL;
}

static X509 *load_certificate(const gchar *path, GError **error)
{
	g_autoptr(GBytes) bytes = tf_file_load(path, CERTIFICATE_SIZE_LIMIT, error);

	return bytes != NULL ? tf_certificate_parse(bytes, path, error) : NULL;
}

/* The certificate that a row of ours recorded for this key on this token; NULL when none did. */
static gboolean find_recorded(
	TfLedger *ledger, const TfTokenFacts *token, GBytes *key_id, X509 **ret_certificate, GError **error)
{
	g_autoptr(GPtrArray) rows = tf_ledger_rows_of_key_id(ledger, key_id, error);

	*ret_certificate = NULL;
	for (guint i = 0; rows != NULL && i < rows->len && *ret_certificate == NULL; i++) {
		const TfLedgerRow *row = g_ptr_array_index(rows, i);

		if (tf_step_is_on_token(row->step) && tf_token_facts_equal(row->token, token))
			*ret_certificate = tf_certificate_parse(row->certificate_der, "", NULL);
	}

	return rows != NULL;
}

/* Which certificate a key is held against, and what that comparison is worth. */
static gboolean choose_certificate(const TfTokenKey *key, X509 *given, TfLedger *ledger,
	const TfTokenFacts *token, X509 **ret_certificate, TfComparison *ret_comparison, GError **error)
{
	X509 *chosen = given != NULL ? given : key->certificate;
	X509 *recorded = NULL;

	if (given == NULL && ledger != NULL && !find_recorded(ledger, token, key->key_id, &recorded, error))
		return FALSE;
	if (recorded != NULL) {
		*ret_comparison = TF_COMPARED_LEDGER;
		*ret_certificate = recorded;
		return TRUE;
	}
	*ret_comparison = given != NULL ? TF_COMPARED_CERTIFICATE : TF_COMPARED_TOKEN;
	if (chosen != NULL)
		X509_up_ref(chosen);
	*ret_certificate = chosen;

	return TRUE;
}

static void check_answer(
	TfVerification *verification, X509 *certificate, TfChallenge *challenge, GBytes *answer)
{
	const TfEvidence *evidence = verification->placement->evidence;
	g_autoptr(TfProof) proof = NULL;

	for (guint i = 0; i < evidence->responses->len && proof == NULL; i++) {
		const TfResponse *response = g_ptr_array_index(evidence->responses, i);

		if (response->bytes != NULL && strcmp(response->via, "cryptoki") == 0)
			proof = tf_proof_new(challenge, response->bytes, certificate, NULL);
	}
	if (answer != NULL)
		proof = tf_proof_new_decrypted(challenge, answer, certificate, NULL);
	verification->is_signed = proof != NULL;
	verification->proof = g_steal_pointer(&proof);
}

static TfVerification *verify_key(const TfVerificationPlan *plan, const Inspection *inspection,
	const TfTokenKey *key, X509 *certificate, const gchar *ledger, GError **error)
{
	TfKeyUsage usage = tf_certificate_key_usage(certificate);
	g_autoptr(TfVerification) verification = g_new0(TfVerification, 1);
	TfChallengeContext context = { .ledger = ledger,
		.manufacturer = inspection->token->manufacturer,
		.model = inspection->token->model,
		.serial = inspection->token->serial };
	g_autoptr(TfChallenge) challenge = NULL;
	g_autoptr(GBytes) ciphertext = NULL;
	g_autoptr(GBytes) answer = NULL;
	TfAuditRequest request = { .auditor = plan->auditor,
		.module = inspection->module,
		.module_arguments = inspection->arguments,
		.token = inspection->token,
		.key_id = key->key_id,
		.certificate = certificate,
		.pin = inspection->pin,
		.deadline_seconds = AUDIT_DEADLINE_SECONDS };

	tf_cards_instruct(&request, inspection->family, inspection->reader);
	tf_certificate_sha256(certificate, context.certificate_sha256);
	challenge = tf_challenge_draw(&context, error);
	if (challenge == NULL)
		return NULL;
	/* A key that may do neither is asked for a signature, and stays unproven when it gives none. */
	if (usage.may_sign || !usage.may_decrypt)
		request.statement = tf_challenge_statement(challenge);
	else
		request.ciphertext = ciphertext = tf_challenge_encrypt(challenge, certificate, error);
	if (request.statement == NULL && request.ciphertext == NULL)
		return NULL;

	verification->placement = tf_placement_new();
	verification->placement->evidence = tf_audit(&request, &answer, error);
	if (verification->placement->evidence == NULL)
		return NULL;
	tf_cards_note_constants(verification->placement->evidence, inspection->family);
	verification->placement->token = tf_token_facts_copy(inspection->token);
	verification->placement->module = tf_module_facts_copy(inspection->module);
	verification->placement->key_id =
		tf_hex(g_bytes_get_data(key->key_id, NULL), g_bytes_get_size(key->key_id));
	verification->placement->statement = g_bytes_ref(tf_challenge_statement(challenge));
	verification->certificate = tf_certificate_describe(certificate);
	verification->certificate_der = tf_certificate_der(certificate);
	check_answer(verification, certificate, challenge, answer);

	return g_steal_pointer(&verification);
}

static void tell_unchecked(const TfDialogue *dialogue, const Inspection *inspection, const TfTokenKey *key)
{
	g_autofree gchar *id = tf_hex(g_bytes_get_data(key->key_id, NULL), g_bytes_get_size(key->key_id));

	tf_dialogue_tell(dialogue, TF_NEWS_KEY_UNCHECKED,
		&(TfNewsContext){ .token = inspection->token, .key_id = id });
}

/* An absent one is simply nothing to compare with. */
static gboolean open_ledger(const TfVerificationPlan *plan, TfLedger **ret_ledger, GError **error)
{
	g_autofree gchar *url = ledger_url(plan);

	if (plan->ledger_path == NULL || access(plan->ledger_path, F_OK) != 0)
		return TRUE;
	*ret_ledger = tf_ledger_open(url, error);

	return *ret_ledger != NULL;
}

GPtrArray *tf_verify(const TfVerificationPlan *plan, const TfDialogue *dialogue, GError **error)
{
	g_autoptr(GPtrArray) verifications =
		g_ptr_array_new_with_free_func((GDestroyNotify)tf_verification_free);
	g_auto(Inspection) inspection = { 0 };
	g_autoptr(TfLedger) ledger = NULL;
	g_autoptr(X509) given = NULL;

	if (plan->certificate_file != NULL) {
		given = load_certificate(plan->certificate_file, error);
		if (given == NULL)
			return NULL;
	}
	if (!open_ledger(plan, &ledger, error) || !inspect(plan, given, ledger, dialogue, &inspection, error))
		return NULL;

	for (guint i = 0; i < inspection.keys->len; i++) {
		const TfTokenKey *key = g_ptr_array_index(inspection.keys, i);
		TfComparison comparison = TF_COMPARED_TOKEN;
		g_autoptr(X509) certificate = NULL;
		TfVerification *verification = NULL;

		if (!choose_certificate(
			    key, given, ledger, inspection.token, &certificate, &comparison, error))
			return NULL;
		if (certificate == NULL) {
			tell_unchecked(dialogue, &inspection, key);
			continue;
		}
		tf_dialogue_tell(dialogue, TF_NEWS_AUDITING, &(TfNewsContext){ .token = inspection.token });
		verification = verify_key(plan, &inspection, key, certificate,
			ledger != NULL ? tf_ledger_uuid(ledger) : "none", error);
		if (verification == NULL)
			return NULL;
		verification->compared_with = comparison;
		g_ptr_array_add(verifications, verification);
	}
	if (verifications->len == 0) {
		tf_raise(error, TF_ERROR_TOKEN_KEY_MISSING, inspection.token->label,
			_("a key with its certificate to verify"), NULL);
		return NULL;
	}

	return g_steal_pointer(&verifications);
}
