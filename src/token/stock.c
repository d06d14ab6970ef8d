/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "stock.h"

#include "base/hex.h"
#include "control.h"
#include "wrapping-pair.h"

struct TfStock {
	GHashTable *controls; /* kind_of() -> TfControlPair */
	EVP_PKEY *wrapping;   /* NULL until it is asked for */
	GHashTable *values;   /* type of key -> TfSecret */
	GHashTable *opened;   /* name_of() -> SHA-256, hexadecimal */
};

static void pair_free(gpointer data)
{
	TfControlPair *pair = data;

	EVP_PKEY_free(pair->key);
	tf_secret_free(pair->encoded);
	g_free(pair);
}

TfStock *tf_stock_new(void)
{
	TfStock *stock = g_new0(TfStock, 1);

	stock->controls = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, pair_free);
	stock->values = g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)tf_secret_free);
	stock->opened = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);

	return stock;
}

void tf_stock_free(TfStock *stock)
{
	if (stock == NULL)
		return;

	g_hash_table_unref(stock->controls);
	g_hash_table_unref(stock->values);
	g_hash_table_unref(stock->opened);
	EVP_PKEY_free(stock->wrapping);
	g_free(stock);
}

/* NULL for a key that is neither RSA nor of a named curve. */
static gchar *kind_of(EVP_PKEY *model)
{
	gchar group[64];

	if (EVP_PKEY_is_a(model, "RSA") == 1)
		return g_strdup_printf("RSA %d", EVP_PKEY_get_bits(model));
	if (EVP_PKEY_get_group_name(model, group, sizeof(group), NULL) != 1)
		return NULL;

	return g_strdup_printf("EC %s", group);
}

const TfControlPair *tf_stock_control(TfStock *stock, EVP_PKEY *model)
{
	g_autofree gchar *kind = kind_of(model);
	TfControlPair *pair = kind != NULL ? g_hash_table_lookup(stock->controls, kind) : NULL;
	g_autoptr(EVP_PKEY) key = NULL;
	g_autoptr(TfSecret) encoded = NULL;

	if (kind == NULL || pair != NULL)
		return pair;
	key = tf_control_draw(model);
	encoded = key != NULL ? tf_control_encode(key) : NULL;
	if (encoded == NULL)
		return NULL;
	pair = g_new0(TfControlPair, 1);
	pair->encoded = g_steal_pointer(&encoded);
	pair->key = g_steal_pointer(&key);
	(void)g_hash_table_insert(stock->controls, g_steal_pointer(&kind), pair);

	return pair;
}

EVP_PKEY *tf_stock_wrapping(TfStock *stock)
{
	if (stock->wrapping == NULL)
		stock->wrapping = tf_wrapping_pair_new();
	if (stock->wrapping == NULL || EVP_PKEY_up_ref(stock->wrapping) != 1)
		return NULL;

	return stock->wrapping;
}

TfSecret *tf_stock_value(TfStock *stock, gulong key_type, gsize length)
{
	gpointer type = GSIZE_TO_POINTER(key_type);
	TfSecret *value = g_hash_table_lookup(stock->values, type);

	if (value == NULL) {
		value = tf_secret_new_random(length);
		if (value == NULL)
			return NULL;
		(void)g_hash_table_insert(stock->values, type, value);
	}
	g_assert_cmpuint(tf_secret_length(value), ==, length);

	return tf_secret_new_copy(tf_secret_peek(value), length);
}

static gchar *name_of(gulong mechanism, const EVP_PKEY *pair)
{
	return g_strdup_printf("%lx %p", mechanism, (const void *)pair);
}

static gchar *digest_of(const TfSecret *wrapped)
{
	guint8 digest[TF_SHA256_SIZE];

	tf_sha256(tf_secret_peek(wrapped), tf_secret_length(wrapped), digest);

	return tf_hex(digest, sizeof digest);
}

void tf_stock_remember(TfStock *stock, gulong mechanism, const EVP_PKEY *pair, const TfSecret *wrapped)
{
	(void)g_hash_table_replace(stock->opened, name_of(mechanism, pair), digest_of(wrapped));
}

gboolean tf_stock_remembers(
	const TfStock *stock, gulong mechanism, const EVP_PKEY *pair, const TfSecret *wrapped)
{
	g_autofree gchar *name = name_of(mechanism, pair);
	g_autofree gchar *digest = digest_of(wrapped);

	return g_strcmp0(g_hash_table_lookup(stock->opened, name), digest) == 0;
}
