/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "heads-private.h"

#include <errno.h>
#include <fcntl.h>
#include <liburing.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/secret.h"
#include "disk/form.h"
#include "fixtures.h"

#define LONG_PATIENCE_MS  30000u
#define SHORT_PATIENCE_MS 300u
/* More than the ring holds at once. */
#define N_FILES 300u

/* A folder with files whose names are their sizes, each full of one letter, and what was told of them. */
typedef struct Fixture {
	gchar *root;
	TfFolder *folder;
	GHashTable *told; /* name -> Told */
} Fixture;

typedef struct Told {
	guint n_times;
	gsize length;
	int failure;
	gboolean is_right;
} Told;

static void set_up(Fixture *fixture, gconstpointer data)
{
	(void)data;
	fixture->root = tf_fixture_directory();
	fixture->folder = tf_folder_new(
		open(fixture->root, O_RDONLY | O_DIRECTORY | O_CLOEXEC), g_strdup(fixture->root));
	fixture->told = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
}

static void tear_down(Fixture *fixture, gconstpointer data)
{
	(void)data;
	g_hash_table_unref(fixture->told);
	tf_folder_unref(fixture->folder);
	tf_fixture_remove(fixture->root);
	g_free(fixture->root);
}

static void add_file(const Fixture *fixture, gsize size)
{
	g_autofree gchar *name = g_strdup_printf("%" G_GSIZE_FORMAT, size);
	g_autofree gchar *path = g_build_filename(fixture->root, name, NULL);
	g_autofree gchar *content = g_malloc(size + 1);

	memset(content, 'a' + (int)(size % 26), size);
	g_assert_true(g_file_set_contents(path, content, (gssize)size, NULL));
}

static void note(const TfHead *head, gpointer user_data)
{
	Fixture *fixture = user_data;
	Told *told = g_hash_table_lookup(fixture->told, head->name);
	gint64 size = g_ascii_strtoll(head->name, NULL, 10);
	struct stat status;

	g_assert_true(head->folder == fixture->folder);
	if (told == NULL) {
		told = g_new0(Told, 1);
		g_hash_table_insert(fixture->told, g_strdup(head->name), told);
	}
	told->n_times++;
	told->length = head->length;
	told->failure = head->failure;
	told->is_right = TRUE;
	for (gsize i = 0; i < head->length; i++)
		told->is_right = told->is_right && head->octets[i] == 'a' + (guint8)(size % 26);
	if (head->failure == 0) {
		g_assert_cmpint(fstat(head->fd, &status), ==, 0);
		g_assert_cmpint(status.st_size, ==, size);
	}
}

static const Told *told_of(const Fixture *fixture, const gchar *name)
{
	const Told *told = g_hash_table_lookup(fixture->told, name);

	g_assert_nonnull(told);
	g_assert_cmpuint(told->n_times, ==, 1);

	return told;
}

static void the_ring_is_used_where_the_kernel_gives_one(Fixture *fixture, gconstpointer data)
{
	struct io_uring ring;
	gboolean gives = io_uring_queue_init(8, &ring, 0) == 0;
	g_autoptr(TfHeads) heads = tf_heads_new(TRUE, LONG_PATIENCE_MS, note, fixture);

	(void)data;
	if (gives)
		io_uring_queue_exit(&ring);
	g_test_message("io_uring: %s", gives ? "yes" : "no");

	g_assert_cmpint(tf_heads_use_ring(heads), ==, gives);
}

static void the_ring_is_not_used_unasked(Fixture *fixture, gconstpointer data)
{
	g_autoptr(TfHeads) heads = tf_heads_new(FALSE, LONG_PATIENCE_MS, note, fixture);

	(void)data;
	g_assert_false(tf_heads_use_ring(heads));
}

static void each_is_told_once_with_its_first_octets(Fixture *fixture, gconstpointer data)
{
	const gsize sizes[] = { TF_FORM_HEAD - 1, TF_FORM_HEAD, TF_FORM_HEAD + 1, 100000 };
	g_autoptr(TfHeads) heads = tf_heads_new(data == NULL, LONG_PATIENCE_MS, note, fixture);

	for (gsize size = 0; size < N_FILES + G_N_ELEMENTS(sizes); size++) {
		gsize wanted = size < N_FILES ? size : sizes[size - N_FILES];
		g_autofree gchar *name = g_strdup_printf("%" G_GSIZE_FORMAT, wanted);

		add_file(fixture, wanted);
		tf_heads_add(heads, fixture->folder, name);
	}
	tf_heads_finish(heads);

	g_assert_cmpuint(g_hash_table_size(fixture->told), ==, N_FILES + G_N_ELEMENTS(sizes));
	for (gsize size = 0; size < N_FILES + G_N_ELEMENTS(sizes); size++) {
		gsize wanted = size < N_FILES ? size : sizes[size - N_FILES];
		g_autofree gchar *name = g_strdup_printf("%" G_GSIZE_FORMAT, wanted);
		const Told *told = told_of(fixture, name);

		g_assert_cmpint(told->failure, ==, 0);
		g_assert_cmpuint(told->length, ==, MIN(wanted, TF_FORM_HEAD));
		g_assert_true(told->is_right);
	}
}

