/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/secret.h"

#include <openssl/crypto.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/uio.h>
#include <unistd.h>

#include "base/error.h"

static void a_secret_lies_on_the_secure_heap(void)
{
	g_autoptr(TfSecret) secret = tf_secret_new_copy("1234", 4);

	g_assert_nonnull(secret);
	g_assert_true(CRYPTO_secure_allocated(secret));
	g_assert_cmpmem(tf_secret_peek(secret), (int)tf_secret_length(secret), "1234", 4);
}

static void a_freed_secret_is_cleared(void)
{
	TfSecret *secret = tf_secret_new_copy("0123456789abcdefghijklmnopqrstuvwxyz", 36);
	const volatile guint8 *bytes = tf_secret_peek(secret);
	gsize n_left = 0;

	tf_secret_free(secret);

	/* The heap itself stays mapped; its free list may use the first words. */
	for (gsize i = 20; i < 36; i++)
		n_left += bytes[i] == (guint8) "0123456789abcdefghijklmnopqrstuvwxyz"[i];
	g_assert_cmpuint(n_left, ==, 0);
}

static void shortening_clears_the_rest(void)
{
	g_autoptr(TfSecret) secret = tf_secret_new_copy("12345678", 8);

	tf_secret_set_length(secret, 2);

	g_assert_cmpmem(tf_secret_buffer(secret), 8, "12\0\0\0\0\0\0", 8);
}

static void appending_beyond_the_capacity_changes_nothing(void)
{
	g_autoptr(TfSecret) secret = tf_secret_new(4);

	g_assert_true(tf_secret_append(secret, "123", 3));
	g_assert_false(tf_secret_append(secret, "45", 2));
	g_assert_cmpmem(tf_secret_peek(secret), (int)tf_secret_length(secret), "123", 3);
}

static void an_exhausted_heap_gives_null(void)
{
	g_assert_null(tf_secret_new(64u << 20));
	g_assert_null(tf_secret_new(G_MAXSIZE));
}

static void equality_looks_at_length_and_bytes(void)
{
	g_autoptr(TfSecret) a = tf_secret_new_copy("12345678", 8);
	g_autoptr(TfSecret) same = tf_secret_new_copy("12345678", 8);
	g_autoptr(TfSecret) other = tf_secret_new_copy("12345679", 8);
	g_autoptr(TfSecret) shorter = tf_secret_new_copy("1234567", 7);

	g_assert_true(tf_secret_equal(a, same));
	g_assert_false(tf_secret_equal(a, other));
	g_assert_false(tf_secret_equal(a, shorter));
}

static void reading_stops_at_the_limit(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TfSecret) secret = NULL;
	int ends[2];

	g_assert_cmpint(pipe(ends), ==, 0);
	g_assert_cmpint(write(ends[1], "123456789", 9), ==, 9);
	g_assert_cmpint(close(ends[1]), ==, 0);
	secret = tf_secret_read(ends[0], 8, "fd:3", &error);

	g_assert_null(secret);
	g_assert_error(error, TF_ERROR, TF_ERROR_SECRET_SOURCE);
	g_assert_cmpint(close(ends[0]), ==, 0);
}

static void reading_takes_every_byte_to_the_end(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TfSecret) secret = NULL;
	int ends[2];

	g_assert_cmpint(pipe(ends), ==, 0);
	g_assert_cmpint(write(ends[1], "12\0005678", 8), ==, 8);
	g_assert_cmpint(close(ends[1]), ==, 0);
	secret = tf_secret_read(ends[0], 8, "fd:3", &error);

	g_assert_no_error(error);
	g_assert_cmpmem(tf_secret_peek(secret), (int)tf_secret_length(secret), "12\0005678", 8);
	g_assert_cmpint(close(ends[0]), ==, 0);
}

static void random_secrets_differ(void)
{
	g_autoptr(TfSecret) a = tf_secret_new_random(32);
	g_autoptr(TfSecret) b = tf_secret_new_random(32);

	g_assert_cmpuint(tf_secret_length(a), ==, 32);
	g_assert_false(tf_secret_equal(a, b));
}

/* The links of a free list, of whatever size (glibc's malloc_chunk): addresses, whose octets are any. */
#define OF_ALLOCATOR (4 * sizeof(void *))

/* Through the kernel: no compiler and no sanitizer lets freed memory be read. */
static guint count_freed(guintptr address, gsize length, guint8 byte)
{
	guint8 bytes[4096];
	struct iovec to = { bytes, length };
	struct iovec from = { (void *)address, length }; // NOLINT(performance-no-int-to-ptr)
	guint n = 0;

	g_assert_cmpuint(length, <=, sizeof bytes);
	g_assert_cmpint(process_vm_readv(getpid(), &to, 1, &from, 1, 0), ==, (gssize)length);
	for (gsize i = OF_ALLOCATOR; i < length; i++)
		n += bytes[i] == byte ? 1 : 0;

	return n;
}

static void libcrypto_clears_what_it_moves_and_frees(void)
{
	guint8 *memory = OPENSSL_malloc(64);
	guint8 *moved = NULL;
	guintptr old_place = (guintptr)memory;
	guintptr new_place = 0;

	g_assert_cmpstr(g_getenv("MALLOC_PERTURB_"), ==, "0");
	memset(memory, 'k', 64);
	moved = OPENSSL_realloc(memory, 4096);
	new_place = (guintptr)moved;
	g_assert_cmpint(moved[0], ==, 'k');
	g_assert_cmpint(moved[63], ==, 'k');
	memset(moved, 'k', 4096);
	OPENSSL_free(moved);

	g_assert_cmpuint(count_freed(old_place, 64, 'k'), ==, 0);
	g_assert_cmpuint(count_freed(new_place, 1024, 'k'), ==, 0);
}

static void the_process_leaves_no_core(void)
{
	struct rlimit limit;

	g_assert_cmpint(getrlimit(RLIMIT_CORE, &limit), ==, 0);
	g_assert_cmpuint(limit.rlim_cur, ==, 0);
	g_assert_cmpint(prctl(PR_GET_DUMPABLE, 0, 0, 0, 0), ==, 0);
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/secret/a secret lies on the secure heap", a_secret_lies_on_the_secure_heap);
	g_test_add_func("/secret/a freed secret is cleared", a_freed_secret_is_cleared);
	g_test_add_func("/secret/shortening clears the rest", shortening_clears_the_rest);
	g_test_add_func("/secret/appending beyond the capacity changes nothing",
		appending_beyond_the_capacity_changes_nothing);
	g_test_add_func(
		"/secret/an exhausted heap gives NULL and never malloc", an_exhausted_heap_gives_null);
	g_test_add_func("/secret/equality looks at length and bytes", equality_looks_at_length_and_bytes);
	g_test_add_func("/secret/reading stops at the limit", reading_stops_at_the_limit);
	g_test_add_func("/secret/reading takes every byte to the end, NUL included",
		reading_takes_every_byte_to_the_end);
	g_test_add_func("/secret/random secrets differ", random_secrets_differ);
	g_test_add_func("/secret/libcrypto keeps content when it moves memory",
		libcrypto_clears_what_it_moves_and_frees);
	g_test_add_func("/secret/the process leaves no core", the_process_leaves_no_core);

	return g_test_run();
}
