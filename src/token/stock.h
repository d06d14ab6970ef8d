/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Keys of audits that cost more to make, or to find again, than all the rest of one, kept in this process
 * from one audit to the next. Each token gets objects of its own made from them; what a token refused is not
 * kept here.
 */
#pragma once

#include "base/secret.h"
#include "key/openssl.h"

typedef struct TfStock TfStock;

TfStock *tf_stock_new(void) G_GNUC_WARN_UNUSED_RESULT;
void tf_stock_free(TfStock *stock);

typedef struct TfControlPair {
	EVP_PKEY *key;
	TfSecret *encoded; /* its PrivateKeyInfo (PKCS#8), as libcrypto writes it: what C_WrapKey wraps */
} TfControlPair;

/* A pair of the type and size, or curve, of 'model'; both borrowed. NULL when libcrypto fails. */
const TfControlPair *tf_stock_control(TfStock *stock, EVP_PKEY *model);

/* The pair of tf_wrapping_pair_new(), a reference of the caller's own. NULL when libcrypto fails. */
EVP_PKEY *tf_stock_wrapping(TfStock *stock) G_GNUC_WARN_UNUSED_RESULT;

/* The value of a wrapping key of this type, one and the same each time; a copy of the caller's. NULL when the
 * secure heap is exhausted or nothing random can be had. */
TfSecret *tf_stock_value(TfStock *stock, gulong key_type, gsize length) G_GNUC_WARN_UNUSED_RESULT;

/* What 'mechanism' made of a control pair, and was taken apart here: the same pair and the same wrapping key
 * in the same bytes need not be taken apart again. */
void tf_stock_remember(TfStock *stock, gulong mechanism, const EVP_PKEY *pair, const TfSecret *wrapped);
gboolean tf_stock_remembers(
	const TfStock *stock, gulong mechanism, const EVP_PKEY *pair, const TfSecret *wrapped);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfStock, tf_stock_free)
