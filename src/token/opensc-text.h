/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The content of an opensc.conf(5), and the one place where a reader's name gets into it. */
#pragma once

#include <glib.h>

/* 'ignored': gchar, full reader names; may be NULL. TF_ERROR_READER_HOSTILE. The caller frees. */
gchar *tf_opensc_text(const GPtrArray *ignored, GError **error) G_GNUC_WARN_UNUSED_RESULT;
