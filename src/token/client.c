/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "client.h"

#include "signer.h"

/* Shared with the thread, which outlives the wait when libp11 is stuck. */
typedef struct Work {
	const TfAuditOrder *order;
	const TfSecret *pin;
	GMutex mutex;
	GCond is_done_now;
	gboolean is_done;
	GBytes *bytes;
	const gchar *failure;
} Work;

static GBytes *ask(const TfAuditOrder *order, const TfSecret *pin, const gchar **ret_failure)
{
	g_autoptr(TfSigner) signer = tf_signer_new(
		order->module, order->module_arguments, order->token, order->key_id, pin, ret_failure);
	GBytes *bytes = NULL;

	if (signer == NULL)
		return NULL;
	bytes = order->statement != NULL ? tf_signer_sign(signer, order->statement)
					 : tf_signer_decrypt(signer, order->ciphertext);
	if (bytes == NULL)
		*ret_failure = order->statement != NULL ? "EVP_DigestSign" : "EVP_PKEY_decrypt";

	return bytes;
}

static gpointer work(gpointer data)
{
	Work *shared = data;
	const gchar *failure = NULL;
	GBytes *bytes = ask(shared->order, shared->pin, &failure);

	g_mutex_lock(&shared->mutex);
	shared->bytes = bytes;
	shared->failure = failure;
	shared->is_done = TRUE;
	g_cond_signal(&shared->is_done_now);
	g_mutex_unlock(&shared->mutex);

	return NULL;
}

static gboolean wait_for(Work *shared)
{
	gint64 deadline = g_get_monotonic_time() + shared->order->client_seconds * G_TIME_SPAN_SECOND;
	gboolean is_done = TRUE;

	g_mutex_lock(&shared->mutex);
	while (!shared->is_done && is_done)
		is_done = g_cond_wait_until(&shared->is_done_now, &shared->mutex, deadline);
	is_done = shared->is_done;
	g_mutex_unlock(&shared->mutex);

	return is_done;
}

void tf_client_answer(const TfAuditOrder *order, const TfSecret *pin, TfClientAnswer *ret_answer)
{
	Work *shared = g_new0(Work, 1);
	GThread *thread = NULL;

	shared->order = order;
	shared->pin = pin;
	g_mutex_init(&shared->mutex);
	g_cond_init(&shared->is_done_now);
	thread = g_thread_new("libp11", work, shared);
	if (!wait_for(shared)) {
		*ret_answer = (TfClientAnswer){ .failure = "no answer in time", .is_stuck = TRUE };
		return;
	}

	(void)g_thread_join(thread);
	*ret_answer = (TfClientAnswer){ .bytes = shared->bytes, .failure = shared->failure };
	g_mutex_clear(&shared->mutex);
	g_cond_clear(&shared->is_done_now);
	g_free(shared);
}
