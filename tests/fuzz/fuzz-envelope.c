/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * An envelope is hostile until its tag was checked: whatever the bytes, its words or an error. Each input is
 * read as an envelope, and written over a good one at the place that its first two octets name: so that what
 * lies deep is reached.
 */
#include <string.h>

#include "base/error.h"
#include "fixtures.h"
#include "key/envelope.h"

#define WORDS "words"

typedef struct Target {
	EVP_PKEY *key;
	X509 *certificate;
	GBytes *envelope;
} Target;

static Target target;

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	g_autoptr(TfSecret) words = NULL;

	(void)argc;
	(void)argv;
	tf_secret_setup();
	words = tf_secret_new_copy(WORDS, strlen(WORDS));
	target.key = tf_fixture_key("ec256");
	target.certificate =
		tf_fixture_certificate(&(TfFixtureCertificate){ .key = target.key, .name = "Federation" });
	target.envelope = tf_envelope_seal(words, target.certificate, NULL);
	g_assert_nonnull(target.envelope);

	return 0;
}

static void try_open(const guint8 *bytes, gsize size)
{
	g_autoptr(GBytes) envelope = g_bytes_new(bytes, size);
	g_autoptr(GError) error = NULL;
	g_autoptr(TfSecret) words =
		tf_envelope_open(envelope, target.key, target.certificate, "fuzz.p7m", &error);

	g_assert((words == NULL) == (error != NULL));
	if (words == NULL)
		g_assert(g_error_matches(error, TF_ERROR, TF_ERROR_ENVELOPE_UNREADABLE));
	else
		g_assert(g_bytes_equal(envelope, target.envelope));
}

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
	gsize length = g_bytes_get_size(target.envelope);
	g_autofree guint8 *changed = g_memdup2(g_bytes_get_data(target.envelope, NULL), length);
	gsize at = size > 2 ? (((gsize)data[0] << 8) | data[1]) % length : 0;

	try_open(data, size);
	if (size > 2)
		memcpy(changed + at, data + 2, MIN(size - 2, length - at));
	try_open(changed, length);

	return 0;
}
