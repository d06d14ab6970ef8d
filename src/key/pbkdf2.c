/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SHA256_Transform() has no successor that works on a state of the caller's. */
#define OPENSSL_SUPPRESS_DEPRECATED

#include "pbkdf2-private.h"

#include <openssl/sha.h>
#include <string.h>

#define BLOCK	     ((gsize)SHA256_CBLOCK)
#define DIGEST	     ((gsize)SHA256_DIGEST_LENGTH)
#define N_WORDS	     8u
#define PADDING	     0x80u
#define INNER	     0x36u /* RFC 2104 */
#define OUTER	     0x5cu
#define BITS_AT	     (BLOCK - 2)
#define BITS_OF_TWO  ((BLOCK + DIGEST) * 8) /* a block of the key and a digest */
#define LENGTH_LIMIT 64u

/* All of it depends on the password. */
typedef struct Work {
	SHA256_CTX inner; /* after the block of the key */
	SHA256_CTX outer;
	SHA256_CTX state;
	guint8 key[SHA256_CBLOCK];
	guint8 block[SHA256_CBLOCK]; /* a digest as the last block of a message of two */
	guint8 sum[SHA256_DIGEST_LENGTH];
} Work;

static void write_digest(const SHA256_CTX *state, guint8 digest[SHA256_DIGEST_LENGTH])
{
	for (gsize i = 0; i < N_WORDS; i++) {
		guint32 word = GUINT32_TO_BE(state->h[i]);

		memcpy(digest + i * sizeof word, &word, sizeof word);
	}
}

static void begin(Work *work, SHA256_CTX *state, guint8 mask)
{
	for (gsize i = 0; i < BLOCK; i++)
		work->block[i] = work->key[i] ^ mask;
	(void)SHA256_Init(state);
	(void)SHA256_Update(state, work->block, BLOCK);
}

/* A key longer than a block is its digest (RFC 2104). */
static void set_key(Work *work, const TfSecret *password)
{
	gsize length = password != NULL ? tf_secret_length(password) : 0;

	memset(work->key, 0, BLOCK);
	if (length > BLOCK)
		(void)SHA256(tf_secret_peek(password), length, work->key);
	else if (length > 0)
		memcpy(work->key, tf_secret_peek(password), length);
	begin(work, &work->inner, INNER);
	begin(work, &work->outer, OUTER);
	memset(work->block, 0, BLOCK);
	work->block[DIGEST] = PADDING;
	work->block[BITS_AT] = (guint8)(BITS_OF_TWO >> 8);
	work->block[BITS_AT + 1] = (guint8)(BITS_OF_TWO & 0xffu);
}

/* HMAC of the digest in the block, into the block. */
static void turn(Work *work)
{
	work->state = work->inner;
	SHA256_Transform(&work->state, work->block);
	write_digest(&work->state, work->block);
	work->state = work->outer;
	SHA256_Transform(&work->state, work->block);
	write_digest(&work->state, work->block);
}

/* HMAC of salt and index, into the block. */
static void first_turn(Work *work, const guint8 *salt, gsize salt_length, guint32 index)
{
	guint32 number = GUINT32_TO_BE(index);

	work->state = work->inner;
	(void)SHA256_Update(&work->state, salt, salt_length);
	(void)SHA256_Update(&work->state, &number, sizeof number);
	(void)SHA256_Final(work->block, &work->state);
	work->state = work->outer;
	SHA256_Transform(&work->state, work->block);
	write_digest(&work->state, work->block);
}

static void make_part(Work *work, const guint8 *salt, gsize salt_length, guint32 index, guint64 rounds)
{
	first_turn(work, salt, salt_length, index);
	memcpy(work->sum, work->block, DIGEST);
	for (guint64 i = 1; i < rounds; i++) {
		turn(work);
		for (gsize j = 0; j < DIGEST; j++)
			work->sum[j] ^= work->block[j];
	}
}

gboolean tf_pbkdf2_sha256(const TfSecret *password, const guint8 *salt, gsize salt_length, guint64 rounds,
	TfSecret *key, gsize length)
{
	g_autoptr(TfSecret) memory = tf_secret_new(sizeof(Work));
	Work *work = NULL;

	if (memory == NULL || length > LENGTH_LIMIT || tf_secret_capacity(key) < length)
		return FALSE;
	work = (Work *)(gpointer)tf_secret_buffer(memory);
	set_key(work, password);
	for (gsize done = 0; done < length; done += DIGEST) {
		make_part(work, salt, salt_length, (guint32)(done / DIGEST) + 1, rounds);
		memcpy(tf_secret_buffer(key) + done, work->sum, MIN(DIGEST, length - done));
	}
	tf_secret_set_length(key, length);

	return TRUE;
}
