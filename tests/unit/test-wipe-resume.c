/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What tf_wipe_resume() makes of each state in which a run may have died. */
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "disk/wipe.h"
#include "overwrite-private.h"
#include "source.h"

static void assert_untouched(const TfFixtureSource *source)
{
	g_autoptr(TfFound) found = tf_fixture_found(source);

	g_assert_nonnull(found);
}

static void assert_gone(const TfFixtureSource *source, const TfWipeTrace *trace)
{
	g_autofree gchar *renamed = g_build_filename(trace->directory, trace->new_name, NULL);

	g_assert_false(g_file_test(source->path, G_FILE_TEST_EXISTS));
	g_assert_false(g_file_test(renamed, G_FILE_TEST_EXISTS));
}

static gboolean refusing_journal(const TfWipeTrace *trace, gpointer user_data, GError **error)
{
	(void)tf_fixture_journal(trace, user_data, NULL);

	return tf_raise(error, TF_ERROR_LEDGER_FAILED, "ledger", "disk full", NULL);
}

/* The state in which a run dies that had written the trace and nothing else. */
static TfWipeTrace *trace_of(TfFixtureSource *source)
{
	g_autoptr(TfFound) found = tf_fixture_found(source);
	g_autoptr(TfProof) proof = tf_fixture_proof(source);
	TfWipeTrace *trace = NULL;
	const TfWipeOptions options = { .journal = refusing_journal, .user_data = &trace };
	TfWipeResult result;

	g_assert_false(tf_wipe(found, proof, &options, &result, NULL));
	g_assert_nonnull(trace);

	return trace;
}

static gboolean resume(
	TfFixtureSource *source, const TfWipeTrace *trace, TfWipeResult *ret_result, GError **error)
{
	g_autoptr(TfProof) proof = tf_fixture_stored_proof(source);

	return tf_wipe_resume(trace, proof, source->sha256, &(TfWipeOptions){ 0 }, ret_result, error);
}

static void expect_resumed(TfFixtureSource *source, const TfWipeTrace *trace, guint level)
{
	g_autoptr(GError) error = NULL;
	TfWipeResult result;

	g_assert_true(resume(source, trace, &result, &error));

	g_assert_no_error(error);
	assert_gone(source, trace);
	g_assert_cmpuint(result.level, ==, level);
}

static void expect_not_resumed(TfFixtureSource *source, const TfWipeTrace *trace, TfErrorCode code)
{
	g_autoptr(GError) error = NULL;
	TfWipeResult result;

	g_assert_false(resume(source, trace, &result, &error));

	g_assert_error(error, TF_ERROR, (gint)code);
}

/* The second block of two and a half, as a killed run leaves it. */
static void wipe_by_half(const TfFixtureSource *source, const TfWipeTrace *trace)
{
	g_autoptr(TfPattern) pattern = tf_pattern_new(trace);
	TF_AUTO_FD int fd = open(source->path, O_WRONLY | O_CLOEXEC);
	guint8 block[4096];

	g_assert_true(tf_pattern_fill(pattern, sizeof block, block, sizeof block));
	g_assert_cmpint(pwrite(fd, block, sizeof block, sizeof block), ==, sizeof block);
}

static void test_resume_before_the_first_byte(void)
{
	g_autoptr(TfFixtureSource) source = tf_fixture_source(NULL);
	g_autoptr(TfWipeTrace) trace = trace_of(source);
	g_autoptr(GError) error = NULL;
	TfWipeResult result;

	g_assert_true(resume(source, trace, &result, &error));

	g_assert_no_error(error);
	assert_gone(source, trace);
	g_assert_cmpuint(result.level, >=, 2);
}

static void test_resume_half_wiped(void)
{
	g_autoptr(TfFixtureSource) source = tf_fixture_source(NULL);
	g_autoptr(TfWipeTrace) trace = NULL;

	tf_fixture_source_fill(source, "MARKER", 10000);
	trace = trace_of(source);
	wipe_by_half(source, trace);

	expect_resumed(source, trace, 2);
}

static void test_resume_renamed(void)
{
	g_autoptr(TfFixtureSource) source = tf_fixture_source(NULL);
	g_autoptr(TfWipeTrace) trace = NULL;
	g_autofree gchar *renamed = NULL;

	tf_fixture_source_fill(source, "MARKER", 10000);
	trace = trace_of(source);
	wipe_by_half(source, trace);
	renamed = g_build_filename(trace->directory, trace->new_name, NULL);
	g_assert_cmpint(rename(source->path, renamed), ==, 0);

	expect_resumed(source, trace, 2);
}

