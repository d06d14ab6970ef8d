/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "heads-private.h"

#include <errno.h>
#include <fcntl.h>
#include <liburing.h>
#include <openssl/crypto.h>
#include <sys/mman.h>
#include <unistd.h>

#include "disk/form.h"

#define N_SLOTS 128u
#define N_STEPS 3u /* open, read, close */
#define MEMORY	((gsize)N_SLOTS * TF_FORM_HEAD)

/* O_NONBLOCK would make the ring give up where it would have to wait for the disk. A pipe put in the place of
 * a regular file meanwhile is therefore waited for, as long as the patience lasts. */
#define RING_FLAGS  (O_RDONLY | O_NOFOLLOW | O_NOATIME | O_NOCTTY)
#define PLAIN_FLAGS (O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
#define N_WORKERS   8u

typedef struct Slot {
	TfFolder *folder; /* NULL: free */
	gchar *name;
	guint8 *head;
	guint n_open_steps;
	int failure;
	gssize length;
} Slot;

struct TfHeads {
	TfHeadFunc func;
	gpointer user_data;
	guint patience_ms;
	guint8 *memory;
	guint8 *old_memory; /* of a ring that was given up: the kernel may still write to it */
	struct io_uring ring;
	gboolean uses_ring;
	Slot slots[N_SLOTS];
	guint free_slots[N_SLOTS];
	guint n_free;
};

TfFolder *tf_folder_new(int fd, gchar *path)
{
	TfFolder *folder = g_new0(TfFolder, 1);

	folder->fd = fd;
	folder->path = path;
	folder->n_references = 1;

	return folder;
}

TfFolder *tf_folder_ref(TfFolder *folder)
{
	folder->n_references++;

	return folder;
}

void tf_folder_unref(TfFolder *folder)
{
	if (folder == NULL || --folder->n_references > 0)
		return;

	(void)close(folder->fd);
	g_free(folder->path);
	g_free(folder);
}

/* Every operation that is used, on a descriptor that is the ring's own: then the process's limit of
 * descriptors is not touched. Missing on old kernels, and forbidden on many (kernel.io_uring_disabled,
 * seccomp of containers). */
static gboolean open_ring(TfHeads *heads)
{
	static const int operations[] = { IORING_OP_OPENAT, IORING_OP_READ, IORING_OP_CLOSE };
	struct io_uring_probe *probe = NULL;
	gboolean is_able = TRUE;

	if (io_uring_queue_init(N_SLOTS * N_STEPS, &heads->ring, 0) != 0)
		return FALSE;
	probe = io_uring_get_probe_ring(&heads->ring);
	for (gsize i = 0; i < G_N_ELEMENTS(operations); i++)
		is_able = is_able && probe != NULL && io_uring_opcode_supported(probe, operations[i]);
	io_uring_free_probe(probe);
	if (is_able && io_uring_register_files_sparse(&heads->ring, N_SLOTS) == 0) {
		/* What waits for the disk waits in threads of the kernel; more of them only get in each
		 * other's way. */
		guint workers[2] = { N_WORKERS, 0 };

		(void)io_uring_register_iowq_max_workers(&heads->ring, workers);
		return TRUE;
	}
	io_uring_queue_exit(&heads->ring);

	return FALSE;
}

