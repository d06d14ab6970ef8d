/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Names of return values and attributes, as scripts and logs write them. */
#pragma once

#include <glib.h>
#include <p11-kit/pkcs11.h>

/* FALSE when no row has this name. */
gboolean mock_rv_named(const gchar *name, CK_RV *ret_rv);
gboolean mock_attribute_named(const gchar *name, CK_ATTRIBUTE_TYPE *ret_type);

/* NULL for a value without a row. */
const gchar *mock_rv_name(CK_RV rv);
