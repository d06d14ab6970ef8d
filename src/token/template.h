/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The attributes of one object to be written. Values are copied; secrets are owned, and cleared when freed.
 */
#pragma once

#include "base/secret.h"
#include "cryptoki-private.h"

typedef struct TfTemplate TfTemplate;

/* 'name' is how the report calls the object: "private key". Static. */
TfTemplate *tf_template_new(const gchar *name, CK_OBJECT_CLASS class) G_GNUC_WARN_UNUSED_RESULT;
void tf_template_free(TfTemplate *template);

void tf_template_add(TfTemplate *template, CK_ATTRIBUTE_TYPE type, gconstpointer value, gsize length);
void tf_template_add_bytes(TfTemplate *template, CK_ATTRIBUTE_TYPE type, GBytes *value);
void tf_template_add_boolean(TfTemplate *template, CK_ATTRIBUTE_TYPE type, gboolean value);
void tf_template_add_number(TfTemplate *template, CK_ATTRIBUTE_TYPE type, CK_ULONG value);
void tf_template_take_secret(TfTemplate *template, CK_ATTRIBUTE_TYPE type, TfSecret *value);

const gchar *tf_template_name(const TfTemplate *template);
CK_OBJECT_CLASS tf_template_class(const TfTemplate *template);

/* Borrowed, until the template is changed. */
CK_ATTRIBUTE *tf_template_attributes(const TfTemplate *template, gulong *ret_n);

/*
 * C_CreateObject answered 'rv': leaves out the next of what some tokens refuse, least needed first,
 * CKA_EXTRACTABLE last, and adds "private key: CKA_COPYABLE" to 'dropped'. FALSE when nothing more may go, or
 * 'rv' speaks not about the template but about the token. The steps add up: which attribute a token minded,
 * it does not say. NSS answers CKR_GENERAL_ERROR to attributes it does not know, so that code lets the extras
 * go, and only them.
 */
gboolean tf_template_yield(TfTemplate *template, CK_RV rv, GPtrArray *dropped);

/* Whether 'rv' speaks about the template. */
gboolean tf_template_is_refused(CK_RV rv);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfTemplate, tf_template_free)
