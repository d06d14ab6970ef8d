/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sentences-private.h"

#include <glib/gi18n.h>

#include "base/escape.h"

#include "attempt-name-private.h"
#include "report/report.h"

#define N_LEVELS 5

static const gchar *const statuses[TF_N_STATUSES] = {
	[TF_STATUS_DONE] = N_("The key is on the token, and this run left no copy of it on this PC that it "
			      "knew of."),
	[TF_STATUS_KEPT] = N_("The key is on the token, but a file that holds it, or its content, is still "
			      "on this PC: whoever gets at the PC can still steal it."),
	[TF_STATUS_CLAIMED] = N_("The key was written to the token, but it could not be shown well enough "
				 "that the token keeps it. The file was not wiped."),
	[TF_STATUS_REFUTED] = N_("This token let the key out, so it protects nothing. What this run had "
				 "written to it was removed. The key is where it was before."),
	[TF_STATUS_PROVISIONED] =
		N_("The key was put onto the token at an event. The copies on the member's own PC are "
		   "still there: they are what is stolen next."),
};

static const gchar *const grades[TF_N_GRADES] = {
	[TF_GRADE_REFUSED] = N_("Attempts were made to get the key out of the token, and all were refused."),
	[TF_GRADE_CLAIMED] =
		N_("The token only claims to keep the key, or to let it be used; this could not be "
		   "shown completely."),
	[TF_GRADE_REFUTED] = N_("The key, or a copy that can leave, came out of the token."),
};

static const gchar *const attempt_outcomes[TF_N_ATTEMPT_OUTCOMES] = {
	[TF_ATTEMPT_REFUSED] = N_("refused"),
	[TF_ATTEMPT_NOT_OFFERED] = N_("not possible, the token has no such function"),
	[TF_ATTEMPT_INCONCLUSIVE] = N_("no clear answer, which proves nothing"),
	[TF_ATTEMPT_LEAKED] = N_("THE KEY CAME OUT"),
};

static const gchar *const controls[] = {
	[TF_CONTROL_NONE] = NULL,
	[TF_CONTROL_PASSED] = N_("the same attempt succeeded on a test key that may leave the token"),
	[TF_CONTROL_FAILED] = N_("it failed on a test key that may leave the token as well, so this proves "
				 "nothing"),
};

static const gchar *const kept_whys[TF_N_KEPT_WHYS] = {
	[TF_KEPT_BACKUP] = N_("Backup: put it into a locked cabinet, together with the paper notice with the "
			      "PIN code. If you lose either of them later, the certificate still has to be "
			      "revoked."),
	[TF_KEPT_NETWORK] =
		N_("It lies on a network drive, or in a place that could not be identified, and "
		   "was not touched: it is your backup. Others may be able to read it there. Move "
		   "it onto a USB memory and put that into a locked cabinet."),
	[TF_KEPT_OTHER_SECRET] = N_("It holds another key or secret as well, which wiping would have "
				    "destroyed."),
	[TF_KEPT_ASKED] = N_("You asked to keep it. As long as it lies on this PC it can be stolen."),
	[TF_KEPT_NEEDED] = N_("You file with a service that takes only this file. As long as it lies on this "
			      "PC it can be stolen."),
	[TF_KEPT_EVIDENCE] = N_("It was not shown well enough that the token keeps the key, so the file was "
				"not destroyed."),
	[TF_KEPT_WIPE_REFUSED] = N_("It was not wiped. This run changed nothing in it."),
	[TF_KEPT_MOVED] =
		N_("Moved to this removable medium: put it into a locked cabinet, together with the "
		   "paper notice with the PIN code. If you lose either of them later, the "
		   "certificate still has to be revoked."),
	[TF_KEPT_WITHIN] = N_("The key lies in something else, which wiping would have destroyed. Delete it "
			      "there yourself: the mail, the archive or the passage of the text."),
	[TF_KEPT_IN_STORE] =
		N_("The key lies in the key store of a browser, where wiping would have destroyed other "
		   "keys. Close "
		   "the browser and run 'tokenferry migrate --from-nss' with the folder of this file."),
	[TF_KEPT_LOCKED] = N_("It was not opened, so what else is in it is not known, and it was not "
			      "destroyed. Run the same command with its PIN code."),
	[TF_KEPT_SHARED] =
		N_("What the wiped file held can still be read there: in a snapshot, or in "
		   "a copy "
		   "that shares its blocks. Delete the copy, or the snapshot in the program that makes "
		   "snapshots."),
	[TF_KEPT_WIPE_INCOMPLETE] =
		N_("Wiping it began and could not be finished; a part of it may still be there. As soon as "
		   "the cause is removed, the same command finishes it."),
};

