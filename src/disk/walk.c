/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "disk/walk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "grounds-private.h"
#include "heads-private.h"
#include "scan-private.h"
#include "walk-paths-private.h"
#include "walk-queue-private.h"

#define DIRENTS_SIZE	 (256u << 10)
#define UNREADABLE_LIMIT 100u
#define RING_PATIENCE_MS 30000u
#define END_PATIENCE_US	 G_USEC_PER_SEC

/* They wait for the disk, not for the processor. */
#define N_THREADS 8u

static GSList *left_behind; /* TfWalk */

struct TfWalk {
	TfWalkOptions options;
	TfGrounds *grounds;
	GPtrArray *threads; /* GThread */
	GAsyncQueue *candidates;

	TfWalkQueue *queue;
	gboolean is_stopped; /* atomic */

	GMutex mutex; /* of what follows */
	GCond ended;
	guint n_running;
	GPtrArray *unreadable;

	gint64 n_folders; /* atomic */
	gint64 n_files;
	gint64 n_unreadable;
};

/* One of the walk's threads. */
typedef struct Walker {
	TfWalk *walk;
	TfHeads *heads;
	TfScan *scan;  /* NULL: only heads are read */
	TfScan *texts; /* of what reads heads: the rest of small texts; NULL: there was none yet */
	guint8 *dirents;
} Walker;

static void count(gint64 *counter)
{
	__atomic_add_fetch(counter, 1, __ATOMIC_RELAXED);
}

static void note_unreadable(TfWalk *walk, const gchar *folder, const gchar *name)
{
	count(&walk->n_unreadable);
	g_mutex_lock(&walk->mutex);
	if (walk->unreadable->len < UNREADABLE_LIMIT)
		g_ptr_array_add(walk->unreadable, g_build_filename(folder, name, NULL));
	g_mutex_unlock(&walk->mutex);
}

static void add_candidate(TfWalk *walk, gchar *path, TfForm form, TfSpots *spots)
{
	g_async_queue_push(walk->candidates, tf_candidate_new(path, form, spots));
}

/* TRUE when there is a file to be looked into. */
static gboolean take_failure(TfWalk *walk, const TfFolder *folder, const gchar *name, int failure)
{
	if (failure != 0 && failure != ENOENT && failure != ELOOP) {
		note_unreadable(walk, folder->path, name);
		return FALSE;
	}
	count(&walk->n_files);

	return failure == 0;
}

/* Settings and notes hold keys behind much else. */
static gboolean has_key_behind(Walker *walker, const TfHead *head)
{
	if (walker->texts == NULL)
		walker->texts = tf_scan_new();

	return tf_scan_finds_in_small(walker->texts, head->fd, &walker->walk->is_stopped);
}

static void take_head(const TfHead *head, gpointer user_data)
{
	Walker *walker = user_data;
	TfWalk *walk = walker->walk;
	TfForm form = head->failure == 0 ? tf_form_of(head->octets, head->length) : TF_FORM_NONE;

	if (!take_failure(walk, head->folder, head->name, head->failure))
		return;
	if (form == TF_FORM_NONE && tf_walk_may_be_text(head->name, head->octets, head->length) &&
		has_key_behind(walker, head))
		form = TF_FORM_TEXT;
	if (form != TF_FORM_NONE || (head->length > 0 && tf_walk_is_telling_name(head->name)))
		add_candidate(walk, g_build_filename(head->folder->path, head->name, NULL), form, NULL);
}

static void take_whole(Walker *walker, const TfFolder *folder, const gchar *name)
{
	TfWalk *walk = walker->walk;
	TfScanned scanned;
	int failure = tf_scan_file(walker->scan, folder->fd, name, &walk->is_stopped, &scanned);
	gboolean is_telling = FALSE;

	if (!take_failure(walk, folder, name, failure)) {
		tf_spots_free(scanned.spots);
		return;
	}
	is_telling = scanned.form != TF_FORM_NONE || (scanned.size > 0 && tf_walk_is_telling_name(name));
	if (scanned.spots != NULL)
		scanned.spots->are_all = !is_telling;
	if (is_telling || scanned.spots != NULL)
		add_candidate(walk, g_build_filename(folder->path, name, NULL), scanned.form, scanned.spots);
}

static void take_file(Walker *walker, TfFolder *folder, const gchar *name)
{
	if (walker->scan != NULL)
		take_whole(walker, folder, name);
	else
		tf_heads_add(walker->heads, folder, name);
}

static void take_entry(Walker *walker, TfFolder *folder, const TfGround *ground, const struct dirent64 *entry)
{
	const gchar *name = entry->d_name;

	if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
		return;
	switch (tf_walk_type_of(folder->fd, entry)) {
	case DT_DIR:
		tf_walk_queue_add(walker->walk->queue, g_build_filename(folder->path, name, NULL), ground);
		break;
	case DT_REG:
		take_file(walker, folder, name);
		break;
	default:
		break;
	}
}

