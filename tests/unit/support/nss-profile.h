/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The key store of a browser, made by NSS's own programs in a folder of its own. Everything asserts. */
#pragma once

#include "base/secret.h"
#include "fixtures.h"
#include "token/nss-store.h"

#define TF_NSS_PROFILE_PASSWORD "primary 4711"

typedef struct TfNssProfile {
	gchar *directory; /* resolved */
	gchar *database;  /* "sql:DIRECTORY" */
	gchar *password_file;
} TfNssProfile;

/* Without a primary password, or with TF_NSS_PROFILE_PASSWORD. */
TfNssProfile *tf_nss_profile_new(gboolean has_password);
void tf_nss_profile_free(TfNssProfile *profile);

/* Imports the key as a browser would, its chain with it. */
void tf_nss_profile_add(const TfNssProfile *profile, const TfFixtureMember *member, const gchar *label);

/* A certificate beside those that are there. */
void tf_nss_profile_add_certificate(const TfNssProfile *profile, X509 *certificate, const gchar *label);

/* A secret of this text. */
TfSecret *tf_nss_profile_secret(const gchar *text);

/* Opened for writing, logged in where there is a password. */
TfNssStore *tf_nss_profile_open(const TfNssProfile *profile);

/* What lies in a database file, byte for byte. */
GBytes *tf_nss_profile_read(const TfNssProfile *profile, const gchar *name);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfNssProfile, tf_nss_profile_free)
