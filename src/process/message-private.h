/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A role's table of messages, for talk.c: what may be said by whom in which state. */
#pragma once

#include "process/message.h"

/* States of a talk. While a request is answered: TF_TALK_BUSY + its kind. */
typedef enum TfTalkState {
	TF_TALK_NEW,
	TF_TALK_SETTING,
	TF_TALK_IDLE,
	TF_TALK_OVER, /* nothing is said any more */
	TF_TALK_BUSY,
} TfTalkState;

typedef struct TfMessageRule {
	const gchar *type; /* of the body */
	gsize n_fds;
	guint after; /* the state that the message leads to */
} TfMessageRule;

/* "AUDITED"; NULL for a kind that the role does not have. */
const gchar *tf_message_name(const TfRole *role, guint kind);

/* What 'kind' is when it is said now, to or from a child of that role; FALSE: it may not be said. */
gboolean tf_message_rule(
	guint kind, const TfRole *role, gboolean is_to_child, guint state, TfMessageRule *ret_rule);
