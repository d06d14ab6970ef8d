/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Objects of a token: found, read, created and destroyed with every answer of the module bounded. */
#pragma once

#include "key/openssl.h"
#include "record/evidence.h"
#include "session-private.h"

/* Handles (CK_OBJECT_HANDLE) of what fits 'template'; at most TF_TOKEN_OBJECT_LIMIT, more is an error. */
GArray *tf_objects_find(TfSession *session, const CK_ATTRIBUTE *template, gulong n_attributes,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The same for the objects of one class, with one CKA_ID ('id' NULL: any). */
GArray *tf_objects_of_class(
	TfSession *session, CK_OBJECT_CLASS class, GBytes *id, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * One public attribute. *ret_value is NULL, and the result TRUE, when the object has no such attribute or
 * does not show it; FALSE when the token fails. A private component is never read here (g_assert): a GBytes
 * is no place for one.
 */
gboolean tf_object_read(TfSession *session, CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type,
	GBytes **ret_value, GError **error);
/* TF_CLAIM_UNKNOWN when the object does not tell. */
gboolean tf_object_read_boolean(TfSession *session, CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type,
	TfClaim *ret_value, GError **error);
/* Many of them, in one call where the token answers: it need not stop at one that it does not have (2.40,
 * 5.7.5), and what it left out is asked for by itself. */
gboolean tf_object_read_booleans(TfSession *session, CK_OBJECT_HANDLE object, const CK_ATTRIBUTE_TYPE *types,
	gsize n_types, TfClaim *ret_values, GError **error);
/* CKA_LABEL as valid UTF-8; "" when the object has none. */
gboolean tf_object_read_label(TfSession *session, CK_OBJECT_HANDLE object, gchar **ret_label, GError **error);

/* The certificate in a certificate object; *ret_certificate is NULL when its CKA_VALUE is none. */
gboolean tf_object_read_certificate(
	TfSession *session, CK_OBJECT_HANDLE object, X509 **ret_certificate, GError **error);

typedef enum TfHalf {
	TF_HALF_SAME,
	TF_HALF_OTHER,
	TF_HALF_UNKNOWN, /* the object shows neither modulus nor point */
} TfHalf;

/* Whether a private or public key object is of the key pair that 'key' (any half) belongs to, by its modulus
 * or point. */
gboolean tf_object_compare(
	TfSession *session, CK_OBJECT_HANDLE object, EVP_PKEY *key, TfHalf *ret_half, GError **error);

/* The same for a certificate object. */
gboolean tf_object_compare_certificate(
	TfSession *session, CK_OBJECT_HANDLE object, EVP_PKEY *key, TfHalf *ret_half, GError **error);

/*
 * The same for a private key that need not show its public half: where it does not (EC keys of most tokens),
 * the public key and certificate objects with its CKA_ID are asked.
 */
gboolean tf_object_compare_private(
	TfSession *session, CK_OBJECT_HANDLE object, EVP_PKEY *key, TfHalf *ret_half, GError **error);

typedef gboolean (*TfObjectCompare)(
	TfSession *session, CK_OBJECT_HANDLE object, EVP_PKEY *key, TfHalf *ret_half, GError **error);

/* The classes of objects that a key pair has, and how to know whose one is. In the order in which they may be
 * destroyed: while the private key is there, what tells whose it is is there as well. */
typedef struct TfObjectKind {
	CK_OBJECT_CLASS class;
	TfObjectCompare compare;
} TfObjectKind;
#define TF_N_OBJECT_KINDS 3
extern const TfObjectKind tf_object_kinds[TF_N_OBJECT_KINDS];

gboolean tf_object_destroy(TfSession *session, CK_OBJECT_HANDLE object, GError **error);
