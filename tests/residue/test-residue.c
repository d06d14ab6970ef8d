/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Key residue (design law 3): a journey runs in this process, and its memory is searched for the private key,
 * the PIN and the PIN code straight after the source is closed and again at the end.
 */
#include <fcntl.h>
#include <glib/gstdio.h>
#include <openssl/core_names.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "key/openssl.h"
#include "key/pkcs12.h"
#include "memory.h"
#include "pkcs12-parts.h"
#include "stage.h"

#define N_NEEDLES_LIMIT 16
#define SCALAR_SIZE	32 /* of P-256 */
#define LOCKED		"locked.p12"
#define OPEN		"open.p12"
#define FILE_NAME	"member.p12"
#define STORE		"profile"

static const gchar *program;

/* ---- the maker: another process, so that what it leaves in memory is gone with it ---- */

typedef struct Needles {
	TfNeedle items[N_NEEDLES_LIMIT];
	gsize n;
} Needles;

static void add_number(Needles *needles, EVP_PKEY *key, const gchar *parameter, const gchar *name)
{
	g_autoptr(BIGNUM) number = NULL;
	g_autofree gchar *reversed = g_strconcat(name, " reversed", NULL);
	guint8 bytes[TF_NEEDLE_LIMIT];

	g_assert_cmpint(EVP_PKEY_get_bn_param(key, parameter, &number), ==, 1);
	g_assert_cmpint(BN_num_bytes(number), <=, (gint)sizeof bytes);
	BN_bn2bin(number, bytes);
	/* 32 bytes from within: a copy that lost its ends is found as well. */
	needles->items[needles->n++] = tf_needle_new(name, bytes + BN_num_bytes(number) / 2 - 16, 32);
	needles->items[needles->n] = tf_needle_reversed(&needles->items[needles->n - 1], reversed);
	needles->n++;
}

static void add_text(Needles *needles, const gchar *text, const gchar *name)
{
	needles->items[needles->n++] = tf_needle_new(name, text, strlen(text));
}

/* The last half of the scalar: the allocator writes into the beginning of what was freed. */
static void add_scalar(Needles *needles, EVP_PKEY *key, const gchar *name)
{
	g_autoptr(BIGNUM) number = NULL;
	guint8 bytes[SCALAR_SIZE];

	g_assert_cmpint(EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_PRIV_KEY, &number), ==, 1);
	g_assert_cmpint(BN_bn2binpad(number, bytes, sizeof bytes), ==, sizeof bytes);
	needles->items[needles->n++] = tf_needle_new(name, bytes + SCALAR_SIZE / 2, SCALAR_SIZE / 2);
}

/* The PIN code as PKCS#12 hashes it: BMPString. */
static void add_wide(Needles *needles, const gchar *text, const gchar *name)
{
	guint8 wide[2 * 64];
	gsize length = strlen(text);

	for (gsize i = 0; i < length; i++) {
		wide[2 * i] = 0;
		wide[2 * i + 1] = (guint8)text[i];
	}
	needles->items[needles->n++] = tf_needle_new(name, wide, 2 * length);
}

static void write_p12(const gchar *directory, const gchar *password, Needles *needles)
{
	g_autoptr(TfFixtureMember) member = tf_fixture_member("rsa2048", "Taro Shakai", "Stage Issuing CA");
	g_autofree gchar *path = g_build_filename(directory, FILE_NAME, NULL);

	tf_fixture_write_pkcs12(member, path, password);
	add_number(needles, member->key, OSSL_PKEY_PARAM_RSA_D, "d");
	add_number(needles, member->key, OSSL_PKEY_PARAM_RSA_FACTOR1, "p");
	add_number(needles, member->key, OSSL_PKEY_PARAM_RSA_FACTOR2, "q");
}

