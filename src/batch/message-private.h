/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The table of messages, for talk.c: what may be said by whom in which state. */
#pragma once

#include "batch/message.h"

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

/* What 'kind' is when it is said now, to or from a child of that role; FALSE: it may not be said. */
gboolean tf_message_rule(
	TfMessageKind kind, TfRole role, gboolean is_to_child, guint state, TfMessageRule *ret_rule);
