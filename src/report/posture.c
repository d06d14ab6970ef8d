/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "report/posture.h"

#include <glib/gi18n.h>

#include "base/escape.h"
#include "base/fill.h"
#include "report/report.h"
#include "sentences-private.h"

static const gchar *const questions[TF_N_POSTURE_QUESTIONS] = {
	[TF_POSTURE_SUPPORT] = N_("Does this system still get security updates?"),
	[TF_POSTURE_UPDATES] = N_("Are the security updates installed?"),
	[TF_POSTURE_PROGRAMS] = N_("Are Adobe, Java and the like kept up to date by the package manager?"),
	[TF_POSTURE_ANTIVIRUS] = N_("Is there protection against viruses, with current definitions?"),
	[TF_POSTURE_SWAP] = N_("Does memory reach no disk unencrypted (swap)?"),
	[TF_POSTURE_CORE] = N_("Does a crash of this program leave no copy of its memory?"),
	[TF_POSTURE_ENCRYPTION] = N_("Does your home folder lie on an encrypted disk?"),
	[TF_POSTURE_VARIABLES] = N_("Is no module told to write down keys and PINs?"),
	[TF_POSTURE_MODULES] = N_("Are the modules for tokens safe from changes by others?"),
};

typedef struct Row {
	const gchar *sentence;
	const gchar *advice;
} Row;

#define ASK_FOR_UPDATES                                                                                      \
	N_("Fetch the lists and install what is new: 'sudo apt update', then 'sudo apt full-upgrade'. Then " \
	   "run this again.")
#define SET_THE_CLOCK N_("Set the date of this PC, and run this again.")
#define REFRESH_DEFINITIONS                                                                                  \
	N_("Fetch the current definitions ('sudo freshclam'), see that this goes on by itself, and run "     \
	   "this again.")
#define STOP_SWAP                                                                                            \
	N_("Encrypt the swap space, or turn it off ('sudo swapoff -a') while you move the key. This "        \
	   "program "                                                                                        \
	   "keeps its own secrets out of it where the system allows.")