static void test_resume_truncated(void)
{
	g_autoptr(TfFixtureSource) source = tf_fixture_source(NULL);
	g_autoptr(TfWipeTrace) trace = trace_of(source);
	g_autofree gchar *renamed = g_build_filename(trace->directory, trace->new_name, NULL);

	g_assert_cmpint(rename(source->path, renamed), ==, 0);
	g_assert_cmpint(truncate(renamed, 0), ==, 0);

	expect_resumed(source, trace, 2);
}

static void test_resume_gone(void)
{
	g_autoptr(TfFixtureSource) source = tf_fixture_source(NULL);
	g_autoptr(TfWipeTrace) trace = trace_of(source);

	g_assert_cmpint(unlink(source->path), ==, 0);

	expect_resumed(source, trace, 1);
}

static void test_resume_without_the_folder(void)
{
	g_autoptr(TfFixtureSource) source = tf_fixture_source(NULL);
	g_autoptr(TfWipeTrace) trace = trace_of(source);

	g_free(trace->directory);
	trace->directory = g_build_filename(source->directory, "not-mounted", NULL);

	expect_not_resumed(source, trace, TF_ERROR_SOURCE_MISSING);
	assert_untouched(source);
}

/* The member put a new file there; its inode differs. */
static void test_resume_another_file(void)
{
	g_autoptr(TfFixtureSource) source = tf_fixture_source(NULL);
	g_autoptr(TfWipeTrace) trace = trace_of(source);
	g_autofree gchar *aside = g_build_filename(source->directory, "aside", NULL);

	g_assert_cmpint(rename(source->path, aside), ==, 0);
	g_assert_true(g_file_set_contents(source->path, "next year's key", -1, NULL));

	expect_not_resumed(source, trace, TF_ERROR_WIPE_REFUSED);
	g_assert_true(g_file_test(source->path, G_FILE_TEST_EXISTS));
	g_assert_true(g_file_test(aside, G_FILE_TEST_EXISTS));
}

/* The wipe had ended, and a new file of the same name and size got the very inode. */
static void test_resume_inode_used_again(void)
{
	g_autoptr(TfFixtureSource) source = tf_fixture_source(NULL);
	g_autoptr(TfWipeTrace) trace = NULL;
	g_autofree gchar *content = NULL;
	TF_AUTO_FD int fd = -1;

	tf_fixture_source_fill(source, "MARKER", 10000);
	trace = trace_of(source);
	fd = open(source->path, O_WRONLY | O_CLOEXEC);
	g_assert_cmpint(pwrite(fd, "next year's key", 15, 0), ==, 15);
	tf_file_close(&fd);

	expect_not_resumed(source, trace, TF_ERROR_WIPE_REFUSED);
	g_assert_true(g_file_get_contents(source->path, &content, NULL, NULL));
	g_assert_true(g_str_has_prefix(content, "next year's key"));
}

static void test_resume_planted_link(void)
{
	g_autoptr(TfFixtureSource) source = tf_fixture_source(NULL);
	g_autoptr(TfWipeTrace) trace = trace_of(source);
	g_autofree gchar *aside = g_build_filename(source->directory, "aside", NULL);

	g_assert_cmpint(rename(source->path, aside), ==, 0);
	g_assert_cmpint(symlink("aside", source->path), ==, 0);

	expect_not_resumed(source, trace, TF_ERROR_WIPE_REFUSED);
	g_assert_true(g_file_test(aside, G_FILE_TEST_IS_REGULAR));
}

static void test_resume_with_another_proof(void)
{
	g_autoptr(TfFixtureSource) source = tf_fixture_source(NULL);
	g_autoptr(TfFixtureSource) other = tf_fixture_source(NULL);
	g_autoptr(TfWipeTrace) trace = trace_of(source);
	g_autoptr(TfProof) proof = tf_fixture_stored_proof(other);
	g_autoptr(GError) error = NULL;
	TfWipeResult result;

	g_assert_false(tf_wipe_resume(trace, proof, source->sha256, &(TfWipeOptions){ 0 }, &result, &error));

	g_assert_error(error, TF_ERROR, TF_ERROR_PROOF_INVALID);
	assert_untouched(source);
}

static gboolean resume_key(const TfFixtureSource *source, const TfWipeTrace *trace, const TfProof *proof,
	gboolean *ret_is_whole, GError **error)
{
	g_auto(TfWipeResult) result = { 0 };

	return tf_wipe_resume_key(trace, proof, source->spki_sha256, source->sha256, &(TfWipeOptions){ 0 },
		ret_is_whole, &result, error);
}

