/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "disk/wipe.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "source.h"

#define BIG 3000001

static gboolean run_wipe(TfFound *found, const TfProof *proof, TfWipeTrace **ret_trace,
	TfWipeResult *ret_result, GError **error)
{
	const TfWipeOptions options = { .journal = tf_fixture_journal, .user_data = ret_trace };

	return tf_wipe(found, proof, &options, ret_result, error);
}

static void assert_untouched(const TfFixtureSource *source)
{
	g_autoptr(TfFound) found = tf_fixture_found(source);

	g_assert_nonnull(found);
}

/* The wipe must be refused with 'code', nothing journalled. */
static void expect_refusal(TfFound *found, const TfProof *proof, TfErrorCode code)
{
	g_autoptr(TfWipeTrace) trace = NULL;
	g_autoptr(GError) error = NULL;
	TfWipeResult result = { .level = 9 };

	g_assert_false(run_wipe(found, proof, &trace, &result, &error));

	g_assert_error(error, TF_ERROR, (gint)code);
	g_assert_null(trace);
	g_assert_cmpuint(result.level, ==, 9);
}

static void assert_gone(const TfFixtureSource *source, const TfWipeTrace *trace)
{
	g_autofree gchar *renamed = g_build_filename(trace->directory, trace->new_name, NULL);

	g_assert_false(g_file_test(source->path, G_FILE_TEST_EXISTS));
	g_assert_false(g_file_test(renamed, G_FILE_TEST_EXISTS));
}

static void test_wiped(void)
{
	g_autoptr(TfFixtureSource) source = tf_fixture_source(NULL);
	g_autoptr(TfFound) found = tf_fixture_found(source);
	g_autoptr(TfProof) proof = tf_fixture_proof(source);
	g_autoptr(TfWipeTrace) trace = NULL;
	g_autoptr(GError) error = NULL;
	TfWipeResult result;

	g_assert_true(run_wipe(found, proof, &trace, &result, &error));

	g_assert_no_error(error);
	assert_gone(source, trace);
	g_assert_cmpuint(result.level, >=, 2);
	g_assert_true(g_str_has_suffix(result.suffixes, "G"));
}

static void test_trace(void)
{
	g_autoptr(TfFixtureSource) source = tf_fixture_source(NULL);
	g_autoptr(TfFound) found = tf_fixture_found(source);
	g_autoptr(TfProof) proof = tf_fixture_proof(source);
	g_autoptr(TfWipeTrace) trace = NULL;
	TfWipeResult result;

	g_assert_true(run_wipe(found, proof, &trace, &result, NULL));

	g_assert_cmpstr(trace->directory, ==, source->directory);
	g_assert_cmpstr(trace->name, ==, "key.p12");
	g_assert_cmpuint(strlen(trace->new_name), ==, strlen(trace->name));
	g_assert_cmpuint(trace->inode, ==, tf_found_identity(found)->inode);
	g_assert_cmpint(trace->size, ==, tf_found_identity(found)->size);
}

static void test_large_file(void)
{
	g_autoptr(TfFixtureSource) source = tf_fixture_source(NULL);
	g_autoptr(TfFound) found = NULL;
	g_autoptr(TfProof) proof = NULL;
	g_autoptr(TfWipeTrace) trace = NULL;
	TfWipeResult result;

	tf_fixture_source_fill(source, "MARKER", BIG);
	found = tf_fixture_found(source);
	proof = tf_fixture_proof(source);

	g_assert_true(run_wipe(found, proof, &trace, &result, NULL));
	assert_gone(source, trace);
}

static void test_proof_for_another_key(void)
{
	g_autoptr(TfFixtureSource) source = tf_fixture_source(NULL);
	g_autoptr(TfFixtureSource) other = tf_fixture_source(NULL);
	g_autoptr(TfFound) found = tf_fixture_found(source);
	g_autoptr(TfProof) proof = tf_fixture_proof(other);

	expect_refusal(found, proof, TF_ERROR_PROOF_INVALID);
	assert_untouched(source);
}

/* Another export of the same key: what was proven once for one file says nothing about the other. */
static void test_stored_proof_for_another_file(void)
{
	g_autoptr(TfFixtureSource) source = tf_fixture_source(NULL);
	g_autoptr(TfProof) proof = tf_fixture_stored_proof(source);
	g_autoptr(TfFound) found = NULL;

	tf_fixture_source_fill(source, "another export", 2000);
	found = tf_fixture_found(source);

	expect_refusal(found, proof, TF_ERROR_PROOF_INVALID);
	assert_untouched(source);
}

