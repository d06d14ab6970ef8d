/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The worker: formats tokens and writes keys to them through a PKCS#11 module, which runs in this process and
 * in the auditor's and nowhere else (law 9). It holds the key and the PINs of one token at a time.
 */
#include <errno.h>

#include "base/error.h"
#include "base/file.h"
#include "batch/role.h"
#include "key/keypair.h"
#include "token/import.h"
#include "variant-private.h"
#include "worker-setup.h"

#define SECRET_LIMIT 4096u

enum {
	FORMAT_SO_PIN,
	FORMAT_PIN
};

enum {
	IMPORT_KEY,
	IMPORT_PIN
};

typedef struct Worker {
	TfWorkerSetup *setup;
	TfModule *module;  /* NULL: finalised */
	GPtrArray *tokens; /* TfTokenStatus, as they were last seen */
	TfCertificates *authorities;
} Worker;

static void forget_tokens(Worker *worker)
{
	g_clear_pointer(&worker->tokens, g_ptr_array_unref);
}

static void close_module(Worker *worker)
{
	forget_tokens(worker);
	g_clear_pointer(&worker->module, tf_module_free);
}

static void tear_down(gpointer state)
{
	Worker *worker = state;

	close_module(worker);
	tf_certificates_free(worker->authorities);
	tf_worker_setup_free(worker->setup);
	g_free(worker);
}

static gpointer set_up(GVariant *setup, GError **error)
{
	TfWorkerSetup *own = tf_worker_setup_read(setup, error);
	Worker *worker = NULL;

	if (own == NULL)
		return NULL;
	worker = g_new0(Worker, 1);
	worker->setup = own;
	worker->authorities = tf_certificates_new();

	return worker;
}

static gboolean open_module(Worker *worker, GError **error)
{
	if (worker->module == NULL)
		worker->module = tf_module_load(worker->setup->module, worker->setup->arguments, error);

	return worker->module != NULL;
}

static gboolean look_at_tokens(Worker *worker, GError **error)
{
	forget_tokens(worker);
	if (!open_module(worker, error))
		return FALSE;
	worker->tokens = tf_tokens(worker->module, error);

	return worker->tokens != NULL;
}

/* Nobody else formats tokens of this store: only what is new in it is looked at. */
static gboolean look_for_blank(Worker *worker, GError **error)
{
	g_autoptr(GPtrArray) known = g_steal_pointer(&worker->tokens);

	if (!open_module(worker, error))
		return FALSE;
	worker->tokens = tf_tokens_again(worker->module, known, error);

	return worker->tokens != NULL;
}

/* Objects that anybody sees: a token that shows one is not empty. */
static gboolean count_objects(Worker *worker, const TfTokenStatus *status, guint *ret_n, GError **error)
{
	g_autoptr(GPtrArray) objects = NULL;

	*ret_n = 0;
	if (!status->is_initialized)
		return TRUE;
	objects = tf_token_objects(worker->module, status, error);
	if (objects == NULL)
		return FALSE;
	*ret_n = objects->len;

	return TRUE;
}

static gboolean look(Worker *worker, TfTalk *talk, GError **error)
{
	GVariantBuilder builder;
	g_autoptr(GVariant) body = NULL;

	if (!look_at_tokens(worker, error))
		return FALSE;
	g_variant_builder_init(&builder, G_VARIANT_TYPE("a(ssssstbbbu)"));
	for (guint i = 0; i < worker->tokens->len; i++) {
		const TfTokenStatus *status = g_ptr_array_index(worker->tokens, i);
		const TfTokenFacts *facts = status->facts;
		guint n_objects = 0;

		if (!count_objects(worker, status, &n_objects, error)) {
			g_variant_builder_clear(&builder);
			return FALSE;
		}
		g_variant_builder_add(&builder, "(ssssstbbbu)", facts->label, facts->manufacturer,
			facts->model, facts->serial, facts->uri, (guint64)status->slot,
			status->is_initialized, status->is_write_protected, status->has_protected_path,
			n_objects);
	}
	body = g_variant_ref_sink(g_variant_builder_end(&builder));

	return tf_talk_say(talk, TF_MESSAGE_TOKENS, body, NULL, error);
}

static const TfTokenStatus *find_token(const Worker *worker, guint64 slot, GError **error)
{
	for (guint i = 0; worker->tokens != NULL && i < worker->tokens->len; i++) {
		const TfTokenStatus *status = g_ptr_array_index(worker->tokens, i);

		if (status->slot == slot)
			return status;
	}
	tf_raise(error, TF_ERROR_TOKEN_MISSING, "slot-id", NULL);

	return NULL;
}

