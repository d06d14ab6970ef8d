/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What each finding about the PC answers, and what its sentence needs. */
#include "record/posture.h"

#define MOST_ARGUMENTS 2

typedef struct Row {
	const gchar *name;
	TfPostureQuestion question;
	TfTristate answer;
	const gchar *arguments[MOST_ARGUMENTS + 1];
} Row;

static const Row rows[TF_N_FINDINGS] = {
	[TF_FINDING_SUPPORTED] = { "supported", TF_POSTURE_SUPPORT, TF_YES, { "until" } },
	[TF_FINDING_LTS_ONLY] = { "lts-only", TF_POSTURE_SUPPORT, TF_YES, { "ended", "until" } },
	[TF_FINDING_ESM_ONLY] = { "esm-only", TF_POSTURE_SUPPORT, TF_UNKNOWN, { "ended", "until" } },
	[TF_FINDING_UNSUPPORTED] = { "unsupported", TF_POSTURE_SUPPORT, TF_NO, { "ended" } },
	[TF_FINDING_SUPPORT_UNTOLD] = { "support-untold", TF_POSTURE_SUPPORT, TF_UNKNOWN, { "system" } },
	[TF_FINDING_SUPPORT_CLOCK] = { "support-clock", TF_POSTURE_SUPPORT, TF_UNKNOWN, { "date" } },

	[TF_FINDING_UPDATED] = { "updated", TF_POSTURE_UPDATES, TF_YES, { NULL } },
	[TF_FINDING_UPDATES_PENDING] = { "updates-pending", TF_POSTURE_UPDATES, TF_NO, { "count", "names" } },
	[TF_FINDING_UPDATES_HELD] = { "updates-held", TF_POSTURE_UPDATES, TF_UNKNOWN, { "count", "names" } },
	[TF_FINDING_UPDATES_RESTART] = { "updates-restart", TF_POSTURE_UPDATES, TF_NO, { NULL } },
	[TF_FINDING_LISTS_STALE] = { "lists-stale", TF_POSTURE_UPDATES, TF_UNKNOWN, { "date" } },
	[TF_FINDING_LISTS_CLOCK] = { "lists-clock", TF_POSTURE_UPDATES, TF_UNKNOWN, { "date" } },
	[TF_FINDING_LISTS_MISSING] = { "lists-missing", TF_POSTURE_UPDATES, TF_UNKNOWN, { NULL } },
	[TF_FINDING_LISTS_PARTIAL] = { "lists-partial", TF_POSTURE_UPDATES, TF_UNKNOWN, { NULL } },
	[TF_FINDING_UPDATES_UNTOLD] = { "updates-untold", TF_POSTURE_UPDATES, TF_UNKNOWN, { NULL } },

	[TF_FINDING_PROGRAMS_NONE] = { "programs-none", TF_POSTURE_PROGRAMS, TF_YES, { NULL } },
	[TF_FINDING_PROGRAMS_FOUND] = { "programs-found", TF_POSTURE_PROGRAMS, TF_UNKNOWN, { "names" } },
	[TF_FINDING_PROGRAMS_UNREADABLE] = { "programs-unreadable", TF_POSTURE_PROGRAMS, TF_UNKNOWN,
		{ "names" } },
	[TF_FINDING_PROGRAMS_ELSEWHERE] = { "programs-elsewhere", TF_POSTURE_PROGRAMS, TF_UNKNOWN,
		{ "names" } },

	[TF_FINDING_ANTIVIRUS_RUNNING] = { "antivirus-running", TF_POSTURE_ANTIVIRUS, TF_YES, { "date" } },
	[TF_FINDING_ANTIVIRUS_ON_DEMAND] = { "antivirus-on-demand", TF_POSTURE_ANTIVIRUS, TF_YES,
		{ "date" } },
	[TF_FINDING_ANTIVIRUS_STALE] = { "antivirus-stale", TF_POSTURE_ANTIVIRUS, TF_NO, { "date" } },
	[TF_FINDING_ANTIVIRUS_CLOCK] = { "antivirus-clock", TF_POSTURE_ANTIVIRUS, TF_UNKNOWN, { "date" } },
	[TF_FINDING_ANTIVIRUS_EMPTY] = { "antivirus-empty", TF_POSTURE_ANTIVIRUS, TF_NO, { NULL } },
	[TF_FINDING_ANTIVIRUS_UNREADABLE] = { "antivirus-unreadable", TF_POSTURE_ANTIVIRUS, TF_UNKNOWN,
		{ NULL } },
	[TF_FINDING_ANTIVIRUS_OTHER] = { "antivirus-other", TF_POSTURE_ANTIVIRUS, TF_UNKNOWN, { "names" } },
	[TF_FINDING_ANTIVIRUS_ELSEWHERE] = { "antivirus-elsewhere", TF_POSTURE_ANTIVIRUS, TF_UNKNOWN,
		{ "names" } },
	[TF_FINDING_ANTIVIRUS_NONE] = { "antivirus-none", TF_POSTURE_ANTIVIRUS, TF_NO, { NULL } },

	[TF_FINDING_SWAP_NONE] = { "swap-none", TF_POSTURE_SWAP, TF_YES, { NULL } },
	[TF_FINDING_SWAP_MEMORY] = { "swap-memory", TF_POSTURE_SWAP, TF_YES, { NULL } },
	[TF_FINDING_SWAP_ENCRYPTED] = { "swap-encrypted", TF_POSTURE_SWAP, TF_YES, { "names" } },
	[TF_FINDING_SWAP_PLAIN] = { "swap-plain", TF_POSTURE_SWAP, TF_NO, { "names" } },
	[TF_FINDING_SWAP_UNTOLD] = { "swap-untold", TF_POSTURE_SWAP, TF_UNKNOWN, { "names" } },
	[TF_FINDING_SWAP_UNREADABLE] = { "swap-unreadable", TF_POSTURE_SWAP, TF_UNKNOWN, { NULL } },

	[TF_FINDING_CORE_REFUSED] = { "core-refused", TF_POSTURE_CORE, TF_YES, { NULL } },
	[TF_FINDING_CORE_LIMITED] = { "core-limited", TF_POSTURE_CORE, TF_YES, { NULL } },
	[TF_FINDING_CORE_WRITTEN] = { "core-written", TF_POSTURE_CORE, TF_NO, { "pattern" } },
	[TF_FINDING_CORE_PIPED] = { "core-piped", TF_POSTURE_CORE, TF_NO, { "pattern" } },
	[TF_FINDING_CORE_UNREADABLE] = { "core-unreadable", TF_POSTURE_CORE, TF_UNKNOWN, { NULL } },

	[TF_FINDING_ENCRYPTED] = { "encrypted", TF_POSTURE_ENCRYPTION, TF_YES, { "place" } },
	[TF_FINDING_NOT_ENCRYPTED] = { "not-encrypted", TF_POSTURE_ENCRYPTION, TF_NO, { "place" } },
	[TF_FINDING_ENCRYPTION_UNTOLD] = { "encryption-untold", TF_POSTURE_ENCRYPTION, TF_UNKNOWN,
		{ "place" } },

	[TF_FINDING_VARIABLES_NONE] = { "variables-none", TF_POSTURE_VARIABLES, TF_YES, { NULL } },
	[TF_FINDING_VARIABLE_LEAKS] = { "variable-leaks", TF_POSTURE_VARIABLES, TF_NO, { "name" } },

	[TF_FINDING_MODULES_TRUSTED] = { "modules-trusted", TF_POSTURE_MODULES, TF_YES, { "count" } },
	[TF_FINDING_MODULE_UNTRUSTED] = { "module-untrusted", TF_POSTURE_MODULES, TF_NO,
		{ "path", "reason" } },
	[TF_FINDING_MODULES_NONE] = { "modules-none", TF_POSTURE_MODULES, TF_UNKNOWN, { NULL } },
};

