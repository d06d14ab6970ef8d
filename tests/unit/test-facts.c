/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/secret.h"
#include "record/facts.h"

#define DIGEST "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static json_t *certificate_json(void)
{
	return json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:i}", "subject", "CN=山田 太郎,C=JP",
		"common_name", "山田 太郎", "issuer", "CN=SECOM Passport for G-ID", "issuer_common_name",
		"SECOM Passport for G-ID", "serial", "0aB", "not_before", "2013-06-01T00:00:00Z", "not_after",
		"2018-05-31T14:59:59Z", "sha256", DIGEST, "spki_sha256", DIGEST, "key_type", "rsa", "bits",
		2048);
}

static TfTokenFacts *token(const gchar *label, const gchar *serial)
{
	TfTokenFacts *facts = g_new0(TfTokenFacts, 1);

	facts->label = g_strdup(label);
	facts->manufacturer = g_strdup("SoftHSM project");
	facts->model = g_strdup("SoftHSM v2");
	facts->serial = g_strdup(serial);
	facts->uri = g_strdup("pkcs11:token=x");

	return facts;
}

static void test_certificate_comes_back(void)
{
	g_autoptr(json_t) object = certificate_json();
	g_autoptr(TfCertificateFacts) facts = NULL;
	g_autoptr(TfCertificateFacts) copy = NULL;
	g_autoptr(json_t) again = NULL;

	facts = tf_certificate_facts_from_json(object);
	g_assert_nonnull(facts);
	copy = tf_certificate_facts_copy(facts);
	again = tf_certificate_facts_to_json(copy);

	g_assert_true(json_equal(object, again));
	g_assert_cmpint(facts->not_before, ==, 1370044800);
	g_assert_cmpuint(facts->bits, ==, 2048);
}

/* Each row replaces one field of a good certificate. */
static void test_certificate_out_of_form_is_refused(void)
{
	const struct {
		const gchar *key;
		json_t *value;
	} rows[] = {
		{ "subject", json_null() },
		{ "subject", json_integer(1) },
		{ "subject", json_stringn("a\0b", 3) },
		{ "serial", json_string("") },
		{ "serial", json_string("0x1") },
		{ "not_before", json_string("2013-06-01") },
		{ "not_after", json_string("2013-02-30T00:00:00Z") },
		{ "not_after", json_integer(1370044800) },
		{ "sha256", json_string("00") },
		{ "sha256", json_string("G123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef") },
		{ "spki_sha256", json_string(DIGEST "0") },
		{ "key_type", json_string("dsa") },
		{ "bits", json_integer(0) },
		{ "bits", json_integer(-1) },
		{ "bits", json_integer(G_MAXINT64) },
		{ "bits", json_real(2048) },
		{ "bits", json_true() },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(json_t) object = certificate_json();

		(void)json_object_set_new(object, rows[i].key, rows[i].value);
		g_assert_null(tf_certificate_facts_from_json(object));
	}
}

static void test_each_field_of_a_certificate_is_demanded(void)
{
	g_autoptr(json_t) whole = certificate_json();
	const char *key = NULL;
	json_t *value = NULL;

	json_object_foreach(whole, key, value)
	{
		g_autoptr(json_t) object = json_copy(whole);

		(void)json_object_del(object, key);
		g_assert_null(tf_certificate_facts_from_json(object));
	}
	g_assert_null(tf_certificate_facts_from_json(NULL));
}

static void test_long_text_is_refused(void)
{
	g_autoptr(TfTokenFacts) facts = token("label", "1");
	g_autoptr(json_t) object = tf_token_facts_to_json(facts);
	g_autofree gchar *longest = g_strnfill(256, 'x');
	g_autofree gchar *longer = g_strnfill(257, 'x');
	g_autoptr(TfTokenFacts) good = NULL;

	(void)json_object_set_new(object, "label", json_string(longest));
	good = tf_token_facts_from_json(object);
	g_assert_nonnull(good);
	(void)json_object_set_new(object, "label", json_string(longer));

	g_assert_null(tf_token_facts_from_json(object));
}

static void test_tokens_are_equal_whatever_their_label(void)
{
	g_autoptr(TfTokenFacts) one = token("one", "1");
	g_autoptr(TfTokenFacts) renamed = token("two", "1");
	g_autoptr(TfTokenFacts) other = token("one", "2");

	g_assert_true(tf_token_facts_equal(one, renamed));
	g_assert_false(tf_token_facts_equal(one, other));
}

