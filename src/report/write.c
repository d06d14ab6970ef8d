/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "report/report.h"

#include "date-private.h"

#define NUMBER_LIMIT  1000u
#define SERIAL_LENGTH 40u /* of hexadecimal digits: RFC 5280 allows 20 bytes */

typedef enum Form {
	FORM_TEXT,
	FORM_JSON,
	FORM_MAIL,
	N_FORMS
} Form;

static const gchar *const extensions[N_FORMS] = { "txt", "json", "eml" };

/* The files of one report; freeing it removes those it has written and gives the outcome its old paths back,
 * unless it was disarmed. */
typedef struct Files {
	TfOutcome *outcome;
	int directory;
	gchar *path; /* of the directory, absolute */
	gchar *names[N_FORMS];
	gboolean is_written[N_FORMS];
	gchar *old_paths[N_FORMS];
	gboolean is_complete;
} Files;

static gchar **path_of(TfOutcome *outcome, Form form)
{
	switch (form) {
	case FORM_TEXT:
		return &outcome->report_text;
	case FORM_JSON:
		return &outcome->report_json;
	case FORM_MAIL:
		return &outcome->report_mail;
	case N_FORMS:
		break;
	}
	g_assert_not_reached();
}

static void files_free(Files *files)
{
	for (guint i = 0; i < N_FORMS; i++) {
		gchar **path = path_of(files->outcome, (Form)i);

		if (!files->is_complete) {
			if (files->is_written[i])
				(void)unlinkat(files->directory, files->names[i], 0);
			g_free(*path);
			*path = g_steal_pointer(&files->old_paths[i]);
		}
		g_free(files->names[i]);
		g_free(files->old_paths[i]);
	}
	tf_file_close(&files->directory);
	g_free(files->path);
	g_free(files);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Files, files_free)

static gboolean has_mail(const TfOutcome *outcome, const TfCampaign *campaign)
{
	return campaign != NULL && outcome->member_name != NULL && outcome->member_number != NULL;
}

/* "2014-04-01", and of the certificate's serial only what is hexadecimal: it comes from a certificate. */
static gchar *stem_of(const TfOutcome *outcome, const TfCampaign *campaign)
{
	g_autoptr(GDateTime) time = tf_report_time(tf_outcome_date(outcome), campaign);
	g_autofree gchar *date = time != NULL ? g_date_time_format_iso8601(time) : g_strdup("undated");
	g_autoptr(GString) serial = g_string_new(NULL);

	for (const gchar *at = outcome->certificate->serial; *at != '\0' && serial->len < SERIAL_LENGTH;
		at++) {
		if (g_ascii_isxdigit(*at))
			g_string_append_c(serial, g_ascii_tolower(*at));
	}

	return g_strdup_printf(
		"tokenferry-%s%.10s-%s", outcome->search != NULL ? "supplement-" : "", date, serial->str);
}

static gboolean is_free(int directory, const gchar *name)
{
	struct stat status;

	return fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) != 0 && errno == ENOENT;
}

/* The three names differ in their ending only, so a number is taken when all three are free. */
static gboolean choose_names(Files *files, const gchar *stem, GError **error)
{
	for (guint number = 1; number <= NUMBER_LIMIT; number++) {
		g_autofree gchar *suffix = number > 1 ? g_strdup_printf("-%u", number) : g_strdup("");
		guint n_free = 0;

		for (guint i = 0; i < N_FORMS; i++) {
			g_free(files->names[i]);
			files->names[i] = g_strdup_printf("%s%s.%s", stem, suffix, extensions[i]);
			n_free += is_free(files->directory, files->names[i]) ? 1 : 0;
		}
		if (n_free == N_FORMS)
			return TRUE;
	}

	return tf_raise(error, TF_ERROR_OUTPUT_FAILED, files->names[FORM_TEXT], g_strerror(EEXIST), NULL);
}

static Files *files_new(TfOutcome *outcome, const TfCampaign *campaign, const gchar *path, GError **error)
{
	TF_AUTO_FD int directory = tf_file_open_directory(path, error);
	g_autofree gchar *stem = NULL;
	g_autoptr(Files) files = NULL;
	char *real = NULL;

	if (directory < 0)
		return NULL;
	real = realpath(path, NULL);
	if (real == NULL) {
		tf_raise(error, TF_ERROR_OUTPUT_UNSAFE, path, g_strerror(errno), NULL);
		return NULL;
	}

	files = g_new0(Files, 1);
	files->outcome = outcome;
	files->directory = tf_file_steal(&directory);
	files->path = g_strdup(real);
	free(real);
	for (guint i = 0; i < N_FORMS; i++)
		files->old_paths[i] = g_strdup(*path_of(outcome, (Form)i));
	stem = stem_of(outcome, campaign);
	if (!choose_names(files, stem, error))
		return NULL;

	return g_steal_pointer(&files);
}

/* Before the forms are made: the text names the mail, and the JSON all three. */
static void set_paths(Files *files, const TfCampaign *campaign)
{
	for (guint i = 0; i < N_FORMS; i++) {
		gchar **path = path_of(files->outcome, (Form)i);

		g_clear_pointer(path, g_free);
		if (i != FORM_MAIL || has_mail(files->outcome, campaign))
			*path = g_build_filename(files->path, files->names[i], NULL);
	}
}

static GBytes *form_new(const TfOutcome *outcome, const TfCampaign *campaign, Form form, GError **error)
{
	g_autofree gchar *line = NULL;
	gchar *text = NULL;

	switch (form) {
	case FORM_TEXT:
		text = tf_report_text(outcome, campaign);
		return g_bytes_new_take(text, strlen(text));
	case FORM_JSON:
		line = tf_report_json(outcome);
		text = g_strconcat(line, "\n", NULL);
		return g_bytes_new_take(text, strlen(text));
	case FORM_MAIL:
		return tf_report_mail(outcome, campaign, error);
	case N_FORMS:
		break;
	}
	g_assert_not_reached();
}

static gboolean write_form(Files *files, const TfCampaign *campaign, Form form, GError **error)
{
	g_autoptr(GBytes) bytes = form_new(files->outcome, campaign, form, error);
	gconstpointer data = NULL;
	gsize length = 0;

	if (bytes == NULL)
		return FALSE;
	data = g_bytes_get_data(bytes, &length);
	files->is_written[form] = tf_file_create(files->directory, files->names[form], data, length, error);

	return files->is_written[form];
}

gboolean tf_report_write(
	TfOutcome *outcome, const TfCampaign *campaign, const gchar *directory, GError **error)
{
	g_autoptr(Files) files = files_new(outcome, campaign, directory, error);

	if (files == NULL)
		return FALSE;
	set_paths(files, campaign);
	for (guint i = 0; i < N_FORMS; i++) {
		if (*path_of(outcome, (Form)i) != NULL && !write_form(files, campaign, (Form)i, error))
			return FALSE;
	}
	files->is_complete = TRUE;

	return TRUE;
}
