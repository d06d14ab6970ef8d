/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The MAC of a PKCS#12: of RFC 7292 (appendix B) and PBMAC1 (RFC 9579). */
#pragma once

#include <glib.h>

#include "base/secret.h"
#include "key/openssl.h"
#include "key/pkcs12.h"
#include "structure-private.h"

typedef struct TfMac {
	TfPkcs12Mac kind;
	gchar *digest;	    /* "SHA256"; of an unknown kind its name */
	gboolean is_known;  /* can be checked here */
	gboolean is_octets; /* the password is taken as octets, not as BMPString */
	guint64 rounds;
	const gchar *prf; /* PBMAC1: digest of PBKDF2's PRF */
	gsize key_length; /* PBMAC1 */
	ASN1_OCTET_STRING *salt;
	const ASN1_OCTET_STRING *expected; /* borrowed of the TfMacData */
} TfMac;

/* FALSE when it is malformed. */
gboolean tf_mac_read(const TfMacData *data, TfMac *ret_mac) G_GNUC_WARN_UNUSED_RESULT;
void tf_mac_clear(TfMac *mac);

typedef enum TfMacVerdict {
	TF_MAC_FITS,
	TF_MAC_OTHER,	    /* another password, or another content */
	TF_MAC_NO_ROOM,	    /* the secure heap is exhausted */
	TF_MAC_UNSUPPORTED, /* libcrypto knows the digest, but makes no MAC with it */
} TfMacVerdict;

/* 'password' NULL: none. */
TfMacVerdict tf_mac_verify(const TfMac *mac, const TfLibrary *library, const TfSecret *password,
	const ASN1_OCTET_STRING *content) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(TfMac, tf_mac_clear)
