/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a file is by its first octets, whatever its name: a private key in one of the forms in which keys are
 * kept, or something in which one may lie. Sources: RFC 7292, section 4 (PKCS#12); RFC 5958 (PKCS#8); RFC
 * 8017, appendix A.1.2 (PKCS#1); RFC 5915 (SEC1); RFC 7468 (PEM); the sources of Java's and Mozilla's key
 * stores.
 */
#pragma once

#include <glib.h>

typedef enum TfForm {
	TF_FORM_NONE,

	/* Keys. */
	TF_FORM_PKCS12,
	TF_FORM_PKCS8,
	TF_FORM_PKCS8_ENCRYPTED,
	TF_FORM_PKCS1,
	TF_FORM_SEC1,
	TF_FORM_JKS,
	TF_FORM_JCEKS,
	TF_FORM_NSS, /* a browser's key4.db, or its older key3.db */

	/* In which keys may lie. */
	TF_FORM_TEXT, /* with the beginning of a PEM or base64 key in what was looked at */
	TF_FORM_MAIL, /* one message, or many in an mbox */
	TF_FORM_ARCHIVE,
	TF_FORM_DATABASE, /* SQLite or Berkeley DB: its tables say whether it is a browser's */
	TF_N_FORMS
} TfForm;

/* So much of a file is looked at; less only where the file is shorter. */
#define TF_FORM_HEAD 4096

/* A claim of the first octets, never more: what it claims may be damaged, or something else. No octet beyond
 * 'length' is read. */
TfForm tf_form_of(const guint8 *head, gsize length);

/* The same, when it is a key in DER or BER; else NONE. */
TfForm tf_form_of_der(const guint8 *bytes, gsize length);

/* Of the sequence that begins here, its header with it; 0: it is none, or of
 * indefinite length and ends beyond these octets. */
gsize tf_form_der_size(const guint8 *bytes, gsize length);

/* So many octets stand before the first field of a mail or before an mbox's "From ": the mark of UTF-8, the
 * mail's length as Apple's Mail writes it, empty lines. */
gsize tf_form_mail_lead(const guint8 *bytes, gsize length);

/* What a letter of base64 stands for; -1: it is none. */
int tf_form_base64_value(guint8 letter);

/* Where, from 'from' on, a key begins in PEM (at its first dash) or in base64 (at its first letter; PEM in
 * base64, too, whatever its first label); -1: nowhere. What begins less than 'length' and ends beyond is
 * found when its first line is there. */
gssize tf_form_find_pem(const guint8 *bytes, gsize length, gsize from);
gssize tf_form_find_base64(const guint8 *bytes, gsize length, gsize from);

/* A text in UTF-16, behind its mark: what is ASCII in it, an octet above that for every other character.
 * '*ret_narrow' has room for half of 'length'. Returns how many there are; 0: it is no such text. */
gsize tf_form_narrow(const guint8 *bytes, gsize length, guint8 *ret_narrow);

/* Whether the base64 at 'at' is the body of a PEM block: before it stand a label's dashes and the end of
 * their line. */
gboolean tf_form_is_pem_body(const guint8 *bytes, gsize at);

gboolean tf_form_is_key(TfForm form);
const gchar *tf_form_name(TfForm form); /* "pkcs12", for --json and reports */
