/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The state of the PC as it was found: the first step of the guide (the PC is hardened before the key is
 * moved), and what else would let a key get away. Every question is put so that 'yes' is the good answer;
 * what could not be established is 'unknown', which is never taken for it.
 */
#pragma once

#include <glib.h>
#include <jansson.h>

#include "base/tristate.h"

typedef enum TfPostureQuestion {
	TF_POSTURE_SUPPORT,    /* does the system still get security updates? */
	TF_POSTURE_UPDATES,    /* are those that there are installed? */
	TF_POSTURE_PROGRAMS,   /* does the package manager look after all programs? */
	TF_POSTURE_ANTIVIRUS,  /* is there protection against viruses, with current definitions? */
	TF_POSTURE_SWAP,       /* does no memory reach a disk in the clear? */
	TF_POSTURE_CORE,       /* does a crash leave no key in a file? */
	TF_POSTURE_ENCRYPTION, /* does the home directory lie on an encrypted disk? */
	TF_POSTURE_VARIABLES,  /* does nothing tell a module to log keys? */
	TF_POSTURE_MODULES,    /* can nobody else change the modules that would get a key? */
	TF_N_POSTURE_QUESTIONS
} TfPostureQuestion;

/* What was found. Each belongs to one question, gives one answer, and has arguments of its own. */
typedef enum TfPostureFinding {
	TF_FINDING_SUPPORTED,		 /* yes: until */
	TF_FINDING_LTS_ONLY,		 /* yes, by long-term support: ended, until */
	TF_FINDING_ESM_ONLY,		 /* unknown, only for subscribers: ended, until */
	TF_FINDING_UNSUPPORTED,		 /* no: ended */
	TF_FINDING_SUPPORT_UNTOLD,	 /* unknown: system */
	TF_FINDING_SUPPORT_CLOCK,	 /* unknown, the clock is behind the list: date */
	TF_FINDING_UPDATED,		 /* yes */
	TF_FINDING_UPDATES_PENDING,	 /* no: count, names */
	TF_FINDING_UPDATES_HELD,	 /* unknown, packages are held back: count, names */
	TF_FINDING_UPDATES_RESTART,	 /* no, not in force before a restart */
	TF_FINDING_LISTS_STALE,		 /* unknown: date */
	TF_FINDING_LISTS_CLOCK,		 /* unknown: date */
	TF_FINDING_LISTS_MISSING,	 /* unknown */
	TF_FINDING_LISTS_PARTIAL,	 /* unknown, there is a date and nothing else */
	TF_FINDING_UPDATES_UNTOLD,	 /* unknown, no package manager that answers */
	TF_FINDING_PROGRAMS_NONE,	 /* yes */
	TF_FINDING_PROGRAMS_FOUND,	 /* unknown: names */
	TF_FINDING_PROGRAMS_UNREADABLE,	 /* unknown: names */
	TF_FINDING_PROGRAMS_ELSEWHERE,	 /* unknown, a place that is not looked at: names */
	TF_FINDING_ANTIVIRUS_RUNNING,	 /* yes: date */
	TF_FINDING_ANTIVIRUS_ON_DEMAND,	 /* yes, when it is started: date */
	TF_FINDING_ANTIVIRUS_STALE,	 /* no: date */
	TF_FINDING_ANTIVIRUS_CLOCK,	 /* unknown: date */
	TF_FINDING_ANTIVIRUS_EMPTY,	 /* no, without definitions */
	TF_FINDING_ANTIVIRUS_UNREADABLE, /* unknown: its definitions */
	TF_FINDING_ANTIVIRUS_OTHER,	 /* unknown, one whose definitions cannot be read: names */
	TF_FINDING_ANTIVIRUS_ELSEWHERE,	 /* unknown, none here, and a place that is not looked at: names */
	TF_FINDING_ANTIVIRUS_NONE,	 /* no */
	TF_FINDING_SWAP_NONE,		 /* yes */
	TF_FINDING_SWAP_MEMORY,		 /* yes, compressed memory only */
	TF_FINDING_SWAP_ENCRYPTED,	 /* yes: names */
	TF_FINDING_SWAP_PLAIN,		 /* no: names */
	TF_FINDING_SWAP_UNTOLD,		 /* unknown: names */
	TF_FINDING_SWAP_UNREADABLE,	 /* unknown */
	TF_FINDING_CORE_REFUSED,	 /* yes, this process is not dumpable */
	TF_FINDING_CORE_LIMITED,	 /* yes, by its limit */
	TF_FINDING_CORE_WRITTEN,	 /* no: pattern */
	TF_FINDING_CORE_PIPED,		 /* no, whatever the limit: pattern */
	TF_FINDING_CORE_UNREADABLE,	 /* unknown */
	TF_FINDING_ENCRYPTED,		 /* yes: place */
	TF_FINDING_NOT_ENCRYPTED,	 /* no: place */
	TF_FINDING_ENCRYPTION_UNTOLD,	 /* unknown: place */
	TF_FINDING_VARIABLES_NONE,	 /* yes */
	TF_FINDING_VARIABLE_LEAKS,	 /* no: name */
	TF_FINDING_MODULES_TRUSTED,	 /* yes: count */
	TF_FINDING_MODULE_UNTRUSTED,	 /* no: path, reason (in the words of the run that looked) */
	TF_FINDING_MODULES_NONE,	 /* unknown: there is none to look at */
	TF_N_FINDINGS
} TfPostureFinding;

