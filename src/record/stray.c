/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "record/stray.h"

#include "json-private.h"

#define PATH_LIMIT 32768u

static const TfJsonField fields[] = {
	{ "path", G_STRUCT_OFFSET(TfStray, path), TF_JSON_TEXT, FALSE, 1, PATH_LIMIT },
	{ "member", G_STRUCT_OFFSET(TfStray, member), TF_JSON_TEXT, TRUE, 1, PATH_LIMIT },
	{ "form", G_STRUCT_OFFSET(TfStray, form), TF_JSON_TEXT, FALSE, 1, 32 },
	{ "damaged", G_STRUCT_OFFSET(TfStray, is_damaged), TF_JSON_BOOLEAN, FALSE, 0, 0 },
	{ "unprotected", G_STRUCT_OFFSET(TfStray, is_unprotected), TF_JSON_BOOLEAN, FALSE, 0, 0 },
	{ "weak_cipher", G_STRUCT_OFFSET(TfStray, is_weak), TF_JSON_BOOLEAN, FALSE, 0, 0 },
	{ "removable", G_STRUCT_OFFSET(TfStray, is_removable), TF_JSON_BOOLEAN, FALSE, 0, 0 },
	{ "readable_by_others", G_STRUCT_OFFSET(TfStray, is_readable_by_others), TF_JSON_BOOLEAN, FALSE, 0,
		0 },
	{ "in_mail", G_STRUCT_OFFSET(TfStray, is_in_mail), TF_JSON_BOOLEAN, FALSE, 0, 0 },
	{ "offered", G_STRUCT_OFFSET(TfStray, is_offered), TF_JSON_BOOLEAN, FALSE, 0, 0 },
	{ "synced_by", G_STRUCT_OFFSET(TfStray, synced_by), TF_JSON_TEXT, TRUE, 1, 64 },
	{ "trashed_from", G_STRUCT_OFFSET(TfStray, trashed_from), TF_JSON_TEXT, TRUE, 1, PATH_LIMIT },
	TF_JSON_END,
};

TfStray *tf_stray_new(const gchar *path, const gchar *member, const gchar *form)
{
	TfStray *stray = g_new0(TfStray, 1);

	stray->path = g_strdup(path);
	stray->member = g_strdup(member);
	stray->form = g_strdup(form);
	stray->rank = TF_RANK_UNKNOWN;

	return stray;
}

TfStray *tf_stray_copy(const TfStray *stray)
{
	TfStray *copy = g_new0(TfStray, 1);

	tf_json_copy(stray, copy, fields);
	copy->rank = stray->rank;
	copy->basis = stray->basis;

	return copy;
}

void tf_stray_free(TfStray *stray)
{
	if (stray == NULL)
		return;

	tf_json_clear(stray, fields);
	g_free(stray);
}

const gchar *tf_rank_name(TfRank rank)
{
	static const gchar *const names[TF_N_RANKS] = {
		[TF_RANK_SAME_KEY] = "same-key",
		[TF_RANK_SAME_EXPORT] = "same-export",
		[TF_RANK_ANOTHER_KEY] = "another-key",
		[TF_RANK_UNKNOWN] = "unknown",
	};

	return names[rank];
}

const gchar *tf_rank_basis_name(TfRankBasis basis)
{
	static const gchar *const names[TF_N_BASES] = {
		[TF_BASIS_NONE] = "none",
		[TF_BASIS_CONTENT] = "content",
		[TF_BASIS_OPENED] = "opened",
		[TF_BASIS_CERTIFICATE] = "certificate",
		[TF_BASIS_SALTS] = "salts",
		[TF_BASIS_NO_KEY] = "no-key",
		[TF_BASIS_KEY_ID] = "key-id",
	};

	return names[basis];
}

guint tf_stray_exposures(const TfStray *stray)
{
	const gboolean holds[TF_N_EXPOSURES] = {
		[TF_EXPOSURE_UNPROTECTED] = stray->is_unprotected,
		[TF_EXPOSURE_MAIL] = stray->is_in_mail,
		[TF_EXPOSURE_SYNCED] = stray->synced_by != NULL,
		[TF_EXPOSURE_SHARED] = stray->is_offered,
		[TF_EXPOSURE_READABLE] = stray->is_readable_by_others,
		[TF_EXPOSURE_WEAK] = stray->is_weak,
	};
	guint exposures = 0;

	if (stray->rank != TF_RANK_SAME_KEY && stray->rank != TF_RANK_SAME_EXPORT)
		return 0;
	for (guint i = 0; i < TF_N_EXPOSURES; i++) {
		if (holds[i])
			exposures |= 1u << i;
	}

	return exposures;
}

json_t *tf_stray_to_json(const TfStray *stray)
{
	json_t *object = json_object();

	tf_json_write(object, stray, fields);
	json_object_set_new(object, "rank", json_string(tf_rank_name(stray->rank)));
	json_object_set_new(object, "basis", json_string(tf_rank_basis_name(stray->basis)));

	return object;
}