/* The same key in a browser's key store, whose primary password is the PIN code. */
static void write_store(const gchar *directory, const gchar *password)
{
	g_autofree gchar *folder = g_build_filename(directory, STORE, NULL);
	g_autofree gchar *database = g_strconcat("sql:", folder, NULL);
	g_autofree gchar *line = g_strconcat(password, "\n", NULL);
	g_autofree gchar *file = g_build_filename(directory, "password", NULL);

	g_assert_cmpint(g_mkdir(folder, 0700), ==, 0);
	g_assert_true(g_file_set_contents(file, line, -1, NULL));
	tf_fixture_run(directory, "certutil", "-N", "-d", database, "-f", file, NULL);
	tf_fixture_run(
		directory, "pk12util", "-i", "member.p12", "-d", database, "-k", file, "-w", file, NULL);
	g_assert_cmpint(unlink(file), ==, 0);
}

/* An EC key, locked as always, and one that lies open below the MAC: their structures pass through
 * libcrypto's ordinary memory, which clears them because tf_secret_setup() told it to. */
static void write_scalars(const gchar *directory, const gchar *password, Needles *needles)
{
	g_autoptr(TfFixtureMember) locked = tf_fixture_member("ec256", "Taro Shakai", "Stage Issuing CA");
	g_autoptr(EVP_PKEY) open = tf_fixture_key("ec256");
	g_autoptr(GBytes) file = tf_part_with_mac(
		tf_part_file(tf_part_bag(1, tf_part_key(open)), NULL), password, "SHA256", 1000);
	g_autofree gchar *locked_path = g_build_filename(directory, LOCKED, NULL);
	g_autofree gchar *open_path = g_build_filename(directory, OPEN, NULL);

	tf_fixture_write_pkcs12(locked, locked_path, password);
	tf_fixture_write(open_path, file);
	add_scalar(needles, locked->key, LOCKED);
	add_scalar(needles, open, OPEN);
}

static int make(const gchar *directory)
{
	Needles needles = { .n = 0 };
	g_autofree gchar *password = tf_uuid();
	g_autofree gchar *pin = tf_uuid();
	g_autofree gchar *path = g_build_filename(directory, "needles", NULL);

	write_p12(directory, password, &needles);
	write_store(directory, password);
	tf_fixture_run(directory, "softhsm2-util", "--init-token", "--free", "--label", "residue", "--so-pin",
		"12345678", "--pin", pin, NULL);
	write_scalars(directory, password, &needles);
	add_text(&needles, password, "PIN code");
	add_wide(&needles, password, "PIN code, wide");
	add_text(&needles, pin, "PIN");
	g_assert_true(g_file_set_contents(path, (const gchar *)&needles, sizeof needles, NULL));

	return 0;
}

/* ---- the searcher ---- */

typedef struct Search {
	Needles needles;
	guint found_closed[N_NEEDLES_LIMIT];
	gboolean was_closed;
} Search;

static const TfNeedle *needle_named(const Needles *needles, const gchar *name)
{
	for (gsize i = 0; i < needles->n; i++) {
		if (strcmp(needles->items[i].name, name) == 0)
			return &needles->items[i];
	}
	g_assert_not_reached();
}

static TfSecret *give_password(
	gpointer data, const gchar *path, guint attempt, gboolean *ret_may_retry, GError **error)
{
	TfAnswers *answers = data;
	Search *search = answers->data;

	(void)path;
	(void)attempt;
	(void)error;
	*ret_may_retry = FALSE;

	return tf_needle_secret(needle_named(&search->needles, "PIN code"));
}

static gboolean give_pin(
	gpointer data, const TfTokenStatus *status, gboolean is_spare, TfSecret **ret_pin, GError **error)
{
	TfAnswers *answers = data;
	Search *search = answers->data;

	(void)status;
	(void)is_spare;
	(void)error;
	*ret_pin = tf_needle_secret(needle_named(&search->needles, "PIN"));

	return TRUE;
}

static void search_when_closed(TfNews news, const TfNewsContext *context, gpointer data)
{
	Search *search = data;

	(void)context;
	if (news != TF_NEWS_SOURCE_CLOSED)
		return;
	search->was_closed = TRUE;
	for (gsize i = 0; i < search->needles.n; i++)
		search->found_closed[i] = tf_memory_count(&search->needles.items[i], NULL);
}

typedef struct Fixture {
	gchar *directory;
	Search search;
	TfAnswers answers;
} Fixture;