typedef struct TfPostureAnswer {
	TfPostureFinding finding;
	GStrv arguments;	 /* as many as tf_finding_arguments() names; days as "2026-07-11" */
	gchar *source;		 /* the file or command it came from */
	gint64 date;		 /* of what the source says, seconds since the epoch */
	gboolean root_would_add; /* the administrator would learn more */
	gboolean is_confirmed;	 /* not 'yes', and the member confirmed that as an exception */
} TfPostureAnswer;

typedef struct TfPosture {
	GPtrArray *answers; /* TfPostureAnswer, each question once at most */
} TfPosture;

TfPosture *tf_posture_new(void);
TfPosture *tf_posture_copy(const TfPosture *posture); /* NULL of NULL */
void tf_posture_free(TfPosture *posture);

/* Adds the answer to a question that has none yet; its arguments in the finding's order, then NULL. Borrowed,
 * for setting root_would_add. */
TfPostureAnswer *tf_posture_add(TfPosture *posture, TfPostureFinding finding, const gchar *source,
	gint64 date, ...) G_GNUC_NULL_TERMINATED;

/* NULL when the question was not asked. Borrowed. */
const TfPostureAnswer *tf_posture_answer(const TfPosture *posture, TfPostureQuestion question);

/* How many questions were answered so. */
guint tf_posture_count(const TfPosture *posture, TfTristate answer);

/* How many were not answered with yes, and were confirmed as exceptions or not. */
guint tf_posture_count_exceptions(const TfPosture *posture, gboolean is_confirmed);

TfPostureQuestion tf_finding_question(TfPostureFinding finding);
TfTristate tf_finding_answer(TfPostureFinding finding);
/* The names of its arguments, ended by NULL. Static. */
const gchar *const *tf_finding_arguments(TfPostureFinding finding);

const gchar *tf_finding_name(TfPostureFinding finding);	   /* "lts-only" */
const gchar *tf_question_name(TfPostureQuestion question); /* "system-support" */
const gchar *tf_tristate_name(TfTristate answer);	   /* "yes" */

/* {"question":…,"answer":"yes|no|unknown","finding":…,"arguments":{…},"source":…,"date":…,
 * "root_would_add":…,"confirmed":…}, and an array of them. */
json_t *tf_posture_answer_to_json(const TfPostureAnswer *answer);
json_t *tf_posture_to_json(const TfPosture *posture);

/* Reads the array back, every field bounded and checked. NULL when it is out of form, asks a question twice,
 * or gives another answer than the finding's, or confirms one that is yes. */
TfPosture *tf_posture_from_json(const json_t *array);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfPosture, tf_posture_free)
