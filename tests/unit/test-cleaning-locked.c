/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the first PIN code does not open, and what a further one does. */
#include <glib/gstdio.h>
#include <openssl/pem.h>
#include <string.h>

#include "base/secret.h"
#include "cleaning-case.h"

#define SECOND "the second"

/* The path of this program, which the stage executes as its auditor. */
static const gchar *program;

typedef struct Fixture {
	TfCleaningCase it;
	const gchar *const *answers; /* NULL at the end: only Enter */
	gboolean repeats;	     /* the first of them without end */
	void (*before_answer)(struct Fixture *fixture);
	guint n_asked;
	guint n_paths; /* that the last question named */
	guint n_opened;
	guint n_found; /* TfStray that were told of, as opened */
} Fixture;

static gboolean further_password(gpointer user_data, const GPtrArray *paths, guint n_asked, guint n_opened,
	TfSecret **ret_password, GError **error)
{
	Fixture *fixture = user_data;
	const gchar *answer = fixture->answers[fixture->repeats ? 0 : n_asked];

	(void)error;
	g_assert_cmpuint(n_asked, ==, fixture->n_asked);
	fixture->n_asked++;
	fixture->n_paths = paths->len;
	fixture->n_opened += n_opened;
	if (fixture->before_answer != NULL)
		fixture->before_answer(fixture);
	*ret_password = answer != NULL ? tf_secret_new_copy(answer, strlen(answer)) : NULL;

	return TRUE;
}

static void count_opened(gpointer user_data, const TfStray *stray)
{
	Fixture *fixture = user_data;

	fixture->n_found += stray->basis == TF_BASIS_OPENED;
}

static void set_up(Fixture *fixture, gconstpointer data)
{
	static const gchar *const none[] = { NULL };

	(void)data;
	tf_cleaning_case_set_up(&fixture->it, program);
	fixture->answers = none;
	fixture->it.listener.user_data = fixture;
	fixture->it.listener.found = count_opened;
	fixture->it.listener.further_password = further_password;
}

static void tear_down(Fixture *fixture, gconstpointer data)
{
	(void)data;
	tf_cleaning_case_clear(&fixture->it);
}

static void plant_export(Fixture *fixture, const gchar *name, const gchar *password)
{
	const TfFixtureMember *member = fixture->it.stage->member;
	g_autoptr(GBytes) export = tf_fixture_pkcs12(member->key, member->certificate, NULL, NULL, password);

	tf_cleaning_case_plant(&fixture->it, name, export);
}

static void a_further_pin_code_has_a_copy_wiped(Fixture *fixture, gconstpointer data)
{
	static const gchar *const answers[] = { "wrong", SECOND, NULL };
	g_autoptr(TfOutcome) outcome = NULL;

	(void)data;
	fixture->answers = answers;
	plant_export(fixture, "first.p12", TF_STAGE_PASSWORD);
	plant_export(fixture, "second.p12", SECOND);
	outcome = tf_cleaning_case_run_well(&fixture->it);

	g_assert_cmpint(outcome->status, ==, TF_STATUS_DONE);
	g_assert_cmpuint(outcome->wiped->len, ==, 2);
	g_assert_cmpuint(outcome->search->n_unknown, ==, 0);
	g_assert_cmpuint(outcome->search->unknown->len, ==, 0);
	g_assert_cmpuint(fixture->it.search.n_of_rank[TF_RANK_SAME_KEY], ==, 2);
	g_assert_cmpuint(fixture->n_asked, ==, 2);
	g_assert_cmpuint(fixture->n_paths, ==, 1);
	g_assert_cmpuint(fixture->n_found, ==, 2);
}

static void without_a_further_pin_code_it_stays_unknown(Fixture *fixture, gconstpointer data)
{
	g_autoptr(TfOutcome) outcome = NULL;

	(void)data;
	plant_export(fixture, "second.p12", SECOND);
	outcome = tf_cleaning_case_run_well(&fixture->it);

	g_assert_cmpint(outcome->status, ==, TF_STATUS_KEPT);
	g_assert_cmpuint(outcome->search->n_unknown, ==, 1);
	g_assert_true(tf_cleaning_case_has(&fixture->it, "second.p12"));
	g_assert_cmpuint(fixture->n_asked, ==, 1);
}

