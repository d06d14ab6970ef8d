/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "disk/known.h"

#include <string.h>

#include "fixtures.h"
#include "key/certificate.h"

typedef struct Case {
	TfKnown *known;
	TfLibrary *library;
	TfSecret *password;
} Case;

static TfFixtureMember *member;
static TfFixtureMember *other;

static void set_up(Case *it, gconstpointer data)
{
	guint8 digest[TF_SHA256_SIZE];

	(void)data;
	it->known = tf_known_new();
	it->library = tf_library_new(NULL);
	it->password = tf_secret_new_copy("secret", 6);
	tf_certificate_spki_sha256(member->certificate, digest);
	tf_known_add_key(it->known, digest);
}

static void tear_down(Case *it, gconstpointer data)
{
	(void)data;
	tf_known_free(it->known);
	tf_library_free(it->library);
	tf_secret_free(it->password);
}

static TfStray *rank(Case *it, TfForm form, GBytes *content, const TfSecret *password)
{
	g_autoptr(TfSecret) bytes =
		tf_secret_new_copy(g_bytes_get_data(content, NULL), g_bytes_get_size(content));
	const TfPiece piece = { .form = form, .bytes = bytes };
	TfStray *stray = tf_stray_new("/home/m/file", NULL, tf_form_name(form));

	(void)tf_known_rank(it->known, &piece, password, it->library, stray);

	return stray;
}

static void assert_rank(
	Case *it, GBytes *content, const TfSecret *password, TfRank expected, TfRankBasis basis)
{
	g_autoptr(TfStray) stray = rank(it, TF_FORM_PKCS12, content, password);

	g_assert_cmpstr(tf_rank_name(stray->rank), ==, tf_rank_name(expected));
	g_assert_cmpstr(tf_rank_basis_name(stray->basis), ==, tf_rank_basis_name(basis));
}

static GBytes *export_of(const TfFixtureMember *of, const gchar *password)
{
	return tf_fixture_pkcs12(of->key, of->certificate, NULL, NULL, password);
}

static void test_opened(Case *it, gconstpointer data)
{
	g_autoptr(GBytes) same = export_of(member, "secret");
	g_autoptr(GBytes) another = export_of(other, "secret");

	(void)data;
	assert_rank(it, same, it->password, TF_RANK_SAME_KEY, TF_BASIS_OPENED);
	assert_rank(it, another, it->password, TF_RANK_ANOTHER_KEY, TF_BASIS_OPENED);
}

static void test_empty_password(Case *it, gconstpointer data)
{
	g_autoptr(GBytes) bundle = export_of(member, "");
	g_autoptr(GBytes) pkcs8 = tf_fixture_pkcs8(member->key, "");
	g_autoptr(GBytes) locked = export_of(member, "secret");
	g_autoptr(TfStray) of_bundle = rank(it, TF_FORM_PKCS12, bundle, it->password);
	g_autoptr(TfStray) of_pkcs8 = rank(it, TF_FORM_PKCS8_ENCRYPTED, pkcs8, it->password);
	g_autoptr(TfStray) of_locked = rank(it, TF_FORM_PKCS12, locked, it->password);

	(void)data;
	g_assert_cmpint(of_bundle->rank, ==, TF_RANK_SAME_KEY);
	g_assert_true(of_bundle->is_unprotected);
	g_assert_cmpint(of_pkcs8->rank, ==, TF_RANK_SAME_KEY);
	g_assert_true(of_pkcs8->is_unprotected);
	g_assert_false(of_locked->is_unprotected);
}

static void test_closed(Case *it, gconstpointer data)
{
	g_autoptr(GBytes) under_another = export_of(member, "another");

	(void)data;
	assert_rank(it, under_another, it->password, TF_RANK_UNKNOWN, TF_BASIS_NONE);
	assert_rank(it, under_another, NULL, TF_RANK_UNKNOWN, TF_BASIS_NONE);
}

static void test_content(Case *it, gconstpointer data)
{
	g_autoptr(GBytes) source = export_of(member, "another");
	guint8 digest[TF_SHA256_SIZE];
	guint8 known_spki[TF_SHA256_SIZE];
	guint8 spki[TF_SHA256_SIZE];
	gboolean holds_one_secret = FALSE;

	(void)data;
	tf_certificate_spki_sha256(member->certificate, spki);
	tf_sha256(g_bytes_get_data(source, NULL), g_bytes_get_size(source), digest);
	tf_known_add_content(it->known, digest, spki, TRUE);

	assert_rank(it, source, NULL, TF_RANK_SAME_KEY, TF_BASIS_CONTENT);
	g_assert_true(tf_known_content(it->known, digest, known_spki, &holds_one_secret));
	g_assert_true(holds_one_secret);
	g_assert_cmpmem(known_spki, sizeof known_spki, spki, sizeof spki);
	g_assert_false(tf_known_content(it->known, spki, known_spki, &holds_one_secret));
}

