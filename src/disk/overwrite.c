/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "overwrite-private.h"

#include <errno.h>
#include <openssl/evp.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/secret.h"

#define PIECE	      65536u
#define DEFAULT_BLOCK 4096u

/* What a disk writes as one; a torn block consists of such pieces. */
#define SECTOR 512u

/* Fewer bytes than these could agree by chance. */
#define TELLING 16u

struct TfPattern {
	guint8 key[TF_SHA256_SIZE];
};

typedef EVP_CIPHER_CTX Cipher;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Cipher, EVP_CIPHER_CTX_free)
typedef EVP_MD_CTX Digest;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Digest, EVP_MD_CTX_free)

/* The device's number is left out: it may be another one after a restart. */
TfPattern *tf_pattern_new(const TfWipeTrace *trace)
{
	TfPattern *pattern = g_new0(TfPattern, 1);
	g_autofree gchar *text =
		g_strdup_printf("tokenferry wipe 1\n%s\n%s\n%" G_GUINT64_FORMAT "\n%" G_GINT64_FORMAT "\n",
			trace->name, trace->new_name, trace->inode, trace->size);

	tf_sha256(text, strlen(text), pattern->key);

	return pattern;
}

void tf_pattern_free(TfPattern *pattern)
{
	g_free(pattern);
}

gboolean tf_pattern_fill(const TfPattern *pattern, guint64 offset, guint8 *bytes, gsize length)
{
	g_autoptr(Cipher) cipher = EVP_CIPHER_CTX_new();
	guint64 counter = GUINT64_TO_BE(offset / 16);
	guint8 start[16] = { 0 };
	int written = 0;

	g_assert(offset % 16 == 0 && length <= PIECE);
	memcpy(start + 8, &counter, sizeof counter);
	memset(bytes, 0, length);

	return cipher != NULL &&
	       EVP_EncryptInit_ex(cipher, EVP_aes_256_ctr(), NULL, pattern->key, start) == 1 &&
	       EVP_EncryptUpdate(cipher, bytes, &written, bytes, (int)length) == 1 && written == (int)length;
}

guint64 tf_overwrite_block(int fd)
{
	struct statfs volume;
	guint64 block = DEFAULT_BLOCK;

	if (fstatfs(fd, &volume) == 0 && volume.f_bsize >= (long)SECTOR && volume.f_bsize <= (long)PIECE)
		block = (guint64)volume.f_bsize;

	return (block & (block - 1)) == 0 ? block : DEFAULT_BLOCK;
}

static int write_piece(int fd, guint64 offset, const guint8 *bytes, gsize length)
{
	while (length > 0) {
		gssize n = pwrite(fd, bytes, length, (goffset)offset);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? errno : EIO;
		bytes += n;
		offset += (guint64)n;
		length -= (gsize)n;
	}

	return 0;
}

/* From 'start', a multiple of 512, up to 'end'. */
static int write_range(int fd, guint64 start, guint64 end, const TfPattern *pattern)
{
	g_autofree guint8 *piece = g_malloc(PIECE);

	while (start < end) {
		gsize length = (gsize)MIN(end - start, PIECE);
		int failure = 0;

		if (!tf_pattern_fill(pattern, start, piece, length))
			return EIO;
		failure = write_piece(fd, start, piece, length);
		if (failure != 0)
			return failure;
		start += length;
	}

	return 0;
}

/* The part of [start, end) that is allocated: writing into a hole would only take new blocks. */
static int write_allocated(
	int fd, guint64 start, guint64 end, const TfExtents *extents, const TfPattern *pattern)
{
	int failure = 0;

	if (!extents->is_known || !extents->is_plain)
		return write_range(fd, start, end, pattern);
	for (guint i = 0; failure == 0 && i < extents->runs->len; i++) {
		const TfExtent *run = &g_array_index(extents->runs, TfExtent, i);

		failure = write_range(
			fd, MAX(start, run->logical), MIN(end, run->logical + run->length), pattern);
	}

	return failure;
}

guint64 tf_overwrite_end(guint64 size, guint64 block)
{
	return (size + block - 1) / block * block;
}

int tf_overwrite(int fd, guint64 size, guint64 block, const TfExtents *extents, const TfPattern *pattern)
{
	guint64 end = tf_overwrite_end(size, block);
	int failure = write_allocated(fd, block, end, extents, pattern);

	if (failure == 0 && fsync(fd) != 0)
		failure = errno;
	if (failure == 0)
		failure = write_allocated(fd, 0, MIN(block, end), extents, pattern);
	if (failure == 0 && fsync(fd) != 0)
		failure = errno;

	return failure;
}

int tf_overwrite_read(int fd, guint64 offset, guint8 *bytes, gsize length)
{
	gsize at = 0;

	while (at < length) {
		gssize n = pread(fd, bytes + at, length - at, (goffset)(offset + at));

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? errno : EIO;
		at += (gsize)n;
	}

	return 0;
}

static gboolean holds_pattern(const guint8 *bytes, const guint8 *expected, gsize length)
{
	for (gsize at = 0; at < length; at += SECTOR) {
		gsize n = MIN(length - at, SECTOR);

		if (n >= TELLING && memcmp(bytes + at, expected + at, n) == 0)
			return TRUE;
	}

	return FALSE;
}

/* Reads to 'length', hashes up to 'size'. */
static int compare(int fd, guint64 length, guint64 size, const TfPattern *pattern, Digest *digest,
	gboolean *ret_is_begun)
{
	g_autoptr(TfSecret) piece = tf_secret_new(PIECE);
	g_autofree guint8 *expected = g_malloc(PIECE);

	if (piece == NULL)
		return ENOMEM;
	for (guint64 at = 0; at < length; at += PIECE) {
		gsize n = (gsize)MIN(length - at, PIECE);
		gsize hashed = at < size ? (gsize)MIN(size - at, n) : 0;
		int failure = tf_overwrite_read(fd, at, tf_secret_buffer(piece), n);

		if (failure != 0)
			return failure;
		if (!tf_pattern_fill(pattern, at, expected, n) ||
			EVP_DigestUpdate(digest, tf_secret_buffer(piece), hashed) != 1)
			return EIO;
		*ret_is_begun |= holds_pattern(tf_secret_buffer(piece), expected, n);
	}

	return 0;
}

int tf_content_of(int fd, guint64 size, const guint8 source_sha256[TF_SHA256_SIZE], const TfPattern *pattern,
	TfContent *ret_content)
{
	g_autoptr(Digest) digest = EVP_MD_CTX_new();
	guint8 found[TF_SHA256_SIZE];
	gboolean is_begun = FALSE;
	struct stat status;
	guint64 length = 0;
	int failure = 0;

	if (fstat(fd, &status) != 0)
		return errno;
	length = (guint64)status.st_size;
	*ret_content = length == 0 ? TF_CONTENT_EMPTY : TF_CONTENT_OTHER;
	if (length < size || length > size + PIECE)
		return 0;
	if (digest == NULL || EVP_DigestInit_ex(digest, EVP_sha256(), NULL) != 1)
		return ENOMEM;
	failure = compare(fd, length, size, pattern, digest, &is_begun);
	if (failure != 0)
		return failure;
	if (EVP_DigestFinal_ex(digest, found, NULL) != 1)
		return EIO;
	if (is_begun)
		*ret_content = TF_CONTENT_BEGUN;
	else if (length == size && memcmp(found, source_sha256, sizeof found) == 0)
		*ret_content = TF_CONTENT_WHOLE;

	return 0;
}
