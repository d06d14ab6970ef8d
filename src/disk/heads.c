/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "heads-private.h"

#include <errno.h>
#include <fcntl.h>
#include <liburing.h>
#include <openssl/crypto.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/file.h"
#include "disk/form.h"
#include "walk-paths-private.h"

/* Files at a time, for each thread: a disk answers many questions in the time of one. */
#define N_SLOTS 32u
/* One file for so many that this process may have open: eight threads, each with a folder for every file,
 * then have open half of that at most. */
#define SHARE	32u
#define N_STEPS 2u /* for one file at a time: advice, and the reading itself */
#define MEMORY	((gsize)N_SLOTS * TF_FORM_HEAD)
#define NO_SLOT N_SLOTS

typedef struct Slot {
	TfFolder *folder;
	gchar *name;
	guint8 *octets;
	int fd;	       /* -1: not open */
	gssize length; /* -1: not read */
	int failure;
} Slot;

typedef enum Stage {
	STAGE_OPEN,
	STAGE_READ,
	STAGE_CLOSE
} Stage;

struct TfHeads {
	TfHeadFunc func;
	gpointer user_data;
	guint patience_ms;
	guint8 *memory;
	guint8 *old_memory; /* of a ring that was given up: the kernel may still write to it */
	struct io_uring ring;
	gboolean uses_ring;
	Slot slots[N_SLOTS];
	guint n_usable;
	guint n_taken; /* the first ones */
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

/* Missing on old kernels, and forbidden on many (kernel.io_uring_disabled, seccomp of containers). */
static gboolean open_ring(TfHeads *heads)
{
	static const int operations[] = { IORING_OP_OPENAT2, IORING_OP_FADVISE, IORING_OP_READ,
		IORING_OP_CLOSE };
	struct io_uring_probe *probe = NULL;
	gboolean is_able = TRUE;

	if (io_uring_queue_init(N_SLOTS * N_STEPS, &heads->ring, 0) != 0)
		return FALSE;
	probe = io_uring_get_probe_ring(&heads->ring);
	for (gsize i = 0; i < G_N_ELEMENTS(operations); i++)
		is_able = is_able && probe != NULL && io_uring_opcode_supported(probe, operations[i]);
	io_uring_free_probe(probe);
	if (!is_able)
		io_uring_queue_exit(&heads->ring);

	return is_able;
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
		heads->slots[i].octets = memory + (gsize)i * TF_FORM_HEAD;
}

static guint count_usable_slots(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
		return 1;

	return (guint)CLAMP(limit.rlim_cur / SHARE, 1, N_SLOTS);
}

TfHeads *tf_heads_new(gboolean may_use_ring, guint patience_ms, TfHeadFunc func, gpointer user_data)
{
	TfHeads *heads = g_new0(TfHeads, 1);

	heads->patience_ms = patience_ms;
	heads->func = func;
	heads->user_data = user_data;
	heads->n_usable = count_usable_slots();
	set_memory(heads, map_memory());
	heads->uses_ring = may_use_ring && open_ring(heads);

	return heads;
}

gboolean tf_heads_use_ring(const TfHeads *heads)
{
	return heads->uses_ring;
}

static void open_slot(Slot *slot)
{
	if (slot->fd < 0)
		slot->fd = tf_walk_open_file(slot->folder->fd, slot->name);
	slot->failure = slot->fd < 0 ? errno : 0;
}

/* The disk is asked for all of them before the first is waited for. */
static void ask_for_all(TfHeads *heads)
{
	for (guint i = 0; i < heads->n_taken; i++) {
		if (heads->slots[i].fd >= 0)
			(void)posix_fadvise(heads->slots[i].fd, 0, TF_FORM_HEAD, POSIX_FADV_WILLNEED);
	}
}

static void read_slot(Slot *slot)
{
	while (slot->length < 0 && slot->failure == 0) {
		slot->length = pread(slot->fd, slot->octets, TF_FORM_HEAD, 0);
		if (slot->length < 0 && errno != EINTR)
			slot->failure = errno;
	}
}

static void tell(const TfHeads *heads, const Slot *slot)
{
	TfHead head = {
		.folder = slot->folder,
		.name = slot->name,
		.fd = slot->fd,
		.octets = slot->octets,
		.length = slot->failure == 0 ? (gsize)slot->length : 0,
		.failure = slot->failure,
	};

	heads->func(&head, heads->user_data);
}

/* Only what needs no disk to be found is opened by the ring. It would hand the others to threads of its own,
 * each of which costs more than to wait for the disk here. */
static guint queue_open(TfHeads *heads, guint index)
{
	static struct open_how how = { .flags = TF_WALK_FILE_FLAGS | O_NOATIME, .resolve = RESOLVE_CACHED };
	struct io_uring_sqe *sqe = io_uring_get_sqe(&heads->ring);

	io_uring_prep_openat2(sqe, heads->slots[index].folder->fd, heads->slots[index].name, &how);
	io_uring_sqe_set_data64(sqe, index);

	return 1;
}

/* One page, and no more. */
static guint queue_read(TfHeads *heads, guint index)
{
	Slot *slot = &heads->slots[index];
	struct io_uring_sqe *sqe = NULL;

	if (slot->fd < 0)
		return 0;
	sqe = io_uring_get_sqe(&heads->ring);
	io_uring_prep_fadvise(sqe, slot->fd, 0, 0, POSIX_FADV_RANDOM);
	io_uring_sqe_set_data64(sqe, NO_SLOT);
	sqe = io_uring_get_sqe(&heads->ring);
	io_uring_prep_read(sqe, slot->fd, slot->octets, TF_FORM_HEAD, 0);
	io_uring_sqe_set_data64(sqe, index);

	return 2;
}

static guint queue_close(TfHeads *heads, guint index)
{
	struct io_uring_sqe *sqe = NULL;

	if (heads->slots[index].fd < 0)
		return 0;
	sqe = io_uring_get_sqe(&heads->ring);
	io_uring_prep_close(sqe, heads->slots[index].fd);
	io_uring_sqe_set_data64(sqe, NO_SLOT);
	/* Whatever comes of it: by then the number may be another file's. */
	heads->slots[index].fd = -1;

	return 1;
}

/* What failed is left to plain calls. */
static void take(TfHeads *heads, const struct io_uring_cqe *cqe, Stage stage)
{
	if (cqe->user_data >= NO_SLOT || cqe->res < 0)
		return;

	if (stage == STAGE_OPEN)
		heads->slots[cqe->user_data].fd = cqe->res;
	else
		heads->slots[cqe->user_data].length = cqe->res;
}

/* FALSE: nothing came in time. */
static gboolean take_all(TfHeads *heads, guint n_steps, Stage stage)
{
	struct __kernel_timespec time = {
		.tv_sec = heads->patience_ms / 1000,
		.tv_nsec = (long long)(heads->patience_ms % 1000) * 1000000,
	};
	struct io_uring_cqe *cqe = NULL;

	while (n_steps > 0) {
		int failure = io_uring_submit_and_wait_timeout(&heads->ring, &cqe, n_steps, &time, NULL);
		guint n_before = n_steps;

		while (io_uring_peek_cqe(&heads->ring, &cqe) == 0) {
			take(heads, cqe, stage);
			io_uring_cqe_seen(&heads->ring, cqe);
			n_steps--;
		}
		if (failure < 0 && failure != -EINTR && n_steps == n_before)
			return FALSE;
	}

	return TRUE;
}

/* Closing the ring cancels what hangs in it; from then on plain calls read. */
static void give_up_ring(TfHeads *heads)
{
	io_uring_queue_exit(&heads->ring);
	heads->uses_ring = FALSE;
	heads->old_memory = heads->memory;
	set_memory(heads, map_memory());
	for (guint i = 0; i < heads->n_taken; i++)
		heads->slots[i].length = -1;
}

/* All files at once: the disk gets one list, in which neighbours are one request. */
static void pass(TfHeads *heads, Stage stage)
{
	static guint (*const queue[])(TfHeads * heads, guint index) = { queue_open, queue_read, queue_close };
	guint n_steps = 0;

	if (!heads->uses_ring)
		return;

	for (guint i = 0; i < heads->n_taken; i++)
		n_steps += queue[stage](heads, i);
	if (!take_all(heads, n_steps, stage))
		give_up_ring(heads);
}

static void free_slots(TfHeads *heads)
{
	pass(heads, STAGE_CLOSE);
	for (guint i = 0; i < heads->n_taken; i++) {
		tf_file_close(&heads->slots[i].fd);
		tf_folder_unref(heads->slots[i].folder);
		g_free(heads->slots[i].name);
	}
	heads->n_taken = 0;
}

void tf_heads_finish(TfHeads *heads)
{
	pass(heads, STAGE_OPEN);
	for (guint i = 0; i < heads->n_taken; i++)
		open_slot(&heads->slots[i]);
	pass(heads, STAGE_READ);
	if (!heads->uses_ring)
		ask_for_all(heads);
	for (guint i = 0; i < heads->n_taken; i++) {
		read_slot(&heads->slots[i]);
		tell(heads, &heads->slots[i]);
	}
	free_slots(heads);
}

void tf_heads_add(TfHeads *heads, TfFolder *folder, const gchar *name)
{
	Slot *slot = &heads->slots[heads->n_taken++];

	slot->folder = tf_folder_ref(folder);
	slot->name = g_strdup(name);
	slot->fd = -1;
	slot->length = -1;
	if (heads->n_taken == heads->n_usable)
		tf_heads_finish(heads);
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
