/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "text-private.h"

#include <glib/gi18n.h>
#include <string.h>

#include "base/escape.h"

#include "sentences-private.h"

static gboolean is_kept_for(const TfOutcome *outcome, TfKeptWhy why)
{
	for (guint i = 0; i < outcome->kept->len; i++) {
		const TfKept *kept = g_ptr_array_index(outcome->kept, i);

		if (kept->why == why)
			return TRUE;
	}

	return FALSE;
}

static gboolean is_kept_in_store(const TfOutcome *outcome)
{
	const TfKept *kept = outcome->kept->len > 0 ? g_ptr_array_index(outcome->kept, 0) : NULL;

	return kept != NULL && strcmp(kept->kind, "nss") == 0;
}

static gboolean has_backup(const TfOutcome *outcome)
{
	return is_kept_for(outcome, TF_KEPT_BACKUP) || is_kept_for(outcome, TF_KEPT_MOVED);
}

/* Of which the source was a browser's key store. */
static gboolean is_of_store(const TfOutcome *outcome)
{
	const TfWiped *wiped = outcome->wiped->len > 0 ? g_ptr_array_index(outcome->wiped, 0) : NULL;

	return wiped != NULL ? strcmp(wiped->kind, "nss") == 0 : is_kept_in_store(outcome);
}

/* What gives the same report again, better. */
static const gchar *command_of(const TfOutcome *outcome)
{
	return is_of_store(outcome) ? _("tokenferry migrate --from-nss FOLDER")
				    : _("tokenferry migrate FILE");
}

static void add_step(GPtrArray *steps, const gchar *step)
{
	g_ptr_array_add(steps, g_strdup(step));
}

static void add_open_steps(GPtrArray *steps, const TfOutcome *outcome)
{
	switch (outcome->status) {
	case TF_STATUS_DONE:
		break;
	case TF_STATUS_KEPT:
		if (is_kept_for(outcome, TF_KEPT_SHARED))
			add_step(
				steps, _("Delete the copies and snapshots that hold what was wiped, as named "
					 "under KEPT. Then run "
					 "'tokenferry migrate FILE' with the same file, though it is wiped: "
					 "it looks again."));
		else
			add_step(steps,
				is_kept_in_store(outcome)
					? _("The key is still in the browser's key store on this PC. As soon "
					    "as it is not "
					    "needed there, run the same command again and let it be removed.")
					: _("The file is still on this PC. As soon as it is not needed "
					    "there, run the same "
					    "command again and let it be wiped."));
		break;
	case TF_STATUS_CLAIMED:
		add_step(steps,
			_("Use another token; or, if you trust this one, run the same command again in a "
			  "terminal and accept its claim by typing its serial number."));
		break;
	case TF_STATUS_REFUTED:
		add_step(steps, _("Do not use this token. Run the same command again with one of another "
				  "make."));
		break;
	case TF_STATUS_PROVISIONED:
		add_step(steps, _("Change the PIN of the token from the one in the letter ('tokenferry pin "
				  "change'), and "
				  "keep the letter apart from the token."));
		break;
	case TF_N_STATUSES:
		g_assert_not_reached();
	}
}

static void add_pc_steps(GPtrArray *steps, const TfOutcome *outcome)
{
	if ((outcome->status != TF_STATUS_DONE && outcome->status != TF_STATUS_KEPT) ||
		!tf_outcome_leaves_pc_open(outcome))
		return;
	if (outcome->posture == NULL)
		g_ptr_array_add(
			steps, g_strdup_printf(_("Have the state of this PC looked at: run '%s --check-pc' "
						 "for the same one, wiped or "
						 "not. Before that, nothing is reported as completed."),
				       command_of(outcome)));
	else
		g_ptr_array_add(
			steps, g_strdup_printf(_("Put in order what is not answered with yes under STATE OF "
						 "THE PC ('tokenferry "
						 "check' says how). Then run '%s --check-pc' for the same "
						 "one, wiped or not: as long "
						 "as something is open, nothing is reported as completed."),
				       command_of(outcome)));
}

static void add_search_steps(GPtrArray *steps, const TfOutcome *outcome)
{
	if (tf_outcome_is_unchecked(outcome, TF_UNCHECKED_COPIES))
		add_step(steps,
			_("Search this PC for other copies, desktop, download folders, mail and trash "
			  "included: 'tokenferry sweep --wipe', with the token, finds them by what they are "
			  "and "
			  "wipes those that are this key. Unplug the USB memory with the backup first."));
	if (tf_outcome_is_unchecked(outcome, TF_UNCHECKED_OTHER_PLACES))
		add_step(steps,
			_("Do the same on every other PC on which the file has been; on one with Windows "
			  "follow the page 'checking-windows' of the manual, which can be printed. The copy "
			  "that is stolen is the one on the PC at home or in the office."));
}

