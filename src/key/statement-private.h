/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The text that a token signs. A domain line, then one 'name: value' line per field, each exactly once and in
 * this order, ended by a newline:
 *
 *     tokenferry challenge 1
 *     ledger: 9f0c…                      UUID
 *     row: 12                            decimal
 *     certificate: 5d41…                 SHA-256, lower-case hexadecimal
 *     source: 0000…                      SHA-256, lower-case hexadecimal
 *     manufacturer: Example%20Corp       of the token, as it tells them
 *     model: …
 *     serial: …
 *     random: 7b52…                      32 bytes, lower-case hexadecimal
 *
 * Strings keep letters, digits and -._~ and give every other octet as %XX (RFC 3986, 2.1), so that no value
 * can make a line. There is one text for one set of values, and no other text is read.
 */
#pragma once

#include <glib.h>

#include "key/proof.h"

#define TF_STATEMENT_RANDOM_SIZE 32

typedef struct TfStatement {
	gchar *ledger;
	gint64 row;
	guint8 certificate_sha256[TF_SHA256_SIZE];
	guint8 source_sha256[TF_SHA256_SIZE];
	gchar *manufacturer;
	gchar *model;
	gchar *serial;
	guint8 random[TF_STATEMENT_RANDOM_SIZE];
} TfStatement;

GBytes *tf_statement_write(const TfChallengeContext *context,
	const guint8 random[TF_STATEMENT_RANDOM_SIZE]) G_GNUC_WARN_UNUSED_RESULT;

/* NULL when 'text' is not byte for byte what tf_statement_write() makes of its values. */
TfStatement *tf_statement_read(GBytes *text) G_GNUC_WARN_UNUSED_RESULT;
void tf_statement_free(TfStatement *statement);

gboolean tf_statement_is_about_token(
	const TfStatement *statement, const gchar *manufacturer, const gchar *model, const gchar *serial);

/* Every field but the random bytes. */
gboolean tf_statement_fits(const TfStatement *statement, const TfChallengeContext *expected);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfStatement, tf_statement_free)