static void load_needles(Fixture *fixture)
{
	g_autofree gchar *path = g_build_filename(fixture->directory, "needles", NULL);
	g_autofree gchar *content = NULL;
	gsize length = 0;

	g_assert_true(g_file_get_contents(path, &content, &length, NULL));
	g_assert_cmpuint(length, ==, sizeof fixture->search.needles);
	memcpy(&fixture->search.needles, content, length);
}

static void set_up(Fixture *fixture, gconstpointer data)
{
	g_autofree gchar *configuration = NULL;
	g_autofree gchar *store = NULL;
	g_autofree gchar *text = NULL;

	(void)data;
	fixture->directory = tf_fixture_directory();
	configuration = g_build_filename(fixture->directory, "softhsm2.conf", NULL);
	store = g_build_filename(fixture->directory, "tokens", NULL);
	text = g_strdup_printf(
		"directories.tokendir = %s\nobjectstore.backend = file\nlog.level = ERROR\n", store);
	g_assert_cmpint(g_mkdir_with_parents(store, 0700), ==, 0);
	g_assert_true(g_file_set_contents(configuration, text, -1, NULL));
	g_setenv("SOFTHSM2_CONF", configuration, TRUE);
	tf_fixture_run(fixture->directory, program, "--make", fixture->directory, NULL);
	load_needles(fixture);
	tf_answers_init(&fixture->answers, NULL, NULL);
	fixture->answers.data = &fixture->search;
	fixture->answers.on_news = search_when_closed;
	fixture->answers.dialogue.password = give_password;
	fixture->answers.dialogue.store_password = give_password;
	fixture->answers.dialogue.pin = give_pin;
}

static void tear_down(Fixture *fixture, gconstpointer data)
{
	(void)data;
	tf_fixture_remove(fixture->directory);
	g_free(fixture->directory);
}

static void run_journey(Fixture *fixture, const gchar *name)
{
	g_autofree gchar *source = g_build_filename(fixture->directory, name, NULL);
	g_autofree gchar *url = g_strdup_printf("sqlite:%s/state/ledger.db", fixture->directory);
	const gchar *const auditor[] = { program, "--auditor", NULL };
	const TfTransferPlan plan = { .source = source,
		.is_from_store = strcmp(name, STORE) == 0,
		.key_index = -1,
		.module = { .module = TF_SOFT_MODULE },
		.auditor = auditor };
	TfWhereabouts where = TF_WHERE_UNKNOWN;
	g_autoptr(GError) error = NULL;
	g_autoptr(TfLedger) ledger = tf_ledger_open(url, &error);
	g_autoptr(TfOutcome) outcome = tf_transfer(&plan, ledger, &fixture->answers.dialogue, &where, &error);

	g_assert_no_error(error);
	g_assert_cmpint(outcome->status, ==, TF_STATUS_DONE);
}

static void the_search_finds_what_is_there(Fixture *fixture, gconstpointer data)
{
	const TfNeedle *needle = needle_named(&fixture->search.needles, "d");
	guint before = tf_memory_count(needle, NULL);
	g_autoptr(TfSecret) planted = tf_needle_secret(needle);
	gsize n_bytes = 0;

	(void)data;
	g_assert_cmpuint(before, ==, 0);
	g_assert_cmpuint(tf_memory_count(needle, &n_bytes), ==, 1);
	g_test_message("searched %" G_GSIZE_FORMAT " bytes", n_bytes);
}

/* The search must not move its own things into the heap, and then leave the heap out. */
static void every_search_looks_into_the_heap(Fixture *fixture, gconstpointer data)
{
	const TfNeedle *needle = needle_named(&fixture->search.needles, "d");
	g_autoptr(TfSecret) secret = tf_needle_secret(needle);
	gsize length = tf_secret_length(secret);
	guint8 *copy = g_memdup2(tf_secret_peek(secret), length);

	(void)data;
	g_clear_pointer(&secret, tf_secret_free);
	for (guint i = 0; i < 3; i++)
		g_assert_cmpuint(tf_memory_count(needle, NULL), ==, 1);

	OPENSSL_cleanse(copy, length);
	g_free(copy);
}