static void nobody_is_asked_without_end(Fixture *fixture, gconstpointer data)
{
	static const gchar *const answers[] = { "wrong" };
	g_autoptr(TfOutcome) outcome = NULL;

	(void)data;
	fixture->answers = answers;
	fixture->repeats = TRUE;
	plant_export(fixture, "second.p12", SECOND);
	outcome = tf_cleaning_case_run_well(&fixture->it);

	g_assert_cmpuint(fixture->n_asked, ==, TF_SWEEP_FURTHER_LIMIT);
	g_assert_cmpuint(outcome->search->n_unknown, ==, 1);
}

static void what_it_opens_may_be_another_key(Fixture *fixture, gconstpointer data)
{
	static const gchar *const answers[] = { SECOND, NULL };
	g_autoptr(TfFixtureMember) other = tf_fixture_member("ec256", "Other", "Issuer");
	g_autoptr(GBytes) export = tf_fixture_pkcs12(other->key, other->certificate, NULL, NULL, SECOND);
	g_autoptr(TfOutcome) outcome = NULL;

	(void)data;
	fixture->answers = answers;
	tf_cleaning_case_plant(&fixture->it, "other.p12", export);
	outcome = tf_cleaning_case_run_well(&fixture->it);

	g_assert_cmpint(outcome->status, ==, TF_STATUS_DONE);
	g_assert_true(tf_cleaning_case_has(&fixture->it, "other.p12"));
	g_assert_cmpuint(fixture->it.search.n_of_rank[TF_RANK_ANOTHER_KEY], ==, 1);
	g_assert_cmpuint(fixture->it.search.n_of_rank[TF_RANK_UNKNOWN], ==, 0);
}

/* By the salts it was a copy already, and was kept because nobody knew what else is in it. */
static void a_copy_known_by_its_salts_is_opened(Fixture *fixture, gconstpointer data)
{
	static const gchar *const answers[] = { TF_STAGE_PASSWORD, NULL };
	g_autoptr(GByteArray) longer = g_byte_array_new();
	g_autoptr(GBytes) padded = NULL;
	g_autoptr(TfOutcome) outcome = NULL;

	(void)data;
	g_byte_array_append(longer, g_bytes_get_data(fixture->it.stage->content, NULL),
		(guint)g_bytes_get_size(fixture->it.stage->content));
	g_byte_array_append(longer, (const guint8 *)"\n", 1);
	padded = g_byte_array_free_to_bytes(g_steal_pointer(&longer));
	tf_cleaning_case_plant(&fixture->it, "padded", padded);
	fixture->it.plan.password = NULL;
	fixture->answers = answers;
	outcome = tf_cleaning_case_run_well(&fixture->it);

	g_assert_cmpuint(outcome->wiped->len, ==, 1);
	g_assert_cmpuint(outcome->kept->len, ==, 0);
	g_assert_false(tf_cleaning_case_has(&fixture->it, "padded"));
}

/* Of two keys in one text each has a password of its own, and neither opens the whole text. */
static void each_key_of_a_file_may_have_its_own(Fixture *fixture, gconstpointer data)
{
	static const gchar *const answers[] = { SECOND, NULL };
	EVP_PKEY *key = fixture->it.stage->member->key;
	g_autoptr(BIO) text = BIO_new(BIO_s_mem());
	g_autoptr(GBytes) both = NULL;
	g_autoptr(TfOutcome) outcome = NULL;
	const TfKept *kept = NULL;
	char *octets = NULL;
	long length = 0;

	(void)data;
	g_assert_cmpint(PEM_write_bio_PKCS8PrivateKey(text, key, EVP_aes_128_cbc(), TF_STAGE_PASSWORD,
				(int)strlen(TF_STAGE_PASSWORD), NULL, NULL),
		==, 1);
	g_assert_cmpint(PEM_write_bio_PKCS8PrivateKey(
				text, key, EVP_aes_128_cbc(), SECOND, (int)strlen(SECOND), NULL, NULL),
		==, 1);
	length = BIO_get_mem_data(text, &octets);
	both = g_bytes_new(octets, (gsize)length);
	tf_cleaning_case_plant(&fixture->it, "both.pem", both);
	fixture->answers = answers;
	outcome = tf_cleaning_case_run_well(&fixture->it);

	g_assert_cmpuint(fixture->it.search.n_of_rank[TF_RANK_SAME_KEY], ==, 2);
	g_assert_cmpuint(fixture->it.search.n_of_rank[TF_RANK_UNKNOWN], ==, 0);
	g_assert_cmpuint(outcome->wiped->len, ==, 0);
	g_assert_cmpuint(outcome->kept->len, ==, 1);
	kept = g_ptr_array_index(outcome->kept, 0);
	g_assert_cmpint(kept->why, ==, TF_KEPT_LOCKED);
	g_assert_nonnull(kept->detail);
}