/* The blank token that a software module always offers; a card's slot is named. */
static const TfTokenStatus *find_blank(const Worker *worker, guint64 slot, GError **error)
{
	const TfTokenStatus *blank = NULL;

	if (slot != TF_WORKER_ANY_BLANK)
		return find_token(worker, slot, error);
	for (guint i = 0; i < worker->tokens->len; i++) {
		const TfTokenStatus *status = g_ptr_array_index(worker->tokens, i);

		if (!status->is_initialized)
			blank = status;
	}
	if (blank == NULL)
		tf_raise(error, TF_ERROR_TOKEN_MISSING, "blank", NULL);

	return blank;
}

static TfSecret *take_secret(TfMessage *request, guint index, GError **error)
{
	TF_AUTO_FD int fd = tf_file_steal(&request->fds[index]);

	return tf_secret_read(fd, SECRET_LIMIT, "fd", error);
}

/* In the slot where the blank one was, or in another. */
static void note_formatted(Worker *worker, TfTokenStatus *formatted)
{
	for (guint i = worker->tokens->len; i > 0; i--) {
		const TfTokenStatus *status = g_ptr_array_index(worker->tokens, i - 1);

		if (status->slot == formatted->slot)
			g_ptr_array_remove_index(worker->tokens, i - 1);
	}
	g_ptr_array_add(worker->tokens, formatted);
}

/* C_InitToken never goes to a formatted token: what it holds is somebody's. */
static gboolean format(Worker *worker, TfTalk *talk, TfMessage *request, GError **error)
{
	guint64 slot = 0;
	const gchar *label = NULL;
	g_autoptr(TfSecret) so_pin = take_secret(request, FORMAT_SO_PIN, error);
	g_autoptr(TfSecret) pin = so_pin != NULL ? take_secret(request, FORMAT_PIN, error) : NULL;
	const TfTokenStatus *blank = NULL;
	TfTokenStatus *formatted = NULL;

	if (pin == NULL)
		return FALSE;
	g_variant_get(request->body, "(t&s)", &slot, &label);
	if (slot == TF_WORKER_ANY_BLANK ? !look_for_blank(worker, error)
					: worker->tokens == NULL && !look_at_tokens(worker, error))
		return FALSE;
	blank = find_blank(worker, slot, error);
	if (blank == NULL)
		return FALSE;
	formatted =
		tf_token_initialize(worker->module, blank, FALSE, worker->tokens, label, so_pin, pin, error);
	if (formatted == NULL)
		return FALSE;
	note_formatted(worker, formatted);

	return tf_talk_say(talk, TF_MESSAGE_FORMATTED,
		g_variant_new("(ssssst)", formatted->facts->label, formatted->facts->manufacturer,
			formatted->facts->model, formatted->facts->serial, formatted->facts->uri,
			(guint64)formatted->slot),
		NULL, error);
}

/* What the message says besides the secrets. */
typedef struct Import {
	guint64 slot;
	GBytes *key_id;
	X509 *certificate;
	TfX509Stack *chain;
	gchar *label;
	gboolean is_resumed;
	gboolean is_unfinished;
	gboolean owns_fragments;
} Import;

static void import_clear(Import *import)
{
	g_clear_pointer(&import->key_id, g_bytes_unref);
	g_clear_pointer(&import->certificate, X509_free);
	g_clear_pointer(&import->chain, tf_x509_stack_free);
	g_free(import->label);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Import, import_clear)

static gboolean read_import(
	const Worker *worker, const TfMessage *request, Import *ret_import, GError **error)
{
	g_autoptr(GVariant) key_id = NULL;
	g_autoptr(GVariant) certificate = NULL;
	g_autoptr(GVariant) chain = NULL;

	g_variant_get(request->body, "(t@ay@ay@aaysbbb)", &ret_import->slot, &key_id, &certificate, &chain,
		&ret_import->label, &ret_import->is_resumed, &ret_import->is_unfinished,
		&ret_import->owns_fragments);
	ret_import->key_id = tf_variant_bytes(key_id);
	ret_import->certificate = tf_variant_certificate(certificate);
	ret_import->chain = tf_variant_chain(chain, worker->authorities);
	if (ret_import->certificate == NULL || ret_import->chain == NULL)
		return tf_raise(error, TF_ERROR_CERTIFICATE_UNREADABLE, "", NULL);

	return TRUE;
}

