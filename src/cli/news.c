/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/news.h"

#include <glib/gi18n.h>
#include <string.h>

#include "base/error.h"
#include "base/log.h"
#include "cli/output.h"
#include "cli/phrase.h"
#include "cli/wording.h"
#include "transfer/wiped.h"

typedef struct NewsRow {
	const gchar *name;
	const gchar *sentence;
} NewsRow;

static const NewsRow rows[TF_N_NEWS] = {
	[TF_NEWS_RESUMED] = { "resumed",
		N_("An earlier run with this file left something open; going on from there.") },
	[TF_NEWS_MODULE_SKIPPED] = { "module-skipped", N_("The module '{path}' is not used. {problem}") },
	[TF_NEWS_MODULE_ALLOWED] = { "module-allowed",
		N_("Warning: {problem} The module '{path}' is used all the same.") },
	[TF_NEWS_TOKEN_CHOSEN] = { "token-chosen",
		N_("Using the token '{token}' (serial number {serial}).") },
	[TF_NEWS_SOURCE_OPENED] = { "source-opened", N_("'{path}' was opened.") },
	[TF_NEWS_WEAK_KEY] = { "weak-key",
		N_("Warning: this key is shorter than 2048 bits and no longer strong. It can be moved, but "
		   "ask for "
		   "a new one.") },
	[TF_NEWS_WEAK_FILE] = { "weak-file",
		N_("Warning: '{path}' is protected weakly or not at all. Whoever copied it can open it, even "
		   "without the PIN code of the paper notice.") },
	[TF_NEWS_OPEN_STORE] = { "open-store", N_("Warning: no primary password is set in the browser, so "
						  "that any program of this user could "
						  "take the key out of '{path}' until now.") },
	[TF_NEWS_NO_SPARE] = { "no-spare",
		N_("There is only one token. If it is lost or breaks, and no backup of the file is left, the "
		   "certificate has to be revoked and issued anew. A second token (--spare) avoids that.") },
	[TF_NEWS_IMPORTING] = { "importing",
		N_("Writing the key onto the token '{token}'. Do not take the token out …") },
	[TF_NEWS_IMPORTED] = { "imported", N_("The key was written onto the token '{token}'.") },
	[TF_NEWS_ALREADY_THERE] = { "already-there",
		N_("The key is on the token '{token}' already, from an earlier run; it is not written "
		   "again.") },
	[TF_NEWS_SOURCE_CLOSED] = { "source-closed", N_("'{path}' was closed; it is unchanged.") },
	[TF_NEWS_AUDITING] = { "auditing",
		N_("Trying to get the key out of the token '{token}' again; this must fail. It may take a "
		   "minute …") },
	[TF_NEWS_AUDITED] = { "audited", NULL },
	[TF_NEWS_UNDOING] = { "undoing", N_("Removing from the token '{token}' what this run wrote …") },
	[TF_NEWS_MOVED] = { "moved",
		N_("The file was copied to '{path}', and read back from there to check it.") },
	[TF_NEWS_SYNCING] = { "syncing", N_("Waiting until what was written to the token is safely on the "
					    "disk …") },
	[TF_NEWS_WIPING] = { "wiping", N_("Wiping '{path}' …") },
	[TF_NEWS_EMPTYING] = { "emptying", N_("Removing the key from the key store '{path}' …") },
	[TF_NEWS_WIPED] = { "wiped", N_("'{path}' was wiped (level {level}).") },
	[TF_NEWS_KEPT] = { "kept", N_("'{path}' was kept.") },
	[TF_NEWS_KEY_UNCHECKED] = { "key-unchecked", N_("Not checked: the private key {id} on the token "
							"'{token}'. No certificate for it is known. "
							"Name one with --certificate.") },
};

static const gchar *const audited[TF_N_GRADES] = {
	[TF_GRADE_REFUSED] = N_("The token '{token}' refused every attempt to get the key out."),
	[TF_GRADE_CLAIMED] = N_("Not every attempt to get the key out of the token '{token}' was clearly "
				"refused."),
	[TF_GRADE_REFUTED] = N_("The token '{token}' let the key out."),
};

