/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A secret lives in a TfSecret, a BN_secure_new() or an EVP_PKEY and nowhere else. A TfSecret lies on
 * libcrypto's secure heap (locked, not dumped, guard pages) and is cleared when freed.
 */
#pragma once

#include <glib.h>

typedef struct TfSecret TfSecret;

/*
 * Must be the very first call of every program of ours, before anything touches libcrypto: installs the
 * clearing allocator (without it a PKCS#12 parse leaves the key readable in the heap), makes the secure heap,
 * and forbids core dumps (PR_SET_DUMPABLE 0, RLIMIT_CORE 0). Ends the process when libcrypto refuses: there
 * is no safe way on.
 */
void tf_secret_setup(void);

/* FALSE when the secure heap could not be locked into RAM (RLIMIT_MEMLOCK): it may then be swapped. */
gboolean tf_secret_heap_is_locked(void);

/* Room for 'capacity' bytes, length 0. NULL when the secure heap is exhausted; never falls back to malloc().
 */
TfSecret *tf_secret_new(gsize capacity) G_GNUC_WARN_UNUSED_RESULT;
TfSecret *tf_secret_new_copy(gconstpointer bytes, gsize length) G_GNUC_WARN_UNUSED_RESULT;

/* 'length' bytes of the private random generator; NULL when it or the secure heap fails. */
TfSecret *tf_secret_new_random(gsize length) G_GNUC_WARN_UNUSED_RESULT;

/* Clears, then frees. Accepts NULL. */
void tf_secret_free(TfSecret *secret);

/* Borrowed for one call; never NUL-terminated. */
const guint8 *tf_secret_peek(const TfSecret *secret);
gsize tf_secret_length(const TfSecret *secret);
gsize tf_secret_capacity(const TfSecret *secret);

/* For filling in place: the buffer of 'capacity' bytes; then tf_secret_set_length(). Shrinking clears the
 * rest. */
guint8 *tf_secret_buffer(TfSecret *secret);
void tf_secret_set_length(TfSecret *secret, gsize length);

/* FALSE, with the secret unchanged, when 'bytes' do not fit. */
gboolean tf_secret_append(TfSecret *secret, gconstpointer bytes, gsize length);

/* In constant time for equal lengths. */
gboolean tf_secret_equal(const TfSecret *a, const TfSecret *b);

/* Reads to end of file, at most 'limit' bytes. TF_ERROR_SECRET_SOURCE when more come or reading fails;
 * 'name' says where from. The descriptor stays open. */
TfSecret *tf_secret_read(int fd, gsize limit, const gchar *name, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfSecret, tf_secret_free)
