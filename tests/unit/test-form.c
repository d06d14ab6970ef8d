/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "disk/form.h"

#include <openssl/x509.h>
#include <string.h>

#include "base/secret.h"
#include "fixtures.h"
#include "key/certificate.h"

#define LITERAL(text) (const guint8 *)(text), sizeof(text) - 1

static TfFixtureMember *member;

/* Nothing beyond its length is read: the sanitizers see to it. */
static TfForm form_of(const guint8 *bytes, gsize length)
{
	g_autofree guint8 *exact = g_memdup2(bytes, length);

	return tf_form_of(exact, length);
}

static void assert_form(GBytes *content, TfForm expected)
{
	gsize length = 0;
	const guint8 *bytes = g_bytes_get_data(content, &length);

	g_assert_cmpstr(tf_form_name(form_of(bytes, MIN(length, TF_FORM_HEAD))), ==, tf_form_name(expected));
	/* However short the file was cut. */
	for (gsize n = 0; n < MIN(length, 200); n++)
		(void)form_of(bytes, n);
}

static GBytes *der_of(int (*write)(const EVP_PKEY *key, unsigned char **der), EVP_PKEY *key)
{
	guint8 *der = NULL;
	int length = write(key, &der);
	GBytes *bytes = g_bytes_new(der, (gsize)length);

	OPENSSL_free(der);

	return bytes;
}

static void a_key_is_known_by_its_structure(void)
{
	g_autoptr(EVP_PKEY) ec = tf_fixture_key("ec256");
	g_autoptr(GBytes) pkcs12 = tf_fixture_pkcs12(member->key, member->certificate, NULL, NULL, "secret");
	g_autoptr(GBytes) pkcs1 = der_of(i2d_PrivateKey, member->key);
	g_autoptr(GBytes) sec1 = der_of(i2d_PrivateKey, ec);
	g_autoptr(GBytes) pkcs8 = tf_fixture_pkcs8(member->key, NULL);
	g_autoptr(GBytes) locked = tf_fixture_pkcs8(ec, "secret");
	g_autoptr(GBytes) ec_pkcs8 = tf_fixture_pkcs8(ec, NULL);

	assert_form(pkcs12, TF_FORM_PKCS12);
	assert_form(pkcs1, TF_FORM_PKCS1);
	assert_form(sec1, TF_FORM_SEC1);
	assert_form(pkcs8, TF_FORM_PKCS8);
	assert_form(ec_pkcs8, TF_FORM_PKCS8);
	assert_form(locked, TF_FORM_PKCS8_ENCRYPTED);
}

static void a_key_in_text_is_known_by_its_label_and_a_line(void)
{
	g_autoptr(GBytes) pem = tf_fixture_key_pem(member->key);
	g_autofree gchar *quoted = g_strdup_printf(
		"{\"key\": \"%.*s", (int)g_bytes_get_size(pem), (const gchar *)g_bytes_get_data(pem, NULL));
	g_autoptr(GBytes) in_json = g_bytes_new(quoted, strlen(quoted));

	assert_form(pem, TF_FORM_TEXT);
	assert_form(in_json, TF_FORM_TEXT);
}

static void base64_is_known_by_what_stands_still_in_it(void)
{
	g_autoptr(GBytes) pkcs12 = tf_fixture_pkcs12(member->key, member->certificate, NULL, NULL, "secret");
	g_autoptr(GBytes) pkcs8 = tf_fixture_pkcs8(member->key, NULL);
	g_autoptr(EVP_PKEY) p521 = tf_fixture_key("ec:secp521r1");
	g_autoptr(EVP_PKEY) k1 = tf_fixture_key("ec:secp256k1");
	g_autoptr(GBytes) sec1 = der_of(i2d_PrivateKey, p521);
	g_autoptr(GBytes) short_sec1 = der_of(i2d_PrivateKey, k1);
	g_autoptr(GBytes) short_pkcs8 = tf_fixture_pkcs8(k1, NULL);
	g_autoptr(GBytes) short_locked = tf_fixture_pkcs8(k1, "secret");
	GBytes *const contents[] = { pkcs12, pkcs8, sec1, short_sec1, short_pkcs8, short_locked };

	for (gsize i = 0; i < G_N_ELEMENTS(contents); i++) {
		g_autofree gchar *base64 =
			g_base64_encode(g_bytes_get_data(contents[i], NULL), g_bytes_get_size(contents[i]));
		g_autofree gchar *text = g_strconcat("<key>", base64, "</key>", NULL);

		g_assert_cmpint(tf_form_find_base64((const guint8 *)text, strlen(text), 0), ==, 5);
		g_assert_cmpint(tf_form_find_base64((const guint8 *)text, strlen(text), 6), ==, -1);
	}
}

