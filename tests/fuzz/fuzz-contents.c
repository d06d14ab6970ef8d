/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Any file may lie where a search comes by: whatever its bytes, the search ends, and what it calls a key is
 * one of a form that it knows, read whole or called damaged. The first octet chooses whether the rest is a
 * file or lies in the base64 of a mail.
 */
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/file.h"
#include "disk/contents.h"
#include "disk/known.h"
#include "disk/marks.h"
#include "fixtures.h"

#define SIZE_LIMIT 65536u

static TfKnown *known;
static TfLibrary *library;

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	tf_secret_setup();
	known = tf_known_new();
	library = tf_library_new(NULL);

	return 0;
}

static gboolean take(const TfPiece *piece, gpointer user_data)
{
	g_autoptr(TfStray) stray = tf_stray_new("/fuzz", piece->member, tf_form_name(piece->form));
	json_t *object = NULL;
	guint *n = user_data;

	g_assert(tf_form_is_key(piece->form));
	g_assert(piece->bytes != NULL || piece->is_damaged || piece->form == TF_FORM_NSS);
	/* Opening costs what the file asks for; the parsers of the rest are what is looked for here. */
	if (piece->form != TF_FORM_PKCS12 && piece->form != TF_FORM_PKCS8_ENCRYPTED)
		(void)tf_known_rank(known, piece, NULL, library, stray);
	g_assert(stray->rank != TF_RANK_SAME_KEY);
	object = tf_stray_to_json(stray);
	g_assert(object != NULL);
	json_decref(object);

	return ++*n < 100;
}

static void visit(const guint8 *bytes, gsize length)
{
	g_autoptr(TfSpots) spots = tf_spots_new();
	TfContentsLimits limits;
	TF_AUTO_FD int fd = memfd_create("fuzz", MFD_CLOEXEC);
	guint n = 0;

	for (gssize at = 0; (at = tf_marks_find(bytes, length, (gsize)at)) >= 0; at++)
		g_array_append_vals(spots->offsets, &(guint64){ (guint64)at }, 1);

	g_assert(tf_file_write_all(fd, bytes, length) == 0);
	g_assert(tf_contents_visit(fd, "/fuzz", spots, take, &n, &limits, NULL));
}

static void visit_mail(const guint8 *bytes, gsize length)
{
	g_autofree gchar *base64 = g_base64_encode(bytes, length);
	g_autofree gchar *mail =
		g_strconcat("From: a@b\nTo: c@d\nSubject: x\nMIME-Version: 1.0\n"
			    "Content-Type: application/zip\nContent-Transfer-Encoding: base64\n\n",
			base64, "\n", NULL);

	visit((const guint8 *)mail, strlen(mail));
}

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
	if (size < 2 || size > SIZE_LIMIT)
		return 0;
	if (data[0] == 'm')
		visit_mail(data + 1, size - 1);
	else
		visit(data + 1, size - 1);

	return 0;
}
