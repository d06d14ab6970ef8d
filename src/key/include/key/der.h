/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What may lie behind a value: parsers stop where the value ends, and do not say what they left. */
#pragma once

#include <glib.h>

/* Whether the one value that begins here, of definite length, ends where the octets end. */
gboolean tf_der_is_one_value(const guint8 *der, gsize length);
