/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Both ends of a talk in one process, and a child's socket that says what a TfTalk would not. */
#pragma once

#include "batch/role.h"
#include "message-private.h"

typedef struct TfTalkPair {
	TfTalk *supervisor;
	TfTalk *child;
	int peer; /* the child's socket; owned by 'child' */
} TfTalkPair;

void tf_talk_pair_clear(TfTalkPair *pair);
void tf_talk_pair_open(TfTalkPair *pair, const TfRole *role);
/* Opened, set up, and ready for requests. */
void tf_talk_pair_ready(TfTalkPair *pair, const TfRole *role);

/* These succeed, at once. */
void tf_talk_say_now(TfTalk *talk, guint kind, GVariant *body, const int *fds);
TfMessage *tf_talk_hear_now(TfTalk *talk, guint kind);
void tf_talk_hear_and_forget(TfTalk *talk, guint kind);

/* A body of nothing. */
GVariant *tf_talk_unit(void);

/* What a hostile child sends: any bytes, any number of descriptors. */
void tf_talk_send_raw(int peer, gconstpointer bytes, gsize length, gsize n_fds);
void tf_talk_send_kind(int peer, guint32 kind, gconstpointer body, gsize length, gsize n_fds);

/* Of this process. */
guint tf_talk_count_descriptors(void);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(TfTalkPair, tf_talk_pair_clear)
