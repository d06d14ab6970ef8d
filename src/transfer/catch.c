/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "catch.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "transfer/sweep.h"

#define LIMIT 400u

static const TfKeptWhy whys[] = {
	[TF_UNWIPEABLE_WITHIN] = TF_KEPT_WITHIN,
	[TF_UNWIPEABLE_LOCKED] = TF_KEPT_LOCKED,
	[TF_UNWIPEABLE_OTHER_SECRET] = TF_KEPT_OTHER_SECRET,
};

void tf_catch_free(TfCatch *caught)
{
	if (caught == NULL)
		return;

	tf_stray_free(caught->stray);
	tf_found_free(caught->found);
	g_free(caught->detail);
	g_free(caught);
}

guint tf_catch_limit(void)
{
	long descriptors = sysconf(_SC_OPEN_MAX);

	return descriptors < 0 ? LIMIT : (guint)MIN(descriptors / 2, (long)LIMIT);
}

static int duplicate(int fd, const gchar *path, GError **error)
{
	int copy = fcntl(fd, F_DUPFD_CLOEXEC, 0);

	if (copy < 0)
		tf_raise(error, TF_ERROR_SYSTEM, path, g_strerror(errno), NULL);

	return copy;
}

/* The file that was migrated was opened then: with its content is known what is in it. */
static gboolean recognise(TfCatch *caught, int fd, const TfKnown *known, const TfSecret *password,
	TfMounts *mounts, GError **error)
{
	const gchar *path = caught->stray->path;
	guint8 spki_sha256[TF_SHA256_SIZE];
	gboolean holds_one_secret = FALSE;
	TfUnwipeable why = TF_UNWIPEABLE_WITHIN;
	TfFileIdentity identity;
	int copy = -1;

	if (!tf_file_identify(fd, path, &identity, error))
		return FALSE;
	copy = duplicate(fd, path, error);
	if (copy < 0)
		return FALSE;
	if (tf_known_content(known, identity.sha256, spki_sha256, &holds_one_secret)) {
		caught->found = tf_recognise_copy(
			copy, path, identity.sha256, spki_sha256, holds_one_secret, mounts, error);
		return caught->found != NULL;
	}
	if (!tf_recognise_key(copy, path, password, NULL, mounts, &caught->found, &why, error))
		return FALSE;
	if (caught->found == NULL)
		caught->why = tf_sweep_is_live_store(caught->stray) ? TF_KEPT_IN_STORE : whys[why];

	return TRUE;
}

static void give_reason(TfCatch *caught, const GError *problem)
{
	caught->why = TF_KEPT_WIPE_REFUSED;
	caught->detail = tf_error_sentence(problem);
}

TfCatch *tf_catch_new(int fd, TfStray *stray, const TfKnown *known, const TfSecret *password,
	TfMounts *mounts, gboolean is_full)
{
	TfCatch *caught = g_new0(TfCatch, 1);
	g_autoptr(GError) problem = NULL;

	caught->stray = stray;
	caught->kind = stray->form;
	if (is_full)
		tf_raise(&problem, TF_ERROR_WIPE_REFUSED, stray->path,
			_("more files were found than are wiped at once"), NULL);
	else
		(void)recognise(caught, fd, known, password, mounts, &problem);
	if (problem != NULL)
		give_reason(caught, problem);

	return caught;
}

void tf_catch_within(TfCatch *caught, TfForm form, const gchar *members)
{
	if (caught->found != NULL)
		return;
	caught->kind = form != TF_FORM_NONE ? tf_form_name(form) : "file";
	if (caught->detail == NULL)
		caught->detail = g_strdup(members);
}

static gboolean has_one_name(const TfFound *found)
{
	struct stat status;

	return fstat(tf_found_fd(found), &status) == 0 && status.st_nlink == 1;
}

gboolean tf_catch_is_same(const TfCatch *a, const TfCatch *b)
{
	if (a->found == NULL || b->found == NULL)
		return strcmp(a->stray->path, b->stray->path) == 0;

	/* Two paths of one name lead through two mounts; two names are told both. */
	return tf_file_identity_equal(tf_found_identity(a->found), tf_found_identity(b->found)) &&
	       (strcmp(tf_found_path(a->found), tf_found_path(b->found)) == 0 || has_one_name(a->found));
}