static const gchar *const questions[TF_N_POSTURE_QUESTIONS] = {
	[TF_POSTURE_SUPPORT] = "system-support",
	[TF_POSTURE_UPDATES] = "security-updates",
	[TF_POSTURE_PROGRAMS] = "other-programs",
	[TF_POSTURE_ANTIVIRUS] = "antivirus",
	[TF_POSTURE_SWAP] = "swap",
	[TF_POSTURE_CORE] = "core-dumps",
	[TF_POSTURE_ENCRYPTION] = "disk-encryption",
	[TF_POSTURE_VARIABLES] = "leak-variables",
	[TF_POSTURE_MODULES] = "module-trust",
};

static const gchar *const answers[] = {
	[TF_NO] = "no",
	[TF_YES] = "yes",
	[TF_UNKNOWN] = "unknown",
};

TfPostureQuestion tf_finding_question(TfPostureFinding finding)
{
	return rows[finding].question;
}

TfTristate tf_finding_answer(TfPostureFinding finding)
{
	return rows[finding].answer;
}

const gchar *const *tf_finding_arguments(TfPostureFinding finding)
{
	return rows[finding].arguments;
}

const gchar *tf_finding_name(TfPostureFinding finding)
{
	return rows[finding].name;
}

const gchar *tf_question_name(TfPostureQuestion question)
{
	return questions[question];
}

const gchar *tf_tristate_name(TfTristate answer)
{
	return answers[answer];
}