/* A copy with something behind it has another SHA-256, and the same salts. */
static void test_salts(Case *it, gconstpointer data)
{
	g_autoptr(GBytes) source = export_of(member, "secret");
	g_autoptr(GBytes) again = export_of(member, "secret");
	g_autoptr(GByteArray) longer = g_byte_array_new();
	g_autoptr(GBytes) copy = NULL;

	(void)data;
	g_byte_array_append(longer, g_bytes_get_data(source, NULL), (guint)g_bytes_get_size(source));
	g_byte_array_append(longer, (const guint8 *)"\n\n", 2);
	copy = g_bytes_new(longer->data, longer->len);
	assert_rank(it, copy, NULL, TF_RANK_UNKNOWN, TF_BASIS_NONE);

	assert_rank(it, source, it->password, TF_RANK_SAME_KEY, TF_BASIS_OPENED);

	assert_rank(it, copy, NULL, TF_RANK_SAME_EXPORT, TF_BASIS_SALTS);
	assert_rank(it, again, NULL, TF_RANK_UNKNOWN, TF_BASIS_NONE);
}

static void test_loose(Case *it, gconstpointer data)
{
	g_autoptr(GBytes) der = tf_fixture_pkcs8(member->key, NULL);
	g_autoptr(GBytes) locked = tf_fixture_pkcs8(member->key, "secret");
	g_autoptr(GBytes) another = tf_fixture_pkcs8(other->key, NULL);
	g_autoptr(TfStray) plain = rank(it, TF_FORM_PKCS8, der, NULL);
	g_autoptr(TfStray) opened = rank(it, TF_FORM_PKCS8_ENCRYPTED, locked, it->password);
	g_autoptr(TfStray) closed = rank(it, TF_FORM_PKCS8_ENCRYPTED, locked, NULL);
	g_autoptr(TfStray) of_other = rank(it, TF_FORM_PKCS8, another, NULL);

	(void)data;
	g_assert_cmpint(plain->rank, ==, TF_RANK_SAME_KEY);
	g_assert_true(plain->is_unprotected);
	g_assert_cmpint(opened->rank, ==, TF_RANK_SAME_KEY);
	g_assert_false(opened->is_unprotected);
	g_assert_cmpint(closed->rank, ==, TF_RANK_UNKNOWN);
	g_assert_cmpint(of_other->rank, ==, TF_RANK_ANOTHER_KEY);
}

static void test_unopened(Case *it, gconstpointer data)
{
	const TfPiece database = { .form = TF_FORM_NSS };
	const TfPiece part = { .form = TF_FORM_PKCS8, .is_damaged = TRUE };
	g_autoptr(TfStray) of_swap = tf_stray_new("/home/m/.key.swp", NULL, "pkcs8");
	const TfPiece half = { .form = TF_FORM_PKCS12, .is_damaged = TRUE };
	g_autoptr(TfStray) stray = tf_stray_new("/home/m/key4.db", NULL, "nss");
	g_autoptr(TfStray) damaged = tf_stray_new("/home/m/a.part", NULL, "pkcs12");

	(void)data;
	(void)tf_known_rank(it->known, &database, it->password, it->library, stray);
	(void)tf_known_rank(it->known, &half, it->password, it->library, damaged);

	(void)tf_known_rank(it->known, &part, it->password, it->library, of_swap);
	g_assert_false(of_swap->is_unprotected);
	g_assert_cmpint(stray->rank, ==, TF_RANK_UNKNOWN);
	g_assert_cmpint(damaged->rank, ==, TF_RANK_UNKNOWN);
	g_assert_true(damaged->is_damaged);
}

