/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is attached to a mail, and a mail forwarded in another, in base64: found as in a file of its own. */
#include <archive.h>
#include <openssl/pem.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/file.h"
#include "base/secret.h"
#include "contents-case.h"
#include "disk/marks.h"
#include "fixtures.h"

static EVP_PKEY *rsa;
static EVP_PKEY *ec;

/* A mail with one part, in lines as mail programs write them. */
static gchar *mail_with(const gchar *type, gconstpointer content, gsize length)
{
	g_autofree gchar *base64 = g_base64_encode(content, length);
	g_autoptr(GString) mail = g_string_new("From: a@example.jp\nTo: b@example.jp\nSubject: x\n"
					       "MIME-Version: 1.0\n"
					       "Content-Disposition: attachment; filename=\"a\"\n"
					       "Content-Transfer-Encoding: base64\n");

	g_string_append_printf(mail, "Content-Type: %s\n\n", type);
	for (const gchar *at = base64; *at != '\0'; at += strnlen(at, 76))
		g_string_append_printf(mail, "%.76s\n", at);

	return g_string_free(g_steal_pointer(&mail), FALSE);
}

static void assert_found_in_mail(const gchar *mail, const gchar *expected)
{
	TF_AUTO_FD int fd = memfd_create("mail", MFD_CLOEXEC);
	g_autofree gchar *found = NULL;
	TfContentsLimits limits;

	g_assert_cmpint(tf_file_write_all(fd, mail, strlen(mail)), ==, 0);
	found = contents_found_in(fd, &limits);
	g_assert_cmpstr(found, ==, expected);
	g_assert_false(limits.is_too_large || limits.is_too_deep || limits.is_locked || limits.is_unreadable);
}

static void assert_found(gconstpointer content, gsize length, const gchar *expected)
{
	g_autofree gchar *mail = mail_with("application/octet-stream", content, length);

	assert_found_in_mail(mail, expected);
}

static void assert_found_bytes(GBytes *content, const gchar *expected)
{
	assert_found(g_bytes_get_data(content, NULL), g_bytes_get_size(content), expected);
}

static GBytes *bytes_of(BIO *bio)
{
	char *data = NULL;
	long length = BIO_get_mem_data(bio, &data);

	return g_bytes_new(data, (gsize)length);
}

static GBytes *traditional_pem(EVP_PKEY *key, const gchar *password)
{
	g_autoptr(BIO) bio = BIO_new(BIO_s_mem());
	const EVP_CIPHER *cipher = password != NULL ? EVP_aes_128_cbc() : NULL;

	g_assert_cmpint(PEM_write_bio_PrivateKey_traditional(bio, key, cipher, (unsigned char *)password,
				password != NULL ? (int)strlen(password) : 0, NULL, NULL),
		==, 1);

	return bytes_of(bio);
}

static GBytes *locked_pem(EVP_PKEY *key)
{
	g_autoptr(BIO) bio = BIO_new(BIO_s_mem());

	g_assert_cmpint(
		PEM_write_bio_PKCS8PrivateKey(bio, key, EVP_aes_256_cbc(), "secret", 6, NULL, NULL), ==, 1);

	return bytes_of(bio);
}

static void a_key_in_pem_is_found(void)
{
	g_autoptr(GBytes) pkcs8 = tf_fixture_key_pem(rsa);
	g_autoptr(GBytes) locked = locked_pem(rsa);
	g_autoptr(GBytes) pkcs1 = traditional_pem(rsa, NULL);
	g_autoptr(GBytes) ciphered = traditional_pem(rsa, "secret");
	g_autoptr(GBytes) sec1 = traditional_pem(ec, NULL);

	assert_found_bytes(pkcs8, "pkcs8 a: #1");
	assert_found_bytes(locked, "pkcs8-encrypted a: #1");
	assert_found_bytes(pkcs1, "pkcs1 a: #1");
	assert_found_bytes(ciphered, "pkcs1 a: #1 pem");
	assert_found_bytes(sec1, "sec1 a: #1");
}

static void a_key_in_pem_of_windows_editors_is_found(void)
{
	g_autoptr(GBytes) pem = tf_fixture_key_pem(rsa);
	gsize length = 0;
	g_autofree gchar *wide = g_convert(g_bytes_get_data(pem, NULL), (gssize)g_bytes_get_size(pem),
		"UTF-16", "UTF-8", NULL, &length, NULL);

	assert_found(wide, length, "pkcs8 a: #1");
}