static void open_and_close(const Fixture *fixture, const gchar *name)
{
	g_autofree gchar *path = g_build_filename(fixture->directory, name, NULL);
	TF_AUTO_FD int fd = open(path, O_RDONLY | O_CLOEXEC);
	g_autoptr(GError) error = NULL;
	g_autoptr(TfSecret) content = tf_secret_read(fd, TF_PKCS12_SIZE_LIMIT, path, &error);
	g_autoptr(TfSecret) password = tf_needle_secret(needle_named(&fixture->search.needles, "PIN code"));
	g_autoptr(TfPkcs12) pkcs12 = tf_pkcs12_new(content, path, &error);

	g_assert_no_error(error);
	g_assert_true(tf_pkcs12_open(pkcs12, password, &error));
	g_assert_cmpuint(tf_pkcs12_n_keys(pkcs12), ==, 1);
}

static void a_file_that_was_read_leaves_no_key(Fixture *fixture, gconstpointer data)
{
	const gchar *const names[] = { LOCKED, OPEN };

	(void)data;
	g_assert_cmpstr(g_getenv("MALLOC_PERTURB_"), ==, "0");
	for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
		const TfNeedle *needle = needle_named(&fixture->search.needles, names[i]);

		open_and_close(fixture, names[i]);

		g_assert_cmpuint(tf_memory_count(needle, NULL), ==, 0);
	}
}

/* The PIN is still needed for the audit, and a store's password for the removal: each lies in its one
 * TfSecret, and nowhere else. */
static guint n_allowed(const TfNeedle *needle, const gchar *source)
{
	gboolean is_needed = strcmp(needle->name, "PIN") == 0 ||
			     (strcmp(needle->name, "PIN code") == 0 && strcmp(source, STORE) == 0);

	return is_needed ? 1 : 0;
}

static void a_closed_source_leaves_no_secret(Fixture *fixture, gconstpointer source)
{
	run_journey(fixture, source);

	g_assert_true(fixture->search.was_closed);
	for (gsize i = 0; i < fixture->search.needles.n; i++) {
		const TfNeedle *needle = &fixture->search.needles.items[i];

		g_test_message("%s: %u times", needle->name, fixture->search.found_closed[i]);
		if (fixture->search.found_closed[i] > n_allowed(needle, source))
			g_test_fail_printf("%s lies in memory after the source was closed", needle->name);
	}
}

static void the_end_leaves_no_secret(Fixture *fixture, gconstpointer source)
{
	run_journey(fixture, source);

	for (gsize i = 0; i < fixture->search.needles.n; i++) {
		const TfNeedle *needle = &fixture->search.needles.items[i];
		guint found = tf_memory_count(needle, NULL);

		g_test_message("%s: %u times", needle->name, found);
		if (found > 0)
			g_test_fail_printf("%s lies in memory at the end", needle->name);
	}
}

static void add(const gchar *name, const gchar *source, void (*run)(Fixture *, gconstpointer))
{
	g_test_add(name, Fixture, source, set_up, run, tear_down);
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	tf_stage_main(argc, argv);
	if (argc == 3 && strcmp(argv[1], "--make") == 0)
		return make(argv[2]);
	program = g_canonicalize_filename(argv[0], NULL);
	g_test_init(&argc, &argv, NULL);
	add("/residue/the search finds a secret that is there", NULL, the_search_finds_what_is_there);
	add("/residue/every search looks into the heap", NULL, every_search_looks_into_the_heap);
	add("/residue/a file that was read leaves no key", NULL, a_file_that_was_read_leaves_no_key);
	add("/residue/a closed source leaves no secret but the PIN in its place", FILE_NAME,
		a_closed_source_leaves_no_secret);
	add("/residue/a closed key store leaves no secret but PIN and password in their places", STORE,
		a_closed_source_leaves_no_secret);
	add("/residue/the end of the journey leaves no secret", FILE_NAME, the_end_leaves_no_secret);
	add("/residue/the end of a journey out of a key store leaves no secret", STORE,
		the_end_leaves_no_secret);

	return g_test_run();
}
