/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The walk through every bag of a PKCS#12: once without a password, for what anyone can see, and once with.
 */
#pragma once

#include <glib.h>

#include "key/certificates.h"
#include "key/pkcs12.h"
#include "labels-private.h"
#include "opener-private.h"
#include "structure-private.h"

typedef struct TfKeyEntry {
	EVP_PKEY *key;	  /* NULL when libcrypto cannot read it */
	gchar *algorithm; /* as the file says */
	guint8 spki_sha256[TF_SHA256_SIZE];
	TfLabels labels;
} TfKeyEntry;

typedef struct TfCertificateEntry {
	X509 *certificate;
	TfLabels labels;
} TfCertificateEntry;

typedef struct TfBagWalk {
	const gchar *path;	     /* borrowed */
	TfOpener *opener;	     /* borrowed; NULL: nothing is unlocked */
	TfCertificates *authorities; /* borrowed; NULL: none are remembered */
	TfPkcs12Protection *protection;
	TfPkcs12Contents contents;
	GPtrArray *keys;	 /* TfKeyEntry, each key once */
	GPtrArray *certificates; /* TfCertificateEntry */
	guint64 rounds;		 /* asked for until now */
	guint n_bags;
	guint n_locked;		   /* keys that the password does not open */
	gboolean has_shrouded_key; /* seen, open or not */
	gboolean has_weak_safe;	   /* closed, under a cipher that can be broken */
} TfBagWalk;

/* 'rounds' were asked for before (by the MAC). Takes 'protection'. */
TfBagWalk *tf_bag_walk_new(
	const gchar *path, TfPkcs12Protection *protection, guint64 rounds, TfOpener *opener);
void tf_bag_walk_free(TfBagWalk *walk);

/* TF_ERROR_PIN_CODE_WRONG, TF_ERROR_SOURCE_UNSUPPORTED, _TOO_COSTLY, _DAMAGED. */
gboolean tf_bag_walk_safes(TfBagWalk *walk, const TfSafes *safes, GError **error);

/* More rounds of key derivation, within the limit of one file. TF_ERROR_SOURCE_TOO_COSTLY. */
gboolean tf_bag_walk_add_rounds(TfBagWalk *walk, guint64 rounds, GError **error);

TfPkcs12Protection *tf_protection_new(void);
void tf_protection_free(TfPkcs12Protection *protection);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfBagWalk, tf_bag_walk_free)