/* Lengths of one octet, of two, and of many, which all begin otherwise in base64. */
static void a_key_of_any_curve_is_found(void)
{
	static const gchar *const curves[] = { "ec256", "ec384", "ec:secp521r1", "ec:secp256k1" };

	for (gsize i = 0; i < G_N_ELEMENTS(curves); i++) {
		g_autoptr(EVP_PKEY) key = tf_fixture_key(curves[i]);
		g_autoptr(GBytes) plain = tf_fixture_pkcs8(key, NULL);
		g_autoptr(GBytes) locked = tf_fixture_pkcs8(key, "secret");
		guint8 *sec1 = NULL;
		int length = i2d_PrivateKey(key, &sec1);

		assert_found_bytes(plain, "pkcs8 a");
		assert_found_bytes(locked, "pkcs8-encrypted a");
		assert_found(sec1, (gsize)length, "sec1 a");
		OPENSSL_free(sec1);
	}
}

static void what_programs_write_before_a_mail_does_not_hide_it(void)
{
	static const gchar *const leads[] = { "\n", "\r\n\r\n", "\xEF\xBB\xBF", "1234      \n" };
	g_autoptr(GBytes) key = tf_fixture_pkcs8(rsa, NULL);
	g_autoptr(GBytes) archive = contents_zipped("k", key);
	g_autofree gchar *mail =
		mail_with("application/zip", g_bytes_get_data(archive, NULL), g_bytes_get_size(archive));
	g_autofree gchar *mbox = g_strconcat("From a@b Fri May  9 10:00:00 2014\n", mail, NULL);

	for (gsize i = 0; i < G_N_ELEMENTS(leads); i++) {
		g_autofree gchar *one = g_strconcat(leads[i], mail, NULL);
		g_autofree gchar *many = g_strconcat(leads[i], mbox, NULL);

		assert_found_in_mail(one, "pkcs8 a: k");
		assert_found_in_mail(many, "pkcs8 1: a: k");
	}
}

static void a_key_store_of_java_is_found(void)
{
	static const guint8 jks[64] = { 0xFE, 0xED, 0xFE, 0xED, 0, 0, 0, 2, 0, 0, 0, 1 };
	static const guint8 jceks[64] = { 0xCE, 0xCE, 0xCE, 0xCE, 0, 0, 0, 2, 0, 0, 0, 1 };

	assert_found(jks, sizeof jks, "jks a");
	assert_found(jceks, sizeof jceks, "jceks a");
}

/* Every Java has one, to know servers by. */
static void a_store_of_trusted_certificates_alone_is_no_find(void)
{
	static const guint8 store[] = { 0xFE, 0xED, 0xFE, 0xED, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2, 0, 1, 'a',
		0, 0, 0, 0, 0, 0, 0, 0, 0, 5, 'X', '.', '5', '0', '9', 0, 0, 0, 1, 'c' };

	assert_found(store, sizeof store, "");
	assert_found(store, sizeof store - 1, "jks a");
}

static GBytes *tarred(int (*add_filter)(struct archive *), GBytes *content)
{
	return contents_archived(archive_write_set_format_ustar, add_filter, "k",
		g_bytes_get_data(content, NULL), g_bytes_get_size(content));
}

static void an_archive_of_any_kind_is_opened(void)
{
	static int (*const filters[])(struct archive *) = {
		archive_write_add_filter_none,
		archive_write_add_filter_gzip,
		archive_write_add_filter_bzip2,
		archive_write_add_filter_xz,
		archive_write_add_filter_zstd,
	};
	g_autoptr(GBytes) key = tf_fixture_pkcs8(rsa, NULL);

	for (gsize i = 0; i < G_N_ELEMENTS(filters); i++) {
		g_autoptr(GBytes) archive = tarred(filters[i], key);

		assert_found_bytes(archive, "pkcs8 a: k");
	}
}

static void a_forwarded_mail_in_base64_is_opened(void)
{
	g_autoptr(GBytes) key = tf_fixture_key_pem(rsa);
	g_autofree gchar *inner = mail_with("text/plain", g_bytes_get_data(key, NULL), g_bytes_get_size(key));
	g_autofree gchar *outer = mail_with("message/rfc822", inner, strlen(inner));

	assert_found_in_mail(outer, "pkcs8 a: a: #1");
}

/* The tar's header moves the PKCS#12 out of base64's step, and by its length a part of it into that. */
static void what_lies_in_a_key_is_not_found_once_more(void)
{
	static const gchar *const names[] = { "1", "123456789", "12345678901234567" };

	for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
		TF_AUTO_FD int fd = memfd_create("mail", MFD_CLOEXEC);
		g_autoptr(GBytes) file = tf_fixture_pkcs12(rsa, NULL, NULL, names[i], "secret");
		g_autoptr(GBytes) archive = tarred(archive_write_add_filter_none, file);
		g_autofree gchar *mail = mail_with(
			"application/x-tar", g_bytes_get_data(archive, NULL), g_bytes_get_size(archive));
		g_autoptr(TfSpots) spots = tf_spots_new();
		ContentsFound found = { g_string_new(NULL), 0, 100, 0 };
		TfContentsLimits limits;

		for (gssize at = 0; (at = tf_marks_find((const guint8 *)mail, strlen(mail), (gsize)at)) >= 0;
			at++)
			g_array_append_vals(spots->offsets, &(guint64){ (guint64)at }, 1);
		g_assert_cmpint(tf_file_write_all(fd, mail, strlen(mail)), ==, 0);
		g_assert_true(
			tf_contents_visit(fd, "file", spots, contents_found_take, &found, &limits, NULL));

		g_assert_cmpstr(found.text->str, ==, "pkcs12 a: k");
		g_string_free(found.text, TRUE);
	}
}