static void what_cannot_be_opened_is_told_with_its_reason(Fixture *fixture, gconstpointer data)
{
	g_autofree gchar *link = g_build_filename(fixture->root, "link", NULL);
	g_autoptr(TfHeads) heads = tf_heads_new(data == NULL, LONG_PATIENCE_MS, note, fixture);

	add_file(fixture, 5);
	g_assert_cmpint(symlink("5", link), ==, 0);
	tf_heads_add(heads, fixture->folder, "gone");
	tf_heads_add(heads, fixture->folder, "link");
	tf_heads_add(heads, fixture->folder, "5");
	tf_heads_finish(heads);

	g_assert_cmpint(told_of(fixture, "gone")->failure, ==, ENOENT);
	g_assert_cmpint(told_of(fixture, "link")->failure, ==, ELOOP);
	g_assert_cmpint(told_of(fixture, "5")->failure, ==, 0);
}

static void a_pipe_in_the_place_of_a_file_holds_nothing_up(Fixture *fixture, gconstpointer data)
{
	g_autofree gchar *path = g_build_filename(fixture->root, "pipe", NULL);
	g_autoptr(TfHeads) heads = tf_heads_new(data == NULL, SHORT_PATIENCE_MS, note, fixture);
	TF_AUTO_FD int silent = -1;

	g_assert_cmpint(mkfifo(path, 0600), ==, 0);
	/* Who might write, and does not. */
	silent = open(path, O_RDWR | O_CLOEXEC);
	g_assert_cmpint(silent, >=, 0);
	add_file(fixture, 7);
	tf_heads_add(heads, fixture->folder, "pipe");
	tf_heads_add(heads, fixture->folder, "7");
	tf_heads_finish(heads);
	add_file(fixture, 8);
	tf_heads_add(heads, fixture->folder, "8");
	tf_heads_finish(heads);

	g_assert_false(tf_heads_use_ring(heads));
	g_assert_cmpint(told_of(fixture, "pipe")->failure, ==, ESPIPE);
	g_assert_cmpuint(told_of(fixture, "7")->length, ==, 7);
	g_assert_true(told_of(fixture, "7")->is_right);
	g_assert_cmpuint(told_of(fixture, "8")->length, ==, 8);
}

static guint count_open(void)
{
	guint n = 0;
	GDir *directory = g_dir_open("/proc/self/fd", 0, NULL);

	while (g_dir_read_name(directory) != NULL)
		n++;
	g_dir_close(directory);

	return n;
}

static void read_all(Fixture *fixture, TfHeads *heads)
{
	for (gsize size = 0; size < N_FILES; size++) {
		g_autofree gchar *name = g_strdup_printf("%" G_GSIZE_FORMAT, size);

		add_file(fixture, size);
		tf_heads_add(heads, fixture->folder, name);
	}
	tf_heads_finish(heads);
}

static void no_file_stays_open(Fixture *fixture, gconstpointer data)
{
	g_autoptr(TfHeads) heads = tf_heads_new(data == NULL, LONG_PATIENCE_MS, note, fixture);
	guint n_before = count_open();

	read_all(fixture, heads);

	g_assert_cmpuint(g_hash_table_size(fixture->told), ==, N_FILES);
	g_assert_cmpuint(count_open(), ==, n_before);
}

static void few_descriptors_are_enough(Fixture *fixture, gconstpointer data)
{
	g_autoptr(TfHeads) heads = NULL;
	struct rlimit limit;
	struct rlimit low;

	g_assert_cmpint(getrlimit(RLIMIT_NOFILE, &limit), ==, 0);
	low = (struct rlimit){ .rlim_cur = count_open() + 4, .rlim_max = limit.rlim_max };
	g_assert_cmpint(setrlimit(RLIMIT_NOFILE, &low), ==, 0);
	heads = tf_heads_new(data == NULL, LONG_PATIENCE_MS, note, fixture);
	read_all(fixture, heads);
	g_assert_cmpint(setrlimit(RLIMIT_NOFILE, &limit), ==, 0);

	for (gsize size = 0; size < N_FILES; size++) {
		g_autofree gchar *name = g_strdup_printf("%" G_GSIZE_FORMAT, size);

		g_assert_cmpint(told_of(fixture, name)->failure, ==, 0);
	}
}

static void add_both(const gchar *name, void (*test)(Fixture *fixture, gconstpointer data))
{
	g_autofree gchar *ring = g_strdup_printf("/heads/io_uring/%s", name);
	g_autofree gchar *plain = g_strdup_printf("/heads/one by one/%s", name);

	g_test_add(ring, Fixture, NULL, set_up, test, tear_down);
	g_test_add(plain, Fixture, GINT_TO_POINTER(TRUE), set_up, test, tear_down);
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	g_test_add("/heads/the ring is used where the kernel gives one", Fixture, NULL, set_up,
		the_ring_is_used_where_the_kernel_gives_one, tear_down);
	g_test_add("/heads/the ring is not used unasked", Fixture, NULL, set_up, the_ring_is_not_used_unasked,
		tear_down);
	add_both("each is told once with its first octets", each_is_told_once_with_its_first_octets);
	add_both("what cannot be opened is told with its reason",
		what_cannot_be_opened_is_told_with_its_reason);
	add_both("a pipe in the place of a file holds nothing up",
		a_pipe_in_the_place_of_a_file_holds_nothing_up);
	add_both("no file stays open", no_file_stays_open);
	add_both("few descriptors are enough", few_descriptors_are_enough);

	return g_test_run();
}
