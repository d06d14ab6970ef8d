/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "batch/manifest-check.h"

#include <glib/gi18n.h>
#include <string.h>

#include "base/error.h"
#include "digest-index.h"

typedef enum Kind {
	KIND_NUMBER,
	KIND_SOURCE,
	KIND_TOKEN_SERIAL,
	N_KINDS
} Kind;

struct TfManifestCheck {
	TfDigestIndex *indexes[N_KINDS];
};

typedef struct Telling {
	const gchar *path;
	Kind kind;
	TfManifestProblemFunc problem;
	gpointer user_data;
} Telling;

TfManifestCheck *tf_manifest_check_new(void)
{
	TfManifestCheck *check = g_new0(TfManifestCheck, 1);

	for (guint i = 0; i < N_KINDS; i++)
		check->indexes[i] = tf_digest_index_new();

	return check;
}

void tf_manifest_check_free(TfManifestCheck *check)
{
	if (check == NULL)
		return;

	for (guint i = 0; i < N_KINDS; i++)
		tf_digest_index_free(check->indexes[i]);
	g_free(check);
}

static void add(TfManifestCheck *check, Kind kind, const gchar *text, guint line)
{
	tf_digest_index_add(check->indexes[kind], text, strlen(text), line);
}

void tf_manifest_check_add(TfManifestCheck *check, const TfManifestRow *row)
{
	g_autofree gchar *source = g_canonicalize_filename(row->path, "/");

	add(check, KIND_NUMBER, row->number, row->line);
	add(check, KIND_SOURCE, source, row->line);
	if (row->token_serial != NULL)
		add(check, KIND_TOKEN_SERIAL, row->token_serial, row->line);
}

static gchar *reason_of(Kind kind, guint first)
{
	switch (kind) {
	case KIND_NUMBER:
		return g_strdup_printf(_("this number stands in line %u already"), first);
	case KIND_SOURCE:
		return g_strdup_printf(_("this .p12 stands in line %u already"), first);
	case KIND_TOKEN_SERIAL:
		return g_strdup_printf(_("this token_serial stands in line %u already"), first);
	case N_KINDS:
		break;
	}
	g_assert_not_reached();
}

static gboolean tell(guint32 first, guint32 repetition, gpointer user_data, GError **error)
{
	const Telling *telling = user_data;
	g_autofree gchar *reason = reason_of(telling->kind, first);
	g_autoptr(GError) problem = NULL;

	tf_raise(&problem, TF_ERROR_MANIFEST_INVALID, telling->path, TF_NUMBER(repetition), reason, NULL);

	return telling->problem(repetition, problem, telling->user_data, error);
}

gboolean tf_manifest_check_end(TfManifestCheck *check, const gchar *path, TfManifestProblemFunc problem,
	gpointer user_data, GError **error)
{
	for (guint i = 0; i < N_KINDS; i++) {
		Telling telling = { path, (Kind)i, problem, user_data };

		tf_digest_index_sort(check->indexes[i]);
		if (!tf_digest_index_doubles(check->indexes[i], tell, &telling, error))
			return FALSE;
	}

	return TRUE;
}
