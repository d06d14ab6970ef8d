/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a key store of Java (JKS, JCEKS) shows without its password: whether there are keys in it at all, and
 * whose, by their certificates. Source: the JDK's JavaKeyStore.engineLoad() and JceKeyStore.engineLoad().
 */
#pragma once

#include "base/secret.h"

/* FALSE only for one of which every entry was read, and that holds nothing but certificates that are trusted:
 * every Java comes with such a one. */
gboolean tf_java_store_may_hold_keys(const TfSecret *store);

/*
 * GBytes: the SHA-256 of the SubjectPublicKeyInfo of each private key's own certificate, in their order;
 * never NULL. What cannot be read, and all that follows a secret key, whose length no octet states, is left
 * out: that a key is not among them says nothing.
 */
GPtrArray *tf_java_store_keys(const TfSecret *store) G_GNUC_WARN_UNUSED_RESULT;
