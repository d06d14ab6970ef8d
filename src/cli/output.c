/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/output.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/error.h"
#include "record/facts.h"

/* Standard output is the process's, and so is what became of it: the errno of the first write that failed. */
static int output_failure;

static void put(const gchar *text)
{
	if (fputs(text, stdout) == EOF && output_failure == 0)
		output_failure = errno != 0 ? errno : EIO;
}

void tf_output_setup(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
		if (fcntl(fd, F_GETFD) >= 0 || errno != EBADF)
			continue;
		/* The wrong way round, so that its use fails; takes the lowest free number, which is 'fd'. */
		if (open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) != fd)
			_exit(TF_EXIT_SYSTEM);
	}
	/* Standard error is not buffered: lines of both keep their order, also when both go into one pipe. */
	(void)setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
}

void tf_output_text(const gchar *text)
{
	put(text);
	if (!g_str_has_suffix(text, "\n"))
		put("\n");
}

void tf_output_json(json_t *object)
{
	/* JSON escapes C0 itself; C1 and bidi controls must not reach a terminal either. */
	gsize flags = JSON_COMPACT | (isatty(STDOUT_FILENO) != 0 ? JSON_ENSURE_ASCII : 0);
	char *line = json_dumps(object, flags);

	g_assert_nonnull(line);
	tf_output_text(line);
	free(line);
	json_decref(object);
}

void tf_output_notice(const gchar *text)
{
	(void)fprintf(stderr, "%s\n", text);
}

json_t *tf_output_string(const gchar *text)
{
	g_autofree gchar *valid = text != NULL ? g_utf8_make_valid(text, -1) : NULL;

	return valid != NULL ? json_string(valid) : json_null();
}

json_t *tf_output_object(const gchar *type)
{
	return json_pack("{s:s}", "type", type);
}

gboolean tf_output_finish(GError **error)
{
	int failure = fflush(stdout) != 0 ? errno : 0;

	if (output_failure != 0)
		failure = output_failure;
	/* Whoever closed the pipe has read enough. */
	if (failure == EPIPE)
		return TRUE;
	if (failure != 0 || ferror(stdout) != 0)
		return tf_raise(error, TF_ERROR_OUTPUT_FAILED, _("standard output"),
			g_strerror(failure != 0 ? failure : EIO), NULL);

	return TRUE;
}