/* A search on another PC, before anybody says which key was moved. */
static void test_nothing_known(Case *it, gconstpointer data)
{
	g_autoptr(TfKnown) nothing = tf_known_new();
	g_autoptr(GBytes) bundle = export_of(member, "secret");
	g_autoptr(GBytes) plain = tf_fixture_pkcs8(member->key, NULL);
	TfKnown *known = it->known;

	(void)data;
	it->known = nothing;
	assert_rank(it, bundle, it->password, TF_RANK_UNKNOWN, TF_BASIS_NO_KEY);
	assert_rank(it, bundle, NULL, TF_RANK_UNKNOWN, TF_BASIS_NONE);
	{
		g_autoptr(TfStray) loose = rank(it, TF_FORM_PKCS8, plain, NULL);

		g_assert_cmpint(loose->rank, ==, TF_RANK_UNKNOWN);
		g_assert_cmpint(loose->basis, ==, TF_BASIS_NO_KEY);
		g_assert_true(loose->is_unprotected);
	}
	it->known = known;
}

static void test_certificates_alone(Case *it, gconstpointer data)
{
	g_autoptr(GBytes) trusted = tf_fixture_pkcs12(NULL, member->certificate, NULL, NULL, "secret");
	g_autoptr(TfSecret) bytes =
		tf_secret_new_copy(g_bytes_get_data(trusted, NULL), g_bytes_get_size(trusted));
	const TfPiece piece = { .form = TF_FORM_PKCS12, .bytes = bytes };
	g_autoptr(TfStray) opened = tf_stray_new("/home/m/file", NULL, "pkcs12");
	g_autoptr(TfStray) closed = tf_stray_new("/home/m/file", NULL, "pkcs12");

	(void)data;
	g_assert_false(tf_known_rank(it->known, &piece, it->password, it->library, opened));
	g_assert_true(tf_known_rank(it->known, &piece, NULL, it->library, closed));
	g_assert_cmpint(closed->rank, ==, TF_RANK_UNKNOWN);
}

/* One private key, which nothing opens, with this certificate. */
static GBytes *java_store_of(X509 *certificate)
{
	static const guint8 head[] = { 0xFE, 0xED, 0xFE, 0xED, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 1, 0, 1, 'a',
		0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 'k', 'e', 'y', '!', 0, 0, 0, 1, 0, 5, 'X', '.', '5', '0',
		'9' };
	g_autoptr(GBytes) der = tf_certificate_der(certificate);
	guint32 length = GUINT32_TO_BE((guint32)g_bytes_get_size(der));
	GByteArray *store = g_byte_array_new();

	g_byte_array_append(store, head, sizeof head);
	g_byte_array_append(store, (const guint8 *)&length, sizeof length);
	g_byte_array_append(store, g_bytes_get_data(der, NULL), (guint)g_bytes_get_size(der));

	return g_byte_array_free_to_bytes(store);
}

static void test_java_store(Case *it, gconstpointer data)
{
	g_autoptr(GBytes) same = java_store_of(member->certificate);
	g_autoptr(GBytes) another = java_store_of(other->certificate);
	g_autoptr(TfStray) of_same = rank(it, TF_FORM_JKS, same, it->password);
	g_autoptr(TfStray) of_another = rank(it, TF_FORM_JCEKS, another, it->password);

	(void)data;
	g_assert_cmpstr(tf_rank_name(of_same->rank), ==, "same-key");
	g_assert_cmpstr(tf_rank_basis_name(of_same->basis), ==, "certificate");
	g_assert_cmpstr(tf_rank_name(of_another->rank), ==, "unknown");
}

static void add(const gchar *name, void (*test)(Case *, gconstpointer))
{
	g_autofree gchar *path = g_strconcat("/known/", name, NULL);

	g_test_add(path, Case, NULL, set_up, test, tear_down);
}

int main(int argc, char **argv)
{
	int status = 0;

	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	member = tf_fixture_member("rsa2048", "Member", "Issuer");
	other = tf_fixture_member("ec256", "Other", "Issuer");
	add("what the PIN code opens is compared by its key", test_opened);
	add("what the empty password opens is compared, and protected by nothing", test_empty_password);
	add("what it does not open is not known", test_closed);
	add("the migrated file's content is known without opening it", test_content);
	add("a copy of an export that was opened is known by its salts, another export is not", test_salts);
	add("keys outside a PKCS#12 are compared, with the PIN code where they are locked", test_loose);
	add("without a key to hold it against what was opened is not known", test_nothing_known);
	add("certificates alone are no find once they are opened", test_certificates_alone);
	add("a key store of Java is known by the certificate that it shows", test_java_store);
	add("a database and half a file stay unknown", test_unopened);
	status = g_test_run();
	tf_fixture_member_free(member);
	tf_fixture_member_free(other);

	return status;
}
