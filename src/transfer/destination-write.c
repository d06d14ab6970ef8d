/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "base/error.h"
#include "destination-private.h"
#include "destination.h"
#include "token/import.h"
#include "transfer/names.h"

static gboolean may_go_on(const TfLedgerRow *row, const TfSource *source, gint64 spare_of)
{
	return (row->step == TF_STEP_INTENT || row->step == TF_STEP_IMPORTED || row->step == TF_STEP_PROVED ||
		       row->step == TF_STEP_WIPING || row->step == TF_STEP_KEPT) &&
	       row->spare_of == spare_of && memcmp(row->source_sha256, source->sha256, TF_SHA256_SIZE) == 0 &&
	       strcmp(row->source_path, source->path) == 0;
}

gboolean tf_destination_look_up(TfLedger *ledger, const TfDestination *destination, const TfSource *source,
	gint64 spare_of, TfEarlier *ret_earlier, GError **error)
{
	g_autoptr(GPtrArray) rows = tf_ledger_rows(ledger, source->spki_sha256, error);
	TfEarlier earlier = { 0 };

	if (rows == NULL)
		return FALSE;
	for (guint i = 0; i < rows->len; i++) {
		const TfLedgerRow *row = g_ptr_array_index(rows, i);

		if ((row->step != TF_STEP_INTENT && !tf_step_is_on_token(row->step)) ||
			!tf_token_facts_equal(row->token, destination->token) ||
			!g_bytes_equal(row->key_id, destination->key_id))
			continue;
		/* The newest one tells how the write stands. */
		if (!earlier.is_ours) {
			earlier.is_unfinished = row->step == TF_STEP_INTENT;
			earlier.owns_fragments = earlier.is_unfinished && row->n_fragments == 0;
		}
		earlier.is_ours = TRUE;
		if (earlier.row == 0 && may_go_on(row, source, spare_of)) {
			earlier.row = row->id;
			earlier.step = row->step;
		}
	}
	*ret_earlier = earlier;

	return TRUE;
}

static TfKeyFiles key_files(const TfDestination *destination)
{
	return (TfKeyFiles){
		.reader = destination->reader != NULL ? destination->reader->name : NULL,
		.probe = destination->family != NULL ? tf_token_profile_probe(destination->family)
						     : TF_TOKEN_PROBE_NONE,
	};
}

/* Before the intent: once the row stands, a key under its CKA_ID counts as ours. */
static gboolean look_at_token(TfRun *run, TfSession *session, const TfDestination *destination,
	const TfSource *source, TfEarlier *earlier, GError **error)
{
	TfImportSurvey survey;
	g_autofree gchar *id = NULL;

	if (!tf_import_survey(session, source->keypair, destination->key_id, &survey, error))
		return FALSE;

	earlier->n_fragments = earlier->owns_fragments ? 0 : survey.n_fragments;
	earlier->is_there = earlier->is_ours && !earlier->is_unfinished && survey.key_under_id_fits;
	if (earlier->is_ours)
		return TRUE;
	id = tf_hex(g_bytes_get_data(destination->key_id, NULL), g_bytes_get_size(destination->key_id));
	if (survey.id_is_foreign)
		return tf_raise(error, TF_ERROR_TOKEN_ID_TAKEN, destination->token->label, id, NULL);
	if (survey.n_keys_under_id == 0 && survey.n_same_elsewhere == 0)
		return TRUE;
	run->where = TF_WHERE_SOURCE_AND_TOKEN;

	return tf_raise(error, TF_ERROR_TOKEN_KEY_EXISTS, destination->token->label, id, NULL);
}

static gboolean plan_row(TfRun *run, TfDestination *destination, const TfSource *source, gint64 spare_of,
	const TfEarlier *earlier, GError **error)
{
	g_autoptr(GBytes) der = NULL;
	TfLedgerRow plan = {
		.spare_of = spare_of,
		.source_path = source->path,
		.source_holds_one_secret = tf_source_holds_one_secret(source),
		.source_export = source->export,
		.token = destination->token,
		.key_id = destination->key_id,
		.n_fragments = earlier->n_fragments,
	};

	if (earlier->row != 0) {
		destination->row = earlier->row;
		return TRUE;
	}

	der = tf_certificate_der(source->certificate);
	plan.certificate_der = der;
	memcpy(plan.source_sha256, source->sha256, TF_SHA256_SIZE);
	memcpy(plan.spki_sha256, source->spki_sha256, TF_SHA256_SIZE);

	return tf_ledger_plan(run->ledger, &plan, &destination->row, error);
}