static void test_resume_key(void)
{
	g_autoptr(TfFixtureSource) source = tf_fixture_source(NULL);
	g_autoptr(TfProof) proof = tf_fixture_proof(source);
	g_autoptr(TfWipeTrace) trace = NULL;
	g_autoptr(GError) error = NULL;
	gboolean is_whole = TRUE;

	tf_fixture_source_fill(source, "MARKER", 10000);
	trace = trace_of(source);
	wipe_by_half(source, trace);

	g_assert_true(resume_key(source, trace, proof, &is_whole, &error));
	g_assert_no_error(error);
	g_assert_false(is_whole);
	assert_gone(source, trace);
}

/* A trace is the ledger's word: whose key is in a whole file is not taken from it. */
static void test_resume_key_whole(void)
{
	g_autoptr(TfFixtureSource) source = tf_fixture_source(NULL);
	g_autoptr(TfProof) proof = tf_fixture_proof(source);
	g_autoptr(TfWipeTrace) trace = trace_of(source);
	g_autoptr(GError) error = NULL;
	gboolean is_whole = FALSE;

	g_assert_true(resume_key(source, trace, proof, &is_whole, &error));

	g_assert_no_error(error);
	g_assert_true(is_whole);
	assert_untouched(source);
}

/* The search says what that is; the wipe is over. */
static void test_resume_key_passes_over_another(void)
{
	g_autoptr(TfFixtureSource) source = tf_fixture_source(NULL);
	g_autoptr(TfProof) proof = tf_fixture_proof(source);
	g_autoptr(TfWipeTrace) trace = trace_of(source);
	g_autoptr(GError) error = NULL;
	gboolean is_whole = TRUE;
	g_autofree gchar *aside = g_build_filename(source->directory, "aside", NULL);
	g_autofree gchar *content = NULL;

	g_assert_cmpint(rename(source->path, aside), ==, 0);
	g_assert_true(g_file_set_contents(source->path, "another", -1, NULL));

	g_assert_true(resume_key(source, trace, proof, &is_whole, &error));
	g_assert_no_error(error);
	g_assert_false(is_whole);
	g_assert_true(g_file_get_contents(source->path, &content, NULL, NULL));
	g_assert_cmpstr(content, ==, "another");
}

static void test_resume_key_without_a_fresh_proof(void)
{
	g_autoptr(TfFixtureSource) source = tf_fixture_source(NULL);
	g_autoptr(TfFixtureSource) other = tf_fixture_source(NULL);
	g_autoptr(TfWipeTrace) trace = trace_of(source);
	g_autoptr(TfProof) stored = tf_fixture_stored_proof(source);
	g_autoptr(TfProof) of_other = tf_fixture_proof(other);
	g_autoptr(GError) first = NULL;
	g_autoptr(GError) second = NULL;
	gboolean is_whole = FALSE;

	g_assert_false(resume_key(source, trace, stored, &is_whole, &first));
	g_assert_false(resume_key(source, trace, of_other, &is_whole, &second));

	g_assert_error(first, TF_ERROR, TF_ERROR_PROOF_INVALID);
	g_assert_error(second, TF_ERROR, TF_ERROR_PROOF_INVALID);
	assert_untouched(source);
}

/* The source in the trash, and the trash's record of it. */
static gchar *throw_away(TfFixtureSource *source)
{
	g_autofree gchar *files = g_build_filename(source->directory, "Trash/files", NULL);
	g_autofree gchar *info = g_build_filename(source->directory, "Trash/info", NULL);
	g_autofree gchar *path = g_build_filename(files, "key.p12", NULL);
	gchar *record = g_build_filename(info, "key.p12.trashinfo", NULL);

	g_assert_cmpint(g_mkdir_with_parents(files, 0700), ==, 0);
	g_assert_cmpint(g_mkdir_with_parents(info, 0700), ==, 0);
	g_assert_true(g_file_set_contents(record, "[Trash Info]\nPath=/home/m/key.p12\n", -1, NULL));
	g_assert_cmpint(rename(source->path, path), ==, 0);
	g_free(source->path);
	source->path = g_steal_pointer(&path);

	return record;
}

