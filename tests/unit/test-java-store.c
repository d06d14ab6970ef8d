/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "key/java-store.h"

#include <string.h>

#include "fixtures.h"
#include "key/certificate.h"

#define CODE	 "secret-one"
#define KEYTOOL	 "keytool", "-keystore", "store", "-storepass", CODE, "-storetype"
#define OF_STORE "-noprompt", NULL

typedef struct Desk {
	gchar *directory;
	TfFixtureMember *member;
	guint8 spki_sha256[TF_SHA256_SIZE];
} Desk;

static void set_up(Desk *desk, G_GNUC_UNUSED gconstpointer type)
{
	g_autofree gchar *bundle = NULL;
	g_autofree gchar *pem = NULL;
	g_autoptr(GBytes) certificate = NULL;

	desk->directory = tf_fixture_directory();
	desk->member = tf_fixture_member("rsa2048", "Java", "CA");
	tf_certificate_spki_sha256(desk->member->certificate, desk->spki_sha256);
	bundle = g_build_filename(desk->directory, "member.p12", NULL);
	pem = g_build_filename(desk->directory, "member.pem", NULL);
	certificate = tf_fixture_certificate_pem(desk->member->certificate);
	tf_fixture_write_pkcs12(desk->member, bundle, CODE);
	tf_fixture_write(pem, certificate);
}

static void tear_down(Desk *desk, G_GNUC_UNUSED gconstpointer type)
{
	tf_fixture_remove(desk->directory);
	g_free(desk->directory);
	tf_fixture_member_free(desk->member);
}

static void add_key(const Desk *desk, const gchar *type)
{
	tf_fixture_run(desk->directory, "keytool", "-importkeystore", "-srckeystore", "member.p12",
		"-srcstoretype", "PKCS12", "-srcstorepass", CODE, "-destkeystore", "store", "-deststoretype",
		type, "-deststorepass", CODE, "-noprompt", NULL);
}

static void add_certificate(const Desk *desk, const gchar *type, const gchar *alias)
{
	tf_fixture_run(desk->directory, KEYTOOL, type, "-importcert", "-alias", alias, "-file", "member.pem",
		OF_STORE);
}

static void add_pair(const Desk *desk, const gchar *type, const gchar *alias)
{
	tf_fixture_run(desk->directory, KEYTOOL, type, "-genkeypair", "-alias", alias, "-keyalg", "EC",
		"-groupname", "secp256r1", "-dname", "CN=other", "-keypass", CODE, OF_STORE);
}

static TfSecret *load(const Desk *desk)
{
	g_autofree gchar *path = g_build_filename(desk->directory, "store", NULL);
	g_autofree gchar *content = NULL;
	gsize length = 0;

	g_assert_true(g_file_get_contents(path, &content, &length, NULL));

	return tf_secret_new_copy(content, length);
}

static gboolean shows_member(const Desk *desk, const TfSecret *store)
{
	g_autoptr(GPtrArray) keys = tf_java_store_keys(store);
	g_autoptr(GBytes) expected = g_bytes_new(desk->spki_sha256, TF_SHA256_SIZE);

	return g_ptr_array_find_with_equal_func(keys, expected, g_bytes_equal, NULL);
}

static void a_key_is_known_by_its_certificate(Desk *desk, gconstpointer type)
{
	g_autoptr(TfSecret) store = NULL;
	g_autoptr(GPtrArray) keys = NULL;

	add_pair(desk, type, "a");
	add_certificate(desk, type, "b");
	add_key(desk, type);

	store = load(desk);
	keys = tf_java_store_keys(store);
	g_assert_cmpuint(keys->len, ==, 2);
	g_assert_true(shows_member(desk, store));
	g_assert_true(tf_java_store_may_hold_keys(store));
}

/* As every Java has it, to know servers by. */
static void a_store_of_trusted_certificates_holds_no_key(Desk *desk, gconstpointer type)
{
	g_autoptr(TfSecret) store = NULL;

	add_certificate(desk, type, "a");
	add_certificate(desk, type, "b");

	store = load(desk);
	g_assert_false(tf_java_store_may_hold_keys(store));
	g_assert_false(shows_member(desk, store));
}

static void behind_a_secret_key_there_may_be_keys(Desk *desk, G_GNUC_UNUSED gconstpointer type)
{
	g_autoptr(TfSecret) store = NULL;

	tf_fixture_run(desk->directory, KEYTOOL, "JCEKS", "-genseckey", "-alias", "a", "-keyalg", "AES",
		"-keysize", "128", "-keypass", CODE, OF_STORE);

	store = load(desk);
	g_assert_true(tf_java_store_may_hold_keys(store));
	g_assert_false(shows_member(desk, store));
}

static void a_store_that_was_cut_may_hold_keys(Desk *desk, gconstpointer type)
{
	g_autoptr(TfSecret) store = NULL;

	add_certificate(desk, type, "a");
	add_key(desk, type);
	store = load(desk);

	/* Without the digest at its end no entry is missing. */
	for (gsize length = 0; length + 20 < tf_secret_length(store); length++) {
		g_autoptr(TfSecret) part = tf_secret_new_copy(tf_secret_peek(store), length);

		g_assert_true(tf_java_store_may_hold_keys(part));
	}
}

static void lengths_beyond_the_end_are_refused(void)
{
	/* The magic, a version, so many entries; a tag, the alias, a date; the lengths. */
	static const guint8 stores[][44] = {
		{ 0xFE, 0xED, 0xFE, 0xED, 0, 0, 0, 2, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 2, 0xFF, 0xFF, 'a' },
		{ 0xFE, 0xED, 0xFE, 0xED, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 1, 0, 1, 'a', 0, 0, 0, 0, 0, 0, 0,
			0, 0xFF, 0xFF, 0xFF, 0xFF },
		{ 0xFE, 0xED, 0xFE, 0xED, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 1, 0, 1, 'a', 0, 0, 0, 0, 0, 0, 0,
			0, 0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF },
		{ 0xFE, 0xED, 0xFE, 0xED, 0, 0, 0, 3, 0, 0, 0, 0 },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(stores); i++) {
		g_autoptr(TfSecret) store = tf_secret_new_copy(stores[i], sizeof stores[i]);
		g_autoptr(GPtrArray) keys = tf_java_store_keys(store);

		g_assert_cmpuint(keys->len, ==, 0);
		g_assert_true(tf_java_store_may_hold_keys(store));
	}
}

static void add(const gchar *type, const gchar *name, void (*test)(Desk *, gconstpointer))
{
	g_autofree gchar *path = g_strdup_printf("/java-store/%s/%s", type, name);

	g_test_add(path, Desk, type, set_up, test, tear_down);
}

int main(int argc, char **argv)
{
	static const gchar *const types[] = { "JKS", "JCEKS" };

	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(types); i++) {
		add(types[i], "a key is known by its certificate", a_key_is_known_by_its_certificate);
		add(types[i], "a store of trusted certificates holds no key",
			a_store_of_trusted_certificates_holds_no_key);
	}
	add("JKS", "a store that was cut may hold keys", a_store_that_was_cut_may_hold_keys);
	add("JCEKS", "behind a secret key there may be keys", behind_a_secret_key_there_may_be_keys);
	g_test_add_func("/java-store/lengths beyond the end are refused", lengths_beyond_the_end_are_refused);

	return g_test_run();
}
