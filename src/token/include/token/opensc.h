/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What OpenSC is told before opensc-pkcs11 or one of its tools runs: an opensc.conf of our own, named by
 * OPENSC_CONF, so that neither the system's nor the user's has a say. Internal card drivers only, no file
 * cache, no log, all readers in as many slots as there can be, and the named readers ignored.
 */
#pragma once

#include <glib.h>

typedef struct TfOpensc TfOpensc;

/*
 * Writes the file into a new directory (0700) below the user's runtime or temporary directory, durable for as
 * long as the object lives. 'ignored' (gchar, full reader names; may be NULL): matched by OpenSC as
 * substrings, so a reader whose name contains an ignored one is ignored as well. TF_ERROR_READER_HOSTILE for
 * a name that is not safe, TF_ERROR_OUTPUT_FAILED.
 */
TfOpensc *tf_opensc_new(const GPtrArray *ignored, GError **error) G_GNUC_WARN_UNUSED_RESULT;
const gchar *tf_opensc_path(const TfOpensc *opensc);

/* Removes file and directory. */
void tf_opensc_free(TfOpensc *opensc);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfOpensc, tf_opensc_free)
