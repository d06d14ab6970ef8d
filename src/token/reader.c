/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "token/reader.h"

#include "base/error.h"
#include "pcsc.h"
#include "reader-state.h"
#include "task.h"

/* pcscd started by its socket looks for its readers before it answers. */
#define DEADLINE_SECONDS 10
/* Readers that go between being listed and being asked for. */
#define MAX_LOOKS 8

typedef struct Look {
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

TfReader *tf_reader_copy(const TfReader *reader)
{
	TfReader *copy = g_new0(TfReader, 1);

	*copy = *reader;
	copy->name = g_strdup(reader->name);
	copy->atr = reader->atr != NULL ? g_bytes_ref(reader->atr) : NULL;

	return copy;
}

static void look_free(Look *look)
{
	g_clear_pointer(&look->readers, g_ptr_array_unref);
	g_free(look);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Look, look_free)

static LONG ask_readers(SCARDCONTEXT context, GPtrArray *readers)
{
	SCARD_READERSTATE states[PCSCLITE_MAX_READERS_CONTEXTS] = { 0 };
	g_auto(GStrv) names = NULL;
	LONG status = tf_reader_names(context, &names);
	DWORD n = 0;

	if (status != SCARD_S_SUCCESS)
		return status;
	for (n = 0; names[n] != NULL && n < G_N_ELEMENTS(states); n++)
		states[n].szReader = names[n];
	status = SCardGetStatusChange(context, 0, states, n);
	for (DWORD i = 0; status == SCARD_S_SUCCESS && i < n; i++)
		g_ptr_array_add(readers, tf_reader_from_state(&states[i]));

	return status;
}

static void run(gpointer data)
{
	Look *look = data;
	SCARDCONTEXT context = 0;

	look->status = SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &context);
	if (look->status != SCARD_S_SUCCESS)
		return;
	for (guint i = 0; i < MAX_LOOKS; i++) {
		look->status = ask_readers(context, look->readers);
		if (look->status != SCARD_E_UNKNOWN_READER)
			break;
	}
	(void)SCardReleaseContext(context);
}

GPtrArray *tf_readers_within(guint seconds, GError **error)
{
	g_autoptr(Look) look = g_new0(Look, 1);

	look->readers = g_ptr_array_new_with_free_func((GDestroyNotify)tf_reader_free);
	if (!tf_task_run("pcsc", run, look, (GDestroyNotify)look_free, seconds)) {
		look = NULL; /* the thread's */
		tf_raise(error, TF_ERROR_PCSC_UNAVAILABLE, tf_pcsc_reason(SCARD_E_TIMEOUT), NULL);
		return NULL;
	}
	if (look->status != SCARD_S_SUCCESS) {
		tf_raise(error, TF_ERROR_PCSC_UNAVAILABLE, tf_pcsc_reason(look->status), NULL);
		return NULL;
	}

	return g_steal_pointer(&look->readers);
}

GPtrArray *tf_readers(GError **error)
{
	return tf_readers_within(DEADLINE_SECONDS, error);
}
