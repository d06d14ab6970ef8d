/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* An auditor of a batch answers for a group in this process, which is then searched for the PINs that it was
 * given. It never had a key: that law 2 demands, and nothing of one is near it here. */
#include <string.h>

#include "audit-case.h"
#include "memory.h"
#include "module-private.h"

#define N_TOKENS 2u
#define NEEDLES	 "needles"
#define REQUEST	 "request"
#define STORE	 "store"

static const gchar *program;

/* ---- the maker: another process, so that what it leaves in memory is gone with it ---- */

static void write_file(const gchar *directory, const gchar *name, const gchar *bytes, gssize length)
{
	g_autofree gchar *path = g_build_filename(directory, name, NULL);

	g_assert_true(g_file_set_contents(path, bytes, length, NULL));
}

/* Another than the fixture's, which stands in the program. */
static TfNeedle change_pin(const gchar *directory, const gchar *label)
{
	g_autofree gchar *pin = tf_uuid();

	tf_fixture_run(directory, "pkcs11-tool", "--module", TF_SOFT_MODULE, "--token-label", label,
		"--login", "--pin", TF_SOFT_PIN, "--change-pin", "--new-pin", pin, NULL);

	return tf_needle_new(label, pin, strlen(pin));
}

static int make(const gchar *directory)
{
	TfOpenToken *token = tf_open_soft_token();
	TfAuditCase *first = tf_audit_case_new(token, "rsa2048");
	TfAuditCase *second = tf_audit_case_beside(first, "Second", "ec256");
	const TfModuleFacts *module = tf_module_facts(token->module);
	/* The text says only that there is one. */
	g_autoptr(TfSecret) pin = tf_open_token_pin();
	const TfAuditRequest requests[N_TOKENS] = { tf_audit_case_request(first, module, NULL, pin),
		tf_audit_case_request(second, module, NULL, pin) };
	const TfAuditRequest *const pointers[N_TOKENS] = { &requests[0], &requests[1] };
	g_autofree gchar *text = tf_audit_group_to_text(pointers, N_TOKENS);
	TfNeedle needles[N_TOKENS];

	g_clear_pointer(&token->session, tf_session_free);
	g_clear_pointer(&token->module, tf_module_free);
	needles[0] = change_pin(directory, TF_SOFT_LABEL);
	needles[1] = change_pin(directory, "Second");
	write_file(directory, REQUEST, text, -1);
	write_file(directory, NEEDLES, (const gchar *)needles, sizeof needles);
	write_file(directory, STORE, token->soft->directory, -1);

	/* The store is the searcher's now: nothing is freed. */
	return 0;
}

/* ---- the searcher ---- */

typedef struct Fixture {
	gchar *directory;
	gchar *store;
	gchar *request;
	TfNeedle needles[N_TOKENS];
	guint n_told;
} Fixture;

static gchar *read_file(const Fixture *fixture, const gchar *name, gsize *ret_length)
{
	g_autofree gchar *path = g_build_filename(fixture->directory, name, NULL);
	gchar *content = NULL;

	g_assert_true(g_file_get_contents(path, &content, ret_length, NULL));

	return content;
}

static void set_up(Fixture *fixture, gconstpointer data)
{
	g_autofree gchar *needles = NULL;
	g_autofree gchar *configuration = NULL;
	gsize length = 0;

	(void)data;
	fixture->directory = tf_fixture_directory();
	tf_fixture_run(fixture->directory, program, "--make", fixture->directory, NULL);
	fixture->store = read_file(fixture, STORE, NULL);
	fixture->request = read_file(fixture, REQUEST, NULL);
	needles = read_file(fixture, NEEDLES, &length);
	g_assert_cmpuint(length, ==, sizeof fixture->needles);
	memcpy(fixture->needles, needles, length);
	configuration = g_build_filename(fixture->store, "softhsm2.conf", NULL);
	g_assert_true(g_setenv("SOFTHSM2_CONF", configuration, TRUE));
}

static void tear_down(Fixture *fixture, gconstpointer data)
{
	(void)data;
	tf_fixture_remove(fixture->store);
	tf_fixture_remove(fixture->directory);
	g_free(fixture->request);
	g_free(fixture->store);
	g_free(fixture->directory);
}

static TfSecret *give_pins(const Fixture *fixture)
{
	g_autoptr(TfSecret) first = tf_needle_secret(&fixture->needles[0]);
	g_autoptr(TfSecret) second = tf_needle_secret(&fixture->needles[1]);
	const TfAuditRequest requests[N_TOKENS] = { { .pin = first }, { .pin = second } };
	const TfAuditRequest *const pointers[N_TOKENS] = { &requests[0], &requests[1] };

	return tf_audit_group_pins(pointers, N_TOKENS);
}

static void note(guint index, const gchar *text, gpointer user_data)
{
	Fixture *fixture = user_data;

	g_assert_cmpuint(index, ==, fixture->n_told++);
	g_assert_nonnull(strstr(text, "\"grade\":\"refused\""));
}

static guint count(const Fixture *fixture)
{
	guint n = 0;

	for (guint i = 0; i < N_TOKENS; i++)
		n += tf_memory_count(&fixture->needles[i], NULL);

	return n;
}

static void test_a_group_leaves_no_pin(Fixture *fixture, gconstpointer data)
{
	g_autoptr(TfAuditing) auditing = tf_auditing_new();
	g_autoptr(TfSecret) pins = NULL;

	(void)data;
	g_assert_cmpuint(count(fixture), ==, 0);
	pins = give_pins(fixture);
	g_assert_cmpuint(count(fixture), ==, N_TOKENS);

	g_assert_true(tf_auditing_run(auditing, fixture->request, pins, note, fixture));

	g_assert_cmpuint(fixture->n_told, ==, N_TOKENS);
	g_assert_cmpuint(count(fixture), ==, N_TOKENS);
	g_clear_pointer(&pins, tf_secret_free);
	g_assert_cmpuint(count(fixture), ==, 0);
}

int main(int argc, char **argv)
{
	tf_audit_case_setup(argc, argv);
	program = argv[0];
	if (argc == 3 && strcmp(argv[1], "--make") == 0)
		return make(argv[2]);
	g_test_init(&argc, &argv, NULL);
	g_test_add("/residue-auditor/a group of audits leaves no PIN in the auditor", Fixture, NULL, set_up,
		test_a_group_leaves_no_pin, tear_down);

	return g_test_run();
}
