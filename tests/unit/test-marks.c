/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "disk/marks.h"

#include <string.h>

#include "fixtures.h"

#define AT 300

static EVP_PKEY *key;

/* The only mark in so many octets, the content among them at AT. */
static gssize mark_of(gconstpointer content, gsize length)
{
	g_autofree guint8 *bytes = g_malloc0(AT + length + TF_MARKS_AFTER);
	gssize first = 0;

	memset(bytes, 0x5A, AT);
	memcpy(bytes + AT, content, length);
	first = tf_marks_find(bytes, AT + length + TF_MARKS_AFTER, 0);
	g_assert_cmpint(tf_marks_find(bytes, AT, 0), ==, -1);

	return first;
}

static gssize mark_of_bytes(GBytes *content)
{
	return mark_of(g_bytes_get_data(content, NULL), g_bytes_get_size(content));
}

static gssize mark_of_text(const gchar *text)
{
	return mark_of(text, strlen(text));
}

static void test_der(void)
{
	g_autoptr(GBytes) pkcs12 = tf_fixture_pkcs12(key, NULL, NULL, NULL, "secret");
	g_autoptr(GBytes) pkcs8 = tf_fixture_pkcs8(key, NULL);
	g_autoptr(GBytes) encrypted = tf_fixture_pkcs8(key, "secret");

	g_assert_cmpint(mark_of_bytes(pkcs12), ==, AT);
	g_assert_cmpint(mark_of_bytes(pkcs8), ==, AT);
	g_assert_cmpint(mark_of_bytes(encrypted), ==, AT);
}

static void test_text(void)
{
	g_autoptr(GBytes) pem = tf_fixture_key_pem(key);
	g_autoptr(GBytes) pkcs12 = tf_fixture_pkcs12(key, NULL, NULL, NULL, "secret");
	g_autofree gchar *base64 = g_base64_encode(g_bytes_get_data(pkcs12, NULL), g_bytes_get_size(pkcs12));

	g_assert_cmpint(mark_of_bytes(pem), ==, AT);
	g_assert_cmpint(mark_of_text(base64), ==, AT);
}

static void test_pem_once(void)
{
	g_autoptr(GBytes) pem = tf_fixture_key_pem(key);
	const guint8 *bytes = g_bytes_get_data(pem, NULL);

	g_assert_cmpint(tf_marks_find(bytes, g_bytes_get_size(pem), 0), ==, 0);
	g_assert_cmpint(tf_marks_find(bytes, g_bytes_get_size(pem), 1), ==, -1);
}

static void test_every_place(void)
{
	g_autoptr(GBytes) pkcs12 = tf_fixture_pkcs12(key, NULL, NULL, NULL, "secret");
	gsize length = g_bytes_get_size(pkcs12);
	g_autofree guint8 *bytes = g_malloc0(200 + length);

	for (gsize at = 0; at < 200; at++) {
		memset(bytes, 0, 200 + length);
		memcpy(bytes + at, g_bytes_get_data(pkcs12, NULL), length);
		g_assert_cmpint(tf_marks_find(bytes, at + length, 0), ==, (gssize)at);
		g_assert_cmpint(tf_marks_find(bytes, at + length, at), ==, (gssize)at);
	}
}

static void test_java(void)
{
	static const guint8 store[] = "\xFE\xED\xFE\xED\0\0\0\2\0\0\0\1\0\0\0\1\0\3key\0\0\1\x80";
	static const guint8 class[] = "\xFE\xED\xFE\xED\0\0\0\2\0\0\0\1\0\0\0\7\0\3key\0\0\1\x80";

	g_assert_true(tf_marks_is_java(store, sizeof store - 1));
	g_assert_cmpint(mark_of(store, sizeof store - 1), ==, AT);
	g_assert_false(tf_marks_is_java(class, sizeof class - 1));
	for (gsize length = 0; length < 21; length++)
		g_assert_false(tf_marks_is_java(store, length));
}

static void test_nothing(void)
{
	g_assert_cmpint(mark_of_text("-----BEGIN "
				     "CERTIFICATE-----\nMIIDazCCAlOgAwIBAgIUZ"),
		==, -1);
	g_assert_cmpint(mark_of_text("BEGIN EGG MI MH MIIabc"), ==, -1);
	g_assert_cmpint(mark_of("\x30\x82\x01\x02\x02\x01\x03\x30\x05", 9), ==, -1);
}

/* No octet beyond the length is read: the sanitizer tells. */
static void test_cut(void)
{
	g_autoptr(GBytes) pkcs12 = tf_fixture_pkcs12(key, NULL, NULL, NULL, "secret");

	for (gsize length = 0; length < 200; length++) {
		g_autofree guint8 *bytes = g_memdup2(g_bytes_get_data(pkcs12, NULL), length);

		(void)tf_marks_find(bytes, length, 0);
	}
}

int main(int argc, char **argv)
{
	int status = 0;

	g_test_init(&argc, &argv, NULL);
	key = tf_fixture_key("rsa2048");

	g_test_add_func("/marks/a key in DER has one at its beginning", test_der);
	g_test_add_func("/marks/a key in text has one at its beginning", test_text);
	g_test_add_func("/marks/the body of PEM has none", test_pem_once);
	g_test_add_func("/marks/it is seen at every place", test_every_place);
	g_test_add_func("/marks/a key store of Java has one by more than its magic", test_java);
	g_test_add_func("/marks/what only begins alike has none", test_nothing);
	g_test_add_func("/marks/what is cut off is not read", test_cut);

	status = g_test_run();
	EVP_PKEY_free(key);

	return status;
}