/* What is mounted on this name is looked at as a folder is. */
static gboolean take_border(
	Walker *walker, const TfFolder *folder, const TfGround *ground, const struct dirent64 *entry)
{
	g_autofree gchar *path = g_build_filename(folder->path, entry->d_name, NULL);

	if (!tf_grounds_is_border(walker->walk->grounds, path))
		return FALSE;
	tf_walk_queue_add(walker->walk->queue, g_steal_pointer(&path), ground);

	return TRUE;
}

static gboolean is_stopped(TfWalk *walk)
{
	return __atomic_load_n(&walk->is_stopped, __ATOMIC_RELAXED);
}

static void read_folder(Walker *walker, TfFolder *folder, const TfGround *ground)
{
	TfWalk *walk = walker->walk;
	gboolean has_border = tf_grounds_has_border_in(walk->grounds, folder->path);
	long length = 0;

	count(&walk->n_folders);
	while (!is_stopped(walk) &&
		(length = syscall(SYS_getdents64, folder->fd, walker->dirents, DIRENTS_SIZE)) > 0) {
		for (long at = 0; at < length;) {
			const struct dirent64 *entry = (const struct dirent64 *)(walker->dirents + at);

			if (!has_border || !take_border(walker, folder, ground, entry))
				take_entry(walker, folder, ground, entry);
			at += entry->d_reclen;
		}
	}
	if (length < 0)
		note_unreadable(walk, folder->path, NULL);
}

/* A file that was named, or mounted alone, is looked at as one of its folder. */
static void look_at_file(Walker *walker, const gchar *path)
{
	g_autofree gchar *directory = g_path_get_dirname(path);
	g_autofree gchar *name = g_path_get_basename(path);
	g_autoptr(TfFolder) folder = NULL;
	TF_AUTO_FD int fd = tf_walk_open_folder(directory);

	if (fd < 0) {
		note_unreadable(walker->walk, directory, NULL);
		return;
	}
	folder = tf_folder_new(tf_file_steal(&fd), g_steal_pointer(&directory));
	take_file(walker, folder, name);
}

static void read_task(Walker *walker, const TfWalkTask *task)
{
	TfWalk *walk = walker->walk;
	const TfGround *ground =
		task->ground != NULL ? task->ground : tf_grounds_begin(walk->grounds, task->path);
	TF_AUTO_FD int fd = ground != NULL ? tf_grounds_open(walk->grounds, ground, task->path) : -1;
	g_autoptr(TfFolder) folder = NULL;

	if (fd < 0 && errno == EXDEV && !walk->options.stays) {
		ground = tf_grounds_cross(walk->grounds, ground, task->path);
		fd = ground != NULL ? tf_grounds_open(walk->grounds, ground, task->path) : -1;
	}
	if (fd < 0 && errno == ENOTDIR) {
		look_at_file(walker, task->path);
		return;
	}
	if (fd < 0) {
		if (errno != ENOENT && errno != ELOOP && errno != EXDEV)
			note_unreadable(walk, task->path, NULL);
		return;
	}
	folder = tf_folder_new(tf_file_steal(&fd), g_strdup(task->path));
	read_folder(walker, folder, ground);
}

static TfWalkTask *next_task(Walker *walker)
{
	TfWalkTask *task = tf_walk_queue_try(walker->walk->queue);

	if (task != NULL)
		return task;

	/* Nobody knows for how long: no file stays open meanwhile. */
	tf_heads_finish(walker->heads);

	return tf_walk_queue_wait(walker->walk->queue);
}

static void walker_free(Walker *walker)
{
	tf_heads_free(walker->heads);
	tf_scan_free(walker->scan);
	tf_scan_free(walker->texts);
	g_free(walker->dirents);
	g_free(walker);
}

static gpointer run(gpointer data)
{
	Walker *walker = data;
	TfWalk *walk = walker->walk;

	while (TRUE) {
		g_autoptr(TfWalkTask) task = next_task(walker);

		if (task == NULL)
			break;
		read_task(walker, task);
	}
	walker_free(walker);
	g_mutex_lock(&walk->mutex);
	if (--walk->n_running == 0) {
		add_candidate(walk, NULL, TF_FORM_NONE, NULL);
		g_cond_broadcast(&walk->ended);
	}
	g_mutex_unlock(&walk->mutex);

	return NULL;
}

