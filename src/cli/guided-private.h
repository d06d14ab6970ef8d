/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* 'tokenferry migrate' without a file, on a terminal: what it is about, and what it needs, asked one by one.
 */
#pragma once

#include "cli/conversation.h"
#include "record/posture.h"

typedef struct TfGuidedSource {
	gchar *path;
	gboolean is_store; /* a browser's, by its folder */
} TfGuidedSource;

/* TfGuidedSource, files first; never NULL. 'offers_stores': key stores that hold a key, too. */
GPtrArray *tf_guided_sources(gboolean offers_stores) G_GNUC_WARN_UNUSED_RESULT;

/* Whether it is the folder of a key store. */
gboolean tf_guided_is_store(const gchar *path);

typedef struct TfGuidance {
	gchar *source;
	gboolean is_from_store;
	gchar *name;   /* NULL: not given */
	gchar *number; /* NULL: not given */
	gboolean was_infected;
	TfPosture *posture; /* of this PC, exceptions confirmed; NULL: not looked at */
} TfGuidance;

void tf_guidance_clear(TfGuidance *guidance);

/* What the options give already is not asked for. TF_ERROR_INTERRUPTED. */
gboolean tf_guided_ask(TfConversation *conversation, TfGuidance *ret_guidance, GError **error);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(TfGuidance, tf_guidance_clear)