static const gchar *const uncheckeds[TF_N_UNCHECKED] = {
	[TF_UNCHECKED_COPIES] = N_("Whether other copies of the key lie on this PC: desktop, download "
				   "folders, mail, trash, or under other names."),
	[TF_UNCHECKED_OTHER_PLACES] = N_("Whether copies lie elsewhere: on other PCs, disks, phones or "
					 "in mail boxes."),
	[TF_UNCHECKED_POSTURE] = N_("The state of this PC: security updates, protection against viruses."),
	[TF_UNCHECKED_REVOCATION] = N_("Whether the certificate has been revoked: no revocation list was "
				       "given, or the issuer's certificate to verify it with was not there."),
	[TF_UNCHECKED_GENERATIONS] = N_("Earlier versions of the wiped file: saved before, or in backups and "
					"snapshots."),
	[TF_UNCHECKED_NAME] = N_("Whether the certificate bears your name: no name was given to compare it "
				 "with."),
};

static const gchar *const exceptions[TF_N_EXCEPTIONS] = {
	[TF_EXCEPTION_ISSUER] = N_("The issuer of the certificate is not the one of this campaign."),
	[TF_EXCEPTION_NAME] = N_("The name in the certificate is not the name given."),
	[TF_EXCEPTION_EXPIRED] = N_("The certificate is not valid at this time."),
	[TF_EXCEPTION_VALIDITY] = N_("The validity of the certificate does not follow the rule of this "
				     "campaign."),
	[TF_EXCEPTION_REVOKED] = N_("The certificate has been revoked."),
	[TF_EXCEPTION_MODULE] = N_("A token module that is not trusted, or that may leak keys, was used."),
	[TF_EXCEPTION_CLAIMED] = N_("The claim of the token was accepted as evidence, by typing its serial "
				    "number."),
	[TF_EXCEPTION_KEPT] = N_("Completion is reported although the file stays on the PC."),
	[TF_EXCEPTION_BACKUP_WIPED] = N_("A file on removable or network media was named and wiped: it is no "
					 "longer a backup."),
	[TF_EXCEPTION_TOKEN_UNVERIFIED] = N_("The token is of a kind that nobody had tried with tokenferry."),
	[TF_EXCEPTION_SPARE] = N_("An earlier run put the key on a second token as well, or began to, and "
				  "this run did not prove that one."),
	[TF_EXCEPTION_POSTURE] = N_("Not everything about the PC is in order, or known to be."),
};

static const gchar *const levels[N_LEVELS] = {
	N_("wiping was refused, nothing was changed"),
	N_("only the name is gone; the content can probably be brought back"),
	N_("overwritten, but it is not known whether the old content was reached on the disk"),
	N_("overwritten in place and written through to the disk"),
	N_("overwritten in place, and read back from the disk to check it"),
};

typedef struct Suffix {
	gchar letter;
	const gchar *sentence;
} Suffix;

static const Suffix suffixes[] = {
	{ 'F', N_("flash memory or an unknown medium, which may keep old content inside") },
	{ 'T', N_("the disk also says that it discarded the old content") },
	{ 'E', N_("the disk is encrypted") },
	{ 'G', N_("earlier versions of the file are not covered") },
};

static const gchar *const attempt_names[TF_N_ATTEMPT_VERBS] = {
	[TF_ATTEMPT_VERB_CARD_FIND] = N_("looking for the key's file on the card itself"),
	[TF_ATTEMPT_VERB_CARD_FILE] = N_("reading the key's file on the card itself"),
	[TF_ATTEMPT_VERB_CARD_READ] = N_("asking the card itself for {what}"),
	[TF_ATTEMPT_VERB_READ] = N_("reading {what}"),
	[TF_ATTEMPT_VERB_SET] = N_("changing {what}"),
	[TF_ATTEMPT_VERB_COPY] = N_("copying it so that the copy can leave"),
	[TF_ATTEMPT_VERB_WRAP_WITH] = N_("taking it out wrapped by {what}"),
	[TF_ATTEMPT_VERB_WRAP] = N_("taking it out wrapped"),
	[TF_ATTEMPT_VERB_OTHER] = "{what}",
};

