/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "scan-private.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/crypto.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "disk/marks.h"
#include "walk-paths-private.h"

/* As much as the caches of a processor keep near. */
#define PIECE	    (256u << 10)
#define SPOTS_LIMIT 1000u
#define READ_AHEAD  (1 << 20) /* a file so large is read from front to back */
#define SMALL	    (1 << 20)

struct TfScan {
	guint8 *piece;
};

/* One file. */
typedef struct Pass {
	TfScan *scan;
	int fd;
	off_t size;
	off_t position; /* of the next octet to read */
	gsize length;	/* octets in the piece, the last of them before 'position' */
	gsize from;	/* where in the piece no mark was looked for yet */
	gboolean has_holes;
	TfScanned *scanned;
} Pass;

TfScan *tf_scan_new(void)
{
	TfScan *scan = g_new0(TfScan, 1);
	void *piece = mmap(NULL, PIECE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	/* As GLib does where memory ends. */
	if (piece == MAP_FAILED)
		g_error("no memory to read files");
	(void)madvise(piece, PIECE, MADV_DONTDUMP);
	scan->piece = piece;

	return scan;
}

void tf_scan_free(TfScan *scan)
{
	if (scan == NULL)
		return;

	OPENSSL_cleanse(scan->piece, PIECE);
	(void)munmap(scan->piece, PIECE);
	g_free(scan);
}

static void add_spot(TfScanned *scanned, guint64 offset)
{
	if (scanned->spots == NULL)
		scanned->spots = tf_spots_new();
	if (scanned->spots->offsets->len < SPOTS_LIMIT)
		g_array_append_val(scanned->spots->offsets, offset);
	else
		scanned->spots->are_so_many = TRUE;
}

/* As far as all is there that tells a mark, or to the end of what belongs together. */
static void look(Pass *pass, gboolean is_end)
{
	const guint8 *piece = pass->scan->piece;
	gsize limit = is_end ? pass->length : pass->length - MIN(pass->length, TF_MARKS_AFTER);
	guint64 base = (guint64)pass->position - pass->length;
	gssize at = 0;

	while (pass->from < limit && (at = tf_marks_find(piece, pass->length, pass->from)) >= 0 &&
		(gsize)at < limit) {
		add_spot(pass->scanned, base + (guint64)at);
		pass->from = (gsize)at + 1;
	}
	pass->from = MAX(pass->from, limit);
}

/* What of this piece the next one needs is put in front. */
static void turn(Pass *pass)
{
	gsize start = pass->from - MIN(pass->from, TF_MARKS_BEFORE);

	memmove(pass->scan->piece, pass->scan->piece + start, pass->length - start);
	pass->length -= start;
	pass->from -= start;
}

/* A key does not go on behind a hole. FALSE: nothing but holes is left. */
static gboolean skip_hole(Pass *pass)
{
	off_t data = pass->has_holes ? lseek(pass->fd, pass->position, SEEK_DATA) : pass->position;

	if (data < 0 && errno == ENXIO)
		return FALSE;
	if (data > pass->position) {
		look(pass, TRUE);
		pass->position = data;
		pass->length = 0;
		pass->from = 0;
	}

	return TRUE;
}

/* Octets read, 0 at the end; -1 with errno. */
static gssize fill(Pass *pass)
{
	gsize room = MIN(PIECE - pass->length, (gsize)(pass->size - pass->position));
	gssize n = 0;

	do
		n = pread(pass->fd, pass->scan->piece + pass->length, room, pass->position);
	while (n < 0 && errno == EINTR);
	if (n > 0) {
		pass->length += (gsize)n;
		pass->position += n;
	}

	return n;
}

/* 0, or an errno value. */
static int read_all(Pass *pass, const gboolean *is_stopped)
{
	gboolean is_first = TRUE;

	while (pass->position < pass->size && !__atomic_load_n(is_stopped, __ATOMIC_RELAXED)) {
		gssize n = skip_hole(pass) ? fill(pass) : 0;

		if (n < 0)
			return errno;
		if (n == 0)
			break;
		if (is_first && (gsize)pass->position == pass->length)
			pass->scanned->form = tf_form_of(pass->scan->piece, MIN(pass->length, TF_FORM_HEAD));
		is_first = FALSE;
		look(pass, FALSE);
		if (pass->position < pass->size)
			turn(pass);
	}
	look(pass, TRUE);

	return 0;
}

int tf_scan_open_file(TfScan *scan, int fd, const gboolean *is_stopped, TfScanned *ret_scanned)
{
	Pass pass = { .scan = scan, .fd = fd, .scanned = ret_scanned };
	struct stat status;

	*ret_scanned = (TfScanned){ 0 };
	if (fstat(fd, &status) != 0)
		return errno;
	/* Something else took its place. */
	if (!S_ISREG(status.st_mode))
		return ENOENT;
	ret_scanned->size = (guint64)status.st_size;
	pass.size = status.st_size;
	pass.has_holes = status.st_blocks < (status.st_size + 511) / 512;
	if (status.st_size >= READ_AHEAD)
		(void)posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL);

	return read_all(&pass, is_stopped);
}

int tf_scan_file(
	TfScan *scan, int folder, const gchar *name, const gboolean *is_stopped, TfScanned *ret_scanned)
{
	TF_AUTO_FD int fd = tf_walk_open_file(folder, name);

	*ret_scanned = (TfScanned){ 0 };

	return fd >= 0 ? tf_scan_open_file(scan, fd, is_stopped, ret_scanned) : errno;
}

gboolean tf_scan_finds_in_small(TfScan *scan, int fd, const gboolean *is_stopped)
{
	TfScanned scanned = { 0 };
	struct stat status;
	gboolean finds = FALSE;

	if (fstat(fd, &status) != 0 || status.st_size > SMALL)
		return FALSE;
	/* All at once. */
	(void)posix_fadvise(fd, 0, status.st_size, POSIX_FADV_WILLNEED);
	(void)tf_scan_open_file(scan, fd, is_stopped, &scanned);
	finds = scanned.spots != NULL;
	tf_spots_free(scanned.spots);

	return finds;
}