static void test_stored_proof_for_this_file(void)
{
	g_autoptr(TfFixtureSource) source = tf_fixture_source(NULL);
	g_autoptr(TfProof) proof = tf_fixture_stored_proof(source);
	g_autoptr(TfFound) found = tf_fixture_found(source);
	g_autoptr(TfWipeTrace) trace = NULL;
	TfWipeResult result;

	g_assert_true(run_wipe(found, proof, &trace, &result, NULL));
	assert_gone(source, trace);
}

static void test_second_secret(void)
{
	g_autoptr(TfFixtureSource) source = tf_fixture_source(NULL);
	g_autoptr(TfProof) proof = tf_fixture_proof(source);
	g_autoptr(TfFound) found =
		tf_recognise_recorded(source->path, source->sha256, source->spki_sha256, FALSE, NULL, NULL);

	expect_refusal(found, proof, TF_ERROR_WIPE_REFUSED);
	assert_untouched(source);
}

static void test_hard_link(void)
{
	g_autoptr(TfFixtureSource) source = tf_fixture_source(NULL);
	g_autofree gchar *second = g_build_filename(source->directory, "second.p12", NULL);
	g_autoptr(TfProof) proof = tf_fixture_proof(source);
	g_autoptr(TfFound) found = NULL;

	g_assert_cmpint(link(source->path, second), ==, 0);
	found = tf_fixture_found(source);

	expect_refusal(found, proof, TF_ERROR_WIPE_REFUSED);
	assert_untouched(source);
}

static void test_open_elsewhere(void)
{
	g_autoptr(TfFixtureSource) source = tf_fixture_source(NULL);
	g_autoptr(TfProof) proof = tf_fixture_proof(source);
	g_autoptr(TfFound) found = tf_fixture_found(source);
	TF_AUTO_FD int reader = open(source->path, O_RDONLY | O_CLOEXEC);

	g_assert_cmpint(reader, >=, 0);
	expect_refusal(found, proof, TF_ERROR_WIPE_REFUSED);
	assert_untouched(source);
}

static void test_refused_once_then_wiped(void)
{
	g_autoptr(TfFixtureSource) source = tf_fixture_source(NULL);
	g_autoptr(TfProof) proof = tf_fixture_proof(source);
	g_autoptr(TfFound) found = tf_fixture_found(source);
	TF_AUTO_FD int reader = open(source->path, O_RDONLY | O_CLOEXEC);
	g_autoptr(TfWipeTrace) trace = NULL;
	TfWipeResult result;

	expect_refusal(found, proof, TF_ERROR_WIPE_REFUSED);
	tf_file_close(&reader);

	g_assert_true(run_wipe(found, proof, &trace, &result, NULL));
	assert_gone(source, trace);
}

static void test_changed(void)
{
	g_autoptr(TfFixtureSource) source = tf_fixture_source(NULL);
	g_autoptr(TfProof) proof = tf_fixture_proof(source);
	g_autoptr(TfFound) found = tf_fixture_found(source);
	TF_AUTO_FD int writer = open(source->path, O_WRONLY | O_CLOEXEC);

	g_assert_cmpint(pwrite(writer, "new", 3, 0), ==, 3);
	tf_file_close(&writer);

	expect_refusal(found, proof, TF_ERROR_WIPE_REFUSED);
	g_assert_true(g_file_test(source->path, G_FILE_TEST_EXISTS));
}

/* The same content, but another file. */
static void test_replaced(void)
{
	g_autoptr(TfFixtureSource) source = tf_fixture_source(NULL);
	g_autofree gchar *aside = g_build_filename(source->directory, "aside", NULL);
	g_autofree gchar *content = NULL;
	g_autoptr(TfProof) proof = tf_fixture_proof(source);
	g_autoptr(TfFound) found = tf_fixture_found(source);
	gsize length = 0;

	g_assert_true(g_file_get_contents(source->path, &content, &length, NULL));
	g_assert_cmpint(rename(source->path, aside), ==, 0);
	g_assert_true(g_file_set_contents(source->path, content, (gssize)length, NULL));

	expect_refusal(found, proof, TF_ERROR_WIPE_REFUSED);
	assert_untouched(source);
	g_assert_true(g_file_test(aside, G_FILE_TEST_EXISTS));
}

