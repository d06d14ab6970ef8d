/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "batch/letter.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/file.h"
#include "fixtures.h"

typedef struct Desk {
	gchar *path;
	int directory;
} Desk;

static void desk_set_up(Desk *desk, G_GNUC_UNUSED gconstpointer data)
{
	desk->path = tf_fixture_directory();
	desk->directory = tf_file_open_directory(desk->path, NULL);
	g_assert_cmpint(desk->directory, >=, 0);
}

static void desk_tear_down(Desk *desk, G_GNUC_UNUSED gconstpointer data)
{
	tf_file_close(&desk->directory);
	tf_fixture_remove(desk->path);
	g_free(desk->path);
}

static TfLetterFile *write_letter(const Desk *desk, const gchar *content)
{
	g_autoptr(GError) error = NULL;
	TfLetterFile *file = tf_letter_file_new(desk->directory, desk->path, &error);

	g_assert_no_error(error);
	g_assert_cmpint(tf_file_write_all(tf_letter_file_fd(file), content, strlen(content)), ==, 0);

	return file;
}

static guint count_names(const Desk *desk)
{
	g_autoptr(GDir) directory = g_dir_open(desk->path, 0, NULL);
	guint n = 0;

	while (g_dir_read_name(directory) != NULL)
		n++;

	return n;
}

static void assert_content(const Desk *desk, const gchar *name, const gchar *expected)
{
	g_autofree gchar *path = g_build_filename(desk->path, name, NULL);
	g_autofree gchar *content = NULL;

	g_assert_true(g_file_get_contents(path, &content, NULL, NULL));
	g_assert_cmpstr(content, ==, expected);
}

static void test_a_letter_is_there_when_it_is_published(Desk *desk, G_GNUC_UNUSED gconstpointer data)
{
	g_autoptr(TfLetterFile) file = write_letter(desk, "letter");
	g_autoptr(GError) error = NULL;

	g_assert_cmpuint(count_names(desk), ==, 0);
	(void)tf_letter_file_publish(file, "12345678.pdf", FALSE, &error);

	g_assert_no_error(error);
	g_assert_cmpuint(count_names(desk), ==, 1);
	assert_content(desk, "12345678.pdf", "letter");
}

static void test_nobody_else_may_read_it(Desk *desk, G_GNUC_UNUSED gconstpointer data)
{
	mode_t before = umask(0);
	g_autoptr(TfLetterFile) file = write_letter(desk, "letter");
	struct stat status;

	g_assert_true(tf_letter_file_publish(file, "1.pdf", FALSE, NULL));

	g_assert_cmpint(fstatat(desk->directory, "1.pdf", &status, AT_SYMLINK_NOFOLLOW), ==, 0);
	g_assert_cmpuint(status.st_mode & 07777, ==, 0600);
	umask(before);
}

static void test_one_that_is_not_published_leaves_nothing(Desk *desk, G_GNUC_UNUSED gconstpointer data)
{
	tf_letter_file_free(write_letter(desk, "letter"));

	g_assert_cmpuint(count_names(desk), ==, 0);
}

static void test_an_older_letter_stays_unless_it_is_replaced(Desk *desk, G_GNUC_UNUSED gconstpointer data)
{
	g_autoptr(TfLetterFile) first = write_letter(desk, "first");
	g_autoptr(TfLetterFile) second = write_letter(desk, "second");
	g_autoptr(GError) error = NULL;

	g_assert_true(tf_letter_file_publish(first, "1.pdf", TRUE, NULL));
	g_assert_false(tf_letter_file_publish(second, "1.pdf", FALSE, &error));
	g_assert_error(error, TF_ERROR, TF_ERROR_BATCH_PLACE_FAILED);
	assert_content(desk, "1.pdf", "first");

	g_assert_true(tf_letter_file_publish(second, "1.pdf", TRUE, NULL));
	assert_content(desk, "1.pdf", "second");
	g_assert_cmpuint(count_names(desk), ==, 1);
}

