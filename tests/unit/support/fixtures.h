/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Keys, certificates, revocation lists and PKCS#12 files for tests, made in this process. Everything here
 * asserts: a fixture that cannot be made is a broken test machine. Results are owned by the caller.
 */
#pragma once

#include <glib.h>

#include "key/openssl.h"

/* Times of the usual certificate: fixed, so that a test never depends on today. */
#define TF_FIXTURE_NOT_BEFORE G_GINT64_CONSTANT(1767225600) /* 2026-01-01T00:00:00Z */
#define TF_FIXTURE_NOT_AFTER  G_GINT64_CONSTANT(1924991999) /* 2030-12-31T23:59:59Z */

/* 'type' is "rsa1024" … "rsa4096" (any size), "ec256", "ec384", or "ec" and an OpenSSL curve name
 * ("ec:secp521r1"). An RSA key is one of the build's stock (tests/keys) that this process did not have yet,
 * and only when there is none a new one. */
EVP_PKEY *tf_fixture_key(const gchar *type);
EVP_PKEY *tf_fixture_draw(const gchar *type); /* always a new one */

typedef struct TfFixtureCertificate {
	EVP_PKEY *key;		   /* whose public half is certified; required */
	const gchar *name;	   /* CN of the subject, UTF-8; required */
	const gchar *organization; /* O of the subject; NULL: none */
	X509 *issuer;		   /* NULL: self-signed by 'key' */
	EVP_PKEY *issuer_key;
	gint64 not_before;     /* 0: TF_FIXTURE_NOT_BEFORE */
	gint64 not_after;      /* 0: TF_FIXTURE_NOT_AFTER */
	const gchar *usage;    /* keyUsage as in openssl.cnf: "critical,digitalSignature,nonRepudiation";
				  NULL: no such extension */
	gboolean is_authority; /* basicConstraints CA:TRUE */
	guint64 serial;	       /* 0: drawn at random */
} TfFixtureCertificate;

X509 *tf_fixture_certificate(const TfFixtureCertificate *wanted);

/* The usual family: a self-signed root, an intermediate named 'issuer_name', and the member's certificate,
 * keyUsage digitalSignature and nonRepudiation. */
typedef struct TfFixtureMember {
	EVP_PKEY *key;
	X509 *certificate;
	TfX509Stack *chain; /* intermediate, root */
	EVP_PKEY *issuer_key;
	EVP_PKEY *root_key;
} TfFixtureMember;

TfFixtureMember *tf_fixture_member(const gchar *key_type, const gchar *name, const gchar *issuer_name);
void tf_fixture_member_free(TfFixtureMember *member);

/* The content of a .p12 as OpenSSL 3 writes it by default (PBES2 AES-256-CBC, SHA-256 MAC), few iterations.
 * 'certificate', 'chain', 'friendly_name' may be NULL; so may 'password' (absent). */
GBytes *tf_fixture_pkcs12(EVP_PKEY *key, X509 *certificate, const TfX509Stack *chain,
	const gchar *friendly_name, const gchar *password);

/* The same written to a file, 0600. */
void tf_fixture_write_pkcs12(const TfFixtureMember *member, const gchar *path, const gchar *password);
void tf_fixture_write(const gchar *path, GBytes *bytes);

/* PEM and DER texts. The private key as PKCS#8, unencrypted: for feeding other programs in a temporary
 * directory. */
GBytes *tf_fixture_certificate_pem(X509 *certificate);
GBytes *tf_fixture_key_pem(EVP_PKEY *key);

/* The same in DER; under PBES2 with a password. */
GBytes *tf_fixture_pkcs8(EVP_PKEY *key, const gchar *password);

/* A DER CRL of 'issuer' that revokes 'revoked' (NULL: nobody) at 'this_update'. 'next_update' 0: none. */
GBytes *tf_fixture_crl(
	X509 *issuer, EVP_PKEY *issuer_key, X509 *revoked, gint64 this_update, gint64 next_update);

/* A private temporary directory, and its removal with everything below. */
gchar *tf_fixture_directory(void);
void tf_fixture_remove(const gchar *directory);

/* Runs a program to its end in 'directory'; asserts that it succeeds. Arguments end with NULL. */
void tf_fixture_run(const gchar *directory, const gchar *program, ...) G_GNUC_NULL_TERMINATED;

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfFixtureMember, tf_fixture_member_free)
