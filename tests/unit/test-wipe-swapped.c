/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What somebody does to the file's name while it is being wiped, from the last look at it on: the wipe
 * reaches the file that was proven, and no other. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "disk/wipe.h"
#include "source.h"

typedef struct Attack {
	TfFixtureSource *source;
	gchar *victim; /* a file that nobody wanted wiped */
	gchar *folder; /* of the source, above which there is a folder of ours */
	TfFound *found;
	TfProof *proof;
	TfWiping *wiping;
} Attack;

static void set_up(Attack *attack, gconstpointer data)
{
	g_autofree gchar *top = tf_fixture_directory();
	g_autoptr(GError) error = NULL;
	const TfWipeOptions options = { 0 };

	(void)data;
	attack->folder = g_build_filename(top, "folder", NULL);
	attack->victim = g_build_filename(top, "folder", "victim", NULL);
	g_assert_cmpint(mkdir(attack->folder, 0700), ==, 0);
	g_assert_true(g_file_set_contents(attack->victim, "victim", -1, NULL));
	attack->source = tf_fixture_source(attack->folder);
	tf_fixture_source_fill(attack->source, "MARKER", 10000);
	attack->found = tf_fixture_found(attack->source);
	attack->proof = tf_fixture_proof(attack->source);
	attack->wiping = tf_wipe_prepare(attack->found, attack->proof, &options, &error);
	g_assert_no_error(error);
}

static void tear_down(Attack *attack, gconstpointer data)
{
	g_autofree gchar *top = g_path_get_dirname(attack->folder);

	(void)data;
	tf_wiping_free(attack->wiping);
	tf_proof_free(attack->proof);
	tf_found_free(attack->found);
	tf_fixture_source_free(attack->source);
	tf_fixture_remove(top);
	g_free(attack->victim);
	g_free(attack->folder);
}

static gchar *beside(const Attack *attack, const gchar *name)
{
	return g_build_filename(attack->folder, name, NULL);
}

static void assert_holds(const gchar *path, const gchar *content)
{
	g_autofree gchar *found = NULL;

	g_assert_true(g_file_get_contents(path, &found, NULL, NULL));
	g_assert_cmpstr(found, ==, content);
}

/* The bytes of the proven file are gone whatever became of its name. */
static void assert_overwritten(const gchar *path)
{
	g_autofree gchar *content = NULL;
	gsize length = 0;

	g_assert_true(g_file_get_contents(path, &content, &length, NULL));
	g_assert_null(memmem(content, length, "MARKER", strlen("MARKER")));
}

/* And lets go of the file, so that it can be looked at. */
static gboolean carry_out(Attack *attack, TfWipeResult *ret_result, GError **error)
{
	g_autoptr(TfWiping) wiping = g_steal_pointer(&attack->wiping);

	return tf_wipe_carry_out(wiping, ret_result, error);
}

static void expect_incomplete(Attack *attack)
{
	g_autoptr(GError) error = NULL;
	g_auto(TfWipeResult) result = { 0 };

	g_assert_false(carry_out(attack, &result, &error));

	g_assert_error(error, TF_ERROR, TF_ERROR_WIPE_INCOMPLETE);
}

static void expect_wiped(Attack *attack)
{
	g_autoptr(GError) error = NULL;
	g_auto(TfWipeResult) result = { 0 };

	g_assert_true(carry_out(attack, &result, &error));

	g_assert_no_error(error);
}

static void test_swapped(Attack *attack, gconstpointer data)
{
	(void)data;
	g_assert_cmpint(
		renameat2(AT_FDCWD, attack->source->path, AT_FDCWD, attack->victim, RENAME_EXCHANGE), ==, 0);

	expect_incomplete(attack);

	assert_holds(attack->source->path, "victim");
	assert_overwritten(attack->victim);
}

static void test_replaced_by_link(Attack *attack, gconstpointer data)
{
	g_autofree gchar *aside = beside(attack, "aside");

	(void)data;
	g_assert_cmpint(rename(attack->source->path, aside), ==, 0);
	g_assert_cmpint(symlink("victim", attack->source->path), ==, 0);

	expect_incomplete(attack);

	assert_holds(attack->victim, "victim");
	g_assert_true(g_file_test(attack->source->path, G_FILE_TEST_IS_SYMLINK));
	assert_overwritten(aside);
}

static void test_replaced_by_fifo(Attack *attack, gconstpointer data)
{
	g_autofree gchar *aside = beside(attack, "aside");
	struct stat status;

	(void)data;
	g_assert_cmpint(rename(attack->source->path, aside), ==, 0);
	g_assert_cmpint(mkfifo(attack->source->path, 0600), ==, 0);

	expect_incomplete(attack);

	g_assert_cmpint(lstat(attack->source->path, &status), ==, 0);
	g_assert_true(S_ISFIFO(status.st_mode));
	assert_overwritten(aside);
}

/* Another folder with a file of that name stands at the path then: the folder that was opened counts. */
static void test_folder_swapped(Attack *attack, gconstpointer data)
{
	g_autofree gchar *aside = g_strconcat(attack->folder, "-aside", NULL);
	g_autofree gchar *proven = g_build_filename(aside, "key.p12", NULL);

	(void)data;
	g_assert_cmpint(rename(attack->folder, aside), ==, 0);
	g_assert_cmpint(mkdir(attack->folder, 0700), ==, 0);
	g_assert_true(g_file_set_contents(attack->source->path, "victim", -1, NULL));

	expect_wiped(attack);

	assert_holds(attack->source->path, "victim");
	g_assert_false(g_file_test(proven, G_FILE_TEST_EXISTS));
}

static void test_hard_link_made(Attack *attack, gconstpointer data)
{
	g_autofree gchar *second = beside(attack, "second");
	struct stat status;

	(void)data;
	g_assert_cmpint(link(attack->source->path, second), ==, 0);

	expect_wiped(attack);

	g_assert_cmpint(stat(second, &status), ==, 0);
	g_assert_cmpint(status.st_size, ==, 0);
	g_assert_false(g_file_test(attack->source->path, G_FILE_TEST_EXISTS));
}

/* Who would wait for the file waits as long as the kernel lets it: /proc/sys/fs/lease-break-time. */
static void test_opened(Attack *attack, gconstpointer data)
{
	TF_AUTO_FD int fd = open(attack->source->path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	(void)data;
	g_assert_cmpint(fd, ==, -1);
	g_assert_cmpint(errno, ==, EWOULDBLOCK);

	expect_wiped(attack);
}

static const struct {
	const gchar *path;
	void (*test)(Attack *attack, gconstpointer data);
} tests[] = {
	{ "/wipe-swapped/a file swapped with another: the other is whole", test_swapped },
	{ "/wipe-swapped/a name that becomes a link: what it leads to is whole", test_replaced_by_link },
	{ "/wipe-swapped/a name that becomes a FIFO: nobody waits for it", test_replaced_by_fifo },
	{ "/wipe-swapped/a folder swapped with another: the one that was opened counts",
		test_folder_swapped },
	{ "/wipe-swapped/a hard link made meanwhile leads to nothing", test_hard_link_made },
	{ "/wipe-swapped/nobody opens the file while it is wiped", test_opened },
};

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(tests); i++)
		g_test_add(tests[i].path, Attack, NULL, set_up, tests[i].test, tear_down);

	return g_test_run();
}
