/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "batch/letter.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/escape.h"
#include "base/file.h"
#include "report/report.h"

/* The second name of a letter that takes another's place: hidden, with this behind it. */
#define NEW ".new"

struct TfLetterFile {
	int fd;
	int directory; /* borrowed */
	gchar *directory_name;
};

static void add_text(GVariantDict *body, const gchar *key, const gchar *text)
{
	g_autofree gchar *clean = tf_escape_terminal(text);

	if (text != NULL)
		g_variant_dict_insert(body, key, "s", clean);
}

static void add_lines(GVariantDict *body, const gchar *key, const gchar *text)
{
	g_autofree gchar *clean = tf_escape_lines(text);

	if (text != NULL)
		g_variant_dict_insert(body, key, "s", clean);
}

GVariant *tf_letter_body(const TfLetter *letter)
{
	GVariantDict body = G_VARIANT_DICT_INIT(NULL);
	g_autofree gchar *date = tf_report_date_in(letter->issued, letter->time_zone, letter->language);

	add_text(&body, "number", letter->number);
	add_text(&body, "name", letter->name);
	add_text(&body, "number-label", letter->number_label);
	add_text(&body, "campaign-title", letter->campaign_title);
	add_lines(&body, "contact", letter->contact);
	add_text(&body, "token-label", letter->token_label);
	add_text(&body, "token-serial", letter->token_serial);
	add_text(&body, "language", letter->language);
	add_text(&body, "date", date);
	g_variant_dict_insert(&body, "issued", "x", letter->issued);

	return g_variant_dict_end(&body);
}

const gchar *const *tf_letter_reads(void)
{
	static const gchar *const reads[] = {
		"/etc/fonts",
		"/usr/share/fontconfig",
		"/usr/share/xml/fontconfig",
		"/usr/share/fonts",
		"/usr/local/share/fonts",
		"/var/cache/fontconfig",
		NULL,
	};

	return reads;
}

TfLetterFile *tf_letter_file_new(int directory, const gchar *directory_name, GError **error)
{
	TF_AUTO_FD int fd = openat(directory, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	TfLetterFile *file = NULL;

	if (fd < 0) {
		const gchar *reason = errno == EOPNOTSUPP || errno == EISDIR
					      ? _("this file system cannot hold a file without a name")
					      : g_strerror(errno);

		tf_raise(error, TF_ERROR_BATCH_PLACE_FAILED, directory_name, reason, NULL);
		return NULL;
	}
	file = g_new0(TfLetterFile, 1);
	file->fd = tf_file_steal(&fd);
	file->directory = directory;
	file->directory_name = g_strdup(directory_name);

	return file;
}

int tf_letter_file_fd(const TfLetterFile *file)
{
	return file->fd;
}

void tf_letter_file_free(TfLetterFile *file)
{
	if (file == NULL)
		return;
	tf_file_close(&file->fd);
	g_free(file->directory_name);
	g_free(file);
}

/* 0, or an errno value. */
static int give_name(const TfLetterFile *file, const gchar *name)
{
	g_autofree gchar *unnamed = g_strdup_printf("/proc/self/fd/%d", file->fd);

	return linkat(AT_FDCWD, unnamed, file->directory, name, AT_SYMLINK_FOLLOW) == 0 ? 0 : errno;
}

static gboolean is_left_over(const gchar *name)
{
	return name[0] == '.' && g_str_has_suffix(name, ".pdf" NEW);
}

gboolean tf_letter_sweep(int directory, const gchar *directory_name, GError **error)
{
	g_autofree gchar *opened = g_strdup_printf("/proc/self/fd/%d", directory);
	g_autoptr(GDir) listing = g_dir_open(opened, 0, NULL);
	const gchar *name = NULL;

	while (listing != NULL && (name = g_dir_read_name(listing)) != NULL) {
		if (is_left_over(name) && unlinkat(directory, name, 0) != 0 && errno != ENOENT)
			return tf_raise(
				error, TF_ERROR_BATCH_PLACE_FAILED, directory_name, g_strerror(errno), NULL);
	}

	return TRUE;
}

/* By way of a second name, for linkat() cannot replace. The second name is always the same: one that a killed
 * run left is removed here. */
static int replace(const TfLetterFile *file, const gchar *name)
{
	g_autofree gchar *new_name = g_strdup_printf(".%s" NEW, name);
	int failure = 0;

	if (unlinkat(file->directory, new_name, 0) != 0 && errno != ENOENT)
		return errno;
	failure = give_name(file, new_name);
	if (failure != 0)
		return failure;
	if (renameat(file->directory, new_name, file->directory, name) != 0) {
		failure = errno;
		(void)unlinkat(file->directory, new_name, 0);
	}

	return failure;
}

gboolean tf_letter_file_publish(TfLetterFile *file, const gchar *name, gboolean replaces, GError **error)
{
	g_autofree gchar *path = g_build_filename(file->directory_name, name, NULL);
	struct stat status;
	int failure = 0;

	if (name[0] == '\0' || name[0] == '.' || strchr(name, '/') != NULL)
		return tf_raise(error, TF_ERROR_BATCH_PLACE_FAILED, path, g_strerror(EINVAL), NULL);
	if (fstat(file->fd, &status) == 0 && status.st_size == 0)
		return tf_raise(error, TF_ERROR_LETTER_FAILED, name, _("nothing was drawn"), NULL);
	if (fsync(file->fd) != 0)
		return tf_raise(error, TF_ERROR_BATCH_PLACE_FAILED, path, g_strerror(errno), NULL);

	failure = give_name(file, name);
	if (failure == EEXIST && replaces)
		failure = replace(file, name);
	if (failure == 0 && fsync(file->directory) != 0)
		failure = errno;
	if (failure != 0)
		return tf_raise(error, TF_ERROR_BATCH_PLACE_FAILED, path, g_strerror(failure), NULL);

	return TRUE;
}
