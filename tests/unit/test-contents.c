/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "disk/contents.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "contents-case.h"
#include "fixtures.h"

static TfFixtureMember *member;
static GBytes *pkcs12;

static void assert_found_in_text(const gchar *text, const gchar *expected)
{
	g_autoptr(GBytes) content = g_bytes_new(text, strlen(text));

	contents_assert_found(content, expected);
}

static gchar *text_of(GBytes *bytes)
{
	return g_strndup(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
}

static gchar *base64_of(GBytes *bytes)
{
	return g_base64_encode(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
}

static void a_key_file_is_nothing_but_the_key(void)
{
	g_autoptr(GBytes) pem = tf_fixture_key_pem(member->key);

	contents_assert_found(pkcs12, "pkcs12 -");
	contents_assert_found(pem, "pkcs8 -");
}

static void a_key_among_other_text_has_a_line(void)
{
	g_autoptr(GBytes) pem = tf_fixture_key_pem(member->key);
	g_autofree gchar *key = text_of(pem);
	g_autofree gchar *base64 = base64_of(pkcs12);
	g_autofree gchar *text = g_strconcat("a\nb\n", key, "c\n<p12>", base64, "</p12>\n", key, NULL);

	assert_found_in_text(text, "pkcs8 #3, pkcs8 #33, pkcs12 #32");
}

static void line_ends_of_windows_and_of_strings_are_taken(void)
{
	g_autoptr(GBytes) pem = tf_fixture_key_pem(member->key);
	g_autofree gchar *key = text_of(pem);
	g_auto(GStrv) lines = g_strsplit(key, "\n", -1);
	g_autofree gchar *windows = g_strjoinv("\r\n", lines);
	g_autofree gchar *escaped = g_strjoinv("\\n", lines);
	g_autofree gchar *json = g_strconcat("{\"key\":\"", escaped, "\"}", NULL);

	assert_found_in_text(windows, "pkcs8 -");
	assert_found_in_text(json, "pkcs8 #1");
}

static void assert_found_wide(const gchar *encoding, const gchar *text, const gchar *expected)
{
	gsize length = 0;
	g_autofree gchar *wide = g_convert(text, -1, encoding, "UTF-8", NULL, &length, NULL);
	g_autoptr(GBytes) content = g_bytes_new(wide, length);

	g_assert_cmpint(
		tf_form_of(g_bytes_get_data(content, NULL), MIN(length, TF_FORM_HEAD)), ==, TF_FORM_TEXT);
	contents_assert_found(content, expected);
}

static void a_key_in_text_of_windows_editors_is_found(void)
{
	g_autoptr(GBytes) pem = tf_fixture_key_pem(member->key);
	g_autofree gchar *base64 = base64_of(pkcs12);
	g_autofree gchar *key = text_of(pem);
	g_autofree gchar *noted = g_strconcat("\uFEFF証明書:\r\n", base64, "\r\n", NULL);
	g_autofree gchar *labelled = g_strconcat("\uFEFF", key, NULL);

	assert_found_wide("UTF-16LE", noted, "pkcs12 #2");
	assert_found_wide("UTF-16BE", noted, "pkcs12 #2");
	assert_found_wide("UTF-16LE", labelled, "pkcs8 -");
}

/* As the settings of clusters have it, with the certificate or alone. */
static void a_pem_in_base64_is_found(void)
{
	g_autoptr(GBytes) pem = tf_fixture_key_pem(member->key);
	g_autoptr(GBytes) certificate = tf_fixture_certificate_pem(member->certificate);
	g_autofree gchar *key = text_of(pem);
	g_autofree gchar *other = text_of(certificate);
	g_autofree gchar *both = g_strconcat(other, key, NULL);
	g_autofree gchar *key_base64 = g_base64_encode((const guint8 *)key, strlen(key));
	g_autofree gchar *both_base64 = g_base64_encode((const guint8 *)both, strlen(both));
	g_autofree gchar *other_base64 = g_base64_encode((const guint8 *)other, strlen(other));
	g_autofree gchar *alone = g_strconcat(
		"data:\n  tls.crt: ", other_base64, "\n  tls.key: ", key_base64, "\nkind: Secret\n", NULL);
	g_autofree gchar *together = g_strconcat("data: ", both_base64, "\n", NULL);
	g_auto(GStrv) lines = g_strsplit(other, "\n", -1);
	g_autofree gchar *expected = g_strdup_printf("pkcs8 #1: #%u", g_strv_length(lines));

	assert_found_in_text(alone, "pkcs8 #3: #1");
	assert_found_in_text(together, expected);
	assert_found_in_text(other_base64, "");
}

static void what_only_begins_like_a_key_is_none(void)
{
	gsize length = g_bytes_get_size(pkcs12);
	g_autoptr(GBytes) half = g_bytes_new_from_bytes(pkcs12, 0, length / 2);
	static const guint8 pkcs8_like[] = { 0x30, 0x14, 0x02, 0x01, 0x00, 0x30, 0x0d, 0x06, 0x01, 0x55 };
	g_autoptr(GBytes) like = g_bytes_new_static(pkcs8_like, sizeof pkcs8_like);

	contents_assert_found(half, "pkcs12 - damaged");
	contents_assert_found(like, "");
	assert_found_in_text(
		"-----BEGIN PRIVATE KEY-----\nREPLACEWITHYOURKEY\n-----END PRIVATE KEY-----\n", "");
	assert_found_in_text("MIIabcIBAzCAAAAAAAAAAAAAAAA", "");
}

static gchar *mail_with(const gchar *encoding, const gchar *body)
{
	return g_strdup_printf(
		"From: a@example.jp\nTo: b@example.jp\nSubject: x\nDate: Fri, 9 May 2014 10:00:00 +0900\n"
		"MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=bound\n\n--bound\n"
		"Content-Type: text/plain\n\nHi\n--bound\nContent-Type: application/octet-stream\n"
		"Content-Disposition: attachment; filename=\"a.p12\"\n"
		"Content-Transfer-Encoding: %s\n\n%s\n--bound--\n",
		encoding, body);
}

static void parts_of_a_mail_are_named(void)
{
	g_autofree gchar *base64 = base64_of(pkcs12);
	g_autofree gchar *mail = mail_with("base64", base64);
	g_autofree gchar *empty = mail_with("base64", "AAAA");

	assert_found_in_text(mail, "pkcs12 a.p12");
	assert_found_in_text(empty, "");
}

static void an_archive_in_a_mail_is_opened(void)
{
	g_autoptr(GBytes) zip = contents_zipped("deep.p12", pkcs12);
	g_autofree gchar *base64 = base64_of(zip);
	g_autofree gchar *mail = mail_with("base64", base64);

	assert_found_in_text(mail, "pkcs12 a.p12: deep.p12");
}

static guint n_in_mail(GBytes *content)
{
	TF_AUTO_FD int fd = memfd_create("contents", MFD_CLOEXEC);
	ContentsFound found = { g_string_new(NULL), 0, 100, 0 };
	TfContentsLimits limits;

	g_assert_cmpint(
		tf_file_write_all(fd, g_bytes_get_data(content, NULL), g_bytes_get_size(content)), ==, 0);
	g_assert_true(tf_contents_visit(fd, "file", NULL, contents_found_take, &found, &limits, NULL));
	g_string_free(found.text, TRUE);
	g_assert_cmpuint(found.n, ==, 1);

	return found.n_in_mail;
}

static void a_key_in_a_mail_is_in_mail_wherever_the_mail_is(void)
{
	g_autofree gchar *base64 = base64_of(pkcs12);
	g_autofree gchar *text = mail_with("base64", base64);
	g_autoptr(GBytes) mail = g_bytes_new_static(text, strlen(text));
	g_autoptr(GBytes) zip = contents_zipped("2014/1.eml", mail);
	g_autoptr(GBytes) twice = contents_zipped("mail.zip", zip);
	g_autoptr(GBytes) other = contents_zipped("a.p12", pkcs12);

	g_assert_cmpuint(n_in_mail(mail), ==, 1);
	g_assert_cmpuint(n_in_mail(zip), ==, 1);
	g_assert_cmpuint(n_in_mail(twice), ==, 1);
	g_assert_cmpuint(n_in_mail(other), ==, 0);
}

/* Where the length before it lets its base64 be told, the part of a PKCS#12 that is a key looks like one. */
static void a_key_in_base64_is_found_once(void)
{
	static const gchar *const names[] = { "1", "123456789", "12345678901234567" };

	for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autoptr(GBytes) file =
			tf_fixture_pkcs12(member->key, member->certificate, NULL, names[i], "secret");
		g_autofree gchar *base64 = base64_of(file);
		g_autofree gchar *text = g_strconcat("x: ", base64, "\n;\n", base64, "\n", NULL);

		assert_found_in_text(text, "pkcs12 #1, pkcs12 #3");
	}
}

static void messages_of_an_mbox_are_counted(void)
{
	g_autofree gchar *base64 = base64_of(pkcs12);
	g_autofree gchar *first = mail_with("base64", "AAAA");
	g_autofree gchar *second = mail_with("base64", base64);
	g_autofree gchar *mbox = g_strconcat("From a@example.jp Fri May  9 10:00:00 2014\n", first,
		"\nFrom a@example.jp Fri May  9 11:00:00 2014\n", second, NULL);

	assert_found_in_text(mbox, "pkcs12 2: a.p12");
}

static void a_browsers_database_is_known_by_its_tables(void)
{
	g_autoptr(GByteArray) database = g_byte_array_new();
	g_autoptr(GBytes) content = NULL;

	g_byte_array_append(database, (const guint8 *)"SQLite format 3", 16);
	g_byte_array_set_size(database, 4096);
	memset(database->data + 16, 0, 4080);
	memcpy(database->data + 3000, "CREATE TABLE nssPrivate (id", 27);
	content = g_bytes_new(database->data, database->len);
	contents_assert_found(content, "nss -");
	memset(database->data + 3000, 0, 27);
	g_bytes_unref(content);
	content = g_bytes_new(database->data, database->len);
	contents_assert_found(content, "");
}

static void assert_found_in_file(const gchar *folder, const gchar *name, const gchar *expected)
{
	g_autofree gchar *path = g_build_filename(folder, name, NULL);
	g_autofree gchar *content = NULL;
	g_autoptr(GBytes) bytes = NULL;
	gsize length = 0;

	g_assert_true(g_file_get_contents(path, &content, &length, NULL));
	bytes = g_bytes_new_static(content, length);
	contents_assert_found(bytes, expected);
}

/* As certutil writes it, with the tables of a key database and a certificate. */
static void a_browsers_database_without_private_keys_is_none(void)
{
	g_autofree gchar *folder = tf_fixture_directory();
	g_autofree gchar *path = NULL;

	tf_fixture_run(folder, "certutil", "-N", "-d", "sql:.", "--empty-password", NULL);
	tf_fixture_run(folder, "symkeyutil", "-K", "-d", "sql:.", "-n", "logins", "-t", "des3", NULL);
	assert_found_in_file(folder, "key4.db", "");
	assert_found_in_file(folder, "cert9.db", "");

	path = g_build_filename(folder, "in.p12", NULL);
	tf_fixture_write_pkcs12(member, path, "secret");
	tf_fixture_run(folder, "pk12util", "-i", "in.p12", "-d", "sql:.", "-W", "secret", "-K", "", NULL);
	assert_found_in_file(folder, "key4.db", "nss -");
	assert_found_in_file(folder, "cert9.db", "");
	tf_fixture_remove(folder);
}

static void the_search_ends_when_it_is_told_to(void)
{
	g_autofree gchar *base64 = base64_of(pkcs12);
	g_autofree gchar *text = g_strconcat(base64, "\n;", base64, "\n;", base64, NULL);
	TF_AUTO_FD int fd = memfd_create("contents", MFD_CLOEXEC);
	ContentsFound found = { g_string_new(NULL), 0, 2, 0 };
	TfContentsLimits limits;

	g_assert_cmpint(tf_file_write_all(fd, text, strlen(text)), ==, 0);
	g_assert_true(tf_contents_visit(fd, "file", NULL, contents_found_take, &found, &limits, NULL));
	g_assert_cmpuint(found.n, ==, 2);
	g_string_free(found.text, TRUE);
}

int main(int argc, char **argv)
{
	int status = 0;

	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	member = tf_fixture_member("rsa2048", "Member", "Issuer");
	pkcs12 = tf_fixture_pkcs12(member->key, member->certificate, NULL, NULL, "secret");
	g_test_add_func("/contents/a key file is nothing but the key", a_key_file_is_nothing_but_the_key);
	g_test_add_func("/contents/a key among other text has a line", a_key_among_other_text_has_a_line);
	g_test_add_func("/contents/line ends of Windows and of strings are taken",
		line_ends_of_windows_and_of_strings_are_taken);
	g_test_add_func(
		"/contents/a key in text in UTF-16 is found", a_key_in_text_of_windows_editors_is_found);
	g_test_add_func("/contents/a PEM in base64 is found", a_pem_in_base64_is_found);
	g_test_add_func("/contents/what only begins like a key is none", what_only_begins_like_a_key_is_none);
	g_test_add_func("/contents/parts of a mail are named", parts_of_a_mail_are_named);
	g_test_add_func("/contents/an archive in a mail is opened", an_archive_in_a_mail_is_opened);
	g_test_add_func("/contents/messages of an mbox are counted", messages_of_an_mbox_are_counted);
	g_test_add_func("/contents/a key in a mail is in mail wherever the mail is",
		a_key_in_a_mail_is_in_mail_wherever_the_mail_is);
	g_test_add_func("/contents/a key in base64 is found once", a_key_in_base64_is_found_once);
	g_test_add_func("/contents/a browser's database without private keys is none",
		a_browsers_database_without_private_keys_is_none);
	g_test_add_func("/contents/a browser's database is known by its tables",
		a_browsers_database_is_known_by_its_tables);
	g_test_add_func("/contents/the search ends when it is told to", the_search_ends_when_it_is_told_to);
	status = g_test_run();
	g_bytes_unref(pkcs12);
	tf_fixture_member_free(member);

	return status;
}