static const Row rows[TF_N_FINDINGS] = {
	[TF_FINDING_SUPPORTED] = { N_("It is supported until {until}."), NULL },
	[TF_FINDING_LTS_ONLY] = { N_("Its regular support ended on {ended}; only long-term support (LTS) "
				     "goes "
				     "on, until {until}, and not for every program."),
		N_("Plan the upgrade to the current version before that day.") },
	[TF_FINDING_ESM_ONLY] = { N_("Its regular support ended on {ended}; until {until} only whoever has a "
				     "subscription (ESM) gets updates, and whether this PC has one is not "
				     "known here."),
		N_("Upgrade to a supported version, or check the subscription ('pro status').") },
	[TF_FINDING_UNSUPPORTED] = { N_("Its support ended on {ended}: holes found since then stay open."),
		N_("Upgrade this PC to a supported version, or use another one, before you move the key.") },
	[TF_FINDING_SUPPORT_UNTOLD] = { N_("Nothing on this PC says until when '{system}' is supported."),
		N_("Look it up at whoever makes the system. On Debian and Ubuntu the package "
		   "distro-info-data tells it.") },
	[TF_FINDING_SUPPORT_CLOCK] = { N_("The date of this PC is before {date}, which is when this list was "
					  "made."),
		SET_THE_CLOCK },

	[TF_FINDING_UPDATED] = { N_("No security update is waiting."), NULL },
	[TF_FINDING_UPDATES_PENDING] = { N_("Security updates are waiting, {count} packages: {names}"),
		N_("Install them: 'sudo apt full-upgrade'. Then run this again.") },
	[TF_FINDING_UPDATES_HELD] = { N_("Packages are held back, {count} of them, and may lack security "
					 "updates: {names}"),
		N_("See why they are held ('apt-mark showhold'), and let them be updated.") },
	[TF_FINDING_UPDATES_RESTART] = { N_("Updates were installed that take effect only after a restart."),
		N_("Restart this PC, and run this again.") },
	[TF_FINDING_LISTS_STALE] = { N_("The list of security updates is of {date}, too old to tell."),
		ASK_FOR_UPDATES },
	[TF_FINDING_LISTS_CLOCK] = { N_("The list of security updates is of {date}, a day that by the date "
					"of this PC is still to come."),
		SET_THE_CLOCK },
	[TF_FINDING_LISTS_MISSING] = { N_("There is no list of security updates whose date can be read."),
		ASK_FOR_UPDATES },
	[TF_FINDING_LISTS_PARTIAL] = { N_("Of a list of security updates only the date is there, and not the "
					  "packages."),
		ASK_FOR_UPDATES },
	[TF_FINDING_UPDATES_UNTOLD] = { N_("No package manager that this program knows gave an answer."),
		N_("Look for updates with the program of your system.") },

	[TF_FINDING_PROGRAMS_NONE] = { N_("No program was found that was installed past the package "
					  "manager; the others are among the security updates."),
		NULL },
	[TF_FINDING_PROGRAMS_FOUND] = { N_("These were installed past the package manager, so that nobody "
					   "can tell here whether they are current: {names}"),
		N_("See in each program whether there is an update, or remove it.") },
	[TF_FINDING_PROGRAMS_UNREADABLE] = { N_("What is installed in {names} cannot be read."),
		N_("Let the administrator run this.") },
	[TF_FINDING_PROGRAMS_ELSEWHERE] = { N_("{names} leads elsewhere (a link, or another file system) or "
					       "holds too much, and was not looked through."),
		N_("Look there yourself for programs, Java and Adobe above all.") },

	[TF_FINDING_ANTIVIRUS_RUNNING] = { N_("ClamAV is running, with definitions of {date}."), NULL },
	[TF_FINDING_ANTIVIRUS_ON_DEMAND] = { N_("ClamAV is installed, with definitions of {date}; it looks "
						"only when it is started."),
		N_("Look through your files now: 'clamscan --recursive --infected ~'.") },
	[TF_FINDING_ANTIVIRUS_STALE] = { N_("ClamAV is installed, but its definitions are of {date}."),
		REFRESH_DEFINITIONS },
	[TF_FINDING_ANTIVIRUS_CLOCK] = { N_("The definitions of ClamAV are of {date}, a day that by the date "
					    "of this PC is still to come."),
		SET_THE_CLOCK },
	[TF_FINDING_ANTIVIRUS_EMPTY] = { N_("ClamAV is installed, but has no definitions."),
		REFRESH_DEFINITIONS },
	[TF_FINDING_ANTIVIRUS_UNREADABLE] = { N_("ClamAV is installed, but how old its definitions are "
						 "cannot be read."),
		REFRESH_DEFINITIONS },
	[TF_FINDING_ANTIVIRUS_OTHER] = { N_("{names} is installed; how old its definitions are cannot be "
					    "told from here."),
		N_("Look into that program: it should be on, with definitions of this week.") },
	[TF_FINDING_ANTIVIRUS_ELSEWHERE] = { N_("No protection against viruses was found, but {names} lies "
						"on the network, or where it is not known, and was not "
						"looked at."),
		N_("Look there yourself for such a program: it should be on, with definitions of this "
		   "week.") },
	[TF_FINDING_ANTIVIRUS_NONE] = { N_("No protection against viruses that this program knows was "
					   "found."),
		N_("The guide asks for it: install one, for example 'sudo apt install clamav "
		   "clamav-daemon'.") },

	[TF_FINDING_SWAP_NONE] = { N_("There is no swap space."), NULL },
	[TF_FINDING_SWAP_MEMORY] = { N_("The swap space is compressed memory (zram) and lies on no disk."),
		NULL },
	[TF_FINDING_SWAP_ENCRYPTED] = { N_("The swap space is encrypted: {names}"), NULL },
	[TF_FINDING_SWAP_PLAIN] = { N_("The swap space is not encrypted: {names}"), STOP_SWAP },
	[TF_FINDING_SWAP_UNTOLD] = { N_("Whether this swap space is encrypted cannot be told: {names}"),
		STOP_SWAP },
	[TF_FINDING_SWAP_UNREADABLE] = { N_("The list of swap spaces cannot be read."), STOP_SWAP },

	[TF_FINDING_CORE_REFUSED] = { N_("The processes of this program that have keys cannot be dumped, "
					 "whatever the system does with others."),
		NULL },
	[TF_FINDING_CORE_LIMITED] = { N_("The limit for core files is 0."), NULL },
	[TF_FINDING_CORE_WRITTEN] = { N_("A crash would be written to a file ({pattern})."),
		N_("Run this program where 'ulimit -c' is 0.") },
	[TF_FINDING_CORE_PIPED] = { N_("A crash would be handed to another program ({pattern})."),
		N_("Turn that program off while you move the key.") },
	[TF_FINDING_CORE_UNREADABLE] = { N_("What the system does with a crash cannot be read."),
		N_("Run this program where 'ulimit -c' is 0.") },

	[TF_FINDING_ENCRYPTED] = { N_("{place} is encrypted."), NULL },
	[TF_FINDING_NOT_ENCRYPTED] = { N_("No encryption of the disk under {place} was found (one that the "
					  "disk does by itself cannot be seen)."),
		N_("Whoever gets at the disk can read what is on it. Set the "
		   "system up again with disk encryption when you can.") },
	[TF_FINDING_ENCRYPTION_UNTOLD] = { N_("Whether {place} lies on an encrypted disk cannot be told."),
		N_("Ask whoever set this PC up.") },

	[TF_FINDING_VARIABLES_NONE] = { N_("Nothing of the kind is set."), NULL },
	[TF_FINDING_VARIABLE_LEAKS] = { N_("{name} makes a module write down what passes through it."),
		N_("Take it away ('unset' for a variable) and start again in a new terminal. If a key was "
		   "used with it before, look for the log it left.") },

	[TF_FINDING_MODULES_TRUSTED] = { N_("Only you and the administrator can change them ({count} in "
					    "all)."),
		NULL },
	[TF_FINDING_MODULE_UNTRUSTED] = { N_("'{path}' is not to be trusted: {reason}."),
		N_("Use the module of a package of your system; do not give a key to this one.") },
	[TF_FINDING_MODULES_NONE] = { N_("There is no module for tokens to look at."),
		N_("Install the one of your token, for example the package opensc-pkcs11.") },
};

