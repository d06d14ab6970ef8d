/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The state of the PC before a key is moved: looked at, shown, and asked about. */
#pragma once

#include "cli/conversation.h"
#include "record/posture.h"

/*
 * Looks at the PC (transfer/pc.h), shows what it found, and has the person confirm, one by one, whatever is
 * not answered with yes: each is named in the report, and without it nothing is reported as completed.
 * Whoever does not confirm goes on all the same. Where nobody is asked, '--accept posture' confirms, and
 * --yes does not. TF_ERROR_INTERRUPTED, and the errors of a module that --module names.
 */
TfPosture *tf_pc_questions(TfConversation *conversation, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Whether malware was on the PC, which only the member knows: as --infected says, or asked where there is a
 * person. TF_ERROR_INTERRUPTED. */
gboolean tf_pc_ask_infection(TfConversation *conversation, gboolean *ret_was_infected, GError **error);
