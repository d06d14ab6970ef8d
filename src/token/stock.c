/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "stock.h"

#include "control.h"
#include "wrapping-pair.h"

struct TfStock {
	GHashTable *controls; /* kind_of() -> TfControlPair */
	EVP_PKEY *wrapping;   /* NULL until it is asked for */
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

	return stock;
}

void tf_stock_free(TfStock *stock)
{
	if (stock == NULL)
		return;

	g_hash_table_unref(stock->controls);
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
