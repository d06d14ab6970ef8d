/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "former-letters.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"

/* Behind the ledger's path. */
#define SUFFIX ".letters"

/* -1 when it is not there, or is not ours. */
static int open_former(const gchar *folder)
{
	TF_AUTO_FD int fd = open(folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	struct stat status;

	if (fd < 0 || fstat(fd, &status) != 0 || status.st_uid != geteuid())
		return -1;

	return tf_file_steal(&fd);
}

/* As a replacement's that has no intent yet, it may be the letter of the token before, which may exist. */
static gboolean remove_letter(const TfBatch *batch, int folder, const gchar *number, GError **error)
{
	g_autofree gchar *name = g_strconcat(number, ".pdf", NULL);
	g_autoptr(TfJob) job = NULL;

	if (!tf_ledger_job_of_number(batch->ledger, number, &job, error))
		return FALSE;
	if (job->migration != 0 || job->replaces_reason == NULL)
		(void)unlinkat(folder, name, 0);

	return TRUE;
}

static gboolean remove_letters(
	const TfBatch *batch, const gchar *former, const GPtrArray *numbers, GError **error)
{
	TF_AUTO_FD int folder = open_former(former);

	if (folder < 0) {
		g_autoptr(GError) problem = NULL;

		tf_raise(&problem, TF_ERROR_LETTERS_ELSEWHERE, former, NULL);
		tf_batch_tell(batch, &(TfBatchNews){ .kind = TF_BATCH_WARNED, .problem = problem });
		return TRUE;
	}
	for (guint i = 0; i < numbers->len; i++) {
		if (!remove_letter(batch, folder, g_ptr_array_index(numbers, i), error))
			return FALSE;
	}
	(void)fsync(folder);

	return TRUE;
}

/* In one step: there is always one, the folder before or this one. */
static gboolean remember(const gchar *link, const gchar *folder, GError **error)
{
	g_autofree gchar *new_link = g_strconcat(link, ".new", NULL);

	if ((unlink(new_link) != 0 && errno != ENOENT) || symlink(folder, new_link) != 0 ||
		rename(new_link, link) != 0)
		return tf_raise(error, TF_ERROR_BATCH_PLACE_FAILED, link, g_strerror(errno), NULL);

	return TRUE;
}

gboolean tf_former_letters_settle(TfBatch *batch, const GPtrArray *numbers, GError **error)
{
	g_autofree gchar *link = g_strconcat(tf_ledger_path(batch->ledger), SUFFIX, NULL);
	g_autofree gchar *former = g_file_read_link(link, NULL);
	g_autofree gchar *opened = g_strdup_printf("/proc/self/fd/%d", batch->letters);
	g_autofree gchar *folder = batch->letters >= 0 ? g_file_read_link(opened, NULL) : NULL;

	if (folder == NULL || g_strcmp0(former, folder) == 0)
		return TRUE;
	if (former != NULL && numbers->len > 0 && !remove_letters(batch, former, numbers, error))
		return FALSE;

	return remember(link, folder, error);
}
