/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "key/keypair.h"

struct TfKeypair {
	EVP_PKEY *key;
	X509 *certificate;
	TfX509Stack *chain;
	gchar *friendly_name;
};

/* Checks nothing. Takes 'chain' over, adds references to the others. */
TfKeypair *tf_keypair_assemble(EVP_PKEY *key, X509 *certificate, TfX509Stack *chain,
	const gchar *friendly_name) G_GNUC_WARN_UNUSED_RESULT;
