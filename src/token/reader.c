/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "token/reader.h"

#include "base/error.h"
#include "pcsc.h"
#include "reader-state.h"

/* pcscd started by its socket looks for its readers before it answers. */
#define DEADLINE_SECONDS 10
/* Readers that go between being listed and being asked for. */
#define MAX_LOOKS 8

/* One look, by a thread of its own: a call of PC/SC has no deadline and ends by no signal. */
typedef struct Look {
	gatomicrefcount references;
	GMutex mutex;
	GCond is_over;
	gboolean is_done;
	LONG status;
	GPtrArray *readers; /* TfReader */
} Look;

void tf_reader_free(TfReader *reader)
{
	if (reader == NULL)
		return;

	g_free(reader->name);
	g_clear_pointer(&reader->atr, g_bytes_unref);
	g_free(reader);
}

static Look *look_new(void)
{
	Look *look = g_new0(Look, 1);

	g_atomic_ref_count_init(&look->references);
	g_mutex_init(&look->mutex);
	g_cond_init(&look->is_over);
	look->readers = g_ptr_array_new_with_free_func((GDestroyNotify)tf_reader_free);

	return look;
}

static Look *look_ref(Look *look)
{
	g_atomic_ref_count_inc(&look->references);

	return look;
}

static void look_unref(Look *look)
{
	if (!g_atomic_ref_count_dec(&look->references))
		return;

	g_clear_pointer(&look->readers, g_ptr_array_unref);
	g_cond_clear(&look->is_over);
	g_mutex_clear(&look->mutex);
	g_free(look);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Look, look_unref)

static LONG ask_readers(SCARDCONTEXT context, GPtrArray *readers)
{
	SCARD_READERSTATE states[PCSCLITE_MAX_READERS_CONTEXTS] = { 0 };
	g_auto(GStrv) names = NULL;
	LONG status = tf_pcsc_names(context, &names);
	DWORD n = 0;

	if (status != SCARD_S_SUCCESS)
		return status;
	for (n = 0; names[n] != NULL && n < G_N_ELEMENTS(states); n++)
		states[n].szReader = names[n];
	status = SCardGetStatusChange(context, 0, states, n);
	for (DWORD i = 0; status == SCARD_S_SUCCESS && i < n; i++)
		g_ptr_array_add(readers, tf_pcsc_reader(&states[i]));

	return status;
}

static gpointer run(gpointer data)
{
	g_autoptr(Look) look = data;
	SCARDCONTEXT context = 0;
	LONG status = SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &context);

	if (status == SCARD_S_SUCCESS) {
		guint n_looks = 0;

		do
			status = ask_readers(context, look->readers);
		while (status == SCARD_E_UNKNOWN_READER && ++n_looks < MAX_LOOKS);
		(void)SCardReleaseContext(context);
	}

	g_mutex_lock(&look->mutex);
	look->status = status;
	look->is_done = TRUE;
	g_cond_signal(&look->is_over);
	g_mutex_unlock(&look->mutex);

	return NULL;
}

/* FALSE when PC/SC does not answer in time; then the thread keeps the look. */
static gboolean wait_for(Look *look, gint64 deadline)
{
	gboolean is_done = FALSE;

	g_mutex_lock(&look->mutex);
	while (!look->is_done && g_cond_wait_until(&look->is_over, &look->mutex, deadline))
		continue;
	is_done = look->is_done;
	g_mutex_unlock(&look->mutex);

	return is_done;
}

GPtrArray *tf_pcsc_readers(gint64 deadline, GError **error)
{
	g_autoptr(Look) look = look_new();
	GThread *thread = tf_pcsc_thread("readers", run, look_ref(look));

	if (!wait_for(look, deadline)) {
		g_thread_unref(thread);
		tf_raise(error, TF_ERROR_PCSC_UNAVAILABLE, tf_pcsc_reason(SCARD_E_TIMEOUT), NULL);
		return NULL;
	}
	(void)g_thread_join(thread);
	if (look->status != SCARD_S_SUCCESS) {
		tf_raise(error, TF_ERROR_PCSC_UNAVAILABLE, tf_pcsc_reason(look->status), NULL);
		return NULL;
	}

	return g_steal_pointer(&look->readers);
}

GPtrArray *tf_readers(GError **error)
{
	return tf_pcsc_readers(g_get_monotonic_time() + DEADLINE_SECONDS * G_TIME_SPAN_SECOND, error);
}
