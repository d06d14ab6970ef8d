/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "token/nss-removal.h"

#include "base/error.h"
#include "nss-profile.h"
#include "source.h"
#include "token/extract.h"

/* A profile with the key of 'source' and one of somebody else's. */
typedef struct Fixture {
	TfNssProfile *profile;
	TfFixtureMember *other;
	TfFixtureSource source;
	TfNssStore *store;
} Fixture;

static void set_up(Fixture *fixture, gconstpointer key_type)
{
	fixture->profile = tf_nss_profile_new(TRUE);
	fixture->other = tf_fixture_member(key_type, "別人 太郎", "Test Issuing CA");
	fixture->source.member = tf_fixture_member(key_type, "見本 花子", "Test Issuing CA");
	fixture->source.sha256[0] = 7;
	tf_nss_profile_add(fixture->profile, fixture->source.member, "member");
	tf_nss_profile_add(fixture->profile, fixture->other, "other");
	fixture->store = tf_nss_profile_open(fixture->profile);
}

static void tear_down(Fixture *fixture, gconstpointer key_type)
{
	(void)key_type;
	tf_nss_store_free(fixture->store);
	tf_fixture_member_free(fixture->source.member);
	tf_fixture_member_free(fixture->other);
	tf_nss_profile_free(fixture->profile);
}

static void open_again(Fixture *fixture)
{
	g_clear_pointer(&fixture->store, tf_nss_store_free);
	fixture->store = tf_nss_profile_open(fixture->profile);
}

static gboolean is_needed(const Fixture *fixture, const TfFixtureMember *member)
{
	g_autoptr(GError) error = NULL;
	gboolean needed = FALSE;

	(void)tf_nss_removal_is_needed(fixture->store, member->certificate, &needed, &error);
	g_assert_no_error(error);

	return needed;
}

static gboolean finds_private(const Fixture *fixture, const TfFixtureMember *member)
{
	g_autoptr(GError) error = NULL;
	gboolean finds = FALSE;

	(void)tf_nss_removal_finds_private(fixture->store, member->certificate, &finds, &error);
	g_assert_no_error(error);

	return finds;
}

static void remove_by(Fixture *fixture, const TfProof *proof)
{
	g_autoptr(GError) error = NULL;

	(void)tf_nss_removal(
		fixture->store, fixture->source.member->certificate, fixture->source.sha256, proof, &error);
	g_assert_no_error(error);
}

static void test_removed(Fixture *fixture, gconstpointer key_type)
{
	g_autoptr(TfProof) proof = tf_fixture_proof(&fixture->source);

	(void)key_type;
	g_assert_true(finds_private(fixture, fixture->source.member));
	remove_by(fixture, proof);
	open_again(fixture);

	g_assert_false(finds_private(fixture, fixture->source.member));
	g_assert_false(is_needed(fixture, fixture->source.member));
	g_assert_true(finds_private(fixture, fixture->other));
	g_assert_true(is_needed(fixture, fixture->other));
}

/* It is not on the token, and no secret. */
static void test_further_certificate(Fixture *fixture, gconstpointer key_type)
{
	const TfFixtureMember *member = fixture->source.member;
	const TfFixtureCertificate wanted = { .key = member->key,
		.name = "見本 花子",
		.issuer = sk_X509_value(fixture->other->chain, 0),
		.issuer_key = fixture->other->issuer_key };
	g_autoptr(X509) further = tf_fixture_certificate(&wanted);
	g_autoptr(TfProof) proof = tf_fixture_proof(&fixture->source);
	gboolean finds = FALSE;

	(void)key_type;
	g_clear_pointer(&fixture->store, tf_nss_store_free);
	tf_nss_profile_add_certificate(fixture->profile, further, "further");
	open_again(fixture);
	remove_by(fixture, proof);
	open_again(fixture);

	g_assert_false(is_needed(fixture, member));
	g_assert_true(tf_nss_removal_is_needed(fixture->store, further, &finds, NULL));
	g_assert_true(finds);
}

static void test_again(Fixture *fixture, gconstpointer key_type)
{
	g_autoptr(TfProof) proof = tf_fixture_stored_proof(&fixture->source);

	(void)key_type;
	remove_by(fixture, proof);
	remove_by(fixture, proof);

	g_assert_false(is_needed(fixture, fixture->source.member));
}

static void assert_refused(Fixture *fixture, const TfProof *proof)
{
	g_autoptr(GError) error = NULL;

	g_assert_false(tf_nss_removal(
		fixture->store, fixture->source.member->certificate, fixture->source.sha256, proof, &error));

	g_assert_error(error, TF_ERROR, TF_ERROR_PROOF_INVALID);
	open_again(fixture);
	g_assert_true(finds_private(fixture, fixture->source.member));
}

static void test_another_key(Fixture *fixture, gconstpointer key_type)
{
	TfFixtureSource other = fixture->source;
	g_autoptr(TfProof) proof = NULL;

	(void)key_type;
	other.member = fixture->other;
	proof = tf_fixture_proof(&other);

	assert_refused(fixture, proof);
}

static void test_another_source(Fixture *fixture, gconstpointer key_type)
{
	TfFixtureSource other = fixture->source;
	g_autoptr(TfProof) proof = NULL;

	(void)key_type;
	other.sha256[0] = 8;
	proof = tf_fixture_stored_proof(&other);

	assert_refused(fixture, proof);
}

int main(int argc, char **argv)
{
	static const struct {
		const gchar *name;
		const gchar *key_type;
		void (*test)(Fixture *, gconstpointer);
	} tests[] = {
		{ "/nss-removal/an RSA key goes with its certificate, and the other key stays", "rsa2048",
			test_removed },
		{ "/nss-removal/an EC key goes with its certificate, and the other key stays", "ec256",
			test_removed },
		{ "/nss-removal/a further certificate of the key stays", "ec256", test_further_certificate },
		{ "/nss-removal/what is gone already is not missed", "ec256", test_again },
		{ "/nss-removal/a proof for another key is refused", "ec256", test_another_key },
		{ "/nss-removal/a stored proof for another source is refused", "ec256", test_another_source },
	};

	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(tests); i++)
		g_test_add(tests[i].name, Fixture, tests[i].key_type, set_up, tests[i].test, tear_down);

	return g_test_run();
}