static void replace(Fixture *fixture)
{
	g_autofree gchar *path = tf_cleaning_case_below(&fixture->it, "second.p12");

	g_assert_cmpint(g_remove(path), ==, 0);
	tf_fixture_write(path, fixture->it.stage->content);
}

/* It was nothing that a password opens when it was found: it is looked at as what it was found as. */
static void what_is_another_file_now_is_held_by_what_it_is(Fixture *fixture, gconstpointer data)
{
	static const gchar *const answers[] = { TF_STAGE_PASSWORD, NULL };
	g_autoptr(TfOutcome) outcome = NULL;

	(void)data;
	plant_export(fixture, "second.p12", SECOND);
	fixture->answers = answers;
	fixture->before_answer = replace;
	outcome = tf_cleaning_case_run_well(&fixture->it);

	g_assert_cmpuint(outcome->wiped->len, ==, 1);
	g_assert_cmpuint(outcome->search->n_unknown, ==, 0);
}

static void vanish(Fixture *fixture)
{
	g_autofree gchar *path = tf_cleaning_case_below(&fixture->it, "second.p12");

	(void)g_remove(path);
}

static void what_is_gone_stays_what_it_was(Fixture *fixture, gconstpointer data)
{
	static const gchar *const answers[] = { SECOND, NULL };
	g_autoptr(TfOutcome) outcome = NULL;

	(void)data;
	plant_export(fixture, "second.p12", SECOND);
	fixture->answers = answers;
	fixture->before_answer = vanish;
	outcome = tf_cleaning_case_run_well(&fixture->it);

	g_assert_cmpuint(outcome->wiped->len, ==, 0);
	g_assert_cmpuint(outcome->search->n_unknown, ==, 1);
}

static const struct {
	const gchar *path;
	void (*test)(Fixture *fixture, gconstpointer data);
} tests[] = {
	{ "/cleaning-locked/a further PIN code has a copy wiped", a_further_pin_code_has_a_copy_wiped },
	{ "/cleaning-locked/without a further PIN code it stays unknown",
		without_a_further_pin_code_it_stays_unknown },
	{ "/cleaning-locked/nobody is asked without end", nobody_is_asked_without_end },
	{ "/cleaning-locked/what a further PIN code opens may be another key",
		what_it_opens_may_be_another_key },
	{ "/cleaning-locked/a copy known by its salts is opened and wiped",
		a_copy_known_by_its_salts_is_opened },
	{ "/cleaning-locked/each key of a file may have a password of its own",
		each_key_of_a_file_may_have_its_own },
	{ "/cleaning-locked/what is another file now counts as what it is",
		what_is_another_file_now_is_held_by_what_it_is },
	{ "/cleaning-locked/what is gone meanwhile stays what it was", what_is_gone_stays_what_it_was },
};

int main(int argc, char **argv)
{
	tf_secret_setup();
	tf_stage_main(argc, argv);
	program = g_canonicalize_filename(argv[0], NULL);
	g_test_init(&argc, &argv, NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(tests); i++)
		g_test_add(tests[i].path, Fixture, NULL, set_up, tests[i].test, tear_down);

	return g_test_run();
}
