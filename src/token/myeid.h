/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Commands of MyEID cards that more than one file here sends below PKCS#11. */
#pragma once

#include "card-channel.h"
#include "key/openssl.h"
#include "object.h"
#include "record/facts.h"

#define TF_MYEID_FIRST_KEY_FILE 0x4B01u /* pkcs15-init numbers the files of keys from here on */

/* The module and this channel must speak of one card: it may have been swapped between the two. 'data' has
 * room for an answer. TF_ERROR_TOKEN_REMOVED when it is another one, or does not say which. */
gboolean tf_myeid_check_identity(
	TfCardChannel *channel, TfSecret *data, const TfTokenFacts *token, GError **error);

/* By path from the MF: the file of that number in the application 5015. */
gboolean tf_myeid_select_file(TfCardChannel *channel, guint file, guint16 *ret_status, GError **error);

/*
 * Whose key the selected file holds, by the public part that the card tells of it: TF_HALF_UNKNOWN when it
 * says that it has none (6A88), TF_HALF_OTHER for whatever else it says.
 */
gboolean tf_myeid_compare(
	TfCardChannel *channel, TfSecret *data, EVP_PKEY *key, TfHalf *ret_half, GError **error);