static void add_backup_steps(GPtrArray *steps, const TfOutcome *outcome)
{
	if (has_backup(outcome))
		add_step(steps, _("Lock the USB memory with the .p12 and the paper notice with the PIN code "
				  "away."));
	else
		add_step(steps,
			_("This run knows of no backup. If you have a USB memory with the .p12, lock it away "
			  "together with the paper notice with the PIN code. If you never made one, nothing "
			  "is lost: ask for guidance, see below."));
	add_step(steps,
		_("Whoever still needs the .p12 uses it straight from the USB memory, and never copies it to "
		  "a PC."));
	if (outcome->placements->len > 1)
		add_step(steps, _("Keep the spare token locked away, apart from the first."));
	else if (has_backup(outcome))
		add_step(steps,
			_("There is no spare token. If this one is lost or breaks, you can sign again only "
			  "after moving the key from the backup onto a new token."));
	else
		add_step(steps, _("There is no spare token. If this one is lost or breaks and there is no "
				  "backup, the "
				  "key is gone: the certificate has to be revoked and issued anew."));
}

static void add_mail_steps(GPtrArray *steps, const TfOutcome *outcome, const TfCampaign *campaign)
{
	g_autofree gchar *path = tf_escape_terminal(outcome->report_mail);

	if (campaign == NULL || tf_campaign_is_historical(campaign))
		return;
	if (outcome->member_name == NULL || outcome->member_number == NULL) {
		g_ptr_array_add(steps,
			g_strdup_printf(
				_("To get the mail for the report, run '%s' again for the same one, wiped or "
				  "not, and "
				  "give your name by --name and your registration number by --number."),
				command_of(outcome)));
		return;
	}
	if (outcome->report_mail != NULL) {
		gchar *step = g_strdup_printf(
			_("Open the mail '%s' in your mail program, read it and send it."), path);

		g_ptr_array_add(steps, step);
	}
	if (tf_outcome_may_claim_completion(outcome) &&
		tf_outcome_is_unchecked(outcome, TF_UNCHECKED_POSTURE))
		add_step(steps,
			_("The mail may say that the PC is protected against viruses. This was not checked: "
			  "send it only if it is true of your PC."));
}

/* A profile's text has lines of its own. */
static void add_lines(GString *text, const gchar *untrusted)
{
	g_autofree gchar *escaped = tf_escape_lines(untrusted);
	g_auto(GStrv) lines = g_strsplit(escaped, "\n", -1);

	for (guint i = 0; lines[i] != NULL; i++) {
		if (lines[i][0] != '\0')
			tf_text_line(text, 1, lines[i]);
	}
}

static void add_contact(GString *text, const TfCampaign *campaign)
{
	const gchar *language = tf_sentence_language();

	tf_text_heading(text, _("WHOM TO ASK"));
	if (campaign == NULL) {
		tf_text_line(text, 1, _("Whoever issued the certificate."));
		return;
	}
	add_lines(text, tf_campaign_contact(campaign, language));
	for (guint i = 0; i < TF_N_ADVICES; i++)
		add_lines(text, tf_campaign_advice(campaign, (TfAdvice)i, language));
}

static void add_supplement_steps(GPtrArray *steps, const TfOutcome *outcome, const TfCampaign *campaign)
{
	const TfSearch *search = outcome->search;

	if (search->n_unknown > 0)
		add_step(steps,
			_("Run the same command again with what opens the files of which it is not known "
			  "whose key they hold: the PIN code of each, typed at its question or given by "
			  "--password-source. What no PIN code opens, look at in the program it belongs "
			  "to."));
	if (search->n_left_out > 0)
		add_step(steps, _("Look yourself into the files that were not looked at completely (see "
				  "SEARCHED), in the programs that open them: a copy of the key may be in "
				  "each."));
	if (outcome->kept->len > 0 && outcome->status == TF_STATUS_KEPT)
		add_step(steps, _("See to what was kept, then run the same command again."));
	if (is_kept_for(outcome, TF_KEPT_NEEDED))
		add_step(
			steps, _("As soon as the file is not needed any more for the service that takes only "
				 "it, name that very file: 'tokenferry sweep --wipe FILE'."));
	if (search->elsewhere->len > 0)
		add_step(steps,
			_("Do the same wherever else the file was. On a PC with Windows follow the page "
			  "'checking-windows' of the manual, which can be printed."));
	if (campaign != NULL && outcome->report_mail != NULL)
		add_mail_steps(steps, outcome, campaign);
}

void tf_text_next(GString *text, const TfOutcome *outcome, const TfCampaign *campaign)
{
	g_autoptr(GPtrArray) steps = g_ptr_array_new_with_free_func(g_free);

	if (tf_outcome_exposures(outcome) != 0)
		add_step(steps, _("Ask now, as named below, whether the certificate is to be revoked: others "
				  "may know its key."));
	if (outcome->search != NULL)
		add_supplement_steps(steps, outcome, campaign);
	else
		add_open_steps(steps, outcome);
	if (outcome->search == NULL &&
		(outcome->status == TF_STATUS_DONE || outcome->status == TF_STATUS_KEPT)) {
		add_pc_steps(steps, outcome);
		add_search_steps(steps, outcome);
		add_backup_steps(steps, outcome);
		add_mail_steps(steps, outcome, campaign);
	}
	add_step(steps,
		_("If the key may have been stolen already, moving it heals nothing: have the certificate "
		  "revoked at once."));

	tf_text_heading(text, _("WHAT TO DO NEXT"));
	for (guint i = 0; i < steps->len; i++) {
		g_autofree gchar *line =
			g_strdup_printf("%u. %s", i + 1, (const gchar *)g_ptr_array_index(steps, i));

		tf_text_line(text, 1, line);
	}
	add_contact(text, campaign);
}
