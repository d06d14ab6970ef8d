/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/hex.h"

#include <string.h>

#include "base/secret.h"

static void bytes_come_back_from_their_hexadecimal_text(void)
{
	const guint8 bytes[] = { 0x00, 0x7f, 0x80, 0xff };
	g_autofree gchar *text = tf_hex(bytes, sizeof bytes);
	g_autoptr(GBytes) back = tf_unhex(text);

	g_assert_cmpstr(text, ==, "007f80ff");
	g_assert_cmpmem(g_bytes_get_data(back, NULL), (int)g_bytes_get_size(back), bytes, sizeof bytes);
}

static void what_is_no_hexadecimal_is_refused(void)
{
	g_assert_null(tf_unhex("abc"));
	g_assert_null(tf_unhex("0g"));
	g_assert_null(tf_unhex(" 1"));
}

static void the_digest_is_that_of_the_standard(void)
{
	guint8 digest[TF_SHA256_SIZE];
	g_autofree gchar *text = NULL;

	tf_sha256("abc", 3, digest);
	text = tf_hex(digest, sizeof digest);

	/* FIPS 180-4, example of one block. */
	g_assert_cmpstr(text, ==, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

static void a_uuid_is_of_version_4_and_new_each_time(void)
{
	g_autofree gchar *a = tf_uuid();
	g_autofree gchar *b = tf_uuid();

	g_assert_true(g_uuid_string_is_valid(a));
	g_assert_cmpint(a[14], ==, '4');
	g_assert_cmpstr(a, !=, b);
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/hex/bytes come back from their hexadecimal text",
		bytes_come_back_from_their_hexadecimal_text);
	g_test_add_func("/hex/what is no hexadecimal is refused", what_is_no_hexadecimal_is_refused);
	g_test_add_func("/hex/the digest is that of the standard", the_digest_is_that_of_the_standard);
	g_test_add_func(
		"/hex/a UUID is of version 4 and new each time", a_uuid_is_of_version_4_and_new_each_time);

	return g_test_run();
}
