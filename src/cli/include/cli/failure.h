/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What every stop ends with: what happened, where the key is now, what to do next, whom to ask. */
#pragma once

#include "cli/command.h"

/* To stderr for people, or as the result object on stdout. */
void tf_failure_tell(const GError *error, const TfInvocation *invocation);

/* What Ctrl-C will say, also when it is pressed twice, whatever the command is at then. */
void tf_failure_prepare(const TfInvocation *invocation);

/* Where the key is, as a sentence; NULL when it is not worth telling. Translated, static. */
/* 'is_store': the source is the key store of a browser. */
const gchar *tf_whereabouts_sentence(TfWhereabouts where, gboolean is_store);
const gchar *tf_whereabouts_name(TfWhereabouts where); /* "source-and-token" */