static void test_module_may_lack_its_package(void)
{
	g_autoptr(json_t) object = json_pack(
		"{s:s,s:s,s:n,s:n}", "path", "/usr/lib/m.so", "sha256", DIGEST, "package", "let_pass");
	g_autoptr(TfModuleFacts) facts = tf_module_facts_from_json(object);
	g_autoptr(json_t) again = NULL;

	g_assert_nonnull(facts);
	again = tf_module_facts_to_json(facts);

	g_assert_null(facts->package);
	g_assert_true(json_equal(object, again));
}

/* As runs wrote it that did not know the reason. */
static void test_module_of_an_older_run(void)
{
	g_autoptr(json_t) object =
		json_pack("{s:s,s:s,s:n}", "path", "/usr/lib/m.so", "sha256", DIGEST, "package");
	g_autoptr(TfModuleFacts) facts = tf_module_facts_from_json(object);

	g_assert_nonnull(facts);
	g_assert_null(facts->let_pass);
}

static void test_path_that_is_not_utf8_is_written_escaped(void)
{
	g_autoptr(TfModuleFacts) facts = g_new0(TfModuleFacts, 1);
	g_autoptr(json_t) object = NULL;

	facts->path = g_strdup("/opt/\x8e\xd0.so");
	facts->sha256 = g_strdup(DIGEST);
	object = tf_module_facts_to_json(facts);

	g_assert_cmpstr(json_string_value(json_object_get(object, "path")), ==, "/opt/\\x8e\\xd0.so");
}

static void test_times_keep_their_text(void)
{
	const gchar *const texts[] = { "0001-01-01T00:00:00Z", "1970-01-01T00:00:00Z", "2024-02-29T23:59:59Z",
		"9999-12-31T23:59:59Z" };

	for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_autofree gchar *again = NULL;
		gint64 seconds = 0;

		g_assert_true(tf_time_from_text(texts[i], &seconds));
		again = tf_time_to_text(seconds);
		g_assert_cmpstr(again, ==, texts[i]);
	}
}

static void test_what_is_no_time_is_refused(void)
{
	const gchar *const texts[] = { NULL, "", "2023-02-29T00:00:00Z", "2024-01-01T24:00:00Z",
		"2024-01-01T00:00:60Z", "2024-01-01 00:00:00Z", "2024-01-01T00:00:00z",
		"2024-01-01T00:00:00+", "0000-01-01T00:00:00Z", "2024-1-01T000:00:00Z",
		"+024-01-01T00:00:00Z" };
	gint64 seconds = 42;

	for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
		g_assert_false(tf_time_from_text(texts[i], &seconds));

	g_assert_cmpint(seconds, ==, 42);
}

static void test_time_out_of_range_is_written_as_the_nearest(void)
{
	g_autofree gchar *first = tf_time_to_text(G_MININT64);
	g_autofree gchar *last = tf_time_to_text(G_MAXINT64);

	g_assert_cmpstr(first, ==, "0001-01-01T00:00:00Z");
	g_assert_cmpstr(last, ==, "9999-12-31T23:59:59Z");
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/facts/a certificate comes back from JSON as it was", test_certificate_comes_back);
	g_test_add_func(
		"/facts/a certificate out of form is refused", test_certificate_out_of_form_is_refused);
	g_test_add_func("/facts/each field of a certificate is demanded",
		test_each_field_of_a_certificate_is_demanded);
	g_test_add_func("/facts/a text longer than its limit is refused", test_long_text_is_refused);
	g_test_add_func(
		"/facts/tokens are equal whatever their label", test_tokens_are_equal_whatever_their_label);
	g_test_add_func("/facts/a module may lack its package", test_module_may_lack_its_package);
	g_test_add_func("/facts/a module of an older run has no reason", test_module_of_an_older_run);
	g_test_add_func("/facts/a path that is not UTF-8 is written escaped",
		test_path_that_is_not_utf8_is_written_escaped);
	g_test_add_func("/facts/times keep their text", test_times_keep_their_text);
	g_test_add_func("/facts/what is no time is refused", test_what_is_no_time_is_refused);
	g_test_add_func("/facts/a time out of range is written as the nearest one",
		test_time_out_of_range_is_written_as_the_nearest);

	return g_test_run();
}