/* After a failed import: the row is closed only when a look at the token shows that nothing of it is there,
 * neither under another CKA_ID nor in fragments, which only an open row may remove. */
static void close_failed_row(TfRun *run, const TfDestination *destination, const TfSource *source,
	TfSession *session, const TfEarlier *earlier)
{
	TfKeyFiles files = key_files(destination);
	TfImportSurvey survey;
	guint n_stray = 0;
	g_autoptr(GError) ignored = NULL;

	if (tf_import_survey(session, source->keypair, destination->key_id, &survey, NULL) &&
		tf_key_files_count_stray(session, &files, &n_stray, NULL) && n_stray == 0 &&
		survey.n_keys_under_id == 0 && survey.n_same_elsewhere == 0 && !survey.id_is_foreign &&
		survey.n_fragments <= earlier->n_fragments &&
		tf_ledger_record_step(
			run->ledger, destination->row, TF_STEP_UNDONE, "import failed", &ignored))
		run->where = tf_run_where_without(run);
}

/* An earlier row may stand further than 'imported'; it is not set back, and what its import dropped still
 * counts. */
static gboolean record_imported(TfRun *run, const TfDestination *destination, GError **error)
{
	g_autoptr(TfLedgerRow) row = tf_ledger_load(run->ledger, destination->row, error);
	g_autofree gchar *dropped = NULL;

	if (row == NULL)
		return FALSE;
	tf_names_add_from_json(destination->dropped, row->dropped);
	if (row->step != TF_STEP_INTENT)
		return TRUE;
	dropped = tf_names_to_json(destination->dropped);

	return tf_ledger_record_imported(run->ledger, destination->row, dropped, error);
}

static gboolean write_objects(TfRun *run, TfDestination *destination, const TfSource *source,
	TfSession *session, const TfEarlier *earlier, GError **error)
{
	const TfNewsContext news = { .token = destination->token };
	TfImportOptions options = {
		.key_id = destination->key_id,
		.label = source->label,
		.is_resumed = earlier->is_ours,
		.is_unfinished = earlier->is_unfinished,
		.owns_fragments = earlier->owns_fragments,
		.key_files = key_files(destination),
		.certificate_first = destination->family != NULL &&
				     tf_token_profile_certificate_first(destination->family),
		.makes_public_key =
			destination->family != NULL && tf_token_profile_makes_public_key(destination->family),
	};

	run->where = TF_WHERE_SOURCE_AND_PERHAPS_TOKEN;
	tf_dialogue_tell(run->dialogue, earlier->is_there ? TF_NEWS_ALREADY_THERE : TF_NEWS_IMPORTING, &news);
	if (!tf_import(session, source->keypair, &options, &destination->dropped, error)) {
		close_failed_row(run, destination, source, session, earlier);
		return FALSE;
	}
	run->where = TF_WHERE_SOURCE_AND_TOKEN;
	run->n_holders++;
	if (!record_imported(run, destination, error))
		return FALSE;
	if (!earlier->is_there)
		tf_dialogue_tell(run->dialogue, TF_NEWS_IMPORTED, &news);

	return TRUE;
}

gboolean tf_destination_write(
	TfRun *run, TfDestination *destination, const TfSource *source, gint64 spare_of, GError **error)
{
	g_auto(TfOpenToken) open = { NULL, NULL };
	TfEarlier earlier;

	destination->key_id = tf_import_plan_id(source->keypair);
	if (!tf_destination_open(run, destination, &open, error))
		return FALSE;
	if (!tf_import_check(open.session, source->keypair, error))
		return FALSE;
	if (!tf_destination_look_up(run->ledger, destination, source, spare_of, &earlier, error))
		return FALSE;
	if (earlier.row != 0)
		tf_dialogue_tell(run->dialogue, TF_NEWS_RESUMED,
			&(TfNewsContext){
				.step = earlier.step, .token = destination->token, .path = source->path });
	if (!look_at_token(run, open.session, destination, source, &earlier, error))
		return FALSE;
	if (!tf_dialogue_go_on(run->dialogue, error))
		return FALSE;
	if (!plan_row(run, destination, source, spare_of, &earlier, error))
		return FALSE;

	return write_objects(run, destination, source, open.session, &earlier, error);
}
