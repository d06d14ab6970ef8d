/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "key/java-store.h"

#include "key/certificate.h"

#define VERSION_LEAST 1u
#define VERSION_MOST  2u /* since it a certificate is preceded by the name of its type */
#define CHAIN_LIMIT   64u
#define TAG_KEY	      1u
#define TAG_TRUSTED   2u

/* Java's DataInputStream: numbers are big-endian. */
typedef struct Stream {
	const guint8 *bytes;
	gsize length; /* what is left */
	guint32 version;
} Stream;

/* What was read. */
typedef struct Contents {
	GPtrArray *keys;     /* as tf_java_store_keys() */
	gboolean has_others; /* than trusted certificates, or what could not be read */
} Contents;

/* NULL: so much is not left. */
static const guint8 *take(Stream *stream, gsize n)
{
	const guint8 *taken = stream->bytes;

	if (n > stream->length)
		return NULL;
	stream->bytes += n;
	stream->length -= n;

	return taken;
}

/* Of 'size' octets, 4 at most. */
static gboolean take_number(Stream *stream, gsize size, guint32 *ret_number)
{
	const guint8 *octets = take(stream, size);

	*ret_number = 0;
	for (gsize i = 0; octets != NULL && i < size; i++)
		*ret_number = *ret_number << 8 | octets[i];

	return octets != NULL;
}

/* What stands behind its own length, which takes 'size' octets. */
static const guint8 *take_counted(Stream *stream, gsize size, guint32 *ret_length)
{
	return take_number(stream, size, ret_length) ? take(stream, *ret_length) : NULL;
}

static gboolean take_certificate(Stream *stream, const guint8 **ret_der, guint32 *ret_length)
{
	guint32 length = 0;

	if (stream->version > VERSION_LEAST && take_counted(stream, 2, &length) == NULL)
		return FALSE;
	*ret_der = take_counted(stream, 4, ret_length);

	return *ret_der != NULL;
}

static void add_key(GPtrArray *keys, const guint8 *der, guint32 length)
{
	g_autoptr(GBytes) bytes = g_bytes_new(der, length);
	g_autoptr(X509) certificate = tf_certificate_parse(bytes, "", NULL);
	guint8 digest[TF_SHA256_SIZE];

	if (certificate == NULL)
		return;
	tf_certificate_spki_sha256(certificate, digest);
	g_ptr_array_add(keys, g_bytes_new(digest, sizeof digest));
}

/* The first certificate of the chain is the key's own. */
static gboolean take_key(Stream *stream, GPtrArray *keys)
{
	guint32 length = 0;
	guint32 n_certificates = 0;

	if (take_counted(stream, 4, &length) == NULL || !take_number(stream, 4, &n_certificates) ||
		n_certificates > CHAIN_LIMIT)
		return FALSE;
	for (guint32 i = 0; i < n_certificates; i++) {
		const guint8 *der = NULL;

		if (!take_certificate(stream, &der, &length))
			return FALSE;
		if (i == 0)
			add_key(keys, der, length);
	}

	return TRUE;
}

/* FALSE: here reading ends. */
static gboolean take_entry(Stream *stream, Contents *contents)
{
	const guint8 *der = NULL;
	guint32 tag = 0;
	guint32 length = 0;

	/* Its alias, and when it was made. */
	if (!take_number(stream, 4, &tag) || take_counted(stream, 2, &length) == NULL ||
		take(stream, 8) == NULL)
		return FALSE;
	contents->has_others = contents->has_others || tag != TAG_TRUSTED;
	if (tag == TAG_KEY)
		return take_key(stream, contents->keys);

	return tag == TAG_TRUSTED && take_certificate(stream, &der, &length);
}

/* An entry takes octets: as many as there are end this, however many entries the store claims. */
static Contents read_store(const TfSecret *store)
{
	Contents contents = { .keys = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref) };
	Stream stream = { .bytes = tf_secret_peek(store), .length = tf_secret_length(store) };
	guint32 magic = 0;
	guint32 n_left = 0;
	gboolean is_read = take_number(&stream, 4, &magic) && take_number(&stream, 4, &stream.version) &&
			   take_number(&stream, 4, &n_left) && stream.version >= VERSION_LEAST &&
			   stream.version <= VERSION_MOST;

	for (; is_read && n_left > 0; n_left--)
		is_read = take_entry(&stream, &contents);
	contents.has_others = contents.has_others || !is_read;

	return contents;
}

gboolean tf_java_store_may_hold_keys(const TfSecret *store)
{
	Contents contents = read_store(store);

	g_ptr_array_unref(contents.keys);

	return contents.has_others;
}

GPtrArray *tf_java_store_keys(const TfSecret *store)
{
	return read_store(store).keys;
}