static void test_replaced_by_link(void)
{
	g_autoptr(TfFixtureSource) source = tf_fixture_source(NULL);
	g_autofree gchar *aside = g_build_filename(source->directory, "aside", NULL);
	g_autoptr(TfProof) proof = tf_fixture_proof(source);
	g_autoptr(TfFound) found = tf_fixture_found(source);

	g_assert_cmpint(rename(source->path, aside), ==, 0);
	g_assert_cmpint(symlink("aside", source->path), ==, 0);

	expect_refusal(found, proof, TF_ERROR_WIPE_REFUSED);
	g_assert_true(g_file_test(aside, G_FILE_TEST_IS_REGULAR));
}

static void test_replaced_by_fifo(void)
{
	g_autoptr(TfFixtureSource) source = tf_fixture_source(NULL);
	g_autoptr(TfProof) proof = tf_fixture_proof(source);
	g_autoptr(TfFound) found = tf_fixture_found(source);

	g_assert_cmpint(unlink(source->path), ==, 0);
	g_assert_cmpint(mkfifo(source->path, 0600), ==, 0);

	expect_refusal(found, proof, TF_ERROR_WIPE_REFUSED);
}

/* A link in the middle of the path, which O_NOFOLLOW does not see. */
static void test_folder_replaced_by_link(void)
{
	g_autofree gchar *top = tf_fixture_directory();
	g_autofree gchar *folder = g_build_filename(top, "folder", NULL);
	g_autofree gchar *inner = g_build_filename(folder, "inner", NULL);
	g_autofree gchar *aside = g_build_filename(top, "aside", NULL);
	g_autoptr(TfFixtureSource) source = NULL;
	g_autoptr(TfProof) proof = NULL;
	g_autoptr(TfFound) found = NULL;

	g_assert_cmpint(mkdir(folder, 0700), ==, 0);
	g_assert_cmpint(mkdir(inner, 0700), ==, 0);
	source = tf_fixture_source(inner);
	proof = tf_fixture_proof(source);
	found = tf_fixture_found(source);
	g_assert_cmpint(rename(folder, aside), ==, 0);
	g_assert_cmpint(symlink(aside, folder), ==, 0);

	expect_refusal(found, proof, TF_ERROR_WIPE_REFUSED);
	assert_untouched(source);
	tf_fixture_remove(top);
}

static gboolean refusing_journal(const TfWipeTrace *trace, gpointer user_data, GError **error)
{
	(void)trace;
	(void)user_data;

	return tf_raise(error, TF_ERROR_LEDGER_FAILED, "ledger", "disk full", NULL);
}

static void test_journal_fails(void)
{
	g_autoptr(TfFixtureSource) source = tf_fixture_source(NULL);
	g_autoptr(TfFound) found = tf_fixture_found(source);
	g_autoptr(TfProof) proof = tf_fixture_proof(source);
	const TfWipeOptions options = { .journal = refusing_journal };
	g_autoptr(GError) error = NULL;
	TfWipeResult result;

	g_assert_false(tf_wipe(found, proof, &options, &result, &error));

	g_assert_error(error, TF_ERROR, TF_ERROR_LEDGER_FAILED);
	assert_untouched(source);
}

static const struct {
	const gchar *path;
	void (*test)(void);
} tests[] = {
	{ "/wipe/a proven file is overwritten and gone", test_wiped },
	{ "/wipe/the trace names what is destroyed", test_trace },
	{ "/wipe/a large file is wiped piece by piece", test_large_file },
	{ "/wipe/refuses a proof for another key", test_proof_for_another_key },
	{ "/wipe/refuses a stored proof for another file", test_stored_proof_for_another_file },
	{ "/wipe/takes a stored proof for this file", test_stored_proof_for_this_file },
	{ "/wipe/refuses a file with a second secret", test_second_secret },
	{ "/wipe/refuses a file with a hard link", test_hard_link },
	{ "/wipe/refuses a file that is open elsewhere", test_open_elsewhere },
	{ "/wipe/wipes what was refused once the cause is gone", test_refused_once_then_wiped },
	{ "/wipe/refuses a file changed since it was recognised", test_changed },
	{ "/wipe/refuses another file of the same content", test_replaced },
	{ "/wipe/refuses a name that has become a symbolic link", test_replaced_by_link },
	{ "/wipe/refuses a name that has become a FIFO", test_replaced_by_fifo },
	{ "/wipe/refuses a folder that has become a symbolic link", test_folder_replaced_by_link },
	{ "/wipe/changes nothing when the journal cannot be written", test_journal_fails },
};

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(tests); i++)
		g_test_add_func(tests[i].path, tests[i].test);

	return g_test_run();
}
