/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Certificates of authorities, which come with every file: a process that reads one file after the other
 * decodes each only once. */
#pragma once

#include <glib.h>

#include "key/openssl.h"

typedef struct TfCertificates TfCertificates;
TfCertificates *tf_certificates_new(void) G_GNUC_WARN_UNUSED_RESULT;
void tf_certificates_free(TfCertificates *certificates);

/*
 * The certificate that begins at *at (DER), a reference for the caller, and *at after it; NULL when there is
 * none. An authority's is remembered by all of its bytes, as long as there is room; 'certificates' NULL:
 * nothing is.
 */
X509 *tf_certificates_read(
	TfCertificates *certificates, const guint8 **at, gsize length) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfCertificates, tf_certificates_free)
