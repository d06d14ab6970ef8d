/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The key in a key file: built from the components that PUT DATA loaded, or generated into them. */
#pragma once

#include <openssl/evp.h>

#include "file-system.h"

#define CARD_COMPONENT_MODULUS	 0x80
#define CARD_COMPONENT_EXPONENT	 0x81
#define CARD_COMPONENT_PRIME_P	 0x83
#define CARD_COMPONENT_PRIME_Q	 0x84
#define CARD_COMPONENT_DP	 0x85
#define CARD_COMPONENT_DQ	 0x86
#define CARD_COMPONENT_INVERSE	 0x87
#define CARD_COMPONENT_EC_POINT	 0x86
#define CARD_COMPONENT_EC_SECRET 0x87
#define CARD_COMPONENT_SECRET	 0x88 /* of a symmetric key */

G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_PKEY, EVP_PKEY_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_PKEY_CTX, EVP_PKEY_CTX_free)

/* NULL when there is no such component. */
GBytes *card_key_component(const CardFile *file, guint8 component);
void card_key_set_component(CardFile *file, guint8 component, gconstpointer bytes, gsize length);

/* NULL when a component is missing, or they do not belong together. */
EVP_PKEY *card_key_build(const CardFile *file);

/* The other side's public key on the same curve; NULL when the point is not on it. */
EVP_PKEY *card_key_build_peer(const CardFile *file, const guint8 *point, gsize length);

/* FALSE when OpenSSL knows no key of this type and size. */
gboolean card_key_generate(CardFile *file);
