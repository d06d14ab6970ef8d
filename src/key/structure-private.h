/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The structures of RFC 7292 as ASN.1 templates of our own, because libcrypto's leave no way to the bytes
 * under the MAC, to bags of types they do not know, or to nested SafeContents (which older releases take for
 * a SET). What they hold is allocated by libcrypto and cleared when freed.
 */
#pragma once

#include <glib.h>
#include <openssl/asn1t.h>
#include <openssl/pkcs12.h>
#include <openssl/pkcs7.h>
#include <openssl/x509.h>

/* MacData; 'mac' is the DigestInfo. */
typedef struct TfMacData {
	X509_SIG *mac;
	ASN1_OCTET_STRING *salt;
	ASN1_INTEGER *iterations; /* NULL: 1 */
} TfMacData;

typedef struct TfPfx {
	ASN1_INTEGER *version;
	PKCS7 *auth_safe;
	TfMacData *mac_data; /* NULL without MAC */
} TfPfx;

/* SafeBag, its value not yet looked into. */
typedef struct TfBag {
	ASN1_OBJECT *type;
	ASN1_TYPE *value;
	STACK_OF(X509_ATTRIBUTE) * attributes; /* NULL when there are none */
} TfBag;

/* CertBag and its like: a type and a value. */
typedef struct TfTypedValue {
	ASN1_OBJECT *type;
	ASN1_TYPE *value;
} TfTypedValue;

DEFINE_STACK_OF(TfBag)

typedef STACK_OF(TfBag) TfBags;
typedef STACK_OF(PKCS7) TfSafes;

/* All of these return NULL when 'der' (BER is taken too) is not of that form. '*ret_has_tail' (NULL: not
 * asked): behind the value come octets that are no padding. */
TfPfx *tf_pfx_parse(const guint8 *der, gsize length, gboolean *ret_has_tail) G_GNUC_WARN_UNUSED_RESULT;
void tf_pfx_free(TfPfx *pfx);

TfSafes *tf_safes_parse(const ASN1_OCTET_STRING *content, gboolean *ret_has_tail) G_GNUC_WARN_UNUSED_RESULT;
void tf_safes_free(TfSafes *safes);

/* A SEQUENCE OF SafeBag, or the SET OF that older libcryptos write for nested ones. */
TfBags *tf_bags_parse(const guint8 *der, gsize length, gboolean *ret_has_tail) G_GNUC_WARN_UNUSED_RESULT;
void tf_bags_free(TfBags *bags);

TfTypedValue *tf_typed_value_parse(const ASN1_TYPE *value) G_GNUC_WARN_UNUSED_RESULT;
void tf_typed_value_free(TfTypedValue *typed);

/* The DER under a SEQUENCE or SET held as ANY, borrowed; length 0 when it is another type. */
const guint8 *tf_any_der(const ASN1_TYPE *value, gsize *ret_length);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfPfx, tf_pfx_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfSafes, tf_safes_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfBags, tf_bags_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfTypedValue, tf_typed_value_free)