static void test_what_a_killed_run_left_is_cleared(Desk *desk, G_GNUC_UNUSED gconstpointer data)
{
	g_autoptr(TfLetterFile) file = write_letter(desk, "new");

	g_assert_true(tf_file_create(desk->directory, "1.pdf", "old", 3, NULL));
	g_assert_true(tf_file_create(desk->directory, ".1.pdf.new", "left", 4, NULL));

	g_assert_true(tf_letter_file_publish(file, "1.pdf", TRUE, NULL));

	assert_content(desk, "1.pdf", "new");
	g_assert_cmpuint(count_names(desk), ==, 1);
}

static void test_what_a_killed_run_left_is_swept(Desk *desk, G_GNUC_UNUSED gconstpointer data)
{
	static const gchar *const kept[] = { "1.pdf", ".1.pdf", "2.pdf.new", ".hidden.new" };

	for (gsize i = 0; i < G_N_ELEMENTS(kept); i++)
		g_assert_true(tf_file_create(desk->directory, kept[i], "kept", 4, NULL));
	g_assert_true(tf_file_create(desk->directory, ".1.pdf.new", "left", 4, NULL));

	g_assert_true(tf_letter_sweep(desk->directory, desk->path, NULL));

	for (gsize i = 0; i < G_N_ELEMENTS(kept); i++)
		assert_content(desk, kept[i], "kept");
	g_assert_cmpuint(count_names(desk), ==, G_N_ELEMENTS(kept));
}

static void test_a_name_stays_in_its_directory(Desk *desk, G_GNUC_UNUSED gconstpointer data)
{
	static const gchar *const names[] = { "", ".", "..", "../1.pdf", "a/b.pdf", "/tmp/1.pdf", ".hidden" };
	g_autoptr(TfLetterFile) file = write_letter(desk, "letter");

	for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autoptr(GError) error = NULL;

		g_assert_false(tf_letter_file_publish(file, names[i], TRUE, &error));
		g_assert_error(error, TF_ERROR, TF_ERROR_BATCH_PLACE_FAILED);
	}
	g_assert_cmpuint(count_names(desk), ==, 0);
}

static void test_an_empty_letter_is_none(Desk *desk, G_GNUC_UNUSED gconstpointer data)
{
	g_autoptr(TfLetterFile) file = write_letter(desk, "");
	g_autoptr(GError) error = NULL;

	g_assert_false(tf_letter_file_publish(file, "1.pdf", FALSE, &error));

	g_assert_error(error, TF_ERROR, TF_ERROR_LETTER_FAILED);
	g_assert_cmpuint(count_names(desk), ==, 0);
}

static void test_a_place_that_takes_no_file_is_told(void)
{
	TF_AUTO_FD int directory = g_open("/proc/self", O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
	g_autoptr(GError) error = NULL;

	g_assert_null(tf_letter_file_new(directory, "/proc/self", &error));

	g_assert_error(error, TF_ERROR, TF_ERROR_BATCH_PLACE_FAILED);
	g_assert_cmpstr(tf_error_arguments(error)[0], ==, "/proc/self");
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
#define ADD(name, run) g_test_add(name, Desk, NULL, desk_set_up, run, desk_tear_down)
	ADD("/letter/a letter is there when it is published, and whole",
		test_a_letter_is_there_when_it_is_published);
	ADD("/letter/nobody else may read it", test_nobody_else_may_read_it);
	ADD("/letter/one that is not published leaves nothing",
		test_one_that_is_not_published_leaves_nothing);
	ADD("/letter/an older letter stays unless it is replaced",
		test_an_older_letter_stays_unless_it_is_replaced);
	ADD("/letter/what a killed run left is cleared", test_what_a_killed_run_left_is_cleared);
	ADD("/letter/what a killed run left is swept when the next begins",
		test_what_a_killed_run_left_is_swept);
	ADD("/letter/a name stays in its directory", test_a_name_stays_in_its_directory);
	ADD("/letter/an empty letter is none", test_an_empty_letter_is_none);
	g_test_add_func(
		"/letter/a place that takes no file is told", test_a_place_that_takes_no_file_is_told);

	return g_test_run();
}
