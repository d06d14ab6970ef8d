/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A program that asks for its secrets on a terminal: run on a pseudo-terminal of its own, its prompts
 * answered. No secret stands in its arguments or environment, none is echoed, and it inherits no descriptor
 * of ours.
 */
#pragma once

#include <glib.h>

#include "base/secret.h"

/* Newlines are "\r\n" on a terminal. */
typedef struct TfToolPrompt {
	const gchar *text; /* all that was printed since the answer before, to the byte; NULL ends a list */
	const TfSecret *answer; /* printable ASCII; borrowed */
} TfToolPrompt;

typedef struct TfTool {
	const gchar *const *arguments; /* of which the first is the program's absolute path */
	const gchar *const *environment;
	const TfToolPrompt *prompts; /* in the order in which they come, each once */
	gint64 deadline;	     /* as of g_get_monotonic_time() */
} TfTool;

/* What is known about a program that has ended, and about one that had to be stopped. */
typedef enum TfToolEnd {
	TF_TOOL_DONE,	    /* exit status 0 */
	TF_TOOL_FAILED,	    /* any other, or a signal */
	TF_TOOL_UNEXPECTED, /* asked for something else (and was killed), or for less */
	TF_TOOL_LATE,	    /* killed at the deadline */
} TfToolEnd;

typedef struct TfToolResult {
	TfToolEnd end;
	int status;	  /* as of waitpid() */
	TfSecret *output; /* what came after the last answer; may be cut */
} TfToolResult;

void tf_tool_result_clear(TfToolResult *result);

/*
 * Returns when the program has ended, by itself or killed. A prompt is answered only when it has come whole
 * and the terminal does not echo. TF_ERROR_TOOL_MISSING, TF_ERROR_SYSTEM.
 */
gboolean tf_tool_run(const TfTool *tool, TfToolResult *ret_result, GError **error);

/* Whether 'text' is in the output after the last answer. */
gboolean tf_tool_result_says(const TfToolResult *result, const gchar *text);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(TfToolResult, tf_tool_result_clear)