/* As mail programs sent files before MIME. */
static void a_key_that_was_uuencoded_into_the_text_is_found(void)
{
	g_autoptr(GBytes) key = tf_fixture_pkcs8(rsa, NULL);
	gsize length = 0;
	const guint8 *bytes = g_bytes_get_data(key, &length);
	g_autoptr(GString) mail = g_string_new("From: a@example.jp\nTo: b@example.jp\nSubject: x\n\n"
					       "begin with this:\n\nbegin 644 key.p8\n");

	for (gsize at = 0; at < length; at += 45) {
		gsize n = MIN(length - at, 45);

		g_string_append_c(mail, (gchar)(' ' + n));
		for (gsize i = 0; i < n; i += 3) {
			guint32 bits = 0;

			for (gsize k = 0; k < 3; k++)
				bits = bits << 8 | (i + k < n ? bytes[at + i + k] : 0u);
			for (int shift = 18; shift >= 0; shift -= 6) {
				guint value = bits >> shift & 0x3Fu;

				g_string_append_c(mail, (gchar)(value == 0 ? '`' : ' ' + value));
			}
		}
		g_string_append_c(mail, '\n');
	}
	g_string_append(mail, "`\nend\n\nRegards\n");

	assert_found_in_mail(mail->str, "pkcs8 #1: key.p8");
}

static void a_key_in_a_quoted_text_is_found(void)
{
	g_autoptr(GBytes) key = tf_fixture_key_pem(rsa);
	g_autofree gchar *text = g_strndup(g_bytes_get_data(key, NULL), g_bytes_get_size(key));
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	g_autofree gchar *quoted = g_strjoinv("\n> > ", lines);
	g_autofree gchar *mail = g_strconcat(
		"From: a@example.jp\nTo: b@example.jp\nSubject: Re: x\n\nThanks.\n> > ", quoted, "\n", NULL);

	assert_found_in_mail(mail, "pkcs8 #1: #2");
}

static void what_is_no_key_is_none(void)
{
	g_autoptr(GBytes) public = NULL;
	g_autoptr(BIO) bio = BIO_new(BIO_s_mem());

	g_assert_cmpint(PEM_write_bio_PUBKEY(bio, rsa), ==, 1);
	public = bytes_of(bio);
	assert_found_bytes(public, "");
	assert_found("-----BEGIN PRIVATE KEY-----\nnone\n-----END PRIVATE KEY-----\n", 59, "");
}

int main(int argc, char **argv)
{
	int status = 0;

	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	rsa = tf_fixture_key("rsa2048");
	ec = tf_fixture_key("ec256");
	g_test_add_func("/contents-mail/a key in PEM is found in base64", a_key_in_pem_is_found);
	g_test_add_func("/contents-mail/a key in PEM in UTF-16 is found in base64",
		a_key_in_pem_of_windows_editors_is_found);
	g_test_add_func("/contents-mail/a key of any curve is found in base64", a_key_of_any_curve_is_found);
	g_test_add_func("/contents-mail/what programs write before a mail does not hide it",
		what_programs_write_before_a_mail_does_not_hide_it);
	g_test_add_func(
		"/contents-mail/a key store of Java is found in base64", a_key_store_of_java_is_found);
	g_test_add_func("/contents-mail/a store of trusted certificates alone is no find",
		a_store_of_trusted_certificates_alone_is_no_find);
	g_test_add_func("/contents-mail/an archive of any kind is opened in base64",
		an_archive_of_any_kind_is_opened);
	g_test_add_func(
		"/contents-mail/a forwarded mail is opened in base64", a_forwarded_mail_in_base64_is_opened);
	g_test_add_func("/contents-mail/what lies in a key is not found once more",
		what_lies_in_a_key_is_not_found_once_more);
	g_test_add_func("/contents-mail/a key uuencoded into the text is found",
		a_key_that_was_uuencoded_into_the_text_is_found);
	g_test_add_func("/contents-mail/a key in a quoted text is found", a_key_in_a_quoted_text_is_found);
	g_test_add_func("/contents-mail/what is no key is none in base64", what_is_no_key_is_none);
	status = g_test_run();
	EVP_PKEY_free(ec);
	EVP_PKEY_free(rsa);

	return status;
}
