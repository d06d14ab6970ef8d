/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What of a file's bag attributes a token takes. */
#pragma once

#include "key/pkcs12.h"

/*
 * The label for the objects on the token: the friendlyName, when it is plain ASCII as clients need it, else
 * the certificate's common name. The caller frees it, and the two arrays of names (gchar): the attributes of
 * key 'index' that are carried over, and those that are not.
 */
gchar *tf_attributes_sort(const TfPkcs12 *pkcs12, guint index, const TfKeypair *keypair,
	GPtrArray **ret_carried, GPtrArray **ret_dropped) G_GNUC_WARN_UNUSED_RESULT;
