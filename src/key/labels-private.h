/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The attributes of a PKCS#12 bag (RFC 7292, 4.2; RFC 2985, 5.5): public, and of any type whatever. */
#pragma once

#include <glib.h>
#include <openssl/x509.h>

typedef struct TfLabels {
	gchar *friendly_name; /* NULL when there is none */
	GBytes *local_key_id; /* NULL when there is none */
	GPtrArray *names;     /* gchar: of all attributes, each once */
} TfLabels;

/* Adds to what 'labels' holds; the first of two friendly names stands. 'attributes' may be NULL. */
void tf_labels_add(TfLabels *labels, const STACK_OF(X509_ATTRIBUTE) * attributes);
void tf_labels_init(TfLabels *labels);
void tf_labels_clear(TfLabels *labels);

/* Whether they are such as programs write beside a key, each of them too small, or of a type, for another key
 * to lie in it. NULL: TRUE. */
gboolean tf_labels_are_harmless(const STACK_OF(X509_ATTRIBUTE) * attributes);

/* Adds a copy of 'name' to an array of gchar unless it is there. */
void tf_names_add(GPtrArray *names, const gchar *name);
