/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "database-private.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/secret.h"
#include "fixtures.h"

#define ID    "0123456789abcdefghij"
#define OTHER "another ID of a key."

/* A file of 'size' bytes with 'text' at 'at', and the mark of a database of private keys in it or not. */
static gboolean names(gsize size, gsize at, const gchar *text, gboolean has_mark, const gchar *id)
{
	g_autofree gchar *directory = tf_fixture_directory();
	g_autofree gchar *path = g_build_filename(directory, "key4.db", NULL);
	g_autofree gchar *content = g_malloc0(size);
	g_autoptr(GHashTable) ids =
		g_hash_table_new_full(g_bytes_hash, g_bytes_equal, (GDestroyNotify)g_bytes_unref, NULL);
	gboolean is_named = FALSE;
	TF_AUTO_FD int fd = -1;

	memcpy(content + at, text, strlen(text));
	if (has_mark)
		memcpy(content + 100, "nssPrivate", strlen("nssPrivate"));
	g_assert_true(g_file_set_contents(path, content, (gssize)size, NULL));
	g_hash_table_add(ids, g_bytes_new(OTHER, strlen(OTHER)));
	g_hash_table_add(ids, g_bytes_new(id, strlen(id)));
	fd = open(path, O_RDONLY | O_CLOEXEC);
	g_assert_cmpint(fd, >=, 0);

	is_named = tf_database_names(fd, ids);

	tf_fixture_remove(directory);

	return is_named;
}

static void an_id_is_found_wherever_it_stands(void)
{
	g_assert_true(names(200000, 1000, ID, TRUE, ID));
	g_assert_true(names(200000, 200000 - strlen(ID), ID, TRUE, ID));
	for (gsize at = 65536 - strlen(ID) - 1; at <= 65537; at++)
		g_assert_true(names(200000, at, ID, TRUE, ID));
}

static void another_id_is_not(void)
{
	g_assert_false(names(200000, 1000, "0123456789abcdefghiX", TRUE, ID));
}

static void certificates_alone_hold_no_key(void)
{
	g_assert_false(names(200000, 1000, ID, FALSE, ID));
}

static void an_id_of_a_few_bytes_says_nothing(void)
{
	g_assert_false(names(200000, 1000, "01", TRUE, "01"));
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/database/an ID is found wherever it stands", an_id_is_found_wherever_it_stands);
	g_test_add_func("/database/another ID is not", another_id_is_not);
	g_test_add_func(
		"/database/a database of certificates alone holds no key", certificates_alone_hold_no_key);
	g_test_add_func("/database/an ID of a few bytes says nothing", an_id_of_a_few_bytes_says_nothing);

	return g_test_run();
}
