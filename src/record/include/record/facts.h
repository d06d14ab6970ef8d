/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Plain descriptions of a certificate, a token and a module: public facts that travel into ledger and report.
 */
#pragma once

#include <glib.h>
#include <jansson.h>

typedef struct TfCertificateFacts {
	gchar *subject;	    /* RFC 4514 order, UTF-8, unescaped for people */
	gchar *common_name; /* "" when there is none */
	gchar *issuer;
	gchar *issuer_common_name;
	gchar *serial;	   /* hexadecimal */
	gint64 not_before; /* seconds since the epoch, UTC */
	gint64 not_after;
	gchar *sha256;	    /* hexadecimal, of the DER certificate */
	gchar *spki_sha256; /* hexadecimal, of the DER SubjectPublicKeyInfo */
	gchar *key_type;    /* "rsa" or "ec" */
	guint bits;
} TfCertificateFacts;

typedef struct TfTokenFacts {
	gchar *label; /* trailing blanks removed, valid UTF-8 */
	gchar *manufacturer;
	gchar *model;
	gchar *serial;
	gchar *uri; /* RFC 7512, chooses exactly this token */
} TfTokenFacts;

typedef struct TfModuleFacts {
	gchar *path;
	gchar *sha256;	 /* hexadecimal, of the library file */
	gchar *package;	 /* "name version" of the package that owns it; NULL when unknown */
	gchar *let_pass; /* what speaks against it, in the words of the run that used it; NULL: nothing */
} TfModuleFacts;

/* All strings of a *_new0() result are NULL; every free accepts NULL. */
TfCertificateFacts *tf_certificate_facts_copy(const TfCertificateFacts *facts);
void tf_certificate_facts_free(TfCertificateFacts *facts);
json_t *tf_certificate_facts_to_json(const TfCertificateFacts *facts);

TfTokenFacts *tf_token_facts_copy(const TfTokenFacts *facts);
void tf_token_facts_free(TfTokenFacts *facts);
json_t *tf_token_facts_to_json(const TfTokenFacts *facts);
gboolean tf_token_facts_equal(
	const TfTokenFacts *a, const TfTokenFacts *b); /* manufacturer, model and serial */

TfModuleFacts *tf_module_facts_copy(const TfModuleFacts *facts);
void tf_module_facts_free(TfModuleFacts *facts);
json_t *tf_module_facts_to_json(const TfModuleFacts *facts);

/* The readers of what the writers above made, for values out of ledger, report or another process: each field
 * is bounded and checked. NULL when the object is not of that form. */
TfCertificateFacts *tf_certificate_facts_from_json(const json_t *object);
TfTokenFacts *tf_token_facts_from_json(const json_t *object);
TfModuleFacts *tf_module_facts_from_json(const json_t *object);

/* Dates in JSON are RFC 3339 in UTC ("2026-11-22T20:41:58Z"); a time outside the years 1 to 9999 is written
 * as the nearest one inside. FALSE when 'text' is none. */
gchar *tf_time_to_text(gint64 seconds) G_GNUC_WARN_UNUSED_RESULT;
gboolean tf_time_from_text(const gchar *text, gint64 *ret_seconds);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfCertificateFacts, tf_certificate_facts_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfTokenFacts, tf_token_facts_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfModuleFacts, tf_module_facts_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(json_t, json_decref)
