/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A list of members comes from elsewhere: whatever the bytes, each row that comes out is fit to be used, each
 * that does not has a problem with its line, and nothing is worse for being read. */
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "batch/manifest-check.h"
#include "manifest-private.h"

#define FOLDER "/folder/of/the/list"

typedef struct Seen {
	TfManifestCheck *check;
	guint line;
	guint n_rows, n_problems;
} Seen;

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	tf_secret_setup();

	return 0;
}

static void assert_fit(const gchar *text)
{
	g_assert(text[0] != '\0' && g_utf8_validate(text, -1, NULL));
	for (const gchar *at = text; *at != '\0'; at = g_utf8_next_char(at))
		g_assert(!g_unichar_iscntrl(g_utf8_get_char(at)) && g_utf8_get_char(at) != 0xFFFD);
}

static gboolean take_row(const TfManifestRow *row, gpointer user_data, GError **error)
{
	Seen *seen = user_data;
	g_autofree gchar *path = g_canonicalize_filename(row->path, FOLDER);

	(void)error;
	g_assert(row->line > seen->line);
	seen->line = row->line;
	seen->n_rows++;
	assert_fit(row->number);
	assert_fit(row->name);
	assert_fit(row->path);
	g_assert(strchr(row->number, '/') == NULL && strchr(row->name, '?') == NULL);
	g_assert(g_str_has_prefix(path, FOLDER));
	if (row->token_serial != NULL)
		assert_fit(row->token_serial);
	if (row->password != NULL)
		g_assert(g_utf8_validate_len(
			(const gchar *)tf_secret_peek(row->password), tf_secret_length(row->password), NULL));
	tf_manifest_check_add(seen->check, row);

	return TRUE;
}

static gboolean take_problem(guint line, const GError *problem, gpointer user_data, GError **error)
{
	Seen *seen = user_data;

	(void)error;
	g_assert(line >= seen->line && line > 0);
	g_assert(g_error_matches(problem, TF_ERROR, TF_ERROR_MANIFEST_INVALID) ||
		 g_error_matches(problem, TF_ERROR, TF_ERROR_NUMBER_FORMAT));
	seen->line = line;
	seen->n_problems++;

	return TRUE;
}

/* Of the whole, told when the rows are over. */
static gboolean take_double(guint line, const GError *problem, gpointer user_data, GError **error)
{
	const Seen *seen = user_data;

	(void)error;
	g_assert(line > 1 && line <= seen->line);
	g_assert(g_error_matches(problem, TF_ERROR, TF_ERROR_MANIFEST_INVALID));

	return TRUE;
}

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
	g_autoptr(TfManifestCheck) check = tf_manifest_check_new();
	Seen seen = { .check = check };
	TF_AUTO_FD int fd = memfd_create("manifest", MFD_CLOEXEC);

	g_assert(fd >= 0 && fchmod(fd, 0600) == 0 && tf_file_write_all(fd, data, size) == 0);
	g_assert(tf_manifest_read_descriptor(fd, "members.csv", NULL, take_row, take_problem, &seen, NULL));
	g_assert(seen.n_rows > 0 || seen.n_problems > 0);
	g_assert(tf_manifest_check_end(check, "members.csv", take_double, &seen, NULL));

	return 0;
}
