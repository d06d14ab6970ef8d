/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The string types of ASN.1 as valid UTF-8. */
#pragma once

#include <glib.h>
#include <openssl/asn1.h>
#include <openssl/x509.h>

/* NULL when 'string' is none of the character string types or breaks the rules of its own. NUL and what is
 * not UTF-8 become U+FFFD. */
gchar *tf_text_of_string(const ASN1_STRING *string) G_GNUC_WARN_UNUSED_RESULT;

/* As a person reads it, most specific part first: "CN=山田 太郎, O=Example, C=JP". Controls become \HH,
 * nothing else is escaped: for showing, never for comparing or parsing. */
gchar *tf_text_of_name(const X509_NAME *name) G_GNUC_WARN_UNUSED_RESULT;

/* The most specific CN; "" when there is none. */
gchar *tf_text_of_common_name(const X509_NAME *name) G_GNUC_WARN_UNUSED_RESULT;

/* The short name if libcrypto knows one, else the dotted form. */
gchar *tf_text_of_object(const ASN1_OBJECT *object) G_GNUC_WARN_UNUSED_RESULT;
