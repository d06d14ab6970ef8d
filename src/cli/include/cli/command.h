/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The table of commands: help, completions and the manual are held against it. */
#pragma once

#include <glib.h>

#include "cli/options.h"
#include "transfer/transfer.h"

/* How this program is executed as one of its children: argv of each. */
typedef struct TfPrograms {
	const gchar *const *auditor;
	const gchar *const *roles; /* the role's name is put behind it */
} TfPrograms;

/* One call of one command. */
typedef struct TfInvocation {
	const TfOptions *options;
	const gchar *const *words;   /* the arguments that are no options; NULL-terminated */
	const gchar *const *auditor; /* argv of the auditor */
	const gchar *const *roles;   /* argv that the name of a batch's child is put behind */

	/* For the sentences that every stop ends with. */
	gboolean moves_key;	/* 'where' is worth telling */
	TfWhereabouts where;	/* where the key is */
	gboolean is_from_store; /* a browser's, and not from a file */
	gchar *contact;		/* whom to ask; NULL: not known */
} TfInvocation;

/* *ret_status is an exit status for what came to an end without an error. */
typedef gboolean (*TfCommandFunction)(TfInvocation *invocation, int *ret_status, GError **error);

typedef struct TfCommand {
	const gchar *name;  /* "migrate", or of two words: "pin change" */
	const gchar *words; /* "[FILE]", for the help; translated */
	const gchar *summary;
	TfCommandFunction function;
	guint n_words_minimum;
	guint n_words_maximum;
	guint groups; /* of TfOptionGroup, without TF_OPTIONS_COMMON */
} TfCommand;

/* The whole program after tf_secret_setup(): argv -> command -> exit status. */
int tf_cli_main(const gchar *const *arguments, const TfPrograms *programs);

gboolean tf_cmd_tokens(TfInvocation *invocation, int *ret_status, GError **error);
gboolean tf_cmd_sweep(TfInvocation *invocation, int *ret_status, GError **error);
gboolean tf_cmd_inspect(TfInvocation *invocation, int *ret_status, GError **error);
gboolean tf_cmd_check(TfInvocation *invocation, int *ret_status, GError **error);
gboolean tf_cmd_init_token(TfInvocation *invocation, int *ret_status, GError **error);
gboolean tf_cmd_migrate(TfInvocation *invocation, int *ret_status, GError **error);
gboolean tf_cmd_verify(TfInvocation *invocation, int *ret_status, GError **error);
gboolean tf_cmd_pin_change(TfInvocation *invocation, int *ret_status, GError **error);
gboolean tf_cmd_pin_unblock(TfInvocation *invocation, int *ret_status, GError **error);
gboolean tf_cmd_remove(TfInvocation *invocation, int *ret_status, GError **error);
gboolean tf_cmd_report(TfInvocation *invocation, int *ret_status, GError **error);
gboolean tf_cmd_batch(TfInvocation *invocation, int *ret_status, GError **error);
gboolean tf_cmd_status(TfInvocation *invocation, int *ret_status, GError **error);
gboolean tf_cmd_profiles(TfInvocation *invocation, int *ret_status, GError **error);