static void wrappings_are_known_by_their_magic(void)
{
	static const struct {
		const gchar *bytes;
		gsize length;
		TfForm form;
	} samples[] = {
		{ "PK\3\4xxxx", 8, TF_FORM_ARCHIVE },
		{ "7z\xBC\xAF\x27\x1C", 6, TF_FORM_ARCHIVE },
		{ "\x1F\x8B\x08", 3, TF_FORM_ARCHIVE },
		{ "070701", 6, TF_FORM_ARCHIVE },
		{ "070702", 6, TF_FORM_ARCHIVE },
		{ "070707", 6, TF_FORM_ARCHIVE },
		{ "\xC7\x71xx\1\0\xA4\x81\0\0\0\0\1\0\0\0xxxx\2\0\0\0\0\0a", 28, TF_FORM_ARCHIVE },
		{ "\x71\xC7xx\0\1\x81\xA4\0\0\0\0\0\1\0\0xxxx\0\2\0\0\0\0a", 28, TF_FORM_ARCHIVE },
		{ "\xC7\x71 and something that is no cpio", 32, TF_FORM_NONE },
		{ "SQLite format 3", 16, TF_FORM_DATABASE },
		{ "\xFE\xED\xFE\xED\0\0\0\2", 8, TF_FORM_JKS },
		{ "\xCE\xCE\xCE\xCE\0\0\0\2", 8, TF_FORM_JCEKS },
		{ "From a@b Fri May  9 10:00:00 2014\n", 34, TF_FORM_MAIL },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(samples); i++)
		g_assert_cmpint(
			form_of((const guint8 *)samples[i].bytes, samples[i].length), ==, samples[i].form);
}

static void a_mail_is_known_by_its_fields(void)
{
	g_assert_cmpint(
		form_of(LITERAL("Received: from a\n by b\nFrom: a@b\nSubject: x\n\nHi")), ==, TF_FORM_MAIL);
	g_assert_cmpint(form_of(LITERAL("Title: x\nAuthor: y\n\nNo mail")), ==, TF_FORM_NONE);
	g_assert_cmpint(form_of(LITERAL("#include <a>\n")), ==, TF_FORM_NONE);
}

/* As large providers write them: before the sender come 4 KiB of others' signatures. */
static void a_mail_is_known_by_fields_that_do_not_end(void)
{
	g_autoptr(GString) mail = g_string_new("Delivered-To: m@example.jp\r\n"
					       "Received: by 192.0.2.1 with SMTP id x;\r\n"
					       "        Fri, 9 May 2014 10:00:00 -0700 (PDT)\r\n");
	g_autofree gchar *line = g_strnfill(66, 'b');
	g_autofree gchar *lines = NULL;

	g_string_append(mail, "ARC-Seal: i=2; a=rsa-sha256;\r\n");
	while (mail->len < TF_FORM_HEAD)
		g_string_append_printf(mail, "        %s\r\n", line);
	g_assert_cmpint(form_of((const guint8 *)mail->str, TF_FORM_HEAD), ==, TF_FORM_MAIL);
	lines = g_strdup(strstr(mail->str, "ARC-Seal"));
	g_assert_cmpint(form_of((const guint8 *)lines, strlen(lines)), ==, TF_FORM_NONE);

	memcpy(mail->str, "Released-In:  ", 14);
	memcpy(strstr(mail->str, "Received"), "Repealed", 8);
	memcpy(strstr(mail->str, "ARC-Seal"), "XYZ-Seal", 8);
	g_assert_cmpint(form_of((const guint8 *)mail->str, TF_FORM_HEAD), ==, TF_FORM_NONE);
}

static void a_tar_without_a_magic_is_known_by_its_sum(void)
{
	guint8 header[512] = "copy.p12";
	guint sum = 0;

	memcpy(header + 100, "0000644\0000001000\0000001000\00000000004657\00012345670123\0", 49);
	memset(header + 148, ' ', 8);
	for (gsize i = 0; i < sizeof header; i++)
		sum += header[i];
	(void)g_snprintf((gchar *)header + 148, 8, "%06o", sum);

	g_assert_cmpint(form_of(header, sizeof header), ==, TF_FORM_ARCHIVE);
	header[0] ^= 1;
	g_assert_cmpint(form_of(header, sizeof header), ==, TF_FORM_NONE);
}

static void what_only_looks_like_a_key_is_none(void)
{
	g_autoptr(GBytes) certificate = tf_fixture_certificate_pem(member->certificate);
	g_autoptr(GBytes) der = tf_certificate_der(member->certificate);

	assert_form(certificate, TF_FORM_NONE);
	assert_form(der, TF_FORM_NONE);
	g_assert_cmpint(form_of(LITERAL("-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----\n")), ==,
		TF_FORM_NONE);
	g_assert_cmpint(form_of(LITERAL("begins with -----BEGIN PRIVATE KEY----- and\n<p>ends</p>")), ==,
		TF_FORM_NONE);
	g_assert_cmpint(form_of(LITERAL("AMILLIONMIIXYZIBAz")), ==, TF_FORM_NONE);
	g_assert_cmpint(form_of((const guint8 *)"", 0), ==, TF_FORM_NONE);
}

int main(int argc, char **argv)
{
	int status = 0;

	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	member = tf_fixture_member("rsa2048", "Member", "Issuer");
	g_test_add_func("/form/a key is known by its structure", a_key_is_known_by_its_structure);
	g_test_add_func("/form/a key in text is known by its label and a line",
		a_key_in_text_is_known_by_its_label_and_a_line);
	g_test_add_func("/form/base64 is known by what stands still in it",
		base64_is_known_by_what_stands_still_in_it);
	g_test_add_func("/form/wrappings are known by their magic", wrappings_are_known_by_their_magic);
	g_test_add_func("/form/a mail is known by its fields", a_mail_is_known_by_its_fields);
	g_test_add_func(
		"/form/a mail is known by fields that do not end", a_mail_is_known_by_fields_that_do_not_end);
	g_test_add_func(
		"/form/a tar without a magic is known by its sum", a_tar_without_a_magic_is_known_by_its_sum);
	g_test_add_func("/form/what only looks like a key is none", what_only_looks_like_a_key_is_none);
	status = g_test_run();
	tf_fixture_member_free(member);

	return status;
}