typedef struct Kind {
	const gchar *name;
	const gchar *sentence;
} Kind;

static const Kind kinds[] = {
	{ "pkcs12", N_("PKCS#12 file (.p12, .pfx)") },
	{ "mail", N_("mail or mailbox") },
	{ "archive", N_("archive") },
	{ "text", N_("text") },
	{ "file", N_("file with other content") },
	{ "pkcs8", N_("private key (PKCS#8)") },
	{ "pkcs8-encrypted", N_("private key under a password (PKCS#8)") },
	{ "pkcs1", N_("RSA private key (PKCS#1)") },
	{ "sec1", N_("EC private key (SEC1)") },
	{ "jks", N_("Java key store (JKS)") },
	{ "jceks", N_("Java key store (JCEKS)") },
	{ "nss", N_("key database of a browser or mail program (NSS)") },
};

const gchar *tf_sentence_language(void)
{
	/* Translators: the ISO 639 code of the language of this catalogue. */
	return _("en");
}

const gchar *tf_sentence_status(TfStatus status)
{
	return _(statuses[status]);
}

const gchar *tf_sentence_grade(TfGrade grade)
{
	return _(grades[grade]);
}

const gchar *tf_sentence_attempt_outcome(TfAttemptOutcome outcome)
{
	return _(attempt_outcomes[outcome]);
}

const gchar *tf_sentence_control(TfControl control)
{
	return controls[control] != NULL ? _(controls[control]) : "";
}

const gchar *tf_report_kept_why(const gchar *name)
{
	for (guint i = 0; i < TF_N_KEPT_WHYS; i++) {
		if (g_strcmp0(tf_kept_why_name((TfKeptWhy)i), name) == 0)
			return _(kept_whys[i]);
	}

	return NULL;
}

const gchar *tf_sentence_kept_why(TfKeptWhy why)
{
	return _(kept_whys[why]);
}

const gchar *tf_sentence_unchecked(TfUnchecked unchecked)
{
	return _(uncheckeds[unchecked]);
}

const gchar *tf_sentence_exception(TfException exception)
{
	return _(exceptions[exception]);
}

const gchar *tf_sentence_revocation(const gchar *revocation)
{
	if (g_strcmp0(revocation, "good") == 0)
		return _("not revoked, by the revocation list given");
	if (g_strcmp0(revocation, "revoked") == 0)
		return _("REVOKED, by the revocation list given");

	return _("unknown");
}

const gchar *tf_sentence_level(guint level)
{
	return level < N_LEVELS ? _(levels[level]) : "";
}

const gchar *tf_sentence_suffix(gchar suffix)
{
	for (gsize i = 0; i < G_N_ELEMENTS(suffixes); i++) {
		if (suffixes[i].letter == suffix)
			return _(suffixes[i].sentence);
	}

	return "";
}

const gchar *tf_sentence_claim(TfClaim claim)
{
	switch (claim) {
	case TF_CLAIM_FALSE:
		return _("no");
	case TF_CLAIM_TRUE:
		return _("yes");
	case TF_CLAIM_UNKNOWN:
		return _("not told");
	}
	g_assert_not_reached();
}

gchar *tf_sentence_attempt_name(const gchar *name)
{
	g_autofree gchar *filled = tf_attempt_name_fill(name, _(attempt_names[tf_attempt_verb(name)]));

	return tf_escape_terminal(filled);
}

gchar *tf_report_attempt(const gchar *name)
{
	return tf_sentence_attempt_name(name);
}

gchar *tf_report_kind(const gchar *kind)
{
	for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++) {
		if (g_strcmp0(kind, kinds[i].name) == 0)
			return g_strdup(_(kinds[i].sentence));
	}

	return tf_escape_terminal(kind);
}
