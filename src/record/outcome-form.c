/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "outcome-private.h"

#define CERTIFICATE_LIMIT 65536u
#define STATEMENT_LIMIT	  16384u
#define KEY_ID_LIMIT	  512u
#define NAME_LIMIT	  4096u
#define SUFFIX_LIMIT	  8u

const gchar *const tf_status_names[TF_N_STATUSES] = {
	[TF_STATUS_DONE] = "done",
	[TF_STATUS_KEPT] = "kept",
	[TF_STATUS_CLAIMED] = "claimed",
	[TF_STATUS_REFUTED] = "refuted",
	[TF_STATUS_PROVISIONED] = "provisioned",
};

const gchar *const tf_kept_why_names[TF_N_KEPT_WHYS] = {
	[TF_KEPT_BACKUP] = "backup",
	[TF_KEPT_NETWORK] = "network",
	[TF_KEPT_OTHER_SECRET] = "other-secret",
	[TF_KEPT_ASKED] = "asked",
	[TF_KEPT_NEEDED] = "needed",
	[TF_KEPT_EVIDENCE] = "evidence",
	[TF_KEPT_WIPE_REFUSED] = "wipe-refused",
	[TF_KEPT_MOVED] = "moved",
	[TF_KEPT_WITHIN] = "within",
	[TF_KEPT_IN_STORE] = "store",
	[TF_KEPT_LOCKED] = "locked",
	[TF_KEPT_SHARED] = "shared",
	[TF_KEPT_WIPE_INCOMPLETE] = "wipe-incomplete",
};

const gchar *const tf_unchecked_names[TF_N_UNCHECKED] = {
	[TF_UNCHECKED_COPIES] = "copies",
	[TF_UNCHECKED_OTHER_PLACES] = "other-places",
	[TF_UNCHECKED_POSTURE] = "posture",
	[TF_UNCHECKED_REVOCATION] = "revocation",
	[TF_UNCHECKED_GENERATIONS] = "generations",
	[TF_UNCHECKED_NAME] = "name",
};

const gchar *const tf_exception_names[TF_N_EXCEPTIONS] = {
	[TF_EXCEPTION_ISSUER] = "issuer",
	[TF_EXCEPTION_NAME] = "name",
	[TF_EXCEPTION_EXPIRED] = "expired",
	[TF_EXCEPTION_VALIDITY] = "validity",
	[TF_EXCEPTION_REVOKED] = "revoked",
	[TF_EXCEPTION_MODULE] = "module",
	[TF_EXCEPTION_CLAIMED] = "claimed",
	[TF_EXCEPTION_KEPT] = "kept",
	[TF_EXCEPTION_BACKUP_WIPED] = "backup-wiped",
	[TF_EXCEPTION_TOKEN_UNVERIFIED] = "token-unverified",
	[TF_EXCEPTION_SPARE] = "spare",
	[TF_EXCEPTION_POSTURE] = "posture",
};

const gchar *const tf_revocation_names[TF_N_REVOCATIONS] = { "unknown", "good", "revoked" };
const gchar *const tf_level_names[TF_N_LEVELS] = { "W0", "W1", "W2", "W3", "W4" };

#define OUTCOME(member)	  G_STRUCT_OFFSET(TfOutcome, member)
#define PLACEMENT(member) G_STRUCT_OFFSET(TfPlacement, member)
#define WIPED(member)	  G_STRUCT_OFFSET(TfWiped, member)
#define KEPT(member)	  G_STRUCT_OFFSET(TfKept, member)

const TfJsonField tf_outcome_fields[] = {
	{ "run", OUTCOME(run), TF_JSON_TEXT, TRUE, 1, NAME_LIMIT },
	{ "started", OUTCOME(started), TF_JSON_TIME, FALSE, 0, 0 },
	{ "finished", OUTCOME(finished), TF_JSON_TIME, FALSE, 0, 0 },
	{ "completed_at", OUTCOME(completed_at), TF_JSON_TIME, TRUE, 0, 0 },
	{ "campaign", OUTCOME(campaign), TF_JSON_TEXT, TRUE, 1, NAME_LIMIT },
	{ "member_name", OUTCOME(member_name), TF_JSON_TEXT, TRUE, 0, NAME_LIMIT },
	{ "member_number", OUTCOME(member_number), TF_JSON_TEXT, TRUE, 0, NAME_LIMIT },
	{ "certificate_der", OUTCOME(certificate_der), TF_JSON_BYTES, TRUE, 1, CERTIFICATE_LIMIT },
	{ "source_sha256", OUTCOME(source_sha256), TF_JSON_DIGEST, TRUE, 0, 0 },
	{ "revocation", OUTCOME(revocation), TF_JSON_TEXT, FALSE, 1, NAME_LIMIT },
	TF_JSON_END,
};

const TfJsonField tf_report_fields[] = {
	{ "text", OUTCOME(report_text), TF_JSON_TEXT, TRUE, 1, TF_OUTCOME_PATH_LIMIT },
	{ "json", OUTCOME(report_json), TF_JSON_TEXT, TRUE, 1, TF_OUTCOME_PATH_LIMIT },
	{ "mail", OUTCOME(report_mail), TF_JSON_TEXT, TRUE, 1, TF_OUTCOME_PATH_LIMIT },
	TF_JSON_END,
};

const TfJsonField tf_statement_fields[] = {
	{ "statement", PLACEMENT(statement), TF_JSON_BYTES, TRUE, 1, STATEMENT_LIMIT },
	TF_JSON_END,
};

const TfJsonField tf_key_fields[] = {
	{ "id", PLACEMENT(key_id), TF_JSON_HEX, FALSE, 0, KEY_ID_LIMIT },
	TF_JSON_END,
};

const TfJsonField tf_wiped_fields[] = {
	{ "path", WIPED(path), TF_JSON_TEXT, TRUE, 1, TF_OUTCOME_PATH_LIMIT },
	{ "kind", WIPED(kind), TF_JSON_TEXT, FALSE, 1, NAME_LIMIT },
	{ "suffixes", WIPED(suffixes), TF_JSON_TEXT, FALSE, 0, SUFFIX_LIMIT },
	TF_JSON_END,
};

const TfJsonField tf_kept_fields[] = {
	{ "path", KEPT(path), TF_JSON_TEXT, TRUE, 1, TF_OUTCOME_PATH_LIMIT },
	{ "kind", KEPT(kind), TF_JSON_TEXT, FALSE, 1, NAME_LIMIT },
	{ "detail", KEPT(detail), TF_JSON_TEXT, TRUE, 0, TF_OUTCOME_PATH_LIMIT },
	TF_JSON_END,
};

const gchar *tf_status_name(TfStatus status)
{
	return tf_status_names[status];
}

const gchar *tf_kept_why_name(TfKeptWhy why)
{
	return tf_kept_why_names[why];
}

const gchar *tf_unchecked_name(TfUnchecked unchecked)
{
	return tf_unchecked_names[unchecked];
}

const gchar *tf_exception_name(TfException exception)
{
	return tf_exception_names[exception];
}
