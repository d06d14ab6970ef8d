/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Runs of the journey in a process of their own, killed at a chosen point, and looks at what they left. */
#pragma once

#include "replay.h"

/* How the process that makes the journey ended. */
typedef enum TfPointsEnd {
	TF_POINTS_DONE,
	TF_POINTS_FAILED,
	TF_POINTS_KILLED
} TfPointsEnd;

/* The journey in this process, for the child: argv is PROGRAM --journey SOURCE LEDGER MODULE ARGUMENTS. */
int tf_points_journey(int argc, char **argv);

/* Runs the journey of 'replay' in a child, to its end. */
TfPointsEnd tf_points_run(const TfReplay *replay, const gchar *program);

/* The same under strace, which kills it at the nth of these system calls ("fsync"). */
TfPointsEnd tf_points_run_killed(const TfReplay *replay, const gchar *program, const gchar *call, guint nth);

/* How many of these system calls a whole run makes. */
guint tf_points_count(const TfReplay *replay, const gchar *program, const gchar *call);

/* Private keys on the token as pkcs11-tool sees them: another program, never our own ledger. */
guint tf_points_keys_seen_by_pkcs11_tool(void);
