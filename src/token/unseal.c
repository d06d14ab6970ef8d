/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "token/unseal.h"

#include <errno.h>
#include <glib/gi18n.h>

#include "base/error.h"
#include "key/envelope.h"
#include "signer.h"
#include "task.h"

#define USUAL_SECONDS 60

/* All of it the thread's own, which outlives the wait when libp11 is stuck. */
typedef struct Work {
	TfModuleFacts *module;
	gchar *arguments;
	TfTokenFacts *token;
	GBytes *key_id;
	X509 *recipient;
	TfSecret *pin;
	GBytes *envelope;
	gchar *name;
	TfSecret *content; /* NULL: 'error' says why */
	GError *error;
} Work;

static void work_free(gpointer data)
{
	Work *work = data;

	if (work == NULL)
		return;
	tf_module_facts_free(work->module);
	g_free(work->arguments);
	tf_token_facts_free(work->token);
	g_bytes_unref(work->key_id);
	X509_free(work->recipient);
	tf_secret_free(work->pin);
	g_bytes_unref(work->envelope);
	g_free(work->name);
	tf_secret_free(work->content);
	g_clear_error(&work->error);
	g_free(work);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Work, work_free)

/* NULL when the secure heap is exhausted. */
static Work *work_new(const TfUnsealing *unsealing, const TfSecret *pin, GBytes *envelope, const gchar *name,
	GError **error)
{
	g_autoptr(Work) work = g_new0(Work, 1);

	work->module = tf_module_facts_copy(unsealing->module);
	work->arguments = g_strdup(unsealing->arguments);
	work->token = tf_token_facts_copy(unsealing->token);
	work->key_id = g_bytes_ref(unsealing->key_id);
	work->recipient = X509_up_ref(unsealing->recipient) == 1 ? unsealing->recipient : NULL;
	work->envelope = g_bytes_ref(envelope);
	work->name = g_strdup(name);
	work->pin = pin != NULL ? tf_secret_new_copy(tf_secret_peek(pin), tf_secret_length(pin)) : NULL;
	if (pin != NULL && work->pin == NULL) {
		tf_raise(error, TF_ERROR_SYSTEM, name, g_strerror(ENOMEM), NULL);
		return NULL;
	}

	return g_steal_pointer(&work);
}

static void run(gpointer data)
{
	Work *work = data;
	const gchar *failure = NULL;
	g_autoptr(TfSigner) signer = tf_signer_new(work->module, work->arguments, &failure);

	if (signer == NULL || !tf_signer_take(signer, work->token, work->key_id, work->pin, &failure)) {
		tf_raise(&work->error, TF_ERROR_TOKEN_FAILED, failure, "libp11", NULL);
		return;
	}
	work->content = tf_envelope_open(
		work->envelope, tf_signer_key(signer), work->recipient, work->name, &work->error);
}

TfSecret *tf_token_unseal(const TfUnsealing *unsealing, const TfSecret *pin, GBytes *envelope,
	const gchar *name, GError **error)
{
	g_autoptr(Work) work = work_new(unsealing, pin, envelope, name, error);
	guint seconds = unsealing->seconds != 0 ? unsealing->seconds : USUAL_SECONDS;

	if (work == NULL)
		return NULL;
	if (!tf_task_run("libp11", run, work, work_free, seconds)) {
		work = NULL;
		tf_raise(error, TF_ERROR_TOKEN_FAILED, "libp11", _("it did not answer in time"), NULL);
		return NULL;
	}
	if (work->content == NULL)
		g_propagate_error(error, g_steal_pointer(&work->error));

	return g_steal_pointer(&work->content);
}