static const gchar *sentence_of(TfNews news, const TfNewsContext *context)
{
	if (news == TF_NEWS_AUDITED && context->evidence != NULL &&
		tf_evidence_lacks_only_client(context->evidence))
		return N_("The token '{token}' refused every attempt to get the key out, but no other "
			  "program could sign with the key: libp11 got no answer.");
	if (news == TF_NEWS_AUDITED && context->evidence != NULL)
		return audited[tf_evidence_grade(context->evidence)];
	if (news == TF_NEWS_RESUMED && tf_step_is_finished(context->step))
		return N_("An earlier run has done all of this already.");

	if (news == TF_NEWS_WIPED && context->wiped != NULL &&
		strcmp(context->wiped->kind, TF_KIND_STORE) == 0)
		return N_("The key was removed from the key store '{path}', which does not show it any more "
			  "(level {level}).");

	return rows[news].sentence;
}

const gchar *tf_news_name(TfNews news)
{
	return rows[news].name;
}

/* PKCS#11 allows a key without CKA_ID. */
static const gchar *key_id_of(const TfNewsContext *context)
{
	return context->key_id != NULL && context->key_id[0] == '\0' ? _("(without ID)") : context->key_id;
}

static void tell_person(TfNews news, const TfNewsContext *context)
{
	const gchar *sentence = sentence_of(news, context);
	g_autofree gchar *problem = context->problem != NULL ? tf_wording_of_error(context->problem) : NULL;
	g_autofree gchar *level =
		context->wiped != NULL
			? g_strdup_printf("W%u%s", context->wiped->level,
				  context->wiped->suffixes != NULL ? context->wiped->suffixes : "")
			: NULL;
	g_autofree gchar *text = NULL;

	if (sentence == NULL)
		return;

	text = tf_phrase(_(sentence), "path", context->path, "token",
		context->token != NULL ? context->token->label : NULL, "serial",
		context->token != NULL ? context->token->serial : NULL, "problem", problem, "level", level,
		"id", key_id_of(context), NULL);
	tf_output_notice(text);
}

static void set_string(json_t *object, const gchar *key, const gchar *value)
{
	if (value != NULL)
		json_object_set_new(object, key, tf_output_string(value));
}

/* Part of a result, told as such. */
static void tell_unchecked(const TfNewsContext *context)
{
	json_t *object = tf_output_object("unchecked-key");

	json_object_set_new(object, "key", json_pack("{so}", "id", tf_output_string(context->key_id)));
	json_object_set_new(object, "token", tf_token_facts_to_json(context->token));
	json_object_set_new(object, "why", json_string("no-certificate"));
	tf_output_json(object);
}

static void tell_program(TfNews news, const TfNewsContext *context)
{
	json_t *object = NULL;

	if (news == TF_NEWS_KEY_UNCHECKED) {
		tell_unchecked(context);
		return;
	}
	object = tf_output_object("step");

	set_string(object, "step", rows[news].name);
	set_string(object, "path", context->path);
	if (context->token != NULL)
		json_object_set_new(object, "token", tf_token_facts_to_json(context->token));
	if (context->evidence != NULL)
		set_string(object, "grade", tf_grade_name(tf_evidence_grade(context->evidence)));
	if (context->problem != NULL)
		set_string(object, "error", tf_error_name(context->problem));
	if (context->wiped != NULL)
		json_object_set_new(object, "level", json_sprintf("W%u", context->wiped->level));
	if (context->kept != NULL)
		set_string(object, "why", tf_kept_why_name(context->kept->why));
	if (news == TF_NEWS_RESUMED)
		set_string(object, "from", tf_step_name(context->step));
	tf_output_json(object);
}

void tf_news_tell(gboolean is_json, TfNews news, const TfNewsContext *context)
{
	tf_log("step", "step", rows[news].name, NULL);
	if (is_json)
		tell_program(news, context);
	else
		tell_person(news, context);
}
