/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "token/reader-watch.h"

#include <errno.h>
#include <poll.h>
#include <sys/eventfd.h>

#include "base/error.h"
#include "base/file.h"
#include "pcsc.h"
#include "reader-set.h"
#include "reader-state.h"
#include "task.h"

/* pcscd 1.9 tells of a new reader by comparing numbers, taken when we begin to wait: one that came just
 * before is seen by the next look. */
#define LOOK_MILLISECONDS  2000
#define RETRY_MILLISECONDS 500 /* between two attempts to reach a pcscd that is not there */
#define LEAVE_SECONDS	   2
#define CANCEL_SPAN	   (50 * G_TIME_SPAN_MILLISECOND)

/* Shared with the thread, which may outlive the caller's end of it when pcscd hangs. */
struct TfReaderWatch {
	gatomicrefcount references;
	GAsyncQueue *events; /* TfReaderEvent */
	int events_fd;	     /* eventfd: events were pushed */
	int stop_fd;	     /* eventfd: the thread shall end */
	GMutex mutex;	     /* for what follows */
	GCond is_over;
	SCARDCONTEXT context; /* the one the thread waits in; 0: none */
	gboolean is_done;     /* the thread uses PC/SC no longer */
	GThread *thread;
};

static const gchar *const event_names[TF_N_READER_EVENTS] = {
	[TF_READER_ARRIVED] = "reader-arrived",
	[TF_READER_REMOVED] = "reader-removed",
	[TF_CARD_INSERTED] = "card-inserted",
	[TF_CARD_REMOVED] = "card-removed",
	[TF_SERVICE_LOST] = "service-lost",
	[TF_SERVICE_BACK] = "service-back",
};

const gchar *tf_reader_event_name(TfReaderEventKind kind)
{
	return event_names[kind];
}

void tf_reader_event_free(TfReaderEvent *event)
{
	if (event == NULL)
		return;

	tf_reader_free(event->reader);
	g_free(event);
}

static void watch_unref(TfReaderWatch *watch)
{
	if (!g_atomic_ref_count_dec(&watch->references))
		return;

	g_async_queue_unref(watch->events);
	tf_file_close(&watch->events_fd);
	tf_file_close(&watch->stop_fd);
	g_cond_clear(&watch->is_over);
	g_mutex_clear(&watch->mutex);
	g_free(watch);
}

typedef TfReaderWatch Share;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Share, watch_unref)

static Share *watch_ref(TfReaderWatch *watch)
{
	g_atomic_ref_count_inc(&watch->references);

	return watch;
}

static void set_context(TfReaderWatch *watch, SCARDCONTEXT context)
{
	g_mutex_lock(&watch->mutex);
	watch->context = context;
	g_mutex_unlock(&watch->mutex);
}

/* Whether the thread shall end; waits for that so long. */
static gboolean is_stopped(const TfReaderWatch *watch, int milliseconds)
{
	struct pollfd stop = { .fd = watch->stop_fd, .events = POLLIN };

	return poll(&stop, 1, milliseconds) > 0;
}

static void wake(const TfReaderWatch *watch)
{
	if (g_async_queue_length(watch->events) > 0)
		(void)eventfd_write(watch->events_fd, 1);
}

static void tell_service(const TfReaderWatch *watch, TfReaderEventKind kind, const gchar *reason)
{
	TfReaderEvent *event = g_new0(TfReaderEvent, 1);

	event->kind = kind;
	event->reason = reason;
	g_async_queue_push(watch->events, event);
	wake(watch);
}

/* One look at which readers there are, and one wait for a change, until a failure that another look would not
 * mend. */
static LONG follow(TfReaderWatch *watch, SCARDCONTEXT context, TfReaderSet *set)
{
	SCARD_READERSTATE states[PCSCLITE_MAX_READERS_CONTEXTS];
	g_auto(GStrv) names = NULL;
	DWORD n = 0;
	LONG rv = tf_reader_names(context, &names);

	if (rv != SCARD_S_SUCCESS)
		return rv;
	tf_reader_set_names(set, (const gchar *const *)names);
	wake(watch);
	tf_reader_set_ask(set, states, &n);
	rv = SCardGetStatusChange(context, LOOK_MILLISECONDS, states, n);
	/* Without a change the states are those of now, too: a card swapped in between is among them. */
	if (rv != SCARD_S_SUCCESS && rv != SCARD_E_TIMEOUT)
		return rv;
	tf_reader_set_answer(set, states);
	wake(watch);

	return SCARD_S_SUCCESS;
}

