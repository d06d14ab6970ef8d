/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "place.h"

#include "base/error.h"
#include "base/file.h"

/* Takes 'problem' over. Always FALSE. */
static gboolean fail(GError *problem, GError **error)
{
	g_autoptr(GError) failure = problem;
	const gchar *const *arguments = tf_error_arguments(failure);

	if (g_error_matches(failure, TF_ERROR, TF_ERROR_OUTPUT_UNSAFE))
		return tf_raise(error, TF_ERROR_BATCH_PLACE_UNSAFE, arguments[0], arguments[1], NULL);
	if (g_error_matches(failure, TF_ERROR, TF_ERROR_OUTPUT_FAILED))
		return tf_raise(error, TF_ERROR_BATCH_PLACE_FAILED, arguments[0], arguments[1], NULL);
	g_propagate_error(error, g_steal_pointer(&failure));

	return FALSE;
}

int tf_place_open(const gchar *path, GError **error)
{
	GError *problem = NULL;
	int fd = tf_file_open_directory(path, &problem);

	if (fd < 0)
		(void)fail(problem, error);

	return fd;
}

gboolean tf_place_create(int directory, const gchar *name, gconstpointer bytes, gsize length, GError **error)
{
	GError *problem = NULL;

	return tf_file_create(directory, name, bytes, length, &problem) || fail(problem, error);
}
