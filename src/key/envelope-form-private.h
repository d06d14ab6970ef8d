/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The form of an envelope, held against the standards field by field. libcrypto looks at what it needs only:
 * it takes any version, compares names whatever their case, and lets the writer choose how short the tag is.
 */
#pragma once

#include <glib.h>

#include "key/openssl.h"

/* NULL when the envelope is of the one form that is sealed here and for this recipient; else what is wrong
 * with it, in the person's language (static). */
const gchar *tf_envelope_form_objection(const guint8 *der, gsize length, X509 *recipient);