/* From a connection to its end. */
static LONG serve(TfReaderWatch *watch, SCARDCONTEXT context)
{
	g_autoptr(TfReaderSet) set = tf_reader_set_new(watch->events);
	LONG rv = SCARD_S_SUCCESS;

	while (rv == SCARD_S_SUCCESS && !is_stopped(watch, 0)) {
		rv = follow(watch, context, set);
		/* A reader that went between the two calls; once more, but not in a circle without a breath.
		 */
		if (rv == SCARD_E_UNKNOWN_READER && !is_stopped(watch, RETRY_MILLISECONDS / 10))
			rv = SCARD_S_SUCCESS;
	}

	return rv;
}

static gpointer run(gpointer data)
{
	g_autoptr(Share) watch = data;
	gboolean is_lost = FALSE;

	while (!is_stopped(watch, is_lost ? RETRY_MILLISECONDS : 0)) {
		SCARDCONTEXT context = 0;
		LONG rv = SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &context);

		if (rv == SCARD_S_SUCCESS) {
			if (is_lost)
				tell_service(watch, TF_SERVICE_BACK, NULL);
			is_lost = FALSE;
			set_context(watch, context);
			rv = serve(watch, context);
			set_context(watch, 0);
			(void)SCardReleaseContext(context);
		}
		if (!is_lost && rv != SCARD_S_SUCCESS && !is_stopped(watch, 0))
			tell_service(watch, TF_SERVICE_LOST, tf_pcsc_reason(rv));
		is_lost = is_lost || rv != SCARD_S_SUCCESS;
	}

	g_mutex_lock(&watch->mutex);
	watch->is_done = TRUE;
	g_cond_broadcast(&watch->is_over);
	g_mutex_unlock(&watch->mutex);

	return NULL;
}

TfReaderWatch *tf_reader_watch_new(GError **error)
{
	g_autoptr(Share) watch = g_new0(TfReaderWatch, 1);

	g_atomic_ref_count_init(&watch->references);
	g_mutex_init(&watch->mutex);
	g_cond_init(&watch->is_over);
	watch->events = g_async_queue_new_full((GDestroyNotify)tf_reader_event_free);
	watch->events_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	watch->stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (watch->events_fd < 0 || watch->stop_fd < 0) {
		tf_raise(error, TF_ERROR_SYSTEM, "eventfd", g_strerror(errno), NULL);
		return NULL;
	}
	watch->thread = tf_task_thread("reader-watch", run, watch_ref(watch));

	return g_steal_pointer(&watch);
}

int tf_reader_watch_fd(const TfReaderWatch *watch)
{
	return watch->events_fd;
}

TfReaderEvent *tf_reader_watch_take(TfReaderWatch *watch)
{
	TfReaderEvent *event = g_async_queue_try_pop(watch->events);
	eventfd_t count = 0;

	/* Cleared before the second look, so that what comes after that look sets it again. */
	if (event == NULL) {
		(void)eventfd_read(watch->events_fd, &count);
		event = g_async_queue_try_pop(watch->events);
	}

	return event;
}

/* SCardCancel() reaches a wait only while it is waiting, and hangs where pcscd hangs: it is tried, by a
 * thread of its own, until the watch's is over. */
static gpointer cancel(gpointer data)
{
	g_autoptr(Share) watch = data;

	g_mutex_lock(&watch->mutex);
	while (!watch->is_done) {
		SCARDCONTEXT context = watch->context;

		g_mutex_unlock(&watch->mutex);
		if (context != 0)
			(void)SCardCancel(context);
		g_mutex_lock(&watch->mutex);
		if (!watch->is_done)
			(void)g_cond_wait_until(
				&watch->is_over, &watch->mutex, g_get_monotonic_time() + CANCEL_SPAN);
	}
	g_mutex_unlock(&watch->mutex);

	return NULL;
}

static gboolean wait_until_done(TfReaderWatch *watch)
{
	gint64 deadline = g_get_monotonic_time() + LEAVE_SECONDS * G_TIME_SPAN_SECOND;
	gboolean is_done = FALSE;

	g_mutex_lock(&watch->mutex);
	while (!watch->is_done && g_cond_wait_until(&watch->is_over, &watch->mutex, deadline))
		continue;
	is_done = watch->is_done;
	g_mutex_unlock(&watch->mutex);

	return is_done;
}

static void end_thread(GThread *thread, gboolean is_done)
{
	if (is_done)
		(void)g_thread_join(thread);
	else
		g_thread_unref(thread);
}

void tf_reader_watch_free(TfReaderWatch *watch)
{
	GThread *canceller = NULL;
	gboolean is_done = FALSE;

	if (watch == NULL)
		return;

	(void)eventfd_write(watch->stop_fd, 1);
	canceller = tf_task_thread("reader-cancel", cancel, watch_ref(watch));
	is_done = wait_until_done(watch);
	end_thread(watch->thread, is_done);
	end_thread(canceller, is_done);
	watch_unref(watch);
}
