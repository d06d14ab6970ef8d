/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gi18n.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "cli/answer.h"
#include "cli/command.h"
#include "cli/conversation.h"
#include "cli/output.h"
#include "cli/phrase.h"
#include "inspect-private.h"
#include "token/import.h"
#include "transfer/checks.h"

#define CERTIFICATE_SIZE_LIMIT 65536u

static void inspected_key_clear(TfInspectedKey *key)
{
	g_clear_pointer(&key->facts, tf_certificate_facts_free);
	g_clear_pointer(&key->campaign, tf_campaign_free);
	g_clear_pointer(&key->problems, g_ptr_array_unref);
	g_clear_pointer(&key->attributes, g_ptr_array_unref);
	g_clear_error(&key->unusable);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(TfInspectedKey, inspected_key_clear)

static TfPkcs12 *read_structure(const gchar *name, gchar **ret_path, GError **error)
{
	g_autofree gchar *path = NULL;
	TF_AUTO_FD int fd = tf_file_open(name, &path, error);
	g_autoptr(TfSecret) content = NULL;
	TfPkcs12 *pkcs12 = NULL;

	if (fd < 0)
		return NULL;
	content = tf_file_read_secret(fd, path, TF_PKCS12_SIZE_LIMIT, error);
	if (content == NULL)
		return NULL;
	pkcs12 = tf_pkcs12_new(content, path, error);
	if (pkcs12 != NULL)
		*ret_path = g_steal_pointer(&path);

	return pkcs12;
}

/* A person may try as often as they like, and may leave it be. */
static gboolean open_by_person(
	TfConversation *conversation, TfPkcs12 *pkcs12, const gchar *path, TfLook *ret_look, GError **error)
{
	g_autofree gchar *prompt = tf_phrase(
		_("PIN code of '{path}' (from the paper notice; not shown; only Enter: look no further): "),
		"path", path, NULL);

	for (;;) {
		g_autoptr(TfSecret) password = tf_terminal_ask_secret(conversation->terminal, prompt, error);
		g_autoptr(GError) problem = NULL;

		if (password == NULL)
			return FALSE;
		*ret_look = TF_LOOK_CLOSED;
		if (tf_secret_length(password) == 0)
			return TRUE;
		*ret_look = TF_LOOK_OPENED;
		if (tf_pkcs12_open(pkcs12, password, &problem))
			return TRUE;
		if (!g_error_matches(problem, TF_ERROR, TF_ERROR_PIN_CODE_WRONG)) {
			g_propagate_error(error, g_steal_pointer(&problem));
			return FALSE;
		}
		tf_terminal_say(conversation->terminal,
			_("That PIN code does not open the file. You may try as often as you like; the file "
			  "is untouched. Ctrl-C stops."));
	}
}

static gboolean look_into(
	TfConversation *conversation, TfPkcs12 *pkcs12, const gchar *path, TfLook *ret_look, GError **error)
{
	const gchar *source = conversation->options->password_source;
	g_autoptr(TfSecret) password = NULL;
	g_autoptr(GError) problem = NULL;

	if (source != NULL && strcmp(source, "tty") != 0) {
		password = tf_conversation_secret(
			conversation, source, NULL, _("the PIN code of the file (paper notice)"), error);
		*ret_look = TF_LOOK_OPENED;
		return password != NULL && tf_pkcs12_open(pkcs12, password, error);
	}

	/* Many a file has no PIN code, which is worth knowing. */
	*ret_look = TF_LOOK_UNLOCKED;
	if (tf_pkcs12_open(pkcs12, NULL, &problem))
		return TRUE;
	if (!g_error_matches(problem, TF_ERROR, TF_ERROR_PIN_CODE_WRONG)) {
		g_propagate_error(error, g_steal_pointer(&problem));
		return FALSE;
	}
	if (conversation->terminal != NULL)
		return open_by_person(conversation, pkcs12, path, ret_look, error);
	if (source != NULL)
		return tf_raise(
			error, TF_ERROR_NO_TERMINAL, _("the PIN code of the file (paper notice)"), NULL);
	*ret_look = TF_LOOK_CLOSED;

	return TRUE;
}

static gboolean load_certificate(const gchar *path, X509 **ret_certificate, GError **error)
{
	g_autoptr(GBytes) bytes = NULL;

	if (path == NULL)
		return TRUE;
	bytes = tf_file_load(path, CERTIFICATE_SIZE_LIMIT, error);
	if (bytes == NULL)
		return FALSE;
	*ret_certificate = tf_certificate_parse(bytes, path, error);

	return *ret_certificate != NULL;
}

static gboolean check_certificate(TfInspectedKey *key, X509 *certificate, const TfX509Stack *chain,
	const TfOptions *options, GError **error)
{
	TfChecksRequest request = {
		.member_name = options->name,
		.crl = options->crl,
		.now = g_get_real_time() / G_USEC_PER_SEC,
	};
	GError *problem = NULL;

	key->facts = tf_certificate_describe(certificate);
	if (options->campaign != NULL)
		key->campaign = tf_campaign_load(options->campaign, options->profiles, &problem);
	else
		key->campaign = tf_campaign_match(
			key->facts->issuer, key->facts->issuer_common_name, options->profiles, &problem);
	if (problem != NULL) {
		g_propagate_error(error, problem);
		return FALSE;
	}
	request.campaign = key->campaign;
	key->problems = tf_checks(certificate, chain, &request, &key->revocation, error);

	return key->problems != NULL;
}

static gboolean inspect_key(
	TfInspectedKey *key, TfPkcs12 *pkcs12, X509 *given, const TfOptions *options, GError **error)
{
	guint index = key->number - 1;
	g_autoptr(TfKeypair) keypair = tf_pkcs12_keypair(pkcs12, index, given, &key->unusable);
	X509 *certificate =
		keypair != NULL ? tf_keypair_certificate(keypair) : tf_pkcs12_certificate(pkcs12, index);
	const gchar *friendly_name = keypair != NULL ? tf_keypair_friendly_name(keypair) : NULL;

	key->attributes = tf_pkcs12_attributes(pkcs12, index);
	key->carries_name = tf_import_carries_label(friendly_name);
	key->is_weak = keypair != NULL && tf_keypair_is_weak(keypair);
	if (certificate == NULL)
		return TRUE;

	return check_certificate(
		key, certificate, keypair != NULL ? tf_keypair_chain(keypair) : NULL, options, error);
}

static gboolean inspect_keys(TfPkcs12 *pkcs12, const gchar *path, const TfOptions *options, GError **error)
{
	guint n_keys = tf_pkcs12_n_keys(pkcs12);
	guint wanted = options->key != NULL ? tf_answer_number(options->key, n_keys) : 0;
	g_autoptr(X509) given = NULL;
	g_autoptr(GError) unusable = NULL;

	if (n_keys == 0)
		return tf_raise(error, TF_ERROR_SOURCE_NO_KEY, path, NULL);
	if (options->key != NULL && wanted == 0)
		return tf_raise(error, TF_ERROR_SOURCE_SEVERAL_KEYS, path, TF_NUMBER(n_keys), NULL);
	if (!load_certificate(options->certificate, &given, error))
		return FALSE;

	for (guint number = 1; number <= n_keys; number++) {
		g_auto(TfInspectedKey) key = { .number = number };

		if (wanted != 0 && number != wanted)
			continue;
		if (!inspect_key(&key, pkcs12, given, options, error))
			return FALSE;
		if (options->is_json)
			tf_inspect_print_key_json(&key);
		else
			tf_inspect_print_key(&key);
		if (unusable == NULL && key.unusable != NULL)
			unusable = g_error_copy(key.unusable);
	}
	if (unusable != NULL) {
		g_propagate_error(error, g_steal_pointer(&unusable));
		return FALSE;
	}

	return TRUE;
}

static void print_end(TfLook look, guint n_keys)
{
	json_t *result = tf_output_object("result");

	json_object_set_new(result, "status", json_string(look != TF_LOOK_CLOSED ? "done" : "closed"));
	json_object_set_new(result, "keys", json_integer(n_keys));
	tf_output_json(result);
}

gboolean tf_cmd_inspect(TfInvocation *invocation, int *ret_status, GError **error)
{
	const TfOptions *options = invocation->options;
	g_auto(TfConversation) conversation = { 0 };
	g_autoptr(TfPkcs12) pkcs12 = NULL;
	g_autofree gchar *path = NULL;
	TfLook look = TF_LOOK_CLOSED;
	gboolean is_looked = FALSE;

	if (!tf_conversation_init(&conversation, options, error))
		return FALSE;
	pkcs12 = read_structure(invocation->words[0], &path, error);
	if (pkcs12 == NULL)
		return FALSE;

	/* What can be said without the PIN code is said even when that does not open the file. */
	if (!options->is_json)
		tf_inspect_print_file(path, pkcs12);
	is_looked = look_into(&conversation, pkcs12, path, &look, error);
	if (!is_looked)
		look = TF_LOOK_CLOSED;
	if (options->is_json)
		tf_inspect_print_file_json(path, pkcs12, look);
	else if (is_looked)
		tf_inspect_print_contents(pkcs12, look);
	if (!is_looked)
		return FALSE;
	if (look != TF_LOOK_CLOSED && !inspect_keys(pkcs12, path, options, error))
		return FALSE;

	if (options->is_json)
		print_end(look, look != TF_LOOK_CLOSED ? tf_pkcs12_n_keys(pkcs12) : 0);
	*ret_status = TF_EXIT_DONE;

	return TRUE;
}