/* Arguments that are days. */
static const gchar *const days[] = { "ended", "until", "date", NULL };

const gchar *tf_report_posture_question(TfPostureQuestion question)
{
	return _(questions[question]);
}

const gchar *tf_report_posture_answer(TfTristate answer)
{
	switch (answer) {
	case TF_YES:
		return _("yes");
	case TF_NO:
		return _("no");
	case TF_UNKNOWN:
		return _("unknown");
	}
	g_assert_not_reached();
}

const gchar *tf_report_posture_sign(TfTristate answer)
{
	switch (answer) {
	case TF_YES:
		return "[+]";
	case TF_NO:
		return "[!]";
	case TF_UNKNOWN:
		return "[?]";
	}
	g_assert_not_reached();
}

static gchar *word(const gchar *name, const gchar *value)
{
	gchar *day = g_strv_contains(days, name) ? tf_report_day(value, tf_sentence_language()) : NULL;

	return day != NULL ? day : tf_escape_terminal(value);
}

gchar *tf_report_posture_sentence(const TfPostureAnswer *answer)
{
	const gchar *const *names = tf_finding_arguments(answer->finding);
	g_autoptr(GPtrArray) values = g_ptr_array_new_with_free_func(g_free);

	for (guint i = 0; names[i] != NULL; i++)
		g_ptr_array_add(values, word(names[i], answer->arguments[i]));

	return tf_fill(
		_(rows[answer->finding].sentence), names, (const gchar *const *)values->pdata, values->len);
}

const gchar *tf_report_posture_advice(TfPostureFinding finding)
{
	return rows[finding].advice != NULL ? _(rows[finding].advice) : NULL;
}

gchar *tf_report_posture_source(const TfPostureAnswer *answer)
{
	g_autofree gchar *day = tf_report_date(answer->date, NULL, tf_sentence_language());
	g_autofree gchar *source = tf_escape_terminal(answer->source);

	return tf_fill(_("{source}, of {date}"), (const gchar *const[]){ "source", "date" },
		(const gchar *const[]){ source, day }, 2);
}
