/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* libcrypto for our own use: a library context of ours with default and legacy, and scope cleanup for its
 * types. */
#pragma once

#include <glib.h>
#include <openssl/bn.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

/*
 * An OSSL_LIB_CTX with the default and legacy providers and no configuration file: the system's openssl.cnf
 * plays no part, and the default context stays clean. For key derivation and old ciphers only: keys and
 * certificates belong to the default context, because they outlive a library. NULL with TF_ERROR_SYSTEM when
 * legacy cannot be loaded.
 */
typedef struct TfLibrary TfLibrary;
TfLibrary *tf_library_new(GError **error) G_GNUC_WARN_UNUSED_RESULT;
void tf_library_free(TfLibrary *library);
OSSL_LIB_CTX *tf_library_context(const TfLibrary *library);

static inline void tf_x509_stack_free(STACK_OF(X509) * stack)
{
	sk_X509_pop_free(stack, X509_free);
}

typedef STACK_OF(X509) TfX509Stack;

G_DEFINE_AUTOPTR_CLEANUP_FUNC(X509_CRL, X509_CRL_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfLibrary, tf_library_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfX509Stack, tf_x509_stack_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(X509, X509_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_PKEY, EVP_PKEY_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_PKEY_CTX, EVP_PKEY_CTX_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_MD_CTX, EVP_MD_CTX_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BIGNUM, BN_clear_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BIO, BIO_free_all)