static Walker *walker_new(TfWalk *walk)
{
	Walker *walker = g_new0(Walker, 1);

	walker->walk = walk;
	walker->heads = tf_heads_new(!walk->options.refuses_ring && !walk->options.reads_whole,
		RING_PATIENCE_MS, take_head, walker);
	walker->scan = walk->options.reads_whole ? tf_scan_new() : NULL;
	walker->dirents = g_malloc(DIRENTS_SIZE);

	return walker;
}

static gboolean add_paths(TfWalk *walk, const gchar *const *paths, GError **error)
{
	g_autoptr(GPtrArray) resolved = tf_walk_resolve(paths, error);

	if (resolved == NULL)
		return FALSE;
	for (guint i = 0; i < resolved->len; i++) {
		if (walk->options.stays || !tf_walk_is_covered(resolved, i))
			tf_walk_queue_add(walk->queue, g_strdup(g_ptr_array_index(resolved, i)), NULL);
	}

	return TRUE;
}

static void start(TfWalk *walk, guint n_threads)
{
	walk->n_running = n_threads;
	for (guint i = 0; i < n_threads; i++)
		g_ptr_array_add(walk->threads, g_thread_new("walk", run, walker_new(walk)));
}

TfWalk *tf_walk_new(const gchar *const *paths, const TfWalkOptions *options, GError **error)
{
	g_autoptr(TfWalk) walk = g_new0(TfWalk, 1);
	guint n_threads = options->n_threads != 0 ? options->n_threads : N_THREADS;

	walk->options = *options;
	walk->threads = g_ptr_array_new();
	walk->candidates = g_async_queue_new_full((GDestroyNotify)tf_candidate_free);
	walk->grounds = tf_grounds_new();
	walk->unreadable = g_ptr_array_new_with_free_func(g_free);
	g_mutex_init(&walk->mutex);
	g_cond_init(&walk->ended);
	walk->queue = tf_walk_queue_new(n_threads);
	if (!add_paths(walk, paths, error))
		return NULL;
	start(walk, n_threads);

	return g_steal_pointer(&walk);
}

TfCandidate *tf_walk_next(TfWalk *walk, gint64 milliseconds)
{
	TfCandidate *candidate = g_async_queue_timeout_pop(walk->candidates, (guint64)milliseconds * 1000);

	if (candidate != NULL && candidate->path == NULL)
		g_clear_pointer(&candidate, tf_candidate_free);

	return candidate;
}

gboolean tf_walk_is_over(TfWalk *walk)
{
	gboolean is_over = FALSE;

	g_mutex_lock(&walk->mutex);
	is_over = walk->n_running == 0;
	g_mutex_unlock(&walk->mutex);

	return is_over && g_async_queue_length(walk->candidates) <= 0;
}

void tf_walk_progress(TfWalk *walk, TfWalkProgress *ret_progress)
{
	ret_progress->n_folders = (guint64)__atomic_load_n(&walk->n_folders, __ATOMIC_RELAXED);
	ret_progress->n_files = (guint64)__atomic_load_n(&walk->n_files, __ATOMIC_RELAXED);
	ret_progress->n_unreadable = (guint64)__atomic_load_n(&walk->n_unreadable, __ATOMIC_RELAXED);
}

GPtrArray *tf_walk_steal_skipped(TfWalk *walk)
{
	return tf_grounds_steal_skipped(walk->grounds);
}

GPtrArray *tf_walk_steal_unreadable(TfWalk *walk)
{
	return g_steal_pointer(&walk->unreadable);
}

/* FALSE: some of them wait in the kernel, for a file system that does not answer. */
static gboolean stop_threads(TfWalk *walk)
{
	gint64 deadline = g_get_monotonic_time() + END_PATIENCE_US;
	gboolean is_over = FALSE;

	__atomic_store_n(&walk->is_stopped, TRUE, __ATOMIC_RELAXED);
	tf_walk_queue_end(walk->queue);
	g_mutex_lock(&walk->mutex);
	while (walk->n_running > 0 && g_cond_wait_until(&walk->ended, &walk->mutex, deadline))
		;
	is_over = walk->n_running == 0;
	g_mutex_unlock(&walk->mutex);
	/* What they work with is theirs to the end of the process, which ends them. */
	if (!is_over)
		left_behind = g_slist_prepend(left_behind, walk);

	return is_over;
}

void tf_walk_free(TfWalk *walk)
{
	if (walk == NULL || !stop_threads(walk))
		return;

	for (guint i = 0; i < walk->threads->len; i++)
		(void)g_thread_join(g_ptr_array_index(walk->threads, i));
	g_ptr_array_unref(walk->threads);
	g_async_queue_unref(walk->candidates);
	tf_grounds_free(walk->grounds);
	g_clear_pointer(&walk->unreadable, g_ptr_array_unref);
	tf_walk_queue_free(walk->queue);
	g_cond_clear(&walk->ended);
	g_mutex_clear(&walk->mutex);
	g_free(walk);
}
