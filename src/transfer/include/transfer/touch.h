/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a run would touch, as its rehearsal lists it. */
#pragma once

#include <glib.h>

#include "record/trace.h"

typedef enum TfTouchKind {
	TF_TOUCH_WRITE_FILE,
	TF_TOUCH_WRITE_TOKEN,
	TF_TOUCH_COMPLETE_TOKEN, /* an earlier run wrote it already: written again only where it is missing */
	TF_TOUCH_WIPE_FILE,
	TF_TOUCH_DISCARD,	/* the free space of the file system of this path */
	TF_TOUCH_EMPTY_JOURNAL, /* of the file system mounted there, as root */
	TF_TOUCH_FINISH_WIPE,	/* which an earlier run began, by the proof of that run */
	TF_TOUCH_EMPTY_STORE,	/* the key or its certificate, out of this database of a store */
	TF_TOUCH_FINISH_STORE,	/* the same, which an earlier run began */
	TF_TOUCH_REMOVE_RECORD	/* the .trashinfo of a file that is wiped in the trash */
} TfTouchKind;
typedef struct TfTouch {
	TfTouchKind kind;
	gchar *what; /* a path; or for a token its URI and the object: "pkcs11:… private key" */
} TfTouch;
void tf_touch_free(TfTouch *touch);

/* 'what' is taken over. */
void tf_touch_add(GPtrArray *touches, TfTouchKind kind, gchar *what);

/* The trash's record of the file at 'path', if there is one: it goes with the file. */
void tf_touch_add_record(GPtrArray *touches, const gchar *path);

/* The same of a file whose wipe an earlier run began. */
void tf_touch_add_record_left(GPtrArray *touches, const TfWipeTrace *trace);

/* Under which of its two names what is left of the file lies now; NULL when it is gone. */
gchar *tf_touch_find_left(const TfWipeTrace *trace) G_GNUC_WARN_UNUSED_RESULT;