static void test_trash_record(void)
{
	g_autoptr(TfFixtureSource) source = tf_fixture_source(NULL);
	g_autofree gchar *record = throw_away(source);
	g_autoptr(TfWipeTrace) trace = trace_of(source);
	g_autoptr(GError) error = NULL;
	TfWipeResult result;

	g_assert_true(resume(source, trace, &result, &error));

	assert_gone(source, trace);
	g_assert_false(g_file_test(record, G_FILE_TEST_EXISTS));
}

/* Killed after the file was unlinked. */
static void test_trash_record_left(void)
{
	g_autoptr(TfFixtureSource) source = tf_fixture_source(NULL);
	g_autofree gchar *record = throw_away(source);
	g_autoptr(TfWipeTrace) trace = trace_of(source);

	g_assert_cmpint(unlink(source->path), ==, 0);

	expect_resumed(source, trace, 1);
	g_assert_false(g_file_test(record, G_FILE_TEST_EXISTS));
}

/* And another file of that name was thrown away since. */
static void test_trash_record_of_another(void)
{
	g_autoptr(TfFixtureSource) source = tf_fixture_source(NULL);
	g_autofree gchar *record = throw_away(source);
	g_autoptr(TfProof) proof = tf_fixture_proof(source);
	g_autoptr(TfWipeTrace) trace = trace_of(source);
	g_autofree gchar *aside = g_build_filename(source->directory, "aside", NULL);
	gboolean is_whole = TRUE;

	g_assert_cmpint(rename(source->path, aside), ==, 0);
	g_assert_true(g_file_set_contents(source->path, "another", -1, NULL));

	g_assert_true(resume_key(source, trace, proof, &is_whole, NULL));
	g_assert_true(g_file_test(source->path, G_FILE_TEST_EXISTS));
	g_assert_true(g_file_test(record, G_FILE_TEST_EXISTS));
}

/* A file of any content under that name: the ledger's row is that of a key store, whose other keys are in it.
 */
static void test_resume_store(void)
{
	g_autoptr(TfFixtureSource) source = tf_fixture_source(NULL);
	g_autoptr(TfWipeTrace) trace = trace_of(source);
	g_autofree gchar *database = g_build_filename(source->directory, TF_WIPE_TRACE_STORE, NULL);

	g_assert_cmpint(rename(source->path, database), ==, 0);
	g_free(trace->name);
	g_free(trace->new_name);
	trace->name = g_strdup(TF_WIPE_TRACE_STORE);
	trace->new_name = g_strdup(TF_WIPE_TRACE_STORE);

	expect_not_resumed(source, trace, TF_ERROR_WIPE_REFUSED);
	g_assert_true(g_file_test(database, G_FILE_TEST_IS_REGULAR));
	g_assert_cmpint(rename(database, source->path), ==, 0);
	assert_untouched(source);
}

static const struct {
	const gchar *path;
	void (*test)(void);
} tests[] = {
	{ "/wipe-resume/wipes a file that was still whole", test_resume_before_the_first_byte },
	{ "/wipe-resume/finishes a half-wiped file at W2", test_resume_half_wiped },
	{ "/wipe-resume/finishes a renamed file", test_resume_renamed },
	{ "/wipe-resume/removes a truncated file", test_resume_truncated },
	{ "/wipe-resume/says W1 of a file that is gone", test_resume_gone },
	{ "/wipe-resume/does not take a missing folder for a wiped file", test_resume_without_the_folder },
	{ "/wipe-resume/leaves another file at the name alone", test_resume_another_file },
	{ "/wipe-resume/leaves another file with the same inode alone", test_resume_inode_used_again },
	{ "/wipe-resume/does not follow a planted link", test_resume_planted_link },
	{ "/wipe-resume/refuses a proof for another file", test_resume_with_another_proof },
	{ "/wipe-resume/finishes a stray's wipe by a fresh proof for its key", test_resume_key },
	{ "/wipe-resume/passes over another file that got the name of a stray",
		test_resume_key_passes_over_another },
	{ "/wipe-resume/leaves a stray that is whole still", test_resume_key_whole },
	{ "/wipe-resume/finishes no stray's wipe by a stored proof or for another key",
		test_resume_key_without_a_fresh_proof },
	{ "/wipe-resume/never wipes the database of a key store", test_resume_store },
	{ "/wipe-resume/the trash's record goes with the file", test_trash_record },
	{ "/wipe-resume/the trash's record of a file that is gone goes, too", test_trash_record_left },
	{ "/wipe-resume/the trash's record of another file stays", test_trash_record_of_another },
};

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(tests); i++)
		g_test_add_func(tests[i].path, tests[i].test);

	return g_test_run();
}