static guint8 *map_memory(void)
{
	void *memory = mmap(NULL, MEMORY, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	/* As GLib does where memory ends. */
	if (memory == MAP_FAILED)
		g_error("no memory for the heads of %u files", N_SLOTS);
	(void)madvise(memory, MEMORY, MADV_DONTDUMP);

	return memory;
}

static void unmap_memory(guint8 *memory)
{
	if (memory == NULL)
		return;

	OPENSSL_cleanse(memory, MEMORY);
	(void)munmap(memory, MEMORY);
}

static void set_memory(TfHeads *heads, guint8 *memory)
{
	heads->memory = memory;
	for (guint i = 0; i < N_SLOTS; i++)
		heads->slots[i].head = memory + (gsize)i * TF_FORM_HEAD;
}

TfHeads *tf_heads_new(gboolean may_use_ring, guint patience_ms, TfHeadFunc func, gpointer user_data)
{
	TfHeads *heads = g_new0(TfHeads, 1);

	heads->patience_ms = patience_ms;
	heads->func = func;
	heads->user_data = user_data;
	set_memory(heads, map_memory());
	for (guint i = 0; i < N_SLOTS; i++)
		heads->free_slots[heads->n_free++] = i;
	heads->uses_ring = may_use_ring && open_ring(heads);

	return heads;
}

gboolean tf_heads_use_ring(const TfHeads *heads)
{
	return heads->uses_ring;
}

/* Returns 0 or an errno value. */
static int read_head(const Slot *slot, gssize *ret_length)
{
	int fd = openat(slot->folder->fd, slot->name, PLAIN_FLAGS | O_NOATIME);
	int failure = 0;

	if (fd < 0 && errno == EPERM)
		fd = openat(slot->folder->fd, slot->name, PLAIN_FLAGS);
	if (fd < 0)
		return errno;
	do
		*ret_length = pread(fd, slot->head, TF_FORM_HEAD, 0);
	while (*ret_length < 0 && errno == EINTR);
	failure = *ret_length < 0 ? errno : 0;
	(void)close(fd);

	return failure;
}

static void tell(TfHeads *heads, guint index)
{
	Slot *slot = &heads->slots[index];

	heads->func(slot->folder, slot->name, slot->head, slot->length > 0 ? (gsize)slot->length : 0,
		slot->failure, heads->user_data);
	tf_folder_unref(slot->folder);
	slot->folder = NULL;
	g_clear_pointer(&slot->name, g_free);
	heads->free_slots[heads->n_free++] = index;
}

static guint64 tag_of(guint index, guint step)
{
	return (guint64)index * N_STEPS + step;
}

/* Where the ring could not, a plain call can: of others' files the access time cannot be left alone. */
static void finish_slot(TfHeads *heads, guint index)
{
	Slot *slot = &heads->slots[index];

	if (slot->failure == EPERM || slot->failure == EAGAIN || slot->failure == EINVAL)
		slot->failure = read_head(slot, &slot->length);
	tell(heads, index);
}

static void take(TfHeads *heads, const struct io_uring_cqe *cqe)
{
	guint index = (guint)(cqe->user_data / N_STEPS);
	guint step = (guint)(cqe->user_data % N_STEPS);
	Slot *slot = &heads->slots[index];

	/* What follows a failure is cancelled; only the failure itself is told. */
	if (cqe->res < 0 && cqe->res != -ECANCELED && slot->failure == 0)
		slot->failure = -cqe->res;
	if (step == 1 && cqe->res >= 0)
		slot->length = cqe->res;
	if (--slot->n_open_steps == 0)
		finish_slot(heads, index);
}

/* FALSE: nothing came in time. */
static gboolean take_some(TfHeads *heads)
{
	struct __kernel_timespec time = {
		.tv_sec = heads->patience_ms / 1000,
		.tv_nsec = (long long)(heads->patience_ms % 1000) * 1000000,
	};
	struct io_uring_cqe *cqe = NULL;
	int failure = 0;

	do
		failure = io_uring_submit_and_wait_timeout(&heads->ring, &cqe, 1, &time, NULL);
	while (failure == -EINTR);
	if (failure < 0 || cqe == NULL)
		return FALSE;
	do {
		struct io_uring_cqe copy = *cqe;

		io_uring_cqe_seen(&heads->ring, cqe);
		take(heads, &copy);
	} while (io_uring_peek_cqe(&heads->ring, &cqe) == 0);

	return TRUE;
}

/* Closing the ring cancels what hangs in it; from then on files are read one by one. */
static void give_up_ring(TfHeads *heads)
{
	io_uring_queue_exit(&heads->ring);
	heads->uses_ring = FALSE;
	heads->old_memory = heads->memory;
	set_memory(heads, map_memory());
	for (guint i = 0; i < N_SLOTS; i++) {
		if (heads->slots[i].folder == NULL)
			continue;
		heads->slots[i].failure = read_head(&heads->slots[i], &heads->slots[i].length);
		tell(heads, i);
	}
}

static void queue(TfHeads *heads, guint index)
{
	Slot *slot = &heads->slots[index];
	struct io_uring_sqe *sqe = io_uring_get_sqe(&heads->ring);

	io_uring_prep_openat_direct(sqe, slot->folder->fd, slot->name, RING_FLAGS, 0, index);
	io_uring_sqe_set_data64(sqe, tag_of(index, 0));
	sqe->flags |= IOSQE_IO_LINK;

	sqe = io_uring_get_sqe(&heads->ring);
	io_uring_prep_read(sqe, (int)index, slot->head, TF_FORM_HEAD, 0);
	io_uring_sqe_set_data64(sqe, tag_of(index, 1));
	/* A file shorter than the head must not leave its descriptor open. */
	sqe->flags |= IOSQE_FIXED_FILE | IOSQE_IO_HARDLINK;

	sqe = io_uring_get_sqe(&heads->ring);
	io_uring_prep_close_direct(sqe, index);
	io_uring_sqe_set_data64(sqe, tag_of(index, 2));
}

void tf_heads_add(TfHeads *heads, TfFolder *folder, const gchar *name)
{
	guint index = 0;
	Slot *slot = NULL;

	while (heads->n_free == 0) {
		if (!take_some(heads))
			give_up_ring(heads);
	}
	index = heads->free_slots[--heads->n_free];
	slot = &heads->slots[index];
	slot->folder = tf_folder_ref(folder);
	slot->name = g_strdup(name);
	slot->failure = 0;
	slot->length = 0;
	slot->n_open_steps = N_STEPS;
	if (heads->uses_ring) {
		queue(heads, index);
		return;
	}
	slot->failure = read_head(slot, &slot->length);
	tell(heads, index);
}

void tf_heads_finish(TfHeads *heads)
{
	while (heads->n_free < N_SLOTS) {
		if (!take_some(heads))
			give_up_ring(heads);
	}
}

void tf_heads_free(TfHeads *heads)
{
	if (heads == NULL)
		return;

	tf_heads_finish(heads);
	if (heads->uses_ring)
		io_uring_queue_exit(&heads->ring);
	unmap_memory(heads->memory);
	unmap_memory(heads->old_memory);
	g_free(heads);
}
