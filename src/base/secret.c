/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/secret.h"

#include <errno.h>
#include <malloc.h>
#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/error.h"

/* Holds a PKCS#12 of the largest accepted size twice over, and stays below Debian's RLIMIT_MEMLOCK of 8 MiB.
 */
#define SECURE_HEAP_SIZE    (4u << 20)
#define SECURE_HEAP_MINIMUM 32u

struct TfSecret {
	gsize length;
	gsize capacity;
	guint8 bytes[];
};

/* libcrypto's allocator gives free() no size; the C library knows it. */
static void clearing_free(void *memory, const char *file, int line)
{
	(void)file;
	(void)line;
	if (memory == NULL)
		return;

	explicit_bzero(memory, malloc_usable_size(memory));
	free(memory);
}

static void *plain_malloc(size_t size, const char *file, int line)
{
	(void)file;
	(void)line;

	return malloc(size);
}

/* realloc() would leave the old copy behind. */
static void *clearing_realloc(void *memory, size_t size, const char *file, int line)
{
	void *moved = NULL;

	if (memory == NULL)
		return plain_malloc(size, file, line);
	if (size > 0) {
		moved = malloc(size);
		if (moved == NULL)
			return NULL;
		memcpy(moved, memory, MIN(size, malloc_usable_size(memory)));
	}
	clearing_free(memory, file, line);

	return moved;
}

/* A fact about the process, like the heap itself, which is libcrypto's. Written once, by tf_secret_setup().
 */
static gboolean heap_is_locked;

void tf_secret_setup(void)
{
	const struct rlimit no_core = { 0, 0 };

	if (CRYPTO_set_mem_functions(plain_malloc, clearing_realloc, clearing_free) != 1)
		g_error("libcrypto was used before its clearing allocator was installed");
	/* Whoever writes openssl.cnf, or OPENSSL_CONF, would choose the providers that see the key. */
	(void)OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL);
	/* 1: made and locked; 2: made, but mlock() or its like failed. */
	heap_is_locked = CRYPTO_secure_malloc_init(SECURE_HEAP_SIZE, SECURE_HEAP_MINIMUM) == 1;
	if (!CRYPTO_secure_malloc_initialized())
		g_error("the secure heap cannot be made");
	(void)setrlimit(RLIMIT_CORE, &no_core);
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
		g_error("core dumps cannot be forbidden: %s", g_strerror(errno));
}

gboolean tf_secret_heap_is_locked(void)
{
	return heap_is_locked;
}

TfSecret *tf_secret_new(gsize capacity)
{
	TfSecret *secret = NULL;

	if (capacity > G_MAXSIZE - sizeof(TfSecret))
		return NULL;

	secret = OPENSSL_secure_zalloc(sizeof(TfSecret) + capacity);
	/* OPENSSL_secure_malloc() answers from malloc() when the heap was never made; tf_secret_setup() was
	 * skipped. */
	g_assert(secret == NULL || CRYPTO_secure_allocated(secret));
	if (secret != NULL)
		secret->capacity = capacity;

	return secret;
}

TfSecret *tf_secret_new_copy(gconstpointer bytes, gsize length)
{
	TfSecret *secret = tf_secret_new(length);

	if (secret != NULL)
		(void)tf_secret_append(secret, bytes, length);

	return secret;
}

TfSecret *tf_secret_new_random(gsize length)
{
	g_autoptr(TfSecret) secret = tf_secret_new(length);

	if (secret == NULL || RAND_priv_bytes_ex(NULL, secret->bytes, length, 0) != 1)
		return NULL;
	secret->length = length;

	return g_steal_pointer(&secret);
}

void tf_secret_free(TfSecret *secret)
{
	if (secret != NULL)
		OPENSSL_secure_clear_free(secret, sizeof(TfSecret) + secret->capacity);
}

const guint8 *tf_secret_peek(const TfSecret *secret)
{
	return secret->bytes;
}

gsize tf_secret_length(const TfSecret *secret)
{
	return secret->length;
}

gsize tf_secret_capacity(const TfSecret *secret)
{
	return secret->capacity;
}

guint8 *tf_secret_buffer(TfSecret *secret)
{
	return secret->bytes;
}

void tf_secret_set_length(TfSecret *secret, gsize length)
{
	g_assert_cmpuint(length, <=, secret->capacity);
	secret->length = length;
	OPENSSL_cleanse(secret->bytes + length, secret->capacity - length);
}

gboolean tf_secret_append(TfSecret *secret, gconstpointer bytes, gsize length)
{
	if (length > secret->capacity - secret->length)
		return FALSE;

	if (length > 0)
		memcpy(secret->bytes + secret->length, bytes, length);
	secret->length += length;

	return TRUE;
}

gboolean tf_secret_equal(const TfSecret *a, const TfSecret *b)
{
	return a->length == b->length && CRYPTO_memcmp(a->bytes, b->bytes, a->length) == 0;
}

TfSecret *tf_secret_read(int fd, gsize limit, const gchar *name, GError **error)
{
	g_autoptr(TfSecret) secret = tf_secret_new(limit + 1);

	if (secret == NULL) {
		tf_raise(error, TF_ERROR_SECRET_SOURCE, name, g_strerror(ENOMEM), NULL);
		return NULL;
	}

	for (;;) {
		gssize n = read(fd, secret->bytes + secret->length, secret->capacity - secret->length);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			tf_raise(error, TF_ERROR_SECRET_SOURCE, name, g_strerror(errno), NULL);
			return NULL;
		}
		if (n == 0)
			return g_steal_pointer(&secret);
		secret->length += (gsize)n;
		if (secret->length > limit) {
			tf_raise(error, TF_ERROR_SECRET_SOURCE, name, g_strerror(EFBIG), NULL);
			return NULL;
		}
	}
}