static gboolean write_objects(const Worker *worker, TfSession *session, const TfKeypair *keypair,
	const Import *import, GPtrArray **ret_dropped, GError **error)
{
	const TfImportOptions options = {
		.key_id = import->key_id,
		.label = import->label,
		.is_resumed = import->is_resumed,
		.is_unfinished = import->is_unfinished,
		.owns_fragments = import->owns_fragments,
		.key_files = { .reader = worker->setup->reader, .probe = worker->setup->probe },
		.certificate_first = worker->setup->certificate_first,
		.makes_public_key = worker->setup->makes_public_key,
		/* A store of files, and no card. */
		.copies_public = worker->setup->reader == NULL,
	};

	return tf_import_check(session, keypair, error) &&
	       tf_import(session, keypair, &options, ret_dropped, error);
}

static TfSession *log_in(Worker *worker, guint64 slot, const TfSecret *pin, GError **error)
{
	const TfTokenStatus *status = find_token(worker, slot, error);
	g_autoptr(TfSession) session =
		status != NULL ? tf_session_open_unseen(worker->module, status, TRUE, error) : NULL;

	if (session == NULL || !tf_session_login(session, pin, FALSE, error))
		return NULL;

	return g_steal_pointer(&session);
}

static gboolean import(Worker *worker, TfTalk *talk, TfMessage *request, GError **error)
{
	g_auto(Import) plan = { 0 };
	g_autoptr(TfSecret) pkcs8 = take_secret(request, IMPORT_KEY, error);
	g_autoptr(TfSecret) pin = pkcs8 != NULL ? take_secret(request, IMPORT_PIN, error) : NULL;
	g_autoptr(TfKeypair) keypair = NULL;
	g_autoptr(TfSession) session = NULL;
	g_autoptr(GPtrArray) dropped = NULL;

	if (pin == NULL || !read_import(worker, request, &plan, error))
		return FALSE;
	if (worker->tokens == NULL && !look_at_tokens(worker, error))
		return FALSE;
	keypair = tf_keypair_of_pkcs8(pkcs8, plan.certificate, plan.chain, plan.label, error);
	session = keypair != NULL ? log_in(worker, plan.slot, pin, error) : NULL;
	if (session == NULL || !write_objects(worker, session, keypair, &plan, &dropped, error))
		return FALSE;

	return tf_talk_say(talk, TF_MESSAGE_IMPORTED, tf_variant_of_names(dropped), NULL, error);
}

static gboolean take_back(Worker *worker, TfTalk *talk, TfMessage *request, GError **error)
{
	guint64 slot = 0;
	g_autoptr(GVariant) id = NULL;
	g_autoptr(GVariant) der = NULL;
	g_autoptr(GBytes) key_id = NULL;
	g_autoptr(X509) certificate = NULL;
	g_autoptr(TfSecret) pin = take_secret(request, 0, error);
	g_autoptr(TfSession) session = NULL;

	if (pin == NULL)
		return FALSE;
	g_variant_get(request->body, "(t@ay@ay)", &slot, &id, &der);
	key_id = tf_variant_bytes(id);
	certificate = tf_variant_certificate(der);
	if (certificate == NULL)
		return tf_raise(error, TF_ERROR_CERTIFICATE_UNREADABLE, "", NULL);
	if (worker->tokens == NULL && !look_at_tokens(worker, error))
		return FALSE;
	session = log_in(worker, slot, pin, error);
	if (session == NULL || !tf_import_remove(session, key_id, certificate, NULL, error))
		return FALSE;

	return tf_talk_say(talk, TF_MESSAGE_REMOVED, g_variant_new("()"), NULL, error);
}

static gboolean answer(gpointer state, TfTalk *talk, TfMessage *request, GError **error)
{
	Worker *worker = state;

	if (request->kind == TF_MESSAGE_LOOK)
		return look(worker, talk, error);
	if (request->kind == TF_MESSAGE_FORMAT)
		return format(worker, talk, request, error);
	if (request->kind == TF_MESSAGE_IMPORT)
		return import(worker, talk, request, error);
	if (request->kind == TF_MESSAGE_REMOVE)
		return take_back(worker, talk, request, error);

	g_assert(request->kind == TF_MESSAGE_CLOSE);
	close_module(worker);

	return tf_talk_say(talk, TF_MESSAGE_CLOSED, g_variant_new("()"), NULL, error);
}

const TfRoleHandler tf_worker_handler = {
	.role = &tf_worker_role, .set_up = set_up, .answer = answer, .tear_down = tear_down
};
